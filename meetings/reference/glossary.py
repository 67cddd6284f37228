"""The glossary: words of the Council in plain English, and which of them explains a label on our pages."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class GlossaryTerm:
    """A term. `labels` are values of `meetings.documents.choices`, `also` other names, `see` slugs of related terms."""

    slug: str
    name: str
    text: str
    labels: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    see: tuple[str, ...] = ()


def load_terms() -> list[GlossaryTerm]:
    tables = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    lists = ("labels", "also", "see")
    terms = [
        GlossaryTerm(slug, table["name"], table["text"], **{name: tuple(table.get(name, ())) for name in lists})
        for slug, table in tables.items()
    ]
    return sorted(terms, key=lambda term: term.name.casefold())


TERMS = {term.slug: term for term in load_terms()}
"""The terms by slug, in alphabetical order."""
TERMS_BY_NAME = {name.casefold(): term for term in TERMS.values() for name in (*term.also, term.name)}
SLUGS_BY_LABEL = {label: term.slug for term in TERMS.values() for label in term.labels}
