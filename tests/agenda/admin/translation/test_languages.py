"""Readiness of languages: of one meeting, in the grid, and on the dashboard of translators."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.translation.readiness import TranslationStage, get_readiness
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import Review
from agenda.workflow.translation_submission import submit_translation
from meetings.models import Meeting, User
from tests import actions
from tests.agenda.admin.screens import (
    create_client,
    get_actor,
    get_step_url,
    parse_dashboard,
    read_dashboard_section,
    read_screen,
    read_visible_words,
)
from tests.agenda.admin.translation.editor import (
    change_title,
    create_meeting,
    create_translator,
    get_editor_url,
    keep_source_revision,
    read_form,
    read_words_at,
    save_translation,
    send_form,
    tick_box,
    translate_all_texts,
)
from tests.agenda.api.test_query_plans import count_examined_rows
from tests.factories import DAY, MINUTE, PRESS_DATE, PRESS_DAY, make_topic, translate, withdraw
from tests.note_editor import read_publication

GRID = "/admin/languages/"
CELL = re.compile(r'<a class="stage"[^>]* href="([^"]*)".*?<span class="visually-hidden">(.*?)</span></a>', re.S)
TO_TRANSLATE = "To translate"


def parse_cells(client: Client, query: str = "") -> dict[str, str]:
    """Return the words of the cells in the first row of the grid by name of language."""
    page = client.get(GRID + query).content.decode()
    row = page[page.index("<tbody>") :].partition("</tr>")[0]
    return dict(unescape(words).split(": ", 1) for _url, words in CELL.findall(row))


def count_read_rows(client: Client, address: str) -> float:
    """Return how many rows PostgreSQL examines for the page."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    statements = [query["sql"] for query in queries if query["sql"].startswith(("SELECT", "EXECUTE"))]
    with connection.cursor() as cursor:
        plans = []
        for statement in statements:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
            plans.append(cursor.fetchone()[0][0]["Plan"])
    return sum(map(count_examined_rows, plans))


def get_french_cell(client: Client) -> str:
    return parse_cells(client)["français"]


def get_language_line(client: Client, meeting: Any, language: str = "français") -> str:
    """Return the line of a language on the screen of all languages of a meeting."""
    match = re.search(rf"{language} (.*?) (?:Translate|View) : {language}", read_screen(client, meeting, "languages/"))
    assert match
    return match[1]


@pytest.fixture(scope="class")
def submitted(translators: None, class_clock: Any) -> None:
    """A meeting in review, with all texts in French."""
    meeting = create_meeting()
    translate_all_texts(meeting)
    actions.submit(meeting)


@pytest.fixture(scope="class")
def approved(submitted: None) -> None:
    actions.approve(Meeting.objects.get())


@pytest.fixture(scope="class")
def sent_back(submitted: None) -> None:
    send_back_translation(Meeting.objects.get())


