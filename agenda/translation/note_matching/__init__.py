"""Import a note in another language as a translation of a meeting, matching its parts with the source document."""

from agenda.translation.note_matching.import_translation import ImportPlan, import_translation, plan_import
from agenda.translation.note_matching.report import FindingReason, ImportFinding, ImportReport
