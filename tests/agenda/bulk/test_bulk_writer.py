"""Test the bulk writer: the same rows as those of importing and publishing one document, with few statements."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Model, Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from msgspec.structs import replace

from agenda.bulk import bulk_writer
from agenda.bulk.line_parsing import DocumentLine, SubjectLines
from agenda.bulk.loader import FIRST_MARGIN, LEAST_MARGIN, Loader
from agenda.bulk.subject_loader import load_subject
from agenda.documents.translations.segments import replace_texts
from agenda.models import BackgroundTopic, Revision
from agenda.workflow.drafts import SubjectDocument
from agenda.workflow.publication import publish
from meetings.access.audit import Actor
from meetings.database.row_insertion import prepare_large_insertion
from meetings.documents import schema
from meetings.documents.choices import Language
from meetings.documents.encoding import encode_document
from meetings.editions import freezing
from meetings.models import AuditEntry, Edition, Meeting, StoredImage, User
from tests.agenda.bulk import test_bulk
from tests.agenda.bulk.table_rows import read_rows_and_undo
from tests.agenda.bulk.test_bulk import TOPIC
from tests.agenda.workflow.users import create_people
from tests.benchmarks.corpus import build_lines, load_generator
from tests.factories import (
    MINUTE,
    PRESS_DAY,
    SECOND,
    make_configuration,
    make_full_document,
    make_meeting_document,
    make_topic,
    make_uuid,
)
from tests.factories import publish as publish_topic

BY = Actor.for_command("load_meetings", "bulk loading")
REASON = "Loaded in bulk."
GENERATOR = test_bulk.TestBenchmarkCorpus.GENERATOR


@pytest.fixture(autouse=True)
def day(db: None, clock: Any) -> Any:
    make_configuration()
    return clock


def build_entry(source: SubjectDocument, *translations: SubjectDocument) -> SubjectLines:
    lines = [DocumentLine(number, document) for number, document in enumerate((source, *translations), 1)]
    return SubjectLines(lines[0], tuple(lines[1:]))


def translate_document(document: SubjectDocument, language: Language) -> Any:
    """Return the document with each text in another language; a meeting's place keeps its name."""
    changed = replace_texts(document, lambda segment, _owner: segment.text.replace("e", "é"))
    return replace(changed, language=language)


def load_one_by_one(entry: SubjectLines, reason: str = "") -> None:
    """Do what importing a note does, and publishing it without approval."""
    subject, _outcome = load_subject(entry, BY)
    if reason:
        publish(subject, by=BY, force=reason, margin=FIRST_MARGIN - LEAST_MARGIN)


def load_in_bulk(entry: SubjectLines, reason: str = "") -> None:
    assert Loader(BY, force=reason).load_in_bulk([entry])


def make_known_topic(clock: Any) -> schema.TopicName:
    """Publish a topic and return the name by which meetings refer to it."""
    topic = make_topic()
    clock.move_to(publish_topic(topic)[0].available_from + SECOND)
    return schema.TopicName(id=topic.id, slug=topic.slug, title=topic.title)