class TestStages:
    def test_stages_from_not_started_to_out_of_date(self, ines: Client, meeting: Meeting, clock: Any) -> None:
        assert get_french_cell(ines) == "not started"
        save_translation(meeting, meeting.agenda.get(), title="Politique migratoire")
        assert get_french_cell(ines) == "started, 1 of 6 translated"
        translate_all_texts(meeting)
        assert get_french_cell(ines) == "translated, not submitted, 8 of 8 translated"
        actions.submit(meeting)
        assert get_french_cell(ines) == "in review, 8 of 8 translated"
        actions.approve(meeting)
        assert get_french_cell(ines) == "approved, 8 of 8 translated, 8 reviewed"
        clock.move_to(publish(meeting, by=get_actor("berta"))[0].available_from)
        assert get_french_cell(ines) == "published, 8 of 8 translated, 8 reviewed"
        change_title(meeting)
        assert (
            get_french_cell(ines)
            == "out of date, 7 of 8 translated, 7 reviewed, 1 out of date; an earlier text is published"
        )

    @pytest.mark.postgresql
    def test_pages_read_few_rows_of_a_note_with_many_saves(self, ines: Client, meeting: Meeting) -> None:
        """With five thousand saves, which one account made in five minutes, the page of languages took 14 seconds."""
        number = 40
        for count in range(number):
            change_title(meeting, f"Title {count}")
        for address in (get_step_url(meeting, "languages/"), get_editor_url(meeting), GRID):
            assert count_read_rows(ines, address) < 20 * number, address

    def test_partly_translated_language_is_partly_published(self, ines: Client, meeting: Meeting, clock: Any) -> None:
        save_translation(meeting, meeting.agenda.get(), title="Politique migratoire")
        actions.submit(meeting)
        assert "… 1/6" in get_language_line(ines, meeting)
        actions.approve(meeting)
        assert "✓ 1/6 Approved, 1 of 6 translated" in get_language_line(ines, meeting)
        clock.move_to(publish(meeting, by=get_actor("berta"))[0].available_from)
        assert get_language_line(ines, meeting) == "◐ 1/6 Partly published, 1 of 6 translated, 1 reviewed"

    def test_different_time_is_shown(self, ines: Client, meeting: Meeting) -> None:
        meeting.agenda.update(text="<p>The debate begins at 14:30.</p>")
        translate_all_texts(keep_source_revision(meeting))
        save_translation(meeting, meeting.agenda.get(), text="Le débat commence à 15h30.")
        expected = "time differs from the original: correct or confirm it"
        assert get_french_cell(ines) == f"translated, not submitted, 8 of 8 translated; {expected}"
        assert "8/8 ≠" in get_language_line(ines, meeting)
        tick_box(ines, meeting, meeting.agenda.get(), "text", "meant")
        assert get_french_cell(ines) == "translated, not submitted, 8 of 8 translated"

    def test_url_of_the_source_is_no_translated_text(self, ines: Client, meeting: Meeting) -> None:
        translate_all_texts(meeting)
        link = meeting.links.get()
        save_translation(meeting, link, url=link.url)
        assert get_french_cell(ines) == "translated, not submitted, 8 of 8 translated"
        assert "8 of 8 translated" in read_visible_words(ines.get(get_editor_url(meeting)))

    def test_source_language_has_its_own_stage(self, ines: Client, meeting: Meeting) -> None:
        assert parse_cells(ines, "?languages=all")["English"] == "original language, not yet submitted"
        actions.submit(meeting)
        assert parse_cells(ines, "?languages=all")["English"] == "in review"

    def test_meeting_with_errors_has_its_own_stage(self, ines: Client, meeting: Meeting) -> None:
        Meeting.objects.update(digest="-")
        assert get_french_cell(ines) == "page cannot be generated, or is too long for this list"


class TestStagesInReview:
    @pytest.fixture
    def meeting(self, submitted: None) -> Meeting:
        return Meeting.objects.get()

    def test_sent_back_is_a_stage(self, ines: Client, meeting: Meeting) -> None:
        review: Any = Review.latest(meeting)
        texts = [reviewed.shown for reviewed in review.languages]
        send_back(meeting, by=actions.create_actor("berta"), shown=texts, languages=["fr"], remark="Mind the hour.")
        assert get_french_cell(ines) == "sent back, 8 of 8 translated"

    def test_language_stays_in_review_while_its_source_is_edited(self, ines: Client, meeting: Meeting) -> None:
        meeting.programme.update(time_precision="exact")
        keep_source_revision(meeting)
        assert get_french_cell(ines) == "in review, 8 of 8 translated"
        save_translation(meeting, meeting.agenda.get(), title="Politique de migration")
        assert get_french_cell(ines) == "translated, ready to submit, 8 of 8 translated"


