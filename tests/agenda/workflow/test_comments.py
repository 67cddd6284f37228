"""Comments on a submitted text: who may comment, what a comment is about, answers, and what settles it."""

from typing import Any
from uuid import UUID

import pytest

from agenda.models import AgendaItem, Comment, CommentReply, Revision
from agenda.workflow.comments import (
    MAX_COMMENT_LENGTH,
    Act,
    Passage,
    add_comment,
    count_open_comments,
    find_comments_for,
    get_comments_version,
    list_places,
    load_comments,
    reply,
)
from agenda.workflow.errors import WorkflowError
from agenda.workflow.review_actions import send_back, submit
from agenda.workflow.revisions import get_revision_documents
from agenda.workflow.suppression import erase, get_edition_by_number, suppress
from agenda.workflow.translation_submission import submit_translation
from meetings.access import NotAllowed, Right, has_right
from meetings.access.audit import Actor
from meetings.documents import schema
from meetings.documents.choices import PointKind
from meetings.documents.encoding import encode_document
from meetings.models import Meeting, User
from meetings.models.public_tables import PUBLIC_TABLES
from tests.admin_forms import create_user_with_role
from tests.agenda.workflow.translations import FRENCH, approve_english_text, create_translators, save_translation
from tests.agenda.workflow.users import get_shown, people, save_changes
from tests.factories import COMMAND, PRESS_DAY, make_meeting, make_meeting_document, make_uuid, publish_now

__all__ = ["people"]
People = dict[str, Actor]


@pytest.fixture
def meeting(people: People) -> Meeting:
    meeting = make_meeting()
    submit(meeting, by=people["anna"])
    return meeting


def get_submission(meeting: Meeting) -> Revision:
    return Revision.objects.filter(subject_id=meeting.pk).latest("pk")


def comment_on(meeting: Meeting, by: Actor, text: str = "Which room?", **passage: Any) -> Comment:
    language, about = passage.pop("language", "en"), Passage(passage.pop("part_id", meeting.pk), **passage)
    return add_comment(meeting, get_submission(meeting), language, about, text, by=by, now=PRESS_DAY)


def reply_to(comment: Comment, by: Actor, act: Act, text: str = "") -> Comment:
    return reply(Meeting.objects.get(pk=comment.subject_id), comment.pk, act, text, by=by, now=PRESS_DAY)


