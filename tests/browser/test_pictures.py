"""The pictures of the README and of the guide for the press office: scenes with sample meetings on the tests' day.

`make pictures` plays these scenes and writes what they show into `docs/img/`. Every other run only tests that the
screens have what the pictures show, and writes nothing.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from agenda.models import BackgroundTopic
from agenda.workflow.drafts import Subject
from agenda.workflow.planned_releases import plan_release
from agenda.workflow.publication import publish
from agenda.workflow.restoring import restore_meeting
from agenda.workflow.review_actions import approve, submit
from agenda.workflow.reviews import Review
from council.demo.document_files import get_sample_id
from council.demo.sample_meetings import SampleMeeting, build_sample_meetings
from council.demo.working_days import Diary
from meetings.access.audit import Actor
from meetings.models import Edition, Meeting
from tests.admin_forms import MEETINGS
from tests.agenda.admin.screens import create_client, get_actor
from tests.external_tools import PageOpener
from tests.factories import COMMAND, DAY, MINUTE, PRESS_DATE, PRESS_DAY, make_topic, translate
from tests.note_editor import save_in_editor
from tests.worlds import share_world

pytestmark = pytest.mark.browser
FOLDER = Path(os.environ["PICTURES"]) if os.environ.get("PICTURES") else None
PALETTE_SIZE = 96  # few colours for a small file, but enough for letters with smooth edges
PEOPLE = {"anna": "Authors", "peter": "Authors", "petra": "Publishers", "dan": "Duty", "fanny": "Translators"}
PUBLISHED = ["environment today", "justice and home affairs", "energy", "foreign ministers", "transport"]
FRENCH_TITLES = ["Protection des adultes en situation transfrontière", "La haine en ligne : les besoins des tribunaux"]


@dataclass
class Office:
    """The sample meetings of a small press office."""

    note: Meeting
    today: Meeting
    draft: Meeting
    clients: dict[str, Client] = field(default_factory=dict)


@share_world
def office(clock: Any) -> Office:
    call_command("load_reference", verbosity=0)
    clients = {name: create_client(name, role) for name, role in PEOPLE.items()}
    samples = {sample.first.id: sample for sample in build_sample_meetings(Diary.starting_from(PRESS_DATE), PRESS_DAY)}
    topics = [make_topic(slug) for slug in ("migration-policy", "fight-against-terrorism")]

    def restore(name: str) -> Meeting:
        sample: SampleMeeting = samples[get_sample_id(f"meeting {name}")]
        return restore_meeting(sample.first, by=COMMAND)

    meetings = [restore(name) for name in PUBLISHED]
    today, note = meetings[:2]
    clock.move_to(approve_and_publish(*topics, *meetings)[0].available_from)
    approve_and_publish(restore("development ministers"), at=PRESS_DAY + DAY)
    for item, title in zip(note.agenda.order_by("position"), FRENCH_TITLES, strict=False):
        translate(note, item, "fr", title=title)
    return Office(note, today, restore("next budget"), clients)


def approve_and_publish(*subjects: Meeting | BackgroundTopic, **options: Any) -> list[Edition]:
    submit(*subjects, by=COMMAND)
    for subject in subjects:
        approve_all(subject, get_actor("petra"))
    return publish(*subjects, by=get_actor("petra"), **options)


def approve_all(subject: Subject, by: Actor) -> None:
    review = Review.latest(subject)
    assert review
    approve(subject, by=by, shown=[language.shown for language in review.languages])


class Photographer:
    """Opens screens as the people of the office, and takes pictures if `make pictures` runs the test."""

    def __init__(self, office: Office, open_page: PageOpener, address: str) -> None:
        self.office, self.open_page, self.address = office, open_page, address

    def open(self, path: str, name: str = "", **options: Any) -> Page:
        """Open the path, as the user with this name or as a reader. The browser has the time of the tests' day."""
        page = self.open_page(f"{self.address}/healthz", **options)  # any page that is there already
        page.clock.set_fixed_time(PRESS_DAY)
        if name:
            cookies = self.office.clients[name].cookies
            page.context.add_cookies([{"name": "sessionid", "value": cookies["sessionid"].value, "url": self.address}])
        page.goto(f"{self.address}{path}")
        return page

    def open_note(self, name: str, step: str = "change/", **options: Any) -> Page:
        page = self.open(f"{MEETINGS}{self.office.note.pk}/{step}", name, **options)
        if step == "change/":
            page.locator("[data-ready=true]").wait_for()
            page.locator("[data-fill=state] .state").first.wait_for()
        return page

    def take(self, name: str, of: Page | Locator, height: int = 0, at: Locator | None = None) -> None:
        """Write the picture of a part of a page, or of a page: all of it, or what a window of this height shows.

        The window is scrolled so that `at` is in the middle.
        """
        if not FOLDER:
            return
        page = of if isinstance(of, Page) else of.page
        path = FOLDER / f"{name}.png"
        page.evaluate("document.activeElement.blur()")
        if isinstance(of, Page):
            assert page.viewport_size
            page.set_viewport_size({"width": page.viewport_size["width"], "height": height or 400})
            if at:
                at.evaluate("element => element.scrollIntoView({ block: 'center' })")
            page.screenshot(path=path, full_page=not height)
        else:
            page.set_viewport_size({"width": 1280, "height": 1600})  # so that the bar at the top covers nothing
            of.screenshot(path=path)
        with Image.open(path) as taken:
            taken.convert("RGB").quantize(PALETTE_SIZE, dither=Image.Dither.NONE).save(path, optimize=True)


