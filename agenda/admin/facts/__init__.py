"""Changing facts on the day: the programme as one short form, and what readers will see of it."""

from agenda.admin.facts.screen import facts_step

__all__ = ["facts_step"]
