"""Taking out a single past edition and erasing its text: what is refused, what stays, and what the database lets by."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, connection, transaction

from agenda import suppressing
from agenda.models import Release
from agenda.publishing import Refused, hold, resume, rollback, submit
from agenda.reviews import Review
from agenda.revisions import keep_revision
from agenda.suppressing import edition_numbered
from meetings.audit import Actor
from meetings.closed import ClosedText
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import digest_of
from meetings.editions import freeze
from meetings.models import (
    Act,
    AuditEntry,
    Edition,
    EditionDocument,
    Erasure,
    Meeting,
    StoredDocument,
    Suppression,
)
from meetings.rights import NotAllowed
from meetings.vocabulary import Language
from tests.agenda.publishing.people import people
from tests.agenda.test_commands import run
from tests.agenda.test_editions_pages import EDITIONS, changed, three_editions
from tests.cast import COMMAND, DAY, MINUTE, PRESS_DAY, make_meeting, meeting_document, publish, published, withdraw
from tests.publicity import Visitor, text

REASON = "A private number stood in it."
ACTS = (Act.SUPPRESSED, Act.REINSTATED, Act.ERASED)
__all__ = ["people"]


@contextmanager
def law(why: str) -> Iterator[None]:
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        yield


def texts() -> list[bool]:
    """Which of the editions still have their text, oldest first."""
    held = EditionDocument.objects.order_by("edition__available_from").select_related("document")
    return [bool(one.document.text) for one in held]


def suppress(meeting: Meeting, edition: Edition | int, reason: str = REASON) -> Suppression:
    edition = edition_numbered(meeting, edition) if isinstance(edition, int) else edition
    return suppressing.suppress(meeting, edition, by=COMMAND, reason=reason)


def lift(meeting: Meeting, number: int) -> Suppression:
    return suppressing.lift(meeting, edition_numbered(meeting, number), by=COMMAND, reason="It was the wrong one.")


def erase(meeting: Meeting, number: int, languages: Sequence[str] = ()) -> list[EditionDocument]:
    edition = edition_numbered(meeting, number)
    return suppressing.erase(meeting, edition, by=COMMAND, reason="Court order 12/60.", languages=languages)


def saved(meeting: Meeting, **values: Any) -> Meeting:
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.save()
    return meeting


def submitted(meeting: Meeting) -> None:
    submit(meeting, by=COMMAND)


def both(meeting: Meeting, english: str, french: str) -> list[MeetingDocument]:
    titles = {Language.EN: english, Language.FR: french}
    return [meeting_document(title, id=meeting.pk, language=language) for language, title in titles.items()]


@pytest.fixture
def meeting(db: None, clock: Any) -> Meeting:
    return three_editions(clock)


class TestSuppressing:
    def test_the_live_edition_is_corrected_first(self, meeting: Meeting) -> None:
        with pytest.raises(Refused, match="live: publish a corrected one first"):
            suppress(meeting, 3)
        assert not Suppression.objects.exists()

    def test_one_still_to_come_is_called_off(self, meeting: Meeting) -> None:
        meeting.venue = "Malindi"
        meeting.save()
        [pending] = publish(meeting, at=PRESS_DAY + DAY)
        with pytest.raises(Refused, match="still to come, and nobody has read it: call it off"):
            suppress(meeting, pending)

    def test_a_withdrawal_has_no_text(self, meeting: Meeting, clock: Any) -> None:
        tombstone = withdraw(meeting, reason="Sent too early.")
        clock.move_to(tombstone.available_from)
        with pytest.raises(Refused, match="withdrawal"):
            suppress(meeting, tombstone)

    def test_twice(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        with pytest.raises(Refused, match=f"taken out already, on 14 September 2060, 10:02:03.*“{REASON}”"):
            suppress(meeting, 2, "Another reason.")
        assert Suppression.objects.get().reason == REASON

    @pytest.mark.parametrize(
        ("reason", "told"), [("", "Give the reason"), (" \n", "Give the reason"), ("x" * 501, "501")]
    )
    def test_without_a_reason_or_with_a_novel(self, meeting: Meeting, reason: str, told: str) -> None:
        with pytest.raises(Refused, match=told):
            suppress(meeting, 1, reason)

    @pytest.mark.parametrize("number", [0, 4, -1])
    def test_a_number_that_there_is_not(self, meeting: Meeting, number: int) -> None:
        with pytest.raises(Refused, match="numbered up to 3"):
            edition_numbered(meeting, number)

    def test_it_takes_effect_at_once(self, meeting: Meeting, visitor: Visitor) -> None:
        assert "Mombasa" in text(visitor.get(f"{EDITIONS}2/"))
        suppress(meeting, 2)
        response = visitor.get(f"{EDITIONS}2/")
        assert response.status_code == 410
        assert REASON in text(response)

    def test_what_a_withdrawal_has_closed_can_be_taken_out_too(self, meeting: Meeting, clock: Any) -> None:
        """It must be before its text can be erased."""
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        suppress(meeting, 3)
        assert Suppression.objects.get().edition == edition_numbered(meeting, 3)

    def test_it_is_lifted_and_suppressed_again(self, meeting: Meeting, visitor: Visitor) -> None:
        suppress(meeting, 2, "The wrong one.")
        lift(meeting, 2)
        assert "Mombasa" in text(visitor.get(f"{EDITIONS}2/"))
        suppress(meeting, 2)
        assert "Mombasa" not in text(visitor.get(f"{EDITIONS}2/"))
        assert Suppression.objects.count() == 2

    def test_what_is_not_suppressed_is_not_lifted(self, meeting: Meeting) -> None:
        with pytest.raises(Refused, match="not taken out"):
            lift(meeting, 2)


class TestWhoMay:
    def test_without_the_right(self, people: dict[str, Actor], meeting: Meeting) -> None:
        edition = edition_numbered(meeting, 2)
        for name in ("anna", "dora"):
            with pytest.raises(NotAllowed):
                suppressing.suppress(meeting, edition, by=people[name], reason=REASON)
        suppressing.suppress(meeting, edition, by=people["paul"], reason=REASON)
        with pytest.raises(NotAllowed):
            suppressing.lift(meeting, edition, by=people["anna"], reason=REASON)
        assert Suppression.objects.standing().exists()

    def test_nobody_erases_in_the_admin(self, people: dict[str, Actor], meeting: Meeting) -> None:
        suppress(meeting, 2)
        with pytest.raises(Refused, match="by command"):
            suppressing.erase(meeting, edition_numbered(meeting, 2), by=people["paul"], reason=REASON)
        assert texts() == [True, True, True]

    def test_it_is_in_the_audit_log(self, people: dict[str, Actor], meeting: Meeting) -> None:
        edition = edition_numbered(meeting, 2)
        digest = edition.documents.get().document_id
        suppressing.suppress(meeting, edition, by=people["paul"], reason=REASON)
        lift(meeting, 2)
        suppress(meeting, 2)
        erase(meeting, 2)
        entries = list(AuditEntry.objects.filter(digest=digest, act__in=ACTS).order_by("id"))
        assert [(entry.actor, entry.act) for entry in entries] == [
            ("paul", Act.SUPPRESSED),
            (COMMAND.name, Act.REINSTATED),
            (COMMAND.name, Act.SUPPRESSED),
            (COMMAND.name, Act.ERASED),
        ]
        assert entries[0].details == {"edition": edition.available_from.isoformat(), "reason": REASON}
        assert entries[3].details["erased"] == {"en": digest}
        assert {entry.subject_id for entry in entries} == {meeting.pk}


class TestErasing:
    def test_the_text_goes_and_the_digest_stays(self, meeting: Meeting, visitor: Visitor) -> None:
        suppress(meeting, 2)
        [held] = erase(meeting, 2)
        assert texts() == [True, False, True]
        assert (
            Erasure.objects.get().digest == held.document_id == edition_numbered(meeting, 2).documents.get().document_id
        )
        for which in ("2/", "1..2/", "2..3/"):
            assert visitor.get(EDITIONS + which).status_code == 410
        assert held.document_id in text(visitor.get(EDITIONS))

    def test_one_that_is_not_suppressed(self, meeting: Meeting) -> None:
        with pytest.raises(Refused, match="suppress it first"):
            erase(meeting, 2)
        assert texts() == [True, True, True]

    def test_one_whose_suppression_was_lifted(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        lift(meeting, 2)
        with pytest.raises(Refused, match="suppress it first"):
            erase(meeting, 2)

    def test_a_text_that_is_read_in_another_edition(self, meeting: Meeting, clock: Any) -> None:
        changed(clock, meeting, "Back again.", venue="Mombasa")
        changed(clock, meeting, "And away.", venue="Lamu")
        suppress(meeting, 2)
        with pytest.raises(Refused, match=r"those of 14 September 2060, 10:03:04 \(en\)"):
            erase(meeting, 2)
        suppress(meeting, 4)
        erase(meeting, 2)
        assert texts() == [True, False, True, False, True]

    def test_a_text_that_is_still_to_come(self, meeting: Meeting) -> None:
        meeting.venue = "Mombasa"
        meeting.save()
        publish(meeting, at=PRESS_DAY + DAY)
        with pytest.raises(Refused, match="15 September 2060"):
            suppress(meeting, 2)

    def test_twice(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        erase(meeting, 2)
        with pytest.raises(Refused, match="erased already"):
            erase(meeting, 2)

    def test_what_was_erased_is_not_lifted(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        erase(meeting, 2)
        with pytest.raises(Refused, match="erased"):
            lift(meeting, 2)

    @pytest.mark.django_db
    def test_one_language_where_another_is_still_read(self, clock: Any) -> None:
        meeting = make_meeting()
        for n, title in enumerate(("Zanzibar", "Lamu")):
            freeze(both(meeting, title, "Conseil"), available_from=PRESS_DAY + n * MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        suppress(meeting, 1)
        with pytest.raises(Refused, match=r"\(fr\)"):
            erase(meeting, 1)
        with pytest.raises(Refused, match="not there in el; it has en, fr"):
            erase(meeting, 1, ["el"])
        erase(meeting, 1, ["en"])
        assert StoredDocument.objects.filter(text="").count() == 1


def digests(edition: Edition) -> set[str]:
    return set(edition.documents.values_list("document", flat=True))


class TestItIsNotPublishedAgain:
    """Nor restored, nor kept once it is erased: each way asks `meetings.closed`, or ends at `seal` or `store`."""

    TAKEN_OUT = "identical to that of a version that was removed from the site"

    def mombasa(self, meeting: Meeting) -> Meeting:
        """The working copy says again what the second edition said."""
        return saved(meeting, venue="Mombasa")

    def test_by_a_new_edition(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        for step in (publish, submitted):
            with pytest.raises(Refused, match=self.TAKEN_OUT):
                step(self.mombasa(meeting))
        assert Edition.objects.count() == 3

    def test_by_going_back(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        edition = rollback(meeting, by=COMMAND, reason="Back.")
        assert digests(edition) == digests(
            Edition.objects.earliest("available_from")
        )  # past the one that was taken out

    def test_by_going_back_over_a_withdrawal(self, meeting: Meeting, clock: Any) -> None:
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        suppress(meeting, 3)
        erase(meeting, 3)
        edition = rollback(meeting, by=COMMAND, reason="Back.")
        assert digests(edition) == digests(Edition.objects.order_by("available_from")[1])

    @pytest.mark.parametrize("is_erased", [False, True])
    def test_by_a_release_that_was_held_since(self, meeting: Meeting, is_erased: bool) -> None:
        publish(self.mombasa(meeting), at=PRESS_DAY + DAY)
        release = Release.objects.get(at=PRESS_DAY + DAY)
        hold(release, by=COMMAND, reason="Wait.")
        suppress(meeting, 2)
        if is_erased:
            erase(meeting, 2)
        with pytest.raises(Refused, match=self.TAKEN_OUT):
            resume(release, by=COMMAND)

    @pytest.mark.django_db
    def test_in_one_of_several_languages(self, clock: Any) -> None:
        meeting = make_meeting()
        for n, title in enumerate(("Zanzibar", "Lamu")):
            freeze(both(meeting, title, title), available_from=PRESS_DAY + n * MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        suppress(meeting, 1)
        with pytest.raises(ClosedText, match=self.TAKEN_OUT), transaction.atomic():
            freeze(both(meeting, "Malindi", "Zanzibar"), available_from=PRESS_DAY + 2 * DAY)
        freeze(both(meeting, "Malindi", "Lamu"), available_from=PRESS_DAY + 2 * DAY)

    def test_what_another_edition_shows_is_not_closed(self, meeting: Meeting, clock: Any) -> None:
        changed(clock, meeting, "Back again.", venue="Mombasa")
        changed(clock, meeting, "And away.", venue="Lamu")
        suppress(meeting, 2)
        published(clock, self.mombasa(meeting))
        assert Edition.objects.count() == 6

    def test_what_was_erased_is_saved_in_the_working_copy_but_kept_nowhere(self, meeting: Meeting) -> None:
        suppress(meeting, 2)
        erase(meeting, 2)
        self.mombasa(meeting)
        assert keep_revision(Meeting.objects.get(pk=meeting.pk), PRESS_DAY + DAY, COMMAND) is None
        assert "a text that was erased" in AuditEntry.objects.latest("id").details["not_publishable"]
        for step in (publish, submitted):
            with pytest.raises(Refused, match="This text is identical to"):
                step(meeting)
        assert texts() == [True, False, True]

    def test_what_was_erased_is_no_longer_in_review(self, meeting: Meeting, clock: Any) -> None:
        """Its submission was the last one, as going back needs none."""
        edition = rollback(meeting, by=COMMAND, reason="Back.")
        clock.move_to(edition.available_from)
        before = Review.last(meeting)
        suppress(meeting, 3)
        erase(meeting, 3)
        after = Review.last(meeting)
        assert before
        assert after
        assert after.revision.pk < before.revision.pk
        assert after.documents()


class TestTheLawOfTheDatabase:
    """Erasing is the one exception to what `tests/meetings/test_editions.py` holds; nothing else is let by with it."""

    @pytest.fixture
    def digest(self, meeting: Meeting) -> str:
        """Of the second edition, which is suppressed."""
        suppress(meeting, 2)
        return edition_numbered(meeting, 2).documents.get().document_id

    def erasure(self, digest: str) -> Erasure:
        return Erasure.objects.create(digest=digest, at=PRESS_DAY, reason=REASON)

    def test_a_text_is_emptied_only_once_its_erasure_is_written(self, digest: str) -> None:
        with law("never changed"):
            StoredDocument.objects.filter(digest=digest).update(text="")
        self.erasure(digest)
        with law("never changed"):  # not another text
            StoredDocument.objects.filter(digest=digest).update(text=" ")
        with law("never changed"):  # not another's
            StoredDocument.objects.exclude(digest=digest).update(text="")
        with law("never changed"):  # not another digest
            StoredDocument.objects.filter(digest=digest).update(text="", digest="0" * 64)
        StoredDocument.objects.filter(digest=digest).update(text="")
        with law("never changed"):  # and never filled again
            StoredDocument.objects.filter(digest=digest).update(text="{}")

    def test_what_can_be_read_has_no_erasure(self, digest: str) -> None:
        for other in EditionDocument.objects.exclude(document=digest):
            with law("cannot be erased"):
                self.erasure(other.document_id)
        with law("cannot be erased"):
            self.erasure("0" * 64)
        Suppression.objects.update(lifted_at=PRESS_DAY, lifted_because="x")
        with law("cannot be erased"):
            self.erasure(digest)

    def test_what_was_erased_is_not_stored_again(self, digest: str, clock: Any) -> None:
        said = StoredDocument.objects.get(digest=digest).text
        assert digest_of(said) == digest
        self.erasure(digest)
        StoredDocument.objects.filter(digest=digest).update(text="")
        with law("not stored again"):
            StoredDocument.objects.bulk_create([StoredDocument(digest=digest, text=said)], ignore_conflicts=True)
        edition = Edition(available_from=PRESS_DAY + DAY)
        with law("not stored again"):
            EditionDocument.objects.create(edition=edition, language="en", document_id=digest)

    def test_an_erasure_stays_as_it_is(self, digest: str) -> None:
        self.erasure(digest)
        with law("only ever added"):
            Erasure.objects.update(reason="x")
        with law("only ever added"):
            Erasure.objects.all().delete()

    def test_a_suppression_stays_as_it_is_until_it_is_lifted_once(self, digest: str) -> None:
        other = Edition.objects.earliest("available_from")
        for values in ({"reason": "x"}, {"at": PRESS_DAY}, {"edition": other}, {"lifted_because": "x"}):
            with law("only lifting changes it"):
                Suppression.objects.update(**values)
        with law("only lifting changes it"):
            Suppression.objects.update(lifted_at=PRESS_DAY, reason="x")
        with law("only lifting changes it"):
            Suppression.objects.all().delete()
        Suppression.objects.update(lifted_at=PRESS_DAY, lifted_because="It was the wrong one.")
        with law("only lifting changes it"):
            Suppression.objects.update(lifted_at=None)
        with law("only lifting changes it"):
            Suppression.objects.update(lifted_at=PRESS_DAY + DAY)

    def test_an_edition_has_one_suppression_at_a_time(self, digest: str) -> None:
        edition = Suppression.objects.get().edition
        with law("(?i)unique|only lifting"):
            Suppression.objects.create(edition=edition, at=PRESS_DAY, reason="x")

    @pytest.mark.postgresql
    @pytest.mark.parametrize("table", ["meetings_suppression", "meetings_erasure"])
    def test_the_tables_are_not_emptied(self, digest: str, table: str) -> None:
        self.erasure(digest)
        connection.check_constraints()  # or the foreign keys that wait for the commit would refuse it
        with law("only lifting|only ever added"), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")

    @pytest.mark.sqlite
    @pytest.mark.parametrize("model", [Suppression, Erasure, StoredDocument])
    def test_nothing_is_replaced(self, digest: str, model: Any) -> None:
        self.erasure(digest)
        table, columns = model._meta.db_table, [field.column for field in model._meta.fields]
        values = ", ".join({"reason": "'x'", "text": "'{}'"}.get(column, column) for column in columns)
        refusals = "only lifting|only ever added|never changed|not stored|cannot be erased"
        with law(refusals), connection.cursor() as cursor:
            cursor.execute(f"REPLACE INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}")


class TestCommands:
    def test_an_edition_is_taken_out_and_put_back(self, meeting: Meeting, visitor: Visitor) -> None:
        out, _ = run("suppress", "jha/2060/09/14", "2", reason=REASON)
        assert "Edition 2 of “JHA, 14 September 2060” is taken out" in out
        assert visitor.get(f"{EDITIONS}2/").status_code == 410
        out, _ = run("suppress", "jha/2060/09/14", "2", "--lift", reason="It was the wrong one.")
        assert "can be read again" in out
        assert visitor.get(f"{EDITIONS}2/").status_code == 200

    @pytest.mark.parametrize("arguments", [("3",), ("7",), ("2", "--lift")])
    def test_what_is_refused(self, meeting: Meeting, arguments: tuple[str, ...]) -> None:
        with pytest.raises(CommandError) as refusal:
            run("suppress", "jha/2060/09/14", *arguments, reason=REASON)
        assert refusal.value.returncode == 2
        assert not Suppression.objects.exists()

    @pytest.mark.parametrize("answer", ["", "yes", "no"])
    def test_erasing_asks_first(self, meeting: Meeting, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
        run("suppress", "jha/2060/09/14", "2", reason=REASON)
        monkeypatch.setattr("builtins.input", lambda _question: answer)
        with pytest.raises(CommandError, match="Nothing was erased"):
            run("erase", "jha/2060/09/14", "2", reason=REASON)
        assert texts() == [True, True, True]

    def test_erasing(self, meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
        run("suppress", "jha/2060/09/14", "2", reason=REASON)
        monkeypatch.setattr("builtins.input", lambda _question: "erase")
        out, _ = run("erase", "jha/2060/09/14", "2", reason=REASON)
        assert EditionDocument.objects.get(document__text="").document_id in out
        assert "the working copy" in out
        with pytest.raises(CommandError, match="erased already"):
            run("erase", "jha/2060/09/14", "2", "--no-input", reason=REASON)