@pytest.fixture
def photographer(office: Office, open_page: PageOpener, web_server: Any) -> Iterator[Photographer]:
    yield Photographer(office, open_page, web_server.url)
    # The fixed time is a script, and so is taking a picture. The frames of preview and review refuse to run any.
    open_page.problems[:] = [problem for problem in open_page.problems if "'about:" not in problem]


def test_home_page(photographer: Photographer) -> None:
    page = photographer.open("/en/")
    expect(page.get_by_role("heading", name="Today Tuesday")).to_be_visible()
    photographer.take("home", page, 1000)


def test_editor(photographer: Photographer) -> None:
    page = photographer.open_note("anna")
    for name in ("Outline", "Beside the note"):
        expect(page.get_by_label(name).first).to_be_visible()
    photographer.take("editor", page, 860)
    page.get_by_role("button", name="1 Protection of adults across borders").click()
    item = page.get_by_role("region", name="1 Protection of adults across borders")
    expect(item.get_by_role("textbox", name="Title")).to_be_visible()
    item.locator("summary", has_text="More").click()  # it is open if something in it is filled in
    photographer.take("editor-item", item)


def test_editor_on_a_telephone(photographer: Photographer) -> None:
    page = photographer.open_note("anna", width=375, height=720)
    expect(page.get_by_role("link", name="2 Hatred online: what courts need")).to_be_visible()
    photographer.take("editor-phone", page, 720)


def test_checks(photographer: Photographer) -> None:
    page = photographer.open_note("anna")
    page.locator("#programme").get_by_role("textbox", name="Time").nth(2).fill("8h00")
    page.get_by_role("button", name="Add link").last.click()
    page.keyboard.type("Photo gallery")
    page.get_by_role("tab", name="Checks").click()
    expect(page.locator("#panel-checks-list li").nth(1)).to_be_visible()
    photographer.take("checks", page, 860)


def test_versions_of_two_people(photographer: Photographer) -> None:
    page = photographer.open_note("anna")
    page.get_by_role("button", name="3 Returns: one decision valid everywhere").click()
    page.locator("#agenda").get_by_role("textbox", name="Title").fill("Returns: one decision valid in all states")
    save_in_editor(
        photographer.office.clients["peter"],
        photographer.office.note,
        lambda document: document["agenda"][3].update(title="Returns: one decision, valid everywhere"),
    )
    page.keyboard.press("Control+s")
    expect(page.get_by_role("button", name="Take yours")).to_be_visible()
    photographer.take("two-versions", page, 860)
    photographer.open_page.problems.clear()  # 409, after which the browser sends more


def change_note(office: Office) -> None:
    def change(document: dict[str, Any]) -> None:
        document["lead"] = document["lead"].replace("returns", "returns, asylum")
        document["agenda"][1]["title"] = "Hatred online: what courts and prosecutors need"

    save_in_editor(office.clients["anna"], office.note, change)


def test_dashboard(photographer: Photographer) -> None:
    office = photographer.office
    change_note(office)
    submit(office.note, by=get_actor("anna"), remark="Asylum added, as agreed this morning.")
    plan_release(office.draft, by=get_actor("petra"), at=PRESS_DAY + 20 * MINUTE)
    page = photographer.open("/admin/", "petra", width=1000)
    for words in ("Waiting for your approval", "Not ready to be published.", "Scheduled publications", "Tomorrow"):
        expect(page.get_by_text(words).first).to_be_visible()
    photographer.take("dashboard", page, 740)


def test_approval_and_publication(photographer: Photographer) -> None:
    change_note(photographer.office)
    page = photographer.open_note("anna", "submit/", width=1200)
    page.get_by_label("Comment (optional)").fill("Asylum added, as agreed this morning.")
    photographer.take("submit", page, 760)
    page.get_by_role("button", name="Submit for approval").click()
    page = photographer.open_note("petra", "review/")
    page.locator("body[data-ready=true]").wait_for()
    page.frame_locator("#reviewed-page").get_by_role("button", name="Comment on 2 Hatred online").click()
    page.get_by_label("Comment:", exact=True).fill("Is “prosecutors” agreed with the Legal Service?")
    page.get_by_role("button", name="Add comment").click()
    page.locator(".comment").wait_for()
    photographer.take("review", page, 860, at=page.locator("#comments"))
    page.get_by_role("button", name="Approve", exact=True).click()
    page = photographer.open_note("petra", "release/", width=1200)
    page.get_by_label("At a set time").check()
    page.get_by_label("Time:").fill("18:00")
    page.get_by_label("What changed").fill("Asylum added.")
    page.get_by_role("button", name="Check the time").click()
    expect(page.get_by_text("Tuesday 14 September 2060, 16:00:00")).to_be_visible()  # UTC
    photographer.take("release", page, 1000)


def test_same_day_change_on_a_telephone(photographer: Photographer) -> None:
    page = photographer.open(f"{MEETINGS}{photographer.office.today.pk}/facts/", "dan", width=375, height=720)
    page.get_by_role("group", name="Press conference").first.get_by_label("Time").fill("12:45")
    page.get_by_role("button", name="Preview the changes").click()
    expect(page.get_by_role("button", name="Publish now")).to_be_visible()
    photographer.take("same-day-change", page, 720)


def test_translation(photographer: Photographer) -> None:
    change_note(photographer.office)
    page = photographer.open_note("fanny", "translate/fr/?show=todo", width=1000)
    still_correct = page.get_by_text("This translation is still correct").first
    expect(still_correct).to_be_visible()
    photographer.take("translating", page, 620, at=still_correct)
