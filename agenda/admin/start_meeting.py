"""The screen on which new meetings are started: from a template, like an earlier one, empty, or from a calendar."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda.admin.permissions import format_codes, limit_to_own_configurations
from agenda.dashboard.admin_urls import admin_url
from agenda.editor.mistakes import Mistake
from agenda.editor.starting import (
    CalendarLine,
    LineState,
    NewMeeting,
    StartError,
    find_templates,
    read_calendar,
    start_meeting,
    start_meetings,
)
from agenda.editor.templates import find_left_out_points
from agenda.models import MeetingTemplate
from meetings.access import NotAllowed, Right, format_refusal, get_configurations_with_right
from meetings.access.audit import Actor
from meetings.documents.choices import MeetingStatus
from meetings.documents.encoding import InvalidDocument
from meetings.forms.fields import ComingDayField
from meetings.models import Configuration, Meeting, User

MAX_EARLIER = 60  # meetings to choose from
TEMPLATE = "template"
"""The choice of the template of the configuration, whichever it is."""
LINE_LABELS = {
    LineState.NEW: gettext_lazy("Will be started"),
    LineState.EXISTING: gettext_lazy("Exists already"),
    LineState.REPEATED: gettext_lazy("Twice in this list"),
    LineState.REFUSED: gettext_lazy("Not started"),
}


def build_status_field(label: Any) -> forms.ChoiceField:
    """Return a field for the status of new meetings. Nobody starts one that is postponed or cancelled."""
    statuses = (MeetingStatus.PROVISIONAL, MeetingStatus.CONFIRMED)
    return forms.ChoiceField(
        label=label,
        choices=[(status.value, capfirst(status.label)) for status in statuses],
        help_text=gettext_lazy("Readers see when a date is provisional. You can change it in the note at any time."),
    )


class StartForm(forms.Form):
    """One meeting. A last day before the first is refused; without one, it is the first."""

    configuration = forms.ModelChoiceField(Configuration.objects.none(), label=gettext_lazy("Council configuration"))
    start_date = ComingDayField(label=gettext_lazy("First day"))
    end_date = ComingDayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Leave blank for a one-day meeting.")
    )
    city = forms.CharField(
        label=gettext_lazy("City"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Leave blank for Luxembourg in April, June and October, and for Brussels otherwise."),
    )
    status = build_status_field(gettext_lazy("Status"))
    address_word = forms.CharField(
        label=gettext_lazy("Word in the web address"),
        max_length=Meeting._meta.get_field("address_word").max_length,
        required=False,
        help_text=gettext_lazy("Only for a second meeting of the configuration on this day. For example, “informal”."),
    )
    like = forms.ChoiceField(
        label=gettext_lazy("Start with"),
        required=False,
        help_text=gettext_lazy(
            "A template has the sessions, usual programme, links, press contacts and notice. An earlier meeting gives "
            "the same without its programme and the addresses of its links."
        ),
    )

    def __init__(self, user: User, data: Any) -> None:
        super().__init__(data)
        configuration = self.get_field("configuration")
        limit_to_own_configurations(configuration, user)
        own = configuration.queryset
        templates = MeetingTemplate.objects.filter(configuration__in=own).select_related("configuration")
        self.templates = {template.pk: template for template in templates.order_by("configuration__position")}
        meetings = Meeting.objects.filter(configuration__in=own).select_related("configuration")
        self.earlier = {str(meeting.pk): meeting for meeting in meetings.order_by("-start_date")[:MAX_EARLIER]}
        choices: list[Any] = [("", _("Nothing: start empty"))]
        if self.templates:
            codes = format_codes(template.configuration for template in self.templates.values())
            choices.insert(0, (TEMPLATE, _("The template of the configuration (there is one for %s)") % codes))
        if self.earlier:
            choices.append((_("Like an earlier meeting"), [(key, str(each)) for key, each in self.earlier.items()]))
        self.get_field("like").choices = choices
        self.initial = {"like": choices[0][0], "status": MeetingStatus.PROVISIONAL.value}
        if len(own) == 1:
            self.initial["configuration"] = own[0].pk

    def get_field(self, name: str) -> Any:
        return self.fields[name]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start = values.get("start_date")
        values["end_date"] = values.get("end_date") or start
        if start and values["end_date"] < start:
            raise ValidationError({"end_date": _("The last day is before the first day. Correct one of them.")})
        return values

    def add_mistakes(self, mistakes: Iterable[Mistake]) -> None:
        """Show each mistake at the field that it is about, or at the first day."""
        for mistake in mistakes:
            name = mistake.member.rpartition(".")[2]
            self.add_error(name if name in self.fields else "start_date", mistake.message)

    def get_meeting(self) -> NewMeeting:
        names = ("configuration", "start_date", "end_date", "city", "address_word")
        values = {name: self.cleaned_data[name] for name in names}
        return NewMeeting(**values, status=MeetingStatus(self.cleaned_data["status"]))

    def get_like(self) -> Meeting | MeetingTemplate | None:
        """Return what the meeting starts with; None also if its configuration has no template."""
        chosen = self.cleaned_data["like"]
        if chosen == TEMPLATE:
            return self.templates.get(self.cleaned_data["configuration"].pk)
        return self.earlier.get(chosen)


class CalendarForm(forms.Form):
    """A pasted calendar, and what all its meetings have in common."""

    calendar = forms.CharField(
        label=gettext_lazy("Paste one meeting per line"),
        help_text=gettext_lazy("For example, “JHA 14-15 October 2027 in Luxembourg”."),
        widget=forms.Textarea(attrs={"rows": 8, "cols": 80}),
        error_messages={"required": gettext_lazy("Paste at least one line.")},
    )
    status = build_status_field(gettext_lazy("Status of these meetings"))
    templates = forms.BooleanField(
        label=gettext_lazy("Start formal meetings with the template of their configuration, if it has one"),
        required=False,
    )

    def __init__(self, data: Any, *, has_templates: bool) -> None:
        super().__init__(data, initial={"status": MeetingStatus.PROVISIONAL.value, "templates": True})
        if not has_templates:
            del self.fields["templates"]

    def read_lines(self, allowed: Iterable[Configuration]) -> list[CalendarLine]:
        """Return the lines of a valid form."""
        values = self.cleaned_data
        return read_calendar(values["calendar"], allowed, MeetingStatus(values["status"]))


def start_meeting_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Show the screen; start one meeting and open it in the editor, or show and then start those of a calendar."""
    configurations = get_configurations_with_right(request.user, Right.CHANGE)
    if not configurations:
        raise NotAllowed(format_refusal(Right.CHANGE))
    by = Actor.from_request(request)
    is_calendar = "calendar" in request.POST
    user: Any = request.user
    form = StartForm(user, None if is_calendar or not request.POST else request.POST)
    calendar = CalendarForm(request.POST if is_calendar else None, has_templates=bool(form.templates))
    lines = calendar.read_lines(configurations) if calendar.is_valid() else []
    new = [line.meeting for line in lines if line.meeting and line.state == LineState.NEW]
    with_templates = calendar.is_valid() and calendar.cleaned_data.get("templates", False)
    templates = find_templates(new) if with_templates else {}
    if is_calendar:
        if (
            "confirm" in request.POST
            and new
            and (response := start_calendar(request, new, by, with_templates=with_templates))
        ):
            return response
    elif form.is_valid():
        try:
            meeting = start_meeting(form.get_meeting(), by=by, like=form.get_like())
            report_start(request, form, meeting)
            return HttpResponseRedirect(admin_url(meeting, "change"))
        except StartError as error:
            form.add_mistakes(error.mistakes)
        except InvalidDocument as error:
            form.add_error("start_date", str(error))
    context = {
        "opts": model_admin.opts,
        "title": _("Add a meeting"),
        "form": form,
        "calendar": calendar,
        "lines": [(line, LINE_LABELS[line.state], line.meeting in templates) for line in lines],
        "new_count": len(new),
        "other_count": len(lines) - len(new),
    }
    return render(request, "admin/agenda/start_meeting.html", model_admin.admin_site.each_context(request) | context)