class TestRefusals:
    def test_only_people_who_write_translate_or_review_comment(self, people: People, meeting: Meeting) -> None:
        comment = comment_on(meeting, people["paul"])
        create_user_with_role("Authors", "ena", of="env")
        for stranger in (people["dora"], Actor(User.objects.get(username="ena"), "ena")):
            with pytest.raises(NotAllowed):
                comment_on(meeting, stranger)
            for act in Act:
                with pytest.raises(NotAllowed):
                    reply_to(comment, stranger, act, "No.")
        assert Comment.objects.count() == 1
        assert not CommentReply.objects.exists()
        assert comment_on(meeting, COMMAND).by_name == "a test"  # commands may do everything

    @pytest.mark.parametrize("text", ["", "  ", "x" * (MAX_COMMENT_LENGTH + 1), "a\0b"])
    def test_unusable_text_is_refused(self, people: People, meeting: Meeting, text: str) -> None:
        with pytest.raises(WorkflowError):
            comment_on(meeting, people["paul"], text)
        comment = comment_on(meeting, people["paul"])
        with pytest.raises(WorkflowError):
            reply_to(comment, people["anna"], Act.ANSWERED, text)

    def test_one_user_cannot_flood_a_note(
        self, people: People, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each screen about the note loads all comments. A thousand of the largest size were 18 MB."""
        monkeypatch.setattr("agenda.workflow.comments.MAX_BY_USER", 2)
        comment = comment_on(meeting, people["paul"])
        reply_to(comment, people["paul"], Act.SETTLED)
        with pytest.raises(WorkflowError, match="More is not possible"):
            comment_on(meeting, people["paul"])
        with pytest.raises(WorkflowError, match="More is not possible"):
            reply_to(comment, people["paul"], Act.REOPENED)
        assert reply_to(comment, people["anna"], Act.REOPENED).settled_at is None
        monkeypatch.setattr("agenda.workflow.comments.MAX_LENGTH_BY_USER", 60)
        long = comment_on(meeting, people["petra"], "x" * 10, quote="y" * 20, before="z" * 5, after="z" * 5)
        reply_to(comment, people["anna"], Act.ANSWERED, "x" * 60)
        monkeypatch.setattr("agenda.workflow.comments.MAX_BY_USER", 3)
        reply_to(long, people["petra"], Act.ANSWERED, "x" * 20)
        with pytest.raises(WorkflowError, match="more than 60 characters together"):
            reply_to(long, people["petra"], Act.ANSWERED, "x")

    def test_unknown_part_and_language_are_refused(self, people: People, meeting: Meeting) -> None:
        with pytest.raises(WorkflowError, match="no such part"):
            comment_on(meeting, people["paul"], part_id=UUID(int=1))
        with pytest.raises(WorkflowError, match="not in this language"):
            add_comment(
                meeting, get_submission(meeting), "fr", Passage(meeting.pk), "x", by=people["paul"], now=PRESS_DAY
            )

    def test_comment_of_another_meeting_is_refused(self, people: People, meeting: Meeting) -> None:
        comment = comment_on(meeting, people["paul"])
        with pytest.raises(WorkflowError, match="does not exist any more"):
            reply(make_meeting("env"), comment.pk, Act.SETTLED, by=people["anna"], now=PRESS_DAY)

    def test_settled_comment_is_reopened_before_it_is_answered(self, people: People, meeting: Meeting) -> None:
        comment = reply_to(comment_on(meeting, people["paul"]), people["anna"], Act.SETTLED)
        with pytest.raises(WorkflowError, match="Reopen it"):
            reply_to(comment, people["anna"], Act.ANSWERED, "Room 2.")

    def test_no_document_and_no_public_table_has_comments(self, people: People, meeting: Meeting, clock: Any) -> None:
        comment_on(meeting, people["paul"], "Zanzibar?")
        for model in (Comment, CommentReply):
            assert not hasattr(model, "shape")
            assert model._meta.db_table not in PUBLIC_TABLES
        publish_now(clock, meeting)
        for revision in Revision.objects.all():
            for document in get_revision_documents(revision).values():
                assert "Zanzibar" not in encode_document(document)


class TestComments:
    def test_comment_keeps_its_place_and_passage(self, people: People, meeting: Meeting) -> None:
        item = AgendaItem.objects.get()
        passage: dict[str, Any] = {
            "part_id": item.pk,
            "member": "title",
            "quote": "policy\0\ud800\udfff",
            "before": "Migration ",
            "after": "",
        }
        comment = comment_on(meeting, people["paul"], **passage)
        assert comment.place == "Agenda, item “Migration policy”: title"
        assert (comment.member, comment.quote, comment.before) == ("title", "policy", "Migration ")
        assert comment.document_id == get_submission(meeting).documents.get().document_id

    def test_unknown_member_makes_it_a_comment_on_the_part(self, people: People, meeting: Meeting) -> None:
        assert comment_on(meeting, people["paul"], member="place.city").member == "place.city"
        for member in ("nothing", "place.x", "x" * 99):
            assert comment_on(meeting, people["paul"], member=member).member == ""

    def test_everything_in_the_note_can_be_commented_on(self, meeting: Meeting) -> None:
        document = get_revision_documents(get_submission(meeting))["en"]
        places = dict(list_places(document))
        assert places[str(meeting.pk)] == "The whole note"
        assert places[str(AgendaItem.objects.get().pk)] == "Agenda, item “Migration policy”"
        assert f"{meeting.pk}.title" in places

    def test_parts_of_the_same_name_are_told_apart_by_what_differs(self) -> None:
        contacts = [schema.Contact(id=make_uuid(role), name="Ada", role=role) for role in ("Justice", "")]
        points = [
            schema.Point(id=make_uuid(time), kind=PointKind.PRESS_CONFERENCE, title="", time=time)
            for time in ("13:00", "18:00")
        ]
        links = [schema.Link(id=make_uuid(f"link {number}"), title="Photos") for number in range(2)]
        items = [
            schema.Item(
                id=make_uuid(title), title="Asylum", links=[schema.Link(id=make_uuid(f"of {title}"), title=title)]
            )
            for title in ("Text", "Vote")
        ]
        document = make_meeting_document(contacts=contacts, programme=points, links=links, agenda=items)
        assert [name for _key, name in list_places(document)] == [
            "The whole note",
            "Title",
            "Agenda, item “Asylum” (1 of 2)",
            "Agenda, item “Asylum”, link “Text”",
            "Agenda, item “Asylum” (2 of 2)",
            "Agenda, item “Asylum”, link “Vote”",
            "Programme, press conference (time: 13:00)",
            "Programme, press conference (time: 18:00)",
            "Links, “Photos” (1 of 2)",
            "Links, “Photos” (2 of 2)",
            "Press contacts, Ada (role: Justice)",
            "Press contacts, Ada (role: –)",
        ]

    @pytest.mark.once
    def test_note_without_comments_takes_one_query(
        self, people: People, meeting: Meeting, django_assert_num_queries: Any
    ) -> None:
        user = people["anna"].user
        assert user
        has_right(user, Right.SUPPRESS, meeting)  # which reads their rights
        with django_assert_num_queries(1):
            assert load_comments(meeting, user) == []

    def test_answers_settling_and_reopening_are_all_kept(self, people: People, meeting: Meeting) -> None:
        comment = comment_on(meeting, people["paul"])
        versions = {get_comments_version(meeting)}
        for by, act, text in (
            ("anna", Act.ANSWERED, "Room 2."), ("paul", Act.SETTLED, ""), ("petra", Act.SETTLED, ""),
            ("anna", Act.REOPENED, ""), ("anna", Act.REOPENED, ""),
        ):  # fmt: skip
            reply_to(comment, people[by], act, text)
        [loaded] = load_comments(meeting, people["paul"].user)  # type: ignore[arg-type]
        kept = [(each.by_name, each.act, each.text) for each in loaded.replies.all()]
        assert kept == [("anna", "answered", "Room 2."), ("paul", "settled", ""), ("anna", "reopened", "")]
        assert loaded.settled_at is None
        comment_on(meeting, people["paul"])
        assert len(versions | {get_comments_version(meeting)}) == 2

    def test_comments_on_another_language_are_no_reason_to_send_a_text_back(self, db: None, clock: Any) -> None:
        people = create_translators()
        meeting = approve_english_text(people)
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        comment_on(meeting, people["paul"])
        with pytest.raises(WorkflowError, match="what needs to be corrected"):
            send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="")
        with pytest.raises(NotAllowed):  # the right comes before the reason
            send_back(meeting, by=people["theo"], shown=get_shown(meeting), languages=["fr"], remark="")
        comment = comment_on(meeting, people["rita"], language="fr")
        assert comment.document_id == get_submission(meeting).documents.get(language="fr").document_id
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="")

    def test_text_can_be_sent_back_with_comments_alone(self, people: People, meeting: Meeting) -> None:
        with pytest.raises(WorkflowError, match="what needs to be corrected"):
            send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="")
        for _number in range(2):
            comment_on(meeting, people["paul"])
        [verdict] = send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="")
        assert verdict.remark == "2 comments: Which room?"
        submit(save_changes(meeting, venue="Room 2"), by=people["anna"])
        assert count_open_comments(meeting, ["en"]) == 2

    @pytest.mark.parametrize("erased", [False, True])
    def test_words_of_removed_texts_are_hidden_and_of_erased_ones_gone(
        self, people: People, clock: Any, erased: bool
    ) -> None:
        meeting = make_meeting(notice="Call Mbabane.")
        submit(meeting, by=people["anna"])
        comment_on(meeting, people["paul"], "Is this public?", member="notice", quote="Mbabane")
        publish_now(clock, meeting)
        corrected = save_changes(meeting, notice="Corrected.")
        submit(corrected, by=people["anna"])
        comment_on(corrected, people["paul"], member="notice", quote="Corrected")
        publish_now(clock, corrected)
        edition = get_edition_by_number(meeting, 1)
        suppress(meeting, edition, by=COMMAND, reason="A private number.")
        if erased:
            erase(meeting, edition, by=COMMAND, reason="Court order.")
        quotes = {
            name: sorted(comment.quote for comment in load_comments(meeting, people[name].user))  # type: ignore[arg-type]
            for name in ("anna", "paul")
        }
        assert quotes == {"anna": ["", "Corrected"], "paul": ["", "Corrected"] if erased else ["Corrected", "Mbabane"]}


class TestCommentsForMe:
    def list_for(self, people: People, name: str) -> list[str]:
        return [comment.text for comment in find_comments_for(people[name].user.pk)]  # type: ignore[union-attr]

    @pytest.mark.once
    @pytest.mark.parametrize(
        ("acts", "names"),
        [
            ("", "anna"),
            ("paul answered", "anna"),
            ("petra answered", "anna paul petra"),
            ("anna answered, paul settled", ""),
            ("anna answered, paul settled, petra reopened", "anna paul"),
            ("paul settled, petra reopened", "anna"),
        ],
    )
    def test_open_comments_wait_for_the_author_and_after_an_answer_for_who_asked_or_answered(
        self, people: People, meeting: Meeting, acts: str, names: str
    ) -> None:
        """Anna has submitted the text. She has answered and settled another comment."""
        other = comment_on(meeting, people["petra"], "Who speaks?")
        reply_to(other, people["anna"], Act.ANSWERED, "Ms Lee.")
        reply_to(other, people["anna"], Act.SETTLED)
        comment = comment_on(meeting, people["paul"])
        for name, act in map(str.split, filter(None, acts.split(", "))):
            reply_to(comment, people[name], Act(act), f"By {name}.")
        waiting = {name: self.list_for(people, name) for name in ("anna", "dora", "paul", "petra")}
        assert waiting == {name: ["Which room?"] if name in names.split() else [] for name in waiting}

    @pytest.mark.once
    def test_comment_has_its_last_answer(self, people: People, meeting: Meeting) -> None:
        comment, other = (comment_on(meeting, people["paul"], text) for text in ("Which room?", "Who speaks?"))
        reply_to(comment, people["anna"], Act.ANSWERED, "Room 1.")
        reply_to(comment, people["petra"], Act.ANSWERED, "Room 2.")
        reply_to(other, people["anna"], Act.ANSWERED, "Ms Lee.")
        found = find_comments_for(people["paul"].user.pk)  # type: ignore[union-attr]
        assert [(each.last_name, each.last_text) for each in found] == [("petra", "Room 2."), ("anna", "Ms Lee.")]


def test_two_people_settle_at_once(people: People, meeting: Meeting) -> None:
    """The second one finds it settled: there is one entry in the history."""
    comment = comment_on(meeting, people["paul"])
    for name in ("anna", "petra"):
        reply_to(comment, people[name], Act.SETTLED)
    assert CommentReply.objects.count() == 1
