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
    seen,
    ticked,
    translator,
)
from tests.cast import DAY, MINUTE, PRESS_DATE, PRESS_DAY, make_topic, translate, withdraw

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
        assert french(ines) == "not started"
        saved(ines, meeting, meeting.agenda.get(), title="Politique migratoire")
        assert french(ines) == "started, 1 of 6 translated, 5 not translated"
        everything(meeting)
        assert french(ines) == "translated, not submitted, 8 of 8 translated"
        acts.submit(meeting)
        assert french(ines) == "in review, 8 of 8 translated"
        acts.approve(meeting)
        assert french(ines) == "approved, 8 of 8 translated, 8 reviewed"
        clock.move_to(publishing.publish(meeting, by=actor("berta"))[0].available_from)
        assert french(ines) == "published, 8 of 8 translated, 8 reviewed"
        corrected(meeting)
        assert french(ines) == "out of date, 7 of 8 translated, 7 reviewed, 1 out of date; an earlier text is published"

    def test_sent_back(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting)
        acts.submit(meeting)
        review: Any = Review.last(meeting)
        texts = [one.shown for one in review.languages]
        publishing.send_back(meeting, by=acts.person("berta"), shown=texts, languages=["fr"], remark="Mind the hour.")
        assert french(ines) == "sent back, 8 of 8 translated"

    def test_what_is_in_review_stays_that_while_its_source_is_edited_on(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting)
        acts.submit(meeting)
        meeting.programme.update(time_precision="exact")
        kept(meeting)
        assert french(ines) == "in review, 8 of 8 translated"
        saved(ines, meeting, meeting.agenda.get(), title="Politique de migration")
        assert french(ines) == "translated, ready to submit, 8 of 8 translated"

    def test_what_was_not_chosen_is_not_in_review(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting)
        acts.submit(meeting)
        acts.approve(meeting)
        saved(ines, meeting, meeting.agenda.get(), title="Politique de migration")
        meeting.programme.update(time_precision="exact")
        publishing.submit(kept(meeting), by=acts.person("anna"), languages=[])
        assert french(ines) == "translated, ready to submit, 8 of 8 translated, 7 reviewed"
        source_approved(meeting)
        assert french(ines) == "translated, ready to submit, 8 of 8 translated, 7 reviewed"
        assert "8 of 8 translated, 7 reviewed" in words(ines.get(desk_of(meeting)))

    def test_some_texts_are_less_than_all(self, ines: Client, meeting: Meeting, clock: Any) -> None:
        saved(ines, meeting, meeting.agenda.get(), title="Politique migratoire")
        acts.submit(meeting)
        assert "… 1/6" in line(ines, meeting)
        acts.approve(meeting)
        assert "✓ 1/6 Approved, 1 of 6 translated" in line(ines, meeting)
        clock.move_to(publishing.publish(meeting, by=actor("berta"))[0].available_from)
        assert line(ines, meeting) == "◐ 1/6 Partly published, 1 of 6 translated, 1 reviewed, 5 not translated"

    def test_another_hour_than_the_source(self, ines: Client, meeting: Meeting) -> None:
        meeting.agenda.update(text="<p>The debate begins at 14:30.</p>")
        everything(kept(meeting))
        saved(ines, meeting, meeting.agenda.get(), text="Le débat commence à 15h30.")
        told = "time differs from the original: correct or confirm it"
        assert french(ines) == f"translated, not submitted, 8 of 8 translated; {told}"
        assert "8/8 ≠" in line(ines, meeting)
        ticked(ines, meeting, meeting.agenda.get(), "text", "meant")
        assert french(ines) == "translated, not submitted, 8 of 8 translated"

    def test_the_desk_counts_as_the_grid_does(self, ines: Client, meeting: Meeting) -> None:
        """Also where approved words went along with a source text beside which newer ones are in review."""
        everything(meeting)
        acts.submit(meeting)
        acts.approve(meeting)
        saved(ines, meeting, meeting.agenda.get(), title="Politique de migration")
        meeting.programme.update(time_precision="exact")
        publishing.submit(kept(meeting), by=acts.person("anna"), languages=["fr"])
        source_approved(meeting)
        counted = "8 of 8 translated, 7 reviewed"
        assert french(ines) == f"in review, {counted}"
        assert counted in words(ines.get(desk_of(meeting)))
        assert "Title Draft" in seen(ines, meeting, meeting.agenda.get(), "title")

    def test_an_address_that_is_the_source_s_is_no_text_of_its_own(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting)
        link = meeting.links.get()
        saved(ines, meeting, link, url=link.url)
        assert french(ines) == "translated, not submitted, 8 of 8 translated"
        assert "8 of 8 translated" in words(ines.get(desk_of(meeting)))

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
        assert french(ines) == "approved, 8 of 8 translated, 8 reviewed; this text is scheduled"
        corrected(meeting)
        assert french(ines).endswith("1 out of date; a different text is scheduled")
        told = "original language, not yet submitted; a different text is scheduled"
        assert cells(ines, "?languages=all")["English"] == told

    def test_what_is_live_without_the_texts_that_are_out_of_date(
        self, ines: Client, meeting: Meeting, clock: Any
    ) -> None:
        everything(meeting)
        acts.submit(meeting)
        acts.approve(meeting)
        corrected(meeting)
        [edition] = publishing.publish(meeting, by=actor("berta"), force="The press is waiting.")
        clock.move_to(edition.available_from)
        assert french(ines) == "out of date, 7 of 8 translated, 7 reviewed, 1 out of date; this text is published"

    def test_the_source_language(self, ines: Client, meeting: Meeting) -> None:
        assert cells(ines, "?languages=all")["English"] == "original language, not yet submitted"
        acts.submit(meeting)
        assert cells(ines, "?languages=all")["English"] == "in review"

    def test_a_meeting_that_makes_no_document(self, ines: Client, meeting: Meeting) -> None:
        Meeting.objects.update(digest="-")
        assert french(ines) == "page cannot be generated"


