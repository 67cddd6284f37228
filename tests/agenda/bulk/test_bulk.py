"""Test `manage.py load_meetings` and `dump_meetings`."""

import datetime as dt
import json
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.management import CommandError, call_command
from msgspec.structs import replace

from agenda.models import BackgroundTopic, MediaLink, Revision
from agenda.workflow.errors import WorkflowError
from agenda.workflow.review_actions import approve, submit
from agenda.workflow.reviews import Review
from agenda.workflow.revisions import keep_revision
from meetings.access.audit import Actor
from meetings.documents import schema
from meetings.documents.choices import Language
from meetings.documents.encoding import encode_document
from meetings.documents.schema import Tombstone
from meetings.models import AuditEntry, Edition, EditionDocument, Meeting, StoredImage, Translation
from tests.agenda.workflow.users import create_people, get_people, get_shown, save_changes
from tests.benchmarks.corpus import build_lines, load_generator
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    SECOND,
    make_configuration,
    make_full_document,
    make_meeting,
    make_meeting_document,
    make_topic,
    make_uuid,
    publish,
    translate,
)
from tests.public_requests import Visitor

TOPIC = schema.TopicDocument(
    id=make_uuid("topic"),
    language=Language.EN,
    source_language=Language.EN,
    slug="migration-policy",
    title="Migration policy",
)


def build_line(document: Any, **members: Any) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.to_builtins(document)
    return data | members


@pytest.fixture
def recorded_waits(monkeypatch: pytest.MonkeyPatch) -> list[Edition]:
    """Record the editions that the command would wait for."""
    found: list[Edition] = []
    monkeypatch.setattr("agenda.management.commands.load_meetings.wait_until_live", found.append)
    return found


@pytest.fixture(autouse=True)
def day(db: None, clock: Any, recorded_waits: list[Edition]) -> Any:
    make_configuration()
    return clock


@pytest.fixture
def load(tmp_path: Path) -> Any:
    def load(*documents: Any, **options: Any) -> str:
        """Load documents, objects or texts as lines, and return the output of the command."""
        file = tmp_path / "meetings.jsonl"
        texts = [
            x if isinstance(x, str) else json.dumps(build_line(x) if not isinstance(x, dict) else x) for x in documents
        ]
        file.write_text("\n".join(texts) + "\n", encoding="utf-8")
        out = StringIO()
        call_command("load_meetings", file, **{"stdout": out, "stderr": StringIO()} | options)
        return out.getvalue()

    return load


def load_refused(load: Any, *documents: Any, **options: Any) -> str:
    with pytest.raises(CommandError) as refusal:
        load(*documents, **options)
    assert refusal.value.returncode == 2
    return str(refusal.value)


