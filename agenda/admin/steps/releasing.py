"""Publish approved texts, now or at a time; schedule texts not yet approved; publish without approval."""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from agenda.admin.publication_outlook import ApprovedText, PublicationOutlook, add_pages, build_draft_outlooks
from agenda.admin.screen import Screen, explain_approvers_of_drafts, get_public_path, refresh_subjects
from agenda.admin.steps.forms import ForceForm, ReleaseForm, format_clocks, question_time
from agenda.admin.steps.repeated import describe_repeated_publication
from agenda.dashboard.admin_urls import admin_url
from agenda.documents.checks import format_names
from agenda.models import BackgroundTopic, Release, ReleaseEntry
from agenda.workflow.drafts import Subject, defer_texts, get_subject_type
from agenda.workflow.errors import StaleTextError, WorkflowError
from agenda.workflow.planned_releases import (
    find_planned_release,
    find_plans,
    list_unapproved_subjects,
    plan_release,
    schedule_ready_releases,
)
from agenda.workflow.publication import find_replaced_releases, publish
from agenda.workflow.review_actions import DraftTexts
from agenda.workflow.reviews import get_approved_digests
from agenda.workflow.scheduled_releases import find_held_releases, get_release_subjects, has_older_text
from agenda.workflow.states import TEXT_WAITS, annotate_states, format_release_state
from agenda.workflow.transactions import format_instant, wait_until_live
from agenda.workflow.unsaved_editions import ChangeNote
from meetings.access import Right, format_whom_to_ask
from meetings.database.prepared_query import fetch_objects, pad_keys
from meetings.models import Edition, Meeting, SubjectType
from meetings.sign_in.confirmation import ask_to_confirm

MAX_CANDIDATES = 50


def release_step(screen: Screen) -> HttpResponse:
    """Publish exactly what is shown: the form carries the digests of the texts."""
    now, subject, subjects = screen.now, screen.subject, screen.get_subjects()
    planned = find_planned_release(*subjects)
    if planned:  # what is planned together is published together
        known = {release_subject.pk for release_subject in subjects}
        subjects += [
            release_subject for release_subject in get_release_subjects(planned) if release_subject.pk not in known
        ]
    if other := screen.find_refused(Right.PUBLISH, subjects):
        return screen.render_refusal(Right.PUBLISH, other)
    texts = [ApprovedText(release_subject, screen.user, now) for release_subject in subjects]
    outlooks = [text.outlook for text in texts if text.outlook]
    planning = any(text.needs_approval for text in texts)
    corrected, on_hold = [text.subject for text in texts if text.corrects], find_held_releases(subjects)
    form = ReleaseForm(
        screen.posted,
        now,
        outlooks,
        planning=planning,
        corrected=corrected,
        on_hold=on_hold,
        keeps_older=may_keep_older_text(screen, outlooks),
    )
    form.initial = get_planned_values(planned, form, now)
    if form.is_valid() and not form.is_check_only:
        if repeated := answer_repeated(screen, subjects, form, planned):
            return repeated
        try:
            if planning != ("plan" in form.data):
                raise build_stale_text_error()
            if planning:
                return plan_subjects(screen, texts, form)
            find_replaced_releases(subjects, form.cleaned_data.get("pending", ""))
            if form.is_now and "confirmed" not in form.data:
                shown = [(text.outlook, text.preview_url) for text in texts if text.outlook]
                return screen.render_confirmation(
                    [summarize_publication(outlook, page, form) for outlook, page in shown]
                )
            return publish_subjects(screen, subjects, form, planned)
        except WorkflowError as error:
            form.add_refusal(error)
            texts = [ApprovedText(release_subject, screen.user, now) for release_subject in subjects]
    with_pages = add_pages([text.outlook for text in texts if text.outlook], screen)
    for text in texts:
        text.outlook = text.outlook and next(with_pages)
    missing = any(text.needs_approval for text in texts)
    replaces_planned = not missing and planned is not None and bool(list_unapproved_subjects(planned, now))
    together = [str(release_subject.pk) for release_subject in subjects[1:]]
    return screen.render(
        "release.html",
        _("Publish"),
        texts=texts,
        missing=missing,
        planned=planned,
        replaces_planned=replaces_planned,
        on_hold=describe_held_releases(on_hold, now),
        may_go_on=not missing and all(text.outlook and text.outlook.can_be_published for text in texts),
        may_plan=missing and not planned and not any(text.is_live for text in texts),
        may_force=screen.find_refused(Right.FORCE, subjects) is None,
        who_forces=partial(format_whom_to_ask, Right.FORCE, subject, without=[screen.user.pk]),
        force_url=admin_url(subject, "force", **{"with": together}),
        offered=list_candidates(subjects, now),
        others=subjects[1:],
        here=admin_url(subject, "release", **{"with": together}),
        form=form,
        clocks=format_clocks(screen, form.get_typed_time()),
        time_question=question_time(subjects, form.get_typed_time()),
    )