class TestScreenOfAMeeting:
    def test_all_languages_with_the_way_to_the_desk(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting, "el")
        page = shown(ines, meeting, "languages/")
        assert page.index("English ✎ Original language") < page.index("ελληνικά 8/8") < page.index("български –")
        assert "8/8 Translated, not submitted, 8 of 8 translated" in line(ines, meeting, "ελληνικά")
        assert "Translate : français" in page
        assert "View : ελληνικά" in page
        assert page.count("View :") == 22

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
        assert "time differs" in cells(ines, "?languages=all")["ελληνικά"]
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
    meeting.agenda.update(text="<p>The debate begins at 14:30.</p>")
    kept(meeting)
    translate(
        meeting,
        meeting.agenda.get(),
        "el",
        title="Μεταναστευτική πολιτική",
        text="<p>Η συζήτηση αρχίζει στις 15:30.</p>",
    )
    corrected(meeting)


class TestFrontPage:
    def test_what_is_to_be_translated_into_one_s_language(self, ines: Client, eleni: Client, meeting: Meeting) -> None:
        assert section(ines, TO_TRANSLATE) == "JHA, 14 September 2060 français: not started"
        everything(meeting)
        assert section(ines, TO_TRANSLATE) == ""
        assert section(eleni, TO_TRANSLATE) == "JHA, 14 September 2060 ελληνικά: not started"
        corrected(meeting)
        assert "out of date, 7 of 8 translated" in section(ines, TO_TRANSLATE)

    def test_what_is_translated_until_it_is_submitted(self, ines: Client, meeting: Meeting) -> None:
        acts.submit(meeting)
        everything(meeting)
        told = "JHA, 14 September 2060 français: translated, ready to submit, 8 of 8 translated"
        assert section(ines, TO_TRANSLATE) == told
        assert address_of(meeting, "translate/fr/submit/") in ines.get("/admin/").content.decode()
        assert "Submit : français" in shown(ines, meeting, "languages/")
        publishing.submit_translation(meeting, "fr", by=actor("ines"))
        assert section(ines, TO_TRANSLATE) == ""

    def test_another_hour_is_to_be_mended_or_confirmed(self, ines: Client, meeting: Meeting) -> None:
        meeting.agenda.update(text="<p>The debate begins at 14:30.</p>")
        acts.submit(kept(meeting))
        everything(meeting)
        saved(ines, meeting, meeting.agenda.get(), text="Le débat commence à 15h30.")
        assert "time differs from the original: correct or confirm it" in section(ines, TO_TRANSLATE)
        assert f"{desk_of(meeting)}?show=todo" in ines.get("/admin/").content.decode()

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
        assert told == "JHA, 14 September 2060 Deutsch: not started suomi: started, 1 of 6 translated, 5 not translated"

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


REMARK = "Sent back by berta, 14 Sep 10:00: “Mind the hour.”"