def dump() -> list[str]:
    out = StringIO()
    call_command("dump_meetings", stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()


class TestRefusals:
    @pytest.mark.once
    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ("{", "line 2: it is not valid JSON"),
            ('"text"', "line 2: Expected `object`"),
            ("[" * 100_000, "line 2: it is not valid JSON"),
            ("{}", "line 2: Object missing required field `type`"),
            (build_line(make_meeting_document(), type="note"), "line 2: Invalid value 'note' - at `$.type`"),
            (build_line(make_meeting_document(), version=2), "`$.version`"),
            (build_line(make_meeting_document(), start_date="14.9.2060"), "`$.start_date`"),
            (build_line(make_meeting_document(), leed="<p>Text</p>"), "documents have no member “leed”"),
            (build_line(make_meeting_document(), place={"town": "Brussels"}), "documents have no member “place.town”"),
            (
                build_line(make_meeting_document(), agenda=[{"id": str(make_uuid("item"))}]),
                "`title` - at `$.agenda[0]`",
            ),
            (
                build_line(Tombstone(id=make_uuid("x"), language=Language.EN, title="", reason="", address="")),
                "a withdrawal cannot",
            ),
            (
                build_line(make_meeting_document(), configuration={"code": "ABC", "slug": "abc", "name": "A"}),
                "no configuration “abc”. manage.py load_reference",
            ),
            (build_line(make_meeting_document(), title="A\0"), "null character"),
            (
                build_line(
                    make_meeting_document(),
                    alerts=[{"id": str(make_uuid("alert")), "text": "Late.", "at": "0001-01-01T00:00:00+05:00"}],
                ),
                "the year of a change on the day is wrong (0001-01-01T00:00:00+05:00)",
            ),
            (build_line(make_meeting_document(), language="fr"), "is “en”, but it has no line in that language"),
            (
                build_line(
                    make_full_document(),
                    programme=[{"id": str(make_uuid("point")), "items": [str(make_uuid("nothing"))]}],
                ),
                "refers to an item that is not in the document",
            ),
        ],
    )
    def test_malformed_line_is_reported_and_nothing_is_loaded(self, load: Any, wrong: Any, message: str) -> None:
        output = load_refused(load, replace(TOPIC, id=make_uuid("other"), slug="other"), wrong)
        assert message in output
        assert output.endswith("Nothing was loaded.")
        assert not BackgroundTopic.objects.exists()

    def test_first_faults_are_reported_at_once(self, load: Any) -> None:
        output = load_refused(load, *["{"] * 50)
        assert output.count("not valid JSON") == 20
        assert "… and 30 more" in output

    def test_topic_must_come_before_its_meetings(self, load: Any) -> None:
        meeting = make_full_document()
        meeting.agenda[0].topics = [schema.TopicName(id=TOPIC.id, slug=TOPIC.slug, title=TOPIC.title)]
        assert "Put the topic's own line before this one" in load_refused(load, meeting, TOPIC)
        assert load(TOPIC, meeting) == "2 added, 0 changed, 0 unchanged.\n"

    def test_lines_of_a_meeting_must_be_together(self, load: Any) -> None:
        french = build_line(make_meeting_document(), language="fr")
        assert "those of " in load_refused(load, make_meeting_document(), TOPIC, french)
        assert "line 1 is already in “en”" in load_refused(load, make_meeting_document(), make_meeting_document())

    def test_translation_must_have_the_same_parts_as_its_source(self, load: Any) -> None:
        french = build_line(make_meeting_document(), language="fr", lead="<p>Introduction</p>")
        assert "line 2: “lead” is not a text of line 1" in load_refused(load, make_meeting_document(), french)

    def test_value_too_long_for_its_column_is_reported_and_the_batch_is_not_loaded(self, load: Any) -> None:
        long = make_meeting_document("x" * 400)
        output = load_refused(load, TOPIC, long)
        assert "line 2: " in output
        assert "title: Ensure this value has at most 300 characters" in output
        assert output.endswith("Nothing was loaded.")
        assert not BackgroundTopic.objects.exists()

    def test_batches_before_a_faulty_one_stay_loaded(self, load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("agenda.bulk.loader.BATCH_SIZE", 1)
        output = load_refused(load, TOPIC, make_meeting_document("x" * 400))
        assert (
            "Everything up to line 1 is loaded, nothing after it. Correct the line, then run the same command again"
            in output
        )
        assert BackgroundTopic.objects.exists()
        assert load(TOPIC, make_meeting_document()) == "1 added, 0 changed, 1 unchanged.\n"

    def test_unpublishable_document_is_reported_before_loading(self, load: Any) -> None:
        cancelled = build_line(make_meeting_document(), status="cancelled")
        output = load_refused(load, cancelled, publish=True)
        assert "line 1: it cannot be published: Enter the public reason" in output
        ages_away = make_meeting_document(start_date=dt.date(9999, 12, 31), end_date=dt.date(9999, 12, 31))
        assert "line 1: it cannot be published: Check the year:" in load_refused(load, ages_away, publish=True)
        two = build_line(make_meeting_document(), id=str(make_uuid("second")))
        assert "published at meetings/jha/2060/09/14/, like line 1" in load_refused(
            load, make_meeting_document(), two, publish=True
        )
        assert not Meeting.objects.exists()

    def test_document_that_publishing_refuses_stays_in_the_working_copy(self, load: Any) -> None:
        publish(make_meeting())
        Meeting.objects.update(start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY)
        output = load_refused(load, TOPIC, make_meeting_document(), publish=True)
        assert "has the address meetings/jha/2060/09/14/" in output
        assert "Everything up to line 2 is loaded, but the last batch is not published" in output
        assert BackgroundTopic.objects.exists()

    def test_publishing_without_approval_needs_a_reason(self, load: Any) -> None:
        assert "--reason is empty" in load_refused(load, TOPIC, publish=True, reason=" ")

    def test_missing_file_is_refused(self) -> None:
        with pytest.raises(CommandError, match=r"Cannot read .*nowhere\.jsonl: No such file"):
            call_command("load_meetings", Path("/nowhere.jsonl"))


class TestLoading:
    def test_loaded_document_is_dumped_unchanged(self, load: Any) -> None:
        facts: dict[str, Any] = {"width": 1200, "height": 800, "format": "PNG", "by_name": "anna"}
        StoredImage.objects.create(digest="0" * 64, uploaded_at=PRESS_DAY, **facts)
        load(make_full_document())
        [dumped] = dump()
        full = make_full_document(
            configuration=schema.ConfigurationName(code="JHA", slug="jha", name="Justice and Home Affairs"),
            presidency=None,
        )
        assert dumped == encode_document(full)
        assert load(dumped) == "0 added, 0 changed, 1 unchanged.\n"

    def test_link_is_loaded_without_a_picture_that_is_not_stored_here(self, load: Any) -> None:
        full, error = make_full_document(), StringIO()
        load(full, stderr=error)
        message = (
            "line 1: the picture of “Link of the item” is not stored on this site, so the link was loaded without it."
        )
        assert message in error.getvalue()
        link = MediaLink.objects.get(title="Link of the item")
        assert (link.image, link.url) == (None, "https://example.eu/item")
        assert load(full) == "0 added, 0 changed, 1 unchanged.\n"

    def test_loading_the_same_file_twice_changes_nothing(self, load: Any) -> None:
        documents = TOPIC, make_full_document(lead="<p><b>Bold</b> and <script>evil</script></p>")
        load(*documents)
        version, revisions, entries = (
            Meeting.objects.get().version,
            Revision.objects.count(),
            AuditEntry.objects.count(),
        )
        assert load(*documents) == "0 added, 0 changed, 2 unchanged.\n"
        assert Meeting.objects.get().version == version
        assert (Revision.objects.count(), AuditEntry.objects.count()) == (revisions, entries)

    def test_names_from_reference_data_are_not_a_change(self, load: Any) -> None:
        documents = build_line(
            make_meeting_document("A title"), configuration={"code": "JHA", "slug": "jha", "name": "Justice"}
        )
        load(documents)
        before = Meeting.objects.get().version
        assert load(documents) == "0 added, 0 changed, 1 unchanged.\n"
        assert Meeting.objects.get().version == before

    def test_values_that_lines_do_not_decide_are_not_written(
        self, load: Any, django_assert_max_num_queries: Any
    ) -> None:
        call_command("load_reference", verbosity=0)
        day = dt.date(2017, 9, 14)
        documents = make_meeting_document(start_date=day, end_date=day, lead="<p><b>Bold</b></p>")
        load(documents)
        with django_assert_max_num_queries(30) as queries:
            assert load(documents) == "0 added, 0 changed, 1 unchanged.\n"
        assert not any(query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) for query in queries.captured_queries)

    def test_existing_meeting_is_replaced_by_id(self, load: Any) -> None:
        load(make_full_document())
        assert load(make_full_document(title="Another title", agenda=[], programme=[])) == (
            "0 added, 1 changed, 0 unchanged.\n"
        )
        meeting = Meeting.objects.get()
        assert (meeting.title, meeting.agenda.count()) == ("Another title", 0)

    def test_part_does_not_take_the_address_of_another_meeting(self, load: Any) -> None:
        """The item is gone from the other meeting's working copy, but readers have it."""
        whole = make_full_document()
        load(whole, publish=True)
        load(replace(whole, agenda=[], programme=[]))
        item = schema.Item(id=whole.agenda[0].id, title="Other words")
        other = make_meeting_document(id=make_uuid("other"), address_word="other", agenda=[item])
        assert "belongs to another meeting or topic" in load_refused(load, other, publish=True)
        assert not Meeting.objects.filter(pk=other.id).exists()

    @pytest.mark.parametrize("state", ["saved", "deleted", "published"])
    @pytest.mark.parametrize("first", ["meeting", "topic"])
    def test_topic_does_not_take_the_id_of_a_meeting(self, load: Any, first: str, state: str) -> None:
        """Nor a meeting that of a topic: they would share their editions, reviews and withdrawals."""
        meeting = make_meeting_document()
        topic = replace(TOPIC, id=meeting.id)
        one, other = (meeting, topic) if first == "meeting" else (topic, meeting)
        load(one, publish=state == "published")
        if state == "deleted":
            (Meeting if first == "meeting" else BackgroundTopic).objects.get().delete()
        assert "line 1: " in (refusal := load_refused(load, other, publish=True))
        assert f"{meeting.id} belongs to another meeting or topic" in refusal

    def test_original_language_of_a_published_meeting_stays(self, load: Any) -> None:
        document = make_meeting_document()
        load(document, publish=True)
        french = replace(document, language=Language.FR, source_language=Language.FR)
        assert "cannot be changed after the text was published" in load_refused(load, french)
        assert Meeting.objects.get().source_language == "en"

    def test_loading_stores_a_revision_and_an_audit_record(self, load: Any) -> None:
        load(make_meeting_document())
        assert Revision.objects.get().by_name == "bulk loading"
        assert AuditEntry.objects.get(act="imported").actor.startswith("manage.py load_meetings")

    def test_dry_run_checks_everything_and_writes_nothing(self, load: Any) -> None:
        assert load(TOPIC, make_meeting_document(), dry_run=True, publish=True) == (
            "Nothing was loaded, because of --dry-run. Otherwise: 2 added, 0 changed, 0 unchanged; 2 published.\n"
        )
        assert not Meeting.objects.exists()
        assert "at most 300 characters" in load_refused(load, make_meeting_document("x" * 400), dry_run=True)

    def test_byte_order_mark_and_empty_lines_are_ignored(self, load: Any) -> None:
        assert load(
            "\ufeff" + json.dumps(build_line(TOPIC)), "", json.dumps(build_line(make_meeting_document()))
        ).startswith("2 added")


