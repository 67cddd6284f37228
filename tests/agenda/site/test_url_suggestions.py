"""Mistyped addresses: redirects, suggestions, and addresses without a suggestion."""

import datetime as dt
import re
from typing import Any

import pytest

from agenda.site.url_suggestions import extract_search_words
from tests.factories import DAY, PRESS_DATE, make_configuration, make_meeting, make_topic, publish_now, withdraw
from tests.public_requests import Visitor, get_visible_text

MEETING = "/en/meetings/jha/2060/09/14/"


def get_offered_meetings(response: Any) -> list[str]:
    """Return the addresses of the meetings to which the page links."""
    return re.findall(r'href="(/en/meetings/[a-z]+/[0-9][^"]*)"', response.content.decode())


@pytest.fixture
def meeting(clock: Any) -> Any:
    meeting = make_meeting()
    publish_now(clock, meeting)
    return meeting


@pytest.mark.django_db
@pytest.mark.usefixtures("meeting")
class TestNoSuggestion:
    @pytest.mark.parametrize(
        "address",
        [
            "/en/meetings/jha/2060/13/14/",
            "/en/meetings/jha/2060/02/30/",
            "/en/meetings/jha/14-13-2060/",
            "/en/meetings/jha/1901/09/14/",
            "/en/meetings/jha/9999/09/14/",
            "/en/meetings/jha/2060-09-15/",
            "/en/meetings/jha/2060/09/14-15/",
            "/en/meetings/nobody/2060-09-14/",
            "/en/meetings/nobody/2060/",
            "/en/meetings/1901/",
            "/en/meetings/2060/13/",
            "/en/meetings/0000/01/",
            "/en/meetings/0/",
            "/en/meetings/\u0662\u0660\u0666\u0660/",
            "/en/meetings/%00/2060/",
            f"/en/meetings/{'x' * 3000}/2060-09-14/",
            "/en/topics/2060-09-14/",
            "/en/nothing/",
            "/meetings/nobody/at/all/",
        ],
    )
    def test_invalid_address_is_404(self, visitor: Visitor, address: str) -> None:
        response = visitor.get(address)
        while response.status_code in (301, 302):  # the language or the last slash is added
            response = visitor.get(response["Location"])
        assert response.status_code == 404

    def test_withdrawn_meeting_is_not_suggested(self, visitor: Visitor, clock: Any, meeting: Any) -> None:
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        for typed in ("2060-09-14", "2060/9/14", "2060/09/15"):
            response = visitor.get(f"/en/meetings/jha/{typed}/")
            assert (response.status_code, get_offered_meetings(response)) == (404, [])

    def test_two_meetings_on_the_day_are_both_offered(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(address_word="informal"))
        response = visitor.get("/en/meetings/jha/2060-09-14/")
        assert response.status_code == 404
        assert sorted(get_offered_meetings(response)) == ["/en/meetings/jha/2060/09/14-informal/", MEETING]

    def test_feeds_and_api_do_not_redirect(self, visitor: Visitor) -> None:
        assert visitor.get("/en/meetings/JHA/feed.atom").status_code == 404
        assert visitor.get("/api/v1/meetings/jha/2060-09-14/").status_code == 404

    def test_post_does_not_redirect(self, visitor: Visitor) -> None:
        assert visitor.post("/en/meetings/jha/2060/9/14/").status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("meeting")
class TestRedirects:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("jha/2060/9/14/", "jha/2060/09/14/"),
            ("jha/2060/09/14", "jha/2060/09/14/"),
            ("jha/2060-09-14/", "jha/2060/09/14/"),
            ("jha/2060-9-14", "jha/2060/09/14/"),
            ("jha/20600914", "jha/2060/09/14/"),
            ("jha/14-09-2060/", "jha/2060/09/14/"),
            ("jha/14.9.2060", "jha/2060/09/14/"),
            ("JHA/2060/09/14/", "jha/2060/09/14/"),
            ("justice-and-home-affairs/2060-09-14/", "jha/2060/09/14/"),
            ("JHA/", "jha/"),
            ("Jha", "jha/"),
            ("justice-and-home-affairs/", "jha/"),
            ("Justice%20and%20Home%20Affairs/", "jha/"),
            ("jha/2060/", "?configuration=jha&year=2060"),
            ("JHA/2060", "?configuration=jha&year=2060"),
            ("jha/2060/09/", "?configuration=jha&year=2060&month=9"),
            ("jha/2060-9", "?configuration=jha&year=2060&month=9"),
            ("2060/", "?year=2060"),
            ("2060/9/", "2060/09/"),
            ("2060-09", "2060/09/"),
            ("206009", "2060/09/"),
            ("09/2060", "2060/09/"),
            ("9-2060", "2060/09/"),
        ],
    )
    def test_mistyped_address_redirects(self, visitor: Visitor, typed: str, meant: str) -> None:
        response = visitor.get(f"/en/meetings/{typed}")
        if response.status_code == 301:  # only the last slash was missing
            response = visitor.get(response["Location"])
        if response.status_code == 200:
            assert meant == f"{typed}/"
        else:
            assert (response.status_code, response["Location"]) == (302, f"/en/meetings/{meant}")
            assert visitor.get(response["Location"]).status_code == 200

    def test_date_alone_redirects_to_the_daily_schedule(self, visitor: Visitor) -> None:
        for typed in ("2060/9/14/", "2060/09/14/", "20600914/", "14/09/2060/", "14.9.2060/"):
            assert visitor.get(f"/en/meetings/{typed}")["Location"] == "/en/day/2060-09-14/", typed

    def test_name_in_the_language_of_the_page(self, visitor: Visitor) -> None:
        for name in ("justice-et-affaires-interieures", "justice-et-affaires-int%C3%A9rieures"):
            assert visitor.get(f"/fr/meetings/{name}/")["Location"] == "/fr/meetings/jha/"

    def test_first_day_redirects_to_a_longer_meeting(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(start_date=PRESS_DATE + 10 * DAY, end_date=PRESS_DATE + 11 * DAY))
        for typed in ("2060-09-24", "2060/09/24"):
            assert visitor.get(f"/en/meetings/jha/{typed}/")["Location"] == "/en/meetings/jha/2060/09/24-25/"

    def test_language_redirect_comes_first(self, visitor: Visitor) -> None:
        response = visitor.get("/meetings/jha/2060-09-14", headers={"accept-language": "fi"})
        assert (response.status_code, response["Location"]) == (302, "/fi/meetings/jha/2060-09-14")
        assert visitor.get(response["Location"])["Location"] == "/fi/meetings/jha/2060/09/14/"
        assert visitor.get("/EN/meetings/jha/20600914")["Location"] == "/en/meetings/jha/20600914"

    def test_at_most_three_queries(self, visitor: Visitor) -> None:
        for typed, count in (("2060/9", 0), ("jha/2060/9", 1), ("jha/2060-09-14", 3), ("jha/2060-09-15", 3)):
            visitor.get(
                f"/en/meetings/{typed}/".replace("/2060/", "/2060/1/") if count == 0 else f"/en/meetings/{typed}/"
            )
            assert (typed, len(visitor.statements)) == (typed, count)


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
