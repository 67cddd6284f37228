"""The screen of a same-day change: what readers see, a preview of the change, one button to publish."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.admin.same_day_changes.forms import FieldMistake, SameDayChangeForms
from agenda.admin.screen import Screen, get_public_path
from agenda.documents.diff.changes import compare_documents
from agenda.documents.diff.word_diff import ComparisonBudget
from agenda.workflow.errors import WorkflowError
from agenda.workflow.same_day_changes.alerts import format_point_date as day_words
from agenda.workflow.same_day_changes.alerts import format_point_name, format_time_of_point
from agenda.workflow.same_day_changes.delays import STARTED_STATES, get_point_date
from agenda.workflow.same_day_changes.publication import (
    LiveMeeting,
    find_shown_version,
    get_live_meeting,
    preview_same_day_change,
    publish_same_day_change,
)
from agenda.workflow.same_day_changes.resolution import SameDayChangeError
from agenda.workflow.scheduled_releases import find_open_release
from agenda.workflow.states import annotate_publishers, format_to_the_minute
from agenda.workflow.transactions import format_instant, wait_until_live
from meetings.access import Right
from meetings.clock import build_local_datetime
from meetings.documents.choices import PointState
from meetings.documents.schema import MeetingDocument, Point
from meetings.models import Edition, Meeting
from meetings.models.meeting import format_meeting_name


def build_outlook(
    day: LiveMeeting, documents: Sequence[MeetingDocument], conflicts: Sequence[str], now: dt.datetime
) -> dict[str, Any]:
    """Build a preview of a same-day change by language, source language first, with its consequences for other texts.

    `conflicts`: texts that have a different value and keep it. `past_times`: new times that are already past.
    """
    consequences = [
        _("The edition scheduled for %s (Brussels time) will be changed too, and published at its time.")
        % format_instant(edition.available_from)
        for edition in day.pending
    ]
    if day.meeting.digest not in ("", day.digest):
        consequences.append(_("Your unpublished draft stays unpublished. It gets the same changes."))
    consequences.append(_("Approved texts and texts in review keep their status. We make the same changes to them."))
    budget = ComparisonBudget()
    return {
        "languages": [build_preview(*pair, budget) for pair in zip(day.documents, documents, strict=True)],
        "consequences": consequences,
        "conflicts": conflicts,
        "past_times": [*describe_past_times(day.documents[0], documents[0], now)],
    }


def build_preview(old: MeetingDocument, new: MeetingDocument, budget: ComparisonBudget) -> dict[str, Any]:
    """Build a preview for readers of one language: the alerts, a line for each point, and the detailed changes."""
    known = {alert.id for alert in old.alerts}
    return {
        "language": new.language,
        "alerts": [alert.text for alert in new.alerts if alert.id not in known],
        "points": [*describe_points(old, new)],
        "changes": compare_documents(old, new, budget),
    }


def describe_points(old: MeetingDocument, new: MeetingDocument) -> Iterator[str]:
    """Describe the changed points, for example “Arrivals: 08:00 → 08:40”."""
    after = {point.id: point for point in new.programme}
    for point in old.programme:
        if words := ", ".join(describe_point_changes(point, after.get(point.id, point), old)):
            yield f"{format_point_name(point, old)}: {words}"


def describe_point_changes(old: Point, new: Point, document: MeetingDocument) -> Iterator[str]:
    """Describe the changes of a point. A state that follows from a new time or place is left out."""
    moved = get_point_date(old, document) != get_point_date(new, document)
    times = [
        " ".join(filter(None, (day_words(x, document) if moved else "", format_time_of_point(x)))) for x in (old, new)
    ]
    pairs = [pair for pair in (times, [old.place, new.place]) if pair[0] != pair[1]]
    for before, now in pairs:
        yield f"{before or '–'} → {now or '–'}"
    if old.state != new.state and not (pairs and new.state in (PointState.DELAYED, PointState.MOVED)):
        yield str(new.state.label)


def describe_past_times(old: MeetingDocument, new: MeetingDocument, now: dt.datetime) -> Iterator[str]:
    """Warn of new times in the past, for example “Press conference: 11:00 was 17 minutes ago.”

    This is mostly a typing error, but it may be what happened.
    """
    before = {point.id: (get_point_date(point, old), point.time) for point in old.programme}
    for point in new.programme:
        day = get_point_date(point, new)
        if not (day and point.time) or before.get(point.id) == (day, point.time) or point.state in STARTED_STATES:
            continue
        if (begins := build_local_datetime(day, point.time, new.timezone)) <= now - dt.timedelta(minutes=1):
            facts = {
                "point": format_point_name(point, new),
                "time": format_time_of_point(point),
                "ago": timesince(begins, now),
            }
            yield _("%(point)s: %(time)s was %(ago)s ago.") % facts


def change_facts_view(screen: Screen) -> HttpResponse:
    """Ask for the changes, preview what readers will see, and publish exactly that when confirmed."""
    meeting: Meeting = screen.subject
    try:
        day = get_live_meeting(meeting, screen.now)
    except WorkflowError as error:
        return screen.render("facts.html", _("Same-day change"), impossible=str(error))
    form, meanwhile = build_forms(screen, day)
    refusals, outlook, posted = [], None, screen.request.POST
    must_be_read_first = bool(meanwhile and (meanwhile.asked or meanwhile.lost or not meanwhile.changes))
    try:
        if screen.posted is not None and "again" not in posted and not must_be_read_first:
            outlook = preview_change(day, form, screen.now)
        if outlook and "confirmed" in posted and not meanwhile:
            edition = publish_same_day_change(meeting, form.build_change(), by=screen.by, shown=day.shown)
            return report_change(screen, edition, outlook["conflicts"])
    except WorkflowError as error:
        refusals, outlook = [str(error)], None
    document = day.documents[0]
    return screen.render(
        "facts.html",
        _("Same-day change"),
        form=form,
        refusals=refusals,
        mistakes=form.list_mistakes(),
        meanwhile=meanwhile,
        outlook=outlook,
        shown=day.shown,
        scheduled=find_open_release(meeting, screen.now),
        may_publish=screen.may(Right.PUBLISH),
        may_change=screen.may(Right.CHANGE),
        live_name=format_meeting_name(document.configuration.code, document.start_date, document.address_word),
    )


@dataclass(frozen=True)
class MeanwhileChanges:
    """Changes that others have published since the page was shown.

    `asked`: values that were typed over what others have changed since. They are still in their fields.
    `lost`: values that were not kept, because others have deleted what they were about.
    """

    message: str
    changes: Sequence[str] = ()
    asked: Sequence[FieldMistake] = ()
    lost: Sequence[str] = ()


def build_forms(screen: Screen, day: LiveMeeting) -> tuple[SameDayChangeForms, MeanwhileChanges | None]:
    """Build the forms. Keep the values that were typed, unless others have changed what they were typed over."""
    now, posted = screen.now, screen.posted
    if posted is None:
        return SameDayChangeForms(day, now), None
    shown = posted.get("shown", "")
    if shown == day.shown:
        return SameDayChangeForms(day, now, posted), None
    earlier = find_shown_version(day, shown, now)
    before, since = earlier or (day, Edition.objects.none())
    forms, asked, lost = SameDayChangeForms.build_on_current(
        day, now, SameDayChangeForms(before, now, posted), is_known=earlier is not None
    )
    message = _("The published details have changed since you opened this page. Your changes are not published yet.")
    advice = _("We kept what you typed. Check it and confirm again.")
    changes = [*describe_editions(annotate_publishers(since), now)]
    return forms, MeanwhileChanges(f"{message} {advice}", changes, asked, lost)


def describe_editions(editions: Iterable[Any], now: dt.datetime) -> Iterator[str]:
    """Describe the editions, for example “Ann Lee, 10:55: changed on the day. Press conference: cancelled”."""
    for edition in editions:
        when_and_who = ", ".join(
            filter(None, (edition.published_by, format_to_the_minute(edition.available_from, now)))
        )
        yield f"{when_and_who}: {edition.get_reason_display()}. {edition.change_note}".strip()


def preview_change(day: LiveMeeting, form: SameDayChangeForms, now: dt.datetime) -> dict[str, Any] | None:
    """Build a preview of the change, or None if the form has errors, which it then shows. Raise WorkflowError."""
    is_valid = form.is_valid()
    try:
        documents, conflicts = preview_same_day_change(day, form.build_change(), now)
    except SameDayChangeError as error:
        form.add_errors(error)
        return None
    except WorkflowError:
        if is_valid:
            raise
        return None
    return build_outlook(day, documents, conflicts, now) if is_valid else None


def report_change(screen: Screen, edition: Edition, conflicts: Iterable[str]) -> HttpResponse:
    time = format_instant(edition.available_from)
    message = _("Same-day change published on %(time)s (Brussels time): %(note)s")
    screen.log(message % {"time": time, "note": edition.change_note})
    template = ngettext(
        "Published on {time} (Brussels time): {note} – {link}",
        "Published on {time} (Brussels time), in {n} languages: {note} – {link}",
        len(edition.languages),
    )
    link = format_html('<a href="{}">{}</a>', get_public_path(edition.address), _("View on site"))
    wait_until_live(edition)
    values: dict[str, Any] = {"time": time, "note": edition.change_note, "n": len(edition.languages), "link": link}
    messages.success(screen.request, format_html(template, **values))
    for conflict in conflicts:
        messages.warning(screen.request, conflict)
    return screen.redirect_to("facts")
