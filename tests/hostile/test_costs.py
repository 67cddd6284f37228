"""What readers and editors can make a process do: long comparisons are bounded and kept, and texts read in one pass."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from msgspec import to_builtins
from msgspec.structs import replace

from agenda.documents.checks import check_numbers_in_texts
from agenda.documents.diff import word_diff
from agenda.documents.diff.changes import ChangeKind, compare_documents, find_changed_places
from agenda.documents.diff.word_diff import ComparisonBudget, DiffKind, compare_html, compare_texts
from agenda.documents.fact_check.disagreements import find_untranslated
from agenda.documents.translations.segments import Segment, split_sentences
from agenda.documents.translations.status import get_translation_statuses
from agenda.editor.merging import has_lost_moves
from agenda.editor.saving import build_edited_document, save_note
from agenda.editor.starting import read_calendar
from agenda.export.blocks import TextRun
from agenda.export.footnote_links import MarkFinder
from agenda.notes.note_writer import render_note_text
from agenda.site import edition_history
from meetings.documents.schema import Item, Point, Session
from meetings.fields import richtext
from meetings.models import Configuration, Meeting
from tests.factories import COMMAND, make_configuration, make_meeting, make_meeting_document, make_uuid, publish_now
from tests.processor_time import within
from tests.public_requests import Visitor


def make_long_document(word: str) -> Any:
    text = "".join(f"<p>{' '.join(f'{word}{(n * k) % 97}' for k in range(60))}</p>" for n in range(60))
    items = [Item(id=make_uuid(f"item {n}"), title="Fisheries", text=text) for n in range(100)]
    return make_meeting_document(agenda=items)


def test_comparison_of_large_notes_is_bounded_and_complete() -> None:
    old, new = make_long_document("a"), make_long_document("b")
    with within(5):
        changes = compare_documents(old, new)
    assert len(changes) == 100
    assert all("b0" in change.new and "a0" in change.old for change in changes)


@pytest.mark.parametrize(
    ("repeated", "words"),
    [(lambda n: "a", 1_999), (lambda n: "a", 8_000), (lambda n: f"a{n % 97}", 8_000), (str, 8_000)],
)
def test_texts_with_other_words_between_repeated_ones_are_compared_in_a_moment(
    repeated: Callable[[int], str], words: int
) -> None:
    """For each word in common, all pairs of the repeated word were looked at again: 29 seconds for 1,999 words."""
    old, new = (" ".join(repeated(n) if n % 2 else f"{other}{n}" for n in range(words)) for other in "xy")
    with within(8):
        runs = compare_texts(old, new)
    assert {run.kind for run in runs} >= {DiffKind.DELETED, DiffKind.INSERTED}


def test_long_text_with_many_changes_is_compared_word_by_word() -> None:
    numbers = random.Random(20)  # noqa: S311
    words = [f"word{numbers.randrange(1_000)}" for _ in range(5_000)]
    changed = {numbers.randrange(5_000) for _ in range(250)}
    runs = compare_texts(" ".join(words), " ".join(f"new{n}" if n in changed else word for n, word in enumerate(words)))
    assert sum(run.text.count("word") for run in runs if run.kind == DiffKind.DELETED) == len(changed)


def test_items_that_all_change_places_are_compared_in_a_moment() -> None:
    items = [Item(id=make_uuid(f"item {n}"), title="Fisheries") for n in range(8_000)]
    swapped = [items[n ^ 1] for n in range(8_000)]
    with within(6):
        changes = compare_documents(make_meeting_document(agenda=items), make_meeting_document(agenda=swapped))
    assert {change.kind for change in changes} == {ChangeKind.MOVED}


@pytest.mark.parametrize("text", ["<p>x y</p>" * 4_500, f"<p>{'<em>a</em> ' * 4_500}</p>"])
def test_long_parts_that_are_added_in_24_languages_are_described_in_a_moment(text: str) -> None:
    """They were described with the formatting of each word, in each language: twenty seconds, for any account."""
    items = [Item(id=make_uuid(f"item {n}"), title="Fisheries", text=text) for n in range(5)]
    budget = ComparisonBudget()
    with within(5):
        for _language in range(24):
            changes = compare_documents(make_meeting_document(), make_meeting_document(agenda=items), budget)
    assert len(changes) == 5
    assert all("x y" in change.new or "a a a" in change.new for change in changes)


def test_many_long_titles_are_compared_in_a_moment() -> None:
    """Each of them had a third of a second: a page of the history took 23 seconds for a note with these."""
    both = (
        make_meeting_document(
            agenda=[
                Item(
                    id=make_uuid(f"item {n}"),
                    title=" ".join(f"{word}{k // 2:x}" if k % 2 == 0 else "abcde"[k // 2 % 5] for k in range(300)),
                )
                for n in range(300)
            ]
        )
        for word in "xy"
    )
    old, new = both
    with within(6):
        changes = compare_documents(old, new)
    with within(0.5):
        places = find_changed_places(old, new)
    assert [change.path for change in changes] == [change.path for change in places]
    assert all(change.old.startswith("x0 a x1") and change.new.startswith("y0 a y1") for change in changes)


@pytest.mark.parametrize("field", ["text", "supported_by"])
def test_many_tiny_paragraphs_in_several_languages_share_one_budget(
    field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them added to the budget, and went on when nothing was left: 1.5 seconds more for each language."""
    matched = 0

    class CountingMatcher(word_diff.BoundedMatcher):
        def __init__(self, old: Any, new: Any, budget: ComparisonBudget) -> None:
            nonlocal matched
            matched += len(old) + len(new)
            super().__init__(old, new, budget)

    monkeypatch.setattr(word_diff, "BoundedMatcher", CountingMatcher)
    items = [Item(id=make_uuid(f"item {n}"), title="Fisheries") for n in range(20)]
    values: list[Any] = [f"<p>{x}</p><p>a</p>" * 1_500 if field == "text" else [x, "a"] * 1_500 for x in "xy"]
    old, new = (make_meeting_document(agenda=[replace(item, **{field: value}) for item in items]) for value in values)
    budget = ComparisonBudget()
    matched_by_language, steps_left = list[int](), [budget.steps_left]
    for _language in range(3):
        changes = compare_documents(old, new, budget)
        matched_by_language.append(matched)
        steps_left.append(budget.steps_left)
        assert all(change.old.startswith("x\n") and change.new.startswith("y\n") for change in changes[-10:])
    assert len(set(matched_by_language)) == 1
    assert matched < 60_000
    assert steps_left == sorted(steps_left, reverse=True)


