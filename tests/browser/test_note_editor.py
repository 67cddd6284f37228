"""An officer's day in the note editor: type, lose the network, the session and the tab, and come back to it all."""

import base64
import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from agenda.models import BackgroundTopic, EditorDraft, InternalNote, MediaLink, Revision
from agenda.workflow.drafts import Subject
from agenda.workflow.note_import import import_parsed_note, read_note_file
from meetings.models import Meeting, User
from tests.admin_forms import compute_meeting_digest, create_user_with_role, get_change_url
from tests.agenda.notes.note_helpers import SEED
from tests.browser.accessibility import RULES_BY_SCREEN, run_axe
from tests.browser.signing_in import open_as
from tests.external_tools import PageOpener, change_screen
from tests.factories import COMMAND, make_topic
from tests.note_editor import save_in_editor
from tests.pictures import SVG, make_picture
from tests.worlds import share_world

pytestmark = pytest.mark.browser
PASSWORD = "a long word of mine"
# What Word puts on the clipboard for a list, a heading and a table.
WORD = """
<p class=MsoNormal style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>      </span></span>First</p>
<p class=MsoNormal style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>      </span></span>Within</p>
<h1>Heading</h1><p class=MsoNormal><span style='font-weight:bold'>Bold</span> and
<a href="javascript:alert(1)">a script</a></p><table><tr><td><p>13:00</p></td><td><p>Lunch</p></td></tr></table>
"""

# The type is what browsers make of the name.
GIVE_FILE = """
(element, [name, content, fileName]) => {
  const type = fileName.endsWith(".svg") ? "image/svg+xml" : "image/png";
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], fileName, { type }));
  const options = { bubbles: true, cancelable: true };
  const event = name === "paste" ? new ClipboardEvent(name, { ...options, clipboardData: data })
    : new DragEvent(name, { ...options, dataTransfer: data });
  element.dispatchEvent(event);
}
"""


@share_world
def note() -> Meeting:
    for name in ("anna", "peter"):
        create_user_with_role("Authors", name)
        user = User.objects.get(username=name)
        user.set_password(PASSWORD)
        user.save()
    return import_parsed_note(read_note_file(SEED), by=COMMAND)


def get_box(element: Locator) -> dict[str, float]:
    """Return where a visible element is on the screen."""
    box: Any = element.bounding_box()
    assert box
    return box  # type: ignore[no-any-return]


