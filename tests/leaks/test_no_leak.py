"""What is not live does not exist: no address, list, count or header tells it from something nobody ever wrote."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin

from tests import acts
from tests.cast import SECOND
from tests.leaks.addresses import addresses, cursors, nowhere, routes
from tests.leaks.asking import WAYS, answers, ask, questions
from tests.leaks.names import HIDDEN, NOBODY, SECRET, SURFACES, UNKNOWN
from tests.leaks.world import (
    RETURN,
    STATES,
    a_meeting,
    everything_hidden,
    is_scheduled,
    make_secret,
    publish_what_is_live,
    something_new,
)
from tests.publicity import Visitor

pytestmark = pytest.mark.django_db
OPEN = {"login", "logout", "jsi18n"}  # of the admin's addresses


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Hundreds of addresses are “Not Found”, as they should be."""
    caplog.set_level(logging.ERROR, "django.request")


class Walk:
    """What there is to ask, and what was answered while nothing was hidden."""

    def __init__(self, visitor: Visitor) -> None:
        self.twins = {address.path: address.twin for address in addresses(visitor)}
        asked = questions(self.twins)
        self.before = answers(visitor, asked)
        self.of_nobody = {
            (way, path): ask(visitor, twin, *WAYS[way]).nameless
            for way, path in asked
            if (twin := self.twins[path]) != path
        }


@pytest.fixture(scope="module")
def kept() -> list[Walk]:
    """What is published is the same in each test, so one of them may ask for all."""
    return []


@pytest.fixture
def walk(visitor: Visitor, clock: Any, kept: list[Walk]) -> Walk:
    publish_what_is_live(clock)
    if not kept:
        kept.append(Walk(visitor))
    return kept[0]


@pytest.mark.parametrize("state", STATES)
def test_nothing_betrays_what_is_not_live(visitor: Visitor, walk: Walk, state: str) -> None:
    """All answers, and the queries they take, are as before it was written, and as for what nobody wrote."""
    STATES[state](everything_hidden())
    for (way, path), before in walk.before.items():
        answer = ask(visitor, path, *WAYS[way])
        assert answer == before, (way, path)
        if walk.twins[path] != path:
            assert answer.nameless == walk.of_nobody[way, path], (way, path, walk.twins[path])


@pytest.mark.parametrize("state", STATES)
def test_what_was_kept_before_still_holds(visitor: Visitor, walk: Walk, state: str) -> None:
    STATES[state](everything_hidden())
    kept = {path: answer.headers.get("ETag") for (way, path), answer in walk.before.items() if way == "GET"}
    for path, etag in kept.items():
        if etag and "?" not in path and walk.before["GET", path].status == 200:
            again = ask(visitor, path, headers={"if-none-match": etag})
            assert (again.status, again.body) == (304, ""), path


def test_files_of_what_is_not_live_have_no_address(visitor: Visitor, walk: Walk, settings: Any, tmp_path: Path) -> None:
    """Not hidden behind an address that refuses: none."""
    settings.MEDIA_ROOT = tmp_path
    everything_hidden()
    for name in (HIDDEN["digest"][0], f"{HIDDEN['digest'][0]}.webp", HIDDEN["slug"][0]):
        (tmp_path / name).write_text(SECRET)
    for address in nowhere():
        answer, twin = ask(visitor, address.path), ask(visitor, address.twin)
        assert answer.nameless == twin.nameless, address
        assert answer.status == 404, address


def test_the_editors_addresses_tell_strangers_nothing(visitor: Visitor, clock: Any, walk: Walk) -> None:
    """They ask to sign in, whatever the address names, and look nothing up."""
    is_scheduled(everything_hidden())
    for route in routes(admin.site.get_urls(), "/admin/"):
        for pair in zip(HIDDEN["id"], NOBODY["id"], strict=True):
            answer, twin = (ask(visitor, route.template % dict.fromkeys(route.parts, own)) for own in pair)
            if route.name not in OPEN:
                assert answer.nameless == twin.nameless, route
                assert (answer.status, answer.statements) == (302, ()), route
                assert answer.headers["Location"].startswith("/admin/login/"), route


def showing_secrets(visitor: Visitor, paths: Iterable[str]) -> set[str]:
    return {path for path in paths if shows_secret(visitor, path)}


def shows_secret(visitor: Visitor, path: str) -> bool:
    """More of it than the address itself says, which search repeats."""
    answer = ask(visitor, path)
    if SECRET not in answer.body or SECRET not in path:
        return SECRET in answer.body
    return answer.nameless.body != ask(visitor, path.replace(SECRET, UNKNOWN)).nameless.body


def test_the_text_of_what_is_withdrawn_is_nowhere(visitor: Visitor, clock: Any, walk: Walk) -> None:
    """Not behind an old cursor either. Only the notice remains, with title and reason."""
    meeting, topic = something_new()
    topic.title = "A topic"
    topic.save()
    later = a_meeting("moved", "Later")  # so that the second page begins with the secret
    clock.move_to(acts.publish(meeting, topic, later)[0].available_from)
    paths = [*walk.twins, *(path for address in cursors(visitor) for path in pages_at(address[0]))]
    assert {"/en/", "/en/topics/zanzibar/", *pages_at(cursors(visitor)[1][0])} <= showing_secrets(visitor, paths)
    acts.withdraw(topic)
    clock.move_to(acts.withdraw(meeting).available_from)
    assert showing_secrets(visitor, paths) == set()
    for path in ("/en/topics/zanzibar/", f"/en/meetings/jha/{HIDDEN['dates'][0]}/"):
        assert ask(visitor, path).status == 410
        assert acts.REASON in ask(visitor, path).body


def pages_at(cursor: str) -> list[str]:
    return [f"/api/v1/meetings/?cursor={cursor}", f"/en/meetings/?cursor={cursor}"]


def test_the_text_of_what_was_corrected_is_nowhere_but_in_its_edition(visitor: Visitor, clock: Any, walk: Walk) -> None:
    meeting, topic = something_new()
    meeting.city, meeting.venue = "Brussels", ""  # an earlier place would be told, and should be
    meeting.save()
    clock.move_to(acts.publish(meeting, topic)[0].available_from)
    page = f"/en/meetings/jha/{HIDDEN['dates'][0]}/"
    assert page in showing_secrets(visitor, walk.twins)
    make_secret(meeting, "hidden", word="Corrected")
    meeting.city, meeting.venue = "Brussels", ""
    meeting.save()
    topic.title, topic.lead, topic.text = "Corrected", "", ""
    topic.save()
    clock.move_to(acts.publish(meeting, topic)[0].available_from)
    assert "Corrected" in ask(visitor, page).body
    told = ("/editions/", "/changes/", ".atom")  # edition by edition
    assert {path for path in showing_secrets(visitor, walk.twins) if not any(word in path for word in told)} == set()


def test_an_embargo_lifts_by_itself_on_every_surface(visitor: Visitor, clock: Any, walk: Walk) -> None:
    acts.schedule(*something_new(), at=RETURN)
    clock.move_to(RETURN - SECOND / 1000)
    assert showing_secrets(visitor, walk.twins) == set()
    clock.move_to(RETURN)
    assert set(SURFACES) <= showing_secrets(visitor, walk.twins)