class TestStagesAfterApproval:
    @pytest.fixture
    def meeting(self, approved: None) -> Meeting:
        return Meeting.objects.get()

    def test_language_that_was_not_submitted_is_not_in_review(self, ines: Client, meeting: Meeting) -> None:
        save_translation(meeting, meeting.agenda.get(), title="Politique de migration")
        meeting.programme.update(time_precision="exact")
        submit(keep_source_revision(meeting), by=actions.create_actor("anna"), languages=[])
        assert get_french_cell(ines) == "translated, ready to submit, 8 of 8 translated, 7 reviewed"
        approve_source(meeting)
        assert get_french_cell(ines) == "translated, ready to submit, 8 of 8 translated, 7 reviewed"
        assert "8 of 8 translated, 7 reviewed" in read_visible_words(ines.get(get_editor_url(meeting)))

    def test_editor_and_grid_have_the_same_counts(self, ines: Client, meeting: Meeting) -> None:
        """Also where approved words went along with a source text beside which newer ones are in review."""
        save_translation(meeting, meeting.agenda.get(), title="Politique de migration")
        meeting.programme.update(time_precision="exact")
        submit(keep_source_revision(meeting), by=actions.create_actor("anna"), languages=["fr"])
        approve_source(meeting)
        counted = "8 of 8 translated, 7 reviewed"
        assert get_french_cell(ines) == f"in review, {counted}"
        assert counted in read_visible_words(ines.get(get_editor_url(meeting)))
        assert "Title Draft" in read_words_at(ines, meeting, meeting.agenda.get(), "title")

    def test_changed_time_keeps_approvals_of_texts(self, ines: Client, meeting: Meeting) -> None:
        meeting.programme.update(time_precision="exact")
        keep_source_revision(meeting)
        assert get_french_cell(ines) == "approved, 8 of 8 translated, 8 reviewed"

    def test_withdrawal_ends_approvals(self, ines: Client, meeting: Meeting, clock: Any) -> None:
        clock.move_to(publish(meeting, by=get_actor("berta"))[0].available_from)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert get_french_cell(ines).startswith("translated, not submitted, 8 of 8")

    def test_scheduled_text_is_shown(self, ines: Client, meeting: Meeting) -> None:
        actions.schedule_approved(meeting, at=PRESS_DAY + DAY)
        assert get_french_cell(ines) == "approved, 8 of 8 translated, 8 reviewed; this text is scheduled"
        change_title(meeting)
        assert get_french_cell(ines).endswith("1 out of date; a different text is scheduled")
        expected = "original language, not yet submitted; a different text is scheduled"
        assert parse_cells(ines, "?languages=all")["English"] == expected

    def test_published_text_without_outdated_texts(self, ines: Client, meeting: Meeting, clock: Any) -> None:
        change_title(meeting)
        [edition] = publish(meeting, by=get_actor("berta"), force="The press is waiting.")
        clock.move_to(edition.available_from)
        assert (
            get_french_cell(ines) == "out of date, 7 of 8 translated, 7 reviewed, 1 out of date; this text is published"
        )


class TestScreenOfAMeeting:
    def test_all_languages_link_to_the_editor(self, ines: Client, meeting: Meeting) -> None:
        translate_all_texts(meeting, "el")
        page = read_screen(ines, meeting, "languages/")
        assert page.index("English ✎ Original language") < page.index("ελληνικά 8/8") < page.index("български –")
        assert "8/8 Translated, not submitted, 8 of 8 translated" in get_language_line(ines, meeting, "ελληνικά")
        assert "Translate : français" in page
        assert "View : ελληνικά" in page
        assert page.count("View :") == 22

    def test_languages_are_linked_from_the_meeting_and_find_and_replace(self, ines: Client, meeting: Meeting) -> None:
        assert get_step_url(meeting, "languages/") in read_publication(ines, meeting)
        assert f'href="{GRID}"' in ines.get("/admin/").content.decode()

    def test_number_of_queries_does_not_grow_with_languages(self, ines: Client, meeting: Meeting) -> None:
        translate_all_texts(meeting)
        with CaptureQueriesContext(connection) as captured:
            read_screen(ines, meeting, "languages/")
        number = len(captured)
        for language in ("el", "de"):
            translate_all_texts(meeting, language)
        with CaptureQueriesContext(connection) as more:
            read_screen(ines, meeting, "languages/")
        assert len(more) == number


