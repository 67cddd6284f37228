"""Test that every answer names the licence."""

import json
from pathlib import Path
from typing import Any

import pytest

from meetings.api.description import build_description
from tests.cast import make_uuid
from tests.council.test_settings import run_manage
from tests.publicity import Visitor

LINK = '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'


@pytest.mark.once
class TestSettings:
    @pytest.mark.parametrize(
        "value", ["example.eu/licence", "https://example.eu/a b", "https://example.eu/>", "javascript:"]
    )
    def test_invalid_licence_address_is_refused(self, tmp_path: Path, value: str) -> None:
        result = run_manage(tmp_path, "check", LICENCE_URL=value)
        assert result.returncode != 0
        assert "set it to a web address" in result.stderr

    def test_description_names_the_licence(self) -> None:
        licence = json.loads(build_description())["info"]["license"]
        assert licence["url"] == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.django_db
class TestAnswers:
    @pytest.mark.parametrize(
        "address",
        ["", "schema/", "meetings/", "presidencies/", "meetings/?format=csv", "meetings/?limit=x", "nothing/"],
    )
    def test_answers_and_errors_link_to_the_licence(self, visitor: Visitor, address: str) -> None:
        assert visitor.get(f"/api/v1/{address}")["Link"].split(", ")[0] == LINK

    @pytest.mark.parametrize(
        "address", ["", "meetings/", "agenda-items/", "topics/", "media-links/", "configurations/"]
    )
    def test_lists_have_the_licence(self, visitor: Visitor, address: str) -> None:
        assert visitor.get_json(address)["licence"] == {
            "name": "Creative Commons Attribution 4.0 International (CC BY 4.0)",
            "url": "https://creativecommons.org/licenses/by/4.0/",
            "attribution": "Council of the European Union, press office",
        }

    def test_changed_licence_changes_the_etag(self, visitor: Visitor, settings: Any) -> None:
        before = visitor.get("/api/v1/meetings/")["ETag"]
        settings.LICENCE_NAME, settings.LICENCE_URL = "Ours", "https://example.eu/licence"
        settings.ATTRIBUTION = "Somebody"
        response = visitor.get("/api/v1/meetings/", headers={"if-none-match": before})
        assert (response.status_code, response["Link"].split(", ")[0]) == (
            200,
            '<https://example.eu/licence>; rel="license"',
        )
        assert response.json()["licence"]["attribution"] == "Somebody"
        assert visitor.get(f"/api/v1/meetings/{make_uuid('nobody')}/")["Link"].startswith(
            "<https://example.eu/licence>"
        )
