"""The working copy of a meeting, which editors change. Public code never reads these rows."""

import datetime as dt
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from meetings.documents import schema
from meetings.documents.choices import AgendaStatus, Form, Language, MeetingStatus, OtherLanguages
from meetings.fields.line import AddressField, LineField
from meetings.fields.richtext import RichTextField
from meetings.fields.struct_field import StructField
from meetings.models.base import OrderedModel, UUIDModel, VersionedModel, format_days
from meetings.models.configurations import Configuration
from meetings.models.users import validate_time_zone
from meetings.models.validators import validate_country, validate_telephones, validate_web_address

MAX_MEETING_DURATION = dt.timedelta(days=14)
DUPLICATE_ADDRESS_MESSAGE = _(
    "Another meeting of this configuration starts on the same day. Enter a word for the address of this one. For "
    "example, “informal”."
)
MAX_DISTANCE_OF_ISSUE = dt.timedelta(days=366)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def matching_name(self, name: str) -> Self:
        """Return the meetings that match a name as operators type it.

        It is `jha/2017/09/14`, `jha/2017/09/14-informal` or an id.
        """
        parts = name.strip("/").removeprefix("meetings/").split("/")
        try:
            if len(parts) == 1:
                return self.filter(pk=name)
            slug, year, month, days = parts
            day, _dash, rest = days.partition("-")
            word = "-".join(part for part in rest.split("-") if not part.isdigit())
            return self.filter(
                configuration__slug=slug, start_date=f"{year}-{month}-{day}", **({"address_word": word} if word else {})
            )
        except (ValidationError, ValueError):
            return self.none()


def format_meeting_name(code: str, day: dt.date | None, word: str = "") -> str:
    """Return a name such as “JHA, 14 September 2017, informal”."""
    return ", ".join(filter(None, (code, date_format(day, "j F Y") if day else str(_("no date")), word)))


class Meeting(VersionedModel):
    configuration = models.ForeignKey(
        Configuration, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("Council configuration")
    )
    title = LineField(
        _("title"), max_length=300, blank=True, help_text=_("Leave blank to use the name of the configuration.")
    )
    source_language = models.CharField(
        _("original language"), max_length=2, choices=Language.choices, default=Language.EN
    )
    number = LineField(_("number"), max_length=16, blank=True, help_text=_("The running number. For example, “3560”."))
    form = models.CharField(_("type of meeting"), max_length=20, choices=Form.choices, default=Form.FORMAL)
    status = models.CharField(
        _("status"), max_length=16, choices=MeetingStatus.choices, default=MeetingStatus.CONFIRMED
    )
    status_reason = LineField(
        _("public reason"),
        max_length=500,
        blank=True,
        help_text=_("Readers see why the meeting was moved, postponed or cancelled."),
    )
    start_date = models.DateField(_("first day"), null=True, blank=True)
    end_date = models.DateField(_("last day"), null=True, blank=True, help_text=_("Leave blank for a one-day meeting."))
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Brussels", validators=[validate_time_zone]
    )
    city = LineField(
        _("city"),
        max_length=100,
        default="Brussels",
        blank=True,
        help_text=_("The Council meets in Luxembourg in April, June and October."),
    )
    venue = LineField(_("venue"), max_length=200, blank=True)
    address_word = models.CharField(
        _("word in the web address"),
        max_length=30,
        blank=True,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9-]*\Z", _("Use only lower-case letters, digits and hyphens, and start with a letter.")
            )
        ],
        help_text=_("Only for a second meeting of this configuration on the same day. For example, “informal”."),
    )
    previous = StructField(list[schema.EarlierDate], verbose_name=_("earlier dates and places"))
    document_number = LineField(_("document number"), max_length=60, blank=True)
    references = StructField(
        list[str], verbose_name=_("other references"), help_text=_("Enter one per line. For example, “OJ CONS 57”.")
    )
    issued_on = models.DateField(_("first issued"), null=True, blank=True)
    agenda_status = models.CharField(
        _("agenda status"), max_length=16, choices=AgendaStatus.choices, blank=True, default=AgendaStatus.NOT_STATED
    )
    lead = RichTextField(_("lead"), blank=True)
    notice = LineField(_("notice"), max_length=500, blank=True)
    # The languages that its first edition waits for (`agenda.workflow.translation_releases`).
    required_languages = models.JSONField(_("languages that must be ready"), default=list, blank=True, editable=False)
    other_languages = models.CharField(
        _("other languages"),
        max_length=8,
        choices=OtherLanguages.choices,
        default=OtherLanguages.FOLLOW,
        editable=False,
    )
    # The digest of the document as last saved (`agenda.workflow.revisions`); empty if it was last saved before this
    # column.
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = MeetingQuerySet.as_manager()
    shape = schema.MeetingDocument

    class Meta:
        ordering = ("-start_date", "id")
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.CheckConstraint(
                condition=Q(start_date=None, end_date=None) | Q(end_date__gte=F("start_date")),
                name="meeting_ends_after_it_begins",
                violation_error_message=_("Enter both days. The last day must not be before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(start_date=None) | Q(status=MeetingStatus.POSTPONED),
                name="only_a_postponed_meeting_has_no_date",
                violation_error_message=_("Enter the first day. Only a postponed meeting can have no date."),
            ),
        ]
        indexes = [models.Index(fields=("configuration", "start_date"), name="meeting_by_day")]

    def __str__(self) -> str:
        return format_meeting_name(self.configuration.code, self.start_date, self.address_word)

    def find_days_error(self) -> tuple[str, Any] | None:
        if not self.start_date:
            if self.status != MeetingStatus.POSTPONED:
                return "start_date", _("Enter the first day. Only a postponed meeting can have no date.")
            if self.end_date:
                return "start_date", _("Enter the first day as well, or clear the last day.")
        elif self.end_date and self.end_date < self.start_date:
            return "end_date", _("The last day is before the first day. Correct one of them.")
        elif self.end_date and self.end_date - self.start_date > MAX_MEETING_DURATION:
            return "end_date", _("A meeting can last at most two weeks. Correct one of the two days.")
        return None

    def find_configuration_error(self) -> tuple[str, Any] | None:
        """Return an error if the configuration is not in force on the first day. This queries an unloaded one."""
        configuration = getattr(self, "configuration", None)  # a new meeting may have none
        if not self.start_date or not configuration or configuration.is_in_force_on(self.start_date):
            return None
        message = _(
            "%(configuration)s is not in force on that day: it is %(validity)s. Correct the day, or choose another "
            "configuration."
        )
        return "configuration", message % {"configuration": configuration.code, "validity": configuration.validity}

    def find_issue_date_error(self) -> tuple[str, Any] | None:
        if not self.issued_on or not self.start_date or abs(self.issued_on - self.start_date) <= MAX_DISTANCE_OF_ISSUE:
            return None
        message = _("The date of issue is more than a year from the meeting (%(days)s). Correct one of the dates.")
        return "issued_on", message % {"days": format_days(self.start_date, self.start_date)}

    def find_duplicate_error(self) -> tuple[str, Any] | None:
        """Return an error if another meeting would have the same address.

        No constraint refuses it: a same-day change must reach readers, whatever drafts there are. An address is claimed
        when it is published (`agenda.workflow.transactions.lock_addresses`).
        """
        others = Meeting.objects.filter(
            configuration_id=self.configuration_id, start_date=self.start_date, address_word=self.address_word
        ).exclude(pk=self.pk)
        if not self.start_date or not others.exists():
            return None
        return "address_word", DUPLICATE_ADDRESS_MESSAGE

    def save(self, *args: Any, **options: Any) -> None:
        self.fill_end_date()
        super().save(*args, **options)

    def fill_end_date(self) -> None:
        if self.start_date and not self.end_date:
            self.end_date = self.start_date

    @property
    def display_title(self) -> str:
        """The title, or the name of the configuration's meetings in the source language."""
        return self.title or self.configuration.get_meeting_title(self.source_language)


