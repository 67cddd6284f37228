"""A day of the office with four accounts: an author, a reviewer, a publisher, and the duty officer on a phone.

The note has a picture, which nobody sees before its second. Everybody is told by mail what concerns them, once.
"""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from agenda.editor.saving import build_edited_document
from agenda.editor.templates import build_template_from_meeting, save_template
from agenda.mail.sending import send_due_notices
from agenda.models import MediaLink, Notice
from agenda.workflow.transactions import wait_until_live
from meetings.models import Configuration, Edition, Meeting, User
from tests.admin_forms import MEETINGS, create_user_with_role
from tests.agenda.export.file_readers import extract_pdf_words, extract_word_words
from tests.browser.signing_in import open_as
from tests.browser.test_note_editor import give_file
from tests.browser.test_publishing import NEW_YEAR, press
from tests.external_tools import PageOpener, change_screen
from tests.factories import COMMAND, DAY, make_meeting
from tests.pictures import make_picture
from tests.worlds import share_world

pytestmark = pytest.mark.browser
PEOPLE = {"ada": "Authors", "rita": "Publishers", "publisher": "Publishers", "duty": "Duty"}
ALT = "Arrivals fell by a third"


@share_world
def office() -> None:
    """Four people with addresses, and a template of the JHA desk."""
    for name, role in PEOPLE.items():
        create_user_with_role(role, name)
    for user in User.objects.all():
        user.email = f"{user.username}@example.eu"
        user.save()
    earlier = make_meeting(start_date=timezone.localdate() - 30 * DAY)
    configuration = Configuration.objects.get(slug="jha")
    template = build_template_from_meeting(build_edited_document(earlier), configuration)
    save_template(configuration, template, by=COMMAND, version=0)


def send_mails() -> dict[str, list[str]]:
    """Send what is gathered, without waiting for more. Return the subject lines by recipient."""
    before = len(mail.outbox)
    Notice.objects.filter(sent_at=None).update(due_at=timezone.now())
    assert send_due_notices().failures == []
    told: dict[str, list[str]] = {}
    for each in mail.outbox[before:]:
        assert ALT not in each.body
        told.setdefault(each.to[0].partition("@")[0], []).append(str(each.subject))
    return told


def write_note(page: Page, address: str) -> None:
    """Start today's meeting from the template, and add a picture."""
    page.goto(f"{address}{MEETINGS}add/")
    page.get_by_label("Council configuration").select_option(label="JHA – Justice and Home Affairs")
    page.get_by_label("First day").fill(f"{timezone.localdate():%d/%m/%Y}")
    press(page, "button", "Start and write")
    page.locator("[data-ready=true]").wait_for()
    page.get_by_role("button", name="Add agenda item", exact=True).click()
    page.keyboard.type("Migration polcy")
    page.get_by_role("button", name="Add link", exact=True).last.click()
    page.keyboard.type("Arrivals in figures")
    page.locator("#links").get_by_label("Kind").last.select_option("infographic")
    field = page.locator("#links").get_by_role("group", name="Picture").last
    give_file(field.locator(".drop-zone"), "drop", make_picture(), "arrivals.png")
    expect(field).to_contain_text("1200 × 800 pixels")
    page.keyboard.type(ALT)


def submit(page: Page) -> None:
    page.get_by_role("button", name="Submit for approval").first.click()
    page.wait_for_url("**/submit/")
    press(page, "button", "Submit for approval")
    page.get_by_text("In review since").wait_for()


