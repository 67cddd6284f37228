"""The screen of the day: what readers see, what they will see of a change, one button."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.admin.facts.forms import FactsForms
from agenda.admin.screens import go_to, public_path, show
from agenda.comparing import Change, compare
from agenda.drafts import Subject
from agenda.making import with_makers
from agenda.publishing import Refused, change_facts, foreseen, in_brussels, on_the_day, wait_for
from agenda.publishing.facts import Foreseen, OnTheDay, WrongFacts, as_shown
from agenda.publishing.facts.lateness import BEGUN, begins_at, day_of
from agenda.publishing.facts.telling import day as day_words
from agenda.publishing.facts.telling import name_of, when
from agenda.states import to_the_minute
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.documents.shape import MeetingDocument, Point
from meetings.models import Edition, Meeting
from meetings.models.meeting import meeting_name
from meetings.vocabulary import Language, PointState


@dataclass(frozen=True)
class Told:
    """What readers will see in a language: the alerts as they read them, a line for each point, and word by word."""

    language: Language
    alerts: list[str]
    points: list[str]
    changes: list[Change]

    @classmethod
    def of(cls, old: MeetingDocument, new: MeetingDocument) -> "Told":
        known = {alert.id for alert in old.alerts}
        alerts = [alert.text for alert in new.alerts if alert.id not in known]
        return cls(Language(new.language), alerts, list(point_lines(old, new)), compare(old, new))


@dataclass(frozen=True)
class Outlook:
    """What readers will see changed, by language, the source's first; and what becomes of all else.

    `own`: which texts say something otherwise, and keep that. `past`: new times that have been already.
    """

    languages: list[Told]
    consequences: list[str]
    own: Sequence[str]
    past: Sequence[str]

    @classmethod
    def of(cls, meeting: Meeting, day: OnTheDay, found: Foreseen, now: dt.datetime) -> "Outlook":
        pairs = zip(day.live, found.live, strict=True)
        changes = [Told.of(old, new) for old, new in pairs]
        consequences = [
            _("The edition of %s (Brussels time) is changed with it, and appears at its time.")
            % in_brussels(edition.available_from)
            for edition in day.pending
        ]
        if meeting.digest not in ("", day.digest):
            consequences.append(_("Your unpublished draft stays unpublished; it gets the same facts."))
        consequences.append(_("What is approved or in review stays so, with the same facts."))
        return cls(changes, consequences, found.own, [*past_lines(day.live[0], found.live[0], now)])


def point_lines(old: MeetingDocument, new: MeetingDocument) -> Iterator[str]:
    """As “Arrivals: 08:00 → 08:40”."""
    after = {point.id: point for point in new.programme}
    for point in old.programme:
        if words := ", ".join(point_changes(point, after.get(point.id, point), old)):
            yield f"{name_of(point, old)}: {words}"


def point_changes(old: Point, new: Point, document: MeetingDocument) -> Iterator[str]:
    """The state that follows from another time or place is not told beside it."""
    moved = day_of(old, document) != day_of(new, document)
    times = [" ".join(filter(None, (day_words(x, document) if moved else "", when(x, document)))) for x in (old, new)]
    pairs = [pair for pair in (times, [old.place, new.place]) if pair[0] != pair[1]]
    for before, now in pairs:
        yield f"{before or '–'} → {now or '–'}"
    if old.state != new.state and not (pairs and new.state in (PointState.DELAYED, PointState.MOVED)):
        yield str(new.state.label)


def past_lines(old: MeetingDocument, new: MeetingDocument, now: dt.datetime) -> Iterator[str]:
    """As “Press conference: 11:00 was 17 minutes ago.” A slip, mostly; but it may be just what happened."""
    before = {point.id: (day_of(point, old), point.time) for point in old.programme}
    for point in new.programme:
        day = day_of(point, new)
        if not (day and point.time) or before.get(point.id) == (day, point.time) or point.state in BEGUN:
            continue
        if (begins := begins_at(day, point.time, new)) <= now - dt.timedelta(minutes=1):
            facts = {"point": name_of(point, new), "time": when(point, new), "ago": timesince(begins, now)}
            yield _("%(point)s: %(time)s was %(ago)s ago.") % facts


def facts_step(desk: ModelAdmin, request: HttpRequest, meeting: Subject) -> HttpResponse:
    """Asks, shows what readers will see, and changes just that when it is confirmed."""
    assert isinstance(meeting, Meeting)
    now = instant_of(request)
    try:
        day = on_the_day(meeting, now)
    except Refused as error:
        return show(desk, request, meeting, "facts.html", _("Change facts"), impossible=str(error))
    form, meanwhile = forms_of(day, now, request)
    refusals, outlook = [], None
    try:
        if request.method == "POST" and "again" not in request.POST and not (meanwhile and meanwhile.is_to_be_read):
            outlook = judged(meeting, day, form, now)
        if outlook and "confirmed" in request.POST and not meanwhile:
            edition = change_facts(meeting, form.change(), by=Actor.of(request), shown=day.shown)
            return done(desk, request, meeting, edition, outlook.own)
    except Refused as error:
        refusals, outlook = [str(error)], None
    return show(
        desk,
        request,
        meeting,
        "facts.html",
        _("Change facts"),
        form=form,
        refusals=refusals,
        mistakes=form.mistakes(),
        meanwhile=meanwhile,
        outlook=outlook,
        shown=day.shown,
        words=live_name(day.live[0]),
    )


@dataclass(frozen=True)
class Meanwhile:
    """What others made public since the page was shown; `lost`: what was typed over something that stands no more."""

    told: str
    changes: Sequence[str] = ()
    lost: Sequence[str] = ()

    @property
    def is_to_be_read(self) -> bool:
        """Before it is asked to confirm what is left."""
        return bool(self.lost or not self.changes)


def forms_of(day: OnTheDay, now: dt.datetime, request: HttpRequest) -> tuple[FactsForms, Meanwhile | None]:
    """What was typed stays, on top of what readers see by now, wherever it was not typed over something else."""
    if request.method != "POST":
        return FactsForms(day, now), None
    shown = request.POST.get("shown", "")
    if shown == day.shown:
        return FactsForms(day, now, request.POST), None
    earlier = as_shown(day, shown, now)
    if earlier is None:
        return FactsForms(day, now), Meanwhile(
            _("What readers see is not what this page was made from, and nothing of yours was changed: look again.")
        )
    before, since = earlier
    forms, lost = FactsForms.on_top(day, now, FactsForms(before, now, request.POST))
    told = _("What readers see has been changed since this page was shown. Nothing of yours is public yet.")
    kept = _("What you typed is kept, on top of that: look at it, and confirm it once more.")
    return forms, Meanwhile(told if lost else f"{told} {kept}", [*change_lines(with_makers(since), now)], lost)


def change_lines(editions: Iterable[Any], now: dt.datetime) -> Iterator[str]:
    """As “Ann Lee, 10:55: changed on the day. Press conference: cancelled”."""
    for edition in editions:
        when_and_who = ", ".join(filter(None, (edition.made_by, to_the_minute(edition.available_from, now))))
        yield f"{when_and_who}: {edition.get_reason_display()}. {edition.change_note}".strip()


def judged(meeting: Meeting, day: OnTheDay, form: FactsForms, now: dt.datetime) -> Outlook | None:
    """None where something was typed wrongly: the form says all of that at once. Raises Refused."""
    right = form.is_right()
    try:
        found = foreseen(day, form.change(), now)
    except WrongFacts as error:
        form.tell(error)
        return None
    except Refused:
        if right:
            raise
        return None
    return Outlook.of(meeting, day, found, now) if right else None


def live_name(document: MeetingDocument) -> str:
    return meeting_name(document.configuration.code, document.start_date, document.address_word)


def done(
    desk: ModelAdmin, request: HttpRequest, meeting: Meeting, edition: Edition, own: Iterable[str]
) -> HttpResponse:
    time = in_brussels(edition.available_from)
    desk.log_change(
        request,
        meeting,
        _("Changed facts from %(time)s (Brussels time): %(note)s") % {"time": time, "note": edition.change_note},
    )
    told = ngettext(
        "Readers see it since {time} (Brussels time): {note} – {link}",
        "Readers see it since {time} (Brussels time), in {n} languages: {note} – {link}",
        len(edition.languages),
    )
    link = format_html('<a href="{}">{}</a>', public_path(edition.address), _("View on site"))
    wait_for(edition)
    messages.success(
        request, format_html(told, time=time, note=edition.change_note, n=len(edition.languages), link=link)
    )
    for words in own:
        messages.warning(request, words)
    return go_to(desk, "facts", meeting.pk)