def may_keep_older_text(screen: Screen, outlooks: Sequence[PublicationOutlook], *, is_forced: bool = False) -> bool:
    """Return whether a colleague must confirm that a scheduled edition is kept beside one of these texts.

    A text that is published without approval makes every other approved one older. If only languages join the live
    text, they make none older.
    """
    changed = {
        outlook.pending.edition.pk: outlook
        for outlook in outlooks
        if outlook.pending and not (outlook.live and outlook.live.differences[outlook.documents[0].language] == [])
    }
    if not changed:
        return False
    entries = ReleaseEntry.objects.filter(edition_id__in=[*changed])
    if not is_forced:
        return has_older_text(entries, screen.now, screen.by)
    for entry in entries.exclude(revision=None).select_related("revision"):
        assert entry.revision
        assert entry.edition_id
        approved = get_approved_digests(entry.revision).get(entry.revision.source_language)
        if approved and approved != changed[entry.edition_id].digests[0]:
            return True
    return has_older_text(entries, screen.now, screen.by)


def answer_repeated(
    screen: Screen, subjects: Sequence[Subject], form: ReleaseForm, planned: Release | None = None
) -> HttpResponse | None:
    """Return the answer to a form that asks for what was done already, because it was sent before; otherwise None."""
    at = None if form.is_now else form.cleaned_data.get("at")
    if "plan" in form.data and planned and planned.at == at:
        messages.info(screen.request, _("It is already scheduled for %s (Brussels time).") % format_instant(planned.at))
        return HttpResponseRedirect(admin_url(planned, "change"))
    shown = screen.request.POST.getlist("shown")
    message = describe_repeated_publication(subjects, shown, at, screen.now) if at or form.is_now else ""
    return screen.redirect_after_repetition(message) if message else None


def get_planned_values(planned: Release | None, form: ReleaseForm, now: dt.datetime) -> dict[str, Any]:
    """Return the initial form values that were entered when the release was planned."""
    if planned is None:
        return {}
    values: dict[str, Any] = {"when": "at", "at": planned.at} if planned.at > now else {}
    for entry in planned.entries.all():
        if entry.subject_id in form.note_field_names:
            note, editorial = form.note_field_names[entry.subject_id]
            values |= {note: entry.note, editorial: entry.is_editorial}
    return values


def describe_held_releases(releases: Iterable[Release], now: dt.datetime) -> list[tuple[Release, str]]:
    return [(release, format_release_state(release, now)) for release in releases]


def summarize_publication(outlook: PublicationOutlook, page: str, form: ReleaseForm) -> dict[str, Any]:
    """Summarize what will be published, for the confirmation page. `page` is the URL of its preview."""
    note = form.get_change_notes().get(outlook.subject.pk, ChangeNote())
    summary = {"title": str(outlook.subject), "note": note.text, "editorial": note.is_editorial}
    return summary | {
        "languages": outlook.languages,
        "lost_languages": outlook.lost_languages,
        "preview_url": page,
    }


def build_stale_text_error() -> StaleTextError:
    return StaleTextError(
        _("The approved text has changed since you opened this page. Nothing was done: check it again.")
    )


