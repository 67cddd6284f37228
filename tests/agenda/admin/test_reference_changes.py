"""What an administrator types as reference data is on readers' lists at once, so a colleague confirms it."""

import pytest
from django.test import Client

from meetings.access.lone_acts import find_lone_acts
from meetings.models import Act, AuditEntry, Configuration
from tests.admin_forms import create_client_with_role, post_form, sign_in

SENTENCE = "The minister resigned this morning"
ADD = "/admin/meetings/configuration/add/"
NEW = {"code": "NEWS", "slug": "news", "name": SENTENCE, "kind": "other", "valid_from": "2030-01-01"}


@pytest.fixture
def administrator(db: None) -> Client:
    create_client_with_role("Publishers", "petra")
    create_client_with_role("Authors", "anna")
    return create_client_with_role("Administrators", "ada")


def get_address(slug: str) -> str:
    return f"/admin/meetings/configuration/{Configuration.objects.get(slug=slug).pk}/change/"


def test_name_of_a_council_configuration_cannot_be_typed(administrator: Client) -> None:
    post_form(administrator, get_address("gac"), name=SENTENCE, code="RESIGNED", kind="other")
    gac = Configuration.objects.get(slug="gac")
    assert (gac.name, gac.code, gac.kind) == ("General Affairs", "GAC", "council")


def test_name_of_another_body_waits_for_a_colleague(administrator: Client) -> None:
    post_form(administrator, ADD, **NEW | {"name": "Eurogroup"})
    post_form(administrator, get_address("news"), name=SENTENCE)
    changed = find_lone_acts().first()
    assert changed
    address, petra = f"/admin/confirm/{changed.pk}/", sign_in("petra")
    for way in ("/admin/", address):
        assert f"Name: Eurogroup → {SENTENCE}" in petra.get(way).content.decode()
    assert petra.post(address)["Location"] == "/admin/"
    assert address not in petra.get("/admin/").content.decode()
    assert AuditEntry.objects.latest("pk").act == Act.ACT_CONFIRMED
    page = administrator.get(address).content.decode()
    assert "Confirmed by petra" in page
    assert "a colleague must confirm it" not in page
    assert "Name: Eurogroup" in petra.get("/admin/").content.decode()  # the addition still waits


def test_council_configuration_cannot_be_deleted_and_added_with_another_name(administrator: Client) -> None:
    address = get_address("gac").replace("/change/", "/delete/")
    assert administrator.post(address, {"post": "yes"}).status_code == 403
    assert Configuration.objects.filter(slug="gac").exists()


def test_deletion_waits_for_a_colleague(administrator: Client) -> None:
    post_form(administrator, ADD, **NEW | {"name": "Eurogroup"})
    administrator.post(get_address("news").replace("/change/", "/delete/"), {"post": "yes"})
    assert not Configuration.objects.filter(slug="news").exists()
    assert "Deleted: " in sign_in("petra").get("/admin/").content.decode()


def test_administrator_reads_who_must_confirm_it(administrator: Client) -> None:
    post_form(administrator, ADD, **NEW)
    address = f"/admin/confirm/{find_lone_acts().get().pk}/"
    assert "yours: a colleague must confirm it" in administrator.get("/admin/").content.decode()
    assert "These people can confirm it: petra" in administrator.get(address).content.decode()
    assert administrator.post(address).status_code == 403
    assert find_lone_acts().exists()


def test_author_neither_confirms_nor_is_asked(administrator: Client) -> None:
    post_form(administrator, ADD, **NEW)
    address, anna = f"/admin/confirm/{find_lone_acts().get().pk}/", sign_in("anna")
    assert address not in anna.get("/admin/").content.decode()
    assert anna.get(address).status_code == anna.post(address).status_code == 403


def test_act_of_a_meeting_is_not_confirmed_here(administrator: Client) -> None:
    assert sign_in("petra").get("/admin/confirm/1/").status_code == 404
