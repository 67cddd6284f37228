"""Who meets in each configuration of the Council, and on what, is said of all of them."""

import pytest

from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.remits import REMITS

pytestmark = pytest.mark.once


def test_none_is_left_out() -> None:
    assert REMITS.keys() == {facts.slug for facts in CONFIGURATIONS}


def test_one_that_meets_no_more_names_those_in_force_that_took_over_and_no_other_does() -> None:
    ended = {facts.slug for facts in CONFIGURATIONS if facts.valid_until}
    assert {slug for slug, remit in REMITS.items() if remit.after} == ended
    assert ended.isdisjoint(successor for slug in ended for successor in REMITS[slug].after)
