"""Each configuration has a description of its ministers and subjects, and former ones have successors."""

import pytest
from django.template.loader import render_to_string

from meetings.reference.configurations import CONFIGURATIONS_BY_SLUG, SUCCESSORS

pytestmark = pytest.mark.once


def test_every_configuration_has_a_remit_of_its_own() -> None:
    texts = {slug: render_to_string("includes/remit.html", {"slug": slug}) for slug in CONFIGURATIONS_BY_SLUG}
    assert all(text.count("<p") == 2 for text in texts.values())
    assert len(set(texts.values())) == len(texts)
    assert render_to_string("includes/remit.html", {"slug": "eurogroup"}).strip() == ""


def test_former_configurations_have_successors_in_force() -> None:
    ended = {slug for slug, facts in CONFIGURATIONS_BY_SLUG.items() if facts.valid_until}
    assert SUCCESSORS.keys() == ended
    assert ended.isdisjoint(successor for successors in SUCCESSORS.values() for successor in successors)
    assert all(successor in CONFIGURATIONS_BY_SLUG for successors in SUCCESSORS.values() for successor in successors)
