"""Screens to submit a translation, to review it beside its source, and to change the language rule."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from agenda.admin.steps import verdicts
from agenda.documents.translations.segments import list_segments
from agenda.documents.translations.translated_document import TranslatedText
from agenda.models import Release
from agenda.translation.save import write_translations
from agenda.workflow.confirmed_differences import kept_differences
from agenda.workflow.drafts import build_draft
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import Review
from agenda.workflow.revisions import get_revision_documents, keep_revision, keep_translation_revision
from agenda.workflow.scheduled_releases import hold_release, resume_release
from agenda.workflow.translation_submission import submit_translation
from meetings.documents.encoding import compute_digest
from meetings.documents.schema import MeetingDocument
from meetings.models import AuditEntry, Edition, Meeting, Translation, User
from tests.admin_forms import create_user, give_role, read_messages, sign_in
from tests.agenda.admin.screens import (
    create_client,
    get_actor,
    get_step_url,
    list_buttons,
    list_hidden_values,
    read_screen,
    read_visible_words,
    send_step,
)
from tests.agenda.admin.translation import editor as translators
from tests.factories import COMMAND, PRESS_DAY, make_meeting, make_topic, translate

EVENING = PRESS_DAY + dt.timedelta(hours=8)
FRENCH = "<p>Les ministres se réunissent à 9h30.</p>"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for editions, since the clock of these tests stands still."""
    monkeypatch.setattr(verdicts, "wait_until_live", lambda edition: None)


@pytest.fixture(scope="module")
def staff(translators: None) -> None:
    """A translator, a publisher and an author."""
    give_role(create_user("theo"), "Translators", language="fr")
    create_user("petra", "Publishers")
    create_user("anna", "Authors")


@pytest.fixture(scope="module")
def approved(staff: None, world_clock: Any) -> None:
    """A meeting approved in English and partly translated."""
    meeting = make_meeting(lead="<p>Ministers meet at 9.30.</p>", notice="For the press.")
    submit(meeting, by=get_actor("anna"))
    approve(meeting, by=get_actor("petra"), shown=get_shown_digests(meeting))
    save_texts(meeting, lead=FRENCH)


@pytest.fixture
def theo(staff: None) -> Client:
    return sign_in("theo")


@pytest.fixture
def rita(staff: None) -> Client:
    return create_client("rita", "Revisers")


@pytest.fixture
def petra(staff: None) -> Client:
    return sign_in("petra")


@pytest.fixture
def meeting(approved: None) -> Meeting:
    return Meeting.objects.get()


def approve_french(meeting: Meeting) -> None:
    """Approve the French text as rita, who must exist."""
    approve(meeting, by=get_actor("rita"), shown=get_shown_digests(meeting), languages=["fr"])


def save_texts(meeting: Meeting, **texts: str) -> None:
    translate(meeting, None, "fr", COMMAND, **texts)
    keep_translation_revision(meeting, PRESS_DAY, get_actor("theo"), "fr")


SUBMIT = "translate/fr/submit/"


