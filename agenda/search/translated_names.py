"""Find configurations and places by their names in the language of the page or in English, in texts of any language.

Configurations are also found by the names of their meetings, which have other cases of nouns (“Συμβούλιο
Περιβάλλοντος”), and by the first letters of both (“JAI”, “CAG”).

Most texts are in English, also on pages in other languages, and many people type English. Where a text has the code of
a configuration or the name of a place, it is found as if it had these names, too. So is the word for the Council, which
people type before the name of a configuration. All names are reference data, so they tell nothing about texts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, product
from typing import NamedTuple

from agenda.search.meeting_words import MeetingWord, get_meeting_words
from meetings.documents.choices import Language
from meetings.i18n.text_folding import WORD, fold_word, fold_words, stem_word
from meetings.reference.configuration_names import get_configuration_name, get_meeting_title
from meetings.reference.configurations import CONFIGURATIONS, ReferenceConfiguration
from meetings.reference.places import load_places

MAX_JOINT_LENGTH = 3  # letters of words such as “et” and “des”
MIN_INITIALS = 3
MAX_KEPT_EQUIVALENTS = 1_000  # of some hundred bytes, for what people have typed
IGNORED: tuple[MeetingWord, ...] = ("council", "meeting")
Words = tuple[str, ...]
Equivalent = tuple[str, Words]
"""A language, and words that have the same meaning in texts in it, stemmed."""


class TranslatedName(NamedTuple):
    """A name: its language, its folded words, their stems, and the same name in other languages."""

    language: str
    words: Words
    stems: Words
    equivalents: tuple[Equivalent, ...]


@lru_cache(MAX_KEPT_EQUIVALENTS)
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
        names += [build_name(name, language, equivalents) for name in list_configuration_names(configuration, language)]
    for english, translations in load_places().items():
        everywhere = list(iterate_places(english, translations))
        own = [name for each, name in everywhere if each == language]
        others = [(each, name) for each, name in everywhere if each != language]
        names += [build_name(name, language, others) for name in own]
    return names


@cache
def list_configuration_names(configuration: ReferenceConfiguration, language: str) -> list[str]:
    """Return the name of a configuration in a language, that of its meetings without “Council”, and its initials."""
    name, title = (get(configuration.slug, language) for get in (get_configuration_name, get_meeting_title))
    councils = get_meeting_words("council", language)
    rest = " ".join(found[0] for found in WORD.finditer(title) if fold_word(found[0]) not in councils)
    return list(dict.fromkeys((name, rest, *list_initials(name), *list_initials(title))))


def get_slugs_by_name(name: Words) -> frozenset[str]:
    """Return the slugs of the configurations whose name or initials in any language, folded, this is."""
    return map_names_to_slugs().get(name, frozenset())


@cache
def map_names_to_slugs() -> dict[Words, frozenset[str]]:
    found: dict[Words, frozenset[str]] = {}
    for each, language in product(CONFIGURATIONS, Language.values):
        for name in (*list_configuration_names(each, language), get_meeting_title(each.slug, language)):
            words = tuple(fold_words(name))
            found[words] = found.get(words, frozenset()) | {each.slug}
    return found


def list_initials(name: str) -> Iterator[str]:
    """Yield “JAI” for “Justice et affaires intérieures”, with and without short words such as “et”."""
    words = [found[0] for found in WORD.finditer(name)]
    for counted in (words, [word for word in words if len(word) > MAX_JOINT_LENGTH]):
        if len(counted) >= MIN_INITIALS:
            yield "".join(word[0] for word in counted)


def find_configuration_with(words: Sequence[str], language: str) -> str:
    """Return the slug of the only configuration with a name, in a language or in English, that has all folded words.

    Of several, the only one that is in force. The words for the Council and for a meeting, and words of three letters
    at most, do not count. Return an empty string if there is no such configuration.
    """
    languages = dict.fromkeys((language, Language.EN.value))
    ignored = {word for each in languages for name in IGNORED for word in get_meeting_words(name, each)}
    counted = [word for word in words if word not in ignored and len(word) > MAX_JOINT_LENGTH]
    found = [each for each in CONFIGURATIONS if counted and any(has_words(each, counted, name) for name in languages)]
    current = [each for each in found if each.valid_until is None] or found
    return current[0].slug if len(current) == 1 else ""


def has_words(configuration: ReferenceConfiguration, words: Sequence[str], language: str) -> bool:
    """Return True if a name of the configuration in the language has all the words."""
    stems = {stem_word(word, language) for word in words}
    names = map(fold_words, list_configuration_names(configuration, language))
    return any(stems <= {stem_word(word, language) for word in name} for name in names)


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
