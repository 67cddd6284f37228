"""Who informs the Council: “the German and Danish delegations”, “the Presidency and the Commission”, “(PT)”."""

import re
from dataclasses import dataclass
from itertools import groupby

from agenda.notes.words import NoteWords, phrase
from meetings.reference.delegations import BY_CODE, DELEGATIONS, delegations_by_adjective, delegations_by_name

CODES = re.compile(r"[A-Z]{2}(?:\s*[/,+]\s*[A-Z]{2})*")


@dataclass(frozen=True)
class Providers:
    information_from: list[str]
    supported_by: list[str]


def read_providers(text: str, words: NoteWords) -> Providers | None:
    """Who is named, if the whole text does nothing but name them."""
    leading, *supporting = words.agenda.supported.split(text, maxsplit=1)
    leaders, supporters = names_in(leading, words), names_in(supporting[0], words) if supporting else []
    return None if leaders is None or supporters is None else Providers(leaders, supporters)


def names_in(text: str, words: NoteWords) -> list[str] | None:
    names = []
    for part in phrase(rf"\s*,? {words.agenda.conjunction} |\s*,\s*").split(text.strip()):
        name = name_of(part, words)
        if name is None:
            return None
        names.append(name)
    return names


def name_of(text: str, words: NoteWords) -> str | None:
    name = phrase(rf"^(?:{words.opening.article})").sub("", " ".join(text.casefold().split()))
    if name in words.agenda.institutions:
        return words.agenda.institutions[name]
    delegation = words.agenda.delegation.sub("", f" {name}").strip()
    country = delegations_by_adjective(words.language).get(delegation) or delegations_by_name(words.language).get(
        delegation
    )
    return country.in_language(words.language).names[0] if country else None


def read_codes(text: str, words: NoteWords) -> list[str] | None:
    """Countries by their codes, as in “(FR/ES)”."""
    if not CODES.fullmatch(text):
        return None
    codes = re.findall(r"[A-Z]{2}", text)
    known = [BY_CODE[code].in_language(words.language).names[0] for code in codes if code in BY_CODE]
    return known if len(known) == len(codes) else None


def write_providers(names: list[str], words: NoteWords) -> str:
    """The names as they stand in a sentence: neighbouring countries share one “delegations”."""
    adjectives = {
        each.in_language(words.language).names[0]: each.in_language(words.language).adjectives[0]
        for each in DELEGATIONS
    }
    groups = []
    for of_countries, group in groupby(names, key=lambda name: name in adjectives):
        members = list(group)
        if of_countries:
            form = words.written.delegation[len(members) > 1]
            groups.append(form.format(adjectives=enumerated([adjectives[name] for name in members], words)))
        else:
            institutions = set(words.agenda.institutions.values())
            groups += [provider_text(name, words) if name in institutions else name for name in members]
    return enumerated(groups, words)


def provider_text(name: str, words: NoteWords) -> str:
    return words.written.providers.get(name) or words.written.provider.format(name=name)


def enumerated(names: list[str], words: NoteWords) -> str:
    """“A”, “A and B”, “A, B and C”."""
    *first, last = names or [""]
    return f"{', '.join(first)} {words.written.last_joiner} {last}" if first else last
