"""Refuse passwords that are easy to guess here: words of this house, common words with a number, repetitions."""

import re
import unicodedata
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CONTEXT_WORDS = sorted(
    """
    agenda agendas agrifish antici belgium bruxelles brussel brussels charlemagne coreper consilium council councils
    ecofin editor editors embargo europa europe european eurogroup europeanunion gsc jeudi justus lipsius meeting
    meetings minister ministers office presidency press presse pressoffice publisher raad rat secretariat
    conseil presidence union admin administrator password passwort motdepasse secret welcome letmein
    january february march april june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter
    """.split(),
    key=len,
    reverse=True,
)
LOOKALIKES = [str.maketrans("013457@$!€", f"o{one}eastasie") for one in "il"]
MIN_OTHER_CHARACTERS = 8
"""How many characters must remain without these words and without the digits and signs around them."""
MIN_DIFFERENT_CHARACTERS = 6


class GuessableValidator:
    """Refuse a password that is little more than words which an attacker tries first.

    They are looked for whatever their case, with digits that look like letters, and with the user's own names.
    """

    def __init__(self) -> None:
        self.common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        plain = unicodedata.normalize("NFKC", password).casefold()
        if len({*plain}) < MIN_DIFFERENT_CHARACTERS:
            raise ValidationError(_("This password repeats a few characters. Choose another."), code="repetitive")
        for text in build_variants(plain):
            if text in self.common or "".join(filter(str.isalpha, text)) in self.common:
                raise ValidationError(_("This password is one of the most common ones. Choose another."), code="common")
            if len(remove_words(text, [*list_names(user), *CONTEXT_WORDS])) < MIN_OTHER_CHARACTERS:
                message = _(
                    "This password is made of words that are easy to guess here, such as “Council” or your name. "
                    "Choose other words."
                )
                raise ValidationError(message, code="guessable")

    def get_help_text(self) -> str:
        return _(
            "Your password cannot be a common one, or made of words such as “Council” or your name. Several unrelated "
            "words are a good password."
        )


def build_variants(plain: str) -> set[str]:
    """Return the text, also without digits and signs at its end, and with letters for what looks like them."""
    texts = {plain, re.sub(r"[\W\d_]+$", "", plain)}
    return texts | {text.translate(table) for text in texts for table in LOOKALIKES}


def list_names(user: Any) -> list[str]:
    """Return the words in the user's names and address, of three letters and more."""
    values = (getattr(user, name, "") or "" for name in ("username", "first_name", "last_name", "email"))
    return sorted({*re.findall(r"[^\W\d_]{3,}", " ".join(values).casefold())}, key=len, reverse=True)


def remove_words(text: str, words: list[str]) -> str:
    """Return the letters and digits of the text that remain without these words."""
    for word in words:
        text = text.replace(word, " ")
    return "".join(character for character in text if character.isalnum())
