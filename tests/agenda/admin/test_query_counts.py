"""Steps and screens take the same queries however often a note was submitted, approved and published before."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, submit
from tests.agenda.admin.screens import correct_item_title, get_actor, get_step_url, save_correction
from tests.agenda.workflow.users import get_shown
from tests.factories import DAY, make_meeting

pytestmark = pytest.mark.once

MOST_QUERIES = {"submit/": 44, "force/": 39, "submit": 38, "review/": 37, "approve": 19, "release/": 34, "publish": 55,
                "withdraw/": 20, "rollback/": 16, "change/": 17}  # fmt: skip


def count_queries(step: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        step()
    return len(queries)


def test_same_queries_for_few_and_many_corrections(petra: Client, clock: Any) -> None:
    meeting = make_meeting()
    anna, reviewer = get_actor("anna"), get_actor("petra")

    def open_screens(*steps: str) -> dict[str, int]:
        return {step: count_queries(partial(petra.get, get_step_url(meeting, step))) for step in steps}

    def correct(number: int) -> dict[str, int]:
        correct_item_title(meeting, f"Title {number}")
        save_correction(meeting, by="anna")
        found = open_screens("submit/", "force/")
        found["submit"] = count_queries(lambda: submit(meeting, by=anna))
        found |= open_screens("review/")
        shown = get_shown(meeting)
        found["approve"] = count_queries(lambda: approve(meeting, by=reviewer, shown=shown))
        found |= open_screens("release/")
        found["publish"] = count_queries(lambda: publish(meeting, by=reviewer, note=f"Correction {number}."))
        clock.shift(DAY)
        return found | open_screens("withdraw/", "rollback/", "change/")

    counts = [correct(number) for number in range(6)]
    assert counts[2] == counts[-1]
    assert {step: count for step, count in counts[-1].items() if count > MOST_QUERIES[step]} == {}
