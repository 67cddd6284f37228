"""A translation beside its source, for whoever submits or reviews it: what is new first."""

from dataclasses import dataclass, field

from agenda.admin.translating.rows import Difference, Names, name_of, told_differences
from agenda.comparing import Run
from agenda.comparing.words import compare_html, compare_texts
from agenda.drafts import Subject, SubjectDocument, translations_of
from agenda.reviews import approved_translations
from agenda.translating import Made, Segment, owned_segments, segments
from agenda.translating.known import known_text
from agenda.translations.confirming import confirmed_differences
from meetings.documents.text import digest_of


@dataclass(frozen=True)
class Pair:
    """`text` is empty where the source stands in; `outdated` is then a translation of what the source said once.

    `changed`: what it says other than what was submitted before, or approved.
    """

    where: str
    label: str
    source: Segment
    text: str
    is_new: bool
    changed: tuple[Run, ...] | None = None
    differences: list[Difference] = field(default_factory=list)
    outdated: str = ""

    @property
    def name(self) -> str:
        """In the anchors of the desk."""
        return name_of(self.source.key)

    @property
    def blocking(self) -> list[Difference]:
        return [one for one in self.differences if one.found.blocks and not one.is_meant]

    @property
    def confirmed(self) -> list[Difference]:
        """What would block, had nobody said that it is meant."""
        return [one for one in self.differences if one.found.blocks and one.is_meant]

    @property
    def is_open(self) -> bool:
        return bool(self.blocking)


@dataclass(frozen=True)
class SideBySide:
    """`again` are new texts that were submitted before in these words, as of a translation that was sent back.

    `outdated` are the texts whose translation is of what the source said once, `borrowed` those that have none.
    """

    source_language: str
    language: str
    new: list[Pair]
    again: list[Pair]
    known: list[Pair]
    outdated: list[Pair]
    borrowed: list[Pair]

    @classmethod
    def of(
        cls,
        subject: Subject,
        source: SubjectDocument,
        translation: SubjectDocument,
        submitted: SubjectDocument | None = None,
    ) -> "SideBySide":
        """New is what was not approved before in these words, of this source text.

        `submitted` is the translation that was submitted before this one.
        """
        names, language = Names(source), translation.language
        approved = approved_translations(subject, language).get(language, {})
        confirmed = confirmed_differences(subject, language)
        said = {one.path: one.text for one in segments(translation) if one.path not in translation.fallbacks}
        earlier = {one.key: one.text for one in segments(submitted)} if submitted else {}
        made = translations_of(subject, language).get(language, {})
        found = cls(source.language, language, [], [], [], [], [])
        for segment, owner in owned_segments(source):
            text, before = said.get(segment.path, ""), approved.get(segment.key)
            follows = text == known_text(segment, owner, source, language)
            is_new = bool(text) and not follows and before != Made(text, digest_of(segment.text))
            read = earlier.get(segment.key) or (before.text if before else "")
            compared = compare_html if segment.rich else compare_texts
            pair = Pair(
                *names.of(segment),
                segment,
                text,
                is_new,
                compared(read, text) if is_new and read not in ("", text) else None,
                told_differences(segment, text, source.language, language, confirmed) if text else [],
                outdated_text(made.get(segment.key), segment, text),
            )
            found.place_of(pair, is_read=text == earlier.get(segment.key)).append(pair)
        return found

    def place_of(self, pair: Pair, *, is_read: bool) -> list[Pair]:
        if pair.text and pair.is_new and is_read:
            return self.again
        if pair.text:
            return self.new if pair.is_new else self.known
        return self.outdated if pair.outdated else self.borrowed

    @property
    def texts(self) -> list[Pair]:
        return self.new + self.again + self.known

    @property
    def blocking(self) -> list[Pair]:
        """Where another hour is said and nobody has confirmed it."""
        return [pair for pair in self.texts if pair.is_open]

    @property
    def confirmed(self) -> list[Pair]:
        """Where another hour is said, and somebody has confirmed it."""
        return [pair for pair in self.texts if pair.confirmed]


def outdated_text(made: Made | None, segment: Segment, text: str) -> str:
    return made.text if made and not text and made.source_digest != digest_of(segment.text) else ""