def report_start(request: HttpRequest, form: StartForm, meeting: Meeting) -> None:
    """Say in the editor what the meeting did not get from a template that was asked for."""
    if form.cleaned_data["like"] != TEMPLATE:
        return
    like = form.get_like()
    if not isinstance(like, MeetingTemplate):
        messages.info(request, _("%s has no template, so the meeting starts empty.") % meeting.configuration.code)
    elif left_out := find_left_out_points(like.document, meeting.start_date, meeting.end_date):
        message = ngettext(
            "%d programme event of the template was left out, because the meeting does not have that day.",
            "%d programme events of the template were left out, because the meeting does not have those days.",
            len(left_out),
        )
        messages.info(request, message % len(left_out))


def start_calendar(
    request: HttpRequest, new: list[NewMeeting], by: Actor, *, with_templates: bool
) -> HttpResponse | None:
    """Start the meetings. Return None if one of them cannot be started."""
    try:
        started = start_meetings(new, by=by, with_templates=with_templates)
    except InvalidDocument as error:
        messages.error(request, _("No meeting was started: %s") % error)
        return None
    message = ngettext("%d meeting was started.", "%d meetings were started.", len(started)) % len(started)
    messages.success(request, message)
    return HttpResponseRedirect(reverse("admin:meetings_meeting_changelist"))
