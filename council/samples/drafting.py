"""A small language to write sample documents in.

Functions are called after the parts of a note: `item`, `point`, `link`, `result`. They leave ids open. `meeting` names
them after the meeting, kind and place, so that they are the same for ever; `changed` names what a change adds.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain, count
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from council.samples.diary import Days, presidency_on
from council.samples.places import place_of
from meetings.documents import shape
from meetings.documents.shape import Item, Link, MeetingDocument, Point, Result
from meetings.documents.text import validate_document
from meetings.indexing import collect_links, walk_items
from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.delegations import DEFAULT_LANGUAGE, DELEGATIONS_BY_CODE, get_country_name
from meetings.richtext import clean_html
from meetings.times import format_printed_time
from meetings.vocabulary import (
    Form,
    ItemKind,
    Language,
    LinkKind,
    Outcome,
    PointKind,
    ProcedureType,
    PublicBasis,
    PublicSession,
    TimePrecision,
)

NAMESPACE = uuid5(NAMESPACE_URL, "https://example.eu/council-agendas/samples/")
OPEN = UUID(int=0)  # an id that is still to be named
SAMPLE = "Sample"  # the reference by which lists and pages mark a meeting as invented
NOTICES = {
    Language.EN: "Sample: this meeting is invented to show what the site can do. Nobody has convened it.",
    Language.FR: "Exemple : cette session est inventée pour montrer ce que fait le site. Personne ne l’a convoquée.",
}


def html(text: str) -> str:
    """Rich text without the line breaks of the source code."""
    return clean_html(" ".join(text.split()))


def sample_id(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


@dataclass(frozen=True)
class Strand:
    """A session of the meeting: its part of the agenda."""

    title: str
    items: Sequence[Item]
    on: dt.date | None = None
    text: str = ""


@dataclass(frozen=True)
class Chair:
    """Of the presidency, so that “Minister” becomes “Irish Minister”; or else of an institution."""

    name: str
    role: str
    of_presidency: bool = True
    on: dt.date | None = None


def paper(number: int, year: int) -> str:
    """A document number of the usual form, above all that a year ever reached."""
    return f"{number}/{year % 100:02}"


def procedure(number: int, year: int, kind: str = "COD") -> str:
    """An interinstitutional code of the usual form, above all that a year ever reached."""
    return f"{year}/{number} ({kind})"


def item(title: str, text: str = "", number: str = "", *, on: Sequence[str] = (), **members: Any) -> Item:
    """`on` are the topics that the item takes up, by the words in their addresses."""
    topics = [shape.TopicName(id=sample_id(f"topic {slug}"), slug=slug, title=slug) for slug in on]
    return Item(id=OPEN, title=title, text=html(text), number=number, topics=topics, **members)


def law(title: str, text: str, number: str, code: str, sought: str, **members: Any) -> Item:
    """A legislative item, deliberated in public."""
    public = {"public": PublicSession.YES, "public_basis": PublicBasis.DELIBERATION} | members
    legislative = {"procedure_type": ProcedureType.LEGISLATIVE, "procedures": [code], "outcome_sought": sought}
    return item(title, text, number, **legislative, **public)


def debate(title: str, text: str, number: str, sought: str = "Exchange of views", **members: Any) -> Item:
    kind = ProcedureType.NON_LEGISLATIVE
    return item(title, text, number, procedure_type=kind, outcome_sought=sought, **members)


def a_items(number: str, *documents: str) -> Item:
    text = "What has been agreed beforehand is due to be adopted without discussion."
    return item("Approval of “A” items", text, number, kind=ItemKind.A_ITEMS, documents=list(documents))


def other_business(number: str, *parts: Item) -> Item:
    for letter, part in zip("abcdefgh", parts, strict=False):
        part.number = f"{number} {letter}"
    return item("Any other business", "", number, kind=ItemKind.ANY_OTHER_BUSINESS, items=list(parts))


def told(title: str, *by: str, text: str = "", supported_by: Sequence[str] = (), **members: Any) -> Item:
    """An information under any other business."""
    return item(title, text, information_from=list(by), supported_by=list(supported_by), **members)


def meal(title: str, text: str) -> Item:
    return item(title, text, kind=ItemKind.MEAL, public=PublicSession.NO)


def point(kind: str, time: str = "", precision: str = "", title: str = "", **members: Any) -> Point:
    """`time` is a clock, or words (“at the end of the meeting”), or empty."""
    clock = time if time[:1].isdigit() else ""
    how = TimePrecision(precision or ("exact" if clock else "relative" if time else ""))
    text = format_printed_time(dt.time.fromisoformat(clock), how) if clock else time
    timed: dict[str, Any] = {"time": clock or None, "time_precision": how, "time_text": text}
    return Point(id=OPEN, kind=PointKind(kind), title=title, **timed, **members)


def link(kind: str, title: str, path: str = "", language: str = "") -> Link:
    """Without a path, the address is still to come."""
    return Link(
        id=OPEN,
        kind=LinkKind(kind),
        title=title,
        url=f"https://example.eu/{path}" if path else "",
        language=language,
    )


def result(outcome: str, text: str, title: str = "", on: dt.date | None = None, links: Sequence[Link] = ()) -> Result:
    return Result(id=OPEN, outcome=Outcome(outcome), title=title, text=html(text), date=on, links=list(links))


def contact(name: str, role: str, *phones: str) -> shape.Contact:
    return shape.Contact(id=OPEN, name=name, role=role, email="press@example.eu", phones=list(phones))


def footnote(mark: str, text: str) -> shape.Footnote:
    return shape.Footnote(id=OPEN, mark=mark, text=html(text))


def press_office(role: str = "Press officer on duty") -> shape.Contact:
    return contact("Press office (sample)", role, "+32 2 555 01 00")


def meeting(
    key: str,
    body: str,
    days: Days,
    *,
    chairs: Sequence[Chair],
    agenda: Sequence[Item | Strand],
    lead: str,
    **members: Any,
) -> MeetingDocument:
    """A sample meeting, named by its key. Place and presidency follow from its form and its first day."""
    facts = next(facts for facts in CONFIGURATIONS if facts.slug == body)
    presidency = presidency_on(days.first)
    language = members.setdefault("language", Language.EN)
    members.setdefault("title", f"{facts.name} Council")
    members.setdefault("contacts", [press_office()])
    members["references"] = [*members.get("references", ()), SAMPLE]
    document = MeetingDocument(
        id=sample_id(f"meeting {key}"),
        source_language=language,
        configuration=shape.ConfigurationName(code=facts.code, slug=facts.slug, name=facts.name),
        start_date=days.first,
        end_date=days.last,
        place=place_of(members.get("form", Form.FORMAL), days.first),
        presidency=shape.PresidencyName(country=presidency.country, name=get_country_name(presidency.country))
        if presidency
        else None,
        lead=html(lead),
        notice=NOTICES[language],
        **members,
    )
    for chair in chairs:
        document.chairs.append(chair_of(chair, days.first, language))
    for part in agenda:
        if isinstance(part, Item):
            document.agenda.append(part)
            continue
        session = shape.Session(
            id=sample_id(f"meeting {key} session {part.title}"),
            title=part.title,
            date=part.on,
            text=html(part.text),
        )
        document.sessions.append(session)
        document.agenda += part.items
        for one, _parent in walk_items(list(part.items)):
            one.session = session.id
    return named(document)


def chair_of(chair: Chair, day: dt.date, language: Language) -> shape.Chair:
    presidency = presidency_on(day) if chair.of_presidency else None
    role, country = chair.role, presidency.country if presidency else ""
    if country and language == Language.EN:
        role = f"{DELEGATIONS_BY_CODE[country].get_names(DEFAULT_LANGUAGE).adjectives[0]} {role}"
    return shape.Chair(id=OPEN, name=chair.name, role=role, country=country, date=chair.on)


def changed(document: MeetingDocument, **members: Any) -> MeetingDocument:
    """A copy to be changed further; what is added to it must be `named` before it is a document."""
    copy = deepcopy(document)
    for name, value in members.items():
        setattr(copy, name, value)
    return copy


def named(document: MeetingDocument) -> MeetingDocument:
    """The document with a name for every part that has none yet, held against its shape."""
    taken = {part.id for _kind, part in parts_of(document)}
    for kind, part in parts_of(document):
        if part.id == OPEN:
            names = (uuid5(document.id, f"{kind} {number}") for number in count(1))
            part.id = next(name for name in names if name not in taken)
            taken.add(part.id)
    return validate_document(document)


def parts_of(document: MeetingDocument) -> Iterator[tuple[str, Any]]:
    agenda = [one for one, _parent in walk_items(document.agenda)]
    results = [*document.results, *(one.result for one in agenda if one.result)]
    kinds: dict[str, Sequence[Any]] = {
        "chair": document.chairs,
        "item": agenda,
        "point": document.programme,
        "result": results,
        "link": [one for _type, _owner, one in collect_links(document)],
        "contact": document.contacts,
        "footnote": document.footnotes,
        "alert": document.alerts,
    }
    return chain.from_iterable(((kind, part) for part in parts) for kind, parts in kinds.items())
