"""A bulk load that is killed, or that runs twice at once: in the end everything is there, and nothing twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from meetings.documents import schema
from meetings.documents.choices import Language
from meetings.documents.encoding import encode_document
from tests.atomicity.processes import AFTER_COMMIT, BEFORE_COMMIT, Killed, Stage
from tests.factories import DAY, PRESS_DATE, make_configuration, make_meeting_document, make_uuid

MEETINGS, BATCH = 7, 2
ONCE = [1, 2, 1, 2]
"""Of each subject: an edition, a revision of the import and one of the publication, as in the audit log."""


@pytest.fixture
def file(committed: None, tmp_path: Path) -> Path:
    make_configuration()
    topic = schema.TopicDocument(
        id=make_uuid("topic"), language=Language.EN, source_language=Language.EN, slug="migration", title="Migration"
    )
    name = schema.TopicName(id=topic.id, slug=topic.slug, title=topic.title)
    lines = [encode_document(topic)]
    for number in range(MEETINGS):
        day = PRESS_DATE + number * DAY
        item = schema.Item(id=make_uuid(f"item {number}"), title="Migration policy", topics=[name])
        document = make_meeting_document(id=make_uuid(f"meeting {number}"), start_date=day, end_date=day, agenda=[item])
        lines.append(encode_document(document))
    path = tmp_path / "meetings.jsonl"
    path.write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("die", [75, BEFORE_COMMIT, AFTER_COMMIT])
def test_killed_load_is_completed_by_the_next_one(file: Path, stage: Stage, die: int | str) -> None:
    with pytest.raises(Killed):
        stage.run("load_file", str(file), BATCH, die=die)
    before = len(stage.run("list_editions"))
    assert before % BATCH == 0  # whole batches only
    assert stage.run("find_incomplete_editions") == []
    assert f"{1 + MEETINGS - before} published" in stage.run("load_file", str(file), BATCH)
    assert stage.run("count_traces") == [ONCE] * (1 + MEETINGS)
    assert stage.run("find_incomplete_editions") == []


def test_two_loads_of_one_file_at_once(file: Path, open_stage: Callable[[], Stage]) -> None:
    first, second = open_stage(), open_stage()
    for stage in (first, second):
        stage.begin("load_file", str(file), BATCH)
    for stage in (first, second):
        assert stage.end()
    assert first.run("count_traces") == [ONCE] * (1 + MEETINGS)
    assert first.run("find_incomplete_editions") == []
