"""Releases: what goes out together and when; moved, held, resumed and called off here, each after a confirmation."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import DateTimeField, Prefetch, Q, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.screens import GoingOut, confirm_now, first_refused, refused, show
from agenda.admin.steps.forms import MoveForm, ReasonForm, StepForm, clocks
from agenda.desk.ways import way_to
from agenda.drafts import Subject
from agenda.models import Release, ReleaseEntry
from agenda.publishing import (
    Refused,
    call_off_release,
    hold,
    in_brussels,
    move,
    move_plan,
    resume,
    subjects_of,
    wait_for,
)
from agenda.publishing.planning import lacks_approval, languages_awaited
from agenda.states import release_words
from meetings.admin.lists import CalendarList
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.models import Edition, User
from meetings.rights import Right, may
from meetings.vocabulary import Language

State = Release.State
OUT = "out"
STATES: dict[str, tuple[Any, Callable[[dt.datetime], Q]]] = {
    "planned": (gettext_lazy("Planned"), lambda now: Q(state=State.PLANNED)),
    "scheduled": (gettext_lazy("Scheduled"), lambda now: Q(state=State.SCHEDULED, at__gt=now)),
    "held": (gettext_lazy("Held"), lambda now: Q(state=State.HELD)),
    OUT: (gettext_lazy("Out"), lambda now: Q(state=State.SCHEDULED, at__lte=now)),
    "called-off": (gettext_lazy("Called off"), lambda now: Q(state=State.CALLED_OFF)),
}


class ReleaseStateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _condition) in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = STATES.get(self.value() or "")
        return queryset.filter(chosen[1](instant_of(request))) if chosen else queryset


@dataclass(frozen=True)
class Part:
    """A meeting or topic of a release. `subject` is None where it has been deleted since."""

    entry: ReleaseEntry
    subject: Subject | None
    is_approved: bool
    edition: Edition | None
    awaited: Sequence[Language] = ()

    @property
    def languages(self) -> list[Language]:
        """That go out."""
        return [Language(language) for language in self.edition.languages] if self.edition else []

    @property
    def way(self) -> str:
        return way_to(self.subject, "change") if self.subject else ""

    @property
    def going_out(self) -> GoingOut:
        revision = self.entry.revision_id
        page = way_to(self.subject, "revision", revision) if self.subject and revision else ""
        return GoingOut(self.entry.title, self.entry.note, self.entry.is_editorial, page=page)

    @property
    def edition_way(self) -> str:
        return way_to(self.subject, "edition", self.edition.pk) if self.subject and self.edition else ""


def parts_of(release: Release, now: dt.datetime) -> list[Part]:
    subjects = {(one.pk): one for one in subjects_of(release)}
    entries = list(release.entries.select_related("revision"))
    editions = {one.pk: one for one in Edition.objects.filter(pk__in=[x.edition_id for x in entries if x.edition_id])}
    planned = release.state == State.PLANNED
    return [
        Part(
            entry,
            subject := subjects.get(entry.subject_id),
            not entry.forced_reason if not planned else bool(subject and not lacks_approval(subject, now)),
            editions.get(entry.edition_id) if entry.edition_id else None,
            languages_awaited(subject, now) if subject and planned else (),
        )
        for entry in entries
    ]


@dataclass(frozen=True)
class Step:
    """`ask` does it, with what the form says, and returns the editions that were written."""

    name: str
    title: Any
    told: Any
    form: type[StepForm]
    states: tuple[str, ...]
    ask: Callable[[Release, Actor, dict[str, Any]], Sequence[Edition]]


def stopping(stop: Callable[..., None]) -> Callable[[Release, Actor, dict[str, Any]], Sequence[Edition]]:
    def asked(release: Release, by: Actor, data: dict[str, Any]) -> Sequence[Edition]:
        stop(release, by=by, reason=data["reason"])
        return []

    return asked


def moved(release: Release, by: Actor, data: dict[str, Any]) -> Sequence[Edition]:
    if data["at"] == release.at:
        raise Refused(_("That is its time already: give another."), about="at")
    if release.state == State.PLANNED:
        move_plan(release, by=by, at=data["at"])
        return []
    return move(release, by=by, at=data["at"])


MOVE = Step(
    "move",
    gettext_lazy("Move to another time"),
    gettext_lazy("It appears at another time, or now: the same texts, byte for byte. What is live stays as it is."),
    MoveForm,
    (State.PLANNED, State.SCHEDULED),
    moved,
)
HOLD = Step(
    "hold",
    gettext_lazy("Hold"),
    gettext_lazy(
        "It does not appear until somebody resumes it. Its texts and their approval are kept. What is live stays as it "
        "is, and nobody outside learns of it."
    ),
    ReasonForm,
    (State.SCHEDULED,),
    stopping(hold),
)
RESUME = Step(
    "resume",
    gettext_lazy("Resume"),
    gettext_lazy("It appears after all, at the time you give, or now: with the texts that it had when it was held."),
    MoveForm,
    (State.HELD,),
    lambda release, by, data: resume(release, by=by, at=data["at"]),
)
CALL_OFF = Step(
    "call_off",
    gettext_lazy("Call off"),
    gettext_lazy(
        "It will not appear: what was to come is deleted. What is live stays as it is, and so do the working copies "
        "and what is approved. Nobody outside learns of it."
    ),
    ReasonForm,
    (State.PLANNED, State.SCHEDULED, State.HELD),
    stopping(call_off_release),
)
STEPS = (MOVE, HOLD, RESUME, CALL_OFF)


def done(step: Step, was_at: dt.datetime, release: Release, now: dt.datetime) -> str:
    if step is not MOVE:
        return release_words(release, now) + "."
    told = _("Moved from %(before)s to %(after)s (Brussels time).")
    return told % {"before": in_brussels(was_at), "after": in_brussels(release.at)}


@admin.register(Release)
class ReleaseAdmin(CalendarList):
    """Nothing is edited here: a release is made by releasing or planning, and changed by its steps."""

    list_display = ("when", "words", "what", "by_name")
    list_display_links = ("when", "words")
    list_filter = (ReleaseStateFilter,)
    ordering = ("-at", "id")
    actions = None

    def get_urls(self) -> list[URLPattern]:
        def view(step: Step) -> URLPattern:
            def stepped(request: HttpRequest, object_id: str) -> HttpResponse:
                return self.step(request, object_id, step)

            name, address = f"agenda_release_{step.name}", step.name.replace("_", "-")
            return path(f"<path:object_id>/{address}/", self.admin_site.admin_view(stepped), name=name)

        return [*map(view, STEPS), *super().get_urls()]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Right.VIEW)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Right.VIEW)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        entries = Prefetch("entries", ReleaseEntry.objects.order_by("subject_type", "title"))
        now = Value(instant_of(request), output_field=DateTimeField())
        rows: QuerySet[Any] = super().get_queryset(request).prefetch_related(entries).annotate(as_of=now)
        return rows

    @admin.display(description=gettext_lazy("appears (Brussels time)"), ordering="at")
    def when(self, release: Release) -> str:
        return in_brussels(release.at)

    @admin.display(description=gettext_lazy("state"))
    def words(self, release: Any) -> str:
        return release_words(release, release.as_of)

    @admin.display(description=gettext_lazy("meetings and topics"))
    def what(self, release: Release) -> str:
        return ", ".join(entry.title for entry in release.entries.all())

    def found(self, request: HttpRequest, key: str) -> Release:
        release: Release | None = self.get_object(request, unquote(key))
        if release is None:
            raise Http404
        return release

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            return super().change_view(request, object_id, form_url, extra_context)  # says so
        release = self.found(request, object_id)
        now = instant_of(request)
        parts = parts_of(release, now)
        subjects = [part.subject for part in parts if part.subject]
        steps = [one for one in STEPS if release.state in one.states and not release.is_out(now)]
        allowed = first_refused(request, Right.PUBLISH, subjects) is None
        is_ready = release.state == State.PLANNED and all(part.is_approved for part in parts)
        return show(
            self,
            request,
            release,
            "release_page.html",
            _("Release"),
            words=release_words(release, now),
            parts=parts,
            release=release,
            reason=release.reason if release.state in (State.HELD, State.CALLED_OFF) else "",
            clocks=self.clocks(request, release.at),
            steps=[(step, way_to(release, step.name)) for step in steps] if allowed else [],
            not_theirs=bool(steps) and not allowed,
            release_way=way_to(subjects[0], "release") if is_ready and subjects and allowed else "",
            is_planned=release.state == State.PLANNED,
            is_overdue=release.state == State.PLANNED and release.at <= now,
            is_held=release.state == State.HELD,
        )

    @staticmethod
    def clocks(request: HttpRequest, at: dt.datetime) -> list[tuple[str, str]]:
        assert isinstance(request.user, User)
        return clocks(at, request.user.time_zone, instant_of(request))

    def step(self, request: HttpRequest, key: str, step: Step) -> HttpResponse:
        release, now = self.found(request, key), instant_of(request)
        was_at = release.at
        page = HttpResponseRedirect(way_to(release, "change"))
        if other := first_refused(request, Right.PUBLISH, subjects_of(release)):
            return refused(self, request, Right.PUBLISH, release, other)
        posted = request.POST if request.method == "POST" else None
        form = step.form(posted, now, initial={"at": release.at} if release.at > now else {})
        goes_now = step.form is MoveForm and release.state != State.PLANNED and "now" in request.POST
        if posted and form.is_valid() and not form.is_look:
            if goes_now and "confirmed" not in posted and not release.is_out(now) and release.state in step.states:
                return confirm_now(self, request, release, [part.going_out for part in parts_of(release, now)])
            try:
                editions = step.ask(release, Actor.of(request), form.cleaned_data)
            except Refused as error:
                form.refuse(error)
                release.refresh_from_db()
            else:
                release.refresh_from_db()
                if goes_now:
                    messages.success(request, _("Published at %s (Brussels time).") % in_brussels(release.at))
                    wait_for(editions[0])
                else:
                    messages.success(request, done(step, was_at, release, now))
                return page
        elif release.is_out(now) or release.state not in step.states:
            messages.error(request, _("That is no longer possible: %s.") % release_words(release, now))
            return page
        at = form.typed_time()
        return show(
            self,
            request,
            release,
            "release_step.html",
            str(step.title),
            release=release,
            words=release_words(release, now),
            parts=parts_of(release, now),
            step=step,
            form=form,
            may_go_now=step.form is MoveForm and release.state != State.PLANNED,
            clocks=self.clocks(request, at) if at else [],
        )
