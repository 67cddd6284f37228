"""“Help” in the header: the guide, opened at the section about the screen that is shown."""

import re
from typing import Any

import pytest

from agenda.dashboard.site import HELP_SECTIONS
from meetings.models import Meeting
from tests.admin_forms import create_user, create_user_with_role, sign_in
from tests.factories import make_meeting
from tests.worlds import share_world

ID = re.compile(r'id="([^"]+)"')


@share_world
def office(clock: Any) -> None:
    create_user_with_role("Publishers")
    create_user("clerk")
    make_meeting()


def test_every_section_that_a_screen_or_the_guide_names_exists(office: None) -> None:
    guide = sign_in("clerk").get("/admin/help/").content.decode().partition("<main")[2]
    anchors = set(ID.findall(guide))
    assert set(HELP_SECTIONS.values()) <= anchors
    assert set(re.findall(r'href="#([^"]+)"', guide)) <= anchors
    assert ".md" not in "".join(re.findall(r'href="[^"]*"', guide))


def test_pictures_of_the_guide_are_static_files(office: None, client: Any) -> None:
    guide = sign_in("clerk").get("/admin/help/").content.decode()
    pictures = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', guide)
    assert len(pictures) > 5
    assert all("/guide/" in address and len(words) > 20 for address, words in pictures)


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("", "your-work"),
        ("meetings/meeting/add/", "add-a-meeting"),
        ("meetings/meeting/{pk}/submit/", "1-submit-it-for-approval"),
        ("agenda/release/", "change-a-scheduled-publication"),
        ("languages/", "translating"),
        ("your-settings/", ""),
    ],
)
def test_help_leads_to_the_section_about_the_screen(office: None, path: str, section: str) -> None:
    page = sign_in("publisher").get(f"/admin/{path.format(pk=Meeting.objects.get().pk)}").content.decode()
    assert f'href="/admin/help/{f"#{section}" if section else ""}"' in page