@pytest.mark.once
class TestTranslations:
    def test_translations_are_loaded_and_dumped_again(self, load: Any) -> None:
        meeting = make_meeting()
        translate(meeting, title="Conseil", lead="<p>Les ministres</p>")
        translate(meeting, meeting.agenda.get(), title="Politique migratoire")
        dumped = dump()
        assert [json.loads(text)["language"] for text in dumped] == ["en", "fr"]
        assert load(*dumped) == "0 added, 0 changed, 1 unchanged.\n"
        meeting.delete()
        Translation.objects.all().delete()
        assert load(*reversed(dumped)) == "1 added, 0 changed, 0 unchanged.\n"
        assert dump() == dumped

    def test_fallback_in_a_line_deletes_the_translation(self, load: Any) -> None:
        meeting = make_meeting()
        translate(meeting, lead="<p>Les ministres</p>")
        dumped = dump()
        translate(meeting, meeting.agenda.get(), title="Politique migratoire")
        assert load(*dumped) == "0 added, 1 changed, 0 unchanged.\n"
        assert dump() == dumped

    def test_loaded_translations_are_drafts(self, load: Any) -> None:
        source = make_meeting_document(lead="<p>Ministers</p>")
        output = load(source, build_line(source, language="fr", lead="<p>Les ministres</p>"), publish=True)
        assert output == (
            "1 added, 0 changed, 0 unchanged; 1 published. Translations are drafts until somebody approves them.\n"
        )
        assert Edition.objects.get().languages == ["en"]


