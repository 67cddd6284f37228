"""Subjects that are not live cannot be distinguished from subjects that do not exist, by any address or header."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin

from meetings.models import EditionDocument, StoredDocument
from tests import actions
from tests.factories import SECOND
from tests.leaks.addresses import OTHER_LANGUAGES, list_addresses, list_cursors, list_routes, list_unrouted_addresses
from tests.leaks.names import HIDDEN, HIDDEN_WORD, NOBODY, PUBLIC_PAGES, UNUSED_WORD
from tests.leaks.requests import REQUEST_FORMS, AnswersByRequest, fetch_answer, fetch_answers, list_requests
from tests.leaks.subjects import (
    SCHEDULED_INSTANT,
    STATES,
    create_all_hidden,
    create_hidden_subjects,
    create_meeting,
    hide_texts,
    publish_live_subjects,
    schedule_all,
)
from tests.public_requests import READABLE_TABLES, Visitor
from tests.worlds import share_world

OPEN_ROUTES = {"login", "logout", "jsi18n"}  # of the admin's addresses


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Suppress the warnings: hundreds of addresses are “Not Found”, as they should be."""
    caplog.set_level(logging.ERROR, "django.request")


class LeakWalk:
    """All addresses, and the responses to them while nothing was hidden: those for subjects that do not exist."""

    def __init__(self, visitor: Visitor) -> None:
        self.answers: AnswersByRequest = {}

        def ask(path: str) -> None:
            self.answers["GET", path] = fetch_answer(visitor, path)

        self.paths = list(dict.fromkeys(address.path for address in list_addresses(visitor, ask=ask)))
        self.answers |= fetch_answers(
            visitor, [asked for asked in list_requests(self.paths) if asked not in self.answers]
        )


@share_world
def published(clock: Any) -> None:
    publish_live_subjects(clock)


@pytest.fixture(scope="module")
def kept() -> list[LeakWalk]:
    """The walk, made once for all tests, because the published subjects are the same in each."""
    return []


@pytest.fixture
def walk(visitor: Visitor, published: None, clock: Any, kept: list[LeakWalk]) -> LeakWalk:
    if not kept:
        kept.append(LeakWalk(visitor))
    return kept[0]


@pytest.mark.parametrize("state", sorted(STATES.keys() - {"scheduled"}))
def test_only_scheduled_subjects_add_public_rows(published: None, state: str) -> None:
    """In the other states no answer can change, because a visitor's request that reads another table fails.

    Submitted texts are stored in a public table, but so are scheduled ones, for which all addresses are requested.
    """
    before = dump_public_tables()
    STATES[state](create_all_hidden())
    assert dump_public_tables() == before


def dump_public_tables() -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of all tables that public requests may read, except stored documents without an edition."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in READABLE_TABLES]
    rows = {model._meta.db_table: model._default_manager.order_by("pk").values_list() for model in models}
    used = EditionDocument.objects.values("document")
    rows[StoredDocument._meta.db_table] = StoredDocument.objects.filter(pk__in=used).order_by("pk").values_list()
    return {table: list(each) for table, each in rows.items()}


def test_scheduled_subjects_change_no_answer_and_no_query(visitor: Visitor, walk: LeakWalk) -> None:
    """Responses and their queries equal those before the subjects existed."""
    assert set(PUBLIC_PAGES) <= {path for _way, path in walk.answers}
    schedule_all(create_all_hidden())
    for (way, path), before in walk.answers.items():
        answer = fetch_answer(visitor, path, *REQUEST_FORMS[way])
        assert answer == before, (way, path)
        if way == "GET" and "ETag" in answer.headers and "?" not in path and answer.status == 200:
            again = fetch_answer(visitor, path, headers={"if-none-match": answer.headers["ETag"]})
            assert (again.status, again.body) == (304, ""), path


@pytest.mark.once
def test_files_of_hidden_subjects_have_no_address(
    visitor: Visitor, published: None, settings: Any, tmp_path: Path
) -> None:
    """They are not even at addresses that refuse access."""
    settings.MEDIA_ROOT = tmp_path
    create_all_hidden()
    for name in (HIDDEN["digest"][0], f"{HIDDEN['digest'][0]}.webp", HIDDEN["slug"][0]):
        (tmp_path / name).write_text(HIDDEN_WORD)
    for address in list_unrouted_addresses():
        answer, twin = fetch_answer(visitor, address.path), fetch_answer(visitor, address.twin)
        assert answer.without_names == twin.without_names, address
        assert answer.status == 404, address


