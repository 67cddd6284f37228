"""Test the merge of two officers' changes: one rule in each row of the table, then properties of random edits."""

import copy
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from agenda.documents.diff.document_side import REFERENCED_KINDS
from agenda.editor.merging import MAX_ROUNDS, OWNER, SERVER_MEMBERS, Conflict, DocumentMerger, merge
from agenda.editor.mistakes import MAX_ITEM_DEPTH, get_item_depth
from agenda.workflow.restoring import check_references, check_texts
from meetings.documents import schema
from meetings.documents.choices import Language, TimePrecision
from meetings.documents.encoding import validate_document
from meetings.documents.members import get_members
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.documents.traversal import PART_KINDS, walk_items, walk_parts
from tests.agenda.editor.document_edits import (
    clear_references,
    edited_documents,
    find_part,
    make_base,
    make_part,
    put_part,
    take_part,
)
from tests.factories import PRESS_DATE, make_uuid

Edit = Callable[[MeetingDocument], None]
few = settings(max_examples=int(os.environ.get("SOAK", "25")))


def change(name: str = "", **values: Any) -> Edit:
    """Set members of the part with this name, or of the document."""

    def edit(document: MeetingDocument) -> None:
        part = find_part(document, name)
        for member, value in values.items():
            setattr(part, member, value)

    return edit


def add(shape: type, name: str, owner: str, member: str, place: int = 99, **values: Any) -> Edit:
    return lambda document: put_part(find_part(document, owner), member, make_part(shape, name, **values), place)


def move(name: str, owner: str, member: str, place: int = 99) -> Edit:
    def edit(document: MeetingDocument) -> None:
        put_part(find_part(document, owner), member, take_part(document, find_part(document, name)), place)

    return edit


def delete(name: str) -> Edit:
    def edit(document: MeetingDocument) -> None:
        take_part(document, find_part(document, name))
        clear_references(document)

    return edit


def make_edited(*edits: Edit) -> MeetingDocument:
    document = make_base()
    for edit in edits:
        edit(document)
    return document


def describe(conflict: Conflict) -> tuple[str, Any, Any, Any]:
    """Return the part, by its name in the base, and the member of a conflict, and the values of the three documents."""
    names = {part.id: getattr(part, "title", "") for part in walk_parts(make_base())}
    versions = (conflict.base, conflict.ours, conflict.theirs)
    base, ours, theirs = ("(part)" if type(value) in PART_KINDS else value for value in versions)
    return f"{names.get(conflict.id, conflict.name)}.{conflict.member}", base, ours, theirs


SESSION, ITEM_2 = make_uuid("Session Justice"), make_uuid("Item 2")
ITEM_A, ITEM_1, ITEM_3 = make_uuid("Item a"), make_uuid("Item 1"), make_uuid("Item 3")
ADA, EMMY, KURT = (schema.Speaker(name=name) for name in ("Ada", "Emmy", "Kurt"))
TOPIC, OTHER_TOPIC = (schema.TopicName(id=make_uuid(name), slug=name, title=name) for name in ("topic", "other"))
MEETING = "Justice and Home Affairs Council"

