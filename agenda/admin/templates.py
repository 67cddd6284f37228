"""The screens of templates: a list of the configurations, and a form for what their meetings start with."""

import datetime as dt
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.part_forms import ContactForm, LinkForm, PartForm, TypedTextField, are_valid, read_initial
from agenda.admin.permissions import read_posted_number, require_reading
from agenda.editor.saving import build_edited_document
from agenda.editor.shared_blocks import add_block, list_blocks
from agenda.editor.templates import (
    FIRST_DAY,
    ChangedMeanwhile,
    build_template,
    build_template_from_meeting,
    delete_template,
    get_day_number,
    may_change_template,
    require_template_right,
    save_template,
)
from agenda.editor.typed_values import TypedTime, read_typed
from agenda.models import MeetingTemplate, SharedBlock
from meetings.access import Right, format_whom_to_ask
from meetings.access.audit import Actor
from meetings.documents import schema
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument
from meetings.models import Configuration, Meeting, ProgrammePoint, Session
from meetings.models.base import MAX_DISTANCE_FROM_MEETING

MAX_EARLIER = 60  # meetings to choose from
MAX_PARTS = 100  # of each kind
DAYS = range(-MAX_DISTANCE_FROM_MEETING[0].days, MAX_DISTANCE_FROM_MEETING[1].days + 1)
"""The days that a part of a template can have, counted from the first day of the meeting."""
USUAL_DAYS = range(-1, 4)


def format_day_number(number: int) -> str:
    if number < 0:
        return _("The day before") if number == -1 else _("%d days before") % -number
    names = (_("First day"), _("Second day"), _("Third day"), _("Fourth day"))
    return names[number] if number < len(names) else _("Day %d") % (number + 1)


