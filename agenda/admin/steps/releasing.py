"""Releasing what is approved, now or at a time; planning what is not yet; and, in an emergency, forcing."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from agenda.admin.outlook import Approved, Outlook, outlooks_of_drafts
from agenda.admin.screens import (
    GoingOut,
    confirm_now,
    first_refused,
    go_to,
    others_who_may,
    public_path,
    read_anew,
    refused,
    show,
    together_with,
)
from agenda.admin.steps.forms import ForceForm, ReleaseForm, clocks
from agenda.checking import named
from agenda.desk.ways import way_to
from agenda.drafts import Subject, type_of
from agenda.models import BackgroundTopic, Release
from agenda.publishing import (
    ChangedMeanwhile,
    Refused,
    Told,
    held_releases,
    in_brussels,
    past_held,
    plan,
    planned_for,
    publish,
    subjects_of,
    wait_for,
)
from agenda.reviews import ReviewState
from agenda.states import release_words, with_states
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.models import Edition, Meeting, SubjectType
from meetings.rights import Right, may
from meetings.vocabulary import Language

MOST_OFFERED = 50


def release_step(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Publishes what is shown, and nothing else: the form carries its digests."""
    now, subjects = instant_of(request), together_with(request, subject)
    planned = next(filter(None, map(planned_for, subjects)), None)
    if planned:  # what is planned together goes together
        known = {one.pk for one in subjects}
        subjects += [one for one in subjects_of(planned) if one.pk not in known]
    if other := first_refused(request, Right.PUBLISH, subjects):
        return refused(desk, request, Right.PUBLISH, subject, other)
    texts = [Approved.of(one, now) for one in subjects]
    outlooks = [text.outlook for text in texts if text.outlook]
    missing = [text for text in texts if text.is_missing]
    planning = bool(missing)
    posted = request.POST if request.method == "POST" else None
    corrected, held = [text.subject for text in texts if text.corrects], held_releases(subjects)
    form = ReleaseForm(posted, now, outlooks, planning=planning, corrected=corrected, held=held)
    form.initial = planned_facts(planned, form, now)
    if posted and form.is_valid() and not form.is_look:
        try:
            if planning != ("plan" in posted):
                raise ChangedMeanwhile(
                    _("What is approved has changed since this page was shown, and nothing was done: look again.")
                )
            if not planning:
                past_held(subjects, form.cleaned_data.get("pending", ""))
            if not planning and form.is_now and "confirmed" not in posted:
                shown = [(text.outlook, text.page) for text in texts if text.outlook]
                parts = [going_out(outlook, outlook.languages, page, form) for outlook, page in shown]
                return confirm_now(desk, request, subject, parts)
            return released(desk, request, subjects, form, planned, planning=planning)
        except Refused as error:
            form.refuse(error)
            texts = [Approved.of(one, now) for one in subjects]
            outlooks = [text.outlook for text in texts if text.outlook]
            missing = [text for text in texts if text.is_missing]
    at = form.typed_time()
    return show(
        desk,
        request,
        subject,
        "release.html",
        _("Release"),
        texts=texts,
        missing=missing,
        planned=planned,
        planned_way=planned and way_to(planned, "change"),
        planned_at=planned and in_brussels(planned.at),
        held=[(one, release_words(one, now), way_to(one, "change")) for one in held],
        may_go_on=not missing and len(outlooks) == len(texts) and all(outlook.may_go_out for outlook in outlooks),
        may_plan=bool(missing) and not planned and not any(text.is_live for text in texts),
        may_force=all(may(request.user, Right.FORCE, one) for one in subjects),
        who_forces=others_who_may(request, Right.FORCE, subject),
        force_way=way_to(subject, "force", **{"with": [str(one.pk) for one in subjects[1:]]}),
        offered=offered(subjects, now),
        others=subjects[1:],
        here=way_to(subject, "release", **{"with": [str(one.pk) for one in subjects[1:]]}),
        form=form,
        clocks=clocks(at, request.user.time_zone, now) if at else [],  # type: ignore[union-attr]
    )


def planned_facts(planned: Release | None, form: ReleaseForm, now: dt.datetime) -> dict[str, Any]:
    """What was given when it was planned."""
    if planned is None:
        return {}
    facts: dict[str, Any] = {"when": "at", "at": planned.at} if planned.at > now else {}
    for entry in planned.entries.all():
        if entry.subject_id in form.told_of:
            note, editorial = form.told_of[entry.subject_id]
            facts |= {note: entry.note, editorial: entry.is_editorial}
    return facts


def going_out(outlook: Outlook, languages: Sequence[Language], page: str, form: ReleaseForm) -> GoingOut:
    """For the last look."""
    told = form.told().get(outlook.subject.pk, Told())
    return GoingOut(str(outlook.subject), told.note, told.editorial, languages, page)


def released(
    desk: ModelAdmin,
    request: HttpRequest,
    subjects: Sequence[Subject],
    form: ReleaseForm,
    planned: Release | None,
    *,
    planning: bool,
) -> HttpResponse:
    data, by = form.cleaned_data, Actor.of(request)
    if planning:
        release = plan(*subjects, by=by, at=data["at"], told=form.told())
        words = _("Planned for %s (Brussels time): it appears then, once all of it is approved.")
        for one in subjects:
            desk.log_change(request, one, words % in_brussels(release.at))
        messages.success(request, words % in_brussels(release.at))
        return HttpResponseRedirect(way_to(release, "change"))
    editions = publish(
        *subjects,
        by=by,
        at=data["at"],
        pending=data.get("pending") or "ask",
        shown=request.POST.getlist("shown"),
        release=planned,
        told=form.told(),
    )
    return gone_out(desk, request, subjects, editions, scheduled=data["at"] is not None)


