"""Subjects that are not live are not suggested for a mistyped address."""

from typing import Any

from tests.leaks.names import DATES, HIDDEN_WORD
from tests.leaks.requests import fetch_answer
from tests.leaks.subjects import create_all_hidden, publish_live_subjects, schedule_all
from tests.public_requests import Visitor
from tests.worlds import share_world

FORMS = ("jha/{0:%Y-%m-%d}/", "jha/{0:%Y%m%d}", "jha/{0:%d-%m-%Y}/", "JHA/{0:%Y/%m/%d}/", "jha/{0:%Y/%m/}")
PATHS = [f"/en/meetings/{form.format(day)}" for form in FORMS for day in DATES.values()]
PATHS += ["/en/topics/zanzibar.html", "/fr/meetings/jha/2060-09-14", "/meetings/jha/2060-09-14"]


@share_world
def published(clock: Any) -> None:
    publish_live_subjects(clock)


def test_hidden_subject_is_answered_like_an_unknown_one(published: None, visitor: Visitor) -> None:
    before = {path: fetch_answer(visitor, path) for path in PATHS}
    schedule_all(create_all_hidden())
    assert {path: fetch_answer(visitor, path) for path in PATHS} == before
    assert HIDDEN_WORD not in "".join(answer.body for answer in before.values())


def test_mistyped_address_leads_to_live_meeting(published: None, visitor: Visitor) -> None:
    """Make sure that the test above requests addresses with suggestions."""
    for form in FORMS[:4]:
        assert fetch_answer(visitor, f"/en/meetings/{form.format(DATES['live'])}").status == 302
        assert fetch_answer(visitor, f"/en/meetings/{form.format(DATES['hidden'])}").status == 404
