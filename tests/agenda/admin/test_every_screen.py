"""Every screen of the admin, found by walking its URLs: nobody reads it without signing in, or without a role."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from agenda.editor.shared_blocks import save_block
from agenda.models import Revision, SharedBlock
from council.urls.admin import urlpatterns
from meetings.models import Act, AuditEntry, Configuration, Edition, Meeting
from tests.admin_forms import MEETINGS, create_user, sign_in
from tests.agenda.workflow.revision_helpers import save_revision
from tests.factories import COMMAND, make_meeting, make_topic, publish_now
from tests.pictures import make_stored_image

pytestmark = pytest.mark.once

SIGN_IN = "/admin/login/"
GUIDE = "/admin/help/"
# What people without a role may open: their own account, the list of what there is to do, which is empty, the guide,
# “Find”, which finds only these screens, and words.
FOR_ALL_STAFF = {
    "/admin/", "/admin/find/", GUIDE, "/admin/jsi18n/", "/admin/logout/", "/admin/password_change/",
    "/admin/password_change/done/", "/admin/your-settings/", "/admin/your-sign-in/", "/admin/session/", SIGN_IN,
    "/admin/second-step/set-up/", "/admin/second-step/set-up/app/", "/admin/second-step/set-up/passkey/",
    "/admin/your-sign-in/recovery-codes/", "/admin/your-sign-in/factors/1/remove/", "/admin/your-sign-in/sessions/end/",
}  # fmt: skip
BEFORE_SIGNING_IN = {"/admin/forgotten-password/", "/admin/set-password/x/y/", "/admin/session/", SIGN_IN}
NOT_FOUND = {"/admin/another-time/now/", "/admin/meetings/"}  # after a form only; a list of all models


@pytest.fixture(scope="module")
def published(press_office: None, world_clock: Any) -> None:
    meeting = make_meeting()
    meeting.agenda.get().topics.add(topic := make_topic())
    save_revision(meeting)
    publish_now(world_clock, meeting, topic)
    save_block(SharedBlock(kind="notice", name="Notice"), {"notice": "Drawn up."}, by=COMMAND, number=0)
    create_user("clerk")


def walk(patterns: Any, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", pattern


def list_addresses() -> list[str]:
    """Return the addresses of all screens of the admin, about existing rows where there are any."""
    models = {f"{model._meta.app_label}_{model._meta.model_name}_": model for model in admin.site._registry}
    models |= {"template_": Configuration, "shared-block_": SharedBlock}
    meeting, edition = str(Meeting.objects.get().pk), Edition.objects.earliest("available_from")
    values = {"edition_id": str(edition.pk), "link_id": meeting, "language": "fr", "app_label": "meetings"}
    values |= {"revision_id": str(Revision.objects.earliest("pk").pk)}
    values |= {"entry_id": str(AuditEntry.objects.filter(act=Act.FORCED, subject_id=meeting).latest("pk").pk)}
    values |= {"uidb64": "x", "token": "y", "key": "1"}
    values |= {"digest": make_stored_image().digest, "name": "full.jpg"}
    found = []
    for address, pattern in walk(urlpatterns):
        model: Any = next((models[name] for name in models if f"{pattern.name}_".startswith(name)), Meeting)
        row = model._default_manager.first()
        names = getattr(pattern.pattern, "converters", None) or pattern.pattern.regex.groupindex
        known = values | dict.fromkeys(("object_id", "id"), str(row.pk) if row else meeting)
        found.append(reverse(address, kwargs={name: known[name] for name in names}))
    return found


def test_every_screen_asks_visitors_to_sign_in(published: None, client: Client) -> None:
    addresses = list_addresses()
    assert f"/admin/meetings/meeting/{Meeting.objects.get().pk}/release/" in addresses
    assert len(addresses) > 90
    for method in (client.get, client.post):
        for address in addresses:
            response = method(address)
            if re.search("/change/.+/$", address):  # the editor's requests, to which a redirect would be no answer
                assert response.status_code == 401, address
            elif address in BEFORE_SIGNING_IN:
                assert response.status_code == 200, address
            else:
                assert response.status_code == 302, address
                assert response["Location"].startswith(SIGN_IN) or address == "/admin/logout/", address


def test_staff_without_a_role_see_nothing(published: None) -> None:
    clerk = sign_in("clerk")
    for address in list_addresses():
        response = clerk.get(address)
        if address in FOR_ALL_STAFF | BEFORE_SIGNING_IN:
            assert response.status_code in (200, 302, 405), address
        elif response.status_code == 302:  # parts of a meeting have no list, and unknown rows lead to the dashboard
            assert response["Location"] in ("/admin/", MEETINGS, SIGN_IN), address
        else:
            assert response.status_code == 403 or address in NOT_FOUND or "/admin/r/" in address, address
        # These name what one may not publish, and the guide has examples.
        if address != GUIDE and not re.search("/release/.+/(move|hold|resume|call-off)/$", address):
            assert not re.search(r"\bJHA\b", response.content.decode()), address  # a token may contain it by chance


def test_no_screen_fails_on_an_empty_parameter(published: None) -> None:
    """Django looks for the field without a name, for anybody with an account."""
    clerk = sign_in("clerk")
    for address in list_addresses():
        assert clerk.get(address, {"_to_field": "", "_popup": "", "_changelist_filters": ""}).status_code < 500, address