# The base has the items 1 (with the items a, of “Justice”, and b), 2 (of “Home Affairs”, with a result) and 3.
# Each row: our edits, their edits, the edits that give the merged document, and the conflicts.
RULES: dict[str, tuple[list[Edit], list[Edit], list[Edit], list[tuple[str, Any, Any, Any]]]] = {
    "both change other members of one part": (
        [change("1", title="ours")],
        [change("1", text="theirs")],
        [change("1", title="ours", text="theirs")],
        [],
    ),
    "both make the same change": (
        [change("1", title="new")],
        [change("1", title="new")],
        [change("1", title="new")],
        [],
    ),
    "both change the same member: theirs, and a conflict": (
        [change("1", title="ours")],
        [change("1", title="theirs")],
        [change("1", title="theirs")],
        [("1.title", "1", "ours", "theirs")],
    ),
    "one clears a text that the other changes": (
        [change("1", title="")],
        [change("1", title="theirs")],
        [change("1", title="theirs")],
        [("1.title", "1", "", "theirs")],
    ),
    "both change a member of the document": (
        [change(lead="<p>ours</p>")],
        [change(lead="<p>theirs</p>")],
        [change(lead="<p>theirs</p>")],
        [(f"{MEETING}.lead", "", "<p>ours</p>", "<p>theirs</p>")],
    ),
    "city and venue are one value": (
        [change(place=schema.Place(city="Luxembourg"))],
        [change(place=schema.Place(venue="Europa building"))],
        [change(place=schema.Place(venue="Europa building"))],
        [(
            f"{MEETING}.place",
            schema.Place(),
            schema.Place(city="Luxembourg"),
            schema.Place(venue="Europa building"),
        )],
    ),
    "lists of words keep what both add and remove": (
        [change("1", documents=["1/60", "1/60 ADD 1", "3/60"])],
        [change("1", documents=["2/60", "3/60", "4/60"])],
        [change("1", documents=["1/60 ADD 1", "3/60", "4/60"])],
        [],
    ),
    "lists of words keep the order of the side that changed it": (
        [change("1", documents=["3/60", "1/60", "2/60"])],
        [change("1", documents=["1/60", "2/60", "3/60", "4/60"])],
        [change("1", documents=["3/60", "1/60", "2/60", "4/60"])],
        [],
    ),
    "both replace the same word: both words are there": (
        [change("1", documents=["1/60 REV 1", "2/60", "3/60"])],
        [change("1", documents=["1/60 COR 1", "2/60", "3/60"])],
        [change("1", documents=["1/60 COR 1", "1/60 REV 1", "2/60", "3/60"])],
        [],
    ),
    "lists of ids keep what both add and remove": (
        [change("press conference", items=[ITEM_A])],
        [change("press conference", items=[ITEM_A, ITEM_3, ITEM_2])],
        [change("press conference", items=[ITEM_A, ITEM_2])],
        [],
    ),
    "another speaker from each side": (
        [change("doorstep", speakers=[ADA, EMMY, KURT])],
        [change("doorstep", speakers=[EMMY])],
        [change("doorstep", speakers=[EMMY, KURT])],
        [],
    ),
    "both add a speaker": (
        [change("doorstep", speakers=[ADA, EMMY, KURT])],
        [change("doorstep", speakers=[ADA, EMMY, schema.Speaker(name="Sophie")])],
        [change("doorstep", speakers=[ADA, EMMY, schema.Speaker(name="Sophie"), KURT])],
        [],
    ),
    "both remove the same speaker, and we add one": (
        [change("doorstep", speakers=[EMMY, KURT])],
        [change("doorstep", speakers=[EMMY])],
        [change("doorstep", speakers=[EMMY, KURT])],
        [],
    ),
    "both remove the same speaker, and they add one": (
        [change("doorstep", speakers=[EMMY])],
        [change("doorstep", speakers=[EMMY, KURT])],
        [change("doorstep", speakers=[EMMY, KURT])],
        [],
    ),
    "both correct the same speaker": (
        [change("doorstep", speakers=[schema.Speaker(name="Ada L."), EMMY])],
        [change("doorstep", speakers=[schema.Speaker(name="A. Lovelace"), EMMY])],
        [change("doorstep", speakers=[schema.Speaker(name="A. Lovelace"), EMMY])],
        [(
            "doorstep.speakers",
            [ADA, EMMY],
            [schema.Speaker(name="Ada L."), EMMY],
            [schema.Speaker(name="A. Lovelace"), EMMY],
        )],
    ),
    "a printed time that only repeats the time follows it": (
        [change("doorstep", time="10:00", time_text="10:00")],
        [change("doorstep", time_precision=TimePrecision.APPROXIMATE, time_text="+/- 09:00")],
        [change("doorstep", time="10:00", time_precision=TimePrecision.APPROXIMATE, time_text="+/- 10:00")],
        [],
    ),
    "what the server derives is theirs": (
        [change(previous=[schema.EarlierDate(city="ours")], presidency=None, fallbacks=["lead"])],
        [change(presidency=schema.PresidencyName(country="EE", name="Estonia"))],
        [change(presidency=schema.PresidencyName(country="EE", name="Estonia"))],
        [],
    ),
    "names from other tables are theirs": (
        [
            change("1", topics=[OTHER_TOPIC, schema.TopicName(id=TOPIC.id, slug="old", title="old name")]),
            change(configuration=schema.ConfigurationName(code="JHA", slug="jha", name="old name")),
        ],
        [
            change("1", topics=[TOPIC]),
            change(configuration=schema.ConfigurationName(code="JHA", slug="jha", name="new name")),
        ],
        [
            change("1", topics=[OTHER_TOPIC, TOPIC]),
            change(configuration=schema.ConfigurationName(code="JHA", slug="jha", name="new name")),
        ],
        [],
    ),
    "a part that only the server changed can be deleted": (
        [delete("doorstep")],
        [change("doorstep", previous=[schema.EarlierTime(time="08:00")])],
        [delete("doorstep")],
        [],
    ),
    "both add the same part, as if one save were sent twice": (
        [add(schema.Item, "new", "", "agenda", documents=["1/60"], number="1")],
        [add(schema.Item, "new", "", "agenda", documents=["2/60"], number="2")],
        [add(schema.Item, "new", "", "agenda", documents=["2/60", "1/60"], number="2")],
        [("Agenda, item 2 “new”.number", None, "1", "2")],
    ),
    "both add a part at the same place: theirs first": (
        [add(schema.Item, "ours", "", "agenda")],
        [add(schema.Item, "theirs", "", "agenda")],
        [add(schema.Item, "theirs", "", "agenda"), add(schema.Item, "ours", "", "agenda")],
        [],
    ),
    "an added part comes after the one that precedes it": (
        [add(schema.Item, "ours", "", "agenda", 2)],
        [move("2", "", "agenda", 0)],
        [move("2", "", "agenda", 0), add(schema.Item, "ours", "", "agenda", 1)],
        [],
    ),
    "both move other parts": (
        [move("doorstep", "", "programme")],
        [move("3", "", "agenda", 0)],
        [move("doorstep", "", "programme"), move("3", "", "agenda", 0)],
        [],
    ),
    "both move the same part within its list: it is where they have it, and a conflict": (
        [move("3", "", "agenda", 0)],
        [move("3", "", "agenda", 1)],
        [move("3", "", "agenda", 1)],
        [(f"{MEETING}.agenda", [ITEM_1, ITEM_2, ITEM_3], [ITEM_3, ITEM_1, ITEM_2], [ITEM_1, ITEM_3, ITEM_2])],
    ),
    "both move other parts of one list: both moves count": (
        [move("2", "", "agenda", 0)],
        [move("3", "", "agenda", 1)],
        [move("3", "", "agenda", 1), move("2", "", "agenda", 0)],
        [],
    ),
    "one moves a part, the other changes it": (
        [move("link 0", "3", "links")],
        [change("link 0", title="theirs")],
        [move("link 0", "3", "links"), change("link 0", title="theirs")],
        [],
    ),
    "both move the same part: it is where they have it": (
        [move("link 0", "3", "links")],
        [move("link 0", "2", "links")],
        [move("link 0", "2", "links")],
        [],
    ),
    "one reorders, the other deletes and changes": (
        [move("3", "", "agenda", 0)],
        [delete("2"), change("1", title="theirs")],
        [move("3", "", "agenda", 0), delete("2"), change("1", title="theirs")],
        [],
    ),
    "one deletes a part that the other moves within its list: it goes": (
        [delete("3")],
        [move("3", "", "agenda", 0)],
        [delete("3")],
        [],
    ),
    "one deletes a part that the other changes: it stays": (
        [delete("3")],
        [change("3", title="theirs")],
        [change("3", title="theirs")],
        [("3.", "(part)", None, "(part)")],
    ),
    "one changes a part that the other deletes: it stays": (
        [change("3", title="ours")],
        [delete("3")],
        [change("3", title="ours"), move("3", "", "agenda")],
        [("3.", "(part)", "(part)", None)],
    ),
    "one deletes a part into which the other puts one: it stays with what was in it": (
        [delete("1")],
        [add(schema.Link, "theirs", "1", "links")],
        [add(schema.Link, "theirs", "1", "links")],
        [("1.", "(part)", None, "(part)")],
    ),
    "one moves a part out and deletes its owner, the other changes the part": (
        [move("a", "3", "items"), delete("1")],
        [change("a", title="theirs")],
        [move("a", "3", "items"), delete("1"), change("a", title="theirs")],
        [],
    ),
    "one deletes an owner, the other moves a part out of it": (
        [delete("1")],
        [move("a", "3", "items")],
        [move("a", "3", "items"), delete("1")],
        [("a.", "(part)", None, "(part)")],
    ),
    "a session that the other side names stays, and those who named it do so again": (
        [delete("Justice")],
        [change("3", session=SESSION)],
        [change("3", session=SESSION)],
        [("Justice.", "(part)", None, "(part)")],
    ),
    "a deleted session stays, and they do not name it any more where we did not either": (
        [delete("Justice")],
        [change("Justice", text="theirs"), change("a", session=None)],
        [change("Justice", text="theirs"), change("a", session=None)],
        [("Justice.", "(part)", None, "(part)")],
    ),
    "a deleted item stays, and they removed another one from a programme point": (
        [delete("3")],
        [change("3", text="theirs"), change("press conference", items=[ITEM_3])],
        [change("3", text="theirs"), change("press conference", items=[ITEM_3])],
        [("3.", "(part)", None, "(part)")],
    ),
    "an item that the other side names stays": (
        [delete("3")],
        [change("doorstep", items=[ITEM_3])],
        [change("doorstep", items=[ITEM_3])],
        [("3.", "(part)", None, "(part)")],
    ),
    "items that are moved into each other stay where they have them": (
        [move("2", "3", "items")],
        [move("3", "2", "items")],
        [move("3", "2", "items")],
        [(f"2.{OWNER}", "Agenda: after item “1”", "Agenda, item “3”: at the top", "Agenda: after item “1”")],
    ),
    "both give an item a result: two versions of one result": (
        [add(schema.Result, "ours", "3", "result", title="approved", date=PRESS_DATE)],
        [add(schema.Result, "theirs", "3", "result", title="adopted", text="<p>theirs</p>")],
        [add(schema.Result, "theirs", "3", "result", title="adopted", text="<p>theirs</p>", date=PRESS_DATE)],
        [("Agenda, item “3”, result “adopted”.title", None, "approved", "adopted")],
    ),
    "one replaces a result that the other leaves as it is": (
        [delete("general approach"), add(schema.Result, "ours", "2", "result")],
        [change("2", text="theirs")],
        [delete("general approach"), add(schema.Result, "ours", "2", "result"), change("2", text="theirs")],
        [],
    ),
    "one replaces a result to which the other adds a link: two versions of one result": (
        [delete("general approach"), add(schema.Result, "ours", "2", "result")],
        [add(schema.Link, "theirs", "general approach", "links")],
        [change("general approach", title="ours", links=[make_part(schema.Link, "theirs")])],
        [],
    ),
    "one moves a result to an item to which the other gives one": (
        [move("conclusions", "3", "result")],
        [add(schema.Result, "theirs", "3", "result")],
        [add(schema.Result, "theirs", "3", "result")],
        [(f"conclusions.{OWNER}", "Results: at the top", "Agenda, item “3”: at the top", "Results: at the top")],
    ),
    "one moves and changes a result, the other gives the item another one": (
        [move("conclusions", "3", "result"), change("conclusions", text="ours")],
        [add(schema.Result, "theirs", "3", "result")],
        [add(schema.Result, "theirs", "3", "result"), change("conclusions", text="ours")],
        [(f"conclusions.{OWNER}", "Results: at the top", "Agenda, item “3”: at the top", "Results: at the top")],
    ),
    "one gives an item a result, the other moves and changes another one to it": (
        [add(schema.Result, "ours", "3", "result")],
        [move("conclusions", "3", "result"), change("conclusions", text="theirs")],
        [
            move("conclusions", "3", "result"),
            change("conclusions", text="theirs"),
            add(schema.Result, "ours", "", "results"),
        ],
        [(f"Results, “ours”.{OWNER}", "", "Agenda, item “3”: at the top", "")],
    ),
    "one moves the result of an item, the other gives it a link": (
        [move("general approach", "", "results", 0)],
        [add(schema.Link, "theirs", "general approach", "links")],
        [move("general approach", "", "results", 0), add(schema.Link, "theirs", "general approach", "links")],
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs", "merged", "conflicts"), RULES.values(), ids=RULES)
def test_rule(ours: list[Edit], theirs: list[Edit], merged: list[Edit], conflicts: list[Any]) -> None:
    document, found = merge(make_base(), make_edited(*ours), make_edited(*theirs))
    assert document == make_edited(*merged)
    assert [describe(conflict) for conflict in found] == conflicts


def test_conflict_names_part_and_member() -> None:
    versions = make_base(), make_edited(change("link 0", title="ours")), make_edited(change("link 0", title="theirs"))
    assert merge(*versions)[1] == [
        Conflict(
            kind="links",
            id=make_uuid("Link link 0"),
            member="title",
            name="Agenda, item “a”, link “theirs”",
            base="link 0",
            ours="ours",
            theirs="theirs",
        )
    ]


def make_nested(pairs: Iterable[tuple[int, int]], count: int = 300) -> MeetingDocument:
    """Return a meeting with so many items. Of each pair, the first item is in the second one."""
    items = [make_part(schema.Item, str(number)) for number in range(count)]
    inner = set()
    for first, second in pairs:
        items[second].items.append(items[first])
        inner.add(first)
    return replace(make_base(), agenda=[item for number, item in enumerate(items) if number not in inner], programme=[])


def count_searches() -> Any:
    """Patch the search for moves that exclude each other, so that it counts its calls."""
    return patch.object(DocumentMerger, "find_clash", autospec=True, side_effect=DocumentMerger.find_clash)


def test_moves_that_would_nest_items_without_end_are_undone() -> None:
    """Each side is as deep as two items; together they would be one chain of 300, which no screen can show."""
    theirs = make_nested((number, number + 1) for number in range(1, 299, 2))
    merged, conflicts = merge(make_nested([]), make_nested((number, number + 1) for number in range(0, 299, 2)), theirs)
    assert get_item_depth(merged) <= MAX_ITEM_DEPTH
    assert {part.id for part in walk_parts(merged)} == {part.id for part in walk_parts(theirs)}
    assert {conflict.member for conflict in conflicts} == {OWNER}


def test_many_moves_that_exclude_each_other_are_undone_at_once() -> None:
    """To look for the next one after each took a minute for a note of thousands of items."""
    ours = make_nested((number, number + 1) for number in range(0, 299, 2))
    theirs = make_nested((number + 1, number) for number in range(0, 299, 2))
    with count_searches() as searches:
        merged, conflicts = merge(make_nested([]), ours, theirs)
    assert merged == theirs
    assert len(conflicts) == 150
    assert searches.call_count == 2


def test_moves_of_which_each_reveals_another_are_undone_together_and_new_parts_stay() -> None:
    chain = [(number, number + 1) for number in range(24)]
    ours = make_nested(((number, 25 + number) for number in range(25)), count=51)
    new = make_part(schema.Item, "new", links=[make_part(schema.Link, "new link")])
    find_part(ours, "50").items.append(new)
    theirs = make_nested([*chain, *((25 + number, 0) for number in range(25))], count=51)
    with count_searches() as searches:
        merged, _conflicts = merge(make_nested(chain, count=51), ours, theirs)
    assert searches.call_count == MAX_ROUNDS + 2
    assert find_part(merged, "50").items == [new]
    find_part(merged, "50").items.clear()
    assert merged == theirs


def test_topics_are_merged_by_the_same_rules() -> None:
    link, other = make_part(schema.Link, "link"), make_part(schema.Link, "other")
    base = TopicDocument(
        id=make_uuid("topic"), slug="asylum", title="Asylum", language=Language.EN, source_language=Language.EN
    )
    ours = replace(base, title="ours", text="<p>ours</p>", links=[link])
    theirs = replace(base, title="theirs", lead="<p>theirs</p>", links=[other])
    merged, conflicts = merge(base, ours, theirs)
    assert merged == replace(theirs, text="<p>ours</p>", links=[other, link])
    assert conflicts == [Conflict("", base.id, "title", "theirs", "Asylum", "ours", "theirs")]


Versions = tuple[MeetingDocument, MeetingDocument, MeetingDocument]


@st.composite
def versions_of_meetings(draw: st.DrawFn) -> Versions:
    """Return a base, and two documents that were made of it."""
    base = draw(edited_documents(make_base(), "base"))
    return base, draw(edited_documents(base, "ours")), draw(edited_documents(base, "theirs"))


def order_references(merged: tuple[MeetingDocument, list[Conflict]]) -> tuple[MeetingDocument, list[Conflict]]:
    """Put the items that programme events name into the order of the agenda, in which rows give them."""
    document, conflicts = copy.deepcopy(merged[0]), merged[1]
    agenda = [item.id for item, _parent in walk_items(document.agenda)]
    for point in document.programme:
        point.items.sort(key=agenda.index)
    return document, conflicts


def check_document(document: MeetingDocument) -> None:
    assert validate_document(document) == document
    check_references(document)
    check_texts(document)


@given(versions_of_meetings())
@few
def test_edits_of_one_side_give_the_document_of_that_side(versions: Versions) -> None:
    base, ours, theirs = versions
    for other, expected in ((ours, ours), (base, ours)):
        assert order_references(merge(base, ours, other)) == order_references((expected, []))
    assert order_references(merge(base, base, theirs)) == order_references((theirs, []))


@given(versions_of_meetings())
@few
def test_no_text_is_lost(versions: Versions) -> None:
    base, ours, theirs = map(collect_texts, versions)
    assert (ours | theirs) - base <= collect_texts(merge(*versions))


def collect_texts(value: Any) -> set[str]:
    """Return all texts in the value that an officer wrote."""
    found = re.findall(r"(?:base|ours|theirs) \d", msgspec.json.encode(value).decode())
    return set(found)


@given(versions_of_meetings())
@few
def test_member_that_one_side_changed_has_its_value(versions: Versions) -> None:
    parts_by_key = defaultdict(list)
    for document in (*versions, merge(*versions)[0]):
        for part in (document, *walk_parts(document)):
            parts_by_key[type(part), part.id].append(part)
    for parts in parts_by_key.values():
        for name in list_values(parts[0]) if len(parts) == 4 else ():
            old, ours, theirs, merged = (getattr(part, name) for part in parts)
            if old in (ours, theirs):
                assert merged == (theirs if old == ours else ours), name


def list_values(part: Struct) -> list[str]:
    """Return the members that are merged by themselves, whatever happens to other parts and members."""
    others = SERVER_MEMBERS | REFERENCED_KINDS.keys() | {"time_text"}
    return [
        name for name, each in get_members(type(part)).items() if each.part not in PART_KINDS and name not in others
    ]


@given(versions_of_meetings())
@few
def test_merged_document_could_be_saved(versions: Versions) -> None:
    check_document(merge(*versions)[0])


@given(versions_of_meetings())
@few
def test_equal_documents_give_an_equal_merge_and_stay_as_they_are(versions: Versions) -> None:
    copies = copy.deepcopy(versions)
    result = merge(*versions)
    assert versions == copies
    assert merge(*copies) == result
