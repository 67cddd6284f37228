"""A JSON column that contains a part of the document and is checked against its shape."""

import re
from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.documents.shape import Speaker

LINE_ENDS = re.compile(r"\r\n|\r|\n")


class StructField(models.JSONField):
    """A JSON column whose Python value has a type of `meetings.documents.shape` (a list of texts, of speakers, …).

    `StructField(list[Speaker])` reads and writes lists of Speaker. A value of another shape raises ValidationError in
    forms and ValueError on save, each naming the wrong member.
    """

    def __init__(self, shape: Any = list[str], **options: Any) -> None:
        self.shape = shape
        options.setdefault("blank", True)
        options.setdefault("default", list)
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return (name, "django.db.models.JSONField", args, options)  # so that the shape can grow without a migration

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return self.to_python(super().from_db_value(value, expression, connection))

    def to_python(self, value: Any) -> Any:
        if value is None:
            return None
        try:
            return msgspec.convert(msgspec.to_builtins(value), self.shape)
        except msgspec.ValidationError as error:
            raise ValidationError(_("The value is not valid: %(error)s."), params={"error": str(error)}) from error

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super(models.JSONField, self).validate(value, model_instance)  # to_python has checked more than JSONField does

    def get_prep_value(self, value: Any) -> Any:
        try:
            return super().get_prep_value(msgspec.to_builtins(self.to_python(value)))
        except ValidationError as error:
            raise ValueError(f"{self.model.__name__}.{self.name}: {'; '.join(error.messages)}") from error

    def value_to_string(self, obj: models.Model) -> Any:
        return msgspec.to_builtins(self.value_from_object(obj))

    def formfield(self, **options: Any) -> Any:  # type: ignore[override]
        if self.shape in (list[str], list[Speaker]):
            options = {"form_class": LinesField if self.shape == list[str] else SpeakersField, **options}
        # Django would show a hidden initial value because the default is callable.
        return super().formfield(**{"show_hidden_initial": False} | options)


class LinesField(forms.CharField):
    """A list in a form, one entry per line. Text that is sent back unchanged never counts as changed."""

    widget = forms.Textarea(attrs={"rows": 2, "cols": 40})

    def __init__(self, **options: Any) -> None:
        for json_option in ("encoder", "decoder"):
            options.pop(json_option, None)
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(self.format_line, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[Any]:  # type: ignore[override]
        lines = [line.strip() for line in LINE_ENDS.split(value or "")]
        for number, line in enumerate(lines, 1):
            if "\0" in line:
                raise ValidationError(_("Line %(number)d: null characters are not allowed."), params={"number": number})
        return [self.parse_line(line, number) for number, line in enumerate(lines, 1) if line]

    def has_changed(self, initial: Any, data: Any) -> bool:
        before, after = (LINE_ENDS.split((value or "").strip()) for value in (self.prepare_value(initial), data))
        return bool(before != after)

    def format_line(self, entry: Any) -> str:
        return str(entry)

    def parse_line(self, line: str, number: int) -> Any:
        return line


class SpeakersField(LinesField):
    """Speakers as “Name, role”, or as “Name | role” if the name contains a comma."""

    def format_line(self, entry: Speaker) -> str:
        if "," in entry.name or "|" in entry.role:
            return f"{entry.name} | {entry.role}".rstrip()
        return f"{entry.name}, {entry.role}" if entry.role else entry.name

    def parse_line(self, line: str, number: int) -> Speaker:
        name, _mark, role = line.partition("|" if "|" in line else ",")
        if not name.strip():
            raise ValidationError(
                _("Line %(number)d has no name. Enter “Name, role” or “Name | role”."), params={"number": number}
            )
        return Speaker(name=name.strip(), role=role.strip())
