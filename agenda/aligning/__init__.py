"""Import a note in another language as a translation of a meeting, matching its parts with the source document."""

from agenda.aligning.placing import ImportPlan, import_translation, planned
from agenda.aligning.report import FindingReason, ImportFinding, Report

__all__ = ["FindingReason", "ImportFinding", "ImportPlan", "Report", "import_translation", "planned"]
