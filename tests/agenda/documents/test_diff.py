"""Test the comparison of two documents: every difference is reported once, in words, and nothing else."""

import copy
import datetime as dt
from typing import Any

import pytest
from msgspec import Struct

from agenda.documents.diff.changes import ChangeKind, DocumentChange, compare_documents
from agenda.documents.diff.word_diff import DiffKind, DiffRun, compare_html, compare_texts
from meetings.documents import schema
from meetings.documents.choices import Language, MeetingStatus, Outcome
from meetings.documents.members import get_members
from meetings.documents.schema import MeetingDocument, TopicDocument
from tests.factories import DAY, PRESS_DATE, make_full_document, make_meeting_document, make_uuid
from tests.paths import ROOT


def list_changes(old: Struct, new: Struct) -> list[tuple[ChangeKind, str, str, str]]:
    return [(change.kind, change.where, change.old, change.new) for change in compare_documents(old, new)]


def get_only_change(old: Struct, new: Struct) -> DocumentChange:
    [change] = compare_documents(old, new)
    return change


def format_runs(*runs: DiffRun) -> str:
    marks = {DiffKind.KEPT: "{}", DiffKind.DELETED: "[-{}-]", DiffKind.INSERTED: "[+{}+]"}
    return "".join(marks[run.kind].format(run.text) for run in runs)


def build_items(*titles: str) -> list[schema.Item]:
    return [schema.Item(id=make_uuid(title), title=title) for title in titles]


def test_equal_documents_have_no_changes() -> None:
    assert compare_documents(make_full_document(), make_full_document()) == []


@pytest.mark.parametrize("member", [name for name, member in get_members(MeetingDocument).items() if member.label])
def test_every_removed_member_is_reported(member: str) -> None:
    full, bare = make_full_document(fallbacks=["lead"]), make_meeting_document(title="")
    new = copy.deepcopy(full)
    setattr(new, member, getattr(bare, member))
    if getattr(full, member) == getattr(bare, member):
        assert member in ("language", "source_language", "form", "status", "timezone", "configuration",
                          "presidency", "start_date")  # fmt: skip
    else:
        assert compare_documents(full, new)
        assert compare_documents(new, full)


class TestMembers:
    def test_choice_is_shown_by_its_label(self) -> None:
        old, new = make_meeting_document(), make_meeting_document(status=MeetingStatus.CANCELLED)
        assert list_changes(old, new) == [(ChangeKind.CHANGED, "Status", "confirmed", "cancelled")]

    def test_date_is_shown_in_words(self) -> None:
        new = make_meeting_document(end_date=PRESS_DATE + DAY)
        assert list_changes(make_meeting_document(), new) == [
            (ChangeKind.CHANGED, "Last day", "Tuesday 14 September 2060", "Wednesday 15 September 2060")
        ]

    def test_missing_date_is_empty(self) -> None:
        assert get_only_change(make_meeting_document(), make_meeting_document(start_date=None)).new == ""

    def test_place_and_presidency(self) -> None:
        new = make_meeting_document(
            place=schema.Place(city="Tallinn"), presidency=schema.PresidencyName(country="EE", name="Estonia")
        )
        assert list_changes(make_meeting_document(), new) == [
            (ChangeKind.CHANGED, "Place", "", "Tallinn"),
            (ChangeKind.CHANGED, "Presidency", "", "Estonia"),
        ]

    def test_list_is_compared_entry_by_entry(self) -> None:
        old, new = make_full_document(), make_full_document()
        new.agenda[0].supported_by = ["Malta", "Cyprus"]
        change = get_only_change(old, new)
        assert change.where == "Agenda, item 8 “Dublin regulation”: supported by"
        assert format_runs(*change.runs) == "[-Greece\n-]Malta\n[+Cyprus\n+]"

    def test_untranslated_texts_are_shown_by_name(self) -> None:
        old, new = (
            make_full_document(),
            make_full_document(fallbacks=["lead", f"agenda.{make_uuid('part')}.title", "place.city"]),
        )
        assert get_only_change(old, new).new == "Lead\nAgenda, any other business 8 b “Resettlement”: title\nPlace"

    def test_untranslated_title_of_a_topic_is_shown_by_name(self) -> None:
        old, new = make_full_document(), make_full_document(fallbacks=[f"topics.{make_uuid('topic')}.title"])
        for document in (old, new):
            topic = schema.TopicName(id=make_uuid("topic"), slug="migration", title="Migration policy")
            document.agenda[0].topics = [topic]
        assert get_only_change(old, new).new == "Topics: “Migration policy”"

    def test_topic_of_an_item_is_shown_by_title_and_slug(self) -> None:
        old, new = make_full_document(), make_full_document()
        old.agenda[0].topics = [schema.TopicName(id=make_uuid("topic"), slug="migration", title="Migration policy")]
        new.agenda[0].topics = [
            schema.TopicName(id=make_uuid("topic"), slug="migration-policy", title="Migration policy")
        ]
        change = get_only_change(old, new)
        assert (change.old, change.new) == ("Migration policy (migration)", "Migration policy (migration-policy)")

    def test_topic_document(self) -> None:
        facts: dict[str, Any] = {"id": make_uuid("topic"), "language": Language.EN, "source_language": Language.EN}
        old = TopicDocument(slug="migration", title="Migration", text="<p>One.</p>", **facts)
        new = TopicDocument(slug="migration", title="Migration policy", text="<p>One.</p>", **facts)
        assert list_changes(old, new) == [(ChangeKind.CHANGED, "Title", "Migration", "Migration policy")]


