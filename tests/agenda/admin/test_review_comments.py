"""Comments on the review screen, in the note editor, on the dashboard and before submitting again."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.models import AgendaItem, Comment, MediaLink, Revision
from agenda.preview.views import build_publication, render_page
from agenda.workflow.comments import Passage, add_comment
from agenda.workflow.review_actions import send_back
from agenda.workflow.revisions import get_revision_documents
from meetings.models import Meeting
from tests.agenda.admin.screens import (
    correct_item_title,
    create_client,
    get_actor,
    get_step_url,
    read_dashboard_section,
    read_reviewed_page,
    read_screen,
    read_visible_words,
    submit_as,
)
from tests.agenda.workflow.users import get_shown
from tests.factories import PRESS_DAY, make_meeting
from tests.note_editor import EditorSession
from tests.pictures import make_stored_image

pytestmark = pytest.mark.once
FOR_ME = "Comments for me"


@pytest.fixture
def meeting(press_office: None, clock: Any) -> Meeting:
    meeting = make_meeting()
    submit_as(meeting, by="anna", remark="Please look at item 1.")
    return meeting


def post_comment(client: Client, meeting: Meeting, **values: Any) -> Any:
    data = {"act": "add", "part": str(meeting.pk), "text": "Which room?"} | values
    return client.post(get_step_url(meeting, "review/"), data)


def comment_as(name: str, meeting: Meeting, text: str = "Which room?", **passage: Any) -> Comment:
    revision = Revision.objects.filter(subject_id=meeting.pk).latest("pk")
    about = Passage(passage.pop("part_id", meeting.pk), **passage)
    return add_comment(meeting, revision, "en", about, text, by=get_actor(name), now=PRESS_DAY)


class TestRefusals:
    def test_reader_without_a_right_may_not_comment(self, meeting: Meeting) -> None:
        dora = create_client("dora", "Duty")
        assert "Add comment" not in read_screen(dora, meeting, "review/")
        for values in ({}, {"act": "settled", "comment": "1"}):
            assert post_comment(dora, meeting, **values).status_code == 403
        assert not Comment.objects.exists()

    def test_refused_comment_keeps_what_was_typed(self, petra: Client, meeting: Meeting) -> None:
        for values, message in (
            ({"text": ""}, "Enter your comment."),
            ({"part": "nonsense"}, "This text has no such part."),
            ({"text": "x" * 2001, "quote": "policy"}, "This must be 2000 characters or fewer."),
        ):
            page = post_comment(petra, meeting, **values)
            assert message in read_visible_words(page)
            assert values.get("quote", "") in page.content.decode()
            assert values.get("text", "") in page.content.decode()
        assert not Comment.objects.exists()

    def test_refused_answer_keeps_what_was_typed(self, petra: Client, meeting: Meeting) -> None:
        comment = comment_as("anna", meeting)
        page = post_comment(petra, meeting, act="answered", comment=comment.pk, text="x" * 2001)
        assert "This text has 2001 characters." in read_visible_words(page)
        assert "x" * 2001 in page.content.decode()

    @pytest.mark.parametrize("values", [{"act": "nonsense"}, {"act": "settled"}, {"act": "settled", "comment": "²"}])
    def test_nonsense_is_not_found(self, petra: Client, meeting: Meeting, values: dict[str, str]) -> None:
        assert post_comment(petra, meeting, **values).status_code == 404

    def test_unknown_language_is_not_found(self, petra: Client, meeting: Meeting) -> None:
        for language in ("fr", "xx"):
            assert petra.get(get_step_url(meeting, f"review/?language={language}")).status_code == 404

    def test_editor_refuses_what_is_no_reply(self, meeting: Meeting) -> None:
        anna = EditorSession("anna", meeting)
        comment = comment_as("anna", meeting)
        for posted, status in (
            ({}, 400),
            ({"comment": "1", "act": "settled"}, 400),
            ({"comment": comment.pk, "act": "deleted"}, 400),
            ({"comment": comment.pk, "act": "answered", "text": 1}, 400),
            ({"comment": comment.pk, "act": "answered", "text": ""}, 409),
            ({"comment": 10**9, "act": "settled"}, 409),
        ):
            assert anna.post("comment", posted).status_code == status, posted
        create_client("dora", "Duty")
        dora = EditorSession("dora", meeting)
        assert not dora.page["can_comment"]
        assert dora.post("comment", {"comment": comment.pk, "act": "settled"}).status_code == 403


class TestReviewScreen:
    def test_page_has_the_place_of_each_text_and_public_pages_have_not(self, petra: Client, meeting: Meeting) -> None:
        item = AgendaItem.objects.get()
        frame = read_reviewed_page(petra, meeting)
        assert f'data-text="agenda {item.pk} title"' in frame
        assert 'data-text="title"' in frame
        document = get_revision_documents(Revision.objects.latest("pk"))["en"]
        request = petra.get(get_step_url(meeting, "review/")).wsgi_request
        publication = build_publication(document, "", at=PRESS_DAY, number=1, languages=["en"])
        assert "data-text" not in render_page(request, publication, PRESS_DAY, None).content.decode()

    def test_comment_is_shown_with_its_passage(self, petra: Client, meeting: Meeting) -> None:
        item = AgendaItem.objects.get()
        response = post_comment(petra, meeting, part=item.pk, member="title", quote="policy", before="Migration ")
        assert response["Location"].endswith("/review/#comments")
        page = read_screen(petra, meeting, "review/")
        assert "Comments 1 open Agenda, item “Migration policy”: title policy Which room? petra, 14 Sep 10:00" in page
        assert "1 comment is open. If you send the text back, it goes with it." in page

    def test_comment_on_a_text_needs_no_script(self, petra: Client, meeting: Meeting) -> None:
        post_comment(petra, meeting, part=f"{meeting.pk}.title")
        assert Comment.objects.get().member == "title"

    def test_author_answers_and_settles_on_the_same_screen(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        comment = comment_as("petra", meeting)
        post_comment(anna, meeting, act="answered", comment=comment.pk, text="Room 2.")
        post_comment(petra, meeting, act="settled", comment=comment.pk, text="")
        page = read_screen(petra, meeting, "review/")
        assert "Comments 0 open 1 settled comment" in page
        assert "Room 2. anna, 14 Sep 10:00 Settled: petra, 14 Sep 10:00" in page
        post_comment(petra, meeting, act="reopened", comment=comment.pk)
        assert "Comments 1 open" in read_screen(petra, meeting, "review/")

    def test_send_back_says_how_many_comments_go_with_it(self, petra: Client, meeting: Meeting) -> None:
        for _number in range(2):
            comment_as("petra", meeting)
        page = petra.get(get_step_url(meeting, "review/"))
        shown = re.findall(r'name="shown" value="([^"]*)"', page.content.decode())
        response = petra.post(
            get_step_url(meeting, "review/"), {"shown": shown, "language": "en", "send_back": "x"}, follow=True
        )
        assert "Sent back: English. 2 comments go with it." in read_visible_words(response)

    def test_queries_do_not_grow_with_comments(self, petra: Client, meeting: Meeting) -> None:
        counts = []
        for number in (1, 4):
            while Comment.objects.count() < number:
                comment_as("petra", meeting)
            with CaptureQueriesContext(connection) as queries:
                petra.get(get_step_url(meeting, "review/"))
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestOtherScreens:
    def test_editor_learns_of_a_comment_by_its_regular_request(self, meeting: Meeting) -> None:
        anna = EditorSession("anna", meeting)
        first = anna.post("draft", {"tab": "a", "checks": True}).json()
        assert (first["comments"], first["comments_version"]) == ([], "0 0")
        assert "comments" not in anna.post("draft", {"tab": "a", "comments": "0 0"}).json()
        comment = comment_as("petra", meeting, member="title", quote="Home Affairs")
        answer = anna.post("draft", {"tab": "a", "comments": "0 0"}).json()
        [found] = answer["comments"]
        assert (found["part"], found["member"], found["by"]) == (str(meeting.pk), "title", "petra")
        assert "comments" not in anna.post("draft", {"tab": "a", "comments": answer["comments_version"]}).json()
        settled = anna.post("comment", {"comment": comment.pk, "act": "settled"}).json()
        assert settled["comments"][0]["settled"]
        assert settled["comments_version"] != answer["comments_version"]

    def test_submitting_again_tells_of_unsettled_comments(self, anna: Client, meeting: Meeting) -> None:
        comment_as("petra", meeting)
        correct_item_title(meeting)
        page = read_screen(anna, meeting, "submit/")
        assert "1 comment is not settled. You can submit all the same" in page
        assert "petra: “Which room?”" in page
        assert "Submit for approval" in page

    def test_dashboard_lists_comments_for_the_author(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        assert not read_dashboard_section(anna, FOR_ME)
        comment_as("petra", meeting)
        assert read_dashboard_section(anna, FOR_ME) == (
            "JHA, 14 September 2060 1 open comment petra, 14 Sep 10:00: “Which room?”"
        )
        assert not read_dashboard_section(petra, FOR_ME)

    def test_comments_go_with_their_meeting(self, anna: Client, meeting: Meeting) -> None:
        comment_as("petra", meeting)
        response = anna.post(get_step_url(meeting, "delete/"), {"post": "yes"})
        assert response.status_code == 302, response.content
        assert not Comment.objects.exists()


def test_alternative_text_of_a_picture_is_shown_to_reviewers(press_office: None, petra: Client, clock: Any) -> None:
    meeting = make_meeting()
    image = make_stored_image((40, 20), alt="Arrivals fell by half")
    MediaLink.objects.create(meeting=meeting, kind="infographic", title="In figures", image=image)
    submit_as(meeting, by="anna")
    assert '<figcaption class="note">Alternative text: Arrivals fell by half</figcaption>' in read_reviewed_page(
        petra, meeting
    )


def test_text_sent_back_with_comments_only_shows_the_first_words(petra: Client, anna: Client, meeting: Meeting) -> None:
    comment_as("petra", meeting, text="Which\nroom?")
    send_back(meeting, by=get_actor("petra"), shown=get_shown(meeting), remark="")
    assert "petra: “1 comment: Which room?”" in read_dashboard_section(anna, "Sent back")
