"""Functions that draft sample documents.

Each part of a note has its function: `draft_item`, `draft_point`, `draft_link`, `draft_result`. They do not assign ids.
`draft_meeting` derives the ids from the meeting, the kind of part and its position, so that they never change. After
`copy_with_changes`, `assign_ids` does the same for the parts that were added.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain, count
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from council.samples.diary import MeetingDays, get_presidency_on
from council.samples.places import get_meeting_place
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

SAMPLE_NAMESPACE = uuid5(NAMESPACE_URL, "https://example.eu/council-agendas/samples/")
UNASSIGNED_ID = UUID(int=0)  # replaced by `assign_ids`
SAMPLE_REFERENCE = "Sample"  # lists and pages mark a meeting with this reference as invented
SAMPLE_NOTICES = {
    Language.EN: "Sample: this meeting is invented to show what the site can do. Nobody has convened it.",
    Language.FR: "Exemple : cette session est inventée pour montrer ce que fait le site. Personne ne l’a convoquée.",
}


def clean_source_html(text: str) -> str:
    """Return rich text without the line breaks of the source code."""
    return clean_html(" ".join(text.split()))


def get_sample_id(name: str) -> UUID:
    return uuid5(SAMPLE_NAMESPACE, name)


@dataclass(frozen=True)
class SampleSession:
    """A session of the meeting with its part of the agenda."""

    title: str
    items: Sequence[Item]
    date: dt.date | None = None
    text: str = ""


@dataclass(frozen=True)
class SampleChair:
    """A chair of the presidency, so that “Minister” becomes “Irish Minister”, or of an institution."""

    name: str
    role: str
    of_presidency: bool = True
    date: dt.date | None = None


def format_document_number(number: int, year: int) -> str:
    """Return a document number in the usual form. Use numbers that are higher than any year ever reached."""
    return f"{number}/{year % 100:02}"


def format_procedure_code(number: int, year: int, kind: str = "COD") -> str:
    """Return an interinstitutional code in the usual form. Use numbers that are higher than any year ever reached."""
    return f"{year}/{number} ({kind})"


def draft_item(
    title: str, text: str = "", number: str = "", *, topic_slugs: Sequence[str] = (), **members: Any
) -> Item:
    """Return an agenda item. `topic_slugs` name the topics that it is about."""
    topics = [shape.TopicName(id=get_sample_id(f"topic {slug}"), slug=slug, title=slug) for slug in topic_slugs]
    return Item(id=UNASSIGNED_ID, title=title, text=clean_source_html(text), number=number, topics=topics, **members)


def draft_legislative_item(title: str, text: str, number: str, code: str, sought: str, **members: Any) -> Item:
    """Return a legislative item, which is deliberated in public."""
    public = {"public": PublicSession.YES, "public_basis": PublicBasis.DELIBERATION} | members
    legislative = {"procedure_type": ProcedureType.LEGISLATIVE, "procedures": [code], "outcome_sought": sought}
    return draft_item(title, text, number, **legislative, **public)


def draft_debate(title: str, text: str, number: str, sought: str = "Exchange of views", **members: Any) -> Item:
    kind = ProcedureType.NON_LEGISLATIVE
    return draft_item(title, text, number, procedure_type=kind, outcome_sought=sought, **members)


def draft_a_items(number: str, *documents: str) -> Item:
    text = "What has been agreed beforehand is due to be adopted without discussion."
    return draft_item("Approval of “A” items", text, number, kind=ItemKind.A_ITEMS, documents=list(documents))


def draft_other_business(number: str, *parts: Item) -> Item:
    for letter, part in zip("abcdefgh", parts, strict=False):
        part.number = f"{number} {letter}"
    return draft_item("Any other business", "", number, kind=ItemKind.ANY_OTHER_BUSINESS, items=list(parts))


def draft_information(title: str, *by: str, text: str = "", supported_by: Sequence[str] = (), **members: Any) -> Item:
    """Return an information item, for use under any other business. `by` names who gives the information."""
    return draft_item(title, text, information_from=list(by), supported_by=list(supported_by), **members)


def draft_meal(title: str, text: str) -> Item:
    return draft_item(title, text, kind=ItemKind.MEAL, public=PublicSession.NO)


def draft_point(kind: str, time: str = "", precision: str = "", title: str = "", **members: Any) -> Point:
    """Return a programme point. `time` is a time of day, or words (“at the end of the meeting”), or empty."""
    clock = time if time[:1].isdigit() else ""
    time_precision = TimePrecision(precision or ("exact" if clock else "relative" if time else ""))
    text = format_printed_time(dt.time.fromisoformat(clock), time_precision) if clock else time
    timed: dict[str, Any] = {"time": clock or None, "time_precision": time_precision, "time_text": text}
    return Point(id=UNASSIGNED_ID, kind=PointKind(kind), title=title, **timed, **members)


def draft_link(kind: str, title: str, path: str = "", language: str = "") -> Link:
    """Return a link. Without a path, its address is still to be added."""
    return Link(
        id=UNASSIGNED_ID,
        kind=LinkKind(kind),
        title=title,
        url=f"https://example.eu/{path}" if path else "",
        language=language,
    )


def draft_result(
    outcome: str, text: str, title: str = "", date: dt.date | None = None, links: Sequence[Link] = ()
) -> Result:
    return Result(
        id=UNASSIGNED_ID,
        outcome=Outcome(outcome),
        title=title,
        text=clean_source_html(text),
        date=date,
        links=list(links),
    )


def draft_contact(name: str, role: str, *phones: str) -> shape.Contact:
    return shape.Contact(id=UNASSIGNED_ID, name=name, role=role, email="press@example.eu", phones=list(phones))


def draft_footnote(mark: str, text: str) -> shape.Footnote:
    return shape.Footnote(id=UNASSIGNED_ID, mark=mark, text=clean_source_html(text))


def draft_press_office(role: str = "Press officer on duty") -> shape.Contact:
    return draft_contact("Press office (sample)", role, "+32 2 555 01 00")


def draft_meeting(
    key: str,
    body: str,
    days: MeetingDays,
    *,
    chairs: Sequence[SampleChair],
    agenda: Sequence[Item | SampleSession],
    lead: str,
    **members: Any,
) -> MeetingDocument:
    """Return a sample meeting whose ids derive from `key`. Form and first day decide on its place and presidency."""
    facts = next(facts for facts in CONFIGURATIONS if facts.slug == body)
    presidency = get_presidency_on(days.first)
    language = members.setdefault("language", Language.EN)
    members.setdefault("title", f"{facts.name} Council")
    members.setdefault("contacts", [draft_press_office()])
    members["references"] = [*members.get("references", ()), SAMPLE_REFERENCE]
    document = MeetingDocument(
        id=get_sample_id(f"meeting {key}"),
        source_language=language,
        configuration=shape.ConfigurationName(code=facts.code, slug=facts.slug, name=facts.name),
        start_date=days.first,
        end_date=days.last,
        place=get_meeting_place(members.get("form", Form.FORMAL), days.first),
        presidency=shape.PresidencyName(country=presidency.country, name=get_country_name(presidency.country))
        if presidency
        else None,
        lead=clean_source_html(lead),
        notice=SAMPLE_NOTICES[language],
        **members,
    )
    for chair in chairs:
        document.chairs.append(draft_chair(chair, days.first, language))
    for part in agenda:
        if isinstance(part, Item):
            document.agenda.append(part)
            continue
        session = shape.Session(
            id=get_sample_id(f"meeting {key} session {part.title}"),
            title=part.title,
            date=part.date,
            text=clean_source_html(part.text),
        )
        document.sessions.append(session)
        document.agenda += part.items
        for item, _parent in walk_items(list(part.items)):
            item.session = session.id
    return assign_ids(document)


def draft_chair(chair: SampleChair, day: dt.date, language: Language) -> shape.Chair:
    presidency = get_presidency_on(day) if chair.of_presidency else None
    role, country = chair.role, presidency.country if presidency else ""
    if country and language == Language.EN:
        role = f"{DELEGATIONS_BY_CODE[country].get_names(DEFAULT_LANGUAGE).adjectives[0]} {role}"
    return shape.Chair(id=UNASSIGNED_ID, name=chair.name, role=role, country=country, date=chair.date)


def copy_with_changes(document: MeetingDocument, **members: Any) -> MeetingDocument:
    """Return a copy with other values. If you add parts to it, call `assign_ids` before you use it."""
    copy = deepcopy(document)
    for name, value in members.items():
        setattr(copy, name, value)
    return copy


def assign_ids(document: MeetingDocument) -> MeetingDocument:
    """Give an id to every part that has none, and return the validated document."""
    used_ids = {part.id for _kind, part in iterate_parts(document)}
    for kind, part in iterate_parts(document):
        if part.id == UNASSIGNED_ID:
            names = (uuid5(document.id, f"{kind} {number}") for number in count(1))
            part.id = next(name for name in names if name not in used_ids)
            used_ids.add(part.id)
    return validate_document(document)


def iterate_parts(document: MeetingDocument) -> Iterator[tuple[str, Any]]:
    """Yield the kind and the part for each part that has an id. The order decides on new ids: do not change it."""
    agenda = [item for item, _parent in walk_items(document.agenda)]
    results = [*document.results, *(item.result for item in agenda if item.result)]
    kinds: dict[str, Sequence[Any]] = {
        "chair": document.chairs,
        "item": agenda,
        "point": document.programme,
        "result": results,
        "link": [link for _type, _owner, link in collect_links(document)],
        "contact": document.contacts,
        "footnote": document.footnotes,
        "alert": document.alerts,
    }
    return chain.from_iterable(((kind, part) for part in parts) for kind, parts in kinds.items())