class TemplateForm(forms.Form):
    """What a template has once: language, venue, standing paragraphs and notice, and shared blocks to add."""

    language = forms.ChoiceField(label=gettext_lazy("Original language"), choices=Language.choices)
    venue = forms.CharField(
        label=gettext_lazy("Venue in Brussels"),
        max_length=Meeting._meta.get_field("venue").max_length,
        required=False,
        help_text=gettext_lazy("Meetings elsewhere start without one."),
    )
    lead = TypedTextField(label=gettext_lazy("Standing paragraphs of the lead"), required=False)
    notice = forms.CharField(
        label=gettext_lazy("Notice"),
        max_length=Meeting._meta.get_field("notice").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
    )
    blocks = forms.MultipleChoiceField(
        label=gettext_lazy("Add shared blocks"), required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, blocks: list[SharedBlock], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["blocks"]
        field.choices = [(str(block.pk), f"{block} ({block.get_kind_display()})") for block in blocks]
        if not blocks:
            del self.fields["blocks"]


def describe_part_form(form: forms.BaseForm) -> str:
    """Return the name of a part from the values of its form, as shown or as sent, for its closed row."""
    values = {name: form[name].value() or "" for name in form.fields}
    kind = ""
    if "kind" in form.fields:
        field: Any = form.fields["kind"]
        kind = capfirst(str(dict(field.choices).get(values["kind"], "")))
    title = values.get("title") or values.get("name")
    if "clock" in values and title:
        title = f"{kind}: {title}"
    name = ", ".join(filter(None, (title or kind, values.get("role"))))
    return f"{values.get('clock', '')} {name}".strip()


class SessionForm(PartForm):
    day = forms.TypedChoiceField(label=gettext_lazy("Day"), coerce=int, required=False, empty_value=None)

    class Meta(PartForm.Meta):
        model = Session
        fields = ("title", "place")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["day"]
        field.choices = [("", _("Every day")), *list_day_choices(self, first=0)]


class PointForm(PartForm):
    """A programme event, with its day counted from the first, and its session by title."""

    day = forms.TypedChoiceField(label=gettext_lazy("Day"), coerce=int)
    clock = forms.CharField(label=gettext_lazy("Time"), required=False)
    session_title = forms.CharField(label=gettext_lazy("Session"), required=False)
    field_order = ("kind", "title", "day", "clock", "session_title", "place", "live", "in_margins")

    class Meta(PartForm.Meta):
        model = ProgrammePoint
        fields = ("kind", "title", "place", "live", "in_margins")

    def __init__(self, *args: Any, language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.language = language
        self.initial.setdefault("day", 0)
        field: Any = self.fields["day"]
        field.choices = list_day_choices(self)

    def clean_clock(self) -> TypedTime:
        read = read_typed("time", self.cleaned_data["clock"], self.language)
        if not isinstance(read.value, TypedTime):
            raise ValidationError(read.message)
        return read.value


def list_day_choices(form: PartForm, *, first: int = USUAL_DAYS.start) -> list[tuple[str, str]]:
    """Return the usual days, and the one that the form has or was sent."""
    numbers = {number for number in USUAL_DAYS if number >= first}
    for typed in (form.initial.get("day"), form.data.get(form.add_prefix("day"))):
        with suppress(ValueError):
            numbers |= {int(str(typed))} & {*DAYS}
    return [(str(number), format_day_number(number)) for number in sorted(numbers)]


class SectionForms(NamedTuple):
    """The forms of one kind of part: how they are called, and what helps to fill them in."""

    formset: Any
    heading: Any
    new_label: Any
    help_text: Any = ""


def build_formset(form: type[PartForm]) -> Any:
    return forms.formset_factory(
        form,
        extra=1,
        can_delete=True,
        can_delete_extra=False,
        can_order=True,
        max_num=MAX_PARTS,
        absolute_max=MAX_PARTS + 1,
    )


SECTIONS = {
    "sessions": SectionForms(build_formset(SessionForm), gettext_lazy("Sessions"), gettext_lazy("Add session")),
    "programme": SectionForms(
        build_formset(PointForm),
        gettext_lazy("Usual programme"),
        gettext_lazy("Add programme event"),
        gettext_lazy(
            "Write times as in a note: 13:00, +/- 13:00, from 8:30, at the end of the meeting. A session is one of "
            "those above, by its title."
        ),
    ),
    "links": SectionForms(
        build_formset(LinkForm),
        gettext_lazy("Links"),
        gettext_lazy("Add link"),
        gettext_lazy("Leave the web address blank if it differs from meeting to meeting."),
    ),
    "contacts": SectionForms(
        build_formset(ContactForm),
        gettext_lazy("Press contacts"),
        gettext_lazy("Add press contact"),
        gettext_lazy("Enter one phone number per line. For example, “+32 2 555 00 00”."),
    ),
}


class TemplatePage:
    """The forms of the template of a configuration, as shown or as sent."""

    def __init__(self, document: schema.MeetingDocument, blocks: list[SharedBlock], version: int, data: Any) -> None:
        self.blocks = blocks
        initial = {"language": document.source_language, "venue": document.place.venue, "version": version}
        initial |= {"lead": document.lead, "notice": document.notice}
        self.form = TemplateForm(data, initial=initial, blocks=blocks)
        sessions = {session.id: session.title for session in document.sessions}
        initials = {
            "sessions": [read_initial(each) | {"day": read_day(each.date)} for each in document.sessions],
            "programme": [
                read_initial(each)
                | {
                    "day": get_day_number(each.date),
                    "clock": each.time_text or each.time,
                    "session_title": sessions[each.session] if each.session else "",
                }
                for each in document.programme
            ],
            "links": [read_initial(each) for each in document.links],
            "contacts": [read_initial(each) for each in document.contacts],
        }
        language = (data or {}).get("language", "")
        options = {"programme": {"language": language if language in Language else document.source_language}}
        self.formsets = {
            name: section.formset(data, prefix=name, initial=initials[name], form_kwargs=options.get(name, {}))
            for name, section in SECTIONS.items()
        }

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The sections with their formsets, without the helps of single fields. `new` is a form for another part."""
        sections = []
        for name, formset in self.formsets.items():
            new = formset.empty_form
            for form in (*formset, new):
                form.part_name = describe_part_form(form)
                form.is_new = form.empty_permitted and not (form.is_bound and form.has_changed())
                for field in form.fields.values():
                    field.help_text = ""
            names = filter(None, (form.part_name for form in formset.initial_forms))
            sections.append(
                {
                    "section": SECTIONS[name],
                    "formset": formset,
                    "new": new,
                    "names": ", ".join(names),
                    "has_errors": bool(formset.total_error_count()),
                }
            )
        return sections

    @property
    def mistakes(self) -> list[tuple[str, str, str]]:
        """The mistakes in forms that were sent: the id of the field, what it is called, and the message."""
        if not self.form.is_bound:
            return []
        forms_of_page = [self.form, *(form for formset in self.formsets.values() for form in formset)]
        return [
            (form[name].id_for_label, str(form[name].label), str(messages_of_field[0]))
            for form in forms_of_page
            for name, messages_of_field in form.errors.items()
            if name in form.fields
        ]

    def is_valid(self) -> bool:
        return are_valid([self.form, *self.formsets.values()]) and self.has_known_sessions()

    def has_known_sessions(self) -> bool:
        titles = {form.cleaned_data["title"] for form in list_kept_forms(self.formsets["sessions"])}
        unknown = [
            form
            for form in list_kept_forms(self.formsets["programme"])
            if form.cleaned_data["session_title"] not in ("", *titles)
        ]
        for form in unknown:
            message = _("There is no session “%s” above. Add it, or correct its title.")
            form.add_error("session_title", message % form.cleaned_data["session_title"][:100])
        return not unknown

    def build_document(self, configuration: Configuration) -> schema.MeetingDocument:
        """Return the template that the valid forms describe, with the shared blocks that were ticked."""
        values = self.form.cleaned_data
        kept = {name: list_kept_forms(formset) for name, formset in self.formsets.items()}
        sessions = [
            form.build_part(schema.Session, date=get_date(form.cleaned_data["day"])) for form in kept["sessions"]
        ]
        ids = {session.title: session.id for session in sessions}
        document = build_template(
            configuration,
            Language(values["language"]),
            sessions=sessions,
            programme=[build_point(form, ids) for form in kept["programme"]],
            links=[form.build_part(schema.Link) for form in kept["links"]],
            contacts=[form.build_part(schema.Contact) for form in kept["contacts"]],
            lead=values["lead"],
            notice=values["notice"],
            venue=values["venue"],
        )
        for block in self.blocks:
            if str(block.pk) in values.get("blocks", ()):
                add_block(document, block)
        return document


def list_kept_forms(formset: Any) -> list[Any]:
    """Return the forms of a valid formset that are neither empty nor deleted, in the order that was chosen."""
    return list(formset.ordered_forms)


def build_point(form: PointForm, sessions: dict[str, UUID]) -> schema.Point:
    values = form.cleaned_data
    clock: TypedTime = values["clock"]
    point: schema.Point = form.build_part(
        schema.Point,
        date=get_date(values["day"]),
        session=sessions.get(values["session_title"]),
        time=clock.time,
        time_precision=clock.time_precision,
        time_text=clock.time_text,
    )
    return point


def read_day(date: dt.date | None) -> int | None:
    return None if date is None else get_day_number(date)


def get_date(number: int | None) -> dt.date | None:
    return None if number is None else FIRST_DAY + dt.timedelta(days=number)


def list_templates(request: HttpRequest) -> HttpResponse:
    """List the configurations in force, and others that have a template, with who changed it when."""
    require_reading(request)
    by, today = Actor.from_request(request), timezone.localdate()
    configurations = Configuration.objects.select_related("template").order_by("position", "code")
    rows = [
        {
            "configuration": configuration,
            "template": getattr(configuration, "template", None),
            "may_change": may_change_template(by, configuration),
        }
        for configuration in configurations
        if hasattr(configuration, "template") or configuration.is_in_force_on(today)
    ]
    return show(request, "templates.html", _("Templates"), rows=rows)


def edit_template(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Show the template of a configuration, or one taken from a meeting (`?from=`), and save or delete it."""
    require_reading(request)
    by = Actor.from_request(request)
    configuration = get_object_or_404(Configuration, pk=object_id)
    template = MeetingTemplate.objects.filter(pk=configuration.pk).first()
    if request.method == "POST":
        require_template_right(by, configuration)
    source, problem = find_source_meeting(request, configuration), ""
    try:
        document = build_shown_document(configuration, template, source)
    except InvalidDocument as error:
        source, problem = None, _("%(meeting)s cannot be used: %(error)s") % {"meeting": source, "error": error}
        document = build_shown_document(configuration, template, None)
    # A language that was changed in the form offers no blocks of the former one.
    language = request.POST.get("language", "")
    language = language if language in Language else document.source_language
    blocks = list_blocks(configuration, language)
    version = template.version if template else 0
    page = TemplatePage(document, blocks, version, request.POST or None)
    if "delete" in request.POST:
        try:
            delete_template(configuration, by=by, version=read_posted_number(request, "version"))
        except ChangedMeanwhile as error:
            problem = str(error)
        else:
            messages.success(request, _("Deleted the template of %s.") % configuration.code)
            return HttpResponseRedirect(reverse("templates"))
    elif request.POST and page.is_valid():
        try:
            save_template(
                configuration,
                page.build_document(configuration),
                by=by,
                version=page.form.cleaned_data["version"],
            )
        except ChangedMeanwhile as error:
            problem = _("%s Open this page in another tab to see it, then copy what you need.") % error
        else:
            messages.success(request, _("Saved the template of %s. New meetings start with it.") % configuration.code)
            again = "add-row" in request.POST
            return HttpResponseRedirect(request.path if again else reverse("templates"))
    elif request.POST:
        problem = _("Nothing was saved yet. Correct the fields that are marked.")
    return show(
        request,
        "template.html",
        _("Template of %s") % configuration.code,
        configuration=configuration,
        template=template,
        page=page,
        problem=problem,
        source=source,
        earlier=select_earlier_meetings(configuration),
        may_change=may_change_template(by, configuration),
        whom_to_ask=format_whom_to_ask(Right.PUBLISH, configuration),
    )


def select_earlier_meetings(configuration: Configuration) -> QuerySet[Meeting]:
    meetings = Meeting.objects.filter(configuration=configuration).select_related("configuration")
    return meetings.order_by("-start_date")[:MAX_EARLIER]


def find_source_meeting(request: HttpRequest, configuration: Configuration) -> Meeting | None:
    """Return the meeting of the configuration that `?from=` names. Raise Http404 if there is none."""
    if "from" not in request.GET or request.method == "POST":
        return None
    try:
        key = UUID(request.GET["from"])
    except ValueError:
        raise Http404 from None
    return get_object_or_404(Meeting.objects.select_related("configuration"), pk=key, configuration=configuration)


def build_shown_document(
    configuration: Configuration, template: MeetingTemplate | None, source: Meeting | None
) -> schema.MeetingDocument:
    if source:
        return build_template_from_meeting(build_edited_document(source), configuration)
    if template:
        return template.document  # type: ignore[no-any-return]
    return build_template(
        configuration,
        Language.EN,
        sessions=[],
        programme=[],
        links=[],
        contacts=[],
        notice="",
    )


def show(request: HttpRequest, template_name: str, title: str, **context: Any) -> HttpResponse:
    context = admin.site.each_context(request) | {"title": title} | context
    return render(request, f"admin/agenda/templates/{template_name}", context)


urlpatterns = [
    path("", admin.site.admin_view(list_templates), name="templates"),
    path("<uuid:object_id>/", admin.site.admin_view(edit_template), name="template"),
]
