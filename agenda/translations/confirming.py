"""Differences between source and translation that block an approval until somebody says that they are meant."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.drafts import Subject, SubjectDocument, type_of
from agenda.models import ConfirmedDifference
from agenda.translating import Disagreement, Segment, disagreements, disagreements_in, segments
from meetings.audit import Actor, record
from meetings.clock import BRUSSELS
from meetings.documents.text import digest_of
from meetings.models import Act
from meetings.vocabulary import Language


class Confirmation(NamedTuple):
    by_name: str
    at: dt.datetime

    @property
    def words(self) -> str:
        """As “rita, 25 Nov 2030 10:00”."""
        return _("%(who)s, %(when)s") % {
            "who": self.by_name,
            "when": date_format(self.at.astimezone(BRUSSELS), "j M Y H:i"),
        }


def digest_of_difference(found: Disagreement, source_text: str, text: str) -> str:
    """The same for as long as neither text says another thing."""
    told = [source_text, text, found.kind.value, list(found.missing), list(found.added), found.block]
    return digest_of(json.dumps(told, ensure_ascii=False))


def differences_in(
    segment: Segment, text: str, source_language: str, language: str
) -> Iterator[tuple[Disagreement, str]]:
    """What a translation of the text says otherwise, each with its digest."""
    for found in disagreements_in(segment, text, source_language, language):
        yield found, digest_of_difference(found, segment.text, text)


def unconfirmed(subject: Subject, source: SubjectDocument, translation: SubjectDocument) -> list[Disagreement]:
    """What blocks the approval of the translation: differences that nobody has confirmed. In one query at most."""
    blocking = [found for found in disagreements(source, translation) if found.blocks]
    if not blocking:
        return []
    confirmed = confirmed_differences(subject, translation.language)
    said, says = ({one.path: one.text for one in segments(document)} for document in (source, translation))
    return [
        found
        for found in blocking
        if (found.path, digest_of_difference(found, said[found.path], says[found.path])) not in confirmed
    ]


def confirmed_differences(subject: Subject, language: str) -> dict[tuple[str, str], Confirmation]:
    """By their paths and digests."""
    rows = confirmations(subject).filter(language=language)
    told = rows.values_list("path", "digest", "by_name", "at")
    return {(path, digest): Confirmation(who, at) for path, digest, who, at in told}


def confirmations(subject: Subject) -> QuerySet[ConfirmedDifference]:
    return ConfirmedDifference.objects.filter(subject_type=type_of(subject), subject_id=subject.pk)


def carry_confirmations(subject: Subject, moved: Mapping[tuple[str, str, str], str]) -> None:
    """Lets confirmations, by language, path and digest, hold for other digests: the texts say the same in other words.

    Who confirmed them, and when, stays.
    """
    rows = [row for row in confirmations(subject) if (row.language, row.path, row.digest) in moved]
    for row in rows:
        row.digest = moved[row.language, row.path, row.digest]
        row.pk = uuid.uuid4()
    ConfirmedDifference.objects.bulk_create(rows, ignore_conflicts=True)


def confirm(
    subject: Subject, language: str, differences: Iterable[tuple[Disagreement, str]], by: Actor, now: dt.datetime
) -> int:
    """Says that these differences (each with its digest) are meant; how many of them nobody had confirmed before."""
    known = confirmed_differences(subject, language)
    new = [(found, digest) for found, digest in differences if (found.path, digest) not in known]
    ConfirmedDifference.objects.bulk_create(
        (
            ConfirmedDifference(
                subject_type=type_of(subject),
                subject_id=subject.pk,
                language=language,
                path=found.path,
                digest=digest,
                by=by.user,
                by_name=by.shown,
                at=now,
            )
            for found, digest in new
        ),
        ignore_conflicts=True,
    )
    for found, _digest in new:
        record(
            by,
            Act.CONFIRMED,
            type_of(subject),
            subject.pk,
            title=str(subject),
            language=str(Language(language).label),
            path=found.path,
            remark=found.message,
        )
    return len(new)
