"""What the child processes do: publish, schedule, move, withdraw and read, in real time on a real database."""

import datetime as dt
import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models import Model, Q
from django.utils import timezone

from agenda.models import BackgroundTopic, ReleaseEntry, Revision
from agenda.workflow import publication, scheduled_releases, suppression
from agenda.workflow.drafts import Subject, get_edition_documents, get_source_document, get_subject_type
from agenda.workflow.errors import WorkflowError
from agenda.workflow.suppression import get_edition_by_number
from meetings.documents.encoding import compute_digest
from meetings.editions.index_rows import build_index_rows
from meetings.models import (
    INDEX_MODELS,
    AuditEntry,
    Edition,
    EditionDocument,
    IndexedEffect,
    Meeting,
    SearchRow,
    StoredDocument,
    Suppression,
)
from meetings.search.search_rows import build_search_rows
from tests import actions, factories
from tests.factories import PRESS_DATE, make_meeting, make_topic

FAR_FUTURE = dt.datetime(2059, 1, 1, tzinfo=dt.UTC)
FAR_PAST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
CONFIGURATIONS = (
    "jha",
    "ecofin",
    "agrifish",
    "env",
)  # publishers of one configuration or topic wait for each other


def create_meetings(meetings: int = 2) -> None:
    """Create meetings and a topic that some of them name. All are live, and changed since."""
    topic = make_topic()
    for number in range(meetings):
        day = PRESS_DATE + number * dt.timedelta(days=1)
        meeting = make_meeting(CONFIGURATIONS[number % len(CONFIGURATIONS)], start_date=day)
        if meeting.configuration.slug == CONFIGURATIONS[0]:
            meeting.agenda.get().topics.add(topic)
    wait_until(actions.publish(*get_subjects())[0].available_from)
    change_leads(get_subjects(), "Changed")


def get_subjects() -> list[Subject]:
    return [*Meeting.objects.order_by("start_date"), *BackgroundTopic.objects.all()]


def change_leads(chosen: Iterable[Subject], word: str) -> None:
    for subject in chosen:
        subject.lead = f"<p>{word}</p>"
        subject.save()


def wait_until(instant: dt.datetime) -> None:
    time.sleep(max(0.0, (instant - timezone.now()).total_seconds()))


def load_file(file: str, batch_size: int) -> str:
    """Load a file in small batches, without waiting at the end. Return what the command says."""
    output = StringIO()
    with (
        patch("agenda.bulk.loader.BATCH_SIZE", batch_size),
        patch("agenda.bulk.loader.FIRST_MARGIN", dt.timedelta()),
        patch("agenda.management.commands.load_meetings.wait_until_live"),
    ):
        call_command("load_meetings", file, publish=True, processes=1, stdout=output, stderr=StringIO())
    return output.getvalue()


def count_traces() -> list[list[int]]:
    """Count what a load writes about each subject: editions, revisions, entries of releases and of the audit log."""
    models: tuple[Any, ...] = (Edition, Revision, ReleaseEntry, AuditEntry)
    counts = [Counter(model._default_manager.values_list("subject_id", flat=True)) for model in models]
    return [[count[subject.pk] for count in counts] for subject in get_subjects()]


def publish() -> None:
    actions.publish(*get_subjects())


def schedule() -> None:
    actions.schedule(*get_subjects(), at=FAR_FUTURE)


def move() -> None:
    actions.move(get_subjects()[0], at=FAR_FUTURE + HOUR)


def hold() -> None:
    actions.hold(get_subjects()[0])


def roll_back() -> None:
    actions.roll_back(get_subjects()[0])


def call_off() -> None:
    actions.call_off(get_subjects()[0])


def withdraw() -> None:
    actions.withdraw(get_subjects()[0])


def schedule_and_call_off() -> None:
    schedule()
    actions.call_off(*get_subjects())


def move_and_move_back() -> None:
    for hours in (2, 0):
        actions.replace(*get_subjects(), at=FAR_FUTURE + hours * HOUR)


def submit_and_approve() -> None:
    actions.submit(*get_subjects())
    actions.approve(*get_subjects())


def schedule_after(file: str, hours: int) -> str:
    """Schedule approved texts once another process is about to commit. Return the error message."""
    while file and not Path(file).exists():
        time.sleep(0.005)
    try:
        actions.schedule_approved(*get_subjects(), at=FAR_FUTURE + hours * HOUR)
    except WorkflowError as refusal:
        return str(refusal)
    return ""


