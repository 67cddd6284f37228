"""Delegations: what each asked for, supported and chaired, on pages, in feeds and calendars, and in the API."""

import re
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from meetings.documents import schema
from meetings.documents.choices import ItemState, Language
from meetings.documents.schema import MeetingDocument
from meetings.models import IndexedDelegation
from tests.edition_publisher import EditionPublisher, appears, make_meeting_version
from tests.factories import DAY, MINUTE, PRESS_DATE, make_configuration, make_uuid
from tests.public_requests import Visitor, get_visible_text, lifted_guards

__all__ = ["appears"]
PAGE = "/en/delegations/pl/"
ASKED, SUPPORTED = "Items at its request in 2060", "Requests of others that it supported in 2060"


@pytest.fixture(autouse=True)
def _configuration(db: None) -> None:
    make_configuration()


def make_item(title: str, **values: Any) -> schema.Item:
    return schema.Item(id=make_uuid(title), title=title, **values)


def make_meeting(name: str, days: int, *items: schema.Item, **values: Any) -> MeetingDocument:
    day = PRESS_DATE + days * DAY
    facts: dict[str, Any] = {"start_date": day, "end_date": day, "agenda": list(items)}
    return make_meeting_version(name, **facts | values)


def read_sections(visitor: Visitor, path: str = PAGE) -> dict[str, str]:
    """Return the text of each section of a page by its heading."""
    html = visitor.get(path).content.decode()
    parts = [re.split("</h2>", part, maxsplit=1) for part in re.split('<h2 id="[^"]*">', html)[1:]]
    return {name: " ".join(re.sub("<[^>]+>", " ", text).split()) for name, text in parts}


class TestPage:
    def test_page_tells_what_it_asked_for_supported_and_chaired(
        self, visitor: Visitor, appears: EditionPublisher
    ) -> None:
        prices = make_item("Prices", information_from=["Poland", "Commission"], supported_by=["Lithuania", "Romania"])
        tides = make_item("Tides", information_from=["France"], supported_by=["Poland"], state=ItemState.WITHDRAWN)
        appears(make_meeting("m", 0, make_item("Fish"), prices, make_item("AOB", items=[tides])))
        chair = schema.Chair(id=make_uuid("chair"), name="Jan Sample", country="PL")
        appears(make_meeting("chaired", 9, chairs=[chair], title="Chaired"))
        sections = read_sections(visitor)
        assert re.fullmatch(
            "JHA Tuesday 14 September 2060 Prices Information from: Poland , Commission "
            "Supported by: Lithuania , Romania Justice and Home Affairs Council",
            sections[ASKED],
        )
        assert "Tides Withdrawn Information from: France Supported by: Poland" in sections[SUPPORTED]
        assert "Chaired" in sections["Meetings in the chair in 2060"]
        assert "Fish" not in "".join(sections.values())

    def test_search_for_its_name_leads_to_the_page(self, visitor: Visitor) -> None:
        assert f'href="{PAGE}"' in visitor.get("/en/search/?q=poland").content.decode()
        assert 'href="/fr/delegations/pl/"' in visitor.get("/fr/search/?q=Pologne").content.decode()
        assert f'href="{PAGE}"' not in visitor.get("/en/search/?q=polar").content.decode()

    def test_years_have_pages(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting("this", 0, make_item("Prices", information_from=["Poland"])))
        appears(make_meeting("next", 365, make_item("Wages", information_from=["Poland"])))
        assert "Prices" in read_sections(visitor)[ASKED]
        assert "Wages" in read_sections(visitor, f"{PAGE}?year=2061")["Items at its request in 2061"]
        assert read_sections(visitor, f"{PAGE}?year=1066").keys() == read_sections(visitor).keys()

    def test_presidencies_are_listed(self, visitor: Visitor) -> None:
        call_command("load_reference", verbosity=0)
        assert "1 January – 30 June 2025 1 July – 31 December 2011" in get_visible_text(visitor.get(PAGE))

    @pytest.mark.parametrize(("code", "status"), [("pl", 200), ("el", 200), ("uk", 200), ("no", 200), ("xx", 404)])
    def test_every_known_delegation_has_a_page(self, visitor: Visitor, code: str, status: int) -> None:
        for path in ("", "feed.atom", "calendar.ics"):
            assert visitor.get(f"/fi/delegations/{code}/{path}").status_code == status

    def test_nothing_shows_before_its_instant_or_after_a_withdrawal(
        self, visitor: Visitor, appears: EditionPublisher, clock: Any
    ) -> None:
        edition = appears(make_meeting("m", 0, make_item("Prices", information_from=["Poland"])))
        paths = (PAGE, f"{PAGE}feed.atom", f"{PAGE}calendar.ics", "/en/delegations/")
        now = [visitor.get(path).content for path in paths]
        clock.move_to(edition.available_from - MINUTE / 2)
        before = [visitor.get(path).content for path in paths]
        appears.withdraw(edition)
        after = [visitor.get(path).content for path in paths]
        assert all(one != other for one, other in zip(now, before, strict=True))
        assert after == before

    def test_names_on_items_lead_to_it(self, visitor: Visitor, appears: EditionPublisher) -> None:
        names = ["Poland", "the Danish delegation", "Commission", "France and Italy"]
        edition = appears(make_meeting("m", 0, make_item("Prices", information_from=names)))
        html = visitor.get(f"/en/{edition.address}").content.decode()
        assert re.findall('<a href="/en/delegations/(..)/">([^<]+)', html) == [
            ("pl", "Poland"),
            ("dk", "the Danish delegation"),
        ]

    def test_name_is_found_in_the_language_of_the_note(self, visitor: Visitor, appears: EditionPublisher) -> None:
        item = make_item("Prix", information_from=["Pologne"])
        appears(make_meeting("m", 0, item, language=Language.FR, source_language=Language.FR))
        assert "Prix Information from: Pologne" in read_sections(visitor)[ASKED]

    @pytest.mark.parametrize("number", [1, 9])
    def test_query_count_does_not_depend_on_the_amount_of_data(
        self, visitor: Visitor, appears: EditionPublisher, number: int
    ) -> None:
        for n in range(number):
            appears(make_meeting(f"m {n}", n, make_item(f"Prices {n}", information_from=["Poland"])))
        for path, queries in {PAGE: 4, "/en/delegations/": 1}.items():  # years, rows, documents, presidencies
            visitor.get(path)
            assert (path, len(visitor.queries)) == (path, queries)


