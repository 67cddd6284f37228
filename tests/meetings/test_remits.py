"""Each configuration of the Council has a description of its ministers and subjects."""

import pytest

from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.remits import REMITS

pytestmark = pytest.mark.once


def test_every_configuration_has_a_remit() -> None:
    assert REMITS.keys() == {facts.slug for facts in CONFIGURATIONS}


def test_only_former_configurations_name_successors_in_force() -> None:
    ended = {facts.slug for facts in CONFIGURATIONS if facts.valid_until}
    assert {slug for slug, remit in REMITS.items() if remit.successors} == ended
    assert ended.isdisjoint(successor for slug in ended for successor in REMITS[slug].successors)
