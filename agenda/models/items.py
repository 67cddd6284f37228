"""The agenda of a meeting and what came of it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from agenda.models.topics import BackgroundTopic
from meetings.models import Meeting, OrderedRow, ProgrammePoint, Session
from meetings.richtext import RichTextField
from meetings.shaped import ShapedField
from meetings.vocabulary import ItemKind, ItemState, Outcome, ProcedureType, PublicBasis, PublicSession


class AgendaItem(OrderedRow):
    """A published item leaves by its state (withdrawn, postponed) and is not deleted: anchor and address stay."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="items", verbose_name=_("part of")
    )
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="agenda", verbose_name=_("session")
    )
    number = models.CharField(
        _("number"), max_length=16, blank=True, help_text=_("As printed (“8 b”). It does not decide the order.")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=ItemKind.choices, default=ItemKind.ITEM)
    title = models.CharField(_("title"), max_length=1000)
    text = RichTextField(_("text"), blank=True)
    state = models.CharField(_("state"), max_length=16, choices=ItemState.choices, blank=True)
    state_note = models.CharField(_("why"), max_length=500, blank=True)
    procedure_type = models.CharField(_("procedure"), max_length=16, choices=ProcedureType.choices, blank=True)
    outcome_sought = models.CharField(
        _("outcome sought"), max_length=200, blank=True, help_text=_("As “Policy debate” or “General approach”.")
    )
    public = models.CharField(_("public session"), max_length=16, choices=PublicSession.choices, blank=True)
    public_basis = models.CharField(_("why public"), max_length=16, choices=PublicBasis.choices, blank=True)
    information_from = ShapedField(list[str], verbose_name=_("information from"), help_text=_("One a line."))
    supported_by = ShapedField(list[str], verbose_name=_("supported by"), help_text=_("One a line."))
    documents = ShapedField(
        list[str], verbose_name=_("documents"), help_text=_("Document numbers, one a line, as “14996/1/22 REV 1”.")
    )
    procedures = ShapedField(
        list[str],
        verbose_name=_("procedures"),
        help_text=_("Interinstitutional codes, one a line, as “2016/0142 (COD)”."),
    )
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    topics = models.ManyToManyField(BackgroundTopic, blank=True, related_name="items", verbose_name=_("topics"))
    points = models.ManyToManyField(
        ProgrammePoint, blank=True, related_name="items", verbose_name=_("programme points")
    )

    translated = ("title", "text", "state_note", "outcome_sought", "legal_basis")

    class Meta(OrderedRow.Meta):
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

    def clean(self) -> None:
        super().clean()
        above, seen = self.parent, {self.pk}
        while above is not None and above.pk not in seen:
            seen.add(above.pk)
            above = above.parent
        if above is not None:
            raise ValidationError({"parent": _("An item cannot be part of itself, nor of what is part of it.")})


class Result(OrderedRow):
    """What came of the meeting, or of one item of it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="results")
    item = models.OneToOneField(
        AgendaItem, on_delete=models.CASCADE, null=True, blank=True, related_name="result", verbose_name=_("item")
    )
    date = models.DateField(_("date"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=500, blank=True)
    outcome = models.CharField(_("outcome"), max_length=24, choices=Outcome.choices, blank=True)
    text = RichTextField(_("text"), blank=True)

    translated = ("title", "text")

    class Meta(OrderedRow.Meta):
        verbose_name = _("result")
        verbose_name_plural = _("results")

    def __str__(self) -> str:
        return self.title or self.get_outcome_display()