def test_two_steps_lead_from_the_home_page_to_what_poland_asked_for(
    visitor: Visitor, appears: EditionPublisher
) -> None:
    appears(make_meeting("m", 0, make_item("Prices", information_from=["Poland"])))
    assert '<a href="/en/delegations/">Delegations</a>' in visitor.get("/en/").content.decode()
    page = visitor.get("/en/delegations/")
    assert f'<a href="{PAGE}">Poland</a>' in page.content.decode()
    assert "Poland 1 request in 2060" in get_visible_text(page)


def test_api_has_country_codes_and_filters(visitor: Visitor, appears: EditionPublisher) -> None:
    prices = make_item("Prices", information_from=["Poland", "Commission"], supported_by=["Lithuania"])
    appears(make_meeting("m", 0, prices, make_item("Tides", information_from=["France"], supported_by=["Poland"])))

    def list_titles(query: str) -> list[str]:
        return [item["title"] for item in visitor.get_json(f"agenda-items/?{query}")["results"]]

    first = visitor.get_json("agenda-items/")["results"][0]
    assert (first["information_from_countries"], first["supported_by_countries"]) == (["PL"], ["LT"])
    fields = "information_from_countries,supported_by_countries"
    table = visitor.get(f"/api/v1/agenda-items/?information_from=PL&format=csv&fields={fields}").content.decode()
    assert table.splitlines()[:2] == [fields, "PL,LT"]
    assert list_titles("information_from=PL") == ["Prices"]
    assert list_titles("supported_by=PL") == ["Tides"]
    assert list_titles("information_from=FR&supported_by=PL") == ["Tides"]
    assert visitor.get_problem("agenda-items/?information_from=XX", 400)["parameter"] == "information_from"


def test_migration_writes_the_same_rows_for_older_editions(clock: Any, committed: None) -> None:
    chairs = [schema.Chair(id=make_uuid(country), name="Jan Sample", country=country) for country in ("PL", "")]
    item = make_item("Prices", information_from=["Poland"], supported_by=["Lithuania", "Latvia"])
    EditionPublisher(clock)(make_meeting("m", 0, item, chairs=chairs))
    columns = ("edition", "code", "role", "item_id")
    rows = IndexedDelegation.objects.order_by("code", "role")
    written = list(rows.values_list(*columns))
    assert [row[1:3] for row in written] == [
        ("LT", "support"),
        ("LV", "support"),
        ("PL", "chair"),
        ("PL", "request"),
    ]
    migration = import_module("meetings.migrations.0033_delegations")
    with lifted_guards():
        rows.delete()
        with connection.schema_editor(atomic=True) as editor:
            migration.fill(apps, editor)
    assert list(rows.values_list(*columns)) == written
    with pytest.raises(DatabaseError, match="sealed"), transaction.atomic():
        rows.delete()
