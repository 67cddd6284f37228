"""`manage.py load_meetings` and `dump_meetings`: documents in bulk, a line each."""

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

from agenda.models import BackgroundTopic, Revision
from meetings.documents import shape
from meetings.documents.shape import Tombstone
from meetings.documents.text import canonical_text
from meetings.models import AuditEntry, Edition, EditionDocument, Meeting, Translation
from meetings.vocabulary import Language
from tests.benchmarks.corpus import generator, lines
from tests.cast import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    SECOND,
    full_document,
    make_configuration,
    make_meeting,
    make_topic,
    meeting_document,
    named,
    publish,
    translate,
)
from tests.publicity import Visitor

TOPIC = shape.TopicDocument(
    id=named("topic"),
    language=Language.EN,
    source_language=Language.EN,
    slug="migration-policy",
    title="Migration policy",
)


def line(document: Any, **members: Any) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.to_builtins(document)
    return data | members


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[Edition]:
    """The editions that the command waits for, instead of waiting."""
    found: list[Edition] = []
    monkeypatch.setattr("agenda.management.commands.load_meetings.wait_for", found.append)
    return found


@pytest.fixture(autouse=True)
def day(db: None, clock: Any, waits: list[Edition]) -> Any:
    make_configuration()
    return clock


@pytest.fixture
def load(tmp_path: Path) -> Any:
    def load(*given: Any, **options: Any) -> str:
        """What the command says of these documents, objects or texts as lines."""
        file = tmp_path / "meetings.jsonl"
        texts = [x if isinstance(x, str) else json.dumps(line(x) if not isinstance(x, dict) else x) for x in given]
        file.write_text("\n".join(texts) + "\n", encoding="utf-8")
        out = StringIO()
        call_command("load_meetings", file, stdout=out, stderr=StringIO(), **options)
        return out.getvalue()

    return load


def refused(load: Any, *given: Any, **options: Any) -> str:
    with pytest.raises(CommandError) as refusal:
        load(*given, **options)
    assert refusal.value.returncode == 2
    return str(refusal.value)