class TestSubmitting:
    def test_only_translators_of_the_language_submit(self, petra: Client, theo: Client, meeting: Meeting) -> None:
        assert petra.get(get_step_url(meeting, SUBMIT)).status_code == 403
        assert theo.get(get_step_url(meeting, "translate/el/submit/")).status_code == 403

    def test_source_and_unknown_languages_are_redirected(self, theo: Client, meeting: Meeting) -> None:
        for language in ("en", "xx"):
            response = theo.get(get_step_url(meeting, f"translate/{language}/submit/"))
            assert response["Location"] == get_step_url(meeting, "languages/")

    def test_source_must_be_submitted_first(self, theo: Client) -> None:
        draft = make_meeting("env")
        assert "The original has not been submitted yet" in read_screen(theo, draft, SUBMIT)

    def test_different_time_is_shown_and_refused(self, theo: Client, meeting: Meeting) -> None:
        save_texts(meeting, lead=FRENCH.replace("9h30", "10h30"))
        page = theo.get(get_step_url(meeting, SUBMIT))
        assert "Some times differ from the original. Before you submit, correct them" in read_visible_words(page)
        assert "The meeting: Lead : The original says 9.30, the translation says 10h30" in read_visible_words(page)
        assert f'<a href="{get_step_url(meeting, "translate/fr/")}#{meeting.pk}-lead">' in page.content.decode()
        assert f'id="{meeting.pk}-lead"' in theo.get(get_step_url(meeting, "translate/fr/")).content.decode()
        assert "a time differs from the original" in read_visible_words(send_step(theo, meeting, SUBMIT))

    def test_text_that_was_not_shown_is_not_submitted(self, theo: Client, meeting: Meeting) -> None:
        assert "Nothing was submitted. Check the text again." in read_visible_words(
            send_step(theo, meeting, SUBMIT, shown="0" * 64)
        )

    def test_translation_is_submitted_with_a_comment(self, rita: Client, theo: Client, meeting: Meeting) -> None:
        page = read_screen(theo, meeting, SUBMIT)
        assert "1 new text" in page
        assert "Les ministres se réunissent à 9h30." in page
        content = read_messages(send_step(theo, meeting, SUBMIT, remark="La suite suit."))
        assert "Submitted for approval: français. These people can approve it: rita." in content
        entry = AuditEntry.objects.filter(act="submitted").latest("pk")
        assert (entry.actor, entry.details["languages"], entry.details["remark"]) == ("theo", ["fr"], "La suite suit.")


