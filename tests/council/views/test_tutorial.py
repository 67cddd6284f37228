"""Test the tutorial: its code is the same in docs and on the site, and the web page shows what is published."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.factories import DAY, PRESS_DATE
from tests.paths import ROOT
from tests.programmes import STREAM, make_point, make_programme, make_stream, show_documents
from tests.public_requests import Visitor

PAGE, GUIDE = "/api/docs/press-conferences/", ROOT / "docs/tutorial.md"


def read_code(folder: Path = ROOT / "templates/api/tutorial") -> dict[str, str]:
    return {file.stem: file.read_text(encoding="utf-8") for file in folder.glob("*.txt")}


def test_guide_has_the_code_of_the_site() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for name, code in read_code().items():
        assert code.replace("{{ base }}", "http://127.0.0.1:8000") in guide, name


@pytest.mark.django_db
class TestPage:
    def test_page_has_the_address_of_the_site(self, visitor: Visitor) -> None:
        page = visitor.get(PAGE).content.decode()
        assert "const site = &quot;http://testserver&quot;;" in page
        assert "{{" not in page

    def test_api_documentation_links_to_it(self, visitor: Visitor) -> None:
        assert f'href="{PAGE}"' in visitor.get("/api/docs/").content.decode()

    def test_request_of_the_web_page_finds_a_press_conference(self, visitor: Visitor, clock: Any) -> None:
        tomorrow = PRESS_DATE + DAY
        point = make_point("Press", date=tomorrow, live=True)
        show_documents(clock, make_programme(point, end_date=tomorrow, links=[make_stream()]))
        [query] = re.findall(r"new URLSearchParams\(\{(.+)\}\)", read_code()["page"])
        names = re.findall(r"(\w+): (\"[^\"]+\"|day)", query)
        parameters = "&".join(f"{name}={str(tomorrow) if value == 'day' else value[1:-1]}" for name, value in names)
        [found] = visitor.get_json(f"programme/?{parameters}")["results"]
        assert (found["title"], found["live_url"]) == ("Press", STREAM)
