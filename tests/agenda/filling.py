"""Forms of the admin, filled in as a browser would send them, by people with the roles that a site starts with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.forms import CheckboxInput
from django.template.response import SimpleTemplateResponse
from django.test import Client

from agenda.building import build_meeting
from meetings.documents.text import compute_digest, encode_document
from meetings.models import Configuration, Meeting, User

MEETINGS = "/admin/meetings/meeting/"


def member_of(role: str, name: str = "", of: str = "", language: str = "") -> Client:
    """Somebody with the role, signed in: of the configurations (“jha env”) or of all. Loads the reference data."""
    call_command("load_reference", verbosity=0)
    user = User.objects.create_user(username=name or role.lower().removesuffix("s"), is_staff=True)
    give(user, role, of, language)
    client = Client()
    client.force_login(user)
    return client


def give(user: User, role: str, of: str = "", language: str = "") -> None:
    for slug in of.split() or [""]:
        place = Configuration.objects.get(slug=slug) if slug else None
        user.memberships.create(role=Group.objects.get(name=role), configuration=place, language=language)


@contextmanager
def undrawn() -> Iterator[None]:
    """What a form holds stands in the view's answer; drawing its hundreds of fields takes most of the time."""
    with patch.object(SimpleTemplateResponse, "rendered_content", ""):
        yield


def filled(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send of the form as it is shown."""
    with undrawn():
        page: Any = client.get(address)
    told = page.context_data
    forms = [told["adminform"].form, *(formset.formset for formset in told["inline_admin_formsets"])]
    data: dict[str, Any] = {}
    for form in forms:
        data |= fields_of(form.management_form) if hasattr(form, "management_form") else {}
        for part in getattr(form, "forms", [form]):
            data |= fields_of(part)
    return data


def fields_of(form: Any) -> dict[str, Any]:
    shown = {bound.html_name: shown_in(widget_of(bound), bound.value()) for bound in form}
    flat = {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in shown.items()}
    return {name: value for name, value in flat.items() if value not in (None, False, [])}


def widget_of(bound: Any) -> Any:
    return getattr(bound.field.widget, "widget", bound.field.widget)  # inside of the links to add and change


def shown_in(widget: Any, value: Any) -> Any:
    if isinstance(widget, CheckboxInput):
        return "on" if value else None
    return widget.format_value(value)


def posted(client: Client, address: str, **changes: Any) -> Any:
    """The form at the address, sent back as it was shown but for the changes."""
    return client.post(address, filled(client, address) | changes)


def saved(client: Client, address: str, **changes: Any) -> Any:
    response = posted(client, address, **changes)
    assert response.status_code == 302, [*response.context_data["errors"]]
    return response


def refusals(client: Client, address: str, **changes: Any) -> dict[str, str]:
    """What the form is refused for: by the name of the field where the message stands, "" where at none."""
    with undrawn():
        response = posted(client, address, **changes)
    assert response.status_code == 200, "it was saved"
    told = response.context_data
    found = dict(refused_by(told["adminform"].form))
    for inline in told["inline_admin_formsets"]:
        for form in inline.formset.forms:
            found |= dict(refused_by(form))
        if inline.formset.non_form_errors():
            found[inline.formset.prefix] = " ".join(inline.formset.non_form_errors())
    return found


def refused_by(form: Any) -> Any:
    for name, messages in form.errors.items():
        yield (form[name].html_name if name in form.fields else form.prefix or ""), " ".join(messages)


def digest(meeting: Meeting) -> str:
    return compute_digest(encode_document(build_meeting(Meeting.objects.get(pk=meeting.pk))))


def change_of(row: Any) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"
