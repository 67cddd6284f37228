"""The editors' screen, in its plainest form: the working copy as rows, and a step that publishes it."""

from agenda.admin.meetings import MeetingAdmin
from agenda.admin.parts import AgendaItemAdmin, ProgrammePointAdmin, ResultAdmin
from agenda.admin.topics import BackgroundTopicAdmin

__all__ = ["AgendaItemAdmin", "BackgroundTopicAdmin", "MeetingAdmin", "ProgrammePointAdmin", "ResultAdmin"]
