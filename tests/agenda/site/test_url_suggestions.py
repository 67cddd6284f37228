"""Mistyped addresses: redirects, and addresses without a suggestion."""

import re
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.utils import timezone
from django.utils.translation import override

from agenda.models import AgendaItem
from agenda.site.url_suggestions import parse_address, suggest_url
from tests.factories import DAY, PRESS_DATE, PRESS_DAY, make_meeting, publish, publish_now, withdraw
from tests.public_requests import Visitor, allow_public_reads
from tests.worlds import share_world

MEETING = "/en/meetings/jha/2060/09/14/"


def suggest(below: str, language: str = "en") -> str:
    """Return the suggested address below `/en/`, or an empty text."""
    if not parse_address(below):
        return ""
    with allow_public_reads(), override(language):
        return suggest_url(below, timezone.now()).path.removeprefix(f"/{language}/")


def get_offered_meetings(response: Any) -> list[str]:
    """Return the addresses of the meetings to which the page links."""
    return re.findall(r'href="(/en/meetings/[a-z]+/[0-9][^"]*)"', response.content.decode())


@share_world
def meeting(clock: Any) -> Any:
    meeting = make_meeting()
    publish_now(clock, meeting)
    return meeting


@pytest.mark.usefixtures("meeting")
class TestNoSuggestion:
    @pytest.mark.parametrize(
        "below",
        [
            "meetings/jha/2060/13/14/",
            "meetings/jha/2060/02/30/",
            "meetings/jha/14-13-2060/",
            "meetings/jha/1901/09/14/",
            "meetings/jha/9999/09/14/",
            "meetings/jha/2060-09-15/",
            "meetings/jha/2060/09/14-15/",
            "meetings/nobody/2060-09-14/",
            "meetings/nobody/2060/",
            "meetings/1901/",
            "meetings/2060/13/",
            "meetings/0000/01/",
            "meetings/0/",
            "meetings/\u0662\u0660\u0666\u0660/",
            "meetings/\0/2060/",
            f"meetings/{'x' * 3000}/2060-09-14/",
            "topics/2060-09-14/",
            "nothing/",
            "meetings/nobody/at/all/",
        ],
    )
    def test_invalid_address_has_no_suggestion(self, below: str) -> None:
        assert suggest(below) == ""

    @pytest.mark.parametrize(
        "address",
        [
            "/en/meetings/jha/2060/13/14/",
            "/en/meetings/jha/2060-09-15/",
            "/en/meetings/nobody/2060/",
            "/en/meetings/%00/2060/",
            f"/en/meetings/{'x' * 900}/2060-09-14/",
            "/en/topics/2060-09-14/",
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


@pytest.mark.usefixtures("meeting")
class TestRedirects:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("jha/2060/9/14/", "jha/2060/09/14/"),
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
    def test_mistyped_address_has_a_suggestion(self, typed: str, meant: str) -> None:
        assert suggest(f"meetings/{unquote(typed)}") == f"meetings/{meant}"

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("jha/2060/9/14/", "jha/2060/09/14/"),
            ("jha/14.9.2060", "jha/2060/09/14/"),
            ("Justice%20and%20Home%20Affairs/", "jha/"),
            ("jha/2060-9", "?configuration=jha&year=2060&month=9"),
            ("09/2060", "2060/09/"),
        ],
    )
    def test_mistyped_address_redirects(self, visitor: Visitor, typed: str, meant: str) -> None:
        response = visitor.get(f"/en/meetings/{typed}")
        if response.status_code == 301:  # the last slash was missing
            response = visitor.get(response["Location"])
        assert (response.status_code, response["Location"]) == (302, f"/en/meetings/{meant}")
        assert visitor.get(response["Location"]).status_code == 200

    @pytest.mark.parametrize(
        "typed",
        ["files/2016-0133-COD/", "Files/2016-0133-cod/", "delegations/PL/", "Glossary/", "Meetings/Corrections/"],
    )
    def test_capital_letters_redirect(self, visitor: Visitor, typed: str) -> None:
        response = visitor.get(f"/en/{typed}?kind=x")
        assert (response.status_code, response["Location"]) == (302, f"/en/{typed.lower()}?kind=x")

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("delegations/poland/", "pl"),
            ("delegations/Poland", "pl"),
            ("delegations/Pologne/", "pl"),
            ("delegations/Polska/", "pl"),
            ("delegations/the-netherlands/", "nl"),
            ("delegations/czech-republic/", "cz"),
            ("delegations/Czech Republic/", "cz"),
            ("delegations/GR/", "el"),
            ("delegations/pol%C3%B4gne/", "pl"),
        ],
    )
    def test_name_of_country_redirects_to_delegation(self, visitor: Visitor, typed: str, meant: str) -> None:
        response = visitor.get(f"/fr/{typed}")
        assert (response.status_code, response["Location"]) == (302, f"/fr/delegations/{meant}/")

    @pytest.mark.parametrize(
        "typed",
        [
            "2059-0133 (COD)",
            "2059/0133 (COD)/",
            "2059/0133(COD)",
            "2059/0133/cod/",
            "2059 0133 COD/",
            "2059_0133_cod/",
            "2059-133-cod/",
            "2059-0133",
            "2059/133/",
        ],
    )
    def test_code_of_file_in_any_spelling(self, visitor: Visitor, clock: Any, typed: str) -> None:
        meeting = make_meeting(start_date=PRESS_DATE + 10 * DAY)
        AgendaItem.objects.create(meeting=meeting, title="Dublin", position=5, procedures=["2059/0133 (COD)"])
        publish_now(clock, meeting)
        response = visitor.get(f"/en/files/{quote(typed)}")
        assert (response.status_code, response["Location"]) == (302, "/en/files/2059-0133-cod/")

    def test_hidden_file_is_answered_like_an_unknown_one(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(start_date=PRESS_DATE + 10 * DAY)
        AgendaItem.objects.create(meeting=meeting, title="Dublin", position=5, procedures=["2059/0133 (COD)"])
        publish(meeting, at=PRESS_DAY + DAY)
        for typed in ("files/2059-0133/", "files/2059-0133-cod/", "files/nonsense/", "delegations/atlantis/"):
            assert visitor.get(f"/en/{typed}").status_code == 404

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [("press/", "press-conferences/"), ("meeting/jha/", "meetings/jha/"), ("Delegation/pl/", "delegations/pl/")],
    )
    def test_other_names_of_sections(self, visitor: Visitor, typed: str, meant: str) -> None:
        assert visitor.get(f"/en/{typed}")["Location"] == f"/en/{meant}"
        assert visitor.get(f"/en/{meant}").status_code == 200

    def test_code_of_several_files_leads_to_search(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(start_date=PRESS_DATE + 10 * DAY)
        codes = ["2059/0133 (COD)", "2059/0133 (NLE)"]
        AgendaItem.objects.create(meeting=meeting, title="Dublin", position=5, procedures=codes)
        publish_now(clock, meeting)
        assert visitor.get("/en/files/2059-0133/")["Location"] == "/en/search/?q=2059%2F0133"

    def test_long_address_is_not_repeated_in_a_redirect(self, visitor: Visitor) -> None:
        """It was a header that was too long for the front server, which said that the site was down."""
        for typed in (
            f"files/{'A' * 10_000}/",
            f"delegations/{'a/' * 5_000}A/",
            f"meeting/{'a' * 5_000}/",
            "topics/" + "a" * 9_000,
        ):
            assert visitor.get(f"/en/{typed}").status_code == 414

    def test_last_slash_is_added(self, visitor: Visitor) -> None:
        response = visitor.get("/en/meetings/jha/2060/09/14")
        assert (response.status_code, response["Location"]) == (301, MEETING)

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
