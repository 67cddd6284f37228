from agenda.models.items import AgendaItem, Result
from agenda.models.links import MediaLink
from agenda.models.previews import PreviewLink
from agenda.models.releases import Release, ReleaseEntry
from agenda.models.revisions import FOR_REVIEW, Revision, RevisionDocument, Verdict, Why
from agenda.models.topics import BackgroundTopic
from agenda.models.translations import ConfirmedDifference

__all__ = [
    "FOR_REVIEW",
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
    "Verdict",
    "Why",
]
