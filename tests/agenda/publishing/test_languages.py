"""Translations on their way: submitted, approved, waited for, following; and no correction is held up by them."""

import datetime as dt
from typing import Any

import pytest

from agenda.drafts import documents_of
from agenda.models import Release, Revision
from agenda.publishing import (
    ChangedMeanwhile,
    NotApprovedError,
    Refused,
    ReleasedTranslations,
    approve,
    follow,
    hold,
    is_ready,
    plan,
    publish,
    publish_planned_release,
    resume,
    rollback,
    send_back,
    set_rule,
    submit,
    submit_translation,
    translation_to_submit,
)
from agenda.reviews import Review, ReviewState, unreleased
from agenda.revisions import keep_revision, keep_translations
from agenda.translations import Given, save_translations
from meetings.audit import Actor
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import digest_of
from meetings.models import AuditEntry, Edition, EditionDocument, Meeting, Translation, User
from meetings.rights import NotAllowed
from tests import acts
from tests.agenda.filling import give, member_of
from tests.agenda.publishing.people import changed, digests, shown
from tests.agenda.publishing.people import people as everybody
from tests.cast import DAY, PRESS_DAY, make_meeting, make_topic, translate

__all__ = ["everybody"]
People = dict[str, Actor]
EVENING = PRESS_DAY + dt.timedelta(hours=8)
FRENCH = "<p>Les ministres se réunissent.</p>"


@pytest.fixture
def people(everybody: People) -> People:
    """Also: Théo translates into French; Rita revises French, Elena Greek; petra and paul approve the source only."""
    User.objects.get(username="paul").memberships.filter(role__name="Revisers").delete()
    User.objects.get(username="petra").memberships.filter(role__name="Revisers").delete()
    for name, role, language in (
        ("theo", "Translators", "fr"),
        ("rita", "Revisers", "fr"),
        ("elena", "Revisers", "el"),
    ):
        member_of(role, name, language=language)
    return {user.username: Actor(user, user.username) for user in User.objects.all()}


@pytest.fixture
def meeting(people: People) -> Meeting:
    """In review, and approved, in English."""
    meeting = make_meeting(lead="<p>Ministers meet.</p>", notice="For the press.")
    submit(meeting, by=people["anna"])
    approve(meeting, by=people["paul"], shown=shown(meeting))
    return meeting


@pytest.fixture
def live(people: People, meeting: Meeting, clock: Any) -> Meeting:
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    return meeting


def states(meeting: Meeting) -> dict[str, str]:
    review = Review.last(Meeting.objects.get(pk=meeting.pk))
    return {str(one.language): str(one.state) for one in review.languages} if review else {}


def saved(meeting: Meeting, people: People, language: str = "fr", **texts: str) -> None:
    """As the desk does it, by whoever translates."""
    translate(meeting, None, language, **texts)
    keep_translations(meeting, PRESS_DAY, people["theo"], language)


def in_french(meeting: Meeting, people: People, **texts: str) -> None:
    """Translated by Théo, submitted, approved by Rita."""
    saved(meeting, people, **(texts or {"lead": FRENCH}))
    submit_translation(meeting, "fr", by=people["theo"])
    approve(meeting, by=people["rita"], shown=shown(meeting), languages=["fr"])


