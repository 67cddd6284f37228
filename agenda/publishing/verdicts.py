"""Verdicts that follow from others, so that nobody has to review the same words twice."""

from collections.abc import Mapping

from django.utils import timezone

from agenda.models import Revision, Verdict
from agenda.reviews import get_verdict


def carry_verdicts(old: Revision, new: Revision, digests: Mapping[str, str]) -> None:
    """Copy the current verdicts on the old revision to the new one, whose documents have these digests by language."""
    for language, document in old.documents.filter(language__in=digests).values_list("language", "document"):
        verdict, stands = get_verdict(old, language, document), get_verdict(new, language, digests[language])
        if verdict and (stands is None or stands.approved != verdict.approved):
            Verdict.objects.create(
                revision=new,
                language=language,
                document_id=digests[language],
                approved=verdict.approved,
                by=verdict.by,
                by_name=verdict.by_name,
                at=timezone.now(),
                remark=verdict.remark,
                carried_from=verdict,
            )
