"""Say in a few words what changed from one saved or published text to the next, as the history shows it."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.documents.diff.changes import ChangeKind, DocumentChange, find_changed_places
from agenda.workflow.drafts import SubjectDocument
from agenda.workflow.reviews import find_long_texts, load_documents_by_digest
from meetings.documents.choices import Language
from meetings.editions.freezing import find_suppressed_digests

MAX_CHANGES = 4
MAX_COMPARED = 10_000_000  # bytes of the texts that are compared for one page, which take a second and a half
Digests = Mapping[str, str]
"""The digests of a text by language, the source language first."""


class ChangeWords:
    """The texts of a page of the history, loaded in three queries at most.

    `pairs` are the texts that will be compared. Suppressed texts are left out unless the user may read them, and so are
    the longest ones, if all have more than `MAX_COMPARED` bytes together (`too_long`).
    """

    def __init__(self, pairs: Iterable[tuple[Digests, Digests]], *, reads_suppressed: bool) -> None:
        needed: set[str] = set()
        for old, new in pairs:
            for language in find_changed_languages(old, new):
                needed |= {old[language], new[language]}
        closed: Collection[str] = () if reads_suppressed or not needed else find_suppressed_digests(needed)
        readable = needed - {*closed}
        self.documents = load_documents_by_digest(readable, most=MAX_COMPARED) if readable else {}
        is_missing = len(self.documents) < len(readable)  # erased, a notice of withdrawal, or too long
        self.too_long = find_long_texts(MAX_COMPARED, readable) if is_missing else set()

    def describe(self, old: Digests, new: Digests) -> list[str]:
        """Return the changed places, such as “Agenda, item 3 “Dublin”: title”; empty if nothing changed."""
        words = list(self.list_words(old, new))
        if len(words) <= MAX_CHANGES:
            return words
        rest = len(words) - MAX_CHANGES + 1
        return [*words[: MAX_CHANGES - 1], ngettext("%d more change", "%d more changes", rest) % rest]

    def list_words(self, old: Digests, new: Digests) -> Iterator[str]:
        source = next(iter(new), "")
        for language in find_changed_languages(old, new):
            before, after = self.documents.get(old[language]), self.documents.get(new[language])
            name = "" if language == source else f"{Language(language).label}: "
            if {old[language], new[language]} & self.too_long:
                yield f"{name}{_('The texts are too long to be compared here.')}"
            elif before is None or after is None:
                yield f"{name}{_('The text was removed or erased.')}"
            elif not name or old.get(source) == new.get(source):  # what changed in the source changes in all languages
                yield from (f"{name}{words}" for words in format_changes(before, after))
        for language in new:
            if language not in old:
                yield _("%s added") % Language(language).label
        for language in old:
            if language not in new:
                yield _("%s removed") % Language(language).label


def find_changed_languages(old: Digests, new: Digests) -> list[str]:
    return [language for language, digest in new.items() if old.get(language, digest) != digest]


def format_changes(before: SubjectDocument, after: SubjectDocument) -> Iterator[str]:
    """Yield each changed place once, with what happened to it unless its text changed."""
    yield from dict.fromkeys(map(format_change, find_changed_places(before, after)))


def format_change(change: DocumentChange) -> str:
    return change.where if change.kind == ChangeKind.CHANGED else f"{change.where} ({change.kind.label})"
