"""Helpers that open the publication screens and fill in their forms."""

import re
from collections import defaultdict
from html import unescape
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from agenda.models import AgendaItem, BackgroundTopic, Release
from agenda.workflow.review_actions import approve, submit
from agenda.workflow.reviews import Review
from agenda.workflow.revisions import keep_revision
from meetings.access.audit import Actor
from meetings.models import Meeting, User
from tests.admin_forms import create_user, sign_in
from tests.agenda.workflow.users import get_submitted_digests
from tests.note_editor import read_publication

LIST = "/admin/meetings/meeting/"
TOPICS = "/admin/agenda/backgroundtopic/"
RELEASES = "/admin/agenda/release/"
Subject = Meeting | BackgroundTopic


def get_step_url(subject: Subject | Release, step: str = "") -> str:
    kinds: dict[type, str] = {Meeting: LIST, BackgroundTopic: TOPICS, Release: RELEASES}
    return f"{kinds[type(subject)]}{subject.pk}/{step}"


def create_client(name: str, role: str, of: str = "") -> Client:
    """Return a client signed in as a new user with the role, which must exist already."""
    create_user(name, role, of=of)
    return sign_in(name)


def create_client_with_permissions(name: str, *permissions: str) -> Client:
    """Return a client signed in as a new user with exactly these permissions."""
    role = Group.objects.create(name=f"Role of {name}")
    role.permissions.set(Permission.objects.filter(codename__in=permissions))
    return create_client(name, role.name)


def get_actor(name: str) -> Actor:
    return Actor(User.objects.get(username=name), name)


def read_screen(client: Client, subject: Subject | Release, step: str) -> str:
    """Return the visible text of a screen. For the note editor, this includes what it loads: state, step and menu."""
    page = client.get(get_step_url(subject, step))
    loaded = read_publication(client, subject) if step == "change/" and not isinstance(subject, Release) else ""
    return f"{read_visible_words(page)} {extract_words(loaded)}".strip()


def read_visible_words(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    main = response.content.decode()
    return extract_words(main[main.index("<body") :])


def extract_words(page: str) -> str:
    return " ".join(unescape(strip_tags(page.replace("<", " <"))).split()).replace(" .", ".")


def read_dashboard(client: Client) -> dict[str, str]:
    return parse_dashboard(client.get("/admin/"))


def parse_dashboard(response: Any) -> dict[str, str]:
    """Return the text of each section of the dashboard by its heading; empty for a section that is not shown."""
    page = response.content.decode()
    found = re.findall(r'<section[^>]*class="lines[^>]*>\s*<h2[^>]*>(.*?)</h2>(.*?)</section>', page, re.S)
    sections = {unescape(heading): strip_tags(lines.replace("<", " <")) for heading, lines in found}
    return defaultdict(str, {heading: " ".join(unescape(text).split()) for heading, text in sections.items()})


def read_dashboard_section(client: Client, heading: str) -> str:
    return read_dashboard(client)[heading]


def read_reviewed_page(client: Client, subject: Subject, query: str = "") -> str:
    """Return the HTML of the page in the frame of the review screen."""
    [frame] = list_pages_in_frames(client.get(get_step_url(subject, f"review/{query}")))
    return frame


def list_pages_in_frames(response: Any) -> list[str]:
    """Return the HTML of the pages that the screen shows as readers will see them."""
    return [unescape(frame) for frame in re.findall(r'<iframe [^>]* srcdoc="([^"]*)"', response.content.decode())]


def list_buttons(response: Any) -> list[str]:
    """Return the labels of the submit buttons."""
    found = re.findall(r'<input type="submit"[^>]*value="([^"]*)"', response.content.decode())
    return [unescape(value) for value in found]


def list_hidden_values(response: Any, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', response.content.decode())


def send_step(client: Client, subject: Subject | Release, step: str, **values: Any) -> Any:
    """Send the form of the step as it was shown, with these values. The next page, which costs most, is not opened."""
    address = get_step_url(subject, step)
    page = client.get(address)
    carried = {
        name: list_hidden_values(page, name) for name in ("shown", "language", "lost", "announced", "first", "plan")
    }
    return client.post(address, carried | values)


def send_step_now(client: Client, subject: Subject | Release, step: str = "release/", **values: Any) -> Any:
    """Send the form with “now” and confirm. Return the first response if that is refused already."""
    values = {"now": "x"} | values if isinstance(subject, Release) else {"when": "now"} | values
    question = send_step(client, subject, step, **values)
    if not any(button.startswith("Publish") and button.endswith("now") for button in list_buttons(question)):
        return question
    carried = dict.fromkeys(re.findall(r'<input type="hidden" name="([\w-]+)"', question.content.decode()))
    posted = {name: [unescape(value) for value in list_hidden_values(question, name)] for name in carried}
    return client.post(get_step_url(subject, step), posted | {"confirmed": "x"})


def post_release(client: Client, *subjects: Subject, **values: Any) -> Any:
    """Publish the last submitted texts of the subjects, as the screen of the first one sends them."""
    query = "&".join(f"with={subject.pk}" for subject in subjects[1:])
    address = get_step_url(subjects[0], f"release/?{query}")
    shown = [digest for subject in subjects for digest in get_submitted_digests(subject)]
    if "plan" in values:
        shown = list_hidden_values(client.get(address), "shown")
    return client.post(address, {"shown": shown, "release": "x"} | values)


def post_release_now(client: Client, *subjects: Subject, **values: Any) -> Any:
    """Publish now, as the page that asks for confirmation sends it."""
    return post_release(client, *subjects, when="now", confirmed="x", **values)


def list_field_errors(response: Any, field: str) -> list[str]:
    return list(response.context["form"].errors.get(field, []))


def correct_item_title(meeting: Meeting, title: str = "Migration and asylum") -> None:
    AgendaItem.objects.filter(meeting=meeting).update(title=title)


def save_correction(subject: Subject, by: str) -> None:
    """Save what was changed in the rows, as a form would."""
    subject.refresh_from_db()
    subject.increase_version()
    keep_revision(subject, timezone.now(), get_actor(by))


def submit_as(subject: Subject, by: str, remark: str = "") -> None:
    submit(subject, by=get_actor(by), remark=remark)


def submit_and_approve(*subjects: Subject, by: str, submitter: str) -> None:
    """Submit the subjects together by one user and approve them by the other."""
    for revision in submit(*subjects, by=get_actor(submitter)):
        subject = next(item for item in subjects if item.pk == revision.subject_id)
        approve(
            subject, by=get_actor(by), shown=[one.shown for one in Review.for_revision(subject, revision).languages]
        )


def list_history(subject: Subject) -> list[str]:
    entries = LogEntry.objects.filter(object_id=str(subject.pk)).order_by("pk")
    return [entry.get_change_message() for entry in entries]
