"""What an edition changed for readers, in the change feed, the Atom feeds and the page of corrections."""

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from meetings.api.types import ChangeKind
from meetings.documents.choices import Language, MeetingStatus, Outcome
from meetings.documents.schema import EarlierDate, Item, MeetingDocument, Result
from meetings.editions.effects import build_effect_rows, list_effects
from meetings.editions.freezing import create_edition
from meetings.models import Edition, EditionReason
from tests.edition_publisher import (
    EditionPublisher,
    appears,  # noqa: F401 (a fixture)
    make_meeting_version,
    translate_to_french,
)
from tests.factories import DAY, PRESS_DATE, PRESS_DAY, make_uuid
from tests.meetings.site.daily_schedule.press_days import extract_text
from tests.public_requests import Visitor

THURSDAY: dict[str, Any] = {"start_date": PRESS_DATE + 2 * DAY, "end_date": PRESS_DATE + 2 * DAY}
CORRECTION: dict[str, Any] = {"reason": EditionReason.CORRECTION}
CANCELLED: dict[str, Any] = {"status": MeetingStatus.CANCELLED}
PUBLISHED_DATE = EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE)
POSTPONED: dict[str, Any] = {"status": MeetingStatus.POSTPONED, "previous": [PUBLISHED_DATE]}
UNDATED: dict[str, Any] = {"start_date": None, "end_date": None}


def make_item(outcome: Outcome | None = None, title: str = "Asylum") -> Item:
    result = Result(id=make_uuid("result"), outcome=outcome) if outcome else None
    return Item(id=make_uuid("item"), title=title, result=result)


def make_meeting_with_result(*, title: str = "Asylum", name: str = "meeting", **values: Any) -> MeetingDocument:
    return make_meeting_version(name, agenda=[make_item(Outcome.ADOPTED, title)], **values)


BEFORE = make_meeting_version(agenda=[make_item()])


class TestEffects:
    @pytest.mark.parametrize(
        ("after", "effects"),
        [
            (BEFORE, []),
            (make_meeting_with_result(), ["results"]),
            (make_meeting_with_result(title="Asylum and return"), ["results", "other"]),
            (make_meeting_version(agenda=[make_item(title="Asylum and return")]), ["other"]),
            (make_meeting_version(agenda=[make_item()], **THURSDAY), ["moved"]),
            (make_meeting_version(agenda=[make_item()], status=MeetingStatus.POSTPONED, **THURSDAY), ["postponed"]),
            (make_meeting_version(agenda=[make_item()], status=MeetingStatus.CANCELLED), ["cancelled"]),
        ],
    )
    def test_effects_of_a_change(self, after: MeetingDocument, effects: list[str]) -> None:
        assert list_effects(BEFORE, after) == effects

    @pytest.mark.once
    @pytest.mark.parametrize(
        ("before", "after", "effects"),
        [
            (None, {}, []),
            (None, CANCELLED, ["cancelled"]),
            (POSTPONED, CANCELLED, ["cancelled"]),
            (CANCELLED, CANCELLED | {"title": "Another"}, ["other"]),
            (POSTPONED | THURSDAY, POSTPONED | UNDATED, ["postponed"]),
            (POSTPONED | UNDATED, POSTPONED | THURSDAY, ["moved"]),
        ],
    )
    def test_meeting_is_called_off_once(
        self, before: dict[str, Any] | None, after: dict[str, Any], effects: list[str]
    ) -> None:
        """A postponed meeting that has a new date takes place."""
        earlier = None if before is None else replace(BEFORE, **before)
        assert list_effects(earlier, replace(BEFORE, **after)) == effects

    def test_last_day_that_is_written_or_left_out_moves_nothing(self) -> None:
        assert BEFORE.end_date == BEFORE.start_date
        assert list_effects(replace(BEFORE, end_date=None), BEFORE) == []

    def test_result_that_is_taken_back_has_no_effect(self) -> None:
        assert list_effects(make_meeting_with_result(), BEFORE) == []

    def test_meeting_that_takes_place_after_all_is_not_moved(self) -> None:
        """While it was postponed it had no date, and now it has the first one again."""
        was = [EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE)]
        postponed = replace(BEFORE, status=MeetingStatus.POSTPONED, start_date=None, end_date=None, previous=was)
        assert list_effects(postponed, BEFORE) == []
        assert list_effects(postponed, replace(BEFORE, previous=was, **THURSDAY)) == ["moved"]

    def test_another_source_language_brings_no_results(self) -> None:
        before = make_meeting_with_result()
        result = Result(id=make_uuid("result"), outcome=Outcome.ADOPTED, title="Adopté")
        french: dict[str, Any] = {"language": Language.FR, "source_language": Language.FR}
        item = replace(before.agenda[0], result=result)
        assert list_effects(before, replace(before, agenda=[item], **french)) == ["other"]
        adopted_later = replace(item, result=replace(result, date=PRESS_DATE))
        assert "results" in list_effects(before, replace(before, agenda=[adopted_later], **french))

    def test_first_edition_can_only_call_off(self) -> None:
        assert list_effects(None, make_meeting_with_result()) == []
        assert list_effects(None, make_meeting_version(status=MeetingStatus.CANCELLED)) == ["cancelled"]


