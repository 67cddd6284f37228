"""Import a note in another language as a translation of a meeting, matching its parts with the source document."""

from agenda.aligning.placing import ImportPlan, import_translation, plan_import
from agenda.aligning.report import FindingReason, ImportFinding, ImportReport

__all__ = ["FindingReason", "ImportFinding", "ImportPlan", "ImportReport", "import_translation", "plan_import"]