def plan_subjects(screen: Screen, texts: Sequence[ApprovedText], form: ReleaseForm) -> HttpResponse:
    subjects = [text.subject for text in texts]
    shown = {digest for text in texts if text.outlook for digest in text.outlook.digests}
    if {*screen.request.POST.getlist("shown")} != shown:
        raise build_stale_text_error()
    facts: dict[str, Any] = {"at": form.cleaned_data["at"], "change_notes": form.get_change_notes(), "shown": shown}
    release = plan_release(*subjects, by=screen.by, **facts)
    template = _("Scheduled for %s (Brussels time). It will be published then if everything is approved.")
    message = template % format_instant(release.at)
    for subject in subjects:
        screen.log(message, subject=subject)
    messages.success(screen.request, message)
    return HttpResponseRedirect(admin_url(release, "change"))


def publish_subjects(
    screen: Screen, subjects: Sequence[Subject], form: ReleaseForm, planned: Release | None, *, force: str = ""
) -> HttpResponse:
    """Publish exactly the texts whose digests the form carries, now or at its time, and report it."""
    data = form.cleaned_data
    editions = publish(
        *subjects,
        by=screen.by,
        at=data["at"],
        pending=data.get("pending") or "ask",
        shown=screen.request.POST.getlist("shown"),
        release=planned,
        change_notes=form.get_change_notes(),
        force=force,
    )
    schedule_what_is_ready(screen)
    return report_publication(screen, subjects, editions, scheduled=data["at"] is not None, force=force)


def force_step(screen: Screen) -> HttpResponse:
    """Publish the working copies exactly as shown, although nobody has approved them."""
    now, subjects = screen.now, screen.get_subjects()
    if other := screen.find_refused(Right.FORCE, subjects):
        return screen.render_refusal(Right.FORCE, other)
    if page := screen.limit_length(subjects) or ask_to_confirm(screen.request):
        return page
    outlooks = build_draft_outlooks(subjects, DraftTexts(subjects, now), languages=())
    planned = find_planned_release(*subjects)
    plan_effects = [(describe_effect_on_plan(plan, subjects), plan) for plan in find_plans(subjects)]
    on_hold = find_held_releases(subjects)
    keeps_older = may_keep_older_text(screen, outlooks, is_forced=True)
    form = ForceForm(screen.posted, now, outlooks, on_hold=on_hold, keeps_older=keeps_older)
    form.initial = get_planned_values(planned, form, now)
    if form.is_valid() and not form.is_check_only:
        reason = form.cleaned_data["force"]
        if repeated := answer_repeated(screen, subjects, form):
            return repeated
        try:
            find_replaced_releases(subjects, form.cleaned_data.get("pending", ""))
            if form.is_now and "confirmed" not in form.data:
                message = _("Nobody has approved this text. Reason: “%s”") % reason
                message = " ".join([message, *(effect for effect, _plan in plan_effects)])
                parts = [
                    summarize_publication(outlook, admin_url(outlook.subject, "preview"), form) for outlook in outlooks
                ]
                return screen.render_confirmation(parts, message=message)
            replaced = planned if planned and is_all_of(planned, subjects) else None
            return publish_subjects(screen, subjects, form, replaced, force=reason)
        except WorkflowError as error:
            form.add_refusal(error)
            refresh_subjects(*subjects)
            outlooks = build_draft_outlooks(subjects, DraftTexts(subjects, now), languages=())
    outlooks = [*add_pages(outlooks, screen)]
    return screen.render(
        "force.html",
        _("Publish without approval"),
        approvers=explain_approvers_of_drafts(screen, subjects),
        outlooks=outlooks,
        count=len(subjects),
        plan_effects=plan_effects,
        on_hold=describe_held_releases(on_hold, now),
        may_go_on=all(outlook.can_be_published for outlook in outlooks),
        form=form,
        clocks=format_clocks(screen, form.get_typed_time()),
        time_question=question_time(subjects, form.get_typed_time()),
    )


