"""Addresses that are nearly right: where they lead, what is offered instead, and what is never guessed."""

import datetime as dt
import re
from typing import Any

import pytest

from agenda.mistyped import words_in
from tests.cast import DAY, PRESS_DATE, make_configuration, make_meeting, make_topic, published, withdraw
from tests.publicity import Visitor, text

MEETING = "/en/meetings/jha/2060/09/14/"


def offered(response: Any) -> list[str]:
    """The meetings that the page leads to."""
    return re.findall(r'href="(/en/meetings/[a-z]+/[0-9][^"]*)"', response.content.decode())


@pytest.fixture
def meeting(clock: Any) -> Any:
    meeting = make_meeting()
    published(clock, meeting)
    return meeting


@pytest.mark.django_db
@pytest.mark.usefixtures("meeting")
class TestWhatIsNotGuessed:
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
    def test_it_is_not_there(self, visitor: Visitor, address: str) -> None:
        response = visitor.get(address)
        while response.status_code in (301, 302):  # to a language, or a slash
            response = visitor.get(response["Location"])
        assert response.status_code == 404

    def test_a_withdrawn_meeting_is_no_place_to_lead_to(self, visitor: Visitor, clock: Any, meeting: Any) -> None:
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        for typed in ("2060-09-14", "2060/9/14", "2060/09/15"):
            response = visitor.get(f"/en/meetings/jha/{typed}/")
            assert (response.status_code, offered(response)) == (404, [])

    def test_of_two_that_begin_on_the_day_none_is_chosen(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting(address_word="informal"))
        response = visitor.get("/en/meetings/jha/2060-09-14/")
        assert response.status_code == 404
        assert sorted(offered(response)) == ["/en/meetings/jha/2060/09/14-informal/", MEETING]

    def test_programs_are_not_led_about(self, visitor: Visitor) -> None:
        assert visitor.get("/en/meetings/JHA/feed.atom").status_code == 404
        assert visitor.get("/api/v1/meetings/jha/2060-09-14/").status_code == 404

    def test_nothing_but_looking_is_led_on(self, visitor: Visitor) -> None:
        assert visitor.post("/en/meetings/jha/2060/9/14/").status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("meeting")
class TestWhereItLeads:
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
    def test_to_what_is_meant(self, visitor: Visitor, typed: str, meant: str) -> None:
        response = visitor.get(f"/en/meetings/{typed}")
        if response.status_code == 301:  # the last slash first, where it is all that an address of the site lacks
            response = visitor.get(response["Location"])
        if response.status_code == 200:
            assert meant == f"{typed}/"
        else:
            assert (response.status_code, response["Location"]) == (302, f"/en/meetings/{meant}")
            assert visitor.get(response["Location"]).status_code == 200

    def test_a_day_alone_is_a_day_sheet(self, visitor: Visitor) -> None:
        for typed in ("2060/9/14/", "2060/09/14/", "20600914/", "14/09/2060/", "14.9.2060/"):
            assert visitor.get(f"/en/meetings/{typed}")["Location"] == "/en/day/2060-09-14/", typed

    def test_a_name_may_be_the_languages_own(self, visitor: Visitor) -> None:
        for name in ("justice-et-affaires-interieures", "justice-et-affaires-int%C3%A9rieures"):
            assert visitor.get(f"/fr/meetings/{name}/")["Location"] == "/fr/meetings/jha/"

    def test_to_a_meeting_by_its_first_day(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting(start_date=PRESS_DATE + 10 * DAY, end_date=PRESS_DATE + 11 * DAY))
        for typed in ("2060-09-24", "2060/09/24"):
            assert visitor.get(f"/en/meetings/jha/{typed}/")["Location"] == "/en/meetings/jha/2060/09/24-25/"

    def test_first_to_the_readers_language(self, visitor: Visitor) -> None:
        response = visitor.get("/meetings/jha/2060-09-14", headers={"accept-language": "fi"})
        assert (response.status_code, response["Location"]) == (302, "/fi/meetings/jha/2060-09-14")
        assert visitor.get(response["Location"])["Location"] == "/fi/meetings/jha/2060/09/14/"
        assert visitor.get("/EN/meetings/jha/20600914")["Location"] == "/en/meetings/jha/20600914"

    def test_it_takes_three_queries_at_most(self, visitor: Visitor) -> None:
        for typed, count in (("2060/9", 0), ("jha/2060/9", 1), ("jha/2060-09-14", 3), ("jha/2060-09-15", 3)):
            visitor.get(
                f"/en/meetings/{typed}/".replace("/2060/", "/2060/1/") if count == 0 else f"/en/meetings/{typed}/"
            )
            assert (typed, len(visitor.statements)) == (typed, count)


