"""How ready the languages are: a meeting's, all of them in the grid, and what translators find on the front page."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda import publishing
from agenda.reviews import Review
from meetings.models import Meeting, User
from tests import acts
from tests.agenda.desk.screens import actor, address_of, person, section, shown, words
from tests.agenda.translators.desk import (
    a_meeting,
    corrected,
    desk_of,
    everything,
    kept,
    saved,
    translator,
)
from tests.cast import DAY, PRESS_DATE, PRESS_DAY, make_topic, translate, withdraw

GRID = "/admin/languages/"
CELL = re.compile(r'<a class="stage"[^>]* href="([^"]*)".*?<span class="visually-hidden">(.*?)</span></a>', re.S)
TO_TRANSLATE = "To translate"


def cells(client: Client, query: str = "") -> dict[str, str]:
    """What the cells of the grid's first row say, by the name of the language."""
    page = client.get(GRID + query).content.decode()
    row = page[page.index("<tbody>") :].partition("</tr>")[0]
    return dict(unescape(told).split(": ", 1) for _way, told in CELL.findall(row))


def french(client: Client) -> str:
    return cells(client)["français"]


def line(client: Client, meeting: Any, language: str = "français") -> str:
    """Of the screen of a meeting's languages."""
    told = re.search(rf"{language} (.*?) (?:Translate|Look) : {language}", shown(client, meeting, "languages/"))
    assert told
    return told[1]


class TestStages:
    def test_from_nothing_to_live_and_out_of_date(self, ines: Client, meeting: Meeting, clock: Any) -> None:
        assert french(ines) == "not begun"
        saved(ines, meeting, meeting.agenda.get(), title="Politique migratoire")
        assert french(ines) == "begun, 1 of 6 translated, 5 missing"
        everything(meeting)
        assert french(ines) == "translated, not submitted, 8 of 8 translated"
        acts.submit(meeting)
        assert french(ines) == "in review, 8 of 8 translated"
        acts.approve(meeting)
        assert french(ines) == "approved, 8 of 8 translated, 8 reviewed"
        clock.move_to(publishing.publish(meeting, by=actor("berta"))[0].available_from)
        assert french(ines) == "live, 8 of 8 translated, 8 reviewed"
        corrected(meeting)
        assert french(ines) == "out of date, 7 of 8 translated, 7 reviewed, 1 out of date; an earlier text is live"

    def test_sent_back(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting)
        acts.submit(meeting)
        review: Any = Review.last(meeting)
        texts = [one.shown for one in review.languages]
        publishing.send_back(meeting, by=acts.person("berta"), shown=texts, languages=["fr"], remark="Mind the hour.")
        assert french(ines) == "sent back, 8 of 8 translated"

    def test_a_time_that_changes_takes_no_text_s_approval_away(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting)
        acts.submit(meeting)
        acts.approve(meeting)
        meeting.programme.update(time_precision="exact")
        kept(meeting)
        assert french(ines) == "approved, 8 of 8 translated, 8 reviewed"

    def test_a_withdrawal_ends_approvals(self, ines: Client, meeting: Meeting, clock: Any) -> None:
        everything(meeting)
        acts.submit(meeting)
        acts.approve(meeting)
        clock.move_to(publishing.publish(meeting, by=actor("berta"))[0].available_from)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert french(ines).startswith("in review, 8 of 8")

    def test_what_appears_later_is_told(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting)
        acts.submit(meeting)
        acts.approve(meeting)
        acts.schedule_approved(meeting, at=PRESS_DAY + DAY)
        assert french(ines) == "approved, 8 of 8 translated, 8 reviewed; appears with the edition to come"

    def test_the_source_language(self, ines: Client, meeting: Meeting) -> None:
        assert cells(ines, "?languages=all")["English"] == "written in this language, not submitted"
        acts.submit(meeting)
        assert cells(ines, "?languages=all")["English"] == "in review"

    def test_a_meeting_that_makes_no_document(self, ines: Client, meeting: Meeting) -> None:
        Meeting.objects.update(digest="-")
        assert french(ines) == "makes no document"


class TestScreenOfAMeeting:
    def test_all_languages_with_the_way_to_the_desk(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting, "el")
        page = shown(ines, meeting, "languages/")
        assert page.index("English ✎ Written in this language") < page.index("ελληνικά 8/8") < page.index("български –")
        assert "8/8 Translated, not submitted, 8 of 8 translated" in line(ines, meeting, "ελληνικά")
        assert "Translate : français" in page
        assert "Look : ελληνικά" in page
        assert page.count("Look :") == 22

    def test_it_is_reached_from_the_meeting_and_from_everywhere(self, ines: Client, meeting: Meeting) -> None:
        assert address_of(meeting, "languages/") in ines.get(address_of(meeting, "change/")).content.decode()
        assert f'href="{GRID}"' in ines.get("/admin/").content.decode()

    def test_as_many_queries_for_any_number_of_languages(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting)
        with CaptureQueriesContext(connection) as one:
            shown(ines, meeting, "languages/")
        number = len(one)
        for language in ("el", "de", "fi", "nl"):
            everything(meeting, language)
        with CaptureQueriesContext(connection) as five:
            shown(ines, meeting, "languages/")
        assert len(five) == number


