"""Helpers that fill in forms of the admin as a browser would, as people with the roles that a site starts with."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from django.core.management import call_command
from django.forms import CheckboxInput
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.utils.html import strip_tags

from agenda.documents.building import build_meeting
from meetings.documents.encoding import compute_digest, encode_document
from meetings.models import Configuration, Meeting, Presidency, User

MEETINGS = "/admin/meetings/meeting/"
EMERGENCY = "Emergency"
"""A role with the right to publish without approval, which no role of a new site has."""


def create_client_with_role(role: str, name: str = "", of: str = "", language: str = "") -> Client:
    """Return a client signed in as a new user with the role, for the configurations (“jha env”) or for all."""
    return sign_in(create_user_with_role(role, name, of, language).username)


def create_user_with_role(role: str, name: str = "", of: str = "", language: str = "") -> User:
    """Create a user with the role. This loads the reference data, if it is not there."""
    if not (Group.objects.filter(name=role).exists() and Presidency.objects.exists()):
        call_command("load_reference", verbosity=0)
    user = create_user(name or role.lower().removesuffix("s"))
    give_role(user, role, of, language)
    return user


def give_role(user: User, role: str, of: str = "", language: str = "") -> None:
    for slug in of.split() or [""]:
        place = Configuration.objects.get(slug=slug) if slug else None
        user.memberships.create(role=get_role(role), configuration=place, language=language)


def get_role(name: str) -> Group:
    if name == EMERGENCY:
        role, _is_new = Group.objects.get_or_create(name=name)
        role.permissions.add(Permission.objects.get(codename="force_note"))
        return role
    return Group.objects.get(name=name)


def create_user(name: str, *roles: str, of: str = "") -> User:
    """Create a user with the roles, which must exist already, for the configurations or for all."""
    user = User.objects.create_user(username=name, is_staff=True)
    for role in roles:
        give_role(user, role, of)
    return user


def sign_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def continue_session(cookies: Any) -> Client:
    """Return a client that is signed in already: signing in costs more than most pages."""
    client = Client()
    client.cookies = deepcopy(cookies)
    return client


def take_messages(response: Any) -> list[Any]:
    """Return the messages that the next page will show, and take them away, as that page does."""
    found = list(get_messages(response.wsgi_request))
    response.client.cookies.pop("messages", None)
    return found


def read_messages(response: Any) -> str:
    """Return the words of the messages that the next page will show."""
    return " ".join(strip_tags(str(message)) for message in take_messages(response))


@contextmanager
def skip_rendering() -> Iterator[None]:
    """Skip the rendering of templates, which takes most of the time.

    The response still has the context with the form.
    """
    with patch.object(SimpleTemplateResponse, "rendered_content", ""):
        yield


def read_form_data(client: Client, address: str) -> dict[str, Any]:
    """Return what a browser would send if the form is submitted unchanged."""
    with skip_rendering():
        page: Any = client.get(address)
    context = page.context_data
    forms = [context["adminform"].form, *(formset.formset for formset in context["inline_admin_formsets"])]
    data: dict[str, Any] = {}
    for form in forms:
        data |= get_field_values(form.management_form) if hasattr(form, "management_form") else {}
        for part in getattr(form, "forms", [form]):
            data |= get_field_values(part)
    return data


def get_field_values(form: Any) -> dict[str, Any]:
    shown = {bound.html_name: format_widget_value(get_inner_widget(bound), bound.value()) for bound in form}
    for bound in form:
        if bound.field.show_hidden_initial:
            shown[bound.html_initial_name] = format_widget_value(bound.field.hidden_widget(), bound.value())
    flat = {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in shown.items()}
    return {name: value for name, value in flat.items() if value not in (None, False, [])}


def get_inner_widget(bound: Any) -> Any:
    return getattr(bound.field.widget, "widget", bound.field.widget)  # inside of the links to add and change


def format_widget_value(widget: Any, value: Any) -> Any:
    if isinstance(widget, CheckboxInput):
        return "on" if value else None
    return widget.format_value(value)


def post_form(client: Client, address: str, **changes: Any) -> Any:
    """Send the form at the address as it is shown, with the changes."""
    return client.post(address, read_form_data(client, address) | changes)


def save_form(client: Client, address: str, **changes: Any) -> Any:
    response = post_form(client, address, **changes)
    assert response.status_code == 302, [*response.context_data["errors"]]
    return response


def get_form_errors(client: Client, address: str, **changes: Any) -> dict[str, str]:
    """Return the error messages of the form by the name of the field; "" is the name for messages of the whole form."""
    return post_invalid_form(client, address, read_form_data(client, address) | changes)


def post_invalid_form(client: Client, address: str, data: dict[str, Any]) -> dict[str, str]:
    """Send the data, and return the error messages as `get_form_errors` does."""
    with skip_rendering():
        response: Any = client.post(address, data)
    assert response.status_code == 200, "it was saved"
    return parse_form_errors(response)


def parse_form_errors(response: Any) -> dict[str, str]:
    context = response.context_data
    found = dict(list_form_errors(context["adminform"].form))
    for inline in context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            found |= dict(list_form_errors(form))
        if inline.formset.non_form_errors():
            found[inline.formset.prefix] = " ".join(inline.formset.non_form_errors())
    return found


def list_form_errors(form: Any) -> Any:
    for name, messages in form.errors.items():
        yield (form[name].html_name if name in form.fields else form.prefix or ""), " ".join(messages)


def compute_meeting_digest(meeting: Meeting) -> str:
    return compute_digest(encode_document(build_meeting(Meeting.objects.get(pk=meeting.pk))))


def get_change_url(row: Any) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"