def test_note_is_written_reviewed_published_and_changed(
    office: None, open_page: PageOpener, web_server: Any, client: Client
) -> None:
    ada, rita, publisher = (open_as(name, open_page, web_server) for name in ("ada", "rita", "publisher"))
    write_note(ada, web_server.url)
    submit(ada)
    meeting, picture = Meeting.objects.get(start_date=timezone.localdate()), MediaLink.objects.get(image__isnull=False)
    assert meeting.programme.count()  # from the template
    file = f"/images/{picture.image.digest}/full.jpg"
    assert send_mails().keys() == {"rita", "publisher"}

    # the reviewer marks a passage and sends the note back
    rita.goto(f"{web_server.url}/admin/")
    rita.locator("[aria-labelledby=to-approve] a").first.click()
    rita.locator("body[data-ready=true]").wait_for()
    page = rita.frame_locator("#reviewed-page")
    expect(page.get_by_alt_text(ALT)).to_be_visible()
    item = meeting.agenda.get(title="Migration polcy")
    page.locator(f'[data-text="agenda {item.pk} title"]').first.dblclick()
    page.locator(".on-selection").click()
    rita.locator("#comment_text").fill("A letter is missing.")
    press(rita, "button", "Add comment")
    press(rita, "button", "Send back")
    rita.get_by_text("1 comment goes with it.").wait_for()
    assert send_mails().keys() == {"ada"}

    # the author settles the comment and submits again
    ada.goto(f"{web_server.url}/admin/")
    ada.locator("[aria-labelledby=comments] a").first.click()
    ada.locator("[data-ready=true]").wait_for()
    ada.locator("#tab-checks").click()
    ada.locator("#panel-comments button.link").click()
    ada.locator("#agenda").get_by_role("textbox", name="Title").last.fill("Migration policy")
    ada.locator('#agenda [data-member="title"] .comment').get_by_role("button", name="Settle").click()
    submit(ada)
    assert send_mails().keys() == {"rita", "publisher"}

    # the publisher approves, schedules, moves and publishes
    publisher.goto(f"{web_server.url}{MEETINGS}{meeting.pk}/review/")
    press(publisher, "button", "Approve")
    press(publisher, "link", "Publish…")
    publisher.locator("#id_at").fill(NEW_YEAR)
    press(publisher, "button", "Check the time")
    press(publisher, "button", "Schedule 1 page")
    assert client.get(file).status_code == 404
    publisher.goto(f"{web_server.url}{MEETINGS}{meeting.pk}/change/")
    publisher.locator(".menu > summary").click()
    press(publisher, "link", "Change the publication time…")
    press(publisher, "button", "Tomorrow 9:00")
    expect(publisher.locator("#id_at")).to_have_value(f"{timezone.localdate() + DAY:%Y-%m-%d} 09:00")
    press(publisher, "button", "Publish now…")
    press(publisher, "button", "Publish 1 page now")
    edition = Edition.objects.get(subject_id=meeting.pk)
    wait_until_live(edition)
    check_picture(client, file, f"/en/{edition.address}", meeting)

    # the duty officer changes a time on a phone
    duty = open_as("duty", open_page, web_server)
    change_screen(duty, 375, color_scheme="dark")
    duty.get_by_role("link", name="Same-day change").click()
    duty.get_by_label("Time").first.fill("14.15")
    press(duty, "button", "Preview the changes")
    press(duty, "button", "Publish now")
    duty.get_by_text("Published on").wait_for()
    assert send_mails() == {}
    assert sorted(each.to[0] for each in mail.outbox) == sorted(
        f"{name}@example.eu" for name in ("rita", "publisher", "ada", "rita", "publisher")
    )


def check_picture(client: Client, file: str, page: str, meeting: Meeting) -> None:
    """The picture is at its address, on the page, in both files, for other sites, and in the API."""
    assert client.get(file)["Content-Type"] == "image/jpeg"
    html = client.get(page).content.decode()
    assert f'alt="{ALT}"' in html
    assert file.rpartition("/")[0] in html.partition('property="og:image"')[2].partition(">")[0]
    assert ALT in extract_pdf_words(client.get(f"{page}note.pdf").content)
    assert ALT in extract_word_words(client.get(f"{page}note.docx").content)
    links = client.get(f"/api/v1/meetings/{meeting.pk}/").json()["links"]
    assert [link["image"]["alt"] for link in links if link["image"]] == [ALT]
