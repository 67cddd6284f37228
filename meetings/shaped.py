"""A JSON column that holds a part of the document, held against the one description of its shape."""

from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


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
        if self.shape == list[str]:
            options = {"form_class": LinesField, **options}
        return super().formfield(**options)


class LinesField(forms.CharField):
    """A list of words in a form: one on each line."""

    widget = forms.Textarea(attrs={"rows": 2, "cols": 40})

    def __init__(self, **options: Any) -> None:
        for of_json in ("encoder", "decoder"):
            options.pop(of_json, None)
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = value.splitlines() if isinstance(value, str) else value or []
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)
