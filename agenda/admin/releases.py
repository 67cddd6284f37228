"""Admin of releases: list them, and move, hold, resume or cancel one after a confirmation."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import DateTimeField, Prefetch, Q, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.filters import ChoiceFilter
from agenda.admin.screen import Screen
from agenda.admin.steps.forms import MoveForm, ReasonForm, StepForm, format_clocks
from agenda.admin.steps.releasing import schedule_what_is_ready
from agenda.dashboard.admin_urls import admin_url
from agenda.models import Release, ReleaseEntry
from agenda.workflow.errors import WorkflowError
from agenda.workflow.planned_releases import (
    is_held_plan,
    list_awaited_languages,
    list_unapproved_subjects,
    may_planner_publish,
    move_planned_release,
    resume_held_release,
)
from agenda.workflow.planned_texts import find_planned_review
from agenda.workflow.reviews import find_unreleased_review, get_approved_digests
from agenda.workflow.scheduled_releases import (
    call_off_release,
    get_release_subjects,
    has_older_text,
    hold_release,
    move_release,
)
from agenda.workflow.states import format_release_state
from agenda.workflow.transactions import format_instant, wait_until_live
from agenda.workflow.unsaved_editions import (
    get_known_texts,
    get_live_digests,
    list_dropped_languages,
    list_lost_languages,
    list_replaced_languages,
    select_texts_to_release,
)
from meetings.access import NotAllowed, Right, format_refusal
from meetings.access.audit import Actor
from meetings.admin.base import ReadOnlyAdmin
from meetings.clock import get_instant
from meetings.documents.choices import Language
from meetings.models import Edition
from meetings.sign_in.confirmation import ask_to_confirm

State = Release.State
STATE_CHOICES: dict[str, tuple[Any, Callable[[dt.datetime], Q]]] = {
    "planned": (gettext_lazy("Scheduled, not yet approved"), lambda now: Q(state=State.PLANNED)),
    "scheduled": (gettext_lazy("Scheduled"), lambda now: Q(state=State.SCHEDULED, at__gt=now)),
    "held": (gettext_lazy("On hold"), lambda now: Q(state=State.ON_HOLD)),
    "out": (gettext_lazy("Published"), lambda now: Q(state=State.SCHEDULED, at__lte=now)),
    "called-off": (gettext_lazy("Cancelled"), lambda now: Q(state=State.CALLED_OFF)),
}


class ReleaseStateFilter(ChoiceFilter):
    title = gettext_lazy("status")
    parameter_name = "state"
    conditions = STATE_CHOICES

    def build_condition(self, condition: Callable[[dt.datetime], Q], request: HttpRequest) -> Q:
        return condition(get_instant(request))


def list_release_parts(release: Release, now: dt.datetime) -> list[dict[str, Any]]:
    """Describe the meetings and topics of a release. The `subject` is None if it has been deleted.

    `is_another_approved` means that the text that is planned is not approved, but another one is. `dropped` are the
    languages that are no longer approved since it was scheduled, `replaced` those of which another
    translation is approved, and `lost_languages` those that readers have now and will not have.
    """
    subjects = {subject.pk: subject for subject in get_release_subjects(release)}
    entries = list(release.entries.select_related("revision").order_by("subject_type", "subject_id"))
    editions = Edition.objects.in_bulk([entry.edition_id for entry in entries if entry.edition_id])
    parts, is_to_come = [], not release.is_out(now)
    for entry in entries:
        planned = entry.revision_id is None
        subject = subjects.get(entry.subject_id)
        edition = editions.get(entry.edition_id) if entry.edition_id else None
        review = find_planned_review(subject, release) if subject and planned else None
        awaited = list_awaited_languages(subject, review, now) if subject and review else []
        known = get_known_texts(entry) if is_to_come else dict.fromkeys(edition.languages if edition else (), "")
        live = get_live_digests(entry.subject_id, now) if is_to_come else {}
        texts = get_approved_digests(review.revision) if review else known
        if known and entry.edition_id is None:
            texts = select_texts_to_release(entry, known)
        parts.append(
            {
                "entry": entry,
                "subject": subject,
                "is_approved": bool(review and not awaited) if planned else not entry.forced_reason,
                "is_another_approved": bool(subject and planned and not review and find_unreleased_review(subject)),
                "languages": [Language(language) for language in sorted(known)],
                "dropped": list_dropped_languages(entry, known) if entry.revision and is_to_come else [],
                "replaced": list_replaced_languages(entry, known) if known and is_to_come else [],
                "lost_languages": list_lost_languages(live, texts) if texts else [],
                "edition_url": admin_url(subject, "edition", edition.pk) if subject and edition else "",
                "awaited": awaited,
            }
        )
    return parts


def summarize_entries(release: Release, now: dt.datetime) -> list[dict[str, Any]]:
    """Summarize what will be published at another time, for the confirmation page (`Screen.render_confirmation`).

    `dropped` are the languages that will be left out then, because they are no longer approved, and `added` those that
    were approved since. `digests` are those of the texts.
    """
    subjects = {subject.pk: subject for subject in get_release_subjects(release)}
    parts = []
    for entry in release.entries.select_related("revision").order_by("subject_type", "subject_id"):
        part = {"title": entry.title, "note": entry.note, "editorial": entry.is_editorial}
        subject, revision = subjects.get(entry.subject_id), entry.revision
        texts: dict[str, str] = {}
        if revision:
            known = get_known_texts(entry)
            texts = select_texts_to_release(entry, known)
            part |= {
                "dropped": list_dropped_languages(entry, known),
                "replaced": list_replaced_languages(entry, texts),
                "added": [Language(language) for language in texts if language not in known],
            }
        elif subject and (review := find_planned_review(subject, release)):  # it is planned
            revision, texts = review.revision, get_approved_digests(review.revision)
        if revision:
            part |= {
                "digests": [*texts.values()],
                "languages": [Language(language) for language in texts],
                "lost_languages": list_lost_languages(get_live_digests(entry.subject_id, now), texts),
                "preview_url": admin_url(subject, "revision", revision.pk) if subject else "",
            }
        parts.append(part)
    return parts


@dataclass(frozen=True)
class ReleaseStep:
    """A step of a release.

    `perform` does it, with the cleaned data of the form. If that publishes something now, it returns the editions.
    """

    name: str
    title: Any
    description: Any
    form: type[StepForm]
    states: tuple[str, ...]
    perform: Callable[[Release, Actor, dict[str, Any]], Any]


def perform_move(release: Release, by: Actor, data: dict[str, Any]) -> Any:
    if data["at"] == release.at:
        raise WorkflowError(_("It is already scheduled for this time. Enter a different time."), field="at")
    if release.state == State.PLANNED:
        return move_planned_release(release, by=by, at=data["at"])
    return move_release(release, by=by, at=data["at"], shown=data["shown"])


MOVE = ReleaseStep(
    "move",
    gettext_lazy("Change the time"),
    gettext_lazy(
        "The same texts will be published at the new time, or now, with the languages that are approved by now. What "
        "is public now does not change."
    ),
    MoveForm,
    (State.PLANNED, State.SCHEDULED),
    perform_move,
)
HOLD = ReleaseStep(
    "hold",
    gettext_lazy("Put on hold"),
    gettext_lazy(
        "It will not be published until someone resumes it. Its texts stay approved. What is public now does not "
        "change, and readers will not know about it."
    ),
    ReasonForm,
    (State.SCHEDULED,),
    lambda release, by, data: hold_release(release, by=by, reason=data["reason"]),
)
RESUME = ReleaseStep(
    "resume",
    gettext_lazy("Resume"),
    gettext_lazy(
        "It will be published at the time you choose, or now, with the texts that were put on hold, and with the "
        "languages that are approved by now."
    ),
    MoveForm,
    (State.ON_HOLD,),
    lambda release, by, data: resume_held_release(release, by=by, at=data["at"], shown=data["shown"]),
)
PLAN_AGAIN = gettext_lazy("It will be scheduled again for the time you choose, and published then if it is approved.")
"""The description of `MOVE` and `RESUME` for what is not approved yet."""
CALL_OFF = ReleaseStep(
    "call_off",
    gettext_lazy("Cancel publication"),
    gettext_lazy(
        "It will not be published: the scheduled edition is deleted. What is public now does not change. Drafts and "
        "approvals are kept. Readers will not know about it."
    ),
    ReasonForm,
    (State.PLANNED, State.SCHEDULED, State.ON_HOLD),
    lambda release, by, data: call_off_release(release, by=by, reason=data["reason"]),
)
STEPS = (MOVE, HOLD, RESUME, CALL_OFF)


def describe_result(step: ReleaseStep, was_at: dt.datetime, release: Release, now: dt.datetime) -> str:
    if step is not MOVE:
        return format_release_state(release, now) + "."
    template = _("Time changed from %(before)s to %(after)s (Brussels time).")
    return template % {"before": format_instant(was_at), "after": format_instant(release.at)}


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    """Admin of releases. They are created by publishing or scheduling, and changed by their steps."""

    view_right = Right.VIEW
    list_display = ("publication_time", "status_text", "titles", "by_name")
    list_display_links = ("publication_time", "status_text")
    list_filter = (ReleaseStateFilter,)
    ordering = ("-at", "id")
    actions = None

    def get_urls(self) -> list[URLPattern]:
        def view(step: ReleaseStep) -> URLPattern:
            def perform(request: HttpRequest, object_id: str) -> HttpResponse:
                return self.perform_step(request, object_id, step)

            name, address = f"agenda_release_{step.name}", step.name.replace("_", "-")
            return path(f"<path:object_id>/{address}/", self.admin_site.admin_view(perform), name=name)

        return [*map(view, STEPS), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        entries = Prefetch("entries", ReleaseEntry.objects.order_by("subject_type", "title"))
        now = Value(get_instant(request), output_field=DateTimeField())
        rows: QuerySet[Any] = super().get_queryset(request).prefetch_related(entries).annotate(as_of=now)
        return rows

    @admin.display(description=gettext_lazy("publication time (Brussels)"), ordering="at")
    def publication_time(self, release: Release) -> str:
        return format_instant(release.at)

    @admin.display(description=gettext_lazy("status"))
    def status_text(self, release: Any) -> str:
        """Return the state without the time, which is in the column before."""
        state = _("published") if release.is_out(release.as_of) else str(State(release.state).label)
        return capfirst(state)

    @admin.display(description=gettext_lazy("meetings and topics"))
    def titles(self, release: Release) -> str:
        return ", ".join(entry.title for entry in release.entries.all())

    def get_release_or_404(self, request: HttpRequest, key: str) -> Release:
        release: Release | None = self.get_object(request, unquote(key))
        if release is None:
            raise Http404
        return release

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            return super().change_view(request, object_id, form_url, extra_context)  # which shows the refusal
        release, now = self.get_release_or_404(request, object_id), get_instant(request)
        screen, parts = Screen(self, request, release), list_release_parts(release, now)
        subjects = [part["subject"] for part in parts if part["subject"]]
        steps = [step for step in STEPS if release.state in step.states and not release.is_out(now)]
        allowed = screen.find_refused(Right.PUBLISH, subjects) is None
        is_ready = release.state == State.PLANNED and all(part["is_approved"] for part in parts)
        return screen.render(
            "release_page.html",
            _("Publication"),
            status_text=format_release_state(release, now),
            parts=parts,
            release=release,
            reason=release.reason if release.state in (State.ON_HOLD, State.CALLED_OFF) else "",
            clocks=format_clocks(screen, release.at),
            steps=[(step, admin_url(release, step.name)) for step in steps] if allowed else [],
            is_forbidden=bool(steps) and not allowed,
            release_url=admin_url(subjects[0], "release") if is_ready and subjects and allowed else "",
            is_overdue=release.state == State.PLANNED and release.at <= now,
            has_lost_planner=release.state == State.PLANNED and not may_planner_publish(release),
        )

    def perform_step(self, request: HttpRequest, key: str, step: ReleaseStep) -> HttpResponse:
        if not self.has_view_permission(request):
            raise NotAllowed(format_refusal(Right.VIEW))  # a refusal of the step would name what is to be published
        release, now = self.get_release_or_404(request, key), get_instant(request)
        screen, was_at = Screen(self, request, release), release.at
        if other := screen.find_refused(Right.PUBLISH, get_release_subjects(release)):
            return screen.render_refusal(Right.PUBLISH, other)
        restarts, is_plan = step in (MOVE, RESUME), release.state == State.PLANNED or is_held_plan(release)
        is_forced = any(entry.forced_reason for entry in release.entries.all())
        if restarts and is_forced and (page := ask_to_confirm(request)):
            return page
        form = step.form(screen.posted, now, initial={"at": release.at} if release.at > now else {})
        is_approved = not is_plan or not list_unapproved_subjects(release, now)
        may_go_now = restarts and release.state != State.PLANNED and is_approved
        goes_now = may_go_now and "now" in request.POST
        is_possible = not release.is_out(now) and release.state in step.states
        if form.is_valid() and not form.is_check_only:
            if goes_now and is_possible and "confirmed" not in form.data:
                return screen.render_confirmation(summarize_entries(release, now))
            try:
                shown = {"shown": request.POST.getlist("shown") or None}
                editions = step.perform(release, screen.by, form.cleaned_data | shown)
            except WorkflowError as error:
                form.add_refusal(error)
                release.refresh_from_db()
            else:
                release.refresh_from_db()
                if goes_now:
                    messages.success(request, _("Published on %s (Brussels time).") % format_instant(release.at))
                    wait_until_live(editions[0])
                else:
                    messages.success(request, describe_result(step, was_at, release, now))
                schedule_what_is_ready(screen)
                return screen.redirect_to("change")
        elif not is_possible:
            messages.error(request, _("This is no longer possible: %s.") % format_release_state(release, now))
            return screen.redirect_to("change")
        return screen.render(
            "release_step.html",
            str(step.title),
            release=release,
            status_text=format_release_state(release, now),
            parts=summarize_entries(release, now),
            restarts=restarts,
            step=step,
            description=PLAN_AGAIN if restarts and is_plan else step.description,
            form=form,
            needs_confirmation=restarts and has_older_text(release.entries.all(), now, screen.by),
            may_go_now=may_go_now,
            clocks=format_clocks(screen, form.get_typed_time()),
        )