def test_one_word_in_each_item_of_a_note_in_24_languages_is_compared_word_by_word() -> None:
    words = [f"word{n % 71}" for n in range(80)]
    old, new = (
        make_meeting_document(
            agenda=[
                Item(
                    id=make_uuid(f"item {n}"),
                    title="Fisheries",
                    text=f"<p>{' '.join([*words[:n], *more, *words[n:]])}</p>",
                )
                for n in range(20)
            ]
        )
        for more in ([], ["added"])
    )
    budget = ComparisonBudget()
    for _language in range(24):
        for change in compare_documents(old, new, budget):
            assert [run.text.strip() for run in change.runs if run.kind != DiffKind.KEPT] == ["added"]


def test_change_of_formatting_alone_is_told_where_words_are_not_compared() -> None:
    old = make_long_document("a")
    new = replace(old, agenda=[replace(item, text=item.text.replace("a0", "<em>a0</em>", 1)) for item in old.agenda])
    assert len(compare_documents(old, new)) == 100
    assert all(change.runs for change in compare_documents(old, new))


@pytest.mark.django_db
def test_pasted_calendar_is_read_in_a_moment() -> None:
    """Each word that is not known was looked for among all words of the line: 14 seconds for this one."""
    make_configuration()
    words = "JHA 14 October 2027 " + "October " * 25_000 + "xyzab " * 33_000
    with within(1):
        [one, other] = read_calendar(f"{words}\nJHA 15 October 2027", Configuration.objects.all())
    assert other.meeting
    assert (one.meeting, len(one.text)) == (None, 300)
    assert "This line is too long" in one.message


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u2003"])
def test_text_of_spaces_is_compared_in_a_moment(space: str) -> None:
    """After each space, it was looked for a word: six seconds for spaces that a text may have, in pages for readers."""
    text = f"<p>Word{space * 16_000}</p>"
    with within(1):
        runs = compare_html(text, text.replace("Word", "Other"))
    assert [run.text.strip() for run in runs] == ["Word", "Other"]


def test_long_titles_are_written_as_text_in_a_moment() -> None:
    """After each colon, who informs may follow: the rest of the title was parsed as often."""
    title = f"a{': [' * 165}](x"
    items = [Item(id=make_uuid(f"item {number}"), title=title) for number in range(30)]
    with within(2):
        assert render_note_text(make_meeting_document(agenda=items))


def test_long_lead_is_written_as_text_in_a_moment() -> None:
    """Its sentences were searched for the beginning of the meeting: five seconds for this one, for readers too."""
    document = make_meeting_document(lead=f"<p>Fisheries{'<br>' * 24_000}agreement</p>")
    with within(3):
        text = render_note_text(document)
    assert "Fisheries" in text