class Session(OrderedModel):
    """A strand or body within the meeting (Justice, Home Affairs, Mixed Committee)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="sessions")
    title = LineField(_("title"), max_length=300)
    date = models.DateField(_("date"), null=True, blank=True)
    place = LineField(_("place"), max_length=200, blank=True)
    text = RichTextField(_("text"), blank=True)

    shape = schema.Session

    class Meta(OrderedModel.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return self.title


class Chair(OrderedModel):
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="chairs")
    name = LineField(_("name"), max_length=200)
    role = LineField(_("role"), max_length=300, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[validate_country])
    session = models.ForeignKey(
        Session,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="chairs",
        verbose_name=_("for this session only"),
    )
    date = models.DateField(_("on this date only"), null=True, blank=True)

    shape = schema.Chair

    class Meta(OrderedModel.Meta):
        verbose_name = _("chair")
        verbose_name_plural = _("chairs")

    def __str__(self) -> str:
        return self.name


class Contact(OrderedModel):
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="contacts")
    name = LineField(_("name"), max_length=200)
    role = LineField(_("role"), max_length=300, blank=True)
    phones = StructField(
        list[str],
        verbose_name=_("phone numbers"),
        validators=[validate_telephones],
        help_text=_("Enter one per line. For example, “+32 2 555 00 00”."),
    )
    email = AddressField(_("e-mail"), blank=True)
    url = models.CharField(_("web address"), max_length=500, blank=True, validators=[validate_web_address])

    shape = schema.Contact

    class Meta(OrderedModel.Meta):
        verbose_name = _("press contact")
        verbose_name_plural = _("press contacts")

    def __str__(self) -> str:
        return self.name


class Footnote(OrderedModel):
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="footnotes")
    mark = LineField(_("mark"), max_length=8)
    text = RichTextField(_("text"))

    shape = schema.Footnote

    class Meta(OrderedModel.Meta):
        verbose_name = _("footnote")
        verbose_name_plural = _("footnotes")

    def __str__(self) -> str:
        return self.mark


class Alert(UUIDModel):
    """A change that was announced on the day of the meeting; `at` is the instant of the announcement."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="alerts")
    text = LineField(_("text"), max_length=500)
    at = models.DateTimeField(_("time"))

    shape = schema.Alert

    class Meta:
        ordering = ("-at", "id")
        verbose_name = _("same-day change")
        verbose_name_plural = _("same-day changes")

    def __str__(self) -> str:
        return self.text
