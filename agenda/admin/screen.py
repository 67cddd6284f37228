"""The request for an admin screen about a meeting, topic or release, and the answers that the screens share."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from agenda.dashboard.admin_urls import admin_url
from agenda.documents.checks import format_names
from agenda.workflow.approval_rights import explain_who_can_approve, may_review, split_approvers
from agenda.workflow.authors import find_authors_after_save
from agenda.workflow.drafts import Subject, get_subject_type, load_subjects
from agenda.workflow.errors import WorkflowError
from agenda.workflow.reviews import measure_texts
from meetings.access import Right, format_refusal, format_user_names, has_right
from meetings.access.audit import Actor
from meetings.clock import get_instant
from meetings.i18n.page_paths import get_page_path
from meetings.models import Edition

MAX_SUBJECTS = 20  # that are submitted or published together
MAX_BYTES_TOGETHER = 10_000_000  # of their texts and translations; a long note in all languages has two million


class Screen:
    """The request for a screen about a meeting, topic or release.

    `posted` is the form as sent, or None. `now` is the instant of the request, `by` its user.
    """

    def __init__(self, model_admin: ModelAdmin, request: HttpRequest, subject: Any) -> None:
        self.model_admin, self.request, self.subject = model_admin, request, subject
        self.user: Any = request.user
        self.by, self.now = Actor.from_request(request), get_instant(request)
        self.posted = request.POST if request.method == "POST" else None

    @property
    def editions(self) -> Any:
        """All editions of the meeting or topic, oldest first."""
        return Edition.objects.for_subject(get_subject_type(self.subject), self.subject.pk)

    def may(self, right: Right) -> bool:
        return has_right(self.user, right, self.subject)

    def find_refused(self, right: Right, subjects: Iterable[Subject]) -> Subject | None:
        return next((subject for subject in subjects if not has_right(self.user, right, subject)), None)

    def render(self, template: str, title: str, *, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
        shared = {"opts": self.model_admin.opts, "subject": self.subject, "title": title}
        page_context = self.model_admin.admin_site.each_context(self.request) | shared | context
        return render(self.request, f"admin/agenda/{template}", page_context, status=status)

    def render_refusal(self, right: Right, about: Any = None) -> HttpResponse:
        """Render a refusal that says which right is missing, for what, and who has it.

        `about` is what the right is missing for, if it is not the subject of the page.
        """
        message, title = format_refusal(right, about or self.subject), _("Not allowed")
        return self.render("not_allowed.html", title, status=HTTPStatus.FORBIDDEN, message=message)

    def render_confirmation(self, parts: Sequence[dict[str, Any]], *, message: str = "") -> HttpResponse:
        """Render a confirmation page that carries all submitted values: one click never publishes anything.

        Each part has a `title`, its `note` for readers, whether it is `editorial`, `languages`, `lost_languages` and a
        `preview_url`. With `digests`, exactly these texts are sent as shown.
        """
        posted = [(name, value) for name, values in self.request.POST.lists() for value in values]
        if shown := [("shown", digest) for part in parts for digest in part.get("digests", ())]:
            posted = [*shown, *((name, value) for name, value in posted if name != "shown")]
        return self.render(
            "confirm_publication.html",
            _("Publish now"),
            parts=parts,
            message=message,
            carried=[(name, value) for name, value in posted if name != "csrfmiddlewaretoken"],
            here=self.request.get_full_path(),
        )

    def redirect_after_repetition(self, message: str, name: str = "change") -> HttpResponse:
        """Return to the note with a message about what was done already. Nothing is logged."""
        messages.info(self.request, message)
        return self.redirect_to(name)

    def redirect_to(self, name: str) -> HttpResponse:
        return HttpResponseRedirect(admin_url(self.subject, name))

    def log(self, message: str, remark: str = "", subject: Subject | None = None) -> None:
        """Add the message, and what the user remarked, to the history of the subject, or of another one."""
        message += f" “{remark}”" if remark else ""
        self.model_admin.log_change(self.request, subject or self.subject, message)

    def report(self, message: str, remark: str = "") -> None:
        """Log the message and show it to the user, who knows the remark."""
        self.log(message, remark)
        messages.success(self.request, message)

    def get_subjects(self) -> list[Subject]:
        """Return the meeting or topic and those that `?with=` names, each once. Raise Http404 for an unknown one.

        `more` in the form adds one, `without` removes one. Those above `MAX_SUBJECTS` are left out with a message,
        because all are built for one page.
        """
        chosen: dict[UUID, None] = {}
        for typed in [*self.request.GET.getlist("with"), *self.request.POST.getlist("more")]:
            with suppress(ValueError):
                chosen[UUID(typed)] = None
        removed = {str(self.subject.pk), *self.request.POST.getlist("without")}
        keys = [key for key in chosen if str(key) not in removed]
        if left_out := keys[MAX_SUBJECTS - 1 :]:
            message = _("At most %(most)d meetings and topics can be chosen together. Left out: %(names)s.")
            self.say_left_out(message, load_subjects(left_out).values(), most=MAX_SUBJECTS)
        keys = keys[: MAX_SUBJECTS - 1]
        found = load_subjects(keys)
        if len(found) < len(keys):
            raise Http404
        return [self.subject, *found.values()]

    def limit_length(self, subjects: list[Subject]) -> HttpResponse | None:
        """Leave out the last subjects if the texts of all are too long together, with a message.

        If the form of a page was sent that showed them, nothing may be done with the others alone. Then return a
        redirect to the page without them.
        """
        lengths = measure_texts(subjects) if len(subjects) > 1 else {}
        so_far = accumulate(lengths.get(subject.pk, 0) for subject in subjects)
        left_out = subjects[max(1, sum(length <= MAX_BYTES_TOGETHER for length in so_far)) :]
        if not left_out:
            return None
        if self.posted is not None and "more" not in self.request.POST:
            messages.error(self.request, _("Nothing was done: some of these texts are longer now. Look at them again."))
            return HttpResponseRedirect(self.request.get_full_path())
        del subjects[-len(left_out) :]
        self.say_left_out(_("The texts are too long to be shown together. Left out: %(names)s."), left_out)
        return None

    def say_left_out(self, message: str, subjects: Iterable[Subject], **values: Any) -> None:
        """Say it if the page is opened, or one was added; not again each time that the form is sent."""
        if self.request.method == "GET" or "more" in self.request.POST:
            names = format_names([str(subject) for subject in subjects])
            messages.warning(self.request, message % {"names": names, **values})


def warn_before_saving(screen: Screen, language: str) -> str:
    """Return a message for users who may approve the text in this language, but not after changing it; otherwise ""."""
    if not may_review(screen.by, screen.subject, language):
        return ""
    authors = find_authors_after_save(screen.subject, language, screen.user)
    others, joint = split_approvers(screen.subject, language, authors)
    if joint and not others:
        return _("If you save this, two of its authors must approve it: %s.") % format_user_names(joint)
    who = explain_who_can_approve(screen.subject, language, authors)
    alone = _("If you save this, you cannot approve it alone.")
    return f"{alone if joint else _('If you save this, you cannot approve it yourself.')} {who}"


def explain_approvers(authors: Iterable[tuple[Subject, Collection[int]]]) -> str:
    """Say who can approve the source texts of these authors: together, or one by one if it is not the same for all."""
    return join_explanations(
        {str(subject): explain_who_can_approve(subject, subject.source_language, keys) for subject, keys in authors}
    )


def join_explanations(explanations: Mapping[str, str]) -> str:
    """Join sentences about several things: once if it is the same for all, else each after the name of its thing."""
    if len({*explanations.values()}) == 1:
        return next(iter(explanations.values()))
    return " ".join(f"{name}: {sentence}" for name, sentence in explanations.items())


def explain_approvers_of_drafts(screen: Screen, subjects: Iterable[Subject]) -> str:
    """Say who can approve the drafts if the user submits or publishes them."""
    return explain_approvers(
        (subject, find_authors_after_save(subject, subject.source_language, screen.user)) for subject in subjects
    )


def refresh_subjects(*subjects: Subject) -> None:
    """Reload the subjects, which may have been saved since this request read them.

    Raise WorkflowError if one is deleted.
    """
    for subject in subjects:
        try:
            subject.refresh_from_db()
        except ObjectDoesNotExist as error:
            raise WorkflowError(_("“%s” has been deleted.") % subject) from error


def get_public_path(address: str) -> str:
    return get_page_path(address, "en")