@pytest.mark.django_db
def test_comparison_is_kept(visitor: Visitor, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = make_meeting()
    publish_now(clock, meeting)
    meeting.lead = "<p>Ministers will discuss fisheries.</p>"
    meeting.save()
    address = publish_now(clock, meeting).address
    compared: list[Any] = []

    def compare(*both: Any) -> Any:
        compared.append(both)
        return compare_documents(*both)

    monkeypatch.setattr(edition_history, "compare_documents", compare)
    pages = [visitor.get(f"/{language}/{address}editions/1..2/") for language in ("en", "en", "el")]
    assert [page.status_code for page in pages] == [200] * 3
    assert pages[0].content == pages[1].content
    assert "fisheries" in pages[1].content.decode()
    assert len(compared) == 1


def test_orders_of_many_parts_are_compared_in_a_moment() -> None:
    """All pairs were looked for in four lists: a thousand parts took half a minute, in each save of one author."""
    keys = [("item", make_uuid(f"item {n}")) for n in range(3_000)]
    ours, theirs = [*keys[1:], keys[0]], [*keys[2:], *keys[:2]]
    with within(1):
        assert has_lost_moves(keys, ours, [keys[-1], *keys[:-1]], keys)
        assert not has_lost_moves(keys, ours, theirs, ours)


def test_sentences_within_one_element_are_read_once() -> None:
    """From each sentence, all before it was read again: one text took eleven seconds in the translators' editor."""
    text = f"<strong>{'A. <em>a</em> ' * 7_000}</strong>"
    with within(2):
        assert split_sentences(f"{text}. B.") == [f"{text}.", " ", "B."]


def test_long_address_is_not_repeated_for_each_of_many_words() -> None:
    """It came after each change of words or formatting: a text of 100 kB became one of 900 MB in a comparison."""
    once, often, other = (
        f'<p><a href="https://example.eu/{"a" * 40_000}">{words * 4_000}</a></p>'
        for words in ("<em>a</em>b", "a b ", "a c ")
    )
    for old, new in (("<p>x</p>", once), (often, other)):
        assert sum(len(run.text) for run in compare_html(old, new)) < 200_000


def test_repeated_sentence_is_looked_for_once_in_a_translation() -> None:
    """A text of a sentence again and again took the square of its length in each language of each list."""
    source = Segment("notice", True, f"<p>{'A a a a a a. ' * 7_500}</p>", make_uuid("meeting"), "notice")
    with within(0.5):
        assert [*find_untranslated(source, f"<p>{('a' * 50 + ' ') * 1_900}</p>")] == []


def test_titles_of_sessions_are_looked_up() -> None:
    """For each text, in each language, all titles were put into a list again: three drafts took ten seconds."""
    sessions = [Session(id=make_uuid(f"session {n}"), title=f"Justice {n}") for n in range(2_000)]
    points = [Point(id=make_uuid(f"point {n}"), title=f"Justice {n}") for n in range(900)]
    document = make_meeting_document(sessions=sessions, programme=points)
    with within(2):
        assert len(get_translation_statuses(document, "fr", {}, {})) > 2_900


def test_checks_of_numbers_list_few() -> None:
    """Each number of the text was named with all of the item: a draft of 260 kB had an answer of 1.6 GB."""
    documents = [f"{10_000 + n}/17" for n in range(1_000)]
    item = Item(id=make_uuid("item"), title="Fisheries", documents=documents, text=f"<p>{' '.join(documents)}</p>")
    odd = replace(item, text=item.text.replace("/17", "/18"))
    assert [*check_numbers_in_texts(make_meeting_document(agenda=[item]))] == []
    found = [*check_numbers_in_texts(make_meeting_document(agenda=[odd]))]
    assert 0 < len(found) <= 20
    assert max(len(check.message) for check in found) < 1_000


def test_many_footnotes_are_linked_in_one_pass() -> None:
    """Each of the marks was tried at each character: a draft as PDF could take a minute."""
    anchors = {f"({n})": f"#{n}" for n in range(2_900)}
    with within(2):
        pieces = [*MarkFinder(anchors).split(TextRun(f"{'( ' * 200_000}(7)(8) ((9)"))]
    assert [(piece.text, piece.anchor) for piece in pieces[1:]] == [("(7)", "#7"), ("(8)", "#8"), (" ((9)", "")]


@pytest.mark.parametrize("count", [1_000, 3])
def test_texts_of_a_note_are_cleaned_before_it_is_locked(monkeypatch: pytest.MonkeyPatch, db: None, count: int) -> None:
    """Six saves of texts with thousands of formats, or one of thousands of short ones, kept withdrawals waiting."""
    meeting = make_meeting()
    document = to_builtins(build_edited_document(meeting))
    document["lead"] = f"<p>{'<em>a</em><br>' * count}</p>"
    outside, depths = len(connection.savepoint_ids), []
    clean = richtext.clean_afresh

    def clean_and_look(text: str) -> str:
        if "<em>a</em>" in text:
            depths.append(len(connection.savepoint_ids))
        return clean(text)

    monkeypatch.setattr(richtext, "clean_afresh", clean_and_look)
    save_note(meeting, {"version": meeting.version, "document": document}, by=COMMAND)
    assert Meeting.objects.get().lead.count("<em>a</em>") == count
    assert {*depths} == {outside}


def test_white_space_is_shortened_in_one_pass() -> None:
    """Published texts may have any number of spaces; from each of them on, all that followed were read again."""
    with within(2):
        for old, new in (("", " " * 60_000), (" " * 60_000, "")):
            assert list(word_diff.shorten_runs(compare_texts(old, new)))
