"""Generate the n-th meeting of a seed: one document for each edition, from nothing but the two numbers."""

import datetime as dt
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from math import gcd
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from meetings.documents import schema
from meetings.documents.choices import (
    Form,
    ItemKind,
    Language,
    LinkKind,
    MeetingStatus,
    Outcome,
    PointKind,
    ProcedureType,
    PublicBasis,
    PublicSession,
    TimePrecision,
)
from meetings.documents.schema import Item, Link, MeetingDocument, TopicDocument, TopicName
from meetings.reference.configurations import CONFIGURATIONS, SEVILLE, ReferenceConfiguration
from meetings.reference.delegations import get_country_name
from meetings.reference.presidencies import list_presidencies
from tests.benchmarks.generated_meetings import word_lists

NAMESPACE = uuid5(NAMESPACE_URL, "https://example.eu/council-agendas/made/")
LAST_DAY = dt.date(2030, 12, 31)
ONE_DAY = dt.timedelta(days=1)
MIN_AGENDA_ITEMS, MAX_AGENDA_ITEMS = 5, 40  # most agendas are short
OUTCOMES = [outcome for outcome in Outcome if outcome]


@dataclass
class GeneratedMeeting:
    """The documents of a meeting's editions, in order; the last one is also that of the working copy.

    `notes` has the change note of each edition; the first is empty. `withdrawn_for` is the reason for a withdrawal.
    """

    editions: list[MeetingDocument]
    notes: list[str] = field(default_factory=lambda: [""])
    withdrawn_for: str = ""


@dataclass(frozen=True)
class MeetingSlot:
    """A day on which a configuration can meet. Each slot has one meeting at most."""

    body: ReferenceConfiguration
    day: dt.date


@cache
def list_slots() -> Sequence[MeetingSlot]:
    """Return every working day of every configuration, from the Seville reform to `LAST_DAY`."""
    days = (SEVILLE + n * ONE_DAY for n in range((LAST_DAY - SEVILLE).days + 1))
    return [
        MeetingSlot(body, day)
        for day in days
        if day.weekday() < 5
        for body in CONFIGURATIONS
        if body.is_in_force_on(day)
    ]


@cache
def get_presidency_countries() -> dict[tuple[int, int], str]:
    return {(facts.year, facts.half): facts.country for facts in list_presidencies()}