@pytest.mark.once
def test_edition_follows_the_one_before_it_among_those_that_are_written_together(db: None) -> None:
    days = {1: THURSDAY, 0: {}, 3: {}, 2: THURSDAY}
    pairs = [
        (Edition(subject_id=BEFORE.id, available_from=PRESS_DAY + number * DAY), replace(BEFORE, **values))
        for number, values in days.items()
    ]
    effects = {row.edition_id: row.kind for row in build_effect_rows(pairs)}
    assert [effects.get(edition.pk) for edition, _document in pairs] == ["moved", None, "moved", None]


@pytest.mark.django_db
class TestSurfaces:
    def publish_history(self, appears: EditionPublisher) -> dict[str, UUID]:  # noqa: F811
        """Publish a result, a move and a correction of three meetings, and return the ids of the editions."""
        for name in ("result", "both", "move", "typing"):
            appears(make_meeting_version(name, agenda=[make_item()]))
        changed = {
            "result": make_meeting_with_result(name="result"),
            "both": make_meeting_with_result(name="both", title="Asylum seekers"),
            "move": make_meeting_version("move", agenda=[make_item()], **THURSDAY),
            "typing": make_meeting_version("typing", agenda=[make_item(title="Asylums")]),
        }
        notes = {"typing": "Corrected: one word.", "both": "Correction: two words."}
        return {
            name: appears(document, change_note=notes.get(name, ""), **CORRECTION).pk
            for name, document in changed.items()
        }

    def test_unknown_kinds_are_refused(self, visitor: Visitor) -> None:
        assert visitor.get_problem("changes/?kind=result", 400)["parameter"] == "kind"
        assert visitor.get("/en/meetings/corrections.atom?kind=result").status_code == 400

    def test_change_feed_is_filtered_by_kind_and_effect(
        self,
        visitor: Visitor,
        appears: EditionPublisher,  # noqa: F811
    ) -> None:
        editions = self.publish_history(appears)
        appears.advance()

        def list_changes(kinds: str) -> list[str]:
            return [change["id"] for change in visitor.get_json(f"changes/?kind={kinds}")["results"]]

        assert list_changes("results") == [str(editions["result"]), str(editions["both"])]
        assert list_changes("moved,cancelled") == [str(editions["move"])]
        assert list_changes("correction") == [str(edition) for edition in editions.values()]
        assert list_changes("cancelled") == []

    def test_each_change_has_the_word_with_which_the_filter_finds_it(
        self,
        visitor: Visitor,
        appears: EditionPublisher,  # noqa: F811
    ) -> None:
        editions = self.publish_history(appears)
        suppressed = appears(make_meeting_with_result(name="move"), **CORRECTION)
        appears(make_meeting_version("move", status=MeetingStatus.CANCELLED), **CORRECTION)
        appears.suppress(suppressed)
        appears.withdraw(appears(make_meeting_version("withdrawn")))
        again = appears(make_meeting_version("withdrawn", **THURSDAY))
        appears(make_meeting_version("restored"))
        appears(make_meeting_version("restored", **THURSDAY), reason=EditionReason.RESTORATION)
        appears.advance()
        changes = visitor.get_json("changes/")["results"]
        kinds = {change["id"]: change["kinds"] for change in changes}
        assert kinds[str(editions["both"])] == ["correction", "results", "other", "corrected"]
        assert kinds[str(again.pk)] == ["publication", "published"]
        assert {kind for each in kinds.values() for kind in each} >= {"publication", "moved", "cancelled", "restored"}
        for kind in ChangeKind.values:
            found = [change["id"] for change in visitor.get_json(f"changes/?kind={kind}")["results"]]
            assert found == [change["id"] for change in changes if kind in change["kinds"]], kind

    def test_corrections_say_what_happened_once(
        self,
        visitor: Visitor,
        appears: EditionPublisher,  # noqa: F811
    ) -> None:
        self.publish_history(appears)
        shown = extract_text(visitor.get("/en/meetings/corrections/").content.decode())
        assert "Corrected – One word." in shown
        assert "Results, corrected – Two words." in shown
        assert "Moved from 14 to 16 September 2060" in shown
        assert "Results What changed: agenda" in shown
        titles = visitor.get("/en/meetings/corrections.atom").content.decode()
        assert "<title>Results: Justice and Home Affairs Council" in titles

    def test_page_and_feed_of_one_kind(
        self,
        visitor: Visitor,
        appears: EditionPublisher,  # noqa: F811
    ) -> None:
        self.publish_history(appears)
        page = extract_text(visitor.get("/en/meetings/corrections/?kind=moved").content.decode())
        assert "Moved from 14 to 16 September 2060" in page
        assert "One word." not in page
        feed = visitor.get("/en/meetings/corrections.atom?kind=moved").content.decode()
        assert feed.count("<entry") == 1
        assert '<link href="http://testserver/en/meetings/corrections.atom?kind=moved" rel="self"/>' in feed

    def test_what_was_published_or_translated_has_a_kind_and_is_no_correction(
        self,
        visitor: Visitor,
        appears: EditionPublisher,  # noqa: F811
    ) -> None:
        appears(make_meeting_version(title="Ministers meet"))
        french = translate_to_french(make_meeting_version(), "Les ministres")
        appears(make_meeting_version(title="Ministers meet"), french, reason=EditionReason.TRANSLATION)
        appears.advance()
        for kind, words in (("published", "Published"), ("translated", "Translated – Now also available in: français")):
            page = extract_text(visitor.get(f"/en/meetings/corrections/?kind={kind}").content.decode())
            assert f"14 September 2060 {words}" in page
            feed = visitor.get(f"/en/meetings/corrections.atom?kind={kind}").content.decode()
            assert feed.count("<entry") == 1
        assert "Ministers meet" not in visitor.get("/en/meetings/corrections/").content.decode()

    def test_only_what_is_called_corrected_is_listed_as_corrected(
        self,
        visitor: Visitor,
        appears: EditionPublisher,  # noqa: F811
    ) -> None:
        self.publish_history(appears)
        appears(make_meeting_version("typing", status=MeetingStatus.CANCELLED), **CORRECTION)
        appears.advance()
        page = visitor.get("/en/meetings/corrections/?kind=corrected").content.decode()
        assert page.count('<li class="row news') == 2
        assert "Corrected – One word." in extract_text(page)
        assert "Results, corrected – Two words." in extract_text(page)
        feed = visitor.get("/en/meetings/corrections.atom?kind=corrected").content.decode()
        assert feed.count("<entry") == 2

    def test_suppressed_text_tells_no_effect(
        self,
        visitor: Visitor,
        appears: EditionPublisher,  # noqa: F811
    ) -> None:
        appears(make_meeting_version(agenda=[make_item()]))
        edition = appears(make_meeting_with_result(), **CORRECTION)
        appears(make_meeting_with_result(title="Other"), **CORRECTION)
        appears.suppress(edition)
        appears.advance()
        changes = {each["id"]: each["effects"] for each in visitor.get_json("changes/")["results"]}
        assert changes[str(edition.pk)] == []
        assert str(edition.pk) not in {each["id"] for each in visitor.get_json("changes/?kind=results")["results"]}

    def test_nothing_is_told_by_comparison_with_a_suppressed_text(
        self,
        visitor: Visitor,
        appears: EditionPublisher,  # noqa: F811
    ) -> None:
        """What calls the meeting off is told, because the status of the edition itself says it."""
        appears(make_meeting_version())
        suppressed = appears(make_meeting_version(**THURSDAY), **CORRECTION)
        moved_back = appears(make_meeting_version(), **CORRECTION)
        also_suppressed = appears(make_meeting_version(**THURSDAY), **CORRECTION)
        cancelled = appears(make_meeting_version(status=MeetingStatus.CANCELLED), **CORRECTION)
        for edition in (suppressed, also_suppressed):
            appears.suppress(edition)
        appears.advance()
        changes = {each["id"]: each["effects"] for each in visitor.get_json("changes/")["results"]}
        assert changes[str(moved_back.pk)] == []
        assert changes[str(cancelled.pk)] == ["cancelled"]
        found = visitor.get_json("changes/?kind=moved,cancelled")["results"]
        assert [each["id"] for each in found] == [str(cancelled.pk)]

    def test_move_that_an_edition_says_itself_is_told_after_a_suppressed_text(
        self,
        visitor: Visitor,
        appears: EditionPublisher,  # noqa: F811
    ) -> None:
        """But that a suppressed text had other days than the texts before and after it is not told."""
        moved: dict[str, Any] = THURSDAY | {"previous": [EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE)]}
        later = dict.fromkeys(("start_date", "end_date"), PRESS_DATE + 3 * DAY)
        first = appears(make_meeting_version())
        told = appears(make_meeting_version(**moved), change_note="Later.", **CORRECTION)
        wrong = appears(make_meeting_version(**moved | later), **CORRECTION)
        corrected = appears(make_meeting_version(**moved), change_note="The right day.", **CORRECTION)
        for edition in (first, wrong):
            appears.suppress(edition)
        appears.advance()
        changes = {each["id"]: each["effects"] for each in visitor.get_json("changes/")["results"]}
        assert (changes[str(told.pk)], changes[str(corrected.pk)]) == (["moved"], [])
        assert [each["id"] for each in visitor.get_json("changes/?kind=moved")["results"]] == [str(told.pk)]
        for address in ("corrections/", f"{told.address.removeprefix('meetings/')}editions/"):
            page = extract_text(visitor.get(f"/en/meetings/{address}").content.decode())
            assert "Moved – Later." in page, address
            assert "Corrected – The right day." in page, address

    def test_move_that_another_edition_has_told_before_is_not_told_again(
        self,
        visitor: Visitor,
        appears: EditionPublisher,  # noqa: F811
    ) -> None:
        """A scheduled edition keeps its effects if another one is published before it."""
        appears(make_meeting_version())
        scheduled = make_meeting_version(title="Home Affairs Council", **THURSDAY)
        create_edition([scheduled], available_from=appears.instant + DAY, **CORRECTION)
        appears(make_meeting_version(**THURSDAY), **CORRECTION)
        appears.advance(DAY)
        shown = extract_text(visitor.get("/en/meetings/corrections/").content.decode())
        assert "Moved from 14 to 16 September 2060" in shown
        assert "Moved from 16 to 16" not in shown
