"""A site that keeps responses and parts of pages sends what it would send without, whatever is published meanwhile.

The test walks random addresses at random instants, on SQLite only. `SOAK=3600` walks for an hour, on both databases.
"""

import datetime as dt
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from random import Random
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone

from council.content_types import ContentTypeFilter
from council.response_cache.cache import ResponseCache, is_public
from meetings.clock import BRUSSELS
from meetings.editions.published_version import known_versions
from meetings.models import Configuration, Edition, Meeting, Presidency, ProgrammePoint, Suppression
from tests import actions
from tests.council.response_cache.sending import send
from tests.factories import DAY, MINUTE, SECOND
from tests.leaks.addresses import build_addresses, list_routes
from tests.leaks.names import DATE, LIVE, PAIRS, PUBLIC_PAGES
from tests.leaks.subjects import (
    SCHEDULED_INSTANT,
    create_hidden_correction,
    create_hidden_subjects,
    publish_live_subjects,
    schedule_all,
)
from tests.meetings.site.kept_parts import render_all_parts
from tests.worlds import share_world

SOAK = int(os.environ.get("SOAK", "0"))
pytestmark = [] if SOAK else [pytest.mark.once]
VISITS, STEPS, PAGES = 2, 10, 5
METHODS = ("GET", "GET", "GET", "HEAD")
HOUR = 60 * MINUTE
QUERIES = (
    "/en/meetings/?configuration=jha",
    f"/en/meetings/?from={DATE}&to={DATE}",
    "/en/search/?q=Brussels",
    "/en/search/?q=Zanzibar",
    "/en/meetings/calendar.ics?points=1",
    "/api/v1/meetings/?limit=1",
    "/api/v1/meetings/?format=csv",
    "/api/v1/meetings/?as_of=2060-09-14T09:00:00Z",
    "/api/v1/agenda-items/?fields=id,title",
    "/api/v1/changes/?limit=2",
    f"/api/v1/meetings/?date_from={DATE}&lang=fr",
)
REQUESTS: Sequence[dict[str, str]] = (
    {},
    {},
    {"accept_encoding": "gzip"},
    {"accept_encoding": "gzip, deflate, br"},
    {"accept": "text/csv", "accept_language": "fr, en;q=0.5"},
    {"origin": "https://elsewhere.example"},
    {"content_type": "text/plain; charset=cp037"},
    {"if_modified_since": "Thu, 16 Sep 2060 08:00:00 GMT"},
    {"if_none_match": '"another"'},
    {"if_none_match": "*", "range": "bytes=0-9"},
)


class Walk:
    """A walk over the site, with a clock that it moves and a press office that acts."""

    def __init__(self, clock: Any, seed: int) -> None:
        self.clock, self.random = clock, Random(seed)  # noqa: S311 (no secret)
        self.django, self.builds = ContentTypeFilter(WSGIHandler()), 0
        self.cached, self.plain = ResponseCache(self.build, 2_000_000), ResponseCache(self.django, 0)
        self.paths, self.pages = list_paths(), [*PUBLIC_PAGES, *QUERIES]
        self.tags: dict[str, str] = {}
        self.latest = timezone.now()
        self.number = self.hits = self.requests = 0

    def build(self, *request: Any) -> Any:
        self.builds += 1
        return self.django(*request)

    def visit(self) -> None:
        """Send the same requests again and again, with something happening in between."""
        paths = [*self.random.sample(self.pages, PAGES), *self.random.sample(self.paths, 1)]
        requests = [(path, self.random.choice(REQUESTS), self.random.choice(METHODS)) for path in paths]
        for _step in range(STEPS):
            for path, headers, method in requests:
                has_copy = path in self.tags and self.random.random() < 0.3
                self.compare(path, {"if_none_match": self.tags[path]} if has_copy else headers, method)
            self.act() if self.random.random() < 0.3 else self.pass_time()

    def compare(self, path: str, headers: Mapping[str, str], method: str) -> None:
        before = self.builds
        self.requests += 1
        sent = {**headers, "x_request_id": f"request-{self.requests}"}
        reply = send(self.cached, path, method, **sent)
        with render_all_parts():
            expected = send(self.plain, path, method, **sent)
        assert reply == expected, (path, method, sent, timezone.now().isoformat())
        self.hits += self.builds == before
        if tag := expected.headers.get("ETag"):
            self.tags[path] = tag
        if expected.status == HTTPStatus.OK and path not in self.pages:
            self.pages.append(path)

    def move_clock(self, instant: dt.datetime) -> None:
        self.clock.move_to(instant)
        self.latest = max(self.latest, instant)
        known_versions.clear()  # they are kept for a second, and so much time has passed

    def pass_time(self) -> None:
        """Let some time pass, often up to a full minute; sometimes the clock is set back."""
        now = timezone.now()
        to_minute = (now + MINUTE).replace(second=0, microsecond=0) - now
        short, long = (SECOND / 2, SECOND, 20 * SECOND), (HOUR, DAY / 2, 3 * DAY)
        steps = [*short, *short, to_minute, to_minute, to_minute - SECOND / 10, *long]
        if self.random.random() < 0.1:
            steps = [-SECOND, -90 * SECOND, -2 * HOUR]
        self.move_clock(now + self.random.choice(steps))

    def act(self) -> None:
        """Let something be published, withdrawn, suppressed or renamed. The next second shows it."""
        self.move_clock(max(timezone.now(), self.latest) + SECOND)
        self.number += 1
        acts: list[Callable[[], object]] = [self.correct, self.publish, self.suppress, self.lift, self.rename]
        self.random.choice(acts)()
        self.move_clock(timezone.now() + SECOND)

    def correct(self) -> None:
        meeting = Meeting.objects.get(pk=LIVE["meeting"][0])
        meeting.lead = f"<p>Edition {self.number}.</p>"
        meeting.save()
        self.show(actions.publish(meeting)[0])

    def publish(self) -> None:
        """Publish a meeting of these days, with a point within the next minutes. Every other one is withdrawn."""
        local = timezone.localtime()
        days = self.random.choice((0, 0, 1, 4)) * DAY
        meeting = Meeting.objects.create(
            configuration=Configuration.objects.get(slug="jha"),
            start_date=local.date() + days,
            address_word=f"walk-{self.number}",
            city="Rome",
        )
        time = (local + self.random.choice((1, 2, 5)) * MINUTE).time().replace(second=0, microsecond=0)
        point = {"kind": "press_conference", "title": f"Point {self.number}", "time_precision": "exact"}
        ProgrammePoint.objects.create(meeting=meeting, time=time, **point)
        [edition] = actions.publish(meeting)
        self.show(edition)
        path = f"/en/{edition.address}"
        self.compare(path, {}, "GET")
        if self.number % 2:
            self.move_clock(self.latest + SECOND)
            self.show(actions.withdraw(meeting))
            self.compare(path, {}, "GET")

    def show(self, edition: Edition) -> None:
        """Go to the instant of the edition, and ask just before."""
        self.move_clock(edition.available_from - SECOND / 10)
        self.compare(f"/en/{edition.address}", {}, "GET")
        self.move_clock(edition.available_from)

    def suppress(self) -> None:
        editions = Edition.objects.filter(subject_id=LIVE["meeting"][0], available_from__lt=timezone.now())
        known = set(Suppression.objects.active().values_list("edition_id", flat=True))
        past = editions.order_by("-available_from")[1:]
        if free := [edition for edition in past if edition.pk not in known]:
            Suppression.objects.create(edition=free[0], at=timezone.now(), reason="A private number stood in it.")

    def lift(self) -> None:
        if suppression := Suppression.objects.active().first():
            suppression.lifted_at, suppression.lifted_because = timezone.now(), "It was public."
            suppression.save()

    def rename(self) -> None:
        if self.number % 2:
            Configuration.objects.filter(slug="jha").update(name=f"Justice and Home Affairs {self.number}")
        else:
            Presidency.objects.get_or_create(year=2060 + self.number, half=1, defaults={"country": "FR"})