class TestGrid:
    def test_a_translator_sees_their_languages_and_may_see_all(self, ines: Client, meeting: Meeting) -> None:
        assert list(cells(ines)) == ["français"]
        everyone = list(cells(ines, "?languages=all"))
        assert (everyone[0], len(everyone)) == ("français", 24)

    def test_others_see_all(self, ines: Client, meeting: Meeting) -> None:
        assert len(cells(person("petra", "Publishers"))) == 24

    def test_whoever_has_no_role_is_refused(self, ines: Client, meeting: Meeting) -> None:
        nobody = person("nobody", "Translators")
        User.objects.get(username="nobody").memberships.all().delete()
        assert "JHA" not in words(nobody.get(GRID), 403)
        assert Client().get(GRID).status_code == 302

    @pytest.mark.once
    def test_filters(self, ines: Client, meeting: Meeting) -> None:
        a_meeting("env", start_date=PRESS_DATE - 90 * DAY)
        a_meeting("ecofin", start_date=PRESS_DATE + 5 * DAY)
        kept(make_topic())
        for query, titles in {
            "": "JHA ECOFIN ENVI",  # saved lately
            "?when=today": "JHA",
            "?when=past": "ENVI",
            "?when=topics": "Migration policy",
            "?configuration=ecofin": "ECOFIN",
            "?when=nonsense&p=x&languages=xx&configuration=": "JHA ECOFIN ENVI",
            "?configuration=nowhere": "",
        }.items():
            page = ines.get(GRID + query).content.decode()
            found = re.findall(r'<th scope="row"><a[^>]*>([^<,]*)', page)
            assert " ".join(found) == titles, query

    @pytest.mark.once
    def test_pages_keep_the_filters(self, ines: Client) -> None:
        for number in range(21):
            a_meeting(start_date=PRESS_DATE + number * DAY)
        assert "?when=month&amp;p=2" in ines.get(f"{GRID}?when=month").content.decode()
        assert len(re.findall('<th scope="row">', ines.get(f"{GRID}?when=month&p=2").content.decode())) == 1

    def test_cells_lead_to_the_desk(self, ines: Client, meeting: Meeting) -> None:
        assert f'href="{desk_of(meeting)}"' in ines.get(GRID).content.decode()

    def test_as_many_queries_for_any_number_of_meetings(self, ines: Client, meeting: Meeting) -> None:
        acts_of(meeting)
        number = self.counted(ines)
        for slug in ("env", "ecofin", "gac"):
            acts_of(a_meeting(slug))
        assert self.counted(ines) == number

    def counted(self, client: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{GRID}?languages=all").status_code == 200
        return len(queries)


def acts_of(meeting: Meeting) -> None:
    everything(meeting)
    acts.submit(meeting)
    acts.approve(meeting)
    translate(meeting, meeting.agenda.get(), "el", title="Μεταναστευτική πολιτική")
    corrected(meeting)


class TestFrontPage:
    def test_what_is_to_be_translated_into_one_s_language(self, ines: Client, eleni: Client, meeting: Meeting) -> None:
        assert section(ines, TO_TRANSLATE) == "JHA, 14 September 2060 français: not begun"
        everything(meeting)
        assert section(ines, TO_TRANSLATE) == ""
        assert section(eleni, TO_TRANSLATE) == "JHA, 14 September 2060 ελληνικά: not begun"
        corrected(meeting)
        assert "out of date, 7 of 8 translated" in section(ines, TO_TRANSLATE)

    def test_only_of_what_comes_up_or_is_in_review(self, ines: Client) -> None:
        far, past = a_meeting(start_date=PRESS_DATE + 40 * DAY), a_meeting("env", start_date=PRESS_DATE - DAY)
        assert section(ines, TO_TRANSLATE) == ""
        for one in (far, past):
            acts.submit(one)
        assert "JHA, 24 October 2060" in section(ines, TO_TRANSLATE)

    def test_only_of_one_s_configurations(self, eleni: Client) -> None:
        a_meeting("env")
        assert section(eleni, TO_TRANSLATE) == ""

    def test_who_translates_into_all_gets_what_is_begun_or_waited_for(self, ines: Client, meeting: Meeting) -> None:
        otto = translator("otto", "")
        assert section(otto, TO_TRANSLATE) == ""
        translate(meeting, meeting.agenda.get(), "fi", title="Maahanmuuttopolitiikka")
        Meeting.objects.update(required_languages=["en", "de"])
        told = section(otto, TO_TRANSLATE)
        assert told == "JHA, 14 September 2060 Deutsch: not begun suomi: begun, 1 of 6 translated, 5 missing"

    def test_not_for_others(self, ines: Client, meeting: Meeting) -> None:
        assert section(person("petra", "Publishers"), TO_TRANSLATE) == ""
        acts.person("root")
        root = Client()
        root.force_login(User.objects.get(username="root"))
        assert section(root, TO_TRANSLATE) == ""

    def test_as_many_queries_for_any_number_of_meetings(self, ines: Client, meeting: Meeting) -> None:
        translate(meeting, meeting.agenda.get(), title="Politique migratoire")
        number = self.counted(ines)
        for slug in ("env", "ecofin", "gac"):
            other = a_meeting(slug)
            translate(other, other.agenda.get(), title="Politique migratoire")
        assert self.counted(ines) == number

    def counted(self, client: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/").status_code == 200
        return len(queries)
