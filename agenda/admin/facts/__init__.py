"""Same-day changes: the programme as one short form, with a preview of what readers will see."""

from agenda.admin.facts.screen import change_facts_view

__all__ = ["change_facts_view"]