def dump() -> list[str]:
    out = StringIO()
    call_command("dump_meetings", stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()


class TestRefusals:
    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ("{", "line 2: not JSON"),
            ('"text"', "line 2: Expected `object`"),
            ("[" * 100_000, "line 2: not JSON"),
            ("{}", "line 2: Object missing required field `type`"),
            (line(meeting_document(), type="note"), "line 2: Invalid value 'note' - at `$.type`"),
            (line(meeting_document(), version=2), "`$.version`"),
            (line(meeting_document(), start_date="14.9.2060"), "`$.start_date`"),
            (line(meeting_document(), leed="<p>Text</p>"), "no document has a member “leed”"),
            (line(meeting_document(), place={"town": "Brussels"}), "no document has a member “place.town”"),
            (line(meeting_document(), agenda=[{"id": str(named("item"))}]), "`title` - at `$.agenda[0]`"),
            (
                line(Tombstone(id=named("x"), language=Language.EN, title="", reason="", address="")),
                "a withdrawal cannot",
            ),
            (
                line(meeting_document(), configuration={"code": "ABC", "slug": "abc", "name": "A"}),
                "no configuration “abc”: manage.py load_reference",
            ),
            (line(meeting_document(), title="A\0"), "null character"),
            (line(meeting_document(), language="fr"), "was written in “en”, and there is no line in that language"),
            (
                line(full_document(), programme=[{"id": str(named("point")), "items": [str(named("nothing"))]}]),
                "names an item that is not in the document",
            ),
        ],
    )
    def test_a_malformed_line_is_named_and_nothing_of_the_file_is_loaded(
        self, load: Any, wrong: Any, told: str
    ) -> None:
        said = refused(load, replace(TOPIC, id=named("other"), slug="other"), wrong)
        assert told in said
        assert said.endswith("Nothing was loaded.")
        assert not BackgroundTopic.objects.exists()

    def test_all_faults_are_told_at_once_but_not_thousands(self, load: Any) -> None:
        said = refused(load, *["{"] * 50)
        assert said.count("not JSON") == 20
        assert "… and 30 more" in said

    def test_a_topic_stands_before_the_meetings_that_take_it_up(self, load: Any) -> None:
        meeting = full_document()
        meeting.agenda[0].topics = [shape.TopicName(id=TOPIC.id, slug=TOPIC.slug, title=TOPIC.title)]
        assert "put the topic's own line before this one" in refused(load, meeting, TOPIC)
        assert load(TOPIC, meeting) == "2 added, 0 changed, 0 unchanged.\n"

    def test_the_lines_of_a_meeting_follow_each_other(self, load: Any) -> None:
        french = line(meeting_document(), language="fr")
        assert "those of " in refused(load, meeting_document(), TOPIC, french)
        assert "line 1 is in “en” already" in refused(load, meeting_document(), meeting_document())

    def test_a_translation_has_the_parts_of_its_source_and_no_others(self, load: Any) -> None:
        french = line(meeting_document(), language="fr", lead="<p>Introduction</p>")
        assert "line 2: “lead” is no text of line 1" in refused(load, meeting_document(), french)

    def test_what_a_column_cannot_hold_is_told_and_the_batch_is_not_loaded(self, load: Any) -> None:
        long = meeting_document("x" * 400)
        said = refused(load, TOPIC, long)
        assert "line 2: " in said
        assert "title: Ensure this value has at most 300 characters" in said
        assert said.endswith("Nothing was loaded.")
        assert not BackgroundTopic.objects.exists()

    def test_of_a_later_batch_what_was_loaded_before_stays(self, load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("agenda.bulk.loading.BATCH", 1)
        said = refused(load, TOPIC, meeting_document("x" * 400))
        assert (
            "Everything up to line 1 is loaded, nothing after it. Correct the line, then run the same command again"
            in said
        )
        assert BackgroundTopic.objects.exists()
        assert load(TOPIC, meeting_document()) == "1 added, 0 changed, 1 unchanged.\n"

    def test_what_cannot_be_published_is_told_before_anything_is_loaded(self, load: Any) -> None:
        cancelled = line(meeting_document(), status="cancelled")
        said = refused(load, cancelled, publish=True)
        assert "line 1: it cannot be published: Give the public reason" in said
        ages_away = meeting_document(start_date=dt.date(9999, 12, 31), end_date=dt.date(9999, 12, 31))
        assert "line 1: it cannot be published: Is the year right?" in refused(load, ages_away, publish=True)
        two = line(meeting_document(), id=str(named("second")))
        assert "published at meetings/jha/2060/09/14/, as line 1" in refused(
            load, meeting_document(), two, publish=True
        )
        assert not Meeting.objects.exists()

    def test_what_publishing_refuses_stays_as_a_working_copy(self, load: Any) -> None:
        publish(make_meeting())
        Meeting.objects.update(start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY)
        said = refused(load, TOPIC, meeting_document(), publish=True)
        assert "has the address meetings/jha/2060/09/14/" in said
        assert "Everything up to line 2 is loaded, but the last batch is not published" in said
        assert BackgroundTopic.objects.exists()

    def test_publishing_without_approval_needs_a_reason(self, load: Any) -> None:
        assert "--reason is empty" in refused(load, TOPIC, publish=True, reason=" ")

    def test_a_file_that_is_not_there(self) -> None:
        with pytest.raises(CommandError, match=r"Cannot read .*nowhere\.jsonl: No such file"):
            call_command("load_meetings", Path("/nowhere.jsonl"))


class TestLoading:
    def test_a_whole_document_comes_out_as_it_went_in(self, load: Any) -> None:
        load(full_document())
        [dumped] = dump()
        wanted = full_document(
            configuration=shape.ConfigurationName(code="JHA", slug="jha", name="Justice and Home Affairs"),
            presidency=None,
        )
        assert dumped == canonical_text(wanted)
        assert load(dumped) == "0 added, 0 changed, 1 unchanged.\n"

    def test_the_same_file_twice_changes_nothing(self, load: Any) -> None:
        given = TOPIC, full_document(lead="<p><b>Bold</b> and <script>evil</script></p>")
        load(*given)
        version, revisions, entries = (
            Meeting.objects.get().version,
            Revision.objects.count(),
            AuditEntry.objects.count(),
        )
        assert load(*given) == "0 added, 0 changed, 2 unchanged.\n"
        assert Meeting.objects.get().version == version
        assert (Revision.objects.count(), AuditEntry.objects.count()) == (revisions, entries)

    def test_names_that_reference_data_know_are_theirs_and_no_change(self, load: Any) -> None:
        given = line(meeting_document("A title"), configuration={"code": "JHA", "slug": "jha", "name": "Justice"})
        load(given)
        before = Meeting.objects.get().version
        assert load(given) == "0 added, 0 changed, 1 unchanged.\n"
        assert Meeting.objects.get().version == before

    def test_what_no_line_decides_is_not_even_tried(self, load: Any, django_assert_max_num_queries: Any) -> None:
        call_command("load_reference", verbosity=0)
        day = dt.date(2017, 9, 14)
        given = meeting_document(start_date=day, end_date=day, lead="<p><b>Bold</b></p>")
        load(given)
        with django_assert_max_num_queries(30) as asked:
            assert load(given) == "0 added, 0 changed, 1 unchanged.\n"
        assert not any(query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) for query in asked.captured_queries)

    def test_what_is_there_is_replaced_by_its_id(self, load: Any) -> None:
        load(full_document())
        assert load(full_document(title="Another title", agenda=[], programme=[])) == (
            "0 added, 1 changed, 0 unchanged.\n"
        )
        meeting = Meeting.objects.get()
        assert (meeting.title, meeting.agenda.count()) == ("Another title", 0)

    def test_it_is_kept_as_a_revision_and_in_the_audit_log(self, load: Any) -> None:
        load(meeting_document())
        assert Revision.objects.get().by_name == "bulk loading"
        assert AuditEntry.objects.get(act="imported").actor.startswith("manage.py load_meetings")

    def test_a_dry_run_checks_everything_and_writes_nothing(self, load: Any) -> None:
        assert load(TOPIC, meeting_document(), dry_run=True, publish=True) == (
            "Nothing was loaded, because of --dry-run. Otherwise: 2 added, 0 changed, 0 unchanged; 2 published.\n"
        )
        assert not Meeting.objects.exists()
        assert "at most 300 characters" in refused(load, meeting_document("x" * 400), dry_run=True)

    def test_a_mark_at_the_beginning_and_empty_lines_mean_nothing(self, load: Any) -> None:
        assert load("\ufeff" + json.dumps(line(TOPIC)), "", json.dumps(line(meeting_document()))).startswith("2 added")


