"""Combining marks: no way in takes hundreds of them on a letter, and those that are stored cost no time and fit."""

import unicodedata
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from agenda.models import AgendaItem
from agenda.notes.line_reader import NoteError, read_lines
from agenda.workflow.comments import Passage, add_comment
from agenda.workflow.errors import WorkflowError
from agenda.workflow.review_actions import submit
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.suppression import get_edition_by_number, suppress
from meetings.access.audit import Actor
from meetings.documents.combining_marks import find_excess_mark, remove_excess_marks
from meetings.documents.plain_text import cut_text, html_to_search_text
from meetings.fields.line import validate_line
from meetings.fields.richtext import clean_html
from meetings.models import Edition, Meeting, ProgrammePoint
from tests.agenda.workflow.same_day_changes.helpers import publish_change
from tests.agenda.workflow.users import create_people, get_people, save_changes
from tests.factories import COMMAND, make_meeting, make_topic, publish_now, translate
from tests.processor_time import within

pytestmark = pytest.mark.django_db
MARKS = "c" + 900 * "\u0327"  # cedillas over one another look like one
People = dict[str, Actor]


@pytest.fixture
def people() -> People:
    create_people()
    return get_people()


def test_text_is_cut_at_its_characters() -> None:
    assert cut_text(MARKS, 901) == MARKS
    assert (len(cut_text(MARKS, 100)), cut_text(MARKS, 100)[-1]) == (100, "…")


@pytest.mark.parametrize("what", ["item", "event"])
def test_same_day_change_is_published(people: People, clock: Any, what: str) -> None:
    """It was an error 500: what is cut to the length of a column must be cut as the column counts."""
    meeting = make_meeting()
    AgendaItem.objects.update(title=MARKS)
    ProgrammePoint.objects.update(title=MARKS[:490], kind="other")
    publish_now(clock, meeting)
    item, point = AgendaItem.objects.get(), ProgrammePoint.objects.get()
    of_item = SameDayChange(items={item.pk: {"state": "withdrawn", "state_note": "No time."}})
    of_event = SameDayChange(points={point.pk: {"time": "15:30"}})
    publish_change(clock, Meeting.objects.get(), of_item if what == "item" else of_event)
    assert Edition.objects.count() == 2


def test_remark_and_comment_with_them_are_refused(people: People) -> None:
    """With such a remark, an author alone made each later same-day change an error 500."""
    meeting = make_meeting()
    with pytest.raises(WorkflowError, match="The letter after “Only ” has more than 4 accents"):
        submit(meeting, by=people["anna"], remark=f"Only {MARKS}")
    [revision] = submit(meeting, by=people["anna"])
    with pytest.raises(WorkflowError, match="more than 4 accents"):
        add_comment(meeting, revision, "en", Passage(meeting.pk), MARKS, by=people["paul"], now=timezone.now())


def test_column_refuses_them_and_rich_text_loses_them() -> None:
    with pytest.raises(ValidationError, match="The letter after “Cura” has more than 4 accents"):
        validate_line(f"Cura{MARKS}ao")
    assert clean_html(f"<p>Cura{MARKS}ao</p>") == f"<p>Cura{MARKS[:5]}ao</p>"
    assert clean_html("<p>c" + 900 * "&#807;" + "</p>") == f"<p>{MARKS[:5]}</p>"
    for text in ("Łódź ’…—–…’", "Việt Nam", "a\u0323\u0302", "„……”", "Στα Πέντε·…"):
        validate_line(text)
        assert clean_html(f"<p>{text}</p>") == f"<p>{text}</p>"


def test_every_mark_counts() -> None:
    """Some stand for several, of which the first ones have no class of their own."""
    signs = [chr(code) for code in range(0x300, 0xE0000) if not 0xD800 <= code <= 0xDFFF]
    marks = [sign for sign in signs if unicodedata.combining(unicodedata.normalize("NFD", sign)[0])]
    assert len(marks) > 900
    assert [mark for mark in marks if find_excess_mark(f"c{mark * 5}") is None] == []
    assert {len(unicodedata.normalize("NFD", remove_excess_marks(f"c{mark * 99}"))) <= 5 for mark in marks} == {True}


def test_import_names_the_line() -> None:
    with pytest.raises(NoteError, match="line 2: A letter of the line has more than 4 accents"):
        read_lines(f"AGRICULTURE\n{MARKS}".encode())


def test_stored_ones_cost_no_time() -> None:
    """Publishing a note with five such texts took minutes, and nothing else ran in the process meanwhile."""
    text = "c" + 49_900 * "\u0327" + 49_900 * "\u0335"
    with within(1):
        assert len(html_to_search_text(f"<p>{text}</p>")) < 10
        assert clean_html(f"<p>{text}</p>")


def test_topic_with_a_long_translated_title_is_suppressed(clock: Any) -> None:
    """Its publication takes the title that readers know: the original one, which fits."""
    topic = make_topic(title="Private number 1234")
    publish_now(clock, topic)
    topic = save_changes(topic, title="No number")
    translate(topic, None, "bg", title="Ж" * 900)
    publish_now(clock, topic)
    suppress(topic, get_edition_by_number(topic, 1), by=COMMAND, reason="A private number.")