class TestDeleted:
    """Drafts that were deleted by mistake are loaded from the last dump."""

    @pytest.fixture
    def people(self) -> dict[str, Actor]:
        create_people()
        return get_people()

    @pytest.fixture(params=["meeting", "topic"])
    def draft(self, request: pytest.FixtureRequest) -> Any:
        return make_meeting() if request.param == "meeting" else make_topic()

    def test_author_stays_author(self, load: Any, people: dict[str, Actor], draft: Any) -> None:
        for name in ("petra", "paul"):
            draft = save_changes(draft, title=f"By {name}")
            keep_revision(draft, PRESS_DAY, people[name])
        draft = reload_deleted(load, draft)
        submit(draft, by=people["petra"])
        with pytest.raises(WorkflowError, match="You wrote or submitted"):
            approve(draft, by=people["paul"], shown=get_shown(draft))

    def test_next_submission_is_the_latest(self, load: Any, people: dict[str, Actor], draft: Any) -> None:
        for number in range(3):
            draft = save_changes(draft, title=f"Old {number}")
            keep_revision(draft, PRESS_DAY, people["anna"])
        submit(draft, by=people["anna"])
        draft = reload_deleted(load, draft)
        draft = save_changes(draft, title="New")
        keep_revision(draft, PRESS_DAY, people["petra"])
        submit(draft, by=people["petra"])
        review = Review.latest(draft)
        assert review
        assert [document.title for document in review.get_documents()] == ["New"]


