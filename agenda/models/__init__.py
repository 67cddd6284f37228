from agenda.models.items import AgendaItem, Result
from agenda.models.links import MediaLink
from agenda.models.previews import PreviewLink
from agenda.models.releases import Release, ReleaseEntry
from agenda.models.revisions import REVIEWABLE_REASONS, Revision, RevisionDocument, RevisionReason, Verdict
from agenda.models.topics import BackgroundTopic
from agenda.models.translations import ConfirmedDifference

__all__ = [
    "REVIEWABLE_REASONS",
    "AgendaItem",
    "BackgroundTopic",
    "ConfirmedDifference",
    "MediaLink",
    "PreviewLink",
    "Release",
    "ReleaseEntry",
    "Result",
    "Revision",
    "RevisionDocument",
    "RevisionReason",
    "Verdict",
]