class Officer:
    """Somebody in front of the editor."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        if page.url == address:
            self.wait_until_ready()
        else:
            self.open()

    def open(self) -> None:
        self.page.goto(self.address)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        self.page.locator("[data-ready=true]").wait_for()
        self.page.locator("[data-fill=state] .state").first.wait_for()  # nothing moves any more

    def expect_status(self, words: str) -> None:
        expect(self.page.locator("#status")).to_contain_text(words, timeout=10_000)

    def save(self) -> None:
        self.page.keyboard.press("Control+s")
        self.expect_status("Saved")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def move(self, title: str, *keys: str) -> None:
        self.page.get_by_role("button", name=title).first.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def get_outline(self) -> list[str]:
        return self.page.locator("#outline a").all_inner_texts()

    def title_box(self) -> Any:
        """The title of the item that was opened last."""
        return self.page.locator("#agenda").get_by_role("textbox", name="Title").last


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()


def open_editor(
    open_page: PageOpener, web_server: Any, subject: Subject, name: str = "anna", **options: Any
) -> Officer:
    path = get_change_url(subject)
    page = open_as(name, open_page, web_server, path, **options)
    return Officer(page, f"{web_server.url}{path}")


@pytest.fixture
def anna(note: Meeting, open_page: PageOpener, web_server: Any) -> Officer:
    return open_editor(open_page, web_server, note)


def test_opening_every_part_changes_nothing(note: Meeting, anna: Officer) -> None:
    before = anna.page.evaluate("JSON.stringify(noteEditor.store.document)")
    for command in ("#open-all", "#close-all"):
        anna.page.evaluate(f"document.querySelector('{command}').click()")
    assert anna.page.evaluate("JSON.stringify(noteEditor.store.document)") == before
    digest = compute_meeting_digest(note)
    anna.press("Save")
    anna.expect_status("Saved")
    assert compute_meeting_digest(note) == digest
    assert Meeting.objects.get().version == note.version


def test_note_is_typed_with_the_keyboard_and_saved_once(anna: Officer) -> None:
    page = anna.page
    anna.press("Add agenda item")
    page.keyboard.type("Σένγκεν")
    page.get_by_role("button", name="Σένγκεν").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#announcements")).to_have_text("Σένγκεν: 2 of 3")
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("#announcements")).to_have_text("Σένγκεν: 1 of 1, part of Migration policy")
    anna.press("Add programme point")
    page.keyboard.type("+/- 18h00")
    page.keyboard.press("Tab")
    page.keyboard.type("Press conference")
    page.keyboard.press("Enter")  # submits nothing, and breaks no title
    anna.save()
    meeting = Meeting.objects.get()
    item = meeting.agenda.get(title="Σένγκεν")
    assert item.parent
    assert item.parent.title == "Migration policy"
    point = meeting.programme.get(title="Press conference")
    assert (f"{point.time:%H:%M}", point.time_precision) == ("18:00", "approximate")


def test_name_of_the_meeting_follows_its_day(anna: Officer) -> None:
    for day in ("15 September 2017", "18 September 2017"):
        anna.page.get_by_role("textbox", name="First day").fill(day)
        anna.save()
        for name in (anna.page.locator("header strong"), anna.page.locator("h1")):
            expect(name).to_have_text(f"JHA, {day}")
        expect(anna.page).to_have_title(re.compile(rf"JHA, {day} \| "))


def test_theme_is_the_one_that_was_chosen_in_the_admin(anna: Officer) -> None:
    page = anna.page
    for system, chosen, is_dark in (("dark", "light", False), ("light", "dark", True), ("dark", "auto", True)):
        page.emulate_media(color_scheme=system)  # type: ignore[arg-type]
        page.evaluate(f"localStorage.setItem('theme', '{chosen}')")
        anna.open()
        red = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]")
        assert (int(red) < 128) is is_dark, (system, chosen)


@pytest.mark.parametrize("width", [375, 1280])
def test_words_of_a_time_wrap(note: Meeting, open_page: PageOpener, web_server: Any, width: int) -> None:
    anna = open_editor(open_page, web_server, note, width=width)
    anna.page.evaluate("noteEditor.showView('note'); noteEditor.showSection('programme')")
    box = anna.page.locator("#programme").get_by_role("textbox", name="Time").first
    box.fill("immediately after the end of the meeting")
    box.press("Enter")  # ends the typing, and makes no line
    name = "More: immediately after the end of the meeting"
    expect(anna.page.locator("#programme").get_by_role("button", name=name)).to_be_visible()
    assert box.evaluate("(box) => box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight")
    anna.page.keyboard.press("Control+s")
    anna.expect_status("Saved")
    assert note.programme.filter(time_text="immediately after the end of the meeting").exists()


def test_one_of_many_topics_is_found_and_chosen(
    open_page: PageOpener, web_server: Any, note: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agenda.editor.description.MAX_OFFERED_TOPICS", 1)
    topics = [make_topic("border-control"), make_topic("climate-change")]
    anna = open_editor(open_page, web_server, note)
    anna.page.get_by_role("button", name="Migration policy").first.click()
    anna.page.get_by_text("Topics: none").first.click()
    field = anna.page.locator(".field-several[open]")
    for words, topic in zip(("border", "CHANGE clim"), topics, strict=True):
        field.get_by_label("Find a topic").fill(words)
        field.get_by_role("checkbox", name=topic.title).check()
    field.get_by_label("Find a topic").fill("fisheries")
    expect(field).to_contain_text("No topic has these words.")
    expect(field.get_by_role("checkbox")).to_have_count(2)
    anna.save()
    assert set(note.agenda.get(topics=topics[0]).topics.all()) == {*topics}


def test_topic_is_typed_previewed_and_saved(open_page: PageOpener, web_server: Any, note: Meeting) -> None:
    anna = open_editor(open_page, web_server, make_topic())
    page = anna.page
    page.get_by_role("textbox", name="Title").first.fill("Μετανάστευση")
    page.get_by_role("textbox", name="Lead").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("What the **Council** does.")
    anna.press("Add link")
    page.keyboard.type("Infographic")
    page.get_by_role("textbox", name="Web address", exact=True).fill("https://www.consilium.europa.eu/en/infographics/")
    page.get_by_role("tab", name="Preview").click()
    shown = page.frame_locator("#preview-frame").locator("main")
    expect(shown).to_contain_text("Μετανάστευση")
    expect(shown.locator("strong", has_text="Council")).to_be_visible()
    expect(shown.get_by_role("link", name="Infographic")).to_be_visible()
    anna.save()
    topic = BackgroundTopic.objects.get()
    assert (topic.title, topic.lead) == ("Μετανάστευση", "<p>What the <strong>Council</strong> does.</p>")
    assert topic.links.get().title == "Infographic"


def test_link_to_a_member_opens_its_part_and_focuses_the_field(note: Meeting, anna: Officer) -> None:
    item = note.agenda.get(title="Migration policy")
    for subject, member in ((item, "state_note"), (note, "number"), (note, "lead")):
        anna.page.goto("about:blank")
        Officer(anna.page, f"{anna.address}#{subject.pk}.{member}")
        expect(anna.page.locator(f"[data-member={member}] :focus")).to_be_visible()


def test_picture_is_dropped_described_and_replaced_by_a_pasted_one(
    note: Meeting, anna: Officer, open_page: PageOpener
) -> None:
    page = anna.page
    anna.press("Add link")
    field = page.locator("#links").get_by_role("group", name="Picture")
    expect(field).to_be_hidden()
    page.keyboard.type("Arrivals in figures")
    page.locator("#links").get_by_label("Kind").last.select_option("infographic")
    give_file(field.locator(".drop-zone"), "drop", SVG, "γράφημα.svg")
    expect(field.get_by_role("alert")).to_have_text("This file is an SVG. Save it as PNG or JPEG and try again.")
    assert ["422" in problem for problem in open_page.problems] == [True]
    open_page.problems.clear()
    give_file(field.locator(".drop-zone"), "drop", make_picture(), "γράφημα.png")
    expect(field).to_contain_text("1200 × 800 pixels")
    expect(field.get_by_role("alert")).to_be_hidden()
    expect(field).to_contain_text("Required before you submit.")
    page.keyboard.type("Arrivals fell by a third")  # the focus is in the alternative text
    expect(field).not_to_contain_text("Required before you submit.")
    anna.save()
    link = MediaLink.objects.get(title="Arrivals in figures")
    assert (link.image.alt, link.image.width) == ("Arrivals fell by a third", 1200)
    assert field.locator("img").evaluate("image => image.complete && image.naturalWidth") == 480
    give_file(page.locator("#links").get_by_label("Title").last, "paste", make_picture((900, 300)), "image.png")
    expect(field).to_contain_text("900 × 300 pixels")
    anna.save()
    link.refresh_from_db()
    assert (link.image.alt, link.image.width) == ("Arrivals fell by a third", 900)
    field.get_by_role("button", name="Remove").click()
    anna.save()
    link.refresh_from_db()
    assert link.image is None


def give_file(target: Locator, event: str, content: bytes, name: str) -> None:
    """Drop a file on an element, or paste it there. Nothing may happen to the page itself."""
    target.evaluate(GIVE_FILE, [event, base64.b64encode(content).decode(), name])


def paste_into_lead(page: Page, html: str) -> None:
    page.get_by_role("textbox", name="Lead").click()
    page.keyboard.press("Control+a")
    page.evaluate(
        """([html]) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            const target = document.querySelector("[role=textbox][aria-label=Lead]");
            target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
        }""",
        [html],
    )


@pytest.mark.parametrize(
    ("pasted", "saved"),
    [
        ("<p>A</p><ul><ul><li>B</li></ul></ul>", "<p>A</p><ul><li>B</li></ul>"),
        ("<p>A</p><ul><li>B</li><ul><li>C</li></ul></ul>", "<p>A</p><ul><li>B<ul><li>C</li></ul></li></ul>"),
    ],
)
def test_pasted_list_in_a_list_gets_no_empty_bullet(anna: Officer, pasted: str, saved: str) -> None:
    paste_into_lead(anna.page, pasted)
    anna.save()
    assert Meeting.objects.get().lead == saved


@pytest.mark.parametrize("next_user", [False, True])
@pytest.mark.parametrize("leave", [lambda page: page.close(), lambda page: page.goto("about:blank")])
def test_tab_that_is_left_after_signing_out_in_another_one_stores_nothing_for_others(
    anna: Officer, leave: Callable[[Page], object], next_user: bool
) -> None:
    """Whoever uses the browser next could read a text under embargo in its storage, although its author signed out."""
    site, _admin, _path = anna.address.partition("/admin/")
    anna.press("Migration policy")
    anna.title_box().fill("Secret")
    anna.expect_status("Draft kept")
    other = anna.page.context.new_page()
    other.goto(f"{site}/admin/")
    assert "Secret" in other.evaluate("JSON.stringify(localStorage)")
    other.locator("#logout-form").evaluate("form => form.submit()")
    other.wait_for_url("**/admin/logout/")
    other.wait_for_function("!JSON.stringify(localStorage).includes('Secret')")
    if next_user:  # has opened the editor since, which stores a mark of its own
        other.evaluate("localStorage.setItem('note-storage-mark', crypto.randomUUID())")
    anna.page.once("dialog", lambda dialog: dialog.accept())
    leave(anna.page)
    other.goto(f"{site}/robots.txt")
    other.wait_for_timeout(500)  # the storage of another tab arrives late
    assert "Secret" not in other.evaluate("JSON.stringify(localStorage)")


def test_answer_that_arrives_after_signing_out_stores_nothing_for_others(anna: Officer) -> None:
    """Signed out and in again in another tab, and out once more while a request of this one is under way."""
    site, _admin, _path = anna.address.partition("/admin/")
    page, other = anna.page, anna.page.context.new_page()
    other.goto(f"{site}/admin/")

    def sign_out() -> None:
        other.locator("#logout-form").evaluate("form => form.submit()")
        other.wait_for_url("**/admin/logout/")

    sign_out()
    other.goto(f"{site}/admin/login/")
    sign_in(other, "anna")
    other.wait_for_url("**/admin/")
    under_way: list[str] = []
    network = page.context.new_cdp_session(page)
    network.on("Fetch.requestPaused", lambda paused: under_way.append(paused["requestId"]))
    network.send("Fetch.enable", {"patterns": [{"urlPattern": "*/draft/*", "requestStage": "Response"}]})
    page.bring_to_front()
    anna.press("Migration policy")
    anna.title_box().fill("Secret")
    while not under_way:
        page.wait_for_timeout(100)
    sign_out()
    network.send("Fetch.continueRequest", {"requestId": under_way[0]})
    network.send("Fetch.disable")
    page.wait_for_timeout(200)
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    other.goto(f"{site}/robots.txt")
    other.wait_for_timeout(500)  # the storage of another tab arrives late
    assert "Secret" not in other.evaluate("JSON.stringify(localStorage)")


def test_draft_is_shown_again_although_the_storage_is_full(anna: Officer, open_page: PageOpener) -> None:
    page = anna.page
    page.evaluate("""() => {
      localStorage.clear();
      for (let text = "x".repeat(1 << 20), part = 0; text.length;) {
        try { localStorage.setItem(`other ${part++}`, text); } catch { text = text.slice(0, text.length >> 1); }
      }
    }""")
    anna.open()
    anna.press("Migration policy")
    anna.title_box().fill("Secret")
    anna.expect_status("Draft kept")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#messages")).to_contain_text("What you had typed and not saved is here again.")
    assert "Secret" in anna.get_outline()


def test_text_from_word_keeps_its_structure(anna: Officer) -> None:
    page = anna.page
    paste_into_lead(page, WORD)
    expect(page.locator("#messages")).to_contain_text("A table became lines of text.")
    anna.save()
    lead_text = Meeting.objects.get().lead
    assert lead_text.startswith("<ul><li>First<ul><li>Within</li></ul></li></ul><h3>Heading</h3>")
    assert "<strong>Bold</strong> and a script" in lead_text
    assert "13:00 | Lunch" in lead_text


def test_network_session_and_tab_are_lost_and_nothing_that_was_typed(
    note: Meeting, anna: Officer, open_page: PageOpener
) -> None:
    page, context = anna.page, anna.page.context
    context.set_offline(True)
    anna.press("Add agenda item")
    page.keyboard.type("Without a network")
    anna.expect_status("No connection.")
    context.set_offline(False)
    anna.expect_status("Draft kept")
    context.clear_cookies()
    page.keyboard.type(", signed out")
    anna.expect_status("You are signed out.")
    page.keyboard.type(", unseen")
    page.wait_for_timeout(500)  # what is typed is in the storage after 300 ms
    assert ", unseen" in page.evaluate("JSON.stringify(sessionStorage)")
    assert ", unseen" not in page.evaluate("JSON.stringify(localStorage)")
    other = context.new_page()
    other.goto(anna.address)
    sign_in(other, "anna")
    page.bring_to_front()
    anna.save()
    expect(page.locator("#messages")).not_to_contain_text("signed out")
    anna.title_box().fill("Before the crash")
    page.wait_for_timeout(500)  # what is typed is in the browser's storage after 300 ms
    page.close(run_before_unload=False)
    again = Officer(context.new_page(), anna.address)
    expect(again.page.locator("#messages")).to_contain_text("typed in this browser on")
    again.press("Continue with it")
    assert "Before the crash" in again.get_outline()
    again.save()
    assert note.agenda.filter(title="Before the crash").exists()
    open_page.problems.clear()  # the requests that failed


def test_what_is_sent_by_itself_does_not_keep_the_session_alive(
    note: Meeting, anna: Officer, open_page: PageOpener
) -> None:
    """The page sends a refused draft again every half minute, and asks every two minutes what is published."""
    page, drafts, questions = anna.page, [], []

    def refuse(route: Route) -> None:
        drafts.append(route.request.headers.get("x-background"))
        route.fulfill(status=422, json={"message": "No."})

    def ask(route: Route) -> None:
        questions.append(route.request.headers.get("x-background"))
        route.continue_()

    page.clock.install()
    anna.open()
    page.route("**/draft/", refuse)
    page.route("**/publication/", ask)
    anna.press("Add agenda item")
    page.keyboard.type("Schengen")
    for _half_minute in range(5):
        page.clock.run_for(30_000)
        page.wait_for_timeout(100)  # the answer
    assert drafts[0] is None  # what was typed
    assert drafts[1:] == ["1"] * (len(drafts) - 1)
    assert questions == ["1"]
    open_page.close()  # so that it sends no more
    open_page.problems.clear()  # the drafts that were refused


def test_two_people_edit_one_note_and_nothing_is_lost(
    note: Meeting, anna: Officer, open_page: PageOpener, web_server: Any
) -> None:
    peter = open_editor(open_page, web_server, note, "peter")
    expect(peter.page.locator("#others")).to_contain_text("anna")
    for officer, title in ((peter, "By Peter"), (anna, "By Anna")):
        officer.press("Migration policy")
        officer.title_box().fill(title)
    anna.press("Add agenda item")
    anna.page.keyboard.type("Another of Anna")
    peter.save()
    anna.save()
    conflict = anna.page.locator("#panel-conflicts")
    expect(conflict).to_contain_text("Peter")
    expect(conflict).to_contain_text("Anna")
    anna.press("Take yours")
    anna.save()
    assert {"By Anna", "Another of Anna"} <= set(note.agenda.values_list("title", flat=True))
    open_page.problems.clear()  # 409, after which the browser sends more


def test_own_text_from_another_browser_is_not_called_a_colleagues(
    note: Meeting, anna: Officer, open_page: PageOpener, web_server: Any
) -> None:
    other = open_editor(open_page, web_server, note)
    for officer, title in ((other, "There"), (anna, "Here")):
        officer.press("Migration policy")
        officer.title_box().fill(title)
        officer.save()
    expect(anna.page.locator("#messages")).to_contain_text("You, in another browser, changed the same text.")
    conflict = anna.page.locator("#panel-conflicts")
    expect(conflict).to_contain_text("Changed in two browsers")
    expect(conflict).to_contain_text("saved by you, in another browser")
    expect(conflict.get_by_role("button", name="Keep what is saved")).to_be_visible()
    open_page.problems.clear()  # 409, after which the browser sends more


def test_question_stays_until_it_is_answered(note: Meeting, anna: Officer, open_page: PageOpener) -> None:
    """Neither another save, nor a reload, nor the button to submit loses one's own version."""
    save_as_peter(note)
    anna.press("Migration policy")
    anna.title_box().fill("By Anna")
    anna.press("Submit for approval")  # saves first, and stays here
    conflict = anna.page.locator("#panel-conflicts")
    expect(conflict).to_contain_text("Anna", timeout=10_000)
    anna.save()
    expect(conflict).to_contain_text("Anna")
    anna.page.wait_for_timeout(500)
    anna.open()
    expect(conflict).to_contain_text("Anna")
    anna.press("By Peter")
    anna.title_box().fill("Later")
    anna.page.wait_for_timeout(500)
    anna.open()
    anna.press("Discard it")  # what was typed, not what waits for a choice
    expect(anna.page.locator("#outline")).to_contain_text("By Peter")
    expect(conflict).to_contain_text("Anna")
    anna.press("Undo")
    expect(anna.page.locator("#outline")).to_contain_text("Later")
    anna.press("Later")
    anna.page.evaluate("noteEditor.base.agenda[0].title = 'Before'; noteEditor.version -= 1")  # Peter saved once more
    anna.save()
    expect(conflict.locator("li")).to_have_count(2)
    anna.press("Take yours")
    anna.save()
    assert "By Anna" in note.agenda.values_list("title", flat=True)
    open_page.problems.clear()  # 409, after which the browser sends more