class TestTranslations:
    def test_they_come_with_the_source_and_come_out_again(self, load: Any) -> None:
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

    def test_a_text_that_the_line_borrows_has_no_translation_afterwards(self, load: Any) -> None:
        meeting = make_meeting()
        translate(meeting, lead="<p>Les ministres</p>")
        dumped = dump()
        translate(meeting, meeting.agenda.get(), title="Politique migratoire")
        assert load(*dumped) == "0 added, 1 changed, 0 unchanged.\n"
        assert dump() == dumped

    def test_they_are_drafts_and_not_published(self, load: Any) -> None:
        source = meeting_document(lead="<p>Ministers</p>")
        said = load(source, line(source, language="fr", lead="<p>Les ministres</p>"), publish=True)
        assert said == (
            "1 added, 0 changed, 0 unchanged; 1 published. Translations are drafts until somebody approves them.\n"
        )
        assert Edition.objects.get().languages == ["en"]


class TestPublishing:
    def test_first_editions_are_made_and_waited_for(
        self, load: Any, visitor: Visitor, day: Any, waits: list[Edition]
    ) -> None:
        meeting = full_document()
        meeting.agenda[0].topics = [shape.TopicName(id=TOPIC.id, slug=TOPIC.slug, title=TOPIC.title)]
        assert load(TOPIC, meeting, publish=True) == "2 added, 0 changed, 0 unchanged; 2 published.\n"
        assert [one.available_from for one in waits] == [Edition.objects.latest("available_from").available_from]
        assert visitor.json("meetings/")["results"] == []
        day.move_to(waits[0].available_from)
        [found] = visitor.json("meetings/")["results"]
        assert found["agenda"][0]["topics"] == [{"id": str(TOPIC.id), "slug": TOPIC.slug, "title": TOPIC.title}]
        assert found["edition"] == 1

    def test_a_meeting_names_the_topics_that_an_earlier_batch_published(
        self, load: Any, visitor: Visitor, day: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("agenda.bulk.loading.BATCH", 1)
        monkeypatch.setattr("agenda.bulk.loading.wait_for", lambda edition: day.move_to(edition.available_from))
        first, second = full_document(), meeting_document(id=named("another"), address_word="third")
        first.agenda[0].topics = [shape.TopicName(id=TOPIC.id, slug=TOPIC.slug, title=TOPIC.title)]
        assert load(TOPIC, first, second, publish=True).endswith("3 published.\n")
        day.move_to(PRESS_DAY + MINUTE)
        assert [topic["slug"] for topic in visitor.json(f"meetings/{first.id}/")["agenda"][0]["topics"]] == [TOPIC.slug]

    def test_nothing_is_published_twice_and_no_change_without_a_word_to_readers(self, load: Any, day: Any) -> None:
        load(TOPIC, meeting_document(), publish=True)
        day.move_to(PRESS_DAY + 10 * SECOND)
        assert load(TOPIC, meeting_document(), publish=True) == "0 added, 0 changed, 2 unchanged; 0 published.\n"
        said = load(TOPIC, meeting_document(issued_on=PRESS_DATE - DAY), publish=True)
        assert "1 changed, 1 unchanged; 0 published. 1 differ from their last edition" in said
        assert "1 differ from" in load(TOPIC, meeting_document(issued_on=PRESS_DATE - DAY), publish=True)
        assert Edition.objects.count() == 2

    def test_what_was_loaded_before_is_published_now(self, load: Any) -> None:
        load(meeting_document())
        assert load(meeting_document(), publish=True) == "0 added, 0 changed, 1 unchanged; 1 published.\n"


class TestDumping:
    def test_topics_come_before_the_meetings_that_take_them_up(self, load: Any, day: Any) -> None:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        publish(topic, meeting)
        day.move_to(PRESS_DAY + 10 * SECOND)
        dumped = dump()
        assert [json.loads(text)["type"] for text in dumped] == ["topic", "meeting"]
        assert load(*dumped) == "0 added, 0 changed, 2 unchanged.\n"

    def test_what_makes_no_document_is_named(self) -> None:
        meeting = make_meeting()
        item = meeting.agenda.get()
        meeting.agenda.create(title="Part", parent=item)
        meeting.agenda.filter(pk=item.pk).update(parent=meeting.agenda.get(title="Part"))
        err = StringIO()
        with pytest.raises(CommandError, match="The dump is incomplete: 1 skipped"):
            call_command("dump_meetings", stdout=StringIO(), stderr=err)
        assert f"Skipped JHA, 14 September 2060 ({meeting.pk}): it makes no valid document" in err.getvalue()


class TestTheBenchmarksCorpus:
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

    def test_it_loads_and_is_published(self, load: Any, tmp_path: Path, visitor: Visitor, day: Any) -> None:
        (tmp_path / "made.py").write_text(self.GENERATOR)
        given = list(lines(generator(tmp_path / "made.py"), 2))
        assert load(*given, publish=True) == "5 added, 0 changed, 0 unchanged; 5 published.\n"
        day.move_to(PRESS_DAY + 10 * SECOND)
        first = visitor.json("meetings/")["results"][0]
        assert [len(first[name]) for name in ("agenda", "links", "chairs")] == [4, 2, 1]
        assert first["lead"] == "<p><strong>So</strong>.</p>"
        assert EditionDocument.objects.count() == 5
        assert "corpus_generator" not in sys.modules
