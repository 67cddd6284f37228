"""What an administrator types as reference data is on readers' lists, so a colleague confirms it."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.models import SharedBlock
from meetings.access.lone_acts import find_lone_acts
from meetings.models import Act, AuditEntry, Configuration, User
from meetings.urls import urlpatterns
from tests.admin_forms import (
    create_client_with_role,
    create_user_with_role,
    get_form_errors,
    give_role,
    post_form,
    read_messages,
    sign_in,
)

SENTENCE = "The minister resigned this morning"
AUDIT_LOG = "/admin/meetings/auditentry/"
LIST = "/admin/meetings/configuration/"
ADD = "/admin/meetings/configuration/add/"
NEW = {"code": "NEWS", "slug": "news", "name": SENTENCE, "kind": "other", "valid_from": "2030-01-01"}


@pytest.fixture
def administrator(db: None) -> Client:
    create_user_with_role("Publishers", "petra")
    create_user_with_role("Authors", "anna")
    return create_client_with_role("Administrators", "ada")


def get_address(slug: str) -> str:
    return f"/admin/meetings/configuration/{Configuration.objects.get(slug=slug).pk}/change/"


def test_name_of_a_council_configuration_cannot_be_typed(administrator: Client) -> None:
    post_form(administrator, get_address("gac"), name=SENTENCE, code="RESIGNED", kind="other")
    gac = Configuration.objects.get(slug="gac")
    assert (gac.name, gac.code, gac.kind) == ("General Affairs", "GAC", "council")


PUBLIC_PATHS = ("/en/", "/en/meetings/", "/en/meetings/news/", "/api/v1/configurations/", "/sitemap.xml")


def read_public_pages() -> str:
    return "".join(Client().get(path, headers={"accept": "*/*"}).content.decode() for path in PUBLIC_PATHS)


def confirm_newest() -> None:
    newest = find_lone_acts().first()
    assert newest
    sign_in("petra").post(f"/admin/confirm/{newest.pk}/")


def test_addition_waits_for_a_colleague(administrator: Client) -> None:
    post_form(administrator, ADD, **NEW)
    assert SENTENCE not in read_public_pages()
    changed = find_lone_acts().get()
    address, petra = f"/admin/confirm/{changed.pk}/", sign_in("petra")
    for way in ("/admin/", address):
        assert f"Name: {SENTENCE}" in petra.get(way).content.decode()
    assert petra.post(address)["Location"] == "/admin/"
    added = Configuration.objects.get(slug="news")
    assert (added.name, added.kind, f"{added.valid_from}", str(added.pk)) == (
        *(SENTENCE, "other", "2030-01-01"),
        changed.details["key"],
    )
    assert SENTENCE in read_public_pages()
    assert address not in petra.get("/admin/").content.decode()
    confirmation = AuditEntry.objects.latest("pk")
    assert (confirmation.act, confirmation.details.keys()) == (Act.ACT_CONFIRMED, {"title", "entry", "of"})
    page = administrator.get(address).content.decode()
    assert "Decided by petra" in page
    assert "a colleague must confirm it" not in page


def test_change_waits_for_a_colleague(administrator: Client) -> None:
    body = Configuration.objects.create(**NEW | {"name": "Eurogroup"})
    for form in (ADD, get_address("news"), get_address("gac")):
        assert "until a colleague who may approve has confirmed it" in administrator.get(form).content.decode(), form
    post_form(administrator, get_address("news"), name=SENTENCE, valid_until="2031-01-01")
    assert SENTENCE not in read_public_pages()
    confirm_newest()
    body.refresh_from_db()
    assert (body.name, f"{body.valid_until}") == (SENTENCE, "2031-01-01")


def test_refusal_names_those_who_can_confirm_it(administrator: Client) -> None:
    """Not the person who made the change, who may confirm others."""
    create_user_with_role("Publishers", "paul")
    give_role(User.objects.get(username="paul"), "Administrators")
    post_form(sign_in("paul"), ADD, **NEW)
    address = f"/admin/confirm/{find_lone_acts().get().pk}/"
    assert "confirm this. Ask one of these people: petra." in sign_in("anna").get(address).content.decode()


def test_values_are_shown_as_in_the_form_with_links_to_what_is_changed(administrator: Client) -> None:
    Configuration.objects.create(**NEW | {"name": "Eurogroup"})
    post_form(administrator, get_address("news"), kind="council", valid_until="2061-01-01")
    words = "Last day in force: – → 1 January 2061", "Kind: other body → Council configuration"
    page = sign_in("petra").get(f"/admin/confirm/{find_lone_acts().get().pk}/").content.decode()
    for shown in (page, sign_in("ada").get("/admin/meetings/auditentry/").content.decode()):
        assert all(each in shown for each in words)
    for address in (get_address("news"), "/en/meetings/news/"):
        assert f'<a href="{address}">' in page


def test_change_is_refused_if_something_else_has_changed(administrator: Client) -> None:
    body = Configuration.objects.create(**NEW | {"name": "Eurogroup"})
    for name in ("Euro Group", "Euro-Group"):
        post_form(administrator, get_address("news"), name=name)
    confirm_newest()
    [first] = find_lone_acts()
    refusal = "Somebody has changed “Name” since this was asked for. Discard this change and make it again."
    assert refusal in sign_in("petra").post(f"/admin/confirm/{first.pk}/").content.decode()
    body.refresh_from_db()
    assert (body.name, find_lone_acts().count()) == ("Euro-Group", 1)


def test_changes_that_exclude_each_other_are_refused_with_advice(administrator: Client) -> None:
    """Each alone is possible: to end in 2031, and to begin in 2040. What is refused goes on waiting."""
    body = Configuration.objects.create(**NEW | {"name": "Eurogroup"})
    post_form(administrator, get_address("news"), valid_until="2031-01-01")
    post_form(administrator, get_address("news"), valid_from="2040-01-01")
    confirm_newest()
    [waiting] = find_lone_acts()
    page = sign_in("petra").post(f"/admin/confirm/{waiting.pk}/").content.decode()
    assert "The last day in force must not be before the first." in page
    assert "Another change came first, and this one does not fit with it. Discard it and make it again." in page
    assert 'name="discard"' in page
    body.refresh_from_db()
    assert (f"{body.valid_from}", body.valid_until, find_lone_acts().count()) == ("2040-01-01", None, 1)


def test_what_became_impossible_is_refused_and_says_why(administrator: Client) -> None:
    """Meanwhile, a command has added the same configuration, and somebody has deleted the other one."""
    body = Configuration.objects.create(**NEW | {"code": "EURO", "slug": "euro", "name": "Eurogroup"})
    post_form(administrator, get_address("euro"), valid_until="2061-01-01")
    post_form(administrator, ADD, **NEW)
    body.delete()
    Configuration.objects.create(**NEW)
    for entry, why in zip(find_lone_acts(), ("Another configuration has this code.", "has been deleted"), strict=True):
        assert why in sign_in("petra").post(f"/admin/confirm/{entry.pk}/").content.decode()
    assert find_lone_acts().count() == 2


def test_changes_of_two_fields_do_not_undo_each_other(administrator: Client) -> None:
    """Each confirmation saves its own fields only, so that one made at the same moment stays."""
    Configuration.objects.create(**NEW | {"name": "Eurogroup"})
    post_form(administrator, get_address("news"), valid_until="2061-01-01")
    with CaptureQueriesContext(connection) as queries:
        confirm_newest()
    [saving] = [query["sql"] for query in queries if query["sql"].startswith('UPDATE "meetings_configuration"')]
    assert "valid_until" in saving
    assert "name" not in saving


def test_what_is_done_already_cannot_be_discarded(administrator: Client) -> None:
    administrator.post("/admin/meetings/presidency/add/", {"year": "2061", "half": "1", "country": "FR"})
    page = sign_in("petra").post(f"/admin/confirm/{find_lone_acts().get().pk}/", {"discard": "1"})
    assert "There is nothing to discard here" in page.content.decode()
    assert find_lone_acts().exists()


def test_author_of_a_change_and_colleagues_discard_it(administrator: Client) -> None:
    for client in (administrator, sign_in("petra")):
        post_form(administrator, ADD, **NEW)
        address = f"/admin/confirm/{find_lone_acts().get().pk}/"
        assert client.post(address, {"discard": "1"})["Location"] == "/admin/"
        assert AuditEntry.objects.latest("pk").act == Act.ACT_DISCARDED
    assert not Configuration.objects.filter(slug="news").exists()
    assert not find_lone_acts().exists()
    assert "petra has decided this already" in sign_in("petra").post(address).content.decode()


def test_council_configuration_cannot_be_deleted_and_added_with_another_name(administrator: Client) -> None:
    address = get_address("gac").replace("/change/", "/delete/")
    assert administrator.post(address, {"post": "yes"}).status_code == 403
    assert Configuration.objects.filter(slug="gac").exists()


def test_deletion_waits_for_a_colleague(administrator: Client) -> None:
    """One who looks at it later may find that it is used, and then it stays."""
    body = Configuration.objects.create(**NEW)
    listed = {"action": "delete_selected", "_selected_action": str(body.pk), "post": "yes"}
    administrator.post(LIST, listed)
    administrator.post(get_address("news").replace("/change/", "/delete/"), {"post": "yes"})
    assert Configuration.objects.filter(slug="news").exists()
    assert "Delete: NEWS" in sign_in("petra").get("/admin/").content.decode()
    assert "to be deleted" in administrator.get(AUDIT_LOG).content.decode()
    address = f"/admin/confirm/{find_lone_acts().get().pk}/"
    block = SharedBlock.objects.create(name="For the news", kind="links", desk=body)
    assert "is used" in sign_in("petra").post(address).content.decode()
    assert SharedBlock.objects.filter(pk=block.pk).exists()
    block.delete()
    confirm_newest()
    assert not Configuration.objects.filter(slug="news").exists()
    assert "– deleted – ada" in administrator.get(AUDIT_LOG).content.decode()


def test_word_of_another_page_is_refused(administrator: Client) -> None:
    """The page of the configuration would have the address of the page of corrections."""
    errors = get_form_errors(administrator, ADD, **NEW | {"slug": "corrections"})
    assert errors["slug"].startswith("Another page of the site has the address /en/meetings/corrections/.")
    words = {match[1] for row in urlpatterns if (match := re.match(r"\^?meetings/([a-z-]+)/", str(row.pattern)))}
    assert "corrections" in words
    for word in words:
        assert "slug" in get_form_errors(administrator, ADD, **NEW | {"slug": word}), word


def test_code_and_word_that_wait_already_are_refused(administrator: Client) -> None:
    post_form(administrator, ADD, **NEW)
    errors = get_form_errors(administrator, ADD, **NEW | {"name": "News"})
    waits = f"“NEWS – {SENTENCE}” waits for confirmation already."
    assert errors == {"code": waits, "slug": waits}
    find_lone_acts().get()


def test_list_and_form_lead_to_what_waits(administrator: Client) -> None:
    post_form(administrator, get_address("gac"), position="7")
    link = f'<a href="/admin/confirm/{find_lone_acts().get().pk}/">'
    assert f"{link}A change waits for confirmation.</a>" in administrator.get(get_address("gac")).content.decode()
    assert f"{link}To change: GAC – General Affairs</a>" in administrator.get(LIST).content.decode()
    assert link not in administrator.get(get_address("jha")).content.decode()
    confirm_newest()
    for address in (LIST, get_address("gac")):
        assert link not in administrator.get(address).content.decode()


def test_form_without_changes_asks_nobody(administrator: Client) -> None:
    response = post_form(administrator, get_address("gac"))
    assert read_messages(response) == "You changed nothing."
    assert not find_lone_acts().exists()
    assert not LogEntry.objects.exists()


def test_history_says_what_was_only_asked_for(administrator: Client) -> None:
    body = Configuration.objects.create(**NEW)
    post_form(administrator, get_address("news"), name="Eurogroup")
    administrator.post(get_address("news").replace("/change/", "/delete/"), {"post": "yes"})
    post_form(administrator, ADD, **NEW | {"code": "MORE", "slug": "more"})
    shown = administrator.get(f"{LIST}{body.pk}/history/").content.decode()
    assert "Asked for: Changed Name." in shown
    assert "Asked for: deletion." in shown
    assert LogEntry.objects.latest("pk").get_change_message() == "Asked for: Added."


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
