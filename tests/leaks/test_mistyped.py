"""What is not live is not guessed from an address that is nearly its own, nor offered beside another."""

from typing import Any

import pytest

from tests.leaks.asking import ask
from tests.leaks.names import DATES, SECRET
from tests.leaks.world import STATES, everything_hidden, publish_what_is_live
from tests.publicity import Visitor

pytestmark = pytest.mark.django_db
FORMS = ("jha/{0:%Y-%m-%d}/", "jha/{0:%Y%m%d}", "jha/{0:%d-%m-%Y}/", "JHA/{0:%Y/%m/%d}/", "jha/{0:%Y/%m/}")
PATHS = [f"/en/meetings/{form.format(day)}" for form in FORMS for day in DATES.values()]
PATHS += ["/en/topics/zanzibar.html", "/fr/meetings/jha/2060-09-14", "/meetings/jha/2060-09-14"]


@pytest.mark.parametrize("state", STATES)
def test_it_is_answered_as_if_nobody_had_written_it(visitor: Visitor, clock: Any, state: str) -> None:
    publish_what_is_live(clock)
    before = {path: ask(visitor, path) for path in PATHS}
    STATES[state](everything_hidden())
    assert {path: ask(visitor, path) for path in PATHS} == before
    assert SECRET not in "".join(answer.body for answer in before.values())


def test_each_form_leads_to_what_is_live(visitor: Visitor, clock: Any) -> None:
    """So that the test above asks for what is answered at all."""
    publish_what_is_live(clock)
    for form in FORMS[:4]:
        assert ask(visitor, f"/en/meetings/{form.format(DATES['live'])}").status == 302
        assert ask(visitor, f"/en/meetings/{form.format(DATES['hidden'])}").status == 404
