from agenda.models.comments import Comment, CommentReply
from agenda.models.drafts import EditorDraft, InternalNote
from agenda.models.items import AgendaItem, Result
from agenda.models.link_checks import MAX_FAILURES, LinkCheck, LinkProblem, LinkUse
from agenda.models.links import MediaLink
from agenda.models.notices import DeclinedNotice, Notice
from agenda.models.releases import ClaimedAddress, Release, ReleaseEntry
from agenda.models.revisions import (
    REVIEWABLE_REASONS,
    ApprovalEnd,
    AuthorApproval,
    ConfirmedDifference,
    PreviewLink,
    Revision,
    RevisionDocument,
    RevisionReason,
    Verdict,
)
from agenda.models.templates import BlockKind, MeetingTemplate, SharedBlock, SharedBlockVersion
from agenda.models.topics import BackgroundTopic
