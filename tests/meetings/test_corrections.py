"""The page of corrections: what counts, by day, in which words, with what each leads to."""

import re
from typing import Any

import pytest

from agenda.suppressing import suppress
from meetings.models import Edition, Meeting
from tests import acts
from tests.agenda.search.finding import approved
from tests.cast import (
    COMMAND,
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    make_meeting,
    publish,
    published,
    translate,
    withdraw,
)
from tests.meetings.day_sheet.press_days import page, words
from tests.publicity import Visitor

pytestmark = pytest.mark.django_db
ADDRESS = "/en/meetings/corrections/"


def corrected(clock: Any, meeting: Meeting, note: str, **options: Any) -> Edition:
    meeting.lead = f"<p>{note or 'Typing error.'}</p>"
    meeting.save()
    return published(clock, meeting, note=note, **options)


def rows(html: str) -> list[str]:
    return [words(part) for part in re.findall(r'(?s)(<li class="row news.*?)</li>', html)]


class TestWhatIsNotThere:
    def test_a_first_edition(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting())
        assert "Nothing has been corrected yet." in page(visitor, ADDRESS)

    def test_what_is_still_to_come(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        before = page(visitor, ADDRESS)
        meeting.lead = "<p>Hidden.</p>"
        meeting.save()
        publish(meeting, note="Hidden.", at=PRESS_DAY + DAY)
        assert page(visitor, ADDRESS) == before

    def test_corrections_of_what_is_withdrawn(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(title="Zanzibar")
        published(clock, meeting)
        corrected(clock, meeting, "The secret was wrong.")
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        [told] = rows(page(visitor, ADDRESS))
        assert "Withdrawn – Sent too early." in told
        assert "secret" not in page(visitor, ADDRESS)
        assert "editions/" not in page(visitor, ADDRESS)

    def test_the_words_of_an_edition_that_was_taken_out(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        second = corrected(clock, meeting, "The secret was wrong.")
        corrected(clock, meeting, "It was right.")
        suppress(meeting, second, by=COMMAND, reason="A name too much.")
        html = page(visitor, ADDRESS)
        assert "secret" not in html
        third, told = rows(html)
        assert "The text of edition 2 was taken out – A name too much." in told
        assert "All editions" in third
        assert "editions/2..3/" not in html

    @pytest.mark.parametrize("cursor", ["x", "", "W10", "\0", "WyIyMDYwLTA5LTE0VDA4OjAwOjAwWiIsZmFsc2VdWw"])
    def test_a_cursor_that_is_none_begins_at_the_first_page(self, visitor: Visitor, clock: Any, cursor: str) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        corrected(clock, meeting, "It was wrong.")
        response = visitor.get(ADDRESS, {"cursor": cursor})
        assert (response.status_code, len(rows(response.content.decode()))) == (200, 1)


class TestWhatIsTold:
    def test_whoever_met_stands_beside_it_also_of_what_is_withdrawn(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting("env")
        published(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        [told] = rows(page(visitor, ADDRESS))
        assert told.startswith("ENVI 10:0")

    def test_the_parts_that_changed_are_told_in_words(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        corrected(clock, meeting, "The lead was wrong.")
        meeting.notice, meeting.number = "Drawn up by the press office.", "3560"
        corrected(clock, meeting, "Moved.")
        told = rows(page(visitor, ADDRESS))
        assert "Parts that changed: number, introduction, notice" in told[0]
        assert "Parts that changed: introduction" in told[1]

    def test_a_correction_of_a_translation_names_its_language(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        translate(meeting, language="fr", venue="Europa")
        approved(clock, meeting)
        translate(meeting, language="fr", venue="Bâtiment Europa")
        acts.submit(meeting)
        acts.approve(meeting)
        acts.schedule_approved(meeting, at=PRESS_DAY + DAY)
        clock.move_to(PRESS_DAY + DAY)
        assert "Parts that changed: translations (français)" in rows(page(visitor, ADDRESS))[0]

    def test_no_two_links_of_other_targets_have_the_same_words(self, visitor: Visitor, clock: Any) -> None:
        meetings = [make_meeting(start_date=PRESS_DATE + days * DAY) for days in range(3)]
        published(clock, *meetings)
        for meeting in meetings:
            corrected(clock, meeting, "It was wrong.")
        main = page(visitor, ADDRESS).partition("<main")[2].partition("</main>")[0]
        links = {(words(text), target) for target, text in re.findall(r'(?s)<a href="([^"]+)"[^>]*>(.*?)</a>', main)}
        assert len(links) == len({text for text, _target in links}) > 6

    def test_by_day_in_brussels_the_newest_first(self, visitor: Visitor, clock: Any) -> None:
        jha, env = make_meeting(), make_meeting("env")
        published(clock, jha, env)
        corrected(clock, jha, "The first.")
        clock.move_to(PRESS_DAY.replace(hour=21, minute=59))
        corrected(clock, env, "The second.")
        clock.move_to(PRESS_DAY.replace(hour=22, minute=1))  # past midnight in Brussels
        corrected(clock, jha, "The third.")
        html = page(visitor, ADDRESS)
        told = words(html.partition("<main")[2])
        order = ["Wednesday 15 September 2060", "The third.", "Tuesday 14 September 2060", "The second.", "The first."]
        assert [told.index(each) for each in order] == sorted(told.index(each) for each in order)
        assert rows(html)[0].startswith("JHA 00:01 Justice and Home Affairs Council , 14 September 2060 Corrected")

    def test_each_leads_to_what_changed(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        corrected(clock, meeting, "The lead was wrong.")
        corrected(clock, meeting, "Wrong again.")
        html = page(visitor, ADDRESS)
        found = re.findall(r'href="(/en/meetings/jha/[^"]*editions/[^"]*)"', html)
        assert found == [f"/en/meetings/jha/2060/09/14/editions/{pair}/" for pair in ("2..3", "1..2")]
        assert "Wrong again." in words(page(visitor, found[0]))

    def test_a_meeting_that_moved_is_told_by_where_it_is(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        corrected(clock, meeting, "The lead was wrong.")
        meeting.start_date = meeting.end_date = PRESS_DATE + DAY
        meeting.status_reason = "Snow."
        corrected(clock, meeting, "It moved.")
        published(clock, make_meeting(lead="<p>Another one at the old address.</p>"))
        html = page(visitor, ADDRESS)
        assert html.count('href="/en/meetings/jha/2060/09/15/"') == 2
        assert "/09/14/editions/" not in html

    def test_a_typing_error_is_told_apart(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        corrected(clock, meeting, "", editorial=True)
        assert "Editorial correction" in rows(page(visitor, ADDRESS))[0]

    def test_what_was_cancelled_says_so(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        meeting.status, meeting.status_reason = "cancelled", "Strike."
        corrected(clock, meeting, "It is cancelled.")
        assert "Cancelled – It is cancelled." in rows(page(visitor, ADDRESS))[0]

    def test_beside_it_is_its_feed(self, visitor: Visitor, clock: Any) -> None:
        html = page(visitor, ADDRESS)
        assert '<a href="/en/meetings/corrections.atom">' in html
        assert 'rel="alternate" type="application/atom+xml"' in html

    def test_older_and_newer_lead_through_all_without_a_gap(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        for number in range(45):
            clock.shift(MINUTE)
            corrected(clock, meeting, f"Note {number:02}.")
        found, address = [], ADDRESS
        while address:
            html = page(visitor, address)
            found += re.findall(r"Note (\d\d)", html)
            older = re.search(r'href="(\?cursor=[^"]+)" rel="next"', html)
            last, address = address, ADDRESS + older[1] if older else ""
        assert found == [f"{number:02}" for number in range(44, -1, -1)]
        newer = re.search(r'href="(\?cursor=[^"]+)" rel="prev"', page(visitor, last))
        assert newer
        assert re.findall(r"Note (\d\d)", page(visitor, ADDRESS + newer[1])) == found[20:40]

    def test_an_old_copy_holds_until_something_is_published(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        first = visitor.get(ADDRESS)
        clock.shift(DAY)
        assert visitor.get(ADDRESS, headers={"if-none-match": first["ETag"]}).status_code == 304
        corrected(clock, meeting, "It was wrong.")
        assert visitor.get(ADDRESS, headers={"if-none-match": first["ETag"]}).status_code == 200
        for number in range(5):
            corrected(clock, meeting, f"Note {number}.")
        page(visitor, ADDRESS)
        assert len(visitor.statements) == 5
