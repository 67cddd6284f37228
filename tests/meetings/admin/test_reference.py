"""The forms and lists of configurations and presidencies."""

from typing import Any

import pytest
from django.test import Client

from meetings.models import Configuration
from tests.admin_forms import post_invalid_form, read_form_data, skip_rendering


class TestReferenceForms:
    @pytest.mark.parametrize(
        "wrong",
        [
            {
                "code": ("JHA", "Another configuration has this code."),
                "slug": ("JHA", "Use only lower-case letters"),
                "valid_from": ("12/31/2030", "Enter the date as 2017-09-14 or 14/09/2017."),
            },
            {
                "code": ("J H", "Use only letters and digits"),
                "slug": ("jha", "Another configuration already uses this word"),
                "valid_until": ("2029-01-01", "must not be before the first"),
            },
        ],
        ids=["first", "second"],
    )
    def test_configuration_errors(self, administrator: Client, wrong: dict[str, tuple[str, str]]) -> None:
        data = {"code": "NEW", "slug": "new", "name": "New", "kind": "council", "valid_from": "2030-01-01"}
        data |= {name: typed for name, (typed, _message) in wrong.items()}
        found = post_invalid_form(administrator, "/admin/meetings/configuration/add/", data)
        missing = {name: found.get(name) for name, (_, message) in wrong.items() if message not in found.get(name, "")}
        assert not missing, found

    @pytest.mark.parametrize(
        ("changes", "field", "message"),
        [
            ({"country": "GR"}, "country", "For Greece, enter EL"),
            ({"country": "NO"}, "country", "choice"),
            ({"year": "17"}, "year", "The first presidency was in 1958."),
            ({"year": "2017"}, "", "There is already a presidency for this half-year."),
        ],
    )
    def test_presidency_errors(self, administrator: Client, changes: Any, field: str, message: str) -> None:
        right = {"country": "EE", "year": "2031", "half": "1"}
        found = post_invalid_form(administrator, "/admin/meetings/presidency/add/", right | changes)
        assert message in found.get(field, ""), found

    def test_presidencies_can_be_searched_by_country_and_year(self, administrator: Client) -> None:
        for wanted, number in (("eston", 1), ("2017", 2), ("Atlantis", 0)):
            with skip_rendering():
                page: Any = administrator.get("/admin/meetings/presidency/", {"q": wanted})
            assert page.context_data["cl"].result_count == number

    def test_list_shows_validity_as_text(self, administrator: Client) -> None:
        page = administrator.get("/admin/meetings/configuration/").content.decode()
        assert "in force since 1 December 2009" in page
        assert "in force from 22 July 2002 to 30 November 2009" in page

    def test_slug_of_another_body_is_read_only(self, administrator: Client) -> None:
        facts = {"code": "EG", "name": "Eurogroup", "kind": "other", "valid_from": "2030-01-01"}
        body = Configuration.objects.create(slug="eg", **facts)
        address = f"/admin/meetings/configuration/{body.pk}/change/"
        assert "slug" not in read_form_data(administrator, address)
