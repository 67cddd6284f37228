"""The editors' screen: the working copy as rows, the steps from draft to withdrawn, and what is to be done next."""

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