def test_draft_that_is_offered_outlives_typing_and_other_questions(
    note: Meeting, anna: Officer, open_page: PageOpener
) -> None:
    """The draft of a tab that only the server has is not overwritten by what is typed there before it is chosen."""
    page = anna.page
    page.add_init_script("Storage.prototype.setItem = (key) => { if (key.startsWith('note-draft')) throw Error() }")
    anna.open()
    anna.press("Migration policy")
    anna.title_box().fill("Before the reload")
    anna.expect_status("Draft kept")
    anna.open()
    save_as_peter(note)
    anna.press("Migration policy")
    anna.title_box().fill("Since then")
    anna.expect_status("Draft kept")
    drafts = EditorDraft.objects.filter(user__username="anna").exclude(content="").values_list("content", flat=True)
    titles = {json.loads(content)["document"]["agenda"][0]["title"] for content in drafts}
    assert titles == {"Before the reload", "Since then"}
    anna.press("Continue with it")  # saves first
    conflict = page.locator("#panel-conflicts")
    for title in ("Since then", "Before the reload"):
        expect(conflict).to_contain_text(title.split()[0])
        anna.press("Take yours")
        expect(conflict.locator("li")).to_have_count(0)
        anna.save()
        assert note.agenda.filter(title=title).exists()
        if title == "Since then":
            anna.press("Continue with it")
            expect(page.locator("#outline")).to_contain_text("Before the reload")
            page.keyboard.press("Control+s")  # which asks the next question
    open_page.problems.clear()  # 409, after which the browser sends more


