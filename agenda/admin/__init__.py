"""Admin screens for editors: forms for the working copy, and the steps from draft to withdrawal."""

from agenda.admin.meetings import MeetingAdmin
from agenda.admin.parts import AgendaItemAdmin, ProgrammePointAdmin, ResultAdmin
from agenda.admin.releases import ReleaseAdmin
from agenda.admin.topics import BackgroundTopicAdmin

__all__ = [
    "AgendaItemAdmin",
    "BackgroundTopicAdmin",
    "MeetingAdmin",
    "ProgrammePointAdmin",
    "ReleaseAdmin",
    "ResultAdmin",
]
