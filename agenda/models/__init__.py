from agenda.models.items import AgendaItem, Result
from agenda.models.links import MediaLink
from agenda.models.previews import PreviewLink
from agenda.models.releases import Release, ReleaseEntry
from agenda.models.revisions import (
    REVIEWABLE_REASONS,
    ConfirmedDifference,
    Revision,
    RevisionDocument,
    RevisionReason,
    Verdict,
)
from agenda.models.topics import BackgroundTopic
