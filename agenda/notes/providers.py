"""Parse and format who informs the Council: “the German and Danish delegations”, “the Presidency”, “(PT)”."""

import re
from itertools import groupby

from agenda.notes.phrases import NotePhrases, compile_phrase
from meetings.reference.delegations import (
    DELEGATIONS,
    DELEGATIONS_BY_CODE,
    get_delegations_by_adjective,
    get_delegations_by_name,
)

CODES = re.compile(r"[A-Z]{2}(?:\s*[/,+]\s*[A-Z]{2})*")


def parse_providers(text: str, phrases: NotePhrases) -> tuple[list[str], list[str]] | None:
    """Return who informs the Council and who supports them, if the whole text does nothing but name them."""
    leading, *supporting = phrases.agenda.supported.split(text, maxsplit=1)
    leaders = parse_provider_names(leading, phrases)
    supporters = parse_provider_names(supporting[0], phrases) if supporting else []
    return None if leaders is None or supporters is None else (leaders, supporters)


def parse_provider_names(text: str, phrases: NotePhrases) -> list[str] | None:
    parts = compile_phrase(rf"\s*,? {phrases.agenda.conjunction} |\s*,\s*").split(text.strip())
    names = [name for part in parts if (name := parse_provider_name(part, phrases))]
    return names if len(names) == len(parts) else None


def parse_provider_name(text: str, phrases: NotePhrases) -> str | None:
    name = compile_phrase(rf"^(?:{phrases.opening.article})").sub("", " ".join(text.casefold().split()))
    if name in phrases.agenda.institutions:
        return phrases.agenda.institutions[name]
    delegation = phrases.agenda.delegation.sub("", f" {name}").strip()
    by_adjective, by_name = get_delegations_by_adjective(phrases.language), get_delegations_by_name(phrases.language)
    country = by_adjective.get(delegation) or by_name.get(delegation)
    return country.get_names(phrases.language).names[0] if country else None


def parse_country_codes(text: str, phrases: NotePhrases) -> list[str] | None:
    """Return the countries of a text like “FR/ES”, or None if it is anything else."""
    codes = re.findall(r"[A-Z]{2}", text)
    if not CODES.fullmatch(text) or not DELEGATIONS_BY_CODE.keys() >= set(codes):
        return None
    return [DELEGATIONS_BY_CODE[code].get_names(phrases.language).names[0] for code in codes]


def format_providers(names: list[str], phrases: NotePhrases) -> str:
    """Return the names as part of a sentence. Neighbouring countries share one “delegations”."""
    countries = [country.get_names(phrases.language) for country in DELEGATIONS]
    adjectives = {country.names[0]: country.adjectives[0] for country in countries}
    institutions = set(phrases.agenda.institutions.values())
    groups = []
    for of_countries, group in groupby(names, key=lambda name: name in adjectives):
        members = list(group)
        if of_countries:
            joined = join_with_conjunction([adjectives[name] for name in members], phrases)
            groups.append(phrases.output.delegation[len(members) > 1].format(adjectives=joined))
        else:
            groups += [format_institution(name, phrases) if name in institutions else name for name in members]
    return join_with_conjunction(groups, phrases)


def format_institution(name: str, phrases: NotePhrases) -> str:
    return phrases.output.providers.get(name) or phrases.output.provider.format(name=name)


def join_with_conjunction(names: list[str], phrases: NotePhrases) -> str:
    """Return “A”, “A and B” or “A, B and C”."""
    *first, last = names or [""]
    return f"{', '.join(first)} {phrases.output.last_joiner} {last}" if first else last
