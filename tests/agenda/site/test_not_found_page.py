"""The page of an address that does not exist: what it offers instead."""

import datetime as dt
from typing import Any

import pytest

from agenda.site.url_suggestions import extract_search_words
from tests.agenda.site.test_url_suggestions import MEETING, get_offered_meetings
from tests.factories import DAY, PRESS_DATE, make_configuration, make_meeting, make_topic, publish_now, withdraw
from tests.public_requests import Visitor, get_visible_text


@pytest.mark.django_db
class TestNotFoundPage:
    def test_nearest_meetings_are_offered(self, visitor: Visitor, clock: Any) -> None:
        make_configuration("env")
        days = [PRESS_DATE + n * DAY for n in (-20, -10, -5, 5, 10, 20)]
        publish_now(clock, *(make_meeting(start_date=day) for day in days))
        response = visitor.get(MEETING)
        assert response.status_code == 404
        assert "There is no published meeting of this Council configuration on that day" in get_visible_text(response)
        assert get_offered_meetings(response) == [
            "/en/meetings/jha/2060/09/04/",
            "/en/meetings/jha/2060/09/09/",
            "/en/meetings/jha/2060/09/19/",
            "/en/meetings/jha/2060/09/24/",
        ]
        assert 'href="/en/meetings/jha/">Justice and Home Affairs Council' in response.content.decode()
        assert get_offered_meetings(visitor.get("/en/meetings/env/2060/09/14/")) == []

    def test_meeting_without_a_date_is_not_offered(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(start_date=dt.date(2060, 9, 20))
        publish_now(clock, meeting)
        meeting.start_date = meeting.end_date = None
        meeting.status, meeting.status_reason = "postponed", "The airport is closed."
        meeting.save()
        publish_now(clock, meeting)
        assert get_offered_meetings(visitor.get(MEETING)) == []

    @pytest.mark.parametrize("typed", ["2060/13", "2060-13", "2060/02/30", "jha/2060/13/14"])
    def test_impossible_date_offers_the_year(self, visitor: Visitor, clock: Any, typed: str) -> None:
        page = visitor.get(f"/en/meetings/{typed}/").content.decode()
        assert '<a href="/en/meetings/?year=2060">All meetings in 2060</a>' in page

    def test_search_box_contains_words_of_the_address(self, visitor: Visitor) -> None:
        for language in ("en", "fi"):
            page = visitor.get(f"/{language}/topics/migration_policy-2060.html").content.decode()
            assert f'action="/{language}/search/"' in page
            assert 'name="q" maxlength="200" autocomplete="off" value="migration policy 2060"' in page
            assert visitor.get(f"/{language}/search/?q=migration+policy+2060").status_code == 200

    def test_typed_address_is_escaped(self, visitor: Visitor) -> None:
        page = visitor.get("/en/topics/%22%3E%3Cscript%3Ealert/").content.decode()
        assert 'value="script alert"' in page
        assert "<script>alert" not in page

    @pytest.mark.parametrize(
        ("path", "words"),
        [
            ("/", ""),
            ("/en/", ""),
            ("/en/meetings/2060/09/14/", ""),
            ("/en/meetings/jha/2060/09/14/", "jha"),
            ("/en/topics/migration-policy/editions/7/", "migration policy"),
            ("/en/μετανάστευση/", "μετανάστευση"),
            ("/en/a\0b\nasylum/", "a b asylum"),
            ("/en/Agenda.aspx", "Agenda"),
            ("/media/a4025f66324b596cbde30e21671137d5.webp", ""),
            ("/en/6f0f6b9e-52a4-4f0e-9a55-5d6a5a1c0001/", ""),
            (f"/en/{'asylum-' * 50}", ("asylum " * 50)[:80].strip()),
        ],
    )
    def test_search_words_from_an_address(self, path: str, words: str) -> None:
        assert extract_search_words(path) == words


@pytest.mark.django_db
class TestWithdrawnPage:
    def test_notice_links_to_the_configuration_and_the_month(self, visitor: Visitor, clock: Any) -> None:
        meeting, topic = make_meeting(), make_topic()
        publish_now(clock, meeting, topic)
        withdraw(topic, reason="Out of date.")
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        response = visitor.get(MEETING)
        assert response.status_code == 410
        for path in ("/en/meetings/jha/", "/en/meetings/2060/09/", "/en/meetings/"):
            assert f'href="{path}"' in response.content.decode()
            assert visitor.get(path).status_code == 200
        assert 'href="/en/topics/"' in visitor.get("/en/topics/migration-policy/").content.decode()
