"""Configurations and presidencies in the API."""

import pytest
from django.core.management import call_command

from tests.publicity import Visitor


@pytest.mark.django_db
class TestReferenceData:
    @pytest.fixture(autouse=True)
    def reference(self) -> None:
        call_command("load_reference", verbosity=0)

    def test_configurations_are_in_protocol_order(self, visitor: Visitor) -> None:
        slugs = [found["slug"] for found in visitor.json("configurations/")["results"]]
        assert slugs[:4] == ["gac", "fac", "ecofin", "jha"]
        assert len(visitor.statements) == 1

    @pytest.mark.parametrize(
        ("query", "number"),
        [("", 12), ("valid_on=2009-11-30", 9), ("valid_on=2009-12-01", 10), ("kind=other", 0), ("kind=council", 12)],
    )
    def test_configurations_by_day_and_kind(self, visitor: Visitor, query: str, number: int) -> None:
        assert len(visitor.json(f"configurations/?{query}")["results"]) == number

    def test_presidencies_by_country_and_year(self, visitor: Visitor) -> None:
        def found(query: str) -> list[tuple[int, int]]:
            results = visitor.json(f"presidencies/?{query}")["results"]
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
            ("presidencies/?year=99999", "year"),
        ],
    )
    def test_what_they_refuse(self, visitor: Visitor, address: str, parameter: str) -> None:
        assert visitor.problem(address, 400)["parameter"] == parameter

    @pytest.mark.parametrize("address", ["configurations/jha/", "presidencies/2017-2/"])
    def test_each_leads_to_its_meetings(self, visitor: Visitor, address: str) -> None:
        assert visitor.get(visitor.json(address)["meetings"]).json()["results"] == []
        assert visitor.get(visitor.json(address)["url"]).json() == visitor.json(address)
