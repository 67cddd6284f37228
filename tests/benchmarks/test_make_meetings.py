"""Test `manage.py make_meetings`: a seed always gives the same meetings, as valid as those published by hand."""

import datetime as dt
from io import StringIO
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from agenda.documents.building import build_meeting, load_topic_names
from meetings.api.kept_answers import kept_answers
from meetings.documents.document_urls import build_address
from meetings.documents.encoding import compute_digest, decode_document, encode_document, validate_document
from meetings.editions.freezing import write_editions
from meetings.editions.kept_texts import kept_texts
from meetings.models import Edition, EditionDocument, Meeting, ProgrammePoint, StoredDocument
from tests.benchmarks.generated_meetings.generator import (
    build_meeting_id,
    build_topics,
    generate_meeting,
    get_slot,
    list_slots,
)
from tests.factories import MINUTE, PRESS_DAY
from tests.public_requests import Visitor
from tests.worlds import share_world

COUNT = 15


def make(count: int = COUNT, seed: int = 1) -> str:
    """Run the command, with the application's clock ahead of the database's, and return its output."""
    out = StringIO()
    with time_machine.travel(PRESS_DAY, tick=False):
        call_command("make_meetings", count=count, seed=seed, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """Collect the instants that the command would wait for, so that tests do not wait."""
    instants: list[dt.datetime] = []
    monkeypatch.setattr("tests.benchmarks.management.commands.make_meetings.wait_until", instants.append)
    return instants


class GeneratedMeetings(NamedTuple):
    output: str
    waits: list[dt.datetime]


@share_world
def generated(clock: Any) -> GeneratedMeetings:
    """Generate the meetings, and move the clock to when they are public."""
    instants: list[dt.datetime] = []
    with patch("tests.benchmarks.management.commands.make_meetings.wait_until", instants.append):
        output = make()
    clock.move_to(PRESS_DAY + MINUTE)
    return GeneratedMeetings(output, instants)


class TestRefusals:
    @pytest.mark.parametrize(
        ("count", "seed", "message"),
        [
            (0, 1, "--count is 0. Use a number from 1 to "),
            (-5, 1, "--count is -5"),
            (10**7, 1, "--count is 10000000"),
            (1, -1, "--seed is -1"),
            (1, 10**12, "--seed is 1000000000000"),
        ],
    )
    def test_impossible_count_or_seed_is_refused(self, count: int, seed: int, message: str) -> None:
        with pytest.raises(CommandError, match=message) as refusal:
            call_command("make_meetings", count=count, seed=seed)
        assert refusal.value.returncode == 2

    def test_nothing_is_generated_on_a_real_site(self, settings: Any) -> None:
        settings.SERVES_ELSEWHERE = True
        with pytest.raises(CommandError, match="cannot be deleted"):
            call_command("make_meetings", count=1)

    def test_too_slow_database_ends_with_advice(
        self, generated: GeneratedMeetings, waits: list[dt.datetime], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with time_machine.travel(PRESS_DAY, tick=False) as clock, pytest.raises(CommandError, match="too slow"):
            delays = iter([dt.timedelta(days=1), dt.timedelta(days=10), dt.timedelta(days=100)])
            monkeypatch.setattr(
                "tests.benchmarks.generated_meetings.writer.write_editions",
                lambda _compositions: clock.shift(next(delays)),
            )
            call_command("make_meetings", count=1, seed=4)


@pytest.mark.once
class TestGenerating:
    def test_same_seed_gives_same_documents_on_any_day(self) -> None:
        digests = [
            compute_digest(encode_document(document)) for n in range(5) for document in generate_meeting(7, n).editions
        ]
        with time_machine.travel(PRESS_DAY):
            again = [
                compute_digest(encode_document(document))
                for n in range(5)
                for document in generate_meeting(7, n).editions
            ]
        assert digests == again
        document = generate_meeting(7, 0).editions[0]
        assert str(document.id) == "3d925916-8895-5394-8404-f1d5da7c0634"
        assert (document.configuration.slug, document.start_date) == ("env", dt.date(2019, 7, 8))
        assert document.agenda[1].title == "Noise: draft regulation"
        assert str(document.agenda[1].id) == "8bbcf12f-c45d-49f7-82e2-235b62bf6096"
        assert {build_meeting_id(7, n) for n in range(5)}.isdisjoint({build_meeting_id(8, n) for n in range(5)})

    def test_no_two_meetings_of_a_seed_have_the_same_slot(self) -> None:
        used_slots = {get_slot(3, number) for number in range(len(list_slots()))}
        assert len(used_slots) == len(list_slots())

    def test_three_hundred_meetings_have_every_value_that_lists_can_filter_by(self) -> None:
        meetings = [generate_meeting(1, number) for number in range(300)]
        first = [validate_document(meeting.editions[0]) for meeting in meetings]
        assert {document.configuration.slug for document in first} >= {"jha", "gaerc", "eyc", "gac", "env"}
        years = [document.start_date.year for document in first if document.start_date]
        assert (min(years), max(years)) == (2002, 2030)
        assert {len(meeting.editions) for meeting in meetings} == {1, 2, 3, 4}
        last = [validate_document(meeting.editions[-1]) for meeting in meetings]
        assert {document.status for document in last} == {"confirmed", "postponed", "cancelled"}
        assert {document.form for document in last} == {"formal", "informal", "video_conference"}
        assert any(meeting.withdrawn_for for meeting in meetings)
        assert any(document.results for document in last)
        sizes = [sum(1 + len(item.items) for item in document.agenda) for document in first]
        assert min(sizes) >= 5
        assert max(sizes) <= 40
        assert len({build_address(document) for document in last}) == 300


class TestWriting:
    def test_working_copy_and_live_edition_are_identical(self, generated: GeneratedMeetings) -> None:
        """An editor who changes nothing has nothing to publish."""
        assert Meeting.objects.count() == COUNT
        now = PRESS_DAY + MINUTE
        live = EditionDocument.objects.live(now).filter(edition__subject_type="meeting")
        live = live.select_related("edition", "document")
        assert COUNT - 5 < len(live) <= COUNT
        for live_document in live:
            meeting = Meeting.objects.get(pk=live_document.edition.subject_id)
            document = build_meeting(meeting, load_topic_names(meeting, now, {"en"}).get("en"))
            assert compute_digest(encode_document(document)) == live_document.document.digest
        assert ProgrammePoint.objects.filter(items__isnull=False).exists()

    def test_stored_documents_are_valid(self, generated: GeneratedMeetings) -> None:
        texts = list(StoredDocument.objects.values_list("text", flat=True))
        assert [encode_document(decode_document(text)) for text in texts] == texts

    def test_command_reports_its_work_and_waits_until_everything_is_public(self, generated: GeneratedMeetings) -> None:
        assert "Waiting until the last edition is public." in generated.output
        assert f"Generated {COUNT} meetings with " in generated.output
        assert generated.waits == [Edition.objects.latest("available_from").available_from]

    def test_second_run_changes_nothing(self, generated: GeneratedMeetings) -> None:
        before = set(Edition.objects.values_list("pk", flat=True))
        assert make() == (
            f"{COUNT} meetings of this seed already exist and have not been changed.\nThere was nothing to generate.\n"
        )
        assert set(Edition.objects.values_list("pk", flat=True)) == before

    def test_larger_count_adds_the_missing_meetings(self, generated: GeneratedMeetings) -> None:
        second_output = make(COUNT + 5)
        assert f"{COUNT} meetings of this seed already exist" in second_output
        assert "Generated 5 meetings" in second_output
        assert Meeting.objects.count() == COUNT + 5

    def test_another_seed_adds_other_meetings(self, generated: GeneratedMeetings) -> None:
        make(5, seed=2)
        assert Meeting.objects.count() == COUNT + 5

    def test_slow_batch_is_written_again_for_a_later_instant(
        self, generated: GeneratedMeetings, waits: list[dt.datetime], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        delays = iter([dt.timedelta(), dt.timedelta(seconds=10), dt.timedelta()])

        def seal_slowly(compositions: Any) -> None:
            clock.shift(next(delays))
            write_editions(compositions)

        monkeypatch.setattr("tests.benchmarks.generated_meetings.writer.write_editions", seal_slowly)
        with time_machine.travel(PRESS_DAY, tick=False) as clock:
            call_command("make_meetings", count=3, seed=4, stdout=StringIO(), stderr=StringIO())
        assert Meeting.objects.count() == COUNT + 3
        assert waits[0] > PRESS_DAY + dt.timedelta(seconds=10)


class TestReading:
    def test_pages_and_api_serve_every_meeting(self, generated: GeneratedMeetings, visitor: Visitor) -> None:
        meetings = [generate_meeting(1, number) for number in range(COUNT)]
        for meeting in meetings:
            address = f"/en/{build_address(meeting.editions[-1])}"
            assert visitor.get(address).status_code == (410 if meeting.withdrawn_for else 200), address
            assert len(visitor.statements) <= 7  # with the next meetings, below one that is over
            detail = visitor.get(f"/api/v1/meetings/{meeting.editions[0].id}/")
            assert detail.status_code == (410 if meeting.withdrawn_for else 200)
        for topic in build_topics(1).values():
            assert visitor.get(f"/en/topics/{topic.slug}/").status_code == 200
            assert len(visitor.statements) == 2

    def test_lists_need_the_same_number_of_queries_for_any_number_of_meetings(
        self, generated: GeneratedMeetings, visitor: Visitor, clock: Any
    ) -> None:
        addresses = ("/en/", "/en/meetings/", "/en/meetings/jha/", "/en/topics/", "/api/v1/meetings/")

        def count_queries(address: str) -> int:
            kept_texts.clear()
            kept_answers.clear()
            visitor.get(address)
            return len(visitor.statements)

        before = [*map(count_queries, addresses)]
        make(3 * COUNT)
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        assert [*map(count_queries, addresses)] == before

    def test_generated_meetings_are_marked_as_samples(self, generated: GeneratedMeetings, visitor: Visitor) -> None:
        assert "<li>Sample</li>" in visitor.get("/en/meetings/").content.decode()


def test_number_of_queries_grows_with_batches_and_not_with_meetings(
    generated: GeneratedMeetings, waits: list[dt.datetime], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(150, connection=connection):
        make(40, seed=4)