def in_greek(meeting: Meeting, people: People) -> None:
    """Translated by Thea, submitted, approved by Elena."""
    member_of("Translators", "thea", language="el")
    saved(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
    submit_translation(meeting, "el", by=Actor(User.objects.get(username="thea"), "thea"))
    approve(meeting, by=people["elena"], shown=shown(meeting), languages=["el"])


def text_of(edition: Edition, language: str) -> MeetingDocument:
    document = next(one for one in documents_of(edition) if one.language == language)
    assert isinstance(document, MeetingDocument)
    return document


class TestSubmitting:
    def test_not_by_who_translates_into_another_language(self, people: People, meeting: Meeting) -> None:
        saved(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        with pytest.raises(NotAllowed, match="Who may: elena"):
            submit_translation(meeting, "el", by=people["theo"])

    def test_not_before_the_source_text(self, people: People) -> None:
        draft = make_meeting("env")
        translate(draft, lead=FRENCH)
        with pytest.raises(Refused, match="The source text is not submitted yet"):
            submit_translation(draft, "fr", by=people["theo"])

    def test_not_where_nothing_is_translated(self, people: People, meeting: Meeting) -> None:
        with pytest.raises(Refused, match="Nothing of the text that was submitted is translated"):
            submit_translation(meeting, "fr", by=people["theo"])

    def test_not_what_nobody_looked_at(self, people: People, meeting: Meeting) -> None:
        saved(meeting, people, lead=FRENCH)
        with pytest.raises(ChangedMeanwhile):
            submit_translation(meeting, "fr", by=people["theo"], shown="0" * 64)

    def test_not_twice(self, people: People, meeting: Meeting) -> None:
        saved(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        with pytest.raises(Refused, match="already in review"):
            submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=people["rita"], shown=shown(meeting))
        with pytest.raises(Refused, match="already approved"):
            submit_translation(meeting, "fr", by=people["theo"])

    def test_not_what_would_lose_words_to_the_author_s_draft(self, people: People, meeting: Meeting) -> None:
        saved(meeting, people, lead=FRENCH, notice="Pour la presse.")
        submit_translation(meeting, "fr", by=people["theo"])
        meeting = changed(meeting, lead="<p>Ministers meet at noon.</p>")
        saved(meeting, people, lead="<p>Les ministres se réunissent à midi.</p>")
        saved(meeting, people, notice="À l'attention de la presse.")
        with pytest.raises(Refused, match="1 text is translated from what the author is still writing"):
            submit_translation(meeting, "fr", by=people["theo"])
        submit(meeting, by=people["anna"])
        assert states(meeting)["fr"] == "in_review"

    def test_not_with_another_hour(self, people: People) -> None:
        meeting = make_meeting(lead="<p>Ministers meet at 9.30.</p>")
        submit(meeting, by=people["anna"])
        saved(meeting, people, lead="<p>Les ministres se réunissent à 10h30.</p>")
        with pytest.raises(
            Refused, match=r"another hour than the source text: The source says 9\.30, the translation 10h30"
        ):
            submit_translation(meeting, "fr", by=people["theo"])

    def test_it_is_of_what_was_submitted_and_not_of_the_draft(self, people: People, meeting: Meeting) -> None:
        """Else a reader of French would learn of what is still being written."""
        changed(meeting, venue="A secret room")
        saved(meeting, people, lead=FRENCH)
        document = translation_to_submit(meeting, "fr", PRESS_DAY)
        assert isinstance(document, MeetingDocument)
        assert (document.lead, document.place.venue) == (FRENCH, "Bâtiment Europa")
        submit_translation(meeting, "fr", by=people["theo"])
        approve(meeting, by=people["rita"], shown=shown(meeting), languages=["fr"])
        [edition] = publish(meeting, by=people["paul"], at=EVENING, shown=digests(meeting))
        assert text_of(edition, "fr").place.venue == "Bâtiment Europa"

    def test_it_takes_no_verdict_away(self, people: People, meeting: Meeting) -> None:
        in_french(meeting, people)
        saved(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        submit_translation(meeting, "el", by=people["elena"])
        send_back(meeting, by=people["rita"], shown=shown(meeting), languages=["fr"], remark="Which ministers?")
        assert states(meeting) == {
            "en": ReviewState.APPROVED,
            "fr": ReviewState.SENT_BACK,
            "el": ReviewState.IN_REVIEW,
        }
        saved(meeting, people, "el", notice="Για τον Τύπο.")
        submit_translation(meeting, "el", by=people["elena"])
        assert states(meeting)["fr"] == ReviewState.SENT_BACK

    def test_while_a_correction_was_sent_back_it_is_of_what_is_approved(self, people: People, live: Meeting) -> None:
        submit(changed(live, notice="Wrong."), by=people["anna"])
        send_back(live, by=people["paul"], shown=shown(live), remark="No.")
        translate(live, lead=FRENCH)
        revision = submit_translation(live, "fr", by=people["theo"])
        assert states(live)["en"] == ReviewState.SENT_BACK  # the author still sees that
        approve(live, by=people["rita"], shown=[one.document_id for one in revision.documents.all()], revision=revision)
        followed = follow(live, by=people["rita"])
        assert followed
        assert text_of(followed.edition, "fr").notice == "For the press."

    def test_translating_disturbs_nobody_who_writes(self, people: People, meeting: Meeting) -> None:
        version = Meeting.objects.get().version
        saved(meeting, people, lead=FRENCH)
        assert Meeting.objects.get().version == version
        kept = Revision.objects.order_by("-pk")[0]
        assert (kept.why, kept.by_name, kept.remark) == ("translated", "theo", "français")
        assert states(meeting)["en"] == ReviewState.APPROVED


class TestApproving:
    def test_a_translation_takes_a_reviser_of_its_language(self, people: People, meeting: Meeting) -> None:
        saved(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        for name in ("paul", "petra", "elena", "theo"):
            with pytest.raises(NotAllowed, match="You may not approve"):
                approve(meeting, by=people[name], shown=shown(meeting), languages=["fr"])

    def test_nobody_approves_their_own(self, people: People, meeting: Meeting) -> None:
        translate(meeting, lead=FRENCH)
        keep_translations(meeting, PRESS_DAY, people["rita"], "fr")
        submit_translation(meeting, "fr", by=people["theo"])
        with pytest.raises(Refused, match="Someone else must approve it"):
            approve(meeting, by=people["rita"], shown=shown(meeting), languages=["fr"])

    def test_nor_where_the_source_went_on_meanwhile(self, people: People, meeting: Meeting) -> None:
        keep_revision(changed(meeting, notice="Still being written."), PRESS_DAY, people["anna"])
        translate(meeting, lead=FRENCH)
        keep_translations(meeting, PRESS_DAY, people["rita"], "fr")
        submit_translation(meeting, "fr", by=people["theo"])
        with pytest.raises(Refused, match="Someone else must approve it"):
            approve(meeting, by=people["rita"], shown=shown(meeting), languages=["fr"])

    def test_nor_where_the_source_changed_while_it_was_typed(self, people: People, meeting: Meeting) -> None:
        """No document of the working copy has it: the text is of the source as it was submitted."""
        was = digest_of("<p>Ministers meet.</p>")
        keep_revision(changed(meeting, lead="<p>Ministers will meet.</p>"), PRESS_DAY, people["anna"])
        given = {(meeting.pk, "lead"): Given(FRENCH, was, digest_of(""))}
        meeting = Meeting.objects.get()
        assert save_translations(meeting, "fr", given, by=people["rita"], now=PRESS_DAY).saved == 1
        submit_translation(meeting, "fr", by=people["theo"])
        with pytest.raises(Refused, match="Someone else must approve it"):
            approve(meeting, by=people["rita"], shown=shown(meeting), languages=["fr"])

    def test_whoever_submitted_another_language_wrote_none_of_it(self, people: People, meeting: Meeting) -> None:
        give(User.objects.get(username="rita"), "Translators", language="el")
        saved(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        saved(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        submit_translation(meeting, "el", by=people["rita"])
        approve(meeting, by=people["rita"], shown=shown(meeting), languages=["fr"])
        assert states(meeting) == {"en": "approved", "fr": "approved", "el": "in_review"}

    def test_nor_whoever_submitted_it_again(self, people: People, meeting: Meeting) -> None:
        give(User.objects.get(username="rita"), "Authors")
        saved(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        send_back(meeting, by=people["rita"], shown=shown(meeting), languages=["fr"], remark="Look again.")
        submit_translation(meeting, "fr", by=people["rita"])
        with pytest.raises(Refused, match="Someone else must approve it"):
            approve(meeting, by=people["rita"], shown=shown(meeting), languages=["fr"])

    def test_nor_beside_words_that_followed(self, people: People, live: Meeting) -> None:
        """Raoul wrote one of two new texts. The third, which is approved, follows the source by itself meanwhile."""
        member_of("Revisers", "raoul", language="fr")
        raoul = Actor(User.objects.get(username="raoul"), "raoul")
        in_french(live, people)
        live = changed(live, notice="Corrected.", status_reason="Rain.")
        keep_revision(live, PRESS_DAY, people["anna"])
        translate(live, notice="Corrigé.")
        keep_translations(live, PRESS_DAY, raoul, "fr")
        saved(live, people, status_reason="La pluie.")
        submit(live, by=people["anna"], languages=["fr"])
        approve(live, by=people["paul"], shown=shown(live), languages=["en"])
        with pytest.raises(Refused, match="Someone else must approve it"):
            approve(live, by=raoul, shown=shown(live), languages=["fr"])

    def test_a_reviser_approves_no_source_text(self, people: People) -> None:
        meeting = make_meeting("env")
        submit(meeting, by=people["anna"])
        with pytest.raises(NotAllowed):
            approve(meeting, by=people["rita"], shown=shown(meeting))

    def test_of_all_languages_those_that_are_theirs(self, people: People, meeting: Meeting) -> None:
        saved(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        [verdict] = approve(meeting, by=people["rita"], shown=shown(meeting))
        assert verdict.language == "fr"


class TestTakingBack:
    def test_not_what_is_to_appear_or_is_out_whatever_was_submitted_since(
        self, people: People, meeting: Meeting, clock: Any
    ) -> None:
        in_french(meeting, people)
        publish(meeting, by=people["paul"], at=EVENING)
        saved(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        submit_translation(meeting, "el", by=people["elena"])
        for moment, told in ((PRESS_DAY, "Hold or cancel"), (EVENING, "This text is published")):
            clock.move_to(moment)
            for name, language in (("paul", "en"), ("rita", "fr")):
                with pytest.raises(Refused, match=told):
                    send_back(meeting, by=people[name], shown=shown(meeting), languages=[language], remark="No.")

    def test_a_translation_that_its_source_text_went_out_without(self, people: People) -> None:
        meeting = make_meeting("env", lead="<p>Ministers meet.</p>")
        translate(meeting, lead=FRENCH)
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["paul"], shown=shown(meeting))
        publish(meeting, by=people["paul"])
        send_back(meeting, by=people["rita"], shown=shown(meeting), languages=["fr"], remark="Which ministers?")
        assert states(meeting) == {"en": ReviewState.APPROVED, "fr": ReviewState.SENT_BACK}


class TestACorrection:
    """Words that were approved, of a text that still says the same, need no second approval."""

    def test_translations_follow_the_source(self, people: People, live: Meeting) -> None:
        in_french(live, people)
        submit(changed(live, notice="Corrected."), by=people["anna"], languages=[])
        assert states(live) == {"en": ReviewState.IN_REVIEW, "fr": ReviewState.IN_REVIEW}
        approve(live, by=people["paul"], shown=shown(live), languages=["en"])
        assert states(live) == {"en": ReviewState.APPROVED, "fr": ReviewState.APPROVED}
        [edition] = publish(live, by=people["paul"], note="The notice.")
        french = text_of(edition, "fr")
        assert (french.lead, french.notice, "notice" in french.fallbacks) == (FRENCH, "Corrected.", True)
        entry = AuditEntry.objects.filter(act="approved").latest("pk")
        assert (entry.actor, entry.details["language"], entry.details["follows"]) == ("paul", "fr", "rita")

    def test_not_with_new_words(self, people: People, live: Meeting) -> None:
        in_french(live, people)
        live = changed(live, notice="Corrected.")
        saved(live, people, notice="Corrigé.")
        submit(live, by=people["anna"], languages=["fr"])
        approve(live, by=people["paul"], shown=shown(live), languages=["en"])
        assert states(live) == {"en": ReviewState.APPROVED, "fr": ReviewState.IN_REVIEW}
        [edition] = publish(live, by=people["paul"], note="The notice.")  # the approved words go out meanwhile
        assert text_of(edition, "fr").notice == "Corrected."

    def test_new_words_that_wait_are_not_taken_for_those_that_followed(self, people: People, live: Meeting) -> None:
        in_french(live, people)
        live = changed(live, notice="Corrected.")
        saved(live, people, notice="Nobody has read this.")
        submit(live, by=people["anna"], languages=["fr"])
        approve(live, by=people["paul"], shown=shown(live), languages=["en"])
        submit(changed(live, document_number="1/60"), by=people["anna"], languages=[])
        approve(live, by=people["paul"], shown=shown(live), languages=["en"])
        [edition] = publish(live, by=people["paul"], note="The number.")
        assert text_of(edition, "fr").notice == "Corrected."

    def test_a_text_that_the_source_says_otherwise_is_borrowed(self, people: People, live: Meeting) -> None:
        """A stale paragraph is shown to nobody."""
        in_french(live, people, lead=FRENCH, notice="Pour la presse.")
        submit(changed(live, lead="<p>Ministers do not meet.</p>"), by=people["anna"], languages=[])
        approve(live, by=people["paul"], shown=shown(live))
        [edition] = publish(live, by=people["paul"], note="They do not.")
        french = text_of(edition, "fr")
        assert (french.lead, french.notice) == ("<p>Ministers do not meet.</p>", "Pour la presse.")
        assert "lead" in french.fallbacks
        assert Translation.objects.filter(text=FRENCH).exists()  # nobody's work is lost


class TestWithoutApproval:
    def test_an_emergency_takes_no_language_away_and_brings_no_new_words(self, people: People, live: Meeting) -> None:
        in_french(live, people)
        live = changed(live, notice="Off.")
        saved(live, people, notice="Annulé.")
        [edition] = publish(live, by=people["paul"], note="Off.", force="The minister is on air.")
        french = text_of(edition, "fr")
        assert (french.lead, french.notice, french.fallbacks.count("notice")) == (FRENCH, "Off.", 1)

    def test_what_it_says_is_approved_with_the_source_after_the_fact(self, people: People, live: Meeting) -> None:
        in_french(live, people)
        live = changed(live, notice="Off.")
        publish(live, by=people["paul"], note="Off.", force="The minister is on air.")
        approve(live, by=people["petra"], shown=shown(live), languages=["en"])
        assert states(live) == {"en": ReviewState.APPROVED, "fr": ReviewState.APPROVED}

    def test_a_topic_goes_by_its_new_name_where_the_translated_one_is_out_of_date(self, db: None, clock: Any) -> None:
        meeting, topic = make_meeting(), make_topic(title="Migration")
        meeting.agenda.get().topics.add(topic)
        translate(meeting, language="fr", lead=FRENCH)
        translate(topic, language="fr", title="Migrations")
        acts.submit(meeting, topic)
        acts.approve(meeting, topic)
        clock.move_to(acts.publish_approved(meeting, topic)[0].available_from)
        topic.title = "Migration and asylum"
        topic.save()
        edition = next(one for one in acts.publish(meeting, topic) if one.subject_id == meeting.pk)
        french = text_of(edition, "fr")
        assert [one.title for one in french.agenda[0].topics] == ["Migration and asylum"]
        assert french.fallbacks.count(f"topics.{topic.pk}.title") == 1


class TestFollowing:
    def test_not_where_nothing_is_released(self, people: People, meeting: Meeting) -> None:
        in_french(meeting, people)
        assert follow(meeting, by=people["rita"]) is None
        assert not Edition.objects.exists()

    def test_not_where_the_source_text_is_another(self, people: People, live: Meeting) -> None:
        submit(changed(live, notice="Corrected."), by=people["anna"])
        approve(live, by=people["paul"], shown=shown(live))
        in_french(live, people)
        assert follow(live, by=people["rita"]) is None
        assert Edition.objects.count() == 1

    def test_it_joins_the_edition_to_come_at_its_instant(self, people: People, meeting: Meeting) -> None:
        [before] = publish(meeting, by=people["paul"], at=EVENING)
        in_french(meeting, people)
        followed = follow(meeting, by=people["rita"])
        edition = Edition.objects.get()
        assert followed == ReleasedTranslations(edition, is_live=False)
        assert (edition.available_from, edition.languages, edition.reason) == (EVENING, ["en", "fr"], "publication")
        assert edition.pk != before.pk
        release = Release.objects.get()
        assert (release.state, release.at, release.entries.get().edition_id) == ("scheduled", EVENING, edition.pk)
        entry = AuditEntry.objects.filter(act="language_added").get()
        assert entry.actor == "rita"
        assert follow(meeting, by=people["rita"]) is None  # nothing new

    def test_it_joins_with_what_was_borrowed_so_far(self, people: People, meeting: Meeting) -> None:
        in_french(meeting, people)
        publish(meeting, by=people["paul"], at=EVENING)
        in_french(meeting, people, notice="Pour la presse.")
        assert follow(meeting, by=people["rita"])
        assert text_of(Edition.objects.get(), "fr").notice == "Pour la presse."
        assert follow(meeting, by=people["rita"]) is None

    def test_it_does_not_join_what_goes_out_without_approval(self, people: People, meeting: Meeting) -> None:
        publish(changed(meeting, notice="Off."), by=people["paul"], at=EVENING, force="The minister is on air.")
        approve(meeting, by=people["petra"], shown=shown(meeting), languages=["en"])
        in_french(meeting, people)
        assert follow(meeting, by=people["rita"]) is None
        assert Edition.objects.get().languages == ["en"]

    def test_it_is_an_edition_of_its_own_once_the_text_is_live(self, people: People, live: Meeting, clock: Any) -> None:
        published = EditionDocument.objects.get(language="en")
        clock.move_to(PRESS_DAY + DAY)
        in_french(live, people)
        followed = follow(live, by=people["rita"])
        assert followed
        assert followed.is_live
        edition = followed.edition
        assert (edition.reason, edition.languages, edition.change_note) == ("translation", ["en", "fr"], "")
        clock.move_to(edition.available_from)
        held = {one.language: one for one in EditionDocument.objects.live(edition.available_from).with_history()}
        assert held["en"].history.modified_at == published.edition.available_from  # readers of English see no change
        assert held["fr"].history.modified_at == edition.available_from

    def test_nothing_comes_back_by_itself_that_somebody_went_back_from(
        self, people: People, live: Meeting, clock: Any
    ) -> None:
        in_french(live, people)
        followed = follow(live, by=people["rita"])
        assert followed
        clock.move_to(followed.edition.available_from)
        clock.move_to(rollback(live, by=people["paul"], reason="The French text was wrong.").available_from)
        in_greek(live, people)
        assert follow(live, by=people["elena"]) is None
        send_back(live, by=people["rita"], shown=shown(live), languages=["fr"], remark="It is wrong.")
        assert publish(live, by=people["paul"])[0].languages == ["el", "en"]

    def test_a_text_that_was_borrowed_so_far(self, people: People, live: Meeting, clock: Any) -> None:
        in_french(live, people)
        followed = follow(live, by=people["rita"])
        assert followed
        clock.move_to(followed.edition.available_from)
        in_french(live, people, notice="Pour la presse.")
        followed = follow(live, by=people["rita"])
        assert followed
        assert (followed.edition.reason, text_of(followed.edition, "fr").notice) == ("translation", "Pour la presse.")

    def test_not_words_that_readers_know_otherwise(self, people: People, live: Meeting, clock: Any) -> None:
        """They are told what changed: so somebody releases it, with a note."""
        in_french(live, people)
        followed = follow(live, by=people["rita"])
        assert followed
        clock.move_to(followed.edition.available_from)
        in_french(live, people, lead="<p>Les ministres ne se réunissent pas.</p>")
        assert follow(live, by=people["rita"]) is None
        with pytest.raises(Refused, match="Tell readers in a sentence what changed"):
            publish(live, by=people["paul"])
        assert publish(live, by=people["paul"], note="In French.")[0].reason == "correction"

    @pytest.mark.parametrize("waits", [True, False])
    def test_a_language_does_not_wait_for_another_that_takes_a_note(
        self, people: People, meeting: Meeting, clock: Any, waits: bool
    ) -> None:
        in_french(meeting, people)
        [edition] = publish(meeting, by=people["paul"], at=EVENING if waits else None)
        if not waits:
            clock.move_to(edition.available_from)
        in_french(meeting, people, lead="<p>Les ministres ne se réunissent pas.</p>")
        assert follow(meeting, by=people["rita"]) is None
        in_greek(meeting, people)
        followed = follow(meeting, by=people["elena"])
        assert followed
        assert followed.edition.languages == ["el", "en", "fr"]
        assert "ne se réunissent pas" not in str(text_of(followed.edition, "fr"))
        assert unreleased(meeting)


class TestTheRule:
    def test_only_by_who_publishes(self, people: People, meeting: Meeting) -> None:
        with pytest.raises(NotAllowed):
            set_rule(meeting, by=people["anna"], required=["fr"], others="follow")

    def test_no_language_that_there_is_not(self, people: People, meeting: Meeting) -> None:
        with pytest.raises(Refused, match="no official language “xx”"):
            set_rule(meeting, by=people["paul"], required=["fr", "xx"], others="follow")

    def test_a_language_that_must_be_ready(self, people: People, meeting: Meeting) -> None:
        set_rule(meeting, by=people["paul"], required=["fr", "en"], others="follow")
        meeting.refresh_from_db()
        with pytest.raises(NotApprovedError, match=r"waits for languages that are not approved: français\."):
            publish(meeting, by=people["paul"])
        release = plan(meeting, by=people["paul"], at=EVENING)
        assert not is_ready(release)
        in_french(meeting, people)
        assert is_ready(release)
        assert publish_planned_release(release, people["paul"])[0].languages == ["en", "fr"]

    def test_what_was_held_waits_for_it_too(self, people: People, meeting: Meeting) -> None:
        """Its approval may have been taken back since."""
        set_rule(meeting, by=people["paul"], required=["fr"], others="follow")
        in_french(meeting, people)
        publish(meeting, by=people["paul"], at=EVENING)
        hold(Release.objects.get(), by=people["paul"], reason="The French text.")
        send_back(meeting, by=people["rita"], shown=shown(meeting), languages=["fr"], remark="Which ministers?")
        with pytest.raises(NotApprovedError, match=r"waits for languages that are not approved: français\."):
            resume(Release.objects.get(), by=people["paul"], at=EVENING)
        assert not Edition.objects.exists()

    def test_all_wait_for_each_other(self, people: People, meeting: Meeting) -> None:
        set_rule(meeting, by=people["paul"], required=[], others="wait")
        saved(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        in_french(meeting, people)
        with pytest.raises(NotApprovedError, match="waits for languages that are not approved: ελληνικά"):
            publish(meeting, by=people["paul"])
        saved(meeting, people, "el", notice="Για τον Τύπο.")
        submit_translation(meeting, "el", by=people["elena"])
        Translation.objects.filter(language="el").delete()
        assert publish(meeting, by=people["paul"])[0].languages == ["en", "fr"]

    def test_a_correction_is_not_held_up(self, people: People, live: Meeting) -> None:
        set_rule(live, by=people["paul"], required=["fr"], others="wait")
        saved(live, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        submit(changed(live, notice="Corrected."), by=people["anna"], languages=[])
        approve(live, by=people["paul"], shown=shown(live))
        assert publish(live, by=people["paul"], note="The notice.")[0].languages == ["en"]

    def test_where_all_wait_none_follows_by_itself(self, people: People, live: Meeting) -> None:
        set_rule(live, by=people["paul"], required=[], others="wait")
        in_french(live, people)
        assert follow(Meeting.objects.get(pk=live.pk), by=people["rita"]) is None
        assert publish(live, by=people["paul"])[0].reason == "translation"

    def test_in_an_emergency_it_goes_out_all_the_same(self, people: People, meeting: Meeting) -> None:
        set_rule(meeting, by=people["paul"], required=["fr"], others="wait")
        assert publish(meeting, by=people["paul"], force="The minister is on air.")[0].languages == ["en"]