def reload_deleted(load: Any, subject: Any) -> Any:
    """Delete the draft, load it from a dump, and return it."""
    dumped, key = dump(), subject.pk
    subject.delete()
    assert load(*dumped) == "1 added, 0 changed, 0 unchanged.\n"
    return type(subject).objects.get(pk=key)


class TestPublishing:
    def test_first_editions_are_published_and_awaited(
        self, load: Any, visitor: Visitor, day: Any, recorded_waits: list[Edition]
    ) -> None:
        meeting = make_full_document()
        meeting.agenda[0].topics = [schema.TopicName(id=TOPIC.id, slug=TOPIC.slug, title=TOPIC.title)]
        assert load(TOPIC, meeting, publish=True) == "2 added, 0 changed, 0 unchanged; 2 published.\n"
        assert [awaited.available_from for awaited in recorded_waits] == [
            Edition.objects.latest("available_from").available_from
        ]
        assert visitor.get_json("meetings/")["results"] == []
        day.move_to(recorded_waits[0].available_from)
        [found] = visitor.get_json("meetings/")["results"]
        assert found["agenda"][0]["topics"] == [{"id": str(TOPIC.id), "slug": TOPIC.slug, "title": TOPIC.title}]
        assert found["edition"] == 1

    def test_meeting_refers_to_topics_published_by_an_earlier_batch(
        self, load: Any, visitor: Visitor, day: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("agenda.bulk.loader.BATCH_SIZE", 1)
        monkeypatch.setattr("agenda.bulk.loader.wait_until_live", lambda edition: day.move_to(edition.available_from))
        first, second = make_full_document(), make_meeting_document(id=make_uuid("another"), address_word="third")
        first.agenda[0].topics = [schema.TopicName(id=TOPIC.id, slug=TOPIC.slug, title=TOPIC.title)]
        assert load(TOPIC, first, second, publish=True).endswith("3 published.\n")
        day.move_to(PRESS_DAY + MINUTE)
        assert [topic["slug"] for topic in visitor.get_json(f"meetings/{first.id}/")["agenda"][0]["topics"]] == [
            TOPIC.slug
        ]

    def test_existing_editions_are_not_published_again(self, load: Any, day: Any) -> None:
        load(TOPIC, make_meeting_document(), publish=True)
        day.move_to(PRESS_DAY + 10 * SECOND)
        assert load(TOPIC, make_meeting_document(), publish=True) == "0 added, 0 changed, 2 unchanged; 0 published.\n"
        output = load(TOPIC, make_meeting_document(issued_on=PRESS_DATE - DAY), publish=True)
        assert "1 changed, 1 unchanged; 0 published. 1 differ from their last edition" in output
        assert "1 differ from" in load(TOPIC, make_meeting_document(issued_on=PRESS_DATE - DAY), publish=True)
        assert Edition.objects.count() == 2

    def test_subjects_loaded_earlier_are_published(self, load: Any) -> None:
        load(make_meeting_document())
        assert load(make_meeting_document(), publish=True) == "0 added, 0 changed, 1 unchanged; 1 published.\n"


@pytest.mark.once
class TestDumping:
    def test_topics_are_dumped_before_their_meetings(self, load: Any, day: Any) -> None:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        publish(topic, meeting)
        day.move_to(PRESS_DAY + 10 * SECOND)
        dumped = dump()
        assert [json.loads(text)["type"] for text in dumped] == ["topic", "meeting"]
        assert load(*dumped) == "0 added, 0 changed, 2 unchanged.\n"

    def test_subject_without_a_valid_document_is_reported(self) -> None:
        meeting = make_meeting()
        item = meeting.agenda.get()
        meeting.agenda.create(title="Part", parent=item)
        meeting.agenda.filter(pk=item.pk).update(parent=meeting.agenda.get(title="Part"))
        err = StringIO()
        with pytest.raises(CommandError, match="The dump is incomplete: 1 skipped"):
            call_command("dump_meetings", stdout=StringIO(), stderr=err)
        assert f"Skipped JHA, 14 September 2060 ({meeting.pk}): it makes no valid document" in err.getvalue()


class TestBenchmarkCorpus:
    GENERATOR = """
import datetime
def configurations(): return [{"slug": "jha", "name": "Justice and Home Affairs"}]
def topics(): return [{"slug": f"topic-{n}", "title": f"Topic {n}", "summary": "Words."} for n in range(3)]
def meetings(n):
    for i in range(n):
        yield {"slug": f"meeting-{i}", "title": f"Meeting {i}", "configuration": 0, "topics": [0, 1, 2],
            "start_date": datetime.date(2060, 9, 14), "end_date": datetime.date(2060, 9, 15),
            "place": "Brussels, Europa building", "chair": "Ann Other, Minister", "summary": "<p><b>So</b>.</p>",
            "items": [{"title": k, "kind": k, "body": "<p>Body.</p>"} for k in ("A item", "Any other business",
                "Legislative deliberation", "Non-legislative activity")],
            "links": [{"label": k, "url": "https://video.example/", "kind": k} for k in ("Video", "Photos")]}
"""

    def test_corpus_is_loaded_and_published(self, load: Any, tmp_path: Path, visitor: Visitor, day: Any) -> None:
        (tmp_path / "made.py").write_text(self.GENERATOR)
        documents = list(build_lines(load_generator(tmp_path / "made.py"), 2))
        assert load(*documents, publish=True) == "5 added, 0 changed, 0 unchanged; 5 published.\n"
        day.move_to(PRESS_DAY + 10 * SECOND)
        first = visitor.get_json("meetings/")["results"][0]
        assert [len(first[name]) for name in ("agenda", "links", "chairs")] == [4, 2, 1]
        assert first["lead"] == "<p><strong>So</strong>.</p>"
        assert EditionDocument.objects.count() == 5
        assert "corpus_generator" not in sys.modules
