"""Test the words for what an edition changed."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from meetings.editions.change_summary import describe_edition, format_changed_members
from meetings.models import ChangeEffect, Edition, EditionReason, SubjectType
from tests.factories import DAY, PRESS_DATE


def make_edition_before(day: dt.date) -> Edition:
    return Edition(start_date=day, end_date=day)


@pytest.mark.once
@pytest.mark.parametrize(("values", "words"), [({}, "translations (Deutsch)"), ({"languages": []}, "")])
@pytest.mark.parametrize(
    ("previous", "is_shown"),
    [
        (SimpleNamespace(start_date=PRESS_DATE, is_suppressed=False), True),
        (None, False),
        (SimpleNamespace(start_date=PRESS_DATE, is_suppressed=True), False),
    ],
)
def test_translations_are_named_if_readers_can_compare_them(
    values: dict[str, Any], words: str, previous: Any, is_shown: bool
) -> None:
    change = make_change(["fallbacks"])
    for name, value in ({"previous": previous} | values).items():
        setattr(change, name, value)
    assert format_changed_members(change) == (words if is_shown else "")


@pytest.mark.parametrize(
    ("subject", "members", "words"),
    [
        ("meeting", ["status_reason", "start_date", "end_date", "lead"], "status, date, introduction"),
        ("meeting", ["document_number", "references", "agenda_status", "agenda"], "references, agenda"),
        ("meeting", ["address_word", "previous", "fallbacks"], "translations (Deutsch)"),
        ("topic", ["text"], "text"),
        ("topic", ["slug", "title"], "title"),
    ],
)
def test_words(subject: str, members: list[str], words: str) -> None:
    assert format_changed_members(make_change(members, subject)) == words


@pytest.mark.parametrize(("before", "after"), [(PRESS_DATE, None), (None, PRESS_DATE)])
def test_presidency_that_follows_from_the_date_is_not_named(before: dt.date | None, after: dt.date | None) -> None:
    members = ["status", "start_date", "presidency"]
    assert format_changed_members(make_change(members, before=before, after=after)) == "status, date"
    assert format_changed_members(make_change(members)) == "status, date, presidency"


@pytest.mark.once
@pytest.mark.parametrize(
    ("reason", "before", "words"),
    [
        (EditionReason.CORRECTION, None, "moved"),
        (EditionReason.CORRECTION, Edition(), "moved"),
        (EditionReason.CORRECTION, make_edition_before(PRESS_DATE - DAY), "moved from 13 to 14 September 2060"),
        (EditionReason.CORRECTION, make_edition_before(PRESS_DATE), "corrected"),
        (EditionReason.RESTORATION, make_edition_before(PRESS_DATE - DAY), "restored"),
    ],
)
def test_earlier_date_is_named_if_readers_can_read_it(
    reason: EditionReason, before: Edition | None, words: str
) -> None:
    edition = Edition(reason=reason, start_date=PRESS_DATE, end_date=PRESS_DATE)
    assert describe_edition(edition, [ChangeEffect.MOVED], before) == words


def make_change(
    members: list[str],
    subject: str = "meeting",
    before: dt.date | None = PRESS_DATE,
    after: dt.date | None = PRESS_DATE,
) -> Any:
    return SimpleNamespace(
        edition=SimpleNamespace(subject_type=SubjectType(subject), start_date=after),
        changed_members=members,
        previous=SimpleNamespace(start_date=before, is_suppressed=False),
        languages=["de"],
    )
