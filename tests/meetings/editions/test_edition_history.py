"""The last change of a live text, as the page of a meeting links to it."""

from typing import Any

import pytest

from meetings.editions.edition_history import find_last_change
from meetings.editions.freezing import create_edition
from meetings.models import EditionDocument
from tests.factories import MINUTE, PRESS_DAY, make_meeting_document

pytestmark = pytest.mark.django_db


def get_live(at: Any) -> EditionDocument:
    return EditionDocument.objects.live(at).with_history().get()


def test_text_as_first_published_has_no_change_and_costs_no_query(django_assert_num_queries: Any, clock: Any) -> None:
    create_edition([make_meeting_document()], available_from=PRESS_DAY + MINUTE)
    live = get_live(PRESS_DAY + MINUTE)
    with django_assert_num_queries(0):
        assert find_last_change(live) is None


def test_change_is_between_the_last_two_different_texts(django_assert_num_queries: Any, clock: Any) -> None:
    for number, title in enumerate(("One", "Two", "Two"), 1):
        create_edition([make_meeting_document(title)], available_from=PRESS_DAY + number * MINUTE)
    live = get_live(PRESS_DAY + 3 * MINUTE)
    with django_assert_num_queries(1):
        change = find_last_change(live)
    assert change
    assert change.range == "1..2"