def list_paths() -> list[str]:
    """Return all addresses without a query that the cache may answer, of live, hidden, withdrawn and other subjects."""
    addresses = [address for route in list_routes() for pair in PAIRS for address in build_addresses(route, *pair)]
    environ = {"REQUEST_METHOD": "GET", "QUERY_STRING": ""}
    return sorted({address.path for address in addresses if is_public({**environ, "PATH_INFO": address.path})})


@share_world
def published(clock: Any) -> None:
    publish_live_subjects(clock)
    schedule_all([*create_hidden_subjects(), *create_hidden_correction()])
    clock.move_to(SCHEDULED_INSTANT - 3 * MINUTE)


def test_pages_follow_the_clock(published: None, clock: Any) -> None:
    """Ask for the same pages at the instants around which they change, from days before a meeting to days after it."""
    walk, day = Walk(clock, 0), timezone.localdate() + 5 * DAY
    meeting = Meeting.objects.create(
        configuration=Configuration.objects.get(slug="jha"), start_date=day, end_date=day + DAY, city="Rome"
    )
    for at in (dt.time(10, 3), dt.time(23, 59)):
        ProgrammePoint.objects.create(
            meeting=meeting, kind="press_conference", title="P", time=at, time_precision="exact"
        )
    [edition] = actions.publish(meeting)
    paths = [f"/en/{edition.address}", f"/en/day/{day}/", "/en/", "/en/day/", "/en/meetings/", "/en/search/?q=Rome"]
    paths += ["/en/meetings/calendar.ics", "/api/v1/changes/"]
    midnight = dt.datetime.combine(day, dt.time(), BRUSSELS)
    begins = midnight.replace(hour=10, minute=3)
    moments = (midnight - 3 * DAY, midnight, begins, begins + MINUTE, midnight + 2 * DAY)
    instants = [moment.astimezone(dt.UTC) + n * SECOND for moment in moments for n in (-1, 0)]
    instants += [midnight + n * DAY for n in (-4, -2, -1, 5)] + [begins + n * SECOND for n in (2, 30)]
    instants += [edition.available_from + n * SECOND for n in (0, 5, 60, 61)]
    for instant in sorted(instants):
        walk.move_clock(instant)
        for path in paths:
            walk.compare(path, {}, "GET")
    assert walk.hits > walk.requests / 8


@pytest.mark.parametrize("seed", [1])
def test_each_reply_is_that_of_the_site_without_a_cache(
    published: None, clock: Any, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "django.request")  # most addresses are of nothing
    walk = Walk(clock, seed)
    ends = time.monotonic() + SOAK
    visits = 0
    while visits < VISITS or time.monotonic() < ends:
        walk.visit()
        visits += 1
    assert walk.hits > walk.requests / 16  # most addresses are asked for once, since there are hundreds