def test_spaces_at_the_end_of_a_text_are_typed_on(note: Meeting, anna: Officer, open_page: PageOpener) -> None:
    anna.page.get_by_role("textbox", name="Lead").click()
    anna.page.keyboard.press("ControlOrMeta+a")
    anna.page.keyboard.type("Alpha ")
    anna.save()
    anna.page.keyboard.type("beta")
    with anna.page.expect_response(lambda answer: answer.ok and answer.url.endswith("/save/")):
        anna.page.keyboard.press("Control+s")
        anna.page.keyboard.type(" gamma")
    anna.page.wait_for_timeout(500)
    anna.save()
    assert Meeting.objects.get().lead == "<p>Alpha beta gamma</p>"
    assert anna.page.get_by_text("has saved this note meanwhile").count() == 0
    assert anna.page.locator("#panel-conflicts li").count() == 0
    open_page.problems.clear()  # 409, after which the browser sends more


def save_as_peter(note: Meeting) -> None:
    """Save another title of the first item, while somebody else has the note open."""
    with PageOpener.answering:  # so that the browser asks nothing meanwhile
        save_in_editor("peter", note, lambda document: document["agenda"][0].update(title="By Peter"))


def test_undo_after_a_save_brings_back_nothing_that_others_have_changed(
    note: Meeting, anna: Officer, open_page: PageOpener
) -> None:
    save_as_peter(note)
    anna.press("Fight against terrorism")
    anna.title_box().fill("By Anna")
    anna.save()
    anna.page.evaluate("noteEditor.undo()")
    anna.save()
    assert {"By Peter", "By Anna"} <= set(note.agenda.values_list("title", flat=True))
    open_page.problems.clear()  # 409, after which the browser sends more