@pytest.mark.once
def test_admin_addresses_reveal_nothing_to_strangers(visitor: Visitor, clock: Any, published: None) -> None:
    """They ask to sign in and query nothing, so the answer cannot follow from what the address names."""
    schedule_all(create_all_hidden())
    pair = HIDDEN["id"][0], NOBODY["id"][0]
    for route in list_routes(admin.site.get_urls(), "/admin/"):
        answer, twin = (fetch_answer(visitor, route.template % dict.fromkeys(route.parts, own)) for own in pair)
        if route.name not in OPEN_ROUTES:
            assert answer.without_names == twin.without_names, route
            assert answer.statements == (), route
            if "_note_" in route.name:  # the requests of the editor's JavaScript
                assert answer.status == 401, route
                continue
            assert answer.status == 302, route
            assert answer.headers["Location"].startswith("/admin/login/"), route


def list_english(walk: LeakWalk) -> list[str]:
    """Return the addresses without those of pages in other languages, in which hidden texts are fallbacks.

    Those with a wrong parameter are left out too: the view refuses it before it reads any row.
    """
    refused = {path for path in walk.paths if walk.answers["GET", path].status == 400}
    return [path for path in walk.paths if path not in refused and not path.startswith(OTHER_LANGUAGES)]


def find_leaking_paths(visitor: Visitor, paths: Iterable[str]) -> set[str]:
    return {path for path in paths if shows_hidden_word(visitor, path)}


def shows_hidden_word(visitor: Visitor, path: str) -> bool:
    """Return whether the response contains the hidden word more often than the address, which search repeats."""
    answer = fetch_answer(visitor, path)
    if HIDDEN_WORD not in answer.body or HIDDEN_WORD not in path:
        return HIDDEN_WORD in answer.body
    return answer.without_names.body != fetch_answer(visitor, path.replace(HIDDEN_WORD, UNUSED_WORD)).without_names.body


@pytest.mark.once
def test_withdrawn_text_is_nowhere(visitor: Visitor, clock: Any, walk: LeakWalk) -> None:
    """It is not behind an old cursor either. Only the notice remains, with its title and the reason."""
    meeting, topic = create_hidden_subjects()
    topic.title = "A topic"
    topic.save()
    later = create_meeting("moved", "Later")  # so that the second page begins with the hidden meeting
    clock.move_to(actions.publish(meeting, topic, later)[0].available_from)
    paths = [
        *list_english(walk),
        *(path for address in list_cursors(visitor) for path in build_page_addresses(address[0])),
    ]
    shown = {"/en/", "/en/topics/zanzibar/", *build_page_addresses(list_cursors(visitor)[1][0])}
    assert shown <= set(paths)
    assert find_leaking_paths(visitor, shown) == shown
    actions.withdraw(topic)
    clock.move_to(actions.withdraw(meeting).available_from)
    assert find_leaking_paths(visitor, paths) == set()
    for path in ("/en/topics/zanzibar/", f"/en/meetings/jha/{HIDDEN['dates'][0]}/"):
        assert fetch_answer(visitor, path).status == 410
        assert actions.REASON in fetch_answer(visitor, path).body


def build_page_addresses(cursor: str) -> list[str]:
    return [f"/api/v1/meetings/?cursor={cursor}", f"/en/meetings/?cursor={cursor}"]


@pytest.mark.once
def test_corrected_text_is_only_in_its_edition(visitor: Visitor, clock: Any, walk: LeakWalk) -> None:
    meeting, topic = create_hidden_subjects()
    meeting.city, meeting.venue = "Brussels", ""  # an earlier place would rightly be shown
    meeting.save()
    clock.move_to(actions.publish(meeting, topic)[0].available_from)
    page = f"/en/meetings/jha/{HIDDEN['dates'][0]}/"
    assert find_leaking_paths(visitor, [page]) == {page}
    hide_texts(meeting, "hidden", word="Corrected")
    meeting.city, meeting.venue = "Brussels", ""
    meeting.save()
    topic.title, topic.lead, topic.text = "Corrected", "", ""
    topic.save()
    clock.move_to(actions.publish(meeting, topic)[0].available_from)
    assert "Corrected" in fetch_answer(visitor, page).body
    histories = ("/editions/", "/changes/", ".atom")  # these show past editions
    leaking = find_leaking_paths(visitor, list_english(walk))
    assert {path for path in leaking if not any(word in path for word in histories)} == set()


@pytest.mark.once
def test_embargo_ends_on_every_page_at_its_instant(visitor: Visitor, clock: Any, published: None) -> None:
    actions.schedule(*create_hidden_subjects(), at=SCHEDULED_INSTANT)
    clock.move_to(SCHEDULED_INSTANT - SECOND / 1000)
    assert find_leaking_paths(visitor, PUBLIC_PAGES) == set()
    clock.move_to(SCHEDULED_INSTANT)
    assert find_leaking_paths(visitor, PUBLIC_PAGES) == set(PUBLIC_PAGES)
