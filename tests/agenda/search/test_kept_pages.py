"""A page of results is rendered once for what the search has found, and follows all else that it shows."""

from typing import Any
from unittest.mock import patch

import pytest

from meetings.models import Configuration
from meetings.site import published_cache
from tests.agenda.search.search_page import fetch_search_page, list_result_titles
from tests.edition_publisher import EditionPublisher, appears, make_meeting_version
from tests.factories import DAY, make_configuration
from tests.meetings.site.kept_parts import record_rendered_parts, render_all_parts
from tests.public_requests import Visitor

__all__ = ["appears"]
pytestmark = pytest.mark.django_db
PAGE = "/en/search/?q=cod"


@pytest.fixture
def rendered(appears: EditionPublisher, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    make_configuration()
    appears(make_meeting_version(title="Cod and herring"))
    return record_rendered_parts(monkeypatch)


def test_second_search_renders_nothing_and_takes_one_query(rendered: list[str], visitor: Visitor) -> None:
    first = visitor.get(PAGE).content
    assert rendered == ["agenda/search.html"]
    assert visitor.get(PAGE).content == first
    assert (len(rendered), len(visitor.queries)) == (1, 1)


def test_page_stays_when_something_else_is_published(
    rendered: list[str], visitor: Visitor, appears: EditionPublisher
) -> None:
    visitor.get(PAGE)
    appears(make_meeting_version("other", title="Wheat"))
    assert list_result_titles(visitor, "cod") == ["Cod and herring"]
    assert len(rendered) == 1


def test_page_follows_what_is_found(rendered: list[str], visitor: Visitor, appears: EditionPublisher) -> None:
    assert list_result_titles(visitor, "cod") == ["Cod and herring"]
    corrected = appears(make_meeting_version(title="Cod, herring and sprat"))
    assert list_result_titles(visitor, "cod") == ["Cod, herring and sprat"]
    second = appears(make_meeting_version("second", title="Cod"))
    assert set(list_result_titles(visitor, "cod")) == {"Cod", "Cod, herring and sprat"}
    appears.withdraw(corrected)
    assert list_result_titles(visitor, "cod") == ["Cod"]
    appears.withdraw(second)
    assert list_result_titles(visitor, "cod") == []


@pytest.mark.parametrize("query", ["q=cod", "q=co", "q=cod+whales", "q=whales", "q=cod&in=items", "q=cod&page=2"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_is_what_it_would_be_without(rendered: list[str], visitor: Visitor, query: str, language: str) -> None:
    address = f"/{language}/search/?{query}"
    kept = [visitor.get(address).content for _visit in range(2)]
    with render_all_parts():
        assert kept == [visitor.get(address).content] * 2


def test_page_is_rendered_again_for_another_name_of_a_configuration(rendered: list[str], visitor: Visitor) -> None:
    visitor.get(PAGE)
    Configuration.objects.update(name="Home Affairs")
    published_cache.entries.clear()  # its version of what is published is another, from the next second on
    visitor.get(PAGE)
    assert len(rendered) == 2


def test_page_is_rendered_again_on_another_day(rendered: list[str], visitor: Visitor, clock: Any) -> None:
    visitor.get(PAGE)
    clock.shift(DAY)
    visitor.get(PAGE)
    assert len(rendered) == 2


def test_page_without_a_result_that_was_just_removed_is_not_kept(rendered: list[str], visitor: Visitor) -> None:
    with patch("agenda.search.views.load_results", return_value=[]):
        fetch_search_page(visitor, "cod")
    assert not rendered
    assert list_result_titles(visitor, "cod") == ["Cod and herring"]