def test_what_is_typed_during_a_save_is_merged_with_what_others_have_saved(
    note: Meeting, anna: Officer, open_page: PageOpener
) -> None:
    save_as_peter(note)

    def delay(route: Route) -> None:
        anna.page.wait_for_timeout(300)
        route.continue_()

    anna.page.route("**/save/", delay)
    anna.press("Fight against terrorism")
    anna.title_box().fill("By Anna")
    anna.page.keyboard.press("Control+s")
    anna.page.keyboard.type(", typed on")  # the cursor is where it was
    anna.expect_status("Saved")
    anna.save()
    assert {"By Peter", "By Anna, typed on"} <= set(note.agenda.values_list("title", flat=True))
    open_page.problems.clear()


class BusySite:
    """Refuses the first of the editor's requests of a kind, as a busy site does."""

    def __init__(self, page: Page, kind: str, is_refused: Callable[[Any], bool] = bool, seconds: int = 3) -> None:
        self.page, self.is_refused, self.seconds = page, is_refused, seconds
        self.refused, self.answered = list[Any](), list[Any]()
        page.route(f"**/{kind}/", self.answer)

    def answer(self, route: Route) -> None:
        posted = route.request.post_data_json
        if self.refused or not self.is_refused(posted):
            self.answered.append(posted)
            route.continue_()
            return
        self.refused.append(posted)
        route.fulfill(status=429, headers={"Retry-After": str(self.seconds)}, json={"message": "The site is busy."})

    def wait_for_refusal(self) -> None:
        for _tenth in range(100):
            if self.refused:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("nothing was refused")

    def wait_longer(self) -> None:
        """Wait until everything that was refused would have been sent again."""
        self.page.wait_for_timeout(1000 * self.seconds + 1500)


def get_drafted_titles() -> list[str]:
    """Return the title of the first item in each draft that the server has."""
    drafts = EditorDraft.objects.exclude(content="").values_list("content", flat=True)
    return [json.loads(content)["document"]["agenda"][0]["title"] for content in drafts]


def wait_for_drafts(page: Page, *titles: str) -> None:
    """Wait until the server has drafts with these titles: the page says that all is well before the last answer."""
    for _tenth in range(100):
        if get_drafted_titles() == [*titles]:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the server has {get_drafted_titles()}")


def has_content(posted: Any) -> bool:
    return bool(posted["content"])


def deletes_draft(posted: Any) -> bool:
    return not posted["content"] and not posted.get("keep")


