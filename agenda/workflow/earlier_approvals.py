"""Find approvals of texts after which another text was approved: to publish the earlier one undoes that."""

import datetime as dt

from agenda.models import ReleaseEntry, Revision, RevisionReason, Verdict
from agenda.workflow.reviews import Review, get_verdicts


def find_first_verdict(verdict: Verdict) -> Verdict:
    """Return the verdict of the person who looked at the text, if a same-day change carried it to another one."""
    while verdict.carried_from:
        verdict = verdict.carried_from
    return verdict


def has_newer_text(verdict: Verdict, until: dt.datetime) -> bool:
    """Return whether another text was approved after the verdict, or published without approval, up to an instant."""
    subject = verdict.revision.subject_type, verdict.revision.subject_id
    since = {"at__gt": verdict.at, "at__lte": until}
    revisions = Revision.objects.for_subject(*subject)
    approved = Verdict.objects.filter(
        revision__in=revisions, language=verdict.language, approved=True, carried_from=None, **since
    ).exclude(document__digest=verdict.document_id)
    forced = revisions.filter(why=RevisionReason.FORCED, **since)
    return approved.exists() or forced.exclude(documents__document__digest=verdict.document_id).exists()


def find_later_approval(review: Review) -> dt.datetime | None:
    """Return when a text that was submitted after this approved one was approved, too, if that was later.

    Somebody has sent that text back since: otherwise, this would not be the newest approved one.
    """
    if review.source.verdict is None:
        return None
    verdict, revision = find_first_verdict(review.source.verdict), review.revision
    later = Revision.objects.for_subject(revision.subject_type, revision.subject_id)
    approvals = Verdict.objects.filter(
        revision__in=later.filter(version__gt=revision.version),
        language=verdict.language,
        approved=True,
        carried_from=None,
        at__gt=verdict.at,
    ).exclude(document__digest=verdict.document_id)
    return approvals.order_by("-at").values_list("at", flat=True).first()


def find_earlier_approval_of_entry(entry: ReleaseEntry, now: dt.datetime) -> dt.datetime | None:
    """Return when the text of a release was approved, if a newer text was approved since; otherwise None."""
    if entry.revision is None:
        return None
    language = entry.revision.source_language
    digests = dict(entry.revision.documents.filter(language=language).values_list("language", "document__digest"))
    verdict = get_verdicts(entry.revision, digests).get(language)
    if verdict is None or not verdict.approved:
        return None
    first = find_first_verdict(verdict)
    return first.at if has_newer_text(first, now) else None