class TestParts:
    def test_nested_item_is_named_as_printed(self) -> None:
        old, new = make_full_document(), make_full_document()
        new.agenda[0].items[0].title = "Resettlement and relocation"
        change = get_only_change(old, new)
        assert change.where == "Agenda, any other business 8 b “Resettlement and relocation”: title"
        assert change.path == f"agenda.{make_uuid('part')}.title"
        assert format_runs(*change.runs) == "Resettlement[+ and relocation+]"

    def test_time_is_reported_once(self) -> None:
        old, new = make_full_document(), make_full_document()
        new.programme[0].time, new.programme[0].time_text = "14:30", "+/- 14:30"
        assert list_changes(old, new) == [
            (ChangeKind.CHANGED, "Programme, press conference “Home Affairs Council”: time", "13:00", "14:30")
        ]

    def test_printed_time_is_reported_if_it_says_more(self) -> None:
        old, new = make_full_document(), make_full_document()
        new.programme[0].time_text = "at lunch"
        assert list_changes(old, new) == [
            (
                ChangeKind.CHANGED,
                "Programme, press conference “Home Affairs Council”: time as printed",
                "+/- 13:00",
                "at lunch",
            )
        ]

    def test_items_and_session_of_a_point_are_named(self) -> None:
        old, new = make_full_document(), make_full_document()
        new.programme[0].items, new.programme[0].session = [make_uuid("part")], None
        assert [(change.old, change.new) for change in compare_documents(old, new)] == [
            ("“Home Affairs”", ""),
            ("item 8 “Dublin regulation”", "any other business 8 b “Resettlement”"),
        ]

    def test_id_of_an_unknown_part(self) -> None:
        old, new = make_full_document(), make_full_document()
        new.programme[0].session = make_uuid("no session")
        assert get_only_change(old, new).new == "unknown"

    def test_chair_contact_footnote_and_alert(self) -> None:
        old, new = make_full_document(), make_full_document()
        new.chairs[0].country, new.contacts[0].phones = "EL", []
        new.footnotes[0].mark, new.alerts[0].at = "(**)", dt.datetime(2060, 9, 14, 9, tzinfo=dt.UTC)
        assert list_changes(old, new) == [
            (ChangeKind.CHANGED, "Chairs, Andres Anvelt: country", "Estonia", "Greece"),
            (ChangeKind.CHANGED, "Press contacts, Press officer on duty: phone numbers", "+32 2 555 00 00", ""),
            (ChangeKind.CHANGED, "Footnotes, (**): mark", "(*)", "(**)"),
            (ChangeKind.CHANGED, "Changes on the day, “Press conference about 13:00.”: time",
             "14 September 2060, 10:00", "14 September 2060, 11:00"),
        ]  # fmt: skip

    def test_added_item_is_reported_with_all_its_texts_and_links(self) -> None:
        old, new = make_meeting_document(), make_meeting_document()
        new.agenda = build_items("Dublin")
        new.agenda[0].text = "<p>One.</p><p>Two.</p>"
        new.agenda[0].links = [schema.Link(id=make_uuid("link"), title="The regulation")]
        assert list_changes(old, new) == [
            (ChangeKind.ADDED, "Agenda, item “Dublin”", "", "kind: item\ntitle: Dublin\ntext: One. ¶\nTwo."),
            (
                ChangeKind.ADDED,
                "Agenda, item “Dublin”, link “The regulation”",
                "",
                "kind: web page\ntitle: The regulation",
            ),
        ]

    def test_removed_result(self) -> None:
        old, new = make_full_document(), make_full_document()
        new.agenda[0].result = None
        first, link = compare_documents(old, new)
        assert (first.kind, first.where) == (ChangeKind.REMOVED, "Agenda, item 8 “Dublin regulation”, result “Agreed”")
        assert "outcome: general approach" in first.old
        assert first.new == ""
        assert link.where.endswith("result “Agreed”, link “Link of the item result”")

    def test_changed_result(self) -> None:
        old, new = make_full_document(), make_full_document()
        result = new.agenda[0].result
        assert result
        result.outcome = Outcome.ADOPTED
        assert list_changes(old, new) == [
            (
                ChangeKind.CHANGED,
                "Agenda, item 8 “Dublin regulation”, result “Agreed”: outcome",
                "general approach",
                "adopted",
            )
        ]

    def test_item_with_a_new_id_is_added_and_removed(self) -> None:
        old, new = make_meeting_document(agenda=build_items("A")), make_meeting_document()
        new.agenda = [schema.Item(id=make_uuid("another"), title="A")]
        assert [change.kind for change in compare_documents(old, new)] == [ChangeKind.ADDED, ChangeKind.REMOVED]


