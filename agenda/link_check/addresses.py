"""Collect the web addresses of live editions and of current drafts, with the parts in which they are used."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from agenda.documents.fact_check.disagreements import HREF
from agenda.documents.translations.segments import list_segments
from agenda.models import BackgroundTopic, LinkCheck, Revision, RevisionDocument
from agenda.workflow.drafts import NO_DOCUMENT, SubjectDocument
from meetings.documents.encoding import InvalidDocument, decode_document
from meetings.documents.schema import MeetingDocument
from meetings.documents.traversal import collect_links
from meetings.models import EditionDocument, Meeting, StoredDocument

CHUNK = 200
"""Documents in memory at a time."""
MAX_URL_LENGTH: int = LinkCheck._meta.get_field("url").max_length  # type: ignore[assignment]
MAX_URL_BYTES = 2_000  # a unique index of PostgreSQL takes up to 2,704
logger = logging.getLogger(__name__)


class Use(NamedTuple):
    """A part that uses an address, in a live edition or in a draft."""

    subject_type: str
    subject_id: UUID
    part_id: UUID
    is_live: bool


def collect_addresses(now: dt.datetime) -> dict[str, set[Use]]:
    """Return the parts that use each address, in any language.

    Addresses that are too long to store are left out, and so are documents that cannot be decoded: these are logged.
    """
    holders = find_holders(now)
    found: dict[str, set[Use]] = defaultdict(set)
    digests = sorted(holders)
    for start in range(0, len(digests), CHUNK):
        rows = StoredDocument.objects.filter(digest__in=digests[start : start + CHUNK]).exclude(text="")
        for digest, text in rows.values_list("digest", "text"):
            try:
                document = decode_document(text)
            except InvalidDocument:
                logger.exception("The links of the document %s cannot be checked", digest)
                continue
            if not isinstance(document, SubjectDocument):
                continue  # a notice of withdrawal
            for url, part_id in list_addresses(document):
                if len(url) <= MAX_URL_LENGTH and len(url.encode()) <= MAX_URL_BYTES:
                    found[url] |= {Use(kind, key, part_id, is_live) for kind, key, is_live in holders[digest]}
    return dict(found)


def find_holders(now: dt.datetime) -> dict[str, set[tuple[str, UUID, bool]]]:
    """Return the subjects by the digest of their documents, each with whether readers see it."""
    holders: dict[str, set[tuple[str, UUID, bool]]] = defaultdict(set)
    live = EditionDocument.objects.live(now)
    of_editions = ("document__digest", "edition__subject_type", "edition__subject_id")
    for digest, kind, key in live.values_list(*of_editions).iterator():
        holders[digest].add((kind, key, True))
    newest = Revision.objects.filter(
        subject_type=OuterRef("revision__subject_type"), subject_id=OuterRef("revision__subject_id")
    ).newest_first()
    of_rows = Q(revision__subject_id__in=Meeting.objects.exclude(digest=NO_DOCUMENT).values("pk")) | Q(
        revision__subject_id__in=BackgroundTopic.objects.exclude(digest=NO_DOCUMENT).values("pk")
    )
    drafts = RevisionDocument.objects.filter(of_rows, revision=Subquery(newest.values("pk")[:1]))
    columns = ("document", "revision__subject_type", "revision__subject_id")
    for digest, kind, key in drafts.values_list(*columns).iterator():
        holders[digest].add((kind, key, False))
    return holders


def list_addresses(document: SubjectDocument) -> Iterator[tuple[str, UUID]]:
    """Yield the addresses of links, of links in rich text, and of contacts, each with the part that has it."""
    links = ((link.url, link.id) for _type, _owner, link in collect_links(document))
    rich_texts = (segment for segment in list_segments(document) if segment.rich)
    texts = ((unescape(url), segment.row) for segment in rich_texts for url in HREF.findall(segment.text))
    contacts = document.contacts if isinstance(document, MeetingDocument) else ()
    for url, part_id in chain(links, texts, ((contact.url, contact.id) for contact in contacts)):
        if url.startswith(("http://", "https://")):
            yield url.partition("#")[0], part_id
