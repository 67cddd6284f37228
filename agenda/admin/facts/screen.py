"""The screen of the day: what readers see, what they will see of a change, one button."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.admin.facts.forms import FactsForms
from agenda.admin.screens import go_to, public_path, show
from agenda.comparing import Change, compare
from agenda.drafts import Subject
from agenda.publishing import PendingEdition, Refused, change_facts, foreseen, in_brussels, on_the_day, wait_for
from agenda.publishing.facts import Foreseen, OnTheDay
from agenda.publishing.facts.lateness import day_of
from agenda.publishing.facts.telling import day as day_words
from agenda.publishing.facts.telling import name_of, when
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

    `own`: which texts say something otherwise, and keep that.
    """

    languages: list[Told]
    consequences: list[str]
    own: Sequence[str]

    @classmethod
    def of(cls, meeting: Meeting, day: OnTheDay, found: Foreseen) -> "Outlook":
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
        return cls(changes, consequences, found.own)


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


def facts_step(desk: ModelAdmin, request: HttpRequest, meeting: Subject) -> HttpResponse:
    """Asks, shows what readers will see, and changes just that when it is confirmed."""
    assert isinstance(meeting, Meeting)
    now, refusals = instant_of(request), []
    try:
        day = on_the_day(meeting, now)
    except Refused as error:
        return show(desk, request, meeting, "facts.html", _("Change facts"), impossible=str(error))
    posted = request.method == "POST"
    form, outlook = FactsForms(day, now, request.POST if posted else None), None
    if posted and form.is_right() and "again" not in request.POST:
        try:
            if request.POST.get("shown") != day.shown:
                raise Refused(changed_meanwhile())
            outlook = Outlook.of(meeting, day, foreseen(day, form.change(), now))
            if "confirmed" in request.POST:
                by, shown = Actor.of(request), day.shown
                edition = change_facts(meeting, form.change(), by=by, shown=shown)
                return done(desk, request, meeting, edition, outlook.own)
        except PendingEdition as error:  # in a moment it is what readers see, and what the form shows
            messages.warning(request, str(error))
            return go_to(desk, "facts", meeting.pk)
        except Refused as error:
            refusals, outlook = [str(error)], None
    if refusals and request.POST.get("shown") != day.shown:
        form = FactsForms(day, now)  # what was typed was typed over something else
    return show(
        desk,
        request,
        meeting,
        "facts.html",
        _("Change facts"),
        form=form,
        refusals=refusals,
        mistakes=form.mistakes(),
        outlook=outlook,
        shown=day.shown,
        words=live_name(day.live[0]),
    )


def live_name(document: MeetingDocument) -> str:
    return meeting_name(document.configuration.code, document.start_date, document.address_word)


def changed_meanwhile() -> str:
    return _(
        "Somebody has changed what readers see since this page was shown. Nothing of yours was changed: this is how it "
        "is now."
    )


def done(
    desk: ModelAdmin, request: HttpRequest, meeting: Meeting, edition: Edition, own: Iterable[str]
) -> HttpResponse:
    time = in_brussels(edition.available_from)
    desk.log_change(
        request,
        meeting,
        _("Changed facts from %(time)s (Brussels time). “%(note)s”") % {"time": time, "note": edition.change_note},
    )
    told = ngettext(
        "Readers see it since {time} (Brussels time): “{note}”. {link}",
        "Readers see it since {time} (Brussels time), in {n} languages: “{note}”. {link}",
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
