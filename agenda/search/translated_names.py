"""Find configurations and places by their names in the language of the page or in English, in texts of any language.

Most texts are in English, also on pages in other languages, and many people type English. Where a text has the code of
a configuration or the name of a place, it is found as if it had these names, too. So is the word for the Council, which
people type before the name of a configuration. All names are reference data, so they tell nothing about texts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

from agenda.search.meeting_words import get_meeting_words
from meetings.documents.choices import Language
from meetings.i18n.text_folding import fold_words, stem_word
from meetings.reference.configuration_names import get_configuration_name
from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.places import load_places

Words = tuple[str, ...]
Equivalent = tuple[str, Words]
"""A language, and words that have the same meaning in texts in it, stemmed."""


class TranslatedName(NamedTuple):
    """A name: its language, its folded words, their stems, and the same name in other languages."""

    language: str
    words: Words
    stems: Words
    equivalents: tuple[Equivalent, ...]


def find_equivalents(words: Words, language: str, *, is_prefix: bool) -> tuple[Equivalent, ...]:
    """Return what stands in texts for the names in `language`, or in English, that have these words.

    With `is_prefix`, a name also has a word that begins with the only one of `words`.
    """
    found: dict[Equivalent, None] = {}
    for name in chain.from_iterable(map(list_names, dict.fromkeys((language, Language.EN.value)))):
        stems = tuple(stem_word(word, name.language) for word in words)
        if contains(name.stems, stems) or (is_prefix and any(word.startswith(words[0]) for word in name.words)):
            found.update(dict.fromkeys(name.equivalents))
    return tuple(found)


def contains(words: Words, part: Words) -> bool:
    return any(words[start : start + len(part)] == part for start in range(len(words) - len(part) + 1))


@cache
def list_names(language: str) -> list[TranslatedName]:
    """Return the names of the Council and of all configurations and places in a language."""
    councils = [(each, word) for each in Language.values for word in get_meeting_words("council", each)]
    names = [build_name(word, language, councils) for word in get_meeting_words("council", language)]
    for configuration in CONFIGURATIONS:
        equivalents = [(each, configuration.code) for each in Language.values]
        names.append(build_name(get_configuration_name(configuration.slug, language), language, equivalents))
    for english, translations in load_places().items():
        everywhere = list(iterate_places(english, translations))
        own = [name for each, name in everywhere if each == language]
        others = [(each, name) for each, name in everywhere if each != language]
        names += [build_name(name, language, others) for name in own]
    return names


def iterate_places(english: str, translations: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield the names of a place in all languages; the English one where there is no other."""
    for language in Language.values:
        names = [*([english] if language == Language.EN else []), *translations.get(language, ())]
        yield from ((language, name) for name in names or [english])


def build_name(name: str, language: str, equivalents: Iterable[tuple[str, str]]) -> TranslatedName:
    words = tuple(fold_words(name))
    return TranslatedName(
        language,
        words,
        tuple(stem_word(word, language) for word in words),
        tuple((each, tuple(stem_word(word, each) for word in fold_words(text))) for each, text in equivalents),
    )
