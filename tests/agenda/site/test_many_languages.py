"""The real note in English, Greek and French. The French comes later, and one of its texts gets out of date.

The tests compare the page, the API, the exported text, the translation screens and the checks.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.documents.fact_check.disagreements import find_disagreements
from agenda.translation.note_matching import import_translation
from agenda.workflow.drafts import build_drafts
from agenda.workflow.errors import WorkflowError
from agenda.workflow.note_import import import_parsed_note
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, submit
from agenda.workflow.reviews import Review
from agenda.workflow.translation_submission import submit_translation
from meetings.documents.choices import Language
from meetings.models import Edition, Meeting, Translation
from tests.actions import create_actor
from tests.admin_forms import create_client_with_role
from tests.agenda.management.test_commands import run_command
from tests.agenda.translation.note_matching.note_plans import read_sample
from tests.agenda.workflow.translations import release_approved_translations
from tests.agenda.workflow.users import save_changes
from tests.factories import COMMAND, translate
from tests.worlds import share_world

HERE = "meetings/jha/2017/09/14/"


def approved(meeting: Meeting, *languages: str) -> None:
    review = Review.latest(meeting)
    assert review
    shown = [draft.shown for draft in review.languages]
    approve(meeting, by=create_actor("berta"), shown=shown, languages=languages)


def add(meeting: Meeting, language: str) -> None:
    """Import a translation as drafts and submit it."""
    import_translation(read_sample(language), meeting, by=COMMAND)
    submit_translation(meeting, language, by=COMMAND)


@dataclass(frozen=True)
class Published:
    """The meeting, and the instants of its editions."""

    meeting: Meeting
    in_english_and_greek: dt.datetime
    in_french: dt.datetime


@share_world
def published(clock: Any) -> Published:
    """Publish the meeting in English and Greek, in French an hour later, then a correction of the English lead."""
    call_command("load_reference", verbosity=0)
    meeting = import_parsed_note(read_sample(), by=COMMAND)
    submit(meeting, by=create_actor("anna"))
    add(meeting, "el")
    approved(meeting, "en", "el")
    [first] = publish(meeting, by=COMMAND)
    clock.move_to(first.available_from + dt.timedelta(hours=1))
    add(meeting, "fr")
    approved(meeting, "fr")
    followed = release_approved_translations(meeting, create_actor("berta"))
    assert followed
    clock.move_to(followed.edition.available_from + dt.timedelta(hours=1))
    lead = meeting.lead.replace("recent terrorist attacks", "terrorist attacks of this summer")
    assert lead != meeting.lead
    submit(save_changes(meeting, lead=lead), by=create_actor("anna"), languages=[])
    approved(meeting, "en")
    [correction] = publish(meeting, by=COMMAND, note="The lead.")
    clock.move_to(correction.available_from)
    meeting.refresh_from_db()
    return Published(meeting, first.available_from, followed.edition.available_from)


@pytest.fixture
def meeting(published: Published, db: None, clock: Any) -> Meeting:
    """The site at the time when the meeting was published in English and Greek."""
    clock.move_to(published.in_english_and_greek)
    return Meeting.objects.get(pk=published.meeting.pk)


@pytest.fixture
def with_french(published: Published, db: None, clock: Any) -> Meeting:
    """The site at the time when the French translation was published."""
    clock.move_to(published.in_french)
    return Meeting.objects.get(pk=published.meeting.pk)


@pytest.fixture
def with_stale_lead(published: Published, db: None, clock: Any) -> Meeting:
    """The site after the English lead was corrected, and before the correction is translated."""
    return Meeting.objects.get(pk=published.meeting.pk)


def fetch_meeting_page(client: Client, language: str) -> str:
    response = client.get(f"/{language}/{HERE}")
    assert response.status_code == 200
    return response.content.decode()


def fetch_data(client: Client, meeting: Meeting, language: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/meetings/{meeting.pk}/?lang={language}").json()
    return found


def export_text(language: str) -> str:
    return run_command("export_note", "jha/2017/09/14", f"--language={language}")[0]


def fetch_grid(client: Client) -> str:
    return client.get("/admin/languages/?when=all&languages=all").content.decode()


class TestBeforeFrench:
    def test_french_page_shows_the_marked_source_text(self, visitor: Client, meeting: Meeting) -> None:
        french = fetch_meeting_page(visitor, "fr")
        assert "This text is not available in:" in french
        assert "Justice and Home Affairs Council" in french
        assert 'rel="canonical" href="http://testserver/en/' in french
        assert (answer := fetch_data(visitor, meeting, "fr"))["language"] == "en"
        assert answer["languages"] == ["el", "en"]

    def test_greek_page_is_translated_from_the_start(self, visitor: Client, meeting: Meeting) -> None:
        greek = fetch_meeting_page(visitor, "el")
        assert "Συμβούλιο" in greek
        assert "Parts of this text have not been translated" not in greek
        assert fetch_data(visitor, meeting, "el")["fallbacks"] == []


class TestFrenchIsPublished:
    def test_french_edition_changes_nothing_in_other_languages(self, visitor: Client, with_french: Meeting) -> None:
        first, second = Edition.objects.order_by("available_from")[:2]
        assert (second.reason, second.change_note) == ("translation", "")
        english, greek, french = (fetch_data(visitor, with_french, language) for language in ("en", "el", "fr"))
        assert english["modified_at"] == greek["modified_at"] == f"{first.available_from:%Y-%m-%dT%H:%M:%SZ}"
        assert french["modified_at"] == f"{second.available_from:%Y-%m-%dT%H:%M:%SZ}"
        assert [text["languages"] for text in (english, greek, french)] == [["el", "en", "fr"]] * 3

    def test_french_page_is_all_french(self, visitor: Client, with_french: Meeting) -> None:
        french = fetch_meeting_page(visitor, "fr")
        assert "Conseil &quot;Justice et affaires intérieures&quot;" in french
        assert "À la suite des récents attentats terroristes" in french
        assert "jeudi 14 septembre 2017" in french
        assert "Parts of this text have not been translated" not in french

    def test_shared_values_are_the_same_in_every_language(self, visitor: Client, with_french: Meeting) -> None:
        texts = [fetch_data(visitor, with_french, language) for language in ("en", "el", "fr")]
        for name in ("start_date", "status", "document_number", "issued_on"):
            assert len({text[name] for text in texts}) == 1
        assert len({tuple(point["time"] for point in text["programme"]) for text in texts}) == 1
        assert len({tuple(item["id"] for item in text["agenda"]) for text in texts}) == 1


class TestOutOfDateTranslation:
    def test_page_falls_back_for_the_outdated_paragraph(self, visitor: Client, with_stale_lead: Meeting) -> None:
        french = fetch_meeting_page(visitor, "fr")
        assert "attacks of this summer" in french
        assert "récents attentats terroristes perpétrés en Europe, les ministres débattront" not in french
        assert "Parts of this text have not been translated" in french
        assert "Conseil &quot;Justice et affaires intérieures&quot;" in french  # The rest stays in French.

    def test_api_lists_the_fallback(self, visitor: Client, with_stale_lead: Meeting) -> None:
        answer = fetch_data(visitor, with_stale_lead, "fr")
        assert (answer["language"], answer["fallbacks"]) == ("fr", ["lead"])
        assert "attacks of this summer" in answer["lead"]

    def test_exported_text_marks_the_fallback(self, with_stale_lead: Meeting) -> None:
        text = export_text("fr")
        assert "[en] Following terrorist attacks of this summer" in text
        assert "Politique migratoire" in text

    def test_translation_screens_show_it(self, with_stale_lead: Meeting) -> None:
        press = create_client_with_role("Publishers", "petra")
        assert "français: out of date" in fetch_grid(press).lower()
        desk = press.get(f"/admin/meetings/meeting/{with_stale_lead.pk}/translate/fr/").content.decode()
        assert "Changes to the original since it was translated" in desk
        assert "of this summer" in desk

    def test_new_translation_replaces_the_fallback(self, visitor: Client, with_stale_lead: Meeting, clock: Any) -> None:
        french = Translation.objects.get(language="fr", field="lead").text.replace("récents attentats", "attentats")
        translate(with_stale_lead, None, "fr", lead=french)
        submit_translation(with_stale_lead, "fr", by=COMMAND)
        approved(with_stale_lead, "fr")
        followed = release_approved_translations(with_stale_lead, create_actor("berta"))
        assert followed
        assert followed.edition.reason == "translation"
        clock.move_to(followed.edition.available_from)
        assert fetch_data(visitor, with_stale_lead, "fr")["fallbacks"] == []
        assert "les ministres débattront" in fetch_meeting_page(visitor, "fr")

    def test_checks_find_a_different_time_before_approval(self, with_stale_lead: Meeting) -> None:
        lead = "<p>Les ministres se réuniront à 14 h 30.</p>"
        translate(with_stale_lead, None, "fr", lead=lead)
        source, *others = build_drafts(with_stale_lead, timezone.now())
        french = next(draft for draft in others if draft.language == Language.FR)
        assert [found.kind for found in find_disagreements(source, french) if found.blocks] == ["time"]
        with pytest.raises(WorkflowError, match="a time differs from the original"):
            submit_translation(with_stale_lead, "fr", by=COMMAND)


def test_all_translations_are_fetched_with_one_query(with_stale_lead: Meeting) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            build_drafts(with_stale_lead, timezone.now())
        assert len([query for query in queries if '"meetings_translation"' in query["sql"]]) == 1
        return len(queries)

    before = asked()
    for language in set(Language.values) - {"en", "el", "fr"}:
        translate(with_stale_lead, None, language, lead="<p>…</p>")
    assert asked() == before
    assert len(build_drafts(with_stale_lead, timezone.now())) == 24