def describe_effect_on_plan(planned: Release, subjects: Sequence[Subject]) -> str:
    """Describe what this publication does to a planned release that contains some of the subjects."""
    at = format_instant(planned.at)
    if is_all_of(planned, subjects):
        return _("This publishes what is scheduled for %s (Brussels time), now or at the time you choose.") % at
    keys = {subject.pk for subject in subjects}
    rest = [str(subject) for subject in get_release_subjects(planned) if subject.pk not in keys]
    if not rest:
        return _("This cancels the publication scheduled for %s (Brussels time).") % at
    template = _(
        "%(part)s will be removed from the publication scheduled for %(at)s (Brussels time). Still in it: %(rest)s."
    )
    part = [str(subject) for subject in get_release_subjects(planned) if subject.pk in keys]
    return template % {"part": format_names(part), "at": at, "rest": format_names(rest)}


def is_all_of(release: Release, subjects: Sequence[Subject]) -> bool:
    return {subject.pk for subject in get_release_subjects(release)} == {subject.pk for subject in subjects}


def schedule_what_is_ready(screen: Screen) -> None:
    """Schedule what has become ready by a step, and name what the user could have scheduled."""
    for release in schedule_ready_releases():
        subjects = get_release_subjects(release)
        if screen.find_refused(Right.PUBLISH, subjects):
            continue
        template = _("%(titles)s: everything is approved, and will be published on %(time)s (Brussels time).")
        titles = format_names([str(subject) for subject in subjects])
        messages.success(screen.request, template % {"titles": titles, "time": format_instant(release.at)})


def report_publication(
    screen: Screen, subjects: Sequence[Subject], editions: Sequence[Edition], *, scheduled: bool, force: str
) -> HttpResponse:
    by_subject = {edition.subject_id: edition for edition in editions}
    for subject in subjects:
        edition = by_subject[subject.pk]
        time = format_instant(edition.available_from)
        number = (
            Edition.objects.for_subject(get_subject_type(subject), subject.pk).visible(edition.available_from).count()
        )
        log_message = _("Published edition %(n)d, from %(time)s (Brussels time).") % {"n": number, "time": time}
        log_message += f" “{edition.change_note}”" if edition.change_note else ""
        log_message += (" " + _("Without approval: “%s”") % force) if force else ""
        screen.log(log_message, subject=subject)
        links = [(get_public_path(edition.address), _("View on site"))]
        if scheduled:  # its address has no page yet, or an older one
            links = [
                (admin_url(subject, "edition", edition.pk), _("View the scheduled edition")),
                (admin_url(subject, "call_off"), _("Cancel publication…")),
            ]
        message = format_html(
            _("“{subject}” will be published on {time} (Brussels time).{force} {links}")
            if scheduled
            else _("“{subject}” was published on {time} (Brussels time).{force} {links}"),
            subject=subject,
            force=f" {_('Nobody has approved it yet.')}" if force else "",
            time=time,
            links=format_html_join(" · ", '<a href="{}">{}</a>', links),
        )
        messages.success(screen.request, message)
    if not scheduled:
        wait_until_live(editions[0])
    return screen.redirect_to("change")


def list_candidates(subjects: Sequence[Subject], now: dt.datetime) -> list[tuple[str, str]]:
    """Return what could be published together: submitted or approved, not published; latest meetings first."""
    keys = pad_keys([candidate.pk for candidate in subjects])
    meetings = fetch_objects(select_waiting_meetings, now, *keys, limit=MAX_CANDIDATES)
    topics = fetch_objects(select_waiting_topics, now, *keys, limit=MAX_CANDIDATES)
    return [(str(candidate.pk), str(candidate)) for candidate in [*meetings, *topics]]


def select_waiting_meetings(now: dt.datetime, *without: UUID) -> QuerySet[Meeting]:
    meetings = annotate_states(defer_texts(Meeting.objects.select_related("configuration")), SubjectType.MEETING, now)
    return meetings.filter(TEXT_WAITS).exclude(pk__in=without).order_by("-start_date", "pk")


def select_waiting_topics(now: dt.datetime, *without: UUID) -> QuerySet[BackgroundTopic]:
    topics = annotate_states(defer_texts(BackgroundTopic.objects.all()), SubjectType.TOPIC, now)
    return topics.filter(TEXT_WAITS).exclude(pk__in=without).order_by("title")