def get_slot(seed: int, number: int) -> MeetingSlot:
    """Return the slot of the n-th meeting of a seed.

    The step from slot to slot has no common divisor with the number of slots, so that no slot is used twice and early
    and late meetings are mixed.
    """
    size = len(list_slots())
    rng = Random(f"{seed} slots")  # noqa: S311 (meant to be predictable)
    start, step = rng.randrange(size), rng.randrange(size // 3, size // 2)
    while gcd(step, size) > 1:
        step += 1
    return list_slots()[(start + number * step) % size]


def build_meeting_id(seed: int, number: int) -> UUID:
    return uuid5(NAMESPACE, f"{seed} meeting {number}")


@cache
def build_topics(seed: int) -> dict[str, TopicDocument]:
    """Return a topic for each of the first four subjects of each configuration, by subject."""
    return {
        subject: TopicDocument(
            id=uuid5(NAMESPACE, f"{seed} topic {subject}"),
            language=Language.EN,
            source_language=Language.EN,
            slug=f"{subject.lower().replace(' ', '-')}-{build_address_word(seed)}",
            title=subject,
            lead=f"<p>{word_lists.SENTENCES[number % len(word_lists.SENTENCES)]}.</p>",
            text=f"<p>{word_lists.NOTICE}</p>",
        )
        for subjects in word_lists.SUBJECTS.values()
        for number, subject in enumerate(subjects.split("|")[:4])
    }


def build_address_word(seed: int) -> str:
    """Return the word that keeps the addresses of this seed apart from those of other seeds and of real meetings."""
    return f"made-{seed}"


def generate_meeting(seed: int, number: int) -> GeneratedMeeting:
    """Return the n-th meeting of a seed. The result depends on nothing but these two numbers."""
    return MeetingGenerator(seed, number).generate()


class MeetingGenerator:
    """The generator of one meeting. The order of its random draws must not change: it decides the documents."""

    def __init__(self, seed: int, number: int) -> None:
        self.rng = Random(f"{seed} {number}")  # noqa: S311 (meant to be predictable)
        self.seed, self.number = seed, number
        self.slot = get_slot(seed, number)
        self.slug = word_lists.LATER_CONFIGURATIONS.get(self.slot.body.slug, self.slot.body.slug)
        self.subjects = word_lists.SUBJECTS[self.slug].split("|")

    def generate(self) -> GeneratedMeeting:
        meeting = GeneratedMeeting([self.build_document()])
        chance = self.rng.random()
        if chance < 0.03:
            meeting.withdrawn_for = self.rng.choice(word_lists.REASONS)
        elif chance < 0.09:
            self.add_cancellation(meeting)
        else:
            for _edition in range(self.rng.choices((0, 1, 2, 3), (60, 25, 10, 5))[0]):
                self.add_correction(meeting)
        return meeting

    def generate_id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def build_document(self) -> MeetingDocument:
        rng, day, body = self.rng, self.slot.day, self.slot.body
        form = rng.choices((Form.FORMAL, Form.INFORMAL, Form.VIDEO_CONFERENCE), (85, 10, 5))[0]
        last = day + ONE_DAY if day.weekday() < 4 and rng.random() < 0.2 and body.is_in_force_on(day + ONE_DAY) else day
        country = get_presidency_countries().get((day.year, 1 if day.month <= 6 else 2))
        document = MeetingDocument(
            id=build_meeting_id(self.seed, self.number),
            language=Language.EN,
            source_language=Language.EN,
            configuration=schema.ConfigurationName(code=body.code, slug=body.slug, name=body.name),
            title=f"{body.name} Council",
            number=str(10_000 + self.number),
            form=form,
            start_date=day,
            end_date=last,
            place=self.choose_place(form),
            address_word=build_address_word(self.seed),
            presidency=schema.PresidencyName(country=country, name=get_country_name(country)) if country else None,
            document_number=self.generate_document_number(),
            references=["Sample", f"OJ CONS {rng.randrange(1, 90)}"],
            issued_on=day - 2 * ONE_DAY,
            chairs=[
                schema.Chair(
                    id=self.generate_id(), name=f"{rng.choice(word_lists.CHAIR_NAMES)} Sample", role="Minister"
                )
            ],
            lead=self.generate_paragraphs(2),
            contacts=[
                schema.Contact(
                    id=self.generate_id(), name="Press office", phones=["+32 2 555 01 00"], email="press@example.eu"
                )
            ],
            footnotes=[schema.Footnote(id=self.generate_id(), mark="*", text="<p>A vote may be requested.</p>")],
            links=[self.build_link(kind) for kind in (LinkKind.LIVE_STREAM, LinkKind.PHOTOS, LinkKind.BACKGROUND)],
            notice=word_lists.NOTICE,
        )
        titles = word_lists.SESSION_TITLES.get(self.slug, ())
        document.sessions = [schema.Session(id=self.generate_id(), title=title) for title in titles]
        document.agenda = self.build_agenda(document.sessions)
        document.programme = self.build_programme(document)
        return document

    def choose_place(self, form: Form) -> schema.Place:
        if form == Form.VIDEO_CONFERENCE:
            return schema.Place()
        if form == Form.INFORMAL:
            return schema.Place(city=self.rng.choice(word_lists.CITIES))
        in_luxembourg = self.slot.day.month in (4, 6, 10)
        return schema.Place(city="Luxembourg" if in_luxembourg else "Brussels", venue="Council premises")

    def generate_document_number(self) -> str:
        number = f"{self.rng.randrange(5000, 16_000)}/{self.slot.day.year % 100:02}"
        return f"{number} REV {self.rng.randrange(1, 5)}" if self.rng.random() < 0.3 else number

    def generate_paragraphs(self, number: int) -> str:
        return "".join(f"<p>{'. '.join(self.rng.sample(word_lists.SENTENCES, 2))}.</p>" for _paragraph in range(number))

    def build_link(self, kind: LinkKind) -> Link:
        path = f"{kind.value}/{self.rng.randrange(100_000)}"
        return Link(id=self.generate_id(), kind=kind, title=kind.label.capitalize(), url=f"https://example.eu/{path}")

    def build_agenda(self, sessions: list[schema.Session]) -> list[Item]:
        item_count = MIN_AGENDA_ITEMS + int((MAX_AGENDA_ITEMS - MIN_AGENDA_ITEMS + 1) * self.rng.random() ** 3)
        parts = [self.build_information_item(letter) for letter in "abcdef"[: self.rng.randrange(1, 4)]]
        main = [self.build_item(str(place)) for place in range(2, item_count - len(parts))]
        for place, item in enumerate(main if sessions else ()):
            item.session = sessions[place * len(sessions) // len(main)].id
        first = Item(id=self.generate_id(), number="1", kind=ItemKind.A_ITEMS, title="Approval of “A” items")
        last = str(len(main) + 2)
        for part in parts:
            part.number = f"{last} {part.number}"
        business = Item(
            id=self.generate_id(),
            number=last,
            kind=ItemKind.ANY_OTHER_BUSINESS,
            title="Any other business",
            items=parts,
        )
        return [first, *main, business]

    def build_item(self, number: str) -> Item:
        rng = self.rng
        subject = rng.choice(self.subjects)
        legislative = rng.random() < 0.5
        public = rng.choice((PublicSession.YES, PublicSession.POSSIBLY, PublicSession.NO))
        procedure = ProcedureType.LEGISLATIVE if legislative else ProcedureType.NON_LEGISLATIVE
        topic = build_topics(self.seed).get(subject)
        return Item(
            id=self.generate_id(),
            number=number,
            title=f"{subject}: {rng.choice(word_lists.ASPECTS)}",
            text=self.generate_paragraphs(1),
            procedure_type=procedure,
            outcome_sought=rng.choice(word_lists.OUTCOMES_SOUGHT[procedure].split("|")),
            public=public,
            public_basis=PublicBasis.DELIBERATION if legislative else PublicBasis.DEBATE,
            documents=[self.generate_document_number() for _paper in range(rng.randrange(3))],
            procedures=[f"{self.slot.day.year}/{rng.randrange(9000, 10_000)} (COD)"] if legislative else [],
            topics=[TopicName(id=topic.id, slug=topic.slug, title=topic.title)] if topic else [],
            links=[self.build_link(LinkKind.BACKGROUND)] if rng.random() < 0.3 else [],
        )

    def build_information_item(self, letter: str) -> Item:
        title = f"{self.rng.choice(self.subjects)}: {self.rng.choice(word_lists.INFORMATION_TITLES)}"
        return Item(id=self.generate_id(), number=letter, title=title, information_from=["Commission"])

    def build_programme(self, document: MeetingDocument) -> list[schema.Point]:
        press = self.rng.choice((TimePrecision.APPROXIMATE, TimePrecision.EXACT, TimePrecision.TO_BE_CONFIRMED))
        hours: list[tuple[PointKind, int, TimePrecision, str]] = [
            (PointKind.ARRIVALS, 8, TimePrecision.FROM, "from {}"),
            (PointKind.START, self.rng.randrange(9, 12), TimePrecision.EXACT, "{}"),
            (PointKind.MEAL, 13, TimePrecision.APPROXIMATE, "+/- {}"),
            (PointKind.PRESS_CONFERENCE, self.rng.randrange(14, 20), press, "{}"),
        ]
        points = []
        for kind, hour, precision, text in hours:
            clock = f"{hour:02}:{self.rng.choice(('00', '15', '30'))}"
            timed: dict[str, Any] = {"time": clock, "time_precision": precision, "time_text": text.format(clock)}
            about = [document.agenda[1].id] if kind == PointKind.START else []
            live = kind != PointKind.MEAL
            points.append(schema.Point(id=self.generate_id(), kind=kind, live=live, items=about, **timed))
        return points

    def add_cancellation(self, meeting: GeneratedMeeting) -> None:
        """Add a second edition in which the meeting is cancelled, or postponed without a new date."""
        document = deepcopy(meeting.editions[-1])
        document.status = self.rng.choice((MeetingStatus.CANCELLED, MeetingStatus.POSTPONED))
        document.status_reason = self.rng.choice(word_lists.REASONS)
        if document.status == MeetingStatus.POSTPONED:
            earlier = {name: getattr(document, name) for name in ("start_date", "end_date")}
            document.previous = [schema.EarlierDate(city=document.place.city, venue=document.place.venue, **earlier)]
            document.start_date = document.end_date = document.presidency = None
        meeting.editions.append(document)
        meeting.notes.append(f"The meeting is {document.status}.")

    def add_correction(self, meeting: GeneratedMeeting) -> None:
        """Add one more edition: the first one adds results, later ones correct a time or a document number."""
        document = deepcopy(meeting.editions[-1])
        step = len(meeting.editions) - 1
        if step == 0:
            for item in document.agenda[1:-1]:
                item.result = schema.Result(
                    id=self.generate_id(),
                    date=document.start_date,
                    outcome=self.rng.choice(OUTCOMES),
                    text=self.generate_paragraphs(1),
                )
            document.results = [
                schema.Result(
                    id=self.generate_id(),
                    date=document.start_date,
                    title="Main results",
                    outcome=self.rng.choice(OUTCOMES),
                    text=self.generate_paragraphs(2),
                    links=[self.build_link(LinkKind.PRESS_RELEASE)],
                )
            ]
        elif step == 1:
            press = document.programme[-1]
            press.time = press.time_text = "20:45"
            press.time_precision = TimePrecision.EXACT
        else:
            document.document_number = f"{document.document_number} COR 1"
        meeting.editions.append(document)
        meeting.notes.append(word_lists.CHANGE_NOTES[step])