class TestGrid:
    def test_translator_sees_their_languages_and_can_see_all(self, ines: Client, meeting: Meeting) -> None:
        assert list(parse_cells(ines)) == ["français"]
        everyone = list(parse_cells(ines, "?languages=all"))
        assert (everyone[0], len(everyone)) == ("français", 24)

    def test_others_see_all_languages(self, ines: Client, meeting: Meeting) -> None:
        assert len(parse_cells(create_client("petra", "Publishers"))) == 24

    def test_user_without_a_role_is_refused(self, ines: Client, meeting: Meeting) -> None:
        nobody = create_client("nobody", "Translators")
        User.objects.get(username="nobody").memberships.all().delete()
        assert "JHA" not in read_visible_words(nobody.get(GRID), 403)
        assert Client().get(GRID).status_code == 302

    @pytest.mark.once
    def test_filters(self, ines: Client, meeting: Meeting) -> None:
        create_meeting("env", start_date=PRESS_DATE - 90 * DAY)
        create_meeting("ecofin", start_date=PRESS_DATE + 5 * DAY)
        keep_source_revision(make_topic())
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

    def test_longest_notes_are_not_read_if_all_are_too_long(
        self, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One page for 33 long drafts took sixteen seconds and more memory than the process may have."""
        long = create_meeting("ecofin", start_date=PRESS_DATE + DAY, lead=f"<p>{'word ' * 1_000}</p>")

        def find_stages() -> list[str]:
            readiness = get_readiness([long, meeting], PRESS_DAY, ["fr"])
            return [readiness[each.pk]["fr"].stage for each in (long, meeting)]

        assert find_stages() == [TranslationStage.NONE, TranslationStage.NONE]
        monkeypatch.setattr("agenda.translation.readiness_data.MAX_SOURCES", 5_000)
        assert find_stages() == [TranslationStage.NO_DOCUMENT, TranslationStage.NONE]
        monkeypatch.undo()
        translate(long, lead=f"<p>{'mot ' * 500}</p>")
        assert find_stages() == [TranslationStage.BEGUN, TranslationStage.NONE]
        monkeypatch.setattr("agenda.translation.readiness_data.MAX_TRANSLATION_BYTES", 1_000)
        assert find_stages() == [TranslationStage.NO_DOCUMENT, TranslationStage.NONE]

    def test_many_short_translations_count_as_long(self, meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
        """Twelve notes of 2,900 titles of one letter, in all languages, took a first page 750 MB and 14 seconds."""
        translate_all_texts(meeting)
        monkeypatch.setattr("agenda.translation.readiness_data.MAX_TRANSLATION_BYTES", 3_000)
        assert get_readiness([meeting], PRESS_DAY, ["fr"])[meeting.pk]["fr"].stage == TranslationStage.NO_DOCUMENT

    def test_sentences_of_the_original_are_looked_for_once_and_not_for_long(
        self, translators: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A note with five long texts in all languages took two minutes of each page about languages."""
        meeting = create_meeting(lead="<p>Ministers will discuss the state of play.</p>")
        translate(meeting, lead=f"<p>Lundi.</p>{meeting.lead}")

        def count_partial() -> int:
            return get_readiness([meeting], PRESS_DAY, ["fr"])[meeting.pk]["fr"].counts.partial

        monkeypatch.setattr("agenda.workflow.confirmed_differences.MAX_SECONDS", 0)
        assert count_partial() == 0
        monkeypatch.undo()
        assert count_partial() == 1
        monkeypatch.delattr("agenda.documents.fact_check.disagreements.split_sentences")
        assert count_partial() == 1

    @pytest.mark.once
    def test_pages_keep_the_filters(self, ines: Client) -> None:
        for number in range(21):
            create_meeting(start_date=PRESS_DATE + number * DAY)
        assert "?when=month&amp;p=2" in ines.get(f"{GRID}?when=month").content.decode()
        assert len(re.findall('<th scope="row">', ines.get(f"{GRID}?when=month&p=2").content.decode())) == 1

    def test_cells_link_to_the_editor(self, ines: Client, meeting: Meeting) -> None:
        assert f'href="{get_editor_url(meeting)}"' in ines.get(GRID).content.decode()

    def test_number_of_queries_does_not_grow_with_meetings(self, ines: Client, meeting: Meeting) -> None:
        acts_of(meeting)
        number = self.counted(ines)
        assert "time differs" in parse_cells(ines, "?languages=all")["ελληνικά"]
        for slug in ("env", "ecofin"):
            acts_of(create_meeting(slug))
        assert self.counted(ines) == number

    def counted(self, client: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{GRID}?languages=all").status_code == 200
        return len(queries)


def acts_of(meeting: Meeting) -> None:
    translate_all_texts(meeting)
    actions.submit(meeting)
    actions.approve(meeting)
    meeting.agenda.update(text="<p>The debate begins at 14:30.</p>")
    keep_source_revision(meeting)
    translate(
        meeting,
        meeting.agenda.get(),
        "el",
        title="Μεταναστευτική πολιτική",
        text="<p>Η συζήτηση αρχίζει στις 15:30.</p>",
    )
    change_title(meeting)


class TestDashboard:
    def test_dashboard_lists_meetings_to_translate(self, ines: Client, eleni: Client, meeting: Meeting) -> None:
        assert read_dashboard_section(ines, TO_TRANSLATE) == "JHA, 14 September 2060 français: not started"
        translate_all_texts(meeting)
        assert read_dashboard_section(ines, TO_TRANSLATE) == ""
        assert read_dashboard_section(eleni, TO_TRANSLATE) == "JHA, 14 September 2060 ελληνικά: not started"
        change_title(meeting)
        assert "out of date, 7 of 8 translated" in read_dashboard_section(ines, TO_TRANSLATE)

    def test_dashboard_lists_translations_to_submit(self, ines: Client, meeting: Meeting) -> None:
        actions.submit(meeting)
        translate_all_texts(meeting)
        expected = "JHA, 14 September 2060 français: translated, ready to submit, 8 of 8 translated"
        page = ines.get("/admin/")
        assert parse_dashboard(page)[TO_TRANSLATE] == expected
        assert get_step_url(meeting, "translate/fr/submit/") in page.content.decode()
        assert "Submit : français" in read_screen(ines, meeting, "languages/")
        submit_translation(meeting, "fr", by=get_actor("ines"))
        assert read_dashboard_section(ines, TO_TRANSLATE) == ""

    def test_dashboard_lists_different_times(self, ines: Client, meeting: Meeting) -> None:
        meeting.agenda.update(text="<p>The debate begins at 14:30.</p>")
        actions.submit(keep_source_revision(meeting))
        translate_all_texts(meeting)
        save_translation(meeting, meeting.agenda.get(), text="Le débat commence à 15h30.")
        page = ines.get("/admin/")
        assert "time differs from the original: correct or confirm it" in parse_dashboard(page)[TO_TRANSLATE]
        assert f"{get_editor_url(meeting)}?show=todo" in page.content.decode()

    def test_dashboard_lists_only_upcoming_meetings_or_those_in_review(self, ines: Client) -> None:
        far, past = create_meeting(start_date=PRESS_DATE + 40 * DAY), create_meeting("env", start_date=PRESS_DATE - DAY)
        assert read_dashboard_section(ines, TO_TRANSLATE) == ""
        for other in (far, past):
            actions.submit(other)
        assert "JHA, 24 October 2060" in read_dashboard_section(ines, TO_TRANSLATE)
        change_title(far)
        assert "JHA, 24 October 2060" in read_dashboard_section(ines, TO_TRANSLATE)

    def test_live_translation_that_went_out_of_date_is_listed_whenever_the_meeting_is(
        self, ines: Client, eleni: Client, clock: Any
    ) -> None:
        past = create_meeting(start_date=PRESS_DATE - 60 * DAY)
        translate_all_texts(past)
        actions.submit(past)
        actions.approve(past)
        clock.move_to(publish(past, by=get_actor("berta"))[0].available_from)
        assert read_dashboard_section(ines, TO_TRANSLATE) == ""
        clock.move_to(PRESS_DAY + 60 * MINUTE)
        change_title(past)
        assert "JHA, 16 July 2060 français: out of date, 7 of 8 translated" in read_dashboard_section(
            ines, TO_TRANSLATE
        )
        assert read_dashboard_section(eleni, TO_TRANSLATE) == ""
        save_translation(past, past.agenda.get(), title="Migrations et asile")
        assert read_dashboard_section(ines, TO_TRANSLATE) == ""

    def test_text_with_a_sentence_of_the_original_is_to_do(self, ines: Client, meeting: Meeting) -> None:
        sentence = "Ministers will discuss the state of play."
        meeting.agenda.update(text=f"<p>{sentence}</p>")
        actions.submit(keep_source_revision(meeting))
        translate_all_texts(meeting)
        save_translation(meeting, meeting.agenda.get(), text=f"<p>Lundi. {sentence}</p>")
        listed = read_dashboard_section(ines, TO_TRANSLATE)
        assert "français: started, 7 of 8 translated, 1 partly in the original language" in listed
        page = ines.get(f"{get_editor_url(meeting)}?show=todo")
        words = read_visible_words(page)
        assert f"Still in the original language: “{sentence}”" in words
        [(name, digest)] = re.findall(r'name="(meant-[^"]+)" value="([^"]+)"', page.content.decode())
        send_form(ines, meeting, read_form(ines, meeting) | {name: digest})
        assert "français: translated, ready to submit, 8 of 8 translated" in read_dashboard_section(ines, TO_TRANSLATE)

    def test_dashboard_lists_only_own_configurations(self, eleni: Client) -> None:
        create_meeting("env")
        assert read_dashboard_section(eleni, TO_TRANSLATE) == ""

    def test_translator_of_all_languages_sees_started_or_required_ones(self, ines: Client, meeting: Meeting) -> None:
        otto = create_translator("otto", "")
        translate(meeting, meeting.agenda.get(), "fi", title="Maahanmuuttopolitiikka")
        Meeting.objects.update(required_languages=["en", "de"])
        expected = read_dashboard_section(otto, TO_TRANSLATE)
        assert expected == "JHA, 14 September 2060 Deutsch: not started suomi: started, 1 of 6 translated"

    def test_dashboard_of_others_lists_no_translations(self, ines: Client, meeting: Meeting) -> None:
        assert read_dashboard_section(create_client("petra", "Publishers"), TO_TRANSLATE) == ""
        actions.create_actor("root")
        root = Client()
        root.force_login(User.objects.get(username="root"))
        assert read_dashboard_section(root, TO_TRANSLATE) == ""

    def test_number_of_queries_does_not_grow_with_meetings(self, ines: Client, meeting: Meeting) -> None:
        translate(meeting, meeting.agenda.get(), title="Politique migratoire")
        number = self.counted(ines)
        for slug in ("env", "ecofin"):
            other = create_meeting(slug)
            translate(other, other.agenda.get(), title="Politique migratoire")
        assert self.counted(ines) == number

    def counted(self, client: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/").status_code == 200
        return len(queries)


REMARK = "Sent back by berta, 14 Sep 10:00: “Mind the hour.”"


def approve_source(meeting: Meeting) -> None:
    review: Any = Review.latest(meeting)
    texts = [reviewed.shown for reviewed in review.languages]
    approve(meeting, by=actions.create_actor("berta"), shown=texts, languages=["en"])


def send_back_translation(meeting: Meeting, language: str = "fr") -> None:
    review: Any = Review.latest(meeting)
    actions.create_actor("berta")
    texts = [reviewed.shown for reviewed in review.languages]
    send_back(meeting, by=get_actor("berta"), shown=texts, languages=[language], remark="Mind the hour.")


class TestSentBack:
    @pytest.fixture
    def returned(self, sent_back: None) -> Meeting:
        return Meeting.objects.get()

    def list_remark_visibility(self, client: Client, meeting: Meeting) -> list[bool]:
        """Return whether it is shown on the dashboard, on Languages, in the editor, and on the screen to submit."""
        screens = [
            read_screen(client, meeting, step) for step in ("languages/", "translate/fr/", "translate/fr/submit/")
        ]
        return [REMARK in content for content in (read_dashboard_section(client, TO_TRANSLATE), *screens)]

    def test_translators_of_another_language_do_not_see_it(
        self, ines: Client, eleni: Client, returned: Meeting
    ) -> None:
        assert REMARK not in read_dashboard_section(eleni, TO_TRANSLATE)
        assert REMARK not in read_screen(eleni, returned, "translate/el/")

    def test_comment_is_shown_first(self, ines: Client, returned: Meeting) -> None:
        create_meeting("env", start_date=PRESS_DATE - DAY, end_date=PRESS_DATE)
        expected = f"JHA, 14 September 2060 français: sent back, 8 of 8 translated {REMARK} ENVI"
        assert read_dashboard_section(ines, TO_TRANSLATE).startswith(expected)
        for step in ("languages/", "translate/fr/", "translate/fr/submit/"):
            page = read_screen(ines, returned, step)
            assert REMARK in page
            assert step != "translate/fr/" or "To do: 8" in page  # unchanged texts are to do

    def test_new_submission_ends_it(self, ines: Client, returned: Meeting, clock: Any) -> None:
        clock.move_to(PRESS_DAY + MINUTE)
        save_translation(returned, returned.agenda.get(), title="Politique de migration")
        page = read_screen(ines, returned, "translate/fr/")
        assert "To do: 7" in page
        assert REMARK in page
        submit_translation(returned, "fr", by=get_actor("ines"))
        assert self.list_remark_visibility(ines, returned) == [False] * 4
        assert get_french_cell(ines) == "in review, 8 of 8 translated"

    def test_number_of_queries_does_not_grow(self, ines: Client, returned: Meeting) -> None:
        number = self.counted(ines)
        for slug in ("env", "ecofin"):
            other = create_meeting(slug)
            translate_all_texts(other)
            actions.submit(other)
            send_back_translation(other)
            save_translation(other, other.agenda.get(), title="Politique de migration")
        assert read_dashboard_section(ines, TO_TRANSLATE).count(REMARK) == 3
        assert self.counted(ines) == number

    def counted(self, client: Client) -> list[int]:
        numbers = []
        for address in ("/admin/", GRID):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            numbers.append(len(queries))
        return numbers

    def test_approval_ends_it(self, ines: Client, returned: Meeting) -> None:
        actions.approve(returned)
        assert REMARK not in read_dashboard_section(ines, TO_TRANSLATE)
        assert REMARK not in read_screen(ines, returned, "languages/")


class TestSentBackLater:
    def test_it_stays_while_the_source_is_published_without_it(self, ines: Client, meeting: Meeting) -> None:
        translate_all_texts(meeting)
        actions.submit(meeting)
        actions.approve(meeting)
        save_translation(meeting, meeting.agenda.get(), title="Politique de migration")
        submit_translation(meeting, "fr", by=get_actor("ines"))
        send_back_translation(meeting)
        change_title(meeting, "Migration and asylum")
        submit(meeting, by=actions.create_actor("anna"), languages=[])
        approve_source(meeting)
        assert get_french_cell(ines) == "sent back, 7 of 8 translated, 7 reviewed, 1 out of date"
        assert REMARK in read_dashboard_section(ines, TO_TRANSLATE)

    def test_it_is_shown_for_topics_and_distant_meetings(self, ines: Client) -> None:
        topic, far = keep_source_revision(make_topic()), create_meeting(start_date=PRESS_DATE + 40 * DAY)
        translate(topic, title="Politique migratoire")
        translate_all_texts(far)
        for subject in (keep_source_revision(topic), far):
            actions.submit(subject)
            actions.approve(subject)
            send_back_translation(subject)
        content = read_dashboard_section(ines, TO_TRANSLATE)
        assert content.count(REMARK) == 2
        assert "Migration policy" in content
