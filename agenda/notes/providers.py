"""Parse and format who informs the Council: “the German and Danish delegations”, “the Presidency”, “(PT)”."""

import re
from dataclasses import dataclass
from itertools import groupby

from agenda.notes.words import NotePhrases, compile_phrase
from meetings.reference.delegations import (
    DELEGATIONS,
    DELEGATIONS_BY_CODE,
    get_delegations_by_adjective,
    get_delegations_by_name,
)

CODES = re.compile(r"[A-Z]{2}(?:\s*[/,+]\s*[A-Z]{2})*")


@dataclass(frozen=True)
class Providers:
    """The countries and institutions that inform the Council, and those that support them."""

    information_from: list[str]
    supported_by: list[str]


def parse_providers(text: str, phrases: NotePhrases) -> Providers | None:
    """Return the providers if the whole text does nothing but name them."""
    leading, *supporting = phrases.agenda.supported.split(text, maxsplit=1)
    leaders, supporters = (
        parse_provider_names(leading, phrases),
        parse_provider_names(supporting[0], phrases) if supporting else [],
    )
    return None if leaders is None or supporters is None else Providers(leaders, supporters)


def parse_provider_names(text: str, phrases: NotePhrases) -> list[str] | None:
    names = []
    for part in compile_phrase(rf"\s*,? {phrases.agenda.conjunction} |\s*,\s*").split(text.strip()):
        name = parse_provider_name(part, phrases)
        if name is None:
            return None
        names.append(name)
    return names


def parse_provider_name(text: str, phrases: NotePhrases) -> str | None:
    name = compile_phrase(rf"^(?:{phrases.opening.article})").sub("", " ".join(text.casefold().split()))
    if name in phrases.agenda.institutions:
        return phrases.agenda.institutions[name]
    delegation = phrases.agenda.delegation.sub("", f" {name}").strip()
    country = get_delegations_by_adjective(phrases.language).get(delegation) or get_delegations_by_name(
        phrases.language
    ).get(delegation)
    return country.get_names(phrases.language).names[0] if country else None


def parse_country_codes(text: str, phrases: NotePhrases) -> list[str] | None:
    """Return the countries of a text like “FR/ES”, or None if it is anything else."""
    if not CODES.fullmatch(text):
        return None
    codes = re.findall(r"[A-Z]{2}", text)
    known = [
        DELEGATIONS_BY_CODE[code].get_names(phrases.language).names[0] for code in codes if code in DELEGATIONS_BY_CODE
    ]
    return known if len(known) == len(codes) else None


def format_providers(names: list[str], phrases: NotePhrases) -> str:
    """Return the names as part of a sentence. Neighbouring countries share one “delegations”."""
    adjectives = {
        country.get_names(phrases.language).names[0]: country.get_names(phrases.language).adjectives[0]
        for country in DELEGATIONS
    }
    groups = []
    for of_countries, group in groupby(names, key=lambda name: name in adjectives):
        members = list(group)
        if of_countries:
            form = phrases.output.delegation[len(members) > 1]
            groups.append(
                form.format(adjectives=join_with_conjunction([adjectives[name] for name in members], phrases))
            )
        else:
            institutions = set(phrases.agenda.institutions.values())
            groups += [format_institution(name, phrases) if name in institutions else name for name in members]
    return join_with_conjunction(groups, phrases)


def format_institution(name: str, phrases: NotePhrases) -> str:
    return phrases.output.providers.get(name) or phrases.output.provider.format(name=name)


def join_with_conjunction(names: list[str], phrases: NotePhrases) -> str:
    """Return “A”, “A and B” or “A, B and C”."""
    *first, last = names or [""]
    return f"{', '.join(first)} {phrases.output.last_joiner} {last}" if first else last