class TestOrder:
    def test_only_the_moved_item_is_reported(self) -> None:
        old, new = (
            make_meeting_document(agenda=build_items(*"ABCD")),
            make_meeting_document(agenda=build_items(*"DABC")),
        )
        assert list_changes(old, new) == [
            (ChangeKind.MOVED, "Agenda, item “D”", "Agenda: after item “C”", "Agenda: at the top")
        ]

    def test_items_after_an_added_or_removed_item_did_not_move(self) -> None:
        old, new = make_meeting_document(agenda=build_items(*"ABC")), make_meeting_document(agenda=build_items(*"XBC"))
        assert [change.kind for change in compare_documents(old, new)] == [ChangeKind.ADDED, ChangeKind.REMOVED]

    def test_item_can_be_moved_and_changed(self) -> None:
        old, new = make_meeting_document(agenda=build_items(*"AB")), make_meeting_document(agenda=build_items(*"BA"))
        new.agenda[0].title = "B, at length"
        assert {change.kind for change in compare_documents(old, new)} == {ChangeKind.MOVED, ChangeKind.CHANGED}

    def test_item_that_became_part_of_another_is_moved_and_not_removed(self) -> None:
        old, new = make_meeting_document(agenda=build_items(*"AB")), make_meeting_document(agenda=build_items("A"))
        new.agenda[0].items = build_items("B")
        assert list_changes(old, new) == [
            (ChangeKind.MOVED, "Agenda, item “B”", "Agenda: after item “A”", "Agenda, item “A”: at the top")
        ]

    def test_part_of_a_removed_item_that_stays_is_moved(self) -> None:
        old, new = make_meeting_document(agenda=build_items("A")), make_meeting_document(agenda=build_items("B"))
        old.agenda[0].items = build_items("B")
        assert [(change.kind, change.where) for change in compare_documents(old, new)] == [
            (ChangeKind.MOVED, "Agenda, item “B”"),
            (ChangeKind.REMOVED, "Agenda, item “A”"),
        ]

    def test_link_can_move_from_an_item_to_the_meeting(self) -> None:
        old, new = make_full_document(), make_full_document()
        new.links.append(new.agenda[0].links.pop())
        change = get_only_change(old, new)
        assert (change.kind, change.where) == (ChangeKind.MOVED, "Links, “Link of the item”")
        assert change.old == "Agenda, item 8 “Dublin regulation”: at the top"


