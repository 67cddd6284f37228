"""A JSON column that holds a part of the document, held against the one description of its shape."""

import re
from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.documents.shape import Speaker

LINE_ENDS = re.compile(r"\r\n|\r|\n")


class ShapedField(models.JSONField):
    """A JSON column whose Python value is of a type of `meetings.documents.shape` (a list of words, of speakers, …).

    `ShapedField(list[Speaker])` reads and writes lists of Speaker. A value of another shape raises ValidationError in
    forms and ValueError on save, each naming the member that is wrong.
    """

    def __init__(self, shape: Any = list[str], **options: Any) -> None:
        self.shape = shape
        options.setdefault("blank", True)
        options.setdefault("default", list)
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return (
            name,
            "django.db.models.JSONField",
            args,
            options,
        )  # history knows JSON; the shape may grow without a step

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return self.to_python(super().from_db_value(value, expression, connection))

    def to_python(self, value: Any) -> Any:
        if value is None:
            return None
        try:
            return msgspec.convert(msgspec.to_builtins(value), self.shape)
        except msgspec.ValidationError as error:
            raise ValidationError(_("Not of the expected form: %(error)s."), params={"error": str(error)}) from error

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super(models.JSONField, self).validate(value, model_instance)  # to_python did more than JSONField's own check

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
        return super().formfield(
            **{"show_hidden_initial": False} | options
        )  # Django's way with defaults that are callable


class LinesField(forms.CharField):
    """A list in a form: one on each line. What is sent back as it was shown is unchanged, whatever its lines say."""

    widget = forms.Textarea(attrs={"rows": 2, "cols": 40})

    def __init__(self, **options: Any) -> None:
        for of_json in ("encoder", "decoder"):
            options.pop(of_json, None)
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(self.shown, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[Any]:  # type: ignore[override]
        lines = [line.strip() for line in LINE_ENDS.split(value or "")]
        for number, line in enumerate(lines, 1):
            if "\0" in line:
                raise ValidationError(_("Line %(number)d: null characters are not allowed."), params={"number": number})
        return [self.read(line, number) for number, line in enumerate(lines, 1) if line]

    def has_changed(self, initial: Any, data: Any) -> bool:
        before, after = (LINE_ENDS.split((value or "").strip()) for value in (self.prepare_value(initial), data))
        return bool(before != after)

    def shown(self, entry: Any) -> str:
        return str(entry)

    def read(self, line: str, number: int) -> Any:
        return line


class SpeakersField(LinesField):
    """Speakers as “Name, role”; as “Name | role” where the name has a comma itself."""

    def shown(self, entry: Speaker) -> str:
        if "," in entry.name or "|" in entry.role:
            return f"{entry.name} | {entry.role}".rstrip()
        return f"{entry.name}, {entry.role}" if entry.role else entry.name

    def read(self, line: str, number: int) -> Speaker:
        name, _mark, role = line.partition("|" if "|" in line else ",")
        if not name.strip():
            raise ValidationError(
                _("Line %(number)d has no name. Write “Name, role”, or “Name | role”."), params={"number": number}
            )
        return Speaker(name=name.strip(), role=role.strip())
