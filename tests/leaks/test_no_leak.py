"""Subjects that are not live cannot be distinguished from subjects that do not exist, by any address or header."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin

from agenda.models import BackgroundTopic
from meetings.models import EditionDocument, Meeting, StoredDocument
from tests import actions
from tests.factories import SECOND
from tests.leaks.addresses import OTHER_LANGUAGES, list_addresses, list_cursors, list_routes, list_unrouted_addresses
from tests.leaks.names import HIDDEN, HIDDEN_WORD, LIVE, NOBODY, PUBLIC_PAGES, UNUSED_WORD
from tests.leaks.requests import (
    REQUEST_FORMS,
    AnswersByRequest,
    RecordedAnswer,
    fetch_answer,
    fetch_answers,
    list_requests,
)
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

CORRECTED_WORD = "Madagascar"
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
        assert fetch_answer(visitor, path, *REQUEST_FORMS[way]) == before, (way, path)


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


def find_leaks(visitor: Visitor, paths: Iterable[str], *words: str) -> set[tuple[str, str]]:
    """Return each of the words with each path whose response contains it."""
    answers = ((path, fetch_answer(visitor, path)) for path in paths)
    return {(word, path) for path, answer in answers for word in words if shows_word(visitor, path, answer, word)}


def shows_word(visitor: Visitor, path: str, answer: RecordedAnswer, word: str) -> bool:
    """Return whether the response contains the word more often than the address, which search repeats."""
    if word not in answer.body or word not in path:
        return word in answer.body
    return answer.without_names.body != fetch_answer(visitor, path.replace(word, UNUSED_WORD)).without_names.body


def find_leaking_paths(visitor: Visitor, paths: Iterable[str]) -> set[str]:
    return {path for _word, path in find_leaks(visitor, paths, HIDDEN_WORD)}


@pytest.mark.once
def test_withdrawn_and_corrected_texts_are_gone(visitor: Visitor, clock: Any, walk: LeakWalk) -> None:
    """What was withdrawn is nowhere, not behind an old cursor either: only the notice remains, with title and reason.

    What was corrected is in its edition only, and in what shows past editions.
    """
    meeting, topic = create_hidden_subjects()
    topic.title = "A topic"
    topic.save()
    later = create_meeting("moved", "Later")  # so that the second page begins with the hidden meeting
    corrected = write_everywhere(CORRECTED_WORD, "correction")
    clock.move_to(actions.publish(meeting, topic, later, *corrected)[0].available_from)
    cursors = list_cursors(visitor)
    old_pages = {path for cursor, _same in cursors for path in build_page_addresses(cursor)}
    paths = [*list_english(walk), *old_pages]
    page, of_topic = f"/en/meetings/jha/{LIVE['dates'][0]}/", f"/en/topics/{LIVE['slug'][0]}/"
    shown = {(HIDDEN_WORD, path) for path in ("/en/", "/en/topics/zanzibar/", *build_page_addresses(cursors[1][0]))}
    shown |= {(CORRECTED_WORD, path) for path in (page, of_topic, "/api/v1/agenda-items/")}
    assert {path for _word, path in shown} <= set(paths)
    assert shown <= find_leaks(visitor, {path for _word, path in shown}, HIDDEN_WORD, CORRECTED_WORD)
    clock.move_to(actions.publish(*write_everywhere("Corrected", "hidden"))[0].available_from)
    assert "Corrected" in fetch_answer(visitor, page).body
    actions.withdraw(topic)
    clock.move_to(actions.withdraw(meeting).available_from)
    leaks = find_leaks(visitor, paths, HIDDEN_WORD, CORRECTED_WORD)
    histories = ("/editions/", "/changes/", ".atom")
    past = {path for _word, path in leaks if path in old_pages or any(word in path for word in histories)}
    assert {leak for leak in leaks if leak[0] == HIDDEN_WORD or leak[1] not in past} == set()
    for path in ("/en/topics/zanzibar/", f"/en/meetings/jha/{HIDDEN['dates'][0]}/"):
        assert fetch_answer(visitor, path).status == 410
        assert actions.REASON in fetch_answer(visitor, path).body


def write_everywhere(word: str, owner: str) -> tuple[Meeting, BackgroundTopic]:
    """Put the word into all texts of the live subjects, except for the place: an earlier one is rightly shown."""
    meeting = Meeting.objects.get(pk=LIVE["meeting"][0])
    hide_texts(meeting, owner, word)
    meeting.city, meeting.venue = "Brussels", ""
    meeting.save()
    topic = BackgroundTopic.objects.get(pk=LIVE["topic"][0])
    topic.title, topic.lead, topic.text = word, f"<p>{word}</p>", ""
    topic.save()
    return meeting, topic


def build_page_addresses(cursor: str) -> list[str]:
    return [f"/api/v1/meetings/?cursor={cursor}", f"/en/meetings/?cursor={cursor}"]


@pytest.mark.once
def test_embargo_ends_on_every_page_at_its_instant(visitor: Visitor, clock: Any, published: None) -> None:
    actions.schedule(*create_hidden_subjects(), at=SCHEDULED_INSTANT)
    clock.move_to(SCHEDULED_INSTANT - SECOND / 1000)
    assert find_leaking_paths(visitor, PUBLIC_PAGES) == set()
    clock.move_to(SCHEDULED_INSTANT)
    assert find_leaking_paths(visitor, PUBLIC_PAGES) == set(PUBLIC_PAGES)