def reset(scheduled: bool) -> None:
    """Restore the starting point: everything is live and changed since, and editions are scheduled far ahead or not at
    all.
    """
    wait_until(timezone.now() + dt.timedelta(seconds=2))
    for subject in get_subjects():
        with suppress(WorkflowError):
            actions.call_off(subject)
    actions.call_off_release_on_hold(*get_subjects())
    change_leads(get_subjects(), f"Changed {time.time()}")
    if count_live() < len(get_subjects()):
        wait_until(actions.publish(*get_subjects())[0].available_from)
        change_leads(get_subjects(), f"Changed {time.time()}")
    if scheduled:
        schedule()


def compute_database_digest() -> str:
    """Compute a digest of all rows of all our tables."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for model in sorted(apps.get_models(), key=lambda model: model._meta.db_table):
            if model._meta.app_label in ("meetings", "agenda"):
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
                digest.update(repr(sorted(map(repr, cursor.fetchall()))).encode())
    return digest.hexdigest()


def list_editions() -> list[tuple[str, str, bool]]:
    """Return subject, instant and tombstone flag of each edition, ordered by instant."""
    found = Edition.objects.order_by("available_from", "subject_id")
    return [(str(one.subject_id), one.available_from.isoformat(), one.is_tombstone) for one in found]


def count_live() -> int:
    return Edition.objects.live(timezone.now()).count()


def find_incomplete_editions() -> list[str]:
    """Find parts without an edition, editions without a part, and texts that do not match their digest."""
    problems = []
    parts: tuple[type[Model], ...] = (EditionDocument, SearchRow, *INDEX_MODELS)
    for model in parts:
        orphans = model._default_manager.exclude(edition_id__in=Edition.objects.values("pk")).count()
        problems += [f"{orphans} orphans in {model.__name__}"] * bool(orphans)
    for edition in Edition.objects.all():
        languages = set(edition.documents.values_list("language", flat=True))
        if languages != set(edition.languages):
            problems.append(f"{edition} holds {languages}")
        if not edition.is_tombstone and (documents := get_edition_documents(edition)):
            built = [*build_index_rows(edition, get_source_document(edition)), *build_search_rows(edition, documents)]
            # The effects follow from the edition before as well, which the random writers may have replaced since.
            models: list[type[Model]] = [SearchRow, *(model for model in INDEX_MODELS if model is not IndexedEffect)]
            expected = sorted(type(row).__name__ for row in built)
            rows = [row for model in models for row in model._default_manager.filter(edition=edition)]
            if expected != sorted(type(row).__name__ for row in rows):
                problems.append(f"{edition} has {len(rows)} index rows, not {len(expected)}")
    problems += [
        f"{one.digest} is another text's"
        for one in StoredDocument.objects.all()
        if compute_digest(one.text) != one.digest
    ]
    return problems


def write_until(second: float, seed: int, longest_pause: float = 0) -> dict[str, int]:
    """Do random things to the same subjects as other processes until `second`. Return how often each was done or
    refused.
    """
    chance = random.Random(seed)  # noqa: S311
    done: dict[str, int] = {}
    while time.time() < second:
        chosen = chance.sample(get_subjects(), chance.choice((1, 1, 1, 3)))
        where, languages = chance.random(), chance.sample(["de", "fi", "fr"], chance.randint(1, 3))
        at = timezone.now().replace(microsecond=0) + chance.randint(2, 4) * dt.timedelta(seconds=1)
        ways: dict[str, Any] = {
            "published": lambda chosen=chosen: actions.publish(*chosen),
            "scheduled": lambda chosen=chosen, at=at: actions.schedule(*chosen, at=at),
            "replaced": lambda chosen=chosen, at=at: actions.replace(*chosen, at=at),
            "held": lambda chosen=chosen: hold_pending_edition(chosen[0]),
            "called off": lambda chosen=chosen: actions.call_off(chosen[0]),
            "withdrawn": lambda chosen=chosen: actions.withdraw(chosen[0]),
            "taken back": lambda chosen=chosen: actions.roll_back(chosen[0]),
            "suppressed": lambda chosen=chosen, where=where: suppress_edition(chosen[0], where),
            "translated": lambda chosen=chosen, languages=languages: translate(chosen, languages),
        }
        way = chance.choice([*ways, "translated"])
        try:
            change_leads(chosen, f"{seed} {len(done)} {time.time()}")
            ways[way]()
        except WorkflowError:
            way = "refused"
        except OperationalError:  # SQLite allows one writer; the others wait until the timeout of the settings
            way = "too busy"
        done[way] = done.get(way, 0) + 1
        time.sleep(chance.uniform(0, longest_pause))
    return done


def hold_pending_edition(subject: Subject) -> None:
    """Hold the release of a pending edition. Withdrawals and rollbacks belong to no release and are not held."""
    coming = Edition.objects.for_subject(get_subject_type(subject), subject.pk).pending(timezone.now()).first()
    if release := coming and scheduled_releases.find_release(coming):
        scheduled_releases.hold_release(release, by=factories.COMMAND, reason=actions.REASON)


def translate(some: Iterable[Subject], languages: Iterable[str]) -> None:
    """Publish the approved source texts; then, if they are live, these languages as well."""
    for chosen in ((), languages):
        for subject in some:
            for language in chosen:
                factories.translate(subject, language=language, lead=f"<p>{language} {time.time()}</p>")
        actions.submit(*some)
        actions.approve(*some)
        wait_until(publication.publish(*some, by=factories.COMMAND, note="Changed.", pending="keep")[0].available_from)


def suppress_edition(subject: Subject, where: float) -> None:
    """Suppress one edition. `where` (0 to 1) says how far back in the past it is."""
    number = Edition.objects.for_subject(get_subject_type(subject), subject.pk).visible(timezone.now()).count()
    edition = get_edition_by_number(subject, 1 + int(where * number))
    suppression.suppress(subject, edition, by=factories.COMMAND, reason="It names somebody.")


def list_public_changes() -> list[str]:
    """List the editions that the feed of changes must contain: all but those closed by a withdrawal."""
    editions = list(Edition.objects.filter(available_from__lte=timezone.now()).order_by("available_from", "id"))
    closed = {one.subject_id: one.available_from for one in editions if one.is_tombstone}
    return [
        str(one.pk) for one in editions if one.is_tombstone or one.available_from > closed.get(one.subject_id, FAR_PAST)
    ]


def measure_delay(second: float) -> float:
    """Measure by how many seconds, at most, an edition was seen after its instant, by polling until `second`."""
    latest, seen = 0.0, set(Edition.objects.visible(timezone.now()).values_list("pk", flat=True))
    while time.time() < second:
        looked = timezone.now()
        recent = Edition.objects.visible(looked).filter(available_from__gt=looked - dt.timedelta(minutes=1))
        for key, instant in recent.values_list("pk", "available_from"):
            if key not in seen:
                seen.add(key)
                latest = max(latest, (looked - instant).total_seconds())
        time.sleep(0.02)
    return latest


def wait_until_all_are_public() -> None:
    """Wait until all pending editions are public and in the feed."""
    while has_open_commits():
        time.sleep(0.05)
    last = Edition.objects.order_by("available_from").last()
    assert last
    wait_until(last.available_from + dt.timedelta(seconds=1.1))


def has_open_commits() -> bool:
    """Return True if a commit is still running. On PostgreSQL it continues after its client was killed."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' AND backend_xid IS NOT NULL"
        )
        return cursor.fetchone() is not None


