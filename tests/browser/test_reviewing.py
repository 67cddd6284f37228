"""A reviewer marks a passage and sends the text back; the author finds the comment at its place and settles it."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import FrameLocator, Page, expect

from agenda.models import Comment, CommentReply, MediaLink
from agenda.workflow.drafts import get_subject_key
from agenda.workflow.note_import import import_parsed_note, read_note_file
from agenda.workflow.review_actions import submit
from meetings.access.audit import Actor
from meetings.models import Meeting, SecondFactor, User
from meetings.sign_in.authenticator_app import make_secret
from meetings.sign_in.encryption import encrypt
from meetings.sign_in.recovery_codes import renew_codes
from tests.admin_forms import MEETINGS, create_user_with_role
from tests.agenda.admin.screens import create_client
from tests.agenda.notes.note_helpers import SEED
from tests.browser.accessibility import check_accessibility
from tests.browser.signing_in import open_as
from tests.browser.test_publishing import press
from tests.external_tools import PageOpener
from tests.factories import COMMAND, make_meeting
from tests.pictures import make_stored_image
from tests.worlds import share_world

pytestmark = pytest.mark.browser
PIXELS_BELOW_SELECTION = """() => {
  const { contentDocument: page } = document.getElementById("reviewed-page");
  const words = page.getSelection().getRangeAt(0).getBoundingClientRect();
  return page.querySelector(".on-selection").getBoundingClientRect().top - words.top;
}"""


@share_world
def submitted() -> Meeting:
    """The first note, submitted by Ada, for the first time."""
    create_user_with_role("Authors", "ada")
    create_client("publisher", "Publishers")
    for user in User.objects.all():
        user.set_password("a long word of mine")
        user.save()
    meeting = import_parsed_note(read_note_file(SEED), by=COMMAND)
    ada = User.objects.get(username="ada")
    submit(meeting, by=Actor(ada, "ada"))
    return meeting


def open_review(open_page: PageOpener, web_server: Any, meeting: Meeting) -> tuple[Page, FrameLocator]:
    page = open_as("publisher", open_page, web_server, f"{MEETINGS}{meeting.pk}/review/")
    page.locator("body[data-ready=true]").wait_for()
    return page, page.frame_locator("#reviewed-page")


def open_editor(open_page: PageOpener, web_server: Any, meeting: Meeting) -> Page:
    page = open_as("ada", open_page, web_server, f"{MEETINGS}{meeting.pk}/change/")
    page.locator("[data-ready=true]").wait_for()
    page.locator("#panel-comments .comment").first.wait_for(state="attached")
    return page


def test_reviewer_sees_where_links_lead(submitted: Meeting, open_page: PageOpener, web_server: Any) -> None:
    """Their words can say anything, and readers follow addresses however they are written."""
    addresses = ["https://press.example/a", "HTTPS://press.example/b", "//press.example/c", "mailto:press@example.eu"]
    addresses += ["#He-resigned-at-noon"]
    links = " ".join(f'<a href="{address}">the announcement</a>' for address in addresses)
    meeting = make_meeting("env", lead=f"<p>{links}</p>")
    submit(meeting, by=Actor(User.objects.get(username="ada"), "ada"))
    _page, frame = open_review(open_page, web_server, meeting)
    found = frame.locator(".prose a", has_text="the announcement").all()
    shown = [link.evaluate("(link) => getComputedStyle(link, '::after').content") for link in found]
    assert shown == [f'" <{address}>"' for address in addresses]


def test_printed_review_has_no_buttons(submitted: Meeting, open_page: PageOpener, web_server: Any) -> None:
    page, _frame = open_review(open_page, web_server, submitted)
    buttons = page.get_by_role("button", name="Send back")
    expect(buttons).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Comments")).to_be_visible()
    for hidden in (buttons, page.get_by_role("link", name="Preview the page"), page.locator("#reviewed-page")):
        expect(hidden).to_be_hidden()


def test_reviewer_marks_a_passage_and_the_author_settles_it(
    submitted: Meeting, open_page: PageOpener, web_server: Any
) -> None:
    item = submitted.agenda.order_by("position").first()
    assert item
    page, frame = open_review(open_page, web_server, submitted)
    title = frame.locator(f'[data-text="agenda {item.pk} title"]').first
    title.dblclick()
    frame.locator(".on-selection").wait_for()
    assert 0 < page.evaluate(PIXELS_BELOW_SELECTION) < 60
    frame.locator(".on-selection").click()
    expect(page.locator(".new-comment .quoted")).to_be_visible()
    page.locator("#comment_text").fill("Is this the right word?")
    page.get_by_role("button", name="Send back").click()  # before the comment was added
    expect(page.get_by_text("You have typed a comment. Add it, or delete it, before you decide.")).to_be_visible()
    press(page, "button", "Add comment")
    page.locator(".comment").wait_for()
    comment = Comment.objects.get()
    assert (comment.part_id, comment.member) == (item.pk, "title")
    assert comment.quote
    assert comment.quote in item.title
    assert check_accessibility(open_page, page) == []
    page.locator(".comment summary").first.click()
    page.get_by_label("Your answer").fill("Perhaps.")
    page.get_by_role("button", name="Send back").click()  # before the answer was sent
    expect(page.locator(".comment .comment-problem")).to_be_visible()
    page.get_by_label("Your answer").fill("")
    press(page, "button", "Send back")
    page.get_by_text("1 comment goes with it.").wait_for()
    # at its place in the note editor
    ada = open_editor(open_page, web_server, submitted)
    expect(ada.locator("#outline .mark[aria-label='1 open comment']")).to_be_visible()
    ada.locator("#tab-checks").click()
    ada.locator("#panel-comments button.link").click()
    card = ada.locator('#agenda [data-member="title"] .comment')
    expect(card.locator("blockquote")).to_have_text(comment.quote)
    expect(card.get_by_text("This passage has changed since.")).to_be_hidden()
    ada.locator("#agenda").get_by_role("textbox", name="Title").last.fill("Something else")
    expect(card.get_by_text("This passage has changed since.")).to_be_visible()
    card.get_by_role("button", name="Answer", exact=True).click()
    card.get_by_label("Your answer").fill("No, it was not.")
    ada.reload()
    ada.locator("[data-ready=true]").wait_for()
    ada.locator("#panel-comments button.link").wait_for(state="attached")
    ada.locator("#tab-checks").click()
    ada.locator("#panel-comments button.link").click()
    expect(card.get_by_label("Your answer")).to_have_value("No, it was not.")  # it is kept, as everything typed
    card.get_by_role("button", name="Send answer").click()
    expect(card.get_by_text("No, it was not.")).to_be_visible()
    # a colleague comments meanwhile
    page.goto(f"{web_server.url}{MEETINGS}{submitted.pk}/review/")
    page.locator("#comment_text").fill("And the venue?")
    press(page, "button", "Add comment")
    page.get_by_text("And the venue?").wait_for()
    ada.locator("#agenda").get_by_role("textbox", name="Title").last.press_sequentially("!")
    expect(ada.locator("#messages").get_by_text("publisher has commented.")).to_be_visible(timeout=15_000)
    card.get_by_role("button", name="Settle").click()
    expect(card).to_have_count(0)
    expect(ada.locator("#panel-comments summary")).to_have_text("Settled (1)")
    assert [*CommentReply.objects.values_list("act", flat=True)] == ["answered", "settled"]
    assert check_accessibility(open_page, ada) == []
    ada.goto(f"{web_server.url}{MEETINGS}{submitted.pk}/history/")
    ada.get_by_text("Comment settled: Agenda").first.wait_for()
    assert check_accessibility(open_page, ada) == []
    ada.goto(f"{web_server.url}/admin/")
    ada.locator("[aria-labelledby=comments]").get_by_text("And the venue?").wait_for()


def test_reviewer_works_with_the_keyboard_alone(submitted: Meeting, open_page: PageOpener, web_server: Any) -> None:
    item = submitted.agenda.order_by("position").first()
    assert item
    page, frame = open_review(open_page, web_server, submitted)
    frame.locator(f"#item-{item.pk} > .comment-on").focus()
    page.keyboard.press("Control+k")
    expect(page.locator("#find")).to_be_visible()
    page.keyboard.press("Escape")
    expect(frame.locator(f"#item-{item.pk} > .comment-on")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#comment_text")).to_be_focused()
    assert page.locator("#comment_part").input_value() == str(item.pk)
    page.keyboard.type("Who speaks?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".comment")).to_be_focused()
    assert Comment.objects.filter(**get_subject_key(submitted)).get().part_id == item.pk
    expect(frame.locator(f"#item-{item.pk} > .comment-on")).to_have_text("Comment (1)")
    for key in ("Tab", "Tab", "Tab"):  # Show, Answer, Settle
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator("#comments-heading")).to_be_focused()
    expect(page.locator("#comments-heading")).to_contain_text("0 open")
    assert Comment.objects.get().settled_at
    page.locator("#id_remark").focus()
    page.keyboard.type("Please add the speakers.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Sent back: English.").wait_for()


@pytest.mark.parametrize("has_second_step", [False, True])
def test_decision_that_a_lost_session_stopped_can_be_sent_again(
    submitted: Meeting, open_page: PageOpener, web_server: Any, *, has_second_step: bool
) -> None:
    page, _frame = open_review(open_page, web_server, submitted)
    if has_second_step:
        user = User.objects.get(username="publisher")
        facts = {"name": "App", "secret": encrypt(make_secret()), "created_at": timezone.now()}
        SecondFactor.objects.create(user=user, kind=SecondFactor.Kind.APP, **facts)
        [code, *_others] = renew_codes(user)
    page.locator("#id_remark").fill("Which room?")
    page.context.clear_cookies()
    press(page, "button", "Send back")
    page.get_by_text("nothing was decided or published").wait_for()
    page.get_by_label("Username").fill("publisher")
    page.get_by_label("Password").fill("a long word of mine")
    press(page, "button", "Sign in")
    if has_second_step:
        press(page, "link", "Use a recovery code")
        page.get_by_label("Recovery code").fill(code)
        press(page, "button", "Sign in")
    expect(page.get_by_text("What you typed is in the form again.")).to_be_visible()
    expect(page.locator("#id_remark")).to_have_value("Which room?")
    press(page, "button", "Send back")
    page.get_by_text("Sent back: English.").wait_for()
    page.go_back()
    page.locator("body[data-ready=true]").wait_for()
    expect(page.get_by_text("What you typed is in the form again.")).to_be_hidden()
    page.goto(f"{web_server.url}{MEETINGS}{submitted.pk}/review/")
    expect(page.locator("#id_remark")).to_have_value("")


def test_links_pictures_and_contacts_have_a_button(submitted: Meeting, open_page: PageOpener, web_server: Any) -> None:
    meeting = make_meeting("gac")
    contact = meeting.contacts.create(name="Ada", phones=["+32 2 555 00 00"])
    image = make_stored_image(alt="Four boxes")
    picture = MediaLink.objects.create(meeting=meeting, kind="infographic", title="The reform", image=image)
    link = MediaLink.objects.exclude(pk=picture.pk).get(meeting=meeting)
    submit(meeting, by=Actor(User.objects.get(username="ada"), "ada"))
    page, frame = open_review(open_page, web_server, meeting)
    for name, part in (("Ada", contact), ("The reform", picture), (link.title, link)):
        frame.get_by_role("button", name=f"Comment on {name}", exact=True).click()
        expect(page.locator("#comment_part")).to_have_value(str(part.pk))
    frame.get_by_role("button", name="Comment on Four boxes").click()
    page.locator("#comment_text").fill("Name the source.")
    press(page, "button", "Add comment")
    page.locator(".comment").wait_for()
    comment = Comment.objects.get()
    assert (comment.part_id, comment.member, comment.place) == (picture.pk, "image", "Links, “The reform”: picture")
    assert check_accessibility(open_page, page) == []
