"""A JSON column that contains a part of the document and is checked against its shape."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.fields.line import SHOWN_BEFORE, validate_line

LINE_ENDS = re.compile(r"\r\n|\r|\n")
MAX_LINE_LENGTH = 500  # characters, as of titles


class StructField(models.JSONField):
    """A JSON column whose Python value has a type of `meetings.documents.schema` (a list of texts, of speakers, …).

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
        for text in list_texts(msgspec.to_builtins(value)):
            validate_line(text)
            if len(text) > MAX_LINE_LENGTH:
                message = _("“%(start)s…” has %(length)d characters. The maximum is %(most)d: shorten it.")
                values = {"start": text[:SHOWN_BEFORE], "length": len(text), "most": MAX_LINE_LENGTH}
                raise ValidationError(message, "max_length", values)

    def get_prep_value(self, value: Any) -> Any:
        try:
            return super().get_prep_value(msgspec.to_builtins(self.to_python(value)))
        except ValidationError as error:
            raise ValueError(f"{self.model.__name__}.{self.name}: {'; '.join(error.messages)}") from error

    def value_to_string(self, obj: models.Model) -> Any:
        return msgspec.to_builtins(self.value_from_object(obj))


def list_texts(value: Any) -> Iterator[str]:
    """Yield every text in lists and dictionaries."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from list_texts(each)