class TestWords:
    @pytest.mark.parametrize(
        ("old", "new", "runs"),
        [
            ("One, two.", "One, three.", "One,[- two-][+ three+]."),
            ("", "One.", "[+One.+]"),
            ("One.", "", "[-One.-]"),
            ("Two.", "One. Two.", "[+One.+] Two."),
            ("One. Two.", "Two.", "[-One.-] Two."),
            ("Η Ευρώπη των λαών", "Η Ευρώπη των πολιτών", "Η Ευρώπη των[- λαών-][+ πολιτών+]"),
            ("Μετανάστευση", "Μετανάστευση και άσυλο", "Μετανάστευση[+ και άσυλο+]"),
            ("13 :00", "13:00", "13[- :-][+:+]00"),
            ("one two", "one\u00a0two", "[-one two-][+one\u00a0two+]"),  # only the space differs
        ],
    )
    def test_plain_texts_are_compared_word_by_word(self, old: str, new: str, runs: str) -> None:
        assert format_runs(*compare_texts(old, new)) == runs

    @pytest.mark.parametrize(
        ("old", "new", "runs"),
        [
            ("<p>One two.</p>", "<p>One <strong>two</strong>.</p>", "One[- two-][+ two (bold)+]."),
            ("<p>One.</p>", "<p>One.</p><p>Two.</p>", "One.[+ ¶\nTwo.+]"),
            ("<p>One. Two.</p>", "<p>One.</p><p>Two.</p>", "One.[+ ¶\n+] Two."),
            ("<p>One.</p>", "<h3>One.</h3>", "[+heading: +]One."),
            ("<ul><li>One</li></ul>", "<ol><li>One</li></ol>", "[-• -][+# +]One"),
            ("<ul><li>One<ul><li>two</li></ul></li></ul>", "<ul><li>One</li><li>two</li></ul>",
             "• One ¶\n[-•• -][+• +]two"),
            ("<ul><li><p>One</p></li></ul>", "<ul><li>One</li></ul>",
             "[-<ul><li><p>One</p></li></ul>-][+<ul><li>One</li></ul>+]"),
            ('<p><a href="https://a.eu">One</a></p>', '<p><a href="https://b.eu">One</a></p>',
             "[-One (link to https://a.eu)-][+One (link to https://b.eu)+]"),
            ("<p>H2O</p>", "<p>H<sub>2</sub>O</p>", "[-H2O-][+H2 (subscript)O+]"),
            ("<p>a<br>b</p>", "<p>a b</p>", "a[- ⏎\n-] b"),
            ("<p>Tom &amp; Jerry</p>", "<p>Tom &lt; Jerry</p>", "Tom[- &-][+ <+] Jerry"),
        ],
    )  # fmt: skip
    def test_rich_texts_are_compared_with_their_formatting(self, old: str, new: str, runs: str) -> None:
        assert format_runs(*compare_html(old, new)) == runs

    def test_long_unchanged_passages_are_shortened(self) -> None:
        words = " ".join(str(n) for n in range(100))
        old, new = make_meeting_document(notice=f"{words} end"), make_meeting_document(notice=f"{words} close")
        change = get_only_change(old, new)
        assert format_runs(*change.excerpt) == " … 88 89 90 91 92 93 94 95 96 97 98 99[- end-][+ close+]"
        assert change.old.startswith("0 1 2")

    @pytest.mark.parametrize(("number", "step", "least"), [(800, 5, 600), (2_000, 8, 1_700), (5_000, 12, 4_500)])
    def test_kept_words_of_a_text_with_many_changes_are_shown(self, number: int, step: int, least: int) -> None:
        """Prose repeats its words, so that each of them is compared with many."""
        words = (ROOT / "docs/operations.md").read_text().split()[:number]
        changed = [f"changed{place}" if place % step == 0 else word for place, word in enumerate(words)]
        runs = compare_texts(" ".join(words), " ".join(changed))
        assert sum(len(run.text.split()) for run in runs if run.kind == DiffKind.KEPT) > least

    def test_six_thousand_words_take_a_second_at_most(self) -> None:
        old = make_meeting_document(lead="<p>" + " ".join(f"word{n % 300} the" for n in range(3_000)) + "</p>")
        new = make_meeting_document(lead="<p>" + " ".join(f"word{n * 7 % 311} the" for n in range(3_000)) + "</p>")
        change = get_only_change(old, new)
        assert change.new == new.lead.removeprefix("<p>").removesuffix("</p>")