def count_editions() -> dict[str, int]:
    """Count the editions by reason, and the suppressions."""
    return {**Counter(Edition.objects.values_list("reason", flat=True)), "taken out": Suppression.objects.count()}


def list_public_digests() -> dict[str, Any]:
    """Return what a copy must have for each subject: its number, and the digests by language or the reason of a
    withdrawal.

    We count the rows, without the queries that the site uses.
    """
    numbers, last = Counter[UUID](), dict[UUID, Edition]()
    for edition in Edition.objects.filter(available_from__lte=timezone.now()).order_by("available_from", "id"):
        numbers[edition.subject_id] += 1
        last[edition.subject_id] = edition
    return {str(key): [numbers[key], get_edition_digests(edition)] for key, edition in last.items()}


def get_edition_digests(edition: Edition) -> dict[str, str]:
    texts = edition.documents.select_related("document")
    if edition.is_tombstone:
        return {"withdrawn": json.loads(texts[0].document.text)["reason"]}
    return {row.language: row.document.digest for row in texts}


def read_until(second: float, margin: float) -> list[tuple[str, str]]:
    """Poll the editions in order until `second`: those after the last one seen, up to `margin` seconds ago."""
    seen: list[tuple[dt.datetime, UUID]] = []
    while time.time() < second:
        cut = timezone.now() - dt.timedelta(seconds=margin)
        later = Edition.objects.visible(cut).order_by("available_from", "id")
        if seen:
            instant, last = seen[-1]
            later = later.filter(Q(available_from__gt=instant) | Q(available_from=instant, id__gt=last))
        seen += later.values_list("available_from", "id")
        time.sleep(0.05)
    return [(instant.isoformat(), str(key)) for instant, key in seen]


def list_editions_in_order() -> list[tuple[str, str]]:
    return [(one.available_from.isoformat(), str(one.pk)) for one in Edition.objects.order_by("available_from", "id")]


def publish_slowly(number: int, at: str, key: str, seconds: float) -> None:
    """Publish an edition with this id, with a delay between the last check of the clock and the visible commit."""
    Edition._meta.get_field("id").__dict__["_get_default"] = lambda: UUID(key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tests.slow_commit', %s, false)", [str(seconds)])
    actions.schedule(get_subjects()[number], at=dt.datetime.fromisoformat(at))