class TestSameRows:
    @pytest.mark.parametrize("reason", ["", REASON])
    @pytest.mark.parametrize("kind", ["minimal", "full", "topic", "translated", "unclean"])
    def test_bulk_writer_writes_what_importing_and_publishing_write(self, day: Any, kind: str, reason: str) -> None:
        facts: dict[str, Any] = {"width": 1200, "height": 800, "format": "PNG", "by_name": "anna"}
        StoredImage.objects.create(digest="0" * 64, uploaded_at=PRESS_DAY, **facts)
        full = make_full_document()
        full.agenda[0].topics = [make_known_topic(day)]
        create_people()
        User.objects.update(email=Concat("username", Value("@example.eu")))  # so that they get notices
        translations = [translate_document(full, Language.FR), translate_document(full, Language.DE)]
        unclean = make_meeting_document("A title", lead="<p><b>Bold</b><script>evil</script></p>", end_date=None)
        entry = {
            "minimal": build_entry(make_meeting_document()),
            "full": build_entry(full),
            "topic": build_entry(replace(TOPIC, slug="another", links=full.links)),
            "translated": build_entry(full, *translations),
            "unclean": build_entry(unclean),
        }[kind]
        expected = read_rows_and_undo(lambda: load_one_by_one(entry, reason))
        rows = read_rows_and_undo(lambda: load_in_bulk(entry, reason))
        if not reason:  # rows to lock: in bulk, no draft waits for who gives another one the same address (0172)
            del rows["ClaimedAddress"], expected["ClaimedAddress"]
        assert rows == expected
        assert bool(rows["Notice"]) == bool(reason)
        assert len(rows["Revision"]) == 2 + bool(reason) + 2 * (kind == "translated")
        assert len(rows["Translation"]) > 20 if kind == "translated" else not rows["Translation"]

    @pytest.mark.postgresql
    def test_rows_are_those_that_django_would_insert(self, day: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        full = make_full_document()
        full.agenda[0].topics = [make_known_topic(day)]
        entry = build_entry(full, translate_document(full, Language.FR))
        written = read_rows_and_undo(lambda: load_in_bulk(entry, REASON))

        def insert_by_django(rows: Iterable[Model], **options: Any) -> list[Model]:
            rows, ignore = [*rows], options.get("ignore_conflicts", False)
            return rows and type(rows[0])._default_manager.bulk_create(rows, ignore_conflicts=ignore)

        for module in (bulk_writer, freezing):
            monkeypatch.setattr(module, "insert_rows", insert_by_django)
        assert read_rows_and_undo(lambda: load_in_bulk(entry, REASON)) == written


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_settings_of_a_large_insertion_end_with_it(day: Any) -> None:
    shown = "SELECT current_setting('enable_seqscan'), current_setting('default_toast_compression')"
    with connection.cursor() as cursor:
        cursor.execute(shown)
        before = cursor.fetchone()
        with transaction.atomic():
            prepare_large_insertion()
            cursor.execute(shown)
            assert cursor.fetchone() != before
        cursor.execute(shown)
        assert cursor.fetchone() == before


class TestInstants:
    @pytest.fixture(autouse=True)
    def batches_of_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("agenda.bulk.loader.BATCH_SIZE", 1)

    def list_seconds_ahead(self, entries: Iterable[SubjectLines]) -> list[float]:
        """Load the entries, and return how many seconds ahead each was published when its batch began."""
        loader, ahead = Loader(BY, force=REASON), []
        now = timezone.now()
        for _batch in loader.load(entries):
            assert loader.result.last_edition
            ahead.append((loader.result.last_edition.available_from - now).total_seconds())
            now = timezone.now()
        return ahead

    def test_quick_batches_get_less_time_but_do_not_come_before_earlier_ones(self, day: Any) -> None:
        """The meeting names the topic, which must be public by then."""
        meeting = make_full_document()
        meeting.agenda[0].topics = [schema.TopicName(id=TOPIC.id, slug=TOPIC.slug, title=TOPIC.title)]
        entries = [build_entry(TOPIC), build_entry(meeting)]
        assert self.list_seconds_ahead(entries) == [2, 2]
        others = [make_meeting_document(id=make_uuid(word), address_word=word) for word in ("third", "fourth", "fifth")]

        def wait_before_each() -> Iterator[SubjectLines]:
            for each in others:
                day.move_to(timezone.now() + MINUTE)
                yield build_entry(each)

        day.move_to(timezone.now() + MINUTE)
        assert [ahead % 60 for ahead in self.list_seconds_ahead(wait_before_each())] == [2, 1, 1]

    def test_slow_batches_get_more_time(self, day: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        write = Loader.write_in_bulk

        def write_slowly(*arguments: Any) -> Any:
            day.move_to(timezone.now() + 1.5 * SECOND)
            return write(*arguments)

        monkeypatch.setattr(Loader, "write_in_bulk", write_slowly)
        words = "first", "second"
        entries = [build_entry(make_meeting_document(id=make_uuid(word), address_word=word)) for word in words]
        assert self.list_seconds_ahead(entries) == [2, 2.5]


class TestNotInBulk:
    def test_whatever_is_refused_leaves_nothing(self) -> None:
        entry = build_entry(make_meeting_document("x" * 400))
        assert not Loader(BY, force=REASON).load_in_bulk([build_entry(TOPIC), entry])
        assert [model for model in (Meeting, BackgroundTopic, Revision, AuditEntry) if model.objects.exists()] == []

    def test_subject_that_was_deleted_is_loaded_one_by_one(self) -> None:
        """Its approved translations and its editions count again."""
        entry = build_entry(make_meeting_document())
        load_in_bulk(entry, REASON)
        Meeting.objects.all().delete()
        assert not Loader(BY, force=REASON).load_in_bulk([entry])

    def test_stored_subject_whose_topic_was_taken_away_is_loaded_one_by_one(self, day: Any) -> None:
        """The digest does not tell it: a document names only topics that are public."""
        meeting = make_full_document()
        meeting.agenda[0].topics = [schema.TopicName(id=TOPIC.id, slug=TOPIC.slug, title=TOPIC.title)]
        load_in_bulk(build_entry(TOPIC))
        load_in_bulk(build_entry(meeting))
        load_in_bulk(build_entry(meeting))
        Meeting.objects.get().agenda.get(pk=meeting.agenda[0].id).topics.clear()
        assert not Loader(BY).load_in_bulk([build_entry(meeting)])


@pytest.mark.postgresql  # SQLite has more statements for more rows: it limits the values of one
def test_number_of_statements_does_not_depend_on_the_size_of_the_batch(tmp_path: Path, day: Any) -> None:
    (tmp_path / "made.py").write_text(GENERATOR)
    source = load_generator(tmp_path / "made.py")

    def count_statements(meetings: int, *, skip: int = 0) -> int:
        file = tmp_path / "meetings.jsonl"
        file.write_text("".join(f"{line}\n" for line in list(build_lines(source, skip + meetings))[3 + skip :]))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            call_command("load_meetings", file, publish=True)
        return len(queries)

    topics = tmp_path / "topics.jsonl"
    topics.write_text("".join(f"{line}\n" for line in list(build_lines(source, 0))))
    call_command("load_meetings", topics, publish=True)
    few = count_statements(2)
    assert count_statements(40, skip=2) == few
    assert Edition.objects.count() == 45
    assert few < 60
    again = count_statements(2)
    assert count_statements(42) == again < 30


class TestProcesses:
    @pytest.mark.sqlite
    def test_several_processes_are_refused_on_sqlite(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="SQLite has only one writer"):
            call_command("load_meetings", tmp_path / "none.jsonl", processes=2)

    @pytest.mark.once
    @pytest.mark.parametrize("number", ["0", "65", "two"])
    def test_impossible_number_of_processes_is_refused(self, tmp_path: Path, number: str) -> None:
        with pytest.raises(CommandError, match="is not a number from 1 to 64"):
            call_command("load_meetings", str(tmp_path / "none.jsonl"), "--processes", number)


@pytest.mark.postgresql
class TestParts:
    @pytest.fixture(autouse=True)
    def small_parts(self, committed: None, day: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        make_configuration()
        monkeypatch.setattr("agenda.bulk.processes.MIN_SUBJECTS", 2)
        monkeypatch.setattr("agenda.bulk.loader.BATCH_SIZE", 2)
        monkeypatch.setattr("agenda.management.commands.load_meetings.wait_until_live", lambda _edition: None)

    def load(self, folder: Path, *lines: str) -> None:
        file = folder / "meetings.jsonl"
        file.write_text("".join(f"{line}\n" for line in lines))
        call_command("load_meetings", file, publish=True, processes=2)

    def test_parts_of_a_file_are_loaded_at_the_same_time(self, tmp_path: Path, capsys: Any) -> None:
        (tmp_path / "made.py").write_text(GENERATOR)
        topics_and_meetings = list(build_lines(load_generator(tmp_path / "made.py"), 9))
        lines = [*topics_and_meetings[:8], "", encode_document(TOPIC), *topics_and_meetings[8:]]
        self.load(tmp_path, *lines)
        assert "13 added, 0 changed, 0 unchanged; 13 published." in capsys.readouterr().out
        assert Edition.objects.count() == 13
        assert len({*Edition.objects.values_list("subject_id", flat=True)}) == 13
        self.load(tmp_path, *lines)
        assert "0 added, 0 changed, 13 unchanged; 0 published." in capsys.readouterr().out

    def test_mistake_in_one_part_stops_the_others_after_their_batch(self, tmp_path: Path, capsys: Any) -> None:
        (tmp_path / "made.py").write_text(GENERATOR)
        lines = list(build_lines(load_generator(tmp_path / "made.py"), 8))
        wrong = lines[-1].replace('"title":"Meeting 7"', f'"title":"{"x" * 400}"')
        message = r"line 11: .*at most 300 characters.*\n\d+ of 11 lines are loaded"
        with pytest.raises(CommandError, match=message) as refusal:
            self.load(tmp_path, *lines[:-1], wrong)
        assert refusal.value.returncode == 2
        self.load(tmp_path, *lines)
        assert Edition.objects.count() == 11
