"""Refuse passwords that are easy to guess here: words of this house, common words with a number, repetitions.

Very long ones are refused, too, before anything is looked for in them.
"""

import re
import unicodedata
from functools import cache
from itertools import chain, pairwise
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from meetings.documents.choices import Language
from meetings.i18n.calendar_names import get_months, get_weekdays
from meetings.i18n.text_folding import UNDECOMPOSED_LETTERS, fold_words
from meetings.reference.configuration_names import load_configuration_names
from meetings.reference.delegations import get_delegations_by_name
from meetings.reference.groups import GROUPS
from meetings.reference.phrases import PhraseContext, load_phrases
from meetings.reference.places import load_places

OTHER_WORDS = """
    agenda agendas agrifish antici belgium berlaymont bruxelles brussel brussels charlemagne coreper consilium
    council councils ecofin editor editors embargo europa europe european eurogroup europeanunion gsc jeudi
    justus lipsius meeting meetings minister ministers office presidency press presse pressoffice publisher raad
    rat ruedelaloi secretariat schuman wetstraat conseil presidence union admin administrator password passwort
    motdepasse secret welcome letmein author authors building commission duty editorial lex parliament publisher
    rapporteur reviser session translator translation summit commissioner parlement parlament spring summer autumn
    winter lefkosia letzebuerg przewodnictwo
"""
PHRASES: tuple[PhraseContext, ...] = ("institution", "link")
"""They have “presidency”, “parliament”, “agenda” and “press release” in each language."""
MIN_WORD_LENGTH = 4  # of words from reference data
KEYBOARD_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "wxcvbn",
)
MIN_RUN = 4
LOOKALIKES = [str.maketrans("013457@$!€", f"o{one}eastasie") for one in "il"]
MIN_OTHER_CHARACTERS = 8
"""How many characters must remain without these words and without the digits and signs around them."""
MIN_DIFFERENT_CHARACTERS = 6
MAX_PASSWORD_LENGTH = 1_000
"""Of new passwords, in characters. ASVS 6.2.9 asks for 64 and more."""


@cache
def list_context_words() -> list[str]:
    """Return the words that one would try here, in all languages and folded, the longest first."""
    names = [*load_places(), *GROUPS, *chain.from_iterable(load_configuration_names().values())]
    for translations in (load_places(), *map(load_phrases, PHRASES)):
        for english, by_language in translations.items():
            names += [english, *chain.from_iterable(by_language.values())]
    for language in Language.values:
        names += [*get_delegations_by_name(language), *get_months(language), *get_weekdays(language)]
    words = {word for word in fold_words(" ".join(names)) if word.isalpha() and len(word) >= MIN_WORD_LENGTH}
    return sorted(words.union(OTHER_WORDS.split()), key=len, reverse=True)


def fold(text: str) -> str:
    """Return the text without case and accents, as `fold_words` does, with its other signs."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(UNDECOMPOSED_LETTERS)


class GuessableValidator:
    """Refuse a password that is little more than words which an attacker tries first.

    They are looked for in all languages, whatever their case and accents, with digits that look like letters, and with
    the user's own names. A password of more than `MAX_PASSWORD_LENGTH` characters is refused at once.
    """

    def __init__(self) -> None:
        self.common = CommonPasswordValidator().passwords
        self.longest = max(map(len, self.common))

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > MAX_PASSWORD_LENGTH:
            message = _("This password is too long. Choose one of at most %s characters.")
            raise ValidationError(message % f"{MAX_PASSWORD_LENGTH:,}", code="too_long")
        plain = fold(password)
        if len({*plain}) < MIN_DIFFERENT_CHARACTERS:
            raise ValidationError(_("This password repeats a few characters. Choose another."), code="repetitive")
        for text in build_variants(plain):
            if any(map(self.is_common, (text, "".join(filter(str.isalpha, text))))):
                raise ValidationError(_("This password is one of the most common ones. Choose another."), code="common")
            if len(remove_words(text, [*list_names(user), *list_context_words()])) < MIN_OTHER_CHARACTERS:
                message = _(
                    "This password is made of words that are easy to guess here, such as “Council” or your name. "
                    "Choose other words."
                )
                raise ValidationError(message, code="guessable")

    def is_common(self, text: str) -> bool:
        """Return whether the text is a common password, or two of them, such as one that is repeated."""
        if len(text) > 2 * self.longest:
            return False
        return text in self.common or any(
            text[:place] in self.common and text[place:] in self.common
            for place in range(MIN_RUN, len(text) - MIN_RUN + 1)
        )

    def get_help_text(self) -> str:
        template = _(
            "Your password cannot have more than %s characters, be a common one, or be made of words such as "
            "“Council” or your name. Several unrelated words are a good password."
        )
        return template % f"{MAX_PASSWORD_LENGTH:,}"


def build_variants(plain: str) -> set[str]:
    """Return the text, also without digits and signs at its end, and with letters for what looks like them."""
    signs = "".join(character for character in {*plain} if not character.isalpha())
    texts = {plain, plain.rstrip(signs)}
    return texts | {text.translate(table) for text in texts for table in LOOKALIKES}


def list_names(user: Any) -> list[str]:
    """Return the words in the user's names and address, of three letters and more."""
    values = (getattr(user, name, "") or "" for name in ("username", "first_name", "last_name", "email"))
    return sorted({*re.findall(r"[^\W\d_]{3,}", fold(" ".join(values)))}, key=len, reverse=True)


def remove_words(text: str, words: list[str]) -> str:
    """Return the letters and digits of the text that remain without these words."""
    for word in words:
        text = text.replace(word, " ")
    text = remove_runs(text)
    return "".join(character for character in text if character.isalnum())


def remove_runs(text: str) -> str:
    """Return the text without letters or digits that stand beside each other in the alphabet or on a keyboard."""
    pairs = {"".join(pair) for row in KEYBOARD_ROWS for way in (row, row[::-1]) for pair in pairwise(way)}
    kept, run = [], text[:1]
    for before, character in pairwise(text):
        if before + character in pairs:
            run += character
        else:
            kept.append(run if len(run) < MIN_RUN else " ")
            run = character
    return "".join([*kept, run if len(run) < MIN_RUN else " "])