def force_step(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Publishes the working copies as they are shown, though nobody has approved them."""
    now, subjects = instant_of(request), together_with(request, subject)
    if other := first_refused(request, Right.FORCE, subjects):
        return refused(desk, request, Right.FORCE, subject, other)
    outlooks = outlooks_of_drafts(subjects, now, languages=())
    posted = request.POST if request.method == "POST" else None
    planned = next(filter(None, map(planned_for, subjects)), None)
    held = held_releases(subjects)
    form = ForceForm(posted, now, outlooks, held=held)
    form.initial = planned_facts(planned, form, now)
    if posted and form.is_valid() and not form.is_look:
        data = form.cleaned_data
        try:
            past_held(subjects, data.get("pending", ""))
            if form.is_now and "confirmed" not in posted:
                told = _("Nobody has approved this. The reason: “%s”") % data["force"]
                told = " ".join(filter(None, [told, told_of_plan(planned, subjects)]))
                parts = [going_out(one, one.languages, one.preview, form) for one in outlooks]
                return confirm_now(desk, request, subject, parts, told=told)
            editions = publish(
                *subjects,
                by=Actor.of(request),
                at=data["at"],
                told=form.told(),
                pending=data.get("pending") or "ask",
                force=data["force"],
                shown=posted.getlist("shown"),
                release=planned if planned and is_all_of(planned, subjects) else None,
            )
        except Refused as error:
            form.refuse(error)
            read_anew(*subjects)
            outlooks = outlooks_of_drafts(subjects, now, languages=())
        else:
            return gone_out(desk, request, subjects, editions, scheduled=data["at"] is not None, force=data["force"])
    at = form.typed_time()
    return show(
        desk,
        request,
        subject,
        "force.html",
        _("Release without approval"),
        outlooks=outlooks,
        count=len(subjects),
        plan_told=told_of_plan(planned, subjects),
        plan_way=planned and way_to(planned, "change"),
        held=[(one, release_words(one, now), way_to(one, "change")) for one in held],
        may_go_on=all(outlook.may_go_out for outlook in outlooks),
        form=form,
        clocks=clocks(at, request.user.time_zone, now) if at else [],  # type: ignore[union-attr]
    )


def told_of_plan(planned: Release | None, subjects: Sequence[Subject]) -> str:
    """What becomes of the planned release in which something of this stands."""
    if planned is None:
        return ""
    at = in_brussels(planned.at)
    if is_all_of(planned, subjects):
        return _("This carries out the release planned for %s (Brussels time), now or at the time you give.") % at
    keys = {one.pk for one in subjects}
    rest = [str(one) for one in subjects_of(planned) if one.pk not in keys]
    if not rest:
        return _("This ends the release that is planned for %s (Brussels time).") % at
    told = _("This leaves the release that is planned for %(at)s (Brussels time). What stays in it: %(rest)s.")
    return told % {"at": at, "rest": named(rest)}


def is_all_of(release: Release, subjects: Sequence[Subject]) -> bool:
    return {one.pk for one in subjects_of(release)} == {one.pk for one in subjects}


def gone_out(
    desk: ModelAdmin,
    request: HttpRequest,
    subjects: Sequence[Subject],
    editions: Sequence[Edition],
    *,
    scheduled: bool,
    force: str = "",
) -> HttpResponse:
    by_subject = {edition.subject_id: edition for edition in editions}
    for subject in subjects:
        edition = by_subject[subject.pk]
        time = in_brussels(edition.available_from)
        number = Edition.objects.of(type_of(subject), subject.pk).visible(edition.available_from).count()
        words = _("Published edition %(n)d, from %(time)s (Brussels time).") % {"n": number, "time": time}
        words += f" “{edition.change_note}”" if edition.change_note else ""
        words += (" " + _("Without approval: “%s”") % force) if force else ""
        desk.log_change(request, subject, words)
        links = [(public_path(edition.address), _("View on site"))]
        if scheduled:  # at its address there is nothing yet, or the older text
            links = [
                (way_to(subject, "edition", edition.pk), _("See that edition")),
                (way_to(subject, "call_off"), _("Call off…")),
            ]
        told = format_html(
            _("“{subject}” appears on {time} (Brussels time).{force} {links}")
            if scheduled
            else _("“{subject}” is public since {time} (Brussels time).{force} {links}"),
            subject=subject,
            force=f" {_('Nobody has approved it yet.')}" if force else "",
            time=time,
            links=format_html_join(" · ", '<a href="{}">{}</a>', links),
        )
        messages.success(request, told)
    if not scheduled:
        wait_for(editions[0])
    return go_to(desk, "change", subjects[0].pk)


def offered(subjects: Sequence[Subject], now: dt.datetime) -> list[tuple[str, str]]:
    """What might go out with it: submitted or approved, and not out; the nearest meetings first."""
    keys = {one.pk for one in subjects}
    not_out = Q(edition_number=0, appears_from=None) | Q(is_changed=True)
    waiting = not_out & Q(review__in=(ReviewState.IN_REVIEW, ReviewState.APPROVED))  # the review costs most: last
    meetings = with_states(Meeting.objects.select_related("configuration"), SubjectType.MEETING, now)
    topics = with_states(BackgroundTopic.objects.all(), SubjectType.TOPIC, now)
    found = [
        *meetings.filter(waiting).exclude(pk__in=keys).order_by("-start_date", "pk")[:MOST_OFFERED],
        *topics.filter(waiting).exclude(pk__in=keys).order_by("title")[:MOST_OFFERED],
    ]
    return [(str(one.pk), str(one)) for one in found]
