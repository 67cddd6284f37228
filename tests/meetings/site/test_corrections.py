"""The page of corrections: what is listed, its order, wording and links."""

import re
from typing import Any

import pytest

from agenda.workflow.suppression import suppress
from meetings.models import Edition, EditionReason, Meeting
from tests import actions
from tests.agenda.search.search_page import publish_approved
from tests.factories import (
    COMMAND,
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    make_configuration,
    make_meeting,
    make_meeting_document,
    publish,
    publish_now,
    translate,
    withdraw,
)
from tests.meetings.site.daily_schedule.press_days import extract_text, get_page, publish_documents
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
ADDRESS = "/en/meetings/corrections/"


def publish_correction(clock: Any, meeting: Meeting, note: str, **options: Any) -> Edition:
    meeting.lead = f"<p>{note or 'Typing error.'}</p>"
    meeting.save()
    return publish_now(clock, meeting, note=note, **options)


def list_rows(html: str) -> list[str]:
    return [extract_text(part) for part in re.findall(r'(?s)(<li class="row news.*?)</li>', html)]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?kind=resulds", "Did you mean “results”?"),
        ("?kind=moved&kind=results", "Kind of change: choose one value. The address has 2."),
    ],
)
def test_unknown_kind_is_ignored_with_a_notice(visitor: Visitor, query: str, message: str) -> None:
    response = visitor.get(ADDRESS + query)
    assert message in response.content.decode()
    assert "Use one of" not in response.content.decode()
    assert response["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in visitor.get(f"{ADDRESS}?kind=moved")


@pytest.mark.parametrize(
    ("word", "heading"),
    [
        ("withdrawal", "Withdrawn"),
        ("correction", "Corrected"),
        ("other", "Corrected"),
        ("again", "Published"),
        ("postponed", "Cancelled or postponed"),
    ],
)
def test_words_of_the_api_are_understood(visitor: Visitor, word: str, heading: str) -> None:
    response = visitor.get(f"{ADDRESS}?kind={word}")
    assert f"<h1>Changes: {heading}</h1>" in response.content.decode()
    assert "X-Robots-Tag" not in response
    feed = visitor.get(f"/en/meetings/corrections.atom?kind={word}").content.decode()
    assert f"<title>Council meetings: changes ({heading})</title>" in feed


class TestNotShown:
    def test_first_edition_is_not_a_correction(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        assert "There are no corrections yet." in get_page(visitor, ADDRESS)

    def test_scheduled_correction_is_not_shown(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        before = get_page(visitor, ADDRESS)
        meeting.lead = "<p>Hidden.</p>"
        meeting.save()
        publish(meeting, note="Hidden.", at=PRESS_DAY + DAY)
        assert get_page(visitor, ADDRESS) == before

    def test_corrections_of_withdrawn_meeting_are_not_shown(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(title="Zanzibar")
        publish_now(clock, meeting)
        publish_correction(clock, meeting, "The secret was wrong.")
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        html = get_page(visitor, ADDRESS)
        [shown] = list_rows(html)
        assert "Withdrawn – Sent too early." in shown
        assert "secret" not in html
        assert "editions/" not in html

    def test_text_of_suppressed_edition_is_not_shown(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        second = publish_correction(clock, meeting, "The secret was wrong.")
        publish_correction(clock, meeting, "It was right.")
        suppress(meeting, second, by=COMMAND, reason="A name too much.")
        html = get_page(visitor, ADDRESS)
        assert "secret" not in html
        third, shown = list_rows(html)
        assert "The text of edition 2 has been removed – A name too much." in shown
        assert "All editions" in third
        assert not {"editions/1..2/", "editions/2..3/"} & set(re.findall(r"editions/\d\.\.\d/", html))

    def test_change_of_a_suppressed_text_is_not_called_a_change_of_translations(
        self, visitor: Visitor, clock: Any
    ) -> None:
        meeting = make_meeting()
        first = publish_now(clock, meeting)
        publish_correction(clock, meeting, "It was wrong.")
        suppress(meeting, first, by=COMMAND, reason="A name too much.")
        assert "What changed" not in extract_text(get_page(visitor, ADDRESS))

    def test_invalid_cursor_shows_first_page(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        publish_correction(clock, meeting, "It was wrong.")
        for cursor in ("x", "", "W10", "\0", "WyIyMDYwLTA5LTE0VDA4OjAwOjAwWiIsZmFsc2VdWw"):
            response = visitor.get(ADDRESS, {"cursor": cursor})
            assert (response.status_code, len(list_rows(response.content.decode()))) == (200, 1), cursor


class TestCorrections:
    def test_configuration_of_withdrawn_meeting_is_shown(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting("env")
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        [shown] = list_rows(get_page(visitor, ADDRESS))
        assert shown.startswith("ENVI 10:0")

    def test_publication_after_withdrawal_is_listed_on_page_and_in_feed(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        clock.shift(MINUTE)
        publish_now(clock, meeting, note="The right text.")
        again, withdrawal = list_rows(get_page(visitor, ADDRESS))
        assert "Published again – The right text." in again
        assert "Withdrawn – Sent too early." in withdrawal
        assert "Published again" in get_page(visitor, "/en/meetings/corrections.atom")

    def test_changed_parts_are_listed(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        publish_correction(clock, meeting, "The lead was wrong.")
        meeting.notice, meeting.number = "Drawn up by the press office.", "3560"
        publish_correction(clock, meeting, "Moved.")
        shown = list_rows(get_page(visitor, ADDRESS))
        assert "What changed: number, introduction, notice" in shown[0]
        assert "What changed: introduction" in shown[1]

    def test_correction_of_translation_names_language(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        translate(meeting, language="fr", venue="Europa")
        publish_approved(clock, meeting)
        translate(meeting, language="fr", venue="Bâtiment Europa")
        actions.submit(meeting)
        actions.approve(meeting)
        actions.schedule_approved(meeting, at=PRESS_DAY + DAY)
        clock.move_to(PRESS_DAY + DAY)
        assert "What changed: translations (français)" in list_rows(get_page(visitor, ADDRESS))[0]

    def test_link_texts_are_unique(self, visitor: Visitor, clock: Any) -> None:
        meetings = [make_meeting(start_date=PRESS_DATE + days * DAY) for days in range(3)]
        publish_now(clock, *meetings)
        for meeting in meetings:
            publish_correction(clock, meeting, "It was wrong.")
        main = get_page(visitor, ADDRESS).partition("<main")[2].partition("</main>")[0]
        links = {
            (extract_text(text), target) for target, text in re.findall(r'(?s)<a href="([^"]+)"[^>]*>(.*?)</a>', main)
        }
        assert len(links) == len({text for text, _target in links}) > 6

    def test_grouped_by_day_in_brussels_newest_first(self, visitor: Visitor, clock: Any) -> None:
        jha, env = make_meeting(), make_meeting("env")
        publish_now(clock, jha, env)
        publish_correction(clock, jha, "The first.")
        clock.move_to(PRESS_DAY.replace(hour=21, minute=59))
        publish_correction(clock, env, "The second.")
        clock.move_to(PRESS_DAY.replace(hour=22, minute=1))  # past midnight in Brussels
        publish_correction(clock, jha, "The third.")
        html = get_page(visitor, ADDRESS)
        shown = extract_text(html.partition("<main")[2])
        order = ["Wednesday 15 September 2060", "The third.", "Tuesday 14 September 2060", "The second.", "The first."]
        assert [shown.index(each) for each in order] == sorted(shown.index(each) for each in order)
        assert list_rows(html)[0].startswith("JHA 00:01 Justice and Home Affairs Council , 14 September 2060 Corrected")

    def test_links_to_comparison(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        publish_correction(clock, meeting, "The lead was wrong.")
        publish_correction(clock, meeting, "Wrong again.")
        html = get_page(visitor, ADDRESS)
        found = re.findall(r'href="(/en/meetings/jha/[^"]*editions/[^"]*)"', html)
        assert found == [f"/en/meetings/jha/2060/09/14/editions/{pair}/" for pair in ("2..3", "1..2")]
        assert "Wrong again." in extract_text(get_page(visitor, found[0]))

    def test_moved_meeting_has_its_present_date(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        publish_correction(clock, meeting, "The lead was wrong.")
        meeting.start_date = meeting.end_date = PRESS_DATE + DAY
        meeting.status_reason = "Snow."
        publish_correction(clock, meeting, "It moved.")
        publish_now(clock, make_meeting(lead="<p>Another one at the old address.</p>"))
        html = get_page(visitor, ADDRESS)
        assert html.count('href="/en/meetings/jha/2060/09/15/"') == 2
        assert "/09/14/editions/" not in html

    def test_editorial_correction_is_named(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        publish_correction(clock, meeting, "", editorial=True)
        assert "Minor correction" in list_rows(get_page(visitor, ADDRESS))[0]

    def test_cancellation_is_named(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        meeting.status, meeting.status_reason = "cancelled", "Strike."
        publish_correction(clock, meeting, "It is cancelled.")
        assert "Cancelled – It is cancelled." in list_rows(get_page(visitor, ADDRESS))[0]

    def test_links_to_feed(self, visitor: Visitor, clock: Any) -> None:
        html = get_page(visitor, ADDRESS)
        assert '<a href="/en/meetings/corrections.atom">' in html
        assert 'rel="alternate" type="application/atom+xml"' in html

    def test_pages_show_all_corrections_without_gaps(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        for number in range(-1, 45):
            is_first = number < 0
            document = make_meeting_document(lead=f"<p>Lead {number}.</p>")
            clock.shift(MINUTE)
            publish_documents(
                clock,
                document,
                change_note="" if is_first else f"Note {number:02}.",
                **({} if is_first else {"reason": EditionReason.CORRECTION}),
            )
        found, address = [], ADDRESS
        while address:
            html = get_page(visitor, address)
            found += re.findall(r"Note (\d\d)", html)
            older = re.search(r'href="(\?cursor=[^"]+)" rel="next"', html)
            last, address = address, ADDRESS + older[1] if older else ""
        assert found == [f"{number:02}" for number in range(44, -1, -1)]
        newer = re.search(r'href="(\?cursor=[^"]+)" rel="prev"', get_page(visitor, last))
        assert newer
        assert re.findall(r"Note (\d\d)", get_page(visitor, ADDRESS + newer[1])) == found[20:40]

    def test_etag_changes_on_publication_only(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        first = visitor.get(ADDRESS)
        clock.shift(DAY)
        assert visitor.get(ADDRESS, headers={"if-none-match": first["ETag"]}).status_code == 304
        publish_correction(clock, meeting, "It was wrong.")
        assert visitor.get(ADDRESS, headers={"if-none-match": first["ETag"]}).status_code == 200
        for number in range(2):
            publish_correction(clock, meeting, f"Note {number}.")
        get_page(visitor, ADDRESS)
        assert len(visitor.statements) == 6
