"""The translation editor: permissions, and that no text is lost or goes out of date unnoticed."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.documents.translations.segments import Segment
from agenda.models import AgendaItem, ConfirmedDifference, MediaLink, Revision
from agenda.translation import save
from agenda.translation.save import build_text_field
from agenda.workflow.confirmed_differences import find_differences, find_unconfirmed_differences
from agenda.workflow.drafts import build_draft
from agenda.workflow.suppression import suppress
from meetings.documents.choices import Language
from meetings.i18n.languages import get_language_name
from meetings.models import Act, AuditEntry, Meeting, ProgrammePoint, Translation
from tests import actions
from tests.admin_forms import read_messages, sign_in
from tests.agenda.admin.screens import create_client, get_step_url, read_visible_words
from tests.agenda.admin.translation.editor import (
    change_title,
    create_meeting,
    create_translator,
    get_editor_url,
    get_field_name,
    get_translations,
    get_words_at,
    keep_source_revision,
    read_form,
    read_words_at,
    save_texts,
    save_translation,
    send_form,
    tick_box,
    translate_all_texts,
)
from tests.factories import COMMAND, PRESS_DAY, make_topic, make_uuid, publish_now, translate
from tests.note_editor import EditorSession

PRESS_ID = make_uuid("item")


def get_item(meeting: Meeting) -> AgendaItem:
    item: AgendaItem = meeting.agenda.get()
    return item


@pytest.mark.once
class TestPermissions:
    def test_editor_opens_in_a_language_that_django_does_not_know(self, meeting: Meeting) -> None:
        response = create_translator("mara", "mt").get(get_editor_url(meeting, "mt"))
        assert response.status_code == 200
        assert "into Maltese</h1>" in response.content.decode()
        assert not [language for language in Language if get_language_name(language) == language]

    def test_nobody_translates_into_the_source_language(self, ines: Client, meeting: Meeting) -> None:
        refusals = dict.fromkeys(
            ("xx", "FR", "fr-BE"), "is not an official language. Choose a language from this list."
        )
        for language, expected in (refusals | {"en": "English is the original language."}).items():
            address = get_editor_url(meeting, language)
            for response in (ines.get(address), ines.post(address)):
                assert response["Location"] == get_step_url(meeting, "languages/")
                assert expected in read_messages(response)
        assert get_translations("en") == {}

    def test_translator_of_another_language_is_told_which(self, eleni: Client, meeting: Meeting) -> None:
        expected = (
            "You do not have permission to translate “JHA, 14 September 2060” into German. Nobody has this permission"
        )
        assert expected in read_visible_words(eleni.get(get_editor_url(meeting, "de")))

    def test_others_can_read_and_see_whom_to_ask(self, ines: Client, eleni: Client, meeting: Meeting) -> None:
        translate_all_texts(meeting)
        expected = (
            "You do not have permission to translate “JHA, 14 September 2060” into French. "
            "Ask one of these people: ines. You can still read the translation."
        )
        for client in (eleni, create_client("anna", "Authors"), create_translator("otto", "fr", of="env")):
            page = client.get(get_editor_url(meeting))
            assert expected in read_visible_words(page)
            assert "Politique migratoire" in read_visible_words(page)
            assert "<textarea" not in page.content.decode()

    def test_others_cannot_save(self, ines: Client, eleni: Client, meeting: Meeting) -> None:
        data = read_form(ines, meeting) | {get_field_name(get_item(meeting), "title"): "Politique"}
        for client in (eleni, create_client("anna", "Authors"), create_translator("otto", "fr", of="env")):
            for button in ({}, {"check": "x"}):
                assert "Ask one of these people: ines." in read_visible_words(
                    send_form(client, meeting, data | button), 403
                )
        assert get_translations() == {}

    def test_only_texts_of_the_source_are_saved(self, ines: Client, meeting: Meeting) -> None:
        other, data = create_meeting("env"), read_form(ines, meeting)
        carried = data[get_field_name(get_item(meeting), "title", "from")]
        smuggled = [
            (get_item(other), "title"),
            (get_item(meeting), "documents"),
            (meeting, "number"),
            (get_item(meeting), "url"),
        ]
        for row, field in smuggled:
            data |= {get_field_name(row, field): "Smuggled", get_field_name(row, field, "from"): carried}
        data |= {"text-nobody": "x", "from-nobody": carried, get_field_name(meeting, "lead", "from"): "made up"}
        content = read_visible_words(send_form(ines, meeting, data))
        assert content.count("This text was removed from the original, so its translation was not saved: Smuggled") == 4
        assert get_translations() == {}

    def test_topics_can_be_translated(self, ines: Client) -> None:
        topic = keep_source_revision(make_topic())
        save_texts(ines, topic, topic, title="Politique migratoire", lead="Sur la migration.")
        assert get_translations() == {"title": "Politique migratoire", "lead": "<p>Sur la migration.</p>"}


class TestSaving:
    def test_text_is_saved_with_user_and_time(self, ines: Client, meeting: Meeting) -> None:
        page = save_texts(
            ines, meeting, get_item(meeting), title="Politique\n migratoire ", text="Un.\n\n- deux\n- trois"
        )
        assert "2 texts saved." in read_visible_words(page)
        assert get_translations() == {
            "title": "Politique migratoire",
            "text": "<p>Un.</p><ul><li>deux</li><li>trois</li></ul>",
        }
        assert "Title Draft" in get_words_at(page, get_item(meeting), "title")
        assert "ines, 14 Sep 10:00" in get_words_at(page, get_item(meeting), "title")
        assert Revision.objects.first().remark == "français"  # type: ignore[union-attr]
        assert AuditEntry.objects.first().act == Act.TRANSLATED  # type: ignore[union-attr]

    def test_saving_does_not_conflict_with_the_author(self, ines: Client, meeting: Meeting) -> None:
        anna = create_client("anna", "Authors")
        session = EditorSession(anna, meeting)
        save_translation(meeting, get_item(meeting), title="Politique migratoire")
        session.document["lead"] = "<p>Other.</p>"
        assert session.save().json()["conflicts"] == []

    def test_unchanged_form_saves_nothing(self, ines: Client, meeting: Meeting) -> None:
        translate_all_texts(meeting)
        before = Revision.objects.count()
        page = send_form(ines, meeting, read_form(ines, meeting))
        assert "There were no changes to save." in read_visible_words(page)
        assert (Revision.objects.count(), Translation.objects.filter(at=None).count()) == (before, 8)

    @pytest.mark.parametrize(
        ("segment", "typed", "expected"),
        [
            (Segment("", False, "", PRESS_ID, "title"), "a\0b", "Null characters are not allowed."),
            (
                Segment("", False, "", PRESS_ID, "title"),
                "x" * 1001,
                "This text has 1001 characters. The maximum is 1000: shorten it.",
            ),
            (
                Segment("", True, "", PRESS_ID, "text"),
                "<script>alert(1)</script>",
                "This contains no text. Enter some words.",
            ),
            (
                Segment("", True, "<p>Brief.</p>", PRESS_ID, "text"),
                "x" * 1_033,
                "This text has 1040 characters. For this original, 1039 are possible: shorten it.",
            ),
        ],
    )
    def test_invalid_text_is_refused(self, segment: Segment, typed: str, expected: str) -> None:
        with pytest.raises(ValidationError) as error:
            build_text_field(segment).clean(typed)
        assert error.value.messages[-1] == expected

    def test_long_translation_of_an_original_that_was_shortened_stays(self, ines: Client, meeting: Meeting) -> None:
        long = f"<p>{'mot ' * 500}</p>".replace(" </p>", "</p>")
        translate(meeting, lead=long)
        data = read_form(ines, meeting) | {get_field_name(get_item(meeting), "title"): "Le titre."}
        assert "characters" not in read_visible_words(send_form(ines, meeting, data))
        assert get_translations() == {"lead": long, "title": "Le titre."}

    def test_invalid_text_has_an_error_and_the_others_are_saved(self, ines: Client, meeting: Meeting) -> None:
        item = get_item(meeting)
        data = read_form(ines, meeting) | {get_field_name(meeting, "lead"): "Les ministres."}
        data |= {get_field_name(item, "title"): "x" * 1001, get_field_name(item, "text"): "<script>alert(1)</script>"}
        page = send_form(ines, meeting, data)
        assert "This text has 1001 characters. The maximum is 1000: shorten it." in get_words_at(page, item, "title")
        assert "x" * 1001 in get_words_at(page, item, "title")
        assert "This contains no text. Enter some words." in get_words_at(page, item, "text")
        assert get_translations() == {"lead": "<p>Les ministres.</p>"}

    def test_texts_of_a_language_are_not_too_long_together(
        self, ines: Client, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("agenda.translation.save.MAX_LANGUAGE_LENGTH", 45)
        item = get_item(meeting)
        data = read_form(ines, meeting) | {get_field_name(meeting, "lead"): "Les ministres se réunissent."}
        page = send_form(ines, meeting, data | {get_field_name(item, "title"): "Politique migratoire"})
        message = "All texts in this language together can have up to 45 characters."
        assert message in get_words_at(page, meeting, "lead")
        assert get_translations() == {"title": "Politique migratoire"}
        data = read_form(ines, meeting) | {get_field_name(meeting, "lead"): "Les ministres se réunissent."}
        send_form(ines, meeting, data | {get_field_name(item, "title"): "Visas"})  # a shorter text makes room
        assert get_translations() == {"lead": "<p>Les ministres se réunissent.</p>", "title": "Visas"}

    def test_html_is_sanitized(self, ines: Client, meeting: Meeting) -> None:
        save_texts(
            ines, meeting, get_item(meeting), text='<p onclick="x">Un <a href="javascript:x">lien</a></p><table>'
        )
        assert get_translations() == {"text": "<p>Un <a>lien</a></p>"}

    def test_empty_text_deletes_the_translation_but_not_its_revision(self, ines: Client, meeting: Meeting) -> None:
        save_translation(meeting, get_item(meeting), title="Politique migratoire")
        revision = Revision.objects.first()
        page = save_texts(ines, meeting, get_item(meeting), title=" ")
        assert get_translations() == {}
        assert "Title Not translated" in get_words_at(page, get_item(meeting), "title")
        assert "Politique migratoire" in revision.documents.get(language="fr").document.text  # type: ignore[union-attr]
        assert AuditEntry.objects.filter(act=Act.TRANSLATED).count() == 2

    def test_change_without_a_new_document_is_logged(self, ines: Client, meeting: Meeting) -> None:
        translate(meeting, get_item(meeting), title="Politique migratoire")
        change_title(meeting)
        save_texts(ines, meeting, get_item(meeting), title="")
        entry = AuditEntry.objects.get(act=Act.TRANSLATED)
        assert entry.details["texts"] == [f"agenda.{get_item(meeting).pk}.title"]

    def test_link_may_have_its_own_url(self, ines: Client, meeting: Meeting) -> None:
        link = MediaLink.objects.get(meeting=meeting)
        page = save_texts(ines, meeting, link, url="video.example/fr")
        assert "Enter the full address, starting with https://" in get_words_at(page, link, "url")
        save_texts(ines, meeting, link, url="https://video.example/fr")
        document: Any = build_draft(meeting, timezone.now(), language="fr")
        assert (document.links[0].url, document.links[0].language) == ("https://video.example/fr", "fr")

    def test_automatic_translation_can_be_replaced(self, ines: Client, meeting: Meeting) -> None:
        assert "City From reference data Brussels Bruxelles (use a different translation)" in read_words_at(
            ines, meeting, meeting, "city"
        )
        save_texts(ines, meeting, meeting, city="Bruxelles-Capitale")
        document: Any = build_draft(meeting, timezone.now(), language="fr")
        assert document.place.city == "Bruxelles-Capitale"

    def test_page_is_previewed_in_the_language(self, ines: Client, meeting: Meeting) -> None:
        save_translation(meeting, get_item(meeting), title="Politique migratoire")
        assert f"{get_step_url(meeting, 'preview/')}?language=fr" in ines.get(get_editor_url(meeting)).content.decode()
        page = ines.get(get_step_url(meeting, "preview/?language=fr"))
        assert "Politique migratoire" in read_visible_words(page)
        assert ines.get(get_step_url(meeting, "preview/?language=xx")).status_code == 404


@pytest.fixture(scope="class")
def opened_meeting(translators: None, class_clock: Any) -> dict[str, Any]:
    """Return the French form of a new meeting."""
    return read_form(sign_in("ines"), create_meeting())


@pytest.mark.once
class TestConflicts:
    @pytest.fixture
    def meeting(self, opened_meeting: dict[str, Any]) -> Meeting:
        return Meeting.objects.get()

    @pytest.fixture
    def opened(self, opened_meeting: dict[str, Any]) -> dict[str, Any]:
        """The form as ines opened it, without translations."""
        return dict(opened_meeting)

    def test_conflicting_text_is_refused_and_the_others_are_saved(
        self, ines: Client, meeting: Meeting, opened: dict[str, Any]
    ) -> None:
        item, data = get_item(meeting), opened
        create_translator("ivan", "fr")
        save_translation(meeting, item, by="ivan", title="Politique de migration")
        page = send_form(
            ines,
            meeting,
            data
            | {get_field_name(item, "title"): "Politique migratoire", get_field_name(item, "text"): "État des lieux."},
        )
        content = get_words_at(page, item, "title")
        assert (
            "ivan saved a different translation of this text after you opened it. Your text was not saved." in content
        )
        assert "Translation saved now: Politique de migration" in content
        assert "Title, français Politique migratoire" in content
        assert get_translations() == {"title": "Politique de migration", "text": "<p>État des lieux.</p>"}
        again = page.content.decode()
        assert "Nothing was changed" not in again
        carried = read_form_from(page)
        send_form(ines, meeting, carried, follow=False)
        assert get_translations()["title"] == "Politique migratoire"

    def test_conflict_is_found_after_checking_without_saving(
        self, ines: Client, meeting: Meeting, opened: dict[str, Any]
    ) -> None:
        item = get_item(meeting)
        data = opened | {get_field_name(item, "title"): "Politique migratoire"}
        create_translator("ivan", "fr")
        save_translation(meeting, item, by="ivan", title="Politique de migration")
        page = send_form(ines, meeting, data, check="x")
        assert "ivan saved a different" in get_words_at(send_form(ines, meeting, read_form_from(page)), item, "title")
        assert get_translations() == {"title": "Politique de migration"}

    def test_equal_texts_are_no_conflict(self, ines: Client, meeting: Meeting, opened: dict[str, Any]) -> None:
        item, data = get_item(meeting), opened
        create_translator("ivan", "fr")
        save_translation(meeting, item, by="ivan", title="Politique migratoire")
        assert "another" not in get_words_at(
            send_form(ines, meeting, data | {get_field_name(item, "title"): "Politique migratoire"}), item, "title"
        )

    def test_deleted_translation_is_not_saved_without_confirmation(
        self, ines: Client, meeting: Meeting, opened: dict[str, Any]
    ) -> None:
        item = get_item(meeting)
        translate(meeting, item, title="Politique migratoire")
        data = read_form(ines, meeting)
        create_translator("ivan", "fr")
        save_translation(meeting, item, by="ivan", title="")
        send_form(ines, meeting, data, follow=False)
        assert get_translations() == {}
        page = send_form(ines, meeting, data | {get_field_name(item, "title"): "Politique"})
        assert "Someone deleted this translation after you opened it." in get_words_at(page, item, "title")

    def test_source_change_while_typing_makes_the_text_out_of_date(
        self, ines: Client, meeting: Meeting, opened: dict[str, Any]
    ) -> None:
        item, data = get_item(meeting), opened
        change_title(meeting)
        page = send_form(ines, meeting, data | {get_field_name(item, "title"): "Politique migratoire"})
        assert "Title Out of date" in get_words_at(page, item, "title")
        assert get_translations() == {"title": "Politique migratoire"}

    def test_translation_of_a_removed_text_is_shown_but_not_saved(self, ines: Client, meeting: Meeting) -> None:
        translate(meeting, get_item(meeting), text="<p>Nobody touched it.</p>")
        data = read_form(ines, meeting) | {get_field_name(get_item(meeting), "title"): "Politique migratoire"}
        get_item(meeting).delete()
        keep_source_revision(meeting)
        page = send_form(ines, meeting, data)
        assert (
            "removed from the original, so its translation was not saved: Politique migratoire"
            in read_visible_words(page)
        )
        assert "Nobody touched it." not in read_visible_words(page)


def read_form_from(page: Any) -> dict[str, Any]:
    """Return the form as the response shows it."""
    client = type("Shown", (), {"get": lambda self, _address: page})()
    return read_form(client, page.context["subject"])


@pytest.mark.once
class TestOutOfDate:
    @pytest.fixture
    def outdated(self, ines: Client, meeting: Meeting) -> AgendaItem:
        save_translation(meeting, get_item(meeting), title="Politique migratoire", text="État des lieux.")
        change_title(meeting)
        return get_item(meeting)

    def test_changed_words_of_the_source_are_marked(self, ines: Client, meeting: Meeting, outdated: AgendaItem) -> None:
        content = read_words_at(ines, meeting, outdated, "title")
        assert "Title Out of date Changes to the original since it was translated:" in content
        assert "Migration new: and asylum policy" in content
        assert "Politique migratoire" in content

    def test_changed_words_are_marked_after_several_changes(self, ines: Client, meeting: Meeting, clock: Any) -> None:
        save_translation(meeting, get_item(meeting), title="Politique migratoire")
        for hour in range(1, 7):
            clock.move_to(PRESS_DAY + dt.timedelta(hours=hour))
            change_title(meeting, f"Migration policy, {hour}")
        assert "Migration policy new: , 6" in read_words_at(ines, meeting, get_item(meeting), "title")

    def test_earlier_source_text_may_be_unknown(self, ines: Client, meeting: Meeting, outdated: AgendaItem) -> None:
        Translation.objects.filter(field="title").update(source_digest="0" * 64)
        content = read_words_at(ines, meeting, outdated, "title")
        assert (
            "The original has changed since it was translated. Its earlier wording is no longer available." in content
        )

    def test_removed_words_of_the_source_are_not_shown(
        self, ines: Client, meeting: Meeting, clock: Any, outdated: AgendaItem
    ) -> None:
        change_title(meeting, "Call 0478 123 456")
        save_translation(meeting, get_item(meeting), title="Appelez le 0478 123 456")
        removed = publish_now(clock, meeting)
        change_title(meeting, "Call the press office")
        publish_now(clock, meeting)
        assert "0478 123 456 new: the press office" in read_words_at(ines, meeting, outdated, "title")
        suppress(meeting, removed, by=COMMAND, reason="It had a private number.")
        assert "Its earlier wording is no longer available." in read_words_at(ines, meeting, outdated, "title")

    def test_still_correct_makes_the_translation_current(
        self, ines: Client, meeting: Meeting, outdated: AgendaItem
    ) -> None:
        page = tick_box(ines, meeting, outdated, "title", "still")
        assert "1 text saved." in read_visible_words(page)
        assert "Title Draft" in get_words_at(page, outdated, "title")

    def test_still_correct_applies_to_the_source_that_was_shown(
        self, ines: Client, meeting: Meeting, outdated: AgendaItem
    ) -> None:
        data = read_form(ines, meeting) | {get_field_name(outdated, "title", "still"): "on"}
        change_title(meeting, "Migration, asylum and borders")
        page = send_form(ines, meeting, data)
        assert "Title Out of date" in get_words_at(page, outdated, "title")
        assert "new: borders" in get_words_at(page, outdated, "title")

    def test_new_text_translates_the_new_source(self, ines: Client, meeting: Meeting, outdated: AgendaItem) -> None:
        page = save_texts(ines, meeting, outdated, title="Politique de migration et d'asile")
        assert "Title Draft" in get_words_at(page, outdated, "title")

    def test_filter_shows_texts_to_do(self, ines: Client, meeting: Meeting, outdated: AgendaItem) -> None:
        page = ines.get(get_editor_url(meeting) + "?show=todo")
        assert f"{outdated.pk}-title" in page.content.decode()
        assert f"{outdated.pk}-text" not in page.content.decode()
        assert f"{meeting.pk}-city" not in page.content.decode()
        assert "1 of 6 translated, 1 out of date, 4 not translated" in read_visible_words(page)


class TestProposals:
    def test_translation_of_the_same_text_in_another_meeting_is_offered(self, ines: Client, meeting: Meeting) -> None:
        translate(create_meeting("env", lead="<p>Other.</p>").agenda.get().meeting, title="Nobody")
        earlier = create_meeting("ecofin")
        save_translation(earlier, get_item(earlier), title="Politique migratoire")
        content = read_words_at(ines, meeting, get_item(meeting), "title")
        assert "Politique migratoire Use the translation from ECOFIN, 14 September 2060 by ines" in content

    def test_translation_of_the_same_text_in_the_same_meeting_is_offered(self, ines: Client, meeting: Meeting) -> None:
        again = AgendaItem.objects.create(meeting=meeting, title="Migration policy")
        keep_source_revision(meeting)
        save_translation(meeting, get_first_item(meeting), title="Politique migratoire")
        assert "Use the translation from JHA, 14 September 2060 by ines" in read_words_at(ines, meeting, again, "title")

    def test_translation_from_another_source_language_is_not_offered(self, ines: Client, meeting: Meeting) -> None:
        dutch = create_meeting("env", source_language="nl")
        translate(dutch, get_item(dutch), title="Politique migratoire")
        assert "Use the translation from" not in read_words_at(ines, meeting, get_item(meeting), "title")

    def test_at_most_two_different_translations_are_offered(self, ines: Client, meeting: Meeting) -> None:
        for slug, text in (("env", "Un"), ("ecofin", "Un"), ("gac", "Deux"), ("fac", "Trois")):
            other = create_meeting(slug)
            save_translation(other, get_item(other), title=text)
        assert read_words_at(ines, meeting, get_item(meeting), "title").count("Use the translation from") == 2

    def test_proposal_is_used_without_saving(self, ines: Client, meeting: Meeting) -> None:
        earlier, item = create_meeting("ecofin"), get_item(meeting)
        save_translation(earlier, get_item(earlier), text="État des lieux.")
        before = Translation.objects.count()
        data = read_form(ines, meeting) | {get_field_name(item, "title"): "Politique"}
        page = send_form(ines, meeting, data, take=f"{item.pk}-text:0")
        assert "Nothing has been saved yet" in read_visible_words(page)
        assert "Text, français État des lieux." in get_words_at(page, item, "text")
        assert "Title, français Politique" in get_words_at(page, item, "title")
        assert Translation.objects.count() == before
        send_form(ines, meeting, read_form_from(page), follow=False)
        assert Translation.objects.count() == before + 2

    def test_source_can_be_copied(self, ines: Client, meeting: Meeting) -> None:
        item = get_item(meeting)
        page = send_form(ines, meeting, read_form(ines, meeting), take=f"{item.pk}-title:source")
        assert "Title, français Migration policy" in get_words_at(page, item, "title")


def get_first_item(meeting: Meeting) -> AgendaItem:
    item: AgendaItem = meeting.agenda.order_by("position")[0]
    return item


class TestDifferences:
    @pytest.fixture
    def hour(self, ines: Client, meeting: Meeting) -> Meeting:
        meeting.agenda.update(text="<p>The debate begins at 14:30.</p>")
        keep_source_revision(meeting)
        return meeting

    def blocking(self, meeting: Meeting) -> list[str]:
        source, translation = (build_draft(meeting, timezone.now(), language=code) for code in ("en", "fr"))
        with CaptureQueriesContext(connection) as queries:
            found = find_unconfirmed_differences(meeting, source, translation)
        assert len(queries) <= 1
        return [difference.message for difference in found]

    def test_differences_are_shown_before_saving(self, ines: Client, hour: Meeting) -> None:
        data = read_form(ines, hour) | {get_field_name(get_item(hour), "text"): "Le débat commence à 15h30."}
        page = send_form(ines, hour, data, check="x")
        assert "Correct or confirm this: The original says 14:30, the translation says 15h30." in get_words_at(
            page, get_item(hour), "text"
        )
        assert get_translations() == {}

    def test_different_time_stays_confirmed_until_a_text_changes(self, ines: Client, hour: Meeting) -> None:
        item = get_item(hour)
        page = save_texts(ines, hour, item, text="Le débat commence à 15h30.")
        assert "Correct or confirm this" in get_words_at(page, item, "text")
        assert self.blocking(hour) == ["The original says 14:30, the translation says 15h30."]
        page = tick_box(ines, hour, item, "text", "meant")
        assert "1 difference confirmed." in read_visible_words(page)
        assert "the translation says 15h30. Confirmed by ines, 14 Sep 2060 10:00" in get_words_at(page, item, "text")
        assert self.blocking(hour) == []
        entry = AuditEntry.objects.get(act=Act.CONFIRMED)
        assert (entry.actor, entry.details["remark"]) == (
            "ines",
            "The original says 14:30, the translation says 15h30.",
        )
        save_translation(hour, item, text="Les débats commencent à 15h30.")
        assert self.blocking(hour) != []
        save_translation(hour, item, text="Le débat commence à 15h30.")
        assert self.blocking(hour) == []
        hour.agenda.update(text="<p>The debate starts at 14:30.</p>")
        keep_source_revision(hour)
        tick_box(ines, hour, item, "text", "still")
        assert self.blocking(hour) != []

    def test_texts_are_compared_once_the_row_is_unlocked(
        self, ines: Client, hour: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Ticks in twenty-six long texts delayed a withdrawal by nine seconds."""
        item, depths, outside = get_item(hour), [], len(connection.savepoint_ids)
        save_texts(ines, hour, item, text="Le débat commence à 15h30.")

        def find(*texts: Any) -> Any:
            depths.append(len(connection.savepoint_ids))
            return find_differences(*texts)

        monkeypatch.setattr(save, "find_differences", find)
        assert "1 difference confirmed." in read_visible_words(tick_box(ines, hour, item, "text", "meant"))
        assert depths == [outside]

    def test_confirmation_applies_to_one_language_and_text(self, ines: Client, eleni: Client, hour: Meeting) -> None:
        item = get_item(hour)
        save_translation(hour, item, text="Le débat commence à 15h30.")
        save_translation(hour, item, "el", by="eleni", text="Η συζήτηση αρχίζει στις 15:30.")
        tick_box(ines, hour, item, "text", "meant")
        source, greek = (build_draft(hour, timezone.now(), language=code) for code in ("en", "el"))
        assert len(find_unconfirmed_differences(hour, source, greek)) == 1
        digest = ConfirmedDifference.objects.get().digest
        send_form(
            eleni,
            hour,
            read_form(eleni, hour, "el"),
            "el",
            **{get_field_name(item, "text", "meant"): digest},
            follow=False,
        )
        assert ConfirmedDifference.objects.count() == 1

    def test_difference_that_does_not_block_can_be_confirmed(self, ines: Client, hour: Meeting) -> None:
        item = get_item(hour)
        page = save_texts(ines, hour, item, text="Le débat commence à 14h30.\n\nEt plus.")
        assert (
            "The original has 1 paragraph, the translation has 2 paragraphs. This difference is intended"
            in get_words_at(page, item, "text")
        )
        assert "2 paragraphs. Confirmed" in get_words_at(tick_box(ines, hour, item, "text", "meant"), item, "text")

    def test_draft_with_a_difference_is_to_do(self, ines: Client, hour: Meeting) -> None:
        translate_all_texts(hour)
        save_translation(hour, get_item(hour), text="Le débat commence à 15h30.")
        page = ines.get(get_editor_url(hour) + "?show=todo")
        assert f"{get_item(hour).pk}-text" in page.content.decode()
        assert "To do: 1" in read_visible_words(page)