def source_approved(meeting: Meeting) -> None:
    review: Any = Review.last(meeting)
    texts = [one.shown for one in review.languages]
    publishing.approve(meeting, by=acts.person("berta"), shown=texts, languages=["en"])


def sent_back(meeting: Meeting, language: str = "fr") -> None:
    review: Any = Review.last(meeting)
    acts.person("berta")
    texts = [one.shown for one in review.languages]
    publishing.send_back(meeting, by=actor("berta"), shown=texts, languages=[language], remark="Mind the hour.")


class TestSentBack:
    @pytest.fixture
    def returned(self, ines: Client, meeting: Meeting) -> Meeting:
        everything(meeting)
        acts.submit(meeting)
        sent_back(meeting)
        return meeting

    def is_told(self, client: Client, meeting: Meeting) -> list[bool]:
        """On the front page, on Languages, on the desk, and where it is submitted."""
        screens = [shown(client, meeting, step) for step in ("languages/", "translate/fr/", "translate/fr/submit/")]
        return [REMARK in one for one in (section(client, TO_TRANSLATE), *screens)]

    def test_not_to_translators_of_another_language(self, ines: Client, eleni: Client, returned: Meeting) -> None:
        assert REMARK not in section(eleni, TO_TRANSLATE)
        assert REMARK not in shown(eleni, returned, "translate/el/")

    def test_with_the_remark_before_all_else(self, ines: Client, returned: Meeting) -> None:
        a_meeting("env", start_date=PRESS_DATE - DAY, end_date=PRESS_DATE)
        told = f"JHA, 14 September 2060 français: sent back, 8 of 8 translated {REMARK} ENVI"
        assert section(ines, TO_TRANSLATE).startswith(told)
        assert self.is_told(ines, returned) == [True] * 4

    def test_what_nobody_has_touched_since_is_to_do(self, ines: Client, returned: Meeting) -> None:
        assert "To do: 8" in shown(ines, returned, "translate/fr/")

    def test_until_it_is_submitted_again(self, ines: Client, returned: Meeting, clock: Any) -> None:
        clock.move_to(PRESS_DAY + MINUTE)
        saved(ines, returned, returned.agenda.get(), title="Politique de migration")
        assert "To do: 7" in shown(ines, returned, "translate/fr/")
        assert self.is_told(ines, returned) == [True] * 4
        publishing.submit_translation(returned, "fr", by=actor("ines"))
        assert self.is_told(ines, returned) == [False] * 4
        assert french(ines) == "in review, 8 of 8 translated"

    def test_also_while_its_source_goes_on_without_it(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting)
        acts.submit(meeting)
        acts.approve(meeting)
        saved(ines, meeting, meeting.agenda.get(), title="Politique de migration")
        publishing.submit_translation(meeting, "fr", by=actor("ines"))
        sent_back(meeting)
        corrected(meeting, "Migration and asylum")
        publishing.submit(meeting, by=acts.person("anna"), languages=[])
        assert REMARK in section(ines, TO_TRANSLATE)
        source_approved(meeting)
        assert french(ines) == "sent back, 7 of 8 translated, 7 reviewed, 1 out of date"
        assert REMARK in section(ines, TO_TRANSLATE)

    def test_also_of_a_topic_and_of_a_meeting_that_is_far(self, ines: Client) -> None:
        topic, far = kept(make_topic()), a_meeting(start_date=PRESS_DATE + 40 * DAY)
        translate(topic, title="Politique migratoire")
        everything(far)
        for one in (kept(topic), far):
            acts.submit(one)
            acts.approve(one)
            sent_back(one)
        told = section(ines, TO_TRANSLATE)
        assert told.count(REMARK) == 2
        assert "Migration policy" in told

    def test_as_many_queries_for_any_number(self, ines: Client, returned: Meeting) -> None:
        number = self.counted(ines)
        for slug in ("env", "ecofin", "gac"):
            other = a_meeting(slug)
            everything(other)
            acts.submit(other)
            sent_back(other)
            saved(ines, other, other.agenda.get(), title="Politique de migration")
        assert section(ines, TO_TRANSLATE).count(REMARK) == 4
        assert self.counted(ines) == number

    def counted(self, client: Client) -> list[int]:
        numbers = []
        for address in ("/admin/", GRID):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            numbers.append(len(queries))
        return numbers

    def test_an_approval_ends_it(self, ines: Client, returned: Meeting) -> None:
        acts.approve(returned)
        assert self.is_told(ines, returned)[:2] == [False, False]
