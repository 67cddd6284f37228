"""A note in another language beside the meeting that it is a translation of."""

from agenda.aligning.placing import Plan, import_translation, planned
from agenda.aligning.report import Finding, Report, Why

__all__ = ["Finding", "Plan", "Report", "Why", "import_translation", "planned"]
