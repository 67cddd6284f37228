"""Forms for parts of a note that belong to no meeting: those of a template, and shared blocks."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Struct, convert, structs, to_builtins

from agenda.models import MediaLink
from meetings.fields.richtext import format_as_typed, parse_typed_text
from meetings.forms.fields import UntruncatedTextInput
from meetings.models import Contact, Meeting


class LinesField(forms.CharField):
    """A list of texts, one per line."""

    widget = forms.Textarea(attrs={"rows": 2, "cols": 40})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        if "\0" in (value or ""):
            raise ValidationError(_("Null characters are not allowed."))
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(self.prepare_value(initial)) != self.to_python(data)
        except ValidationError:
            return True


class TypedTextField(forms.CharField):
    """A formatted text, typed with blank lines between paragraphs (`meetings.fields.richtext`)."""

    widget = forms.Textarea(attrs={"rows": 6, "cols": 80})
    default_help_text = gettext_lazy(
        "A blank line starts a new paragraph, a line with “- ” is a bullet, and **two asterisks** are bold. You can "
        "also paste HTML."
    )

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", self.default_help_text)
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return format_as_typed(value) if value and value.startswith("<") else value

    def clean(self, value: Any) -> Any:
        text = parse_typed_text(super().clean(value))
        if self.required and not text:
            raise ValidationError(_("This contains no text that can be shown. Enter some words."))
        return text


class PartForm(forms.ModelForm):
    """A form with columns of a part. The columns check their values; constraints concern rows, and this is none."""

    class Meta:
        widgets = dict.fromkeys(("title", "name", "role", "place", "url"), UntruncatedTextInput)

    def validate_unique(self) -> None:
        pass

    validate_constraints = validate_unique

    def list_columns(self) -> list[str]:
        """Return the fields that are columns of the part under the same name."""
        return list(self._meta.fields or ())

    def build_part(self, shape: type[Struct], **more: Any) -> Any:
        """Return the part of the document with the values of the form."""
        values = {name: self.cleaned_data[name] for name in self.list_columns()}
        return convert(to_builtins({"id": uuid4(), **values, **more}), shape)


def read_initial(part: Struct) -> dict[str, Any]:
    """Return the members of a part as the initial values of its form."""
    return structs.asdict(part)


class ContactForm(PartForm):
    phones = LinesField(
        label=gettext_lazy("Phone numbers"),
        required=False,
        help_text=gettext_lazy("Enter one per line. For example, “+32 2 555 00 00”."),
    )

    class Meta(PartForm.Meta):
        model = Contact
        fields = ("name", "role", "phones", "email", "url")


class LinkForm(PartForm):
    class Meta(PartForm.Meta):
        model = MediaLink
        fields = ("title", "kind", "url", "language")


class NoticeForm(PartForm):
    class Meta:
        model = Meeting
        fields = ("notice",)
        widgets = {"notice": forms.Textarea(attrs={"rows": 3, "cols": 80})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["notice"].required = True


class TextForm(forms.Form):
    text = TypedTextField(label=gettext_lazy("Paragraphs"))


def are_valid(forms_of_page: Iterable[Any]) -> bool:
    """Validate all forms, so that each shows its errors. Return whether none has any."""
    validities = [form.is_valid() for form in forms_of_page]
    return all(validities)
