"""The screen on which new meetings are started: empty, like an earlier one, or from a pasted list of dates."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda.admin.permissions import limit_to_own_configurations
from agenda.dashboard.admin_urls import admin_url
from agenda.editor.starting import NewMeeting, find_started, read_calendar, start_meeting, start_meetings
from meetings.access import Right, get_configurations_with_right
from meetings.access.audit import Actor
from meetings.documents.encoding import InvalidDocument
from meetings.forms.fields import DayField
from meetings.models import Configuration, Meeting, User

MAX_EARLIER = 60  # meetings to choose from


class StartForm(forms.Form):
    """One meeting. A last day before the first is refused; without one, it is the first."""

    configuration = forms.ModelChoiceField(Configuration.objects.none(), label=gettext_lazy("Council configuration"))
    start_date = DayField(label=gettext_lazy("First day"))
    end_date = DayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Leave blank for a one-day meeting.")
    )
    city = forms.CharField(
        label=gettext_lazy("City"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Leave blank for Luxembourg in April, June and October, and for Brussels otherwise."),
    )
    address_word = forms.CharField(
        label=gettext_lazy("Word in the web address"),
        max_length=Meeting._meta.get_field("address_word").max_length,
        required=False,
        help_text=gettext_lazy("Only for a second meeting of the configuration on this day. For example, “informal”."),
    )
    like = forms.ModelChoiceField(
        Meeting.objects.none(),
        label=gettext_lazy("Like an earlier meeting"),
        required=False,
        empty_label=gettext_lazy("No, start empty"),
        help_text=gettext_lazy(
            "The new meeting has its sessions, links, press contacts and notice, but not its texts."
        ),
    )

    def __init__(self, user: User, data: Any) -> None:
        super().__init__(data)
        configuration = self.get_field("configuration")
        limit_to_own_configurations(configuration, user)
        earlier = Meeting.objects.filter(configuration__in=configuration.queryset).select_related("configuration")
        self.get_field("like").queryset = earlier.order_by("-start_date")
        self.get_field("like").choices = [
            ("", _("No, start empty")),
            *((meeting.pk, str(meeting)) for meeting in earlier.order_by("-start_date")[:MAX_EARLIER]),
        ]

    def get_field(self, name: str) -> Any:
        return self.fields[name]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start = values.get("start_date")
        values["end_date"] = values.get("end_date") or start
        if start and values["end_date"] < start:
            raise ValidationError({"end_date": _("The last day is before the first day. Correct one of them.")})
        return values

    def get_meeting(self) -> NewMeeting:
        names = ("configuration", "start_date", "end_date", "city", "address_word")
        return NewMeeting(**{name: self.cleaned_data[name] for name in names})


def start_meeting_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Show the screen; start one meeting and open it in the editor, or show and then start those of a calendar."""
    configurations = get_configurations_with_right(request.user, Right.CHANGE)
    if not configurations:
        raise PermissionDenied
    by = Actor.from_request(request)
    is_calendar = "calendar" in request.POST
    user: Any = request.user
    form = StartForm(user, None if is_calendar or not request.POST else request.POST)
    lines = read_calendar(request.POST["calendar"], configurations) if is_calendar else []
    started = find_started(lines)
    new = [line.meeting for line in lines if line.meeting and line.meeting not in started]
    if is_calendar:
        if "confirm" in request.POST and (response := start_calendar(request, new, by)):
            return response
    elif form.is_valid():
        try:
            meeting = start_meeting(form.get_meeting(), by=by, like=form.cleaned_data["like"])
            return HttpResponseRedirect(admin_url(meeting, "change"))
        except InvalidDocument as error:
            form.add_error("start_date", str(error))
    context = {
        "opts": model_admin.opts,
        "title": _("Add a meeting"),
        "form": form,
        "lines": [(line, line.meeting in started) for line in lines],
        "calendar": request.POST.get("calendar", ""),
        "can_start": bool(new),
    }
    return render(request, "admin/agenda/start_meeting.html", model_admin.admin_site.each_context(request) | context)


def start_calendar(request: HttpRequest, new: list[NewMeeting], by: Actor) -> HttpResponse | None:
    """Start the meetings. Return None if one of them cannot be started."""
    try:
        started = start_meetings(new, by=by)
    except InvalidDocument as error:
        messages.error(request, _("No meeting was started: %s") % error)
        return None
    message = ngettext("%d meeting was started.", "%d meetings were started.", len(started)) % len(started)
    messages.success(request, message)
    return HttpResponseRedirect(reverse("admin:meetings_meeting_changelist"))
