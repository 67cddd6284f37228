"""Test that one whole answer of each resource is unchanged."""

import json
from pathlib import Path

import pytest

from tests.council.api.published_samples import ADDRESSES
from tests.public_requests import Visitor

CONTRACT = Path(__file__).parent / "contract"


@pytest.mark.django_db
@pytest.mark.usefixtures("one_of_each")
class TestContract:
    @pytest.mark.parametrize("name", ADDRESSES)
    def test_answer_is_unchanged(self, visitor: Visitor, name: str) -> None:
        digest = json.loads((CONTRACT / "meeting.json").read_text())["digest"]
        text = (CONTRACT / f"{name}.json").read_text()
        contract = json.loads(text.replace("the digest in meeting.json", digest))
        assert visitor.get_json(ADDRESSES[name]) == contract

    def test_root_names_the_resources(self, visitor: Visitor) -> None:
        lists = [
            "meetings",
            "agenda-items",
            "programme",
            "topics",
            "files",
            "media-links",
            "configurations",
            "presidencies",
        ]
        names = [*lists, "changes", "dump", "schema"]
        root = visitor.get_json("")
        assert root.pop("licence")["url"] == "https://creativecommons.org/licenses/by/4.0/"
        assert root == {name: f"http://testserver/api/v1/{name}/" for name in names}
        for address in root.values():
            assert visitor.get(address).status_code == 200