@pytest.mark.once
class TestReviewed:
    def test_reviewed_text_was_approved_with_the_current_source(self, ines: Client, meeting: Meeting) -> None:
        translate_all_texts(meeting)
        actions.submit(meeting)
        assert "Title Draft" in read_words_at(ines, meeting, get_item(meeting), "title")
        actions.approve(meeting)
        assert "Title Reviewed" in read_words_at(ines, meeting, get_item(meeting), "title")
        change_title(meeting)
        page = save_texts(ines, meeting, get_item(meeting), text="L'état des lieux.")
        assert "Title Out of date" in get_words_at(page, get_item(meeting), "title")
        assert "Text Draft" in get_words_at(page, get_item(meeting), "text")
        assert "Lead Reviewed" in get_words_at(page, meeting, "lead")
        assert "7 of 8 translated, 6 reviewed, 1 out of date" in read_visible_words(page)


class TestQueries:
    def test_number_of_queries_does_not_grow_with_texts(self, ines: Client, meeting: Meeting) -> None:
        translate_all_texts(meeting)
        save_translation(meeting, get_item(meeting), title="Politique", text="")
        change_title(meeting)
        before = self.counted(ines, meeting)
        for number in range(8):
            item = AgendaItem.objects.create(meeting=meeting, title=f"Item {number}", text=f"<p>Text {number}.</p>")
            ProgrammePoint.objects.create(meeting=meeting, kind="other", title=f"Point {number}")
            if number % 2:
                translate(meeting, item, title=f"Point {number} de l'ordre du jour")
        keep_source_revision(meeting)
        meeting.agenda.filter(title__endswith="7").update(title="Changed")
        keep_source_revision(meeting)
        assert self.counted(ines, meeting) == before

    def counted(self, client: Client, meeting: Meeting) -> list[int]:
        with CaptureQueriesContext(connection) as shown:
            assert client.get(get_editor_url(meeting)).status_code == 200
        numbers = [len(shown)]
        data = read_form(client, meeting)
        data |= {name: "Nouveau" for name, text in data.items() if name.startswith("text-") and "title" in name}
        with CaptureQueriesContext(connection) as saving:
            assert client.post(get_editor_url(meeting), data).status_code == 302
        return [*numbers, len(saving)]


def test_meeting_with_errors_cannot_be_translated(ines: Client, meeting: Meeting) -> None:
    first = get_item(meeting)
    second = AgendaItem.objects.create(meeting=meeting, title="Part", parent=first)
    meeting.agenda.filter(pk=first.pk).update(parent=second)
    page = ines.get(get_editor_url(meeting))
    assert "You cannot translate this yet, because the draft has errors" in read_visible_words(page)
    assert get_step_url(meeting, "change/") in page.content.decode()
