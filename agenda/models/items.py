"""The agenda of a meeting and its results."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from agenda.models.references import validate_documents, validate_procedures
from agenda.models.topics import BackgroundTopic
from meetings.documents import schema
from meetings.documents.choices import ItemKind, ItemState, Outcome, ProcedureType, PublicBasis, PublicSession
from meetings.fields.line import LineField
from meetings.fields.richtext import RichTextField
from meetings.fields.struct_field import StructField
from meetings.models import Meeting, OrderedModel, ProgrammePoint, Session


class AgendaItem(OrderedModel):
    """An agenda item.

    Once published, an item is not deleted but set to withdrawn or postponed, so that its anchor and address stay.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="items", verbose_name=_("part of")
    )
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="agenda", verbose_name=_("session")
    )
    number = LineField(
        _("number"),
        max_length=16,
        blank=True,
        help_text=_("As printed, for example “8 b”. This does not change the order of items."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=ItemKind.choices, default=ItemKind.ITEM)
    title = LineField(_("title"), max_length=1000)
    text = RichTextField(_("text"), blank=True)
    state = models.CharField(_("state"), max_length=16, choices=ItemState.choices, blank=True)
    state_note = LineField(_("public reason"), max_length=500, blank=True)
    procedure_type = models.CharField(_("procedure"), max_length=16, choices=ProcedureType.choices, blank=True)
    outcome_sought = LineField(
        _("outcome sought"),
        max_length=200,
        blank=True,
        help_text=_("For example, “Policy debate” or “General approach”."),
    )
    public = models.CharField(_("public session"), max_length=16, choices=PublicSession.choices, blank=True)
    public_basis = models.CharField(
        _("reason for the public session"), max_length=16, choices=PublicBasis.choices, blank=True
    )
    information_from = StructField(list[str], verbose_name=_("information from"), help_text=_("Enter one per line."))
    supported_by = StructField(list[str], verbose_name=_("supported by"), help_text=_("Enter one per line."))
    documents = StructField(
        list[str],
        verbose_name=_("documents"),
        validators=[validate_documents],
        help_text=_("Enter one document number per line, for example “14996/1/22 REV 1”."),
    )
    procedures = StructField(
        list[str],
        verbose_name=_("procedures"),
        validators=[validate_procedures],
        help_text=_("Enter one procedure number per line, for example “2016/0142 (COD)”."),
    )
    legal_basis = LineField(_("legal basis"), max_length=300, blank=True)
    topics = models.ManyToManyField(BackgroundTopic, blank=True, related_name="items", verbose_name=_("topics"))
    points = models.ManyToManyField(
        ProgrammePoint, blank=True, related_name="items", verbose_name=_("programme events")
    )

    shape = schema.Item

    class Meta(OrderedModel.Meta):
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")),
                name="an_item_is_not_part_of_itself",
                violation_error_message=_("An item cannot be part of itself."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def find_basis_error(self) -> tuple[str, Any] | None:
        if self.public == PublicSession.NO and self.public_basis:
            return "public_basis", _("The item is not public. Leave this blank, or change “public session”.")
        return None


class Result(OrderedModel):
    """The result of a meeting, or of one of its agenda items."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="results")
    item = models.OneToOneField(
        AgendaItem,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="result",
        verbose_name=_("item"),
        help_text=_("Leave blank if this is a result of the whole meeting."),
        error_messages={"unique": _("This item already has a result. An item can only have one.")},
    )
    date = models.DateField(_("date"), null=True, blank=True)
    title = LineField(_("title"), max_length=500, blank=True)
    outcome = models.CharField(_("outcome"), max_length=24, choices=Outcome.choices, blank=True)
    text = RichTextField(_("text"), blank=True)

    shape = schema.Result

    class Meta(OrderedModel.Meta):
        verbose_name = _("result")
        verbose_name_plural = _("results")

    def __str__(self) -> str:
        return self.title or self.get_outcome_display()