class TestBusySite:
    """What was refused with 429 is sent again with what is typed then: the same text would replace a newer one."""

    @pytest.fixture(autouse=True)
    def forget_refusals(self, anna: Officer, open_page: PageOpener) -> Iterator[None]:
        anna.press("Migration policy")
        yield
        open_page.problems.clear()

    def test_save_is_repeated_once_with_what_is_typed_then(self, note: Meeting, anna: Officer) -> None:
        site = BusySite(anna.page, "save")
        anna.title_box().fill("By Anna")
        anna.page.keyboard.press("Control+s")
        site.wait_for_refusal()
        anna.title_box().fill("By Anna, later")
        anna.expect_status("Saved")
        assert note.agenda.filter(title="By Anna, later").exists()
        assert anna.page.evaluate("noteEditor.isChanged") is False

    def test_save_waits_for_a_time_that_could_not_be_read(self, note: Meeting, anna: Officer) -> None:
        BusySite(anna.page, "read", seconds=1)
        anna.page.locator("#programme").get_by_role("textbox", name="Time").first.fill("18h05")
        anna.page.evaluate("noteEditor.save()")
        anna.expect_status("Saved")
        assert note.programme.filter(time=dt.time(18, 5)).exists()

    def test_newer_draft_stays(self, anna: Officer) -> None:
        site = BusySite(anna.page, "draft", has_content)
        anna.title_box().fill("First")
        site.wait_for_refusal()
        anna.title_box().fill("Second, newer")
        anna.expect_status("Draft kept")
        assert get_drafted_titles() == ["Second, newer"]
        site.wait_longer()
        assert get_drafted_titles() == ["Second, newer"]

    def test_draft_is_kept_later_without_more_typing(self, anna: Officer) -> None:
        site = BusySite(anna.page, "draft", has_content)
        anna.title_box().fill("First")
        site.wait_for_refusal()
        assert not get_drafted_titles()
        anna.expect_status("Draft kept")
        assert get_drafted_titles() == ["First"]

    def test_draft_of_a_saved_text_does_not_come_back(self, anna: Officer) -> None:
        site = BusySite(anna.page, "draft", has_content)
        anna.title_box().fill("By Anna")
        site.wait_for_refusal()
        anna.save()
        site.wait_longer()
        assert not get_drafted_titles()

    @pytest.mark.parametrize("typed_after", ["", "Typed after the save"])
    def test_draft_is_deleted_later_unless_something_is_typed(self, anna: Officer, typed_after: str) -> None:
        site = BusySite(anna.page, "draft", deletes_draft)
        anna.title_box().fill("By Anna")
        anna.expect_status("Draft kept")
        anna.save()
        site.wait_for_refusal()
        assert get_drafted_titles() == ["By Anna"]
        if typed_after:
            anna.title_box().fill(typed_after)
            anna.expect_status("Draft kept")
        site.wait_longer()
        wait_for_drafts(anna.page, *filter(None, [typed_after]))

    def test_draft_of_another_tab_is_deleted_once_this_one_has_kept_it(self, anna: Officer) -> None:
        anna.title_box().fill("Before the crash")
        wait_for_drafts(anna.page, "Before the crash")
        anna.page.close(run_before_unload=False)
        again = Officer(anna.page.context.new_page(), anna.address)
        site = BusySite(again.page, "draft", has_content)
        again.press("Continue with it")
        site.wait_for_refusal()
        assert get_drafted_titles() == ["Before the crash"]  # that of the tab that is closed
        again.expect_status("Draft kept")
        wait_for_drafts(again.page, "Before the crash")
        again.save()
        wait_for_drafts(again.page)

    @pytest.mark.parametrize("view", ["preview", "changes"])
    def test_panel_shows_what_is_typed_now(self, anna: Officer, view: str) -> None:
        site = BusySite(anna.page, view, lambda posted: "First" in json.dumps(posted))
        anna.page.evaluate(f"noteEditor.showView('{view}')")
        for title in ("First", "Second, newer"):
            anna.title_box().fill(title)
            site.wait_for_refusal()
        site.wait_longer()
        *_before, last = site.answered
        assert last["document"]["agenda"][0]["title"] == "Second, newer"

    def test_panel_is_renewed_without_more_typing(self, anna: Officer) -> None:
        BusySite(anna.page, "preview", seconds=1)
        anna.page.evaluate("noteEditor.showView('preview')")
        expect(anna.page.locator("#preview-problem")).to_have_text("The site is busy.")
        expect(anna.page.frame_locator("#preview-frame").locator("main")).to_contain_text("Migration policy")
        expect(anna.page.locator("#preview-problem")).to_be_empty()


def test_outline_says_what_is_to_be_done_in_each_part(anna: Officer) -> None:
    page = anna.page
    page.locator("#agenda .row-title").first.click()
    page.locator("#agenda .row.open").first.get_by_role("textbox", name="Title", exact=True).fill("")
    entry = page.locator("#outline li").filter(has=page.locator("[data-id^=part-]", has_text="New agenda item"))
    for mark in ("Has a mistake", "Changed and not saved yet"):
        expect(entry.get_by_role("img", name=mark)).to_be_visible(timeout=10_000)
    page.locator(".menu > summary").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("#outline").get_by_role("img", name="Changed")).to_have_count(0, timeout=10_000)


def test_time_that_cannot_be_read_is_not_saved_and_not_lost(anna: Officer) -> None:
    anna.page.locator("#programme").get_by_role("textbox", name="Time").first.fill("25:00")
    anna.page.keyboard.press("Control+s")
    anna.expect_status("Not saved")
    expect(anna.page.locator("#messages")).to_contain_text("there is a mistake")
    anna.page.wait_for_timeout(500)
    anna.open()
    assert anna.page.locator("#programme").get_by_role("textbox", name="Time").first.input_value() == "25:00"


def test_reload_brings_back_what_was_typed_and_typing_on_keeps_it(anna: Officer) -> None:
    anna.press("Migration policy")
    anna.title_box().fill("Before the reload")
    anna.expect_status("Draft kept")
    anna.open()
    assert "Before the reload" in anna.get_outline()
    anna.press("Before the reload")
    anna.title_box().press("End")
    anna.page.keyboard.type(" and after")
    anna.save()
    assert Meeting.objects.get().agenda.filter(title="Before the reload and after").exists()


def test_reader_of_another_desk_can_open_parts_and_change_nothing(
    note: Meeting, open_page: PageOpener, web_server: Any
) -> None:
    create_user_with_role("Authors", "eve", of="env")
    reader = open_editor(open_page, web_server, note, "eve")
    expect(reader.page.locator("#messages")).to_contain_text("You can only read this")
    reader.press("Migration policy")
    assert reader.title_box().is_editable() is False
    assert reader.page.get_by_role("button", name="Save", exact=True).count() == 0


def test_items_are_dragged(note: Meeting, anna: Officer) -> None:
    page = anna.page
    rows = page.locator("#agenda .row")
    handle, target = rows.nth(1).locator(".handle"), rows.nth(0)
    target.scroll_into_view_if_needed()
    start, end = get_box(handle), get_box(target)
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, end["y"] + 2, steps=5)
    page.mouse.up()
    anna.save()
    assert [item.title for item in note.agenda.all()] == ["Fight against terrorism", "Migration policy"]


def test_own_move_can_be_taken_where_it_excludes_that_of_a_colleague(
    note: Meeting, anna: Officer, open_page: PageOpener, web_server: Any
) -> None:
    peter = open_editor(open_page, web_server, note, "peter")
    peter.move("Migration policy", "Alt+ArrowDown", "Alt+ArrowRight")
    peter.save()
    anna.move("Fight against terrorism", "Alt+ArrowRight")
    anna.save()
    expect(anna.page.locator("#panel-conflicts")).to_contain_text("Your place: Agenda, item “Migration policy”")
    anna.press("Move it to your place")
    expect(anna.page.locator("#panel-checks")).to_be_focused()
    anna.save()
    assert [(item.title, str(item.parent or "")) for item in note.agenda.order_by("parent")] == [
        ("Migration policy", ""),
        ("Fight against terrorism", "Migration policy"),
    ]
    open_page.problems.clear()  # 409, after which the browser sends more