@pytest.mark.django_db
class TestThePage:
    def test_it_offers_the_nearest_meetings(self, visitor: Visitor, clock: Any) -> None:
        make_configuration("env")
        days = [PRESS_DATE + n * DAY for n in (-20, -10, -5, 5, 10, 20)]
        published(clock, *(make_meeting(start_date=day) for day in days))
        response = visitor.get(MEETING)
        assert response.status_code == 404
        assert "No meeting of this configuration is published for that day" in text(response)
        assert offered(response) == [
            "/en/meetings/jha/2060/09/04/",
            "/en/meetings/jha/2060/09/09/",
            "/en/meetings/jha/2060/09/19/",
            "/en/meetings/jha/2060/09/24/",
        ]
        assert 'href="/en/meetings/jha/">Justice and Home Affairs Council' in response.content.decode()
        assert offered(visitor.get("/en/meetings/env/2060/09/14/")) == []

    def test_an_undated_meeting_is_near_no_day(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(start_date=dt.date(2060, 9, 20))
        published(clock, meeting)
        meeting.start_date = meeting.end_date = None
        meeting.status, meeting.status_reason = "postponed", "The airport is closed."
        meeting.save()
        published(clock, meeting)
        assert offered(visitor.get(MEETING)) == []

    @pytest.mark.parametrize("typed", ["2060/13", "2060-13", "2060/02/30", "jha/2060/13/14"])
    def test_of_a_month_or_day_that_is_none_it_offers_the_year(self, visitor: Visitor, clock: Any, typed: str) -> None:
        page = visitor.get(f"/en/meetings/{typed}/").content.decode()
        assert '<a href="/en/meetings/?year=2060">All meetings in 2060</a>' in page

    def test_it_searches_for_the_words_of_the_address(self, visitor: Visitor) -> None:
        for language in ("en", "fi"):
            page = visitor.get(f"/{language}/topics/migration_policy-2060.html").content.decode()
            assert f'action="/{language}/search/"' in page
            assert 'name="q" maxlength="200" autocomplete="off" value="migration policy 2060"' in page
            assert visitor.get(f"/{language}/search/?q=migration+policy+2060").status_code == 200

    def test_what_was_typed_is_no_markup(self, visitor: Visitor) -> None:
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
    def test_words_of_an_address(self, path: str, words: str) -> None:
        assert words_in(path) == words


@pytest.mark.django_db
class TestWhatWasWithdrawn:
    def test_it_leads_to_the_configuration_and_the_month(self, visitor: Visitor, clock: Any) -> None:
        meeting, topic = make_meeting(), make_topic()
        published(clock, meeting, topic)
        withdraw(topic, reason="Out of date.")
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        response = visitor.get(MEETING)
        assert response.status_code == 410
        for path in ("/en/meetings/jha/", "/en/meetings/2060/09/", "/en/meetings/"):
            assert f'href="{path}"' in response.content.decode()
            assert visitor.get(path).status_code == 200
        assert 'href="/en/topics/"' in visitor.get("/en/topics/migration-policy/").content.decode()
