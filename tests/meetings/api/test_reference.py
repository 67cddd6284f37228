"""Test configurations and presidencies in the API."""

import pytest
from django.core.management import call_command

from meetings.models import Configuration
from tests.factories import PRESS_DATE
from tests.public_requests import Visitor


@pytest.mark.django_db
class TestReferenceData:
    @pytest.fixture(autouse=True)
    def reference(self) -> None:
        call_command("load_reference", verbosity=0)

    def test_configurations_are_in_protocol_order(self, visitor: Visitor) -> None:
        slugs = [found["slug"] for found in visitor.get_json("configurations/")["results"]]
        assert slugs[:4] == ["gac", "fac", "ecofin", "jha"]
        assert len(visitor.statements) == 1

    @pytest.mark.parametrize(
        ("query", "number"),
        [("", 12), ("valid_on=2009-11-30", 9), ("valid_on=2009-12-01", 10), ("kind=other", 0), ("kind=council", 12)],
    )
    def test_configurations_are_filtered_by_day_and_kind(self, visitor: Visitor, query: str, number: int) -> None:
        assert len(visitor.get_json(f"configurations/?{query}")["results"]) == number

    def test_presidencies_are_filtered_by_country_and_year(self, visitor: Visitor) -> None:
        def found(query: str) -> list[tuple[int, int]]:
            results = visitor.get_json(f"presidencies/?{query}")["results"]
            return [(presidency["year"], presidency["half"]) for presidency in results]

        assert found("country=EE") == [(2017, 2)]
        assert found("year=2017") == [(2017, 1), (2017, 2)]
        assert found("country=de") == [(2007, 1), (2020, 2)]
        assert found("year=1999") == []

    @pytest.mark.parametrize(
        ("address", "parameter"),
        [
            ("configurations/?valid_on=2009", "valid_on"),
            ("configurations/?kind=councils", "kind"),
            ("presidencies/?country=GR", "country"),
            ("presidencies/?year=17", "year"),
        ],
    )
    def test_wrong_values_are_refused(self, visitor: Visitor, address: str, parameter: str) -> None:
        assert visitor.get_problem(address, 400)["parameter"] == parameter

    @pytest.mark.parametrize(
        ("address", "name"),
        [("configurations/jha/", "Oikeus- ja sisäasiat"), ("presidencies/2017-2/", "Viro")],
    )
    def test_names_are_in_the_requested_language(self, visitor: Visitor, address: str, name: str) -> None:
        found = visitor.get(f"/api/v1/{address}?lang=fi")
        assert (found["Content-Language"], found.json()["language"], found.json()["name"]) == ("fi", "fi", name)

    def test_name_without_translation_is_kept(self, visitor: Visitor) -> None:
        Configuration.objects.create(
            slug="eurogroup", code="EG", kind="other", name="Eurogroup", valid_from=PRESS_DATE, position=99
        )
        found = visitor.get("/api/v1/configurations/eurogroup/?lang=fi")
        assert (found["Content-Language"], found.json()["language"], found.json()["name"]) == ("en", "en", "Eurogroup")
        assert visitor.get("/api/v1/configurations/?lang=fi")["Content-Language"] == "fi, en"

    @pytest.mark.parametrize("address", ["configurations/jha/", "presidencies/2017-2/"])
    def test_entries_link_to_their_meetings(self, visitor: Visitor, address: str) -> None:
        assert visitor.get(visitor.get_json(address)["meetings"]).json()["results"] == []
        assert visitor.get(visitor.get_json(address)["url"]).json() == visitor.get_json(address)