def test_own_order_can_be_taken_where_a_colleague_also_moved_items(
    note: Meeting, open_page: PageOpener, web_server: Any
) -> None:
    peter = open_editor(open_page, web_server, note, "peter")
    peter.press("Add agenda item")
    peter.page.keyboard.type("Third")
    peter.save()
    anna = open_editor(open_page, web_server, note)
    peter.move("Migration policy", "Alt+ArrowDown")
    peter.page.keyboard.press("Control+s")
    expect(peter.page.locator("body")).not_to_have_class(re.compile("unsaved"))
    anna.move("Third", "Alt+ArrowUp")
    anna.save()
    expect(anna.page.locator("#messages")).to_contain_text("A colleague also moved items.")
    expect(anna.page.locator("#panel-conflicts")).to_contain_text("order of the agenda")
    anna.page.get_by_text("Your order", exact=True).click()
    anna.press("Take your order")
    anna.save()
    assert [item.title for item in note.agenda.all()] == ["Migration policy", "Third", "Fight against terrorism"]
    open_page.problems.clear()  # 409, after which the browser sends more


def test_day_that_two_people_changed_is_asked_once(
    note: Meeting, anna: Officer, open_page: PageOpener, web_server: Any
) -> None:
    peter = open_editor(open_page, web_server, note, "peter")
    for officer, day in ((peter, "19 September 2017"), (anna, "20 September 2017")):
        officer.page.get_by_role("textbox", name="First day").fill(day)
        officer.save()
    question = anna.page.locator("#panel-conflicts li")
    words = "Saved by your colleague: Tuesday 19 September 2017. Yours: Wednesday 20 September 2017."
    expect(question).to_contain_text([words])
    anna.press("Take yours")
    expect(question).to_have_count(0)
    expect(anna.page.get_by_role("textbox", name="First day")).to_have_value("Wednesday 20 September 2017")
    anna.save()
    meeting = Meeting.objects.get()
    assert (meeting.start_date, meeting.end_date) == (dt.date(2017, 9, 20), dt.date(2017, 9, 20))
    open_page.problems.clear()  # 409, after which the browser sends more


def test_part_that_a_colleague_changed_can_be_deleted_and_brought_back(
    note: Meeting, anna: Officer, open_page: PageOpener
) -> None:
    save_as_peter(note)
    anna.press("Migration policy")
    anna.page.locator(".row-agenda.open > .row-head").get_by_role("button", name="Delete").click()
    anna.save()
    expect(anna.page.locator("#panel-conflicts")).to_contain_text("You deleted this, and your colleague changed it.")
    anna.page.locator("#panel-conflicts").get_by_role("button", name="Delete it").click()
    assert "By Peter" not in anna.get_outline()
    for message in anna.page.locator("#messages").get_by_role("button", name="Bring it back").all()[::-1]:
        message.click()  # the first deletion needs no second copy
    assert anna.get_outline().count("By Peter") == 1
    assert "Migration policy" not in anna.get_outline()
    open_page.problems.clear()


def test_item_has_one_result_and_the_other_stays_in_the_meeting(anna: Officer) -> None:
    script = """() => {
        const { store } = noteEditor;
        const [item] = store.document.agenda;
        const first = store.add(item.id, "result", { values: { title: "First" } });
        const second = store.add(store.document.id, "results", { values: { title: "Second" } });
        store.move(second.id, item.id, "result", 0);
        return [item.result.title, ...store.document.results.map(({ title }) => title)];
    }"""
    assert anna.page.evaluate(script) == ["Second", "First"]


def test_internal_note_is_kept_at_once_and_saved_by_itself(note: Meeting, anna: Officer, open_page: PageOpener) -> None:
    box = anna.page.get_by_role("textbox", name="Internal note and private contacts")
    box.focus()
    anna.page.keyboard.type("+32 2 555 00 00")
    anna.expect_status("Internal note saved")
    assert InternalNote.objects.get().text == "+32 2 555 00 00"
    expect(box).to_be_focused()
    assert not EditorDraft.objects.exclude(content="").exists()
    anna.page.keyboard.type(", extension 7")
    anna.page.wait_for_timeout(500)
    anna.page.close(run_before_unload=False)
    again = Officer(anna.page.context.new_page(), anna.address)
    again.press("Continue with it")
    again.expect_status("Internal note saved")
    assert InternalNote.objects.get().text == "+32 2 555 00 00, extension 7"
    assert note.version == Meeting.objects.get().version  # nobody has to approve that
    again.open()
    expect(again.page.locator("#messages")).to_be_empty()
    InternalNote.objects.update(text="Call before 18:00.", by_name="peter", at=timezone.now())
    box = again.page.get_by_role("textbox", name="Internal note and private contacts")
    box.fill("ok")
    again.expect_status("Internal note saved below that of a colleague")
    expect(box).to_have_value("Call before 18:00.\nok")
    box.press("End")
    again.page.keyboard.type("!")
    again.expect_status("Internal note saved")
    assert InternalNote.objects.get().text == "Call before 18:00.\nok!"


def test_draft_that_only_the_server_has_is_loaded_and_what_was_typed_since_is_saved(
    note: Meeting, anna: Officer, open_page: PageOpener
) -> None:
    page = anna.page
    anna.press("Migration policy")
    anna.title_box().fill("Before the crash")
    anna.expect_status("Draft kept")
    page.close(run_before_unload=False)
    other = page.context.new_page()
    other.goto(f"{anna.address.split('/admin/')[0]}/robots.txt")
    other.evaluate("localStorage.clear()")
    again = Officer(other, anna.address)
    expect(other.locator("#messages")).to_contain_text("typed in another browser on")
    expect(other.locator("#messages")).to_contain_text(", last in “")
    again.press("Fight against terrorism")
    again.title_box().fill("Since then")
    again.press("Continue with it")
    expect(other.locator("#outline")).to_contain_text("Before the crash")
    again.save()
    assert {"Before the crash", "Since then"} <= set(note.agenda.values_list("title", flat=True))
    open_page.problems.clear()  # 409, after which the browser sends more