class TestReviewing:
    @pytest.fixture
    def submitted(self, meeting: Meeting) -> Meeting:
        submit_translation(meeting, "fr", by=get_actor("theo"))
        return meeting

    def test_publisher_can_read_and_sees_who_can_approve(self, petra: Client, rita: Client, submitted: Meeting) -> None:
        page = petra.get(get_step_url(submitted, "review/"))
        assert "These people can approve it: rita." in read_visible_words(page)
        assert "Approve" not in list_buttons(page)

    def test_translation_is_shown_beside_its_source(self, rita: Client, submitted: Meeting) -> None:
        page = read_screen(rita, submitted, "review/")
        assert "1 new text" in page
        assert "Ministers meet at 9.30. Les ministres se réunissent à 9h30." in page

    def test_confirmed_time_is_shown_first_with_user_and_time(
        self, rita: Client, theo: Client, meeting: Meeting
    ) -> None:
        save_texts(meeting, lead=FRENCH.replace("9h30", "10h30"))
        desk = translators.get_editor_url(meeting)
        box = re.search(r'name="(meant-[^"]+)" value="([^"]+)"', theo.get(desk).content.decode())
        assert box
        theo.post(desk, translators.read_form(theo, meeting) | {box[1]: box[2]})
        submit_translation(meeting, "fr", by=get_actor("theo"))
        page = rita.get(get_step_url(meeting, "review/"))
        message = "The original says 9.30, the translation says 10h30. Confirmed by theo, 14 Sep 2060 10:00"
        assert f"confirmed as correct: The meeting: Lead : {message}" in read_visible_words(page)
        assert f"Different time, confirmed: {message}" in read_visible_words(page)
        assert f'id="fr-{meeting.pk}-lead"' in page.content.decode()

    def test_texts_that_are_too_long_to_compare_say_so(
        self, rita: Client, submitted: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A note with five long texts in all languages took a minute and a half: nobody could approve it here."""
        message = "are not compared with the original yet. Reload the page"
        kept_differences.clear()
        with monkeypatch.context() as patch:
            patch.setattr("agenda.workflow.confirmed_differences.MAX_SECONDS", 0)
            page = read_screen(rita, submitted, "review/")
            assert page.count(message) == 1
            assert "Ministers meet at 9.30. Les ministres se réunissent à 9h30." in page
        assert message not in read_screen(rita, submitted, "review/")
        monkeypatch.delattr("agenda.documents.fact_check.disagreements.compare_block")  # what was found is kept
        assert message not in read_screen(rita, submitted, "review/")

    def test_outdated_and_missing_texts_are_separate(self, rita: Client, meeting: Meeting) -> None:
        save_texts(meeting, notice="Pour la presse.")
        Translation.objects.filter(field="notice").update(source_digest="0" * 64)
        save_texts(meeting, lead=FRENCH)
        submit_translation(meeting, "fr", by=get_actor("theo"))
        page = read_screen(rita, meeting, "review/")
        assert "1 text with an out-of-date translation: readers see the original" in page
        assert "For the press. Translation of an earlier version of the original: Pour la presse." in page
        assert re.search("[1-9] texts without a translation", page)

    def test_another_address_of_a_link_is_a_new_text(self, rita: Client, theo: Client) -> None:
        """Readers of French were led to an address that no reviser had seen."""
        meeting = make_meeting("env")
        link = meeting.links.get()
        submit(meeting, by=get_actor("anna"))
        translate(meeting, link, "fr", title="Vidéo")
        for address in ("https://video.example/fr", "https://other.example/fr"):
            Translation.objects.update_or_create(
                subject_type="meeting", subject_id=meeting.pk, row_id=link.pk, field="url", language="fr",
                defaults={"text": address, "source_digest": compute_digest(link.url)},
            )  # fmt: skip
            submit_translation(meeting, "fr", by=get_actor("theo"))
            page = read_screen(rita, meeting, "review/")
            assert link.url in page
            assert address in page
            approve_french(meeting)

    def test_changed_words_of_an_approved_text_are_marked(self, rita: Client, submitted: Meeting) -> None:
        approve_french(submitted)
        save_texts(submitted, lead=FRENCH.replace("se réunissent", "se retrouvent"))
        submit_translation(submitted, "fr", by=get_actor("theo"))
        page = read_screen(rita, submitted, "review/")
        assert "removed: réunissent new: retrouvent" in page

    def test_changed_words_of_a_text_that_was_sent_back_are_marked(
        self, rita: Client, theo: Client, submitted: Meeting, clock: Any
    ) -> None:
        save_texts(submitted, notice="Pour la presse.")
        submit_translation(submitted, "fr", by=get_actor("theo"))
        send_back(
            submitted,
            by=get_actor("rita"),
            shown=get_shown_digests(submitted),
            languages=["fr"],
            remark="“se retrouvent”, please.",
        )
        clock.move_to(PRESS_DAY + dt.timedelta(hours=1))
        save_texts(submitted, lead=FRENCH.replace("se réunissent", "se retrouvent"))
        submit_translation(submitted, "fr", by=get_actor("theo"))
        page = read_screen(rita, submitted, "review/")
        assert "1 new text " in page
        assert "removed: réunissent new: retrouvent" in page
        assert "1 text that was submitted before and not approved" in page
        html = rita.get(get_step_url(submitted, "review/")).content.decode()
        assert re.search(r"<details open>\s*<summary>1 text that was submitted before", html)  # perhaps nobody read it

    def test_approved_translation_joins_the_scheduled_edition(self, rita: Client, submitted: Meeting) -> None:
        at = PRESS_DAY.replace(hour=16)
        publish(submitted, by=get_actor("petra"), at=at)
        expected = "When you approve it, it will be added to the edition scheduled for 14 September 2060, 18:00:00"
        assert expected in read_screen(rita, submitted, "review/")
        page = read_messages(send_step(rita, submitted, "review/", approve="x"))
        assert "Added to the edition scheduled for 14 September 2060, 18:00:00 (Brussels time)." in page
        edition = Edition.objects.get()
        assert (edition.languages, edition.available_from) == (["en", "fr"], at)

    def test_approved_translation_of_a_live_edition_is_public_at_once(
        self, rita: Client, submitted: Meeting, clock: Any
    ) -> None:
        clock.move_to(publish(submitted, by=get_actor("petra"))[0].available_from)
        assert "When you approve it, it will be published immediately." in read_screen(rita, submitted, "review/")
        page = rita.get(get_step_url(submitted, "review/"))
        assert "Approve (will be published immediately)" in list_buttons(page)
        assert "Published on 14 September 2060" in read_messages(send_step(rita, submitted, "review/", approve="x"))
        assert Edition.objects.latest("available_from").reason == "translation"


def test_texts_in_review_are_not_submitted_with_the_source_alone(
    petra: Client, rita: Client, theo: Client, meeting: Meeting
) -> None:
    """This also holds if approved texts were submitted with the source with which the new ones are in review."""
    submit_translation(meeting, "fr", by=get_actor("theo"))
    approve_french(meeting)
    save_texts(meeting, lead=FRENCH.replace("se réunissent", "se retrouvent"))
    choices: list[tuple[int, list[str]]] = [(14, ["fr"]), (15, [])]
    for hour, languages in choices:
        meeting.programme.update(time=dt.time(hour))
        meeting.refresh_from_db()
        meeting.increase_version()
        keep_revision(meeting, PRESS_DAY, get_actor("anna"))
        [revision] = submit(meeting, by=get_actor("anna"), languages=languages)
        approve(meeting, by=get_actor("petra"), shown=get_shown_digests(meeting), languages=["en"])
    french = get_revision_documents(revision)["fr"]
    assert isinstance(french, MeetingDocument)
    assert french.lead == FRENCH


def get_shown_digests(meeting: Meeting) -> list[str]:
    review = Review.latest(meeting)
    assert review
    return [reviewed.shown for reviewed in review.languages]


class TestLanguageRule:
    def test_only_publishers_change_the_rule(self, theo: Client, meeting: Meeting) -> None:
        page = theo.get(get_step_url(meeting, "languages/"))
        assert (
            "Must be approved before publication: English. Other languages are published as soon as they are approved."
            in read_visible_words(page)
        )
        assert "Save the rule" not in list_buttons(page)
        send_step(theo, meeting, "languages/", required=["fr"], others="wait")
        assert Meeting.objects.get().required_languages == []

    def test_invalid_rule_changes_nothing(self, petra: Client, meeting: Meeting) -> None:
        assert "This field is required." in read_visible_words(
            send_step(petra, meeting, "languages/", required=["fr"], others="")
        )
        assert "en is not one of" in read_visible_words(
            send_step(petra, meeting, "languages/", required=["en"], others="wait")
        )
        assert Meeting.objects.get().required_languages == []

    def test_rule_is_saved_and_shown_when_publishing(self, petra: Client, meeting: Meeting) -> None:
        send_step(petra, meeting, "languages/", required=["fr"], others="wait")
        page = read_screen(petra, meeting, "languages/")
        assert (
            "Must be approved before publication: English, français. "
            "All other languages that are being translated are published at the same time."
        ) in page
        assert AuditEntry.objects.filter(act="language_rule", actor="petra").exists()
        released = petra.get(get_step_url(meeting, "release/"))
        message = "Before it is published The language rule requires français, and this is not approved."
        assert message in read_visible_words(released)
        assert list_buttons(released)[-1] == "Schedule"

    def test_topic_has_no_rule(self, petra: Client) -> None:
        assert "There is no rule for topics" in read_screen(petra, make_topic(), "languages/")


class TestDashboard:
    def test_reviser_is_asked_for_approval(self, rita: Client, petra: Client, theo: Client, meeting: Meeting) -> None:
        submit_translation(meeting, "fr", by=get_actor("theo"), remark="La suite suit.")
        page = read_visible_words(rita.get("/admin/"))
        assert f"Waiting for your approval {meeting} français theo, 14 Sep 10:00: “La suite suit.”" in page
        assert "Waiting for your approval" not in read_visible_words(petra.get("/admin/"))
        approve_french(meeting)
        assert "Waiting for your approval" not in read_visible_words(rita.get("/admin/"))

    def test_reviser_is_asked_before_the_original_is_approved(self, rita: Client, theo: Client) -> None:
        meeting = make_meeting("env", lead="<p>Ministers meet at 9.30.</p>")
        submit(meeting, by=get_actor("anna"))
        save_texts(meeting, lead=FRENCH)
        submit_translation(meeting, "fr", by=get_actor("theo"))
        assert f"Waiting for your approval {meeting} français theo" in read_visible_words(rita.get("/admin/"))

    def test_reviser_of_another_language_is_not_asked(self, theo: Client, meeting: Meeting) -> None:
        give_role(create_user("elena"), "Revisers", language="el")
        submit_translation(meeting, "fr", by=get_actor("theo"))
        assert "Waiting for your approval" not in read_visible_words(sign_in("elena").get("/admin/"))

    @pytest.mark.parametrize("state", ["live", "scheduled", "on hold"])
    def test_reviser_is_asked_for_what_is_released_although_another_text_was_submitted_since(
        self, rita: Client, meeting: Meeting, clock: Any, state: str
    ) -> None:
        """Nobody was asked for it, and it was missing at its time."""
        submit_translation(meeting, "fr", by=get_actor("theo"))
        at = None if state == "live" else EVENING
        [edition] = publish(meeting, by=get_actor("petra"), at=at)
        if state == "live":
            clock.move_to(edition.available_from)
        elif state == "on hold":
            hold_release(Release.objects.get(), by=get_actor("petra"), reason="Wait.")
        clock.shift(60)
        Meeting.objects.update(notice="For tomorrow.", version=F("version") + 1)
        submit(Meeting.objects.get(), by=get_actor("anna"), languages=())
        page = rita.get("/admin/")
        assert f"Waiting for your approval {meeting} français theo" in read_visible_words(page)
        [step] = {link for link in re.findall(r'href="([^"]*)"', page.content.decode()) if "review/?revision=" in link}
        words = "Translations of it wait for your approval: français. Review that text"
        assert words in read_screen(rita, meeting, "review/")
        assert step in rita.get(get_step_url(meeting, "review/")).content.decode()
        shown = get_shown_digests(meeting)
        send_back(meeting, by=get_actor("petra"), shown=shown, languages=["en"], remark="Not yet.")
        assert step in rita.get("/admin/").content.decode()
        send_step(rita, meeting, step[step.index("review/") :], approve="x")
        if state == "on hold":
            resume_release(Release.objects.get(), by=get_actor("petra"), at=EVENING)
        assert Edition.objects.latest("available_from").languages == ["en", "fr"]

    def test_translation_that_is_not_published_automatically_is_listed(
        self, petra: Client, rita: Client, meeting: Meeting, clock: Any
    ) -> None:
        clock.move_to(publish(meeting, by=get_actor("petra"))[0].available_from)
        Meeting.objects.update(other_languages="wait")
        submit_translation(meeting, "fr", by=get_actor("theo"))
        approve_french(meeting)
        assert f"Approved, ready to publish {meeting} français" in read_visible_words(petra.get("/admin/"))
        clock.move_to(publish(meeting, by=get_actor("petra"))[0].available_from)
        assert "Approved, ready to publish" not in read_visible_words(petra.get("/admin/"))

    def test_it_is_listed_although_its_translator_saves_the_published_words_again(
        self, petra: Client, rita: Client, meeting: Meeting, clock: Any
    ) -> None:
        submit_translation(meeting, "fr", by=get_actor("theo"))
        approve_french(meeting)
        clock.move_to(publish(meeting, by=get_actor("petra"))[0].available_from)
        save_texts(meeting, lead="<p>Les ministres se réunissent dès 9h30.</p>")
        submit_translation(meeting, "fr", by=get_actor("theo"))
        approve_french(meeting)
        save_texts(meeting, lead=FRENCH)
        assert f"Approved, ready to publish {meeting} français" in read_visible_words(petra.get("/admin/"))

    def test_it_is_not_listed_before_its_original_is_approved(
        self, petra: Client, rita: Client, meeting: Meeting, clock: Any
    ) -> None:
        Meeting.objects.update(notice="Off.")
        changed = Meeting.objects.get()
        [submitted] = submit(changed, by=get_actor("anna"))
        shown = get_shown_digests(changed)
        clock.move_to(publish(changed, by=COMMAND, force="It is urgent.")[0].available_from)
        approve(changed, by=get_actor("rita"), shown=shown, languages=["fr"], revision=submitted)
        assert "Approved, ready to publish" not in read_visible_words(petra.get("/admin/"))


def test_reviser_needs_no_other_role(rita: Client, theo: Client, meeting: Meeting) -> None:
    give_role(User.objects.get(username="theo"), "Revisers", language="fr")
    save_texts(meeting, notice="Pour la presse.")
    submit_translation(meeting, "fr", by=get_actor("theo"))
    assert "You wrote or submitted this text (français)" in read_screen(theo, meeting, "review/")


class TestTwoAuthors:
    """All revisers changed the translation that waits: the screens say who has approved it, and who must, too."""

    @pytest.fixture
    def remi(self, rita: Client, theo: Client, meeting: Meeting) -> Client:
        give_role(create_user("remi"), "Revisers", language="fr")
        for name, notice in (("rita", "Pour la presse."), ("remi", "Pour toute la presse.")):
            translate(meeting, by=get_actor(name), notice=notice)
        submit_translation(meeting, "fr", by=get_actor("theo"))
        return sign_in("remi")

    def test_screens_say_who_must_approve(self, rita: Client, remi: Client, petra: Client, meeting: Meeting) -> None:
        both = "All who may approve it wrote or changed parts of it, so two of them must approve it: remi, rita."
        for client in (rita, remi):
            assert "Waiting for your approval" in read_visible_words(client.get("/admin/"))
            page = client.get(get_step_url(meeting, "review/"))
            assert f"You wrote or changed parts of this text. {both}" in read_visible_words(page)
            assert list_buttons(page) == ["Approve (as the first of two)", "Send back"]
        first = send_step(
            rita, meeting, "review/", approve="x", language=["fr"], shown=get_shown_digests(meeting), remark="Bien."
        )
        message = "You approved français as one of its authors. Somebody else must approve it, too."
        assert message in read_messages(first)
        page = rita.get(get_step_url(meeting, "review/"))
        words = read_visible_words(page)
        assert "rita approved it as the first of two authors. “Bien.”" in words
        assert "You have approved this text (français). Somebody else must approve it, too: remi." in words
        assert list_buttons(page) == ["Send back"]
        assert "Waiting for your approval" not in read_visible_words(rita.get("/admin/"))
        assert "Approved by rita as the first of two authors" in read_screen(petra, meeting, "change/")
        assert "Approved as the first of two authors: français" in read_screen(petra, meeting, "history/")
        page = remi.get(get_step_url(meeting, "review/"))
        second = "rita approved it as the first of two authors. Your approval is the second."
        assert f"You wrote or changed parts of this text. {second}" in read_visible_words(page)
        assert list_buttons(page)[0].startswith("Approve")
        assert "first of two" not in list_buttons(page)[0]
        send_step(remi, meeting, "review/", approve="x", language=["fr"], shown=get_shown_digests(meeting))
        assert "français Approved by remi" in read_screen(petra, meeting, "change/")

    def test_approval_that_has_become_the_second_is_shown_again(
        self, rita: Client, remi: Client, petra: Client, meeting: Meeting
    ) -> None:
        """The page of the other has said “as the first of two”, and nothing about the publication that follows."""
        page = remi.get(get_step_url(meeting, "review/"))
        stale = {name: list_hidden_values(page, name) for name in ("shown", "language", "announced", "first")}
        send_step(rita, meeting, "review/", approve="x", language=["fr"])
        answer = remi.post(get_step_url(meeting, "review/"), stale | {"language": ["fr"], "approve": "x"})
        words = read_visible_words(answer)
        assert "Another author approved this text (français) after you opened the page" in words
        assert "rita approved it as the first of two authors. Your approval is the second." in words
        assert "français Approved by remi" not in read_screen(petra, meeting, "change/")
        send_step(remi, meeting, "review/", approve="x", language=["fr"])
        assert "français Approved by remi" in read_screen(petra, meeting, "change/")

    def test_language_that_a_colleague_has_approved_meanwhile_is_named(
        self, rita: Client, remi: Client, meeting: Meeting
    ) -> None:
        """It had been called one that the user had approved as one of its authors."""
        for name in ("romy", "rolf"):
            create_user(name)
            for language in ("fr", "el"):
                give_role(User.objects.get(username=name), "Revisers", language=language)
        translate(meeting, language="el", by=get_actor("theo"), notice="Για τον Τύπο.")
        submit_translation(meeting, "el", by=get_actor("eleni"))
        romy = sign_in("romy")
        page = romy.get(get_step_url(meeting, "review/"))
        stale = {name: list_hidden_values(page, name) for name in ("shown", "announced", "first")}
        send_step(sign_in("rolf"), meeting, "review/", approve="x", language=["el"])
        answer = romy.post(get_step_url(meeting, "review/"), stale | {"language": ["fr", "el", "xx"], "approve": "x"})
        assert "Approved: français. A colleague had already approved ελληνικά." in read_messages(answer)

    def test_screens_say_who_can_approve_alone_too(self, rita: Client, remi: Client, meeting: Meeting) -> None:
        give_role(create_user("romy"), "Revisers", language="fr")
        either = "These people can approve it: romy. Or two of its authors together: remi, rita."
        assert either in read_screen(rita, meeting, "review/")
        warning = f"If you save this, you cannot approve it alone. {either}"
        assert warning in read_visible_words(rita.get(get_step_url(meeting, "translate/fr/")))
        send_step(rita, meeting, "review/", approve="x", language=["fr"], shown=get_shown_digests(meeting))
        assert "Somebody else must approve it, too: romy, remi." in read_screen(rita, meeting, "review/")

    def test_whoever_is_an_author_only_after_saving_is_told_so(self, rita: Client, theo: Client) -> None:
        meeting = make_meeting("env", lead="<p>Ministers meet at 9.30.</p>")
        give_role(create_user("remi"), "Revisers", language="fr")
        warning = "If you save this, two of its authors must approve it: remi, rita."
        translate(meeting, by=get_actor("remi"), lead=FRENCH)
        assert warning in read_visible_words(rita.get(get_step_url(meeting, "translate/fr/")))


def test_panel_of_a_correction_that_translations_follow(petra: Client, rita: Client, meeting: Meeting) -> None:
    """Nothing in them is new, so that they wait for nobody."""
    submit_translation(meeting, "fr", by=get_actor("theo"))
    approve_french(meeting)
    Meeting.objects.update(venue="Room 7", version=2)
    keep_revision(Meeting.objects.get(), PRESS_DAY, get_actor("anna"))
    submit(Meeting.objects.get(), by=get_actor("anna"))
    assert "English In review since" in read_screen(petra, meeting, "change/")
    assert "Nothing in it is new: it is approved with the original" in read_screen(petra, meeting, "review/")


class TestStillCorrect:
    """Somebody says that an approved translation is still correct for a corrected original."""

    @pytest.fixture(autouse=True)
    def kept(self, rita: Client, theo: Client, petra: Client, meeting: Meeting, clock: Any) -> None:
        others = [each for each in list_segments(build_draft(meeting, PRESS_DAY)) if each.field != "lead"]
        texts = {each.key: TranslatedText(f"Texte {each.field}", compute_digest(each.text)) for each in others}
        write_translations(meeting, {"fr": texts}, by=get_actor("theo"), now=PRESS_DAY)
        save_texts(meeting)
        submit_translation(meeting, "fr", by=get_actor("theo"))
        approve_french(meeting)
        clock.move_to(publish(meeting, by=get_actor("petra"))[0].available_from)
        Meeting.objects.update(lead="<p>Ministers gather at 9.30.</p>", version=2)
        keep_revision(Meeting.objects.get(), PRESS_DAY, get_actor("anna"))
        submit(Meeting.objects.get(), by=get_actor("anna"), languages=())
        approve(meeting, by=get_actor("petra"), shown=get_shown_digests(meeting), languages=["en"])
        translate(Meeting.objects.get(), by=get_actor("theo"), lead=FRENCH)
        keep_translation_revision(Meeting.objects.get(), PRESS_DAY, get_actor("theo"), "fr")

    def test_translator_is_told_to_submit_it(self, theo: Client, meeting: Meeting) -> None:
        assert "Translated, ready to submit" in read_screen(theo, meeting, "languages/")
        assert f"{meeting} français" in read_visible_words(theo.get("/admin/"))

    def test_reviser_sees_what_changed_in_the_original(self, rita: Client, petra: Client, meeting: Meeting) -> None:
        submit_translation(Meeting.objects.get(), "fr", by=get_actor("theo"))
        assert "In review" in read_screen(rita, meeting, "languages/")
        page = read_screen(rita, meeting, "review/")
        assert "Somebody says that this translation, which was approved before, is still correct." in page
        assert "français Changed since edition 1" in read_screen(petra, meeting, "change/")