def test_undoing_everything_leaves_no_draft(anna: Officer) -> None:
    anna.press("Migration policy")
    anna.title_box().fill("Changed")
    anna.expect_status("Draft kept")
    anna.page.evaluate("noteEditor.undo()")
    anna.expect_status("No changes")
    anna.open()
    expect(anna.page.locator("#messages")).to_be_empty()
    assert not EditorDraft.objects.exclude(content="").exists()


def test_comment_is_asked_for_in_the_page(note: Meeting, anna: Officer) -> None:
    page = anna.page
    anna.press("Migration policy")
    anna.title_box().fill("Changed")
    dialog = page.get_by_role("dialog", name="Save with a comment")
    for key in ("Escape", "Enter"):
        page.locator(".menu > summary").click()
        anna.press("Save with a comment…")
        page.keyboard.type("The title was wrong.")
        page.keyboard.press(key)
        expect(dialog).to_be_hidden()
        expect(page.locator(".menu > summary")).to_be_focused()
    anna.expect_status("Saved")
    assert [revision.remark for revision in Revision.objects.all()] == ["The title was wrong.", ""]


def test_preview_is_as_wide_as_a_desktop_instead_of_the_note(anna: Officer) -> None:
    page = anna.page
    page.get_by_role("tab", name="Preview").click()
    page.get_by_label("Width").select_option("Desktop")
    expect(page.frame_locator("#preview-frame").get_by_role("heading", name="Programme")).to_be_visible()
    assert get_box(page.locator("#preview-frame"))["width"] > 960
    expect(page.locator("#note")).to_be_hidden()
    anna.press("Back to the note")
    expect(page.locator("#note")).to_be_visible()
    page.get_by_label("Width").select_option("Desktop")
    page.locator("#outline").get_by_text("Migration policy").click()  # so does a part of the outline
    expect(page.get_by_role("button", name="Migration policy")).to_be_focused()


def test_focus_stays_near_when_a_colleague_has_deleted_the_part(anna: Officer) -> None:
    anna.press("Migration policy")
    anna.title_box().focus()
    anna.page.evaluate("""() => {
        const saved = structuredClone(noteEditor.store.document);
        saved.agenda.shift();
        noteEditor.store.adopt(saved);
    }""")
    expect(anna.page.get_by_role("button", name="Add agenda item")).to_be_focused()


def test_focus_returns_to_the_text_when_a_message_is_closed(anna: Officer) -> None:
    anna.press("Fight against terrorism")
    anna.title_box().focus()
    anna.page.evaluate("noteEditor.say('Something happened.')")
    anna.press("Close")
    expect(anna.title_box()).to_be_focused()


def test_printed_page_is_the_note_alone(anna: Officer) -> None:
    anna.page.emulate_media(media="print")
    anna.page.set_viewport_size({"width": 794, "height": 1123})
    expect(anna.page.locator("#agenda")).to_contain_text("Migration policy")
    for hidden in ("#save", "#panel", "#outline", ".views", ".handle", ".row-tools", ".add", ".rich-tools"):
        expect(anna.page.locator(hidden).first).to_be_hidden()
    assert anna.page.evaluate("document.documentElement.scrollWidth") <= 794


def test_items_are_dragged_with_a_finger(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    anna = open_editor(open_page, web_server, note, width=375, has_touch=True, is_mobile=True)
    page = anna.page
    page.locator("#outline a[href='#agenda']").tap()
    start, end = (get_box(page.locator("#agenda .row").nth(place).locator(".handle")) for place in (1, 0))
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        shown = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": shown})

    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    touch("touchStart", (x, y))
    for step in range(1, 6):
        touch("touchMove", (x, y + (end["y"] + 2 - y) * step / 5))
    touch("touchEnd")
    expect(page.locator("#announcements")).to_have_text("Fight against terrorism: 1 of 2")
    anna.press("Save")
    anna.expect_status("Saved")
    assert [item.title for item in note.agenda.all()] == ["Fight against terrorism", "Migration policy"]


def test_next_part_is_one_tap_away_on_a_phone(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    anna = open_editor(open_page, web_server, note, width=375, has_touch=True, is_mobile=True)
    page = anna.page
    page.locator("#outline").get_by_text("Migration policy").tap()
    expect(page.get_by_role("button", name="Previous")).to_have_count(0)  # it is the first one
    page.get_by_role("button", name="Next").tap()
    expect(page.get_by_role("button", name="Fight against terrorism")).to_be_focused()
    assert anna.title_box().input_value() == "Fight against terrorism"
    page.get_by_role("button", name="Previous").tap()
    expect(page.get_by_role("button", name="Migration policy")).to_be_focused()


def test_screen_is_accessible(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    anna = open_editor(open_page, web_server, note)
    page = anna.page
    anna.press("Migration policy")
    anna.press("Add link")
    for view in ("note", "details", "checks", "changes", "preview"):
        page.evaluate(f"noteEditor.showView('{view}')")
        assert find_violations(page) == [], view
    page.locator(".menu > summary").click()
    assert find_violations(page) == []
    page.locator("#save-remark").click()
    assert find_violations(page) == []
    topic = make_topic()
    page.goto(f"{web_server.url}{get_change_url(topic)}")
    page.locator("[data-ready=true]").wait_for()
    anna.press("Add link")
    assert find_violations(page) == []
    open_page.problems.clear()  # axe inspects stylesheets in a way that our content security policy forbids


def find_violations(page: Page) -> list[Any]:
    """Return what axe reports on a telephone and on a desktop, with the size of targets."""
    found: list[Any] = []
    for width, colours, rules in reversed(RULES_BY_SCREEN):  # so that the desktop remains
        change_screen(page, width, color_scheme=colours)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        checked = rules and (*rules, "target-size")
        found += [(width, *violation) for violation in run_axe(page, checked, with_target_size=True)]
    return found
