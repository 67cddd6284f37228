"""The admin of meetings and topics: permissions and saving."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.documents.building import build_meeting
from agenda.models import AgendaItem, BackgroundTopic, MediaLink
from agenda.workflow.planned_releases import plan_release
from meetings.fields.richtext import clean_html
from meetings.models import Chair, Edition, Meeting, ProgrammePoint, Session
from tests.admin_forms import post_form, read_form_data
from tests.agenda.admin.screens import create_client, get_actor
from tests.factories import DAY, PRESS_DAY, make_configuration, make_meeting, make_topic, publish_now

LIST = "/admin/meetings/meeting/"
LEAD: Any = Meeting._meta.get_field("lead").formfield()


@pytest.fixture
def editor(anna: Client) -> Client:
    return anna


class TestTexts:
    """Formatted texts, as a form shows and accepts them."""

    @pytest.mark.parametrize(
        ("stored", "shown"),
        [
            ("<p>A &amp; B: 1 &lt; 2</p><p>Two <strong>bold</strong></p>", "A & B: 1 < 2\n\nTwo **bold**"),
            ("<p>Points:</p><ul><li>one</li><li>two</li></ul><p>End.</p>", "Points:\n\n- one\n- two\n\nEnd."),
            ("<p>&amp;lt; is a sign</p>", "&amp;lt; is a sign"),
            ("<p>- no list</p>", "<p>- no list</p>"),
            ("<p>**no bold**</p>", "<p>**no bold**</p>"),
            ("<ul><li>a<ul><li>b</li></ul></li></ul>", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>"),
        ],
    )
    def test_text_is_shown_in_typed_form_if_equivalent(self, stored: str, shown: str) -> None:
        assert LEAD.widget.format_value(stored) == shown
        assert not LEAD.has_changed(stored, shown)

    @pytest.mark.parametrize(
        ("pasted", "kept"),
        [
            ("One.\r\n\r\nTwo.", "<p>One.</p><p>Two.</p>"),
            (
                "Who:\n- **Greece**\n  - Malta & Spain",
                "<p>Who:</p><ul><li><strong>Greece</strong></li><li>Malta &amp; Spain</li></ul>",
            ),
            ("One\ntwo", "<p>One<br>two</p>"),
            ("Write to <ann@example.eu>.", "<p>Write to &lt;ann@example.eu&gt;.</p>"),
            ("x<y and a<b then\n\nStop.", "<p>x&lt;y and a&lt;b then</p><p>Stop.</p>"),
            ("<!--[if mso]><xml>a</xml><![endif]--><p class=Mso>Hello<o:p></o:p></p>", "<p>Hello</p>"),
            ("<p><!-- nothing --></p>z", "<p>z</p>"),
            ("(*) 2 ** 3 – 5 * 4", "<p>(*) 2 ** 3 – 5 * 4</p>"),
            ("<p><b>Bold</b> <i>it</i></p><p>&nbsp;</p>", "<p><strong>Bold</strong> <em>it</em></p>"),
            ("<h1>Head</h1><div>div</div>", "<h3>Head</h3><p>div</p>"),
            ("<table><tr><td>one</td><td>two</td></tr></table>", "<p>one two</p>"),
            ("<p>Ευρώπη & <u>κόσμος</u> < 5</p>", "<p>Ευρώπη &amp; κόσμος &lt; 5</p>"),
        ],
    )
    def test_pasted_text_keeps_its_words_and_format(self, pasted: str, kept: str) -> None:
        assert clean_html(LEAD.clean(pasted)) == kept

    def test_text_is_typed_and_shown_in_the_form(self, editor: Client) -> None:
        meeting = make_meeting(lead="<p>Points:</p><ul><li>one</li></ul>")
        address = f"{LIST}{meeting.pk}/change/"
        assert read_form_data(editor, address)["lead"] == "Points:\n\n- one"
        post_form(editor, address, notice="Changed.")
        assert build_meeting(Meeting.objects.get()).lead == "<p>Points:</p><ul><li>one</li></ul>"
        post_form(editor, address, lead="<!-- nothing -->x<y and\n\n- **one**")
        kept = "<p>x&lt;y and</p><ul><li><strong>one</strong></li></ul>"
        assert build_meeting(Meeting.objects.get()).lead == kept


class TestPermissions:
    def test_editor_can_edit_but_not_publish(self, editor: Client) -> None:
        meeting = make_meeting()
        page = editor.get(f"{LIST}{meeting.pk}/change/")
        assert "publish…" not in page.content.decode()
        assert "Publish as" not in page.content.decode()
        assert editor.get(f"{LIST}{meeting.pk}/release/").status_code == 403
        assert editor.post(f"{LIST}{meeting.pk}/release/", {}).status_code == 403
        assert not Edition.objects.exists()


class TestEditing:
    def test_add_a_meeting(self, editor: Client) -> None:
        jha = make_configuration()
        values = {
            "configuration": str(jha.pk),
            "start_date": "2060-09-14",
            "lead": "<p>Ministers.</p>\n<script>x</script>",
            "references": "OJ CONS 57\nENV 761\n",
            "chairs-0-name": "Andres Anvelt",
            "chairs-0-position": "0",
            "chairs-TOTAL_FORMS": "1",
        }
        response = post_form(editor, f"{LIST}add/", **values)
        assert response.status_code == 302, response.context["errors"]
        meeting = Meeting.objects.get()
        assert (meeting.end_date, meeting.lead) == (meeting.start_date, "<p>Ministers.</p>")
        assert meeting.references == ["OJ CONS 57", "ENV 761"]
        assert Chair.objects.get().name == "Andres Anvelt"

    def test_save_without_change_changes_nothing(self, editor: Client) -> None:
        meeting = make_meeting(lead="<p>One.</p><ul><li>two</li></ul>")
        before = build_meeting(meeting)
        response = post_form(editor, f"{LIST}{meeting.pk}/change/")
        assert response.status_code == 302, response.context["errors"]
        assert build_meeting(Meeting.objects.get()) == before

    def test_item_has_links_topics_and_points(self, editor: Client) -> None:
        meeting, topic = make_meeting(), make_topic()
        item, point = meeting.agenda.get(), meeting.programme.get()
        other = make_meeting("env")
        address = f"/admin/agenda/agendaitem/{item.pk}/change/"
        page = editor.get(address).content.decode()
        assert str(point.pk) in page
        assert str(other.programme.get().pk) not in page  # another meeting's points are not offered
        response = post_form(editor, address, topics=[str(topic.pk)], points=[str(point.pk)])
        assert response.status_code == 302, response.context["errors"]
        assert build_meeting(meeting).programme[0].items == [item.pk]

    def test_new_rows_come_last_in_order_of_entry(self, editor: Client) -> None:
        meeting = make_meeting()
        added = {f"sessions-{n}-title": title for n, title in enumerate("ABCDEF", 1)}
        management = {"sessions-TOTAL_FORMS": "7", **{f"sessions-{n}-position": "0" for n in range(1, 7)}}
        response = post_form(editor, f"{LIST}{meeting.pk}/change/", **added, **management)
        assert response.status_code == 302, response.context["errors"]
        assert [session.title for session in build_meeting(meeting).sessions] == ["Home Affairs", *"ABCDEF"]

    def test_delete_a_session_that_an_item_refers_to(self, editor: Client) -> None:
        meeting = make_meeting()
        changes = {"sessions-0-DELETE": "on", "agenda-0-title": "Changed at the same time"}
        response = post_form(editor, f"{LIST}{meeting.pk}/change/", **changes)
        assert response.status_code == 302, response.context["errors"]
        connection.check_constraints()
        [item] = build_meeting(Meeting.objects.get()).agenda
        assert (item.title, item.session) == ("Changed at the same time", None)

    def test_published_item_cannot_be_deleted(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        response = post_form(editor, f"{LIST}{meeting.pk}/change/", **{"agenda-0-DELETE": "on"})
        assert "Set its state to withdrawn or postponed" in response.content.decode()
        address = f"/admin/agenda/agendaitem/{meeting.agenda.get().pk}/delete/"
        assert editor.post(address, {"post": "yes"}).status_code == 403
        assert meeting.agenda.count() == 1
        post_form(editor, f"{LIST}{meeting.pk}/change/", **{"agenda-0-state": "withdrawn"})
        assert meeting.agenda.get().state == "withdrawn"

    def test_slug_of_a_configuration_is_read_only(self, press_office: None) -> None:
        jha = make_configuration()
        administrator = create_client("administrator", "Administrators")
        address = f"/admin/meetings/configuration/{jha.pk}/change/"
        post_form(administrator, address, slug="home-affairs", name="Home affairs")
        jha.refresh_from_db()
        assert (jha.slug, jha.name) == ("jha", "Home affairs")

    def test_published_subjects_cannot_be_deleted(self, editor: Client, clock: Any) -> None:
        meeting, draft = make_meeting(), make_meeting("env")
        publish_now(clock, meeting)
        assert editor.post(f"{LIST}{meeting.pk}/delete/", {"post": "yes"}).status_code == 403
        action = {"action": "delete_selected", "_selected_action": [str(meeting.pk), str(draft.pk)], "post": "yes"}
        editor.post(LIST, action)
        assert Meeting.objects.count() == 2
        assert editor.post(f"{LIST}{draft.pk}/delete/", {"post": "yes"}).status_code == 302
        assert Meeting.objects.get() == meeting

    def test_published_or_planned_topic_cannot_be_deleted(self, editor: Client, clock: Any) -> None:
        """A meeting is also protected by its published items; a topic has none."""
        published, planned = make_topic(), make_topic("asylum")
        publish_now(clock, published)
        plan_release(planned, by=get_actor("petra"), at=PRESS_DAY + DAY)
        for topic in (published, planned):
            assert editor.post(f"/admin/agenda/backgroundtopic/{topic.pk}/delete/", {"post": "yes"}).status_code == 403
        assert BackgroundTopic.objects.count() == 2

    def test_lists_and_forms_take_a_constant_number_of_queries(self, editor: Client) -> None:
        short, long = make_meeting(), make_meeting("env")
        session = Session.objects.create(meeting=long, title="Second")
        for n in range(4):
            AgendaItem.objects.create(meeting=long, title=f"{n}", session=session)
            ProgrammePoint.objects.create(meeting=long, title=f"{n}", session=session)
            Chair.objects.create(meeting=long, name=f"{n}", session=session)
            MediaLink.objects.create(meeting=long, title=f"{n}")
        counts = []
        for meeting in (short, long):
            with CaptureQueriesContext(connection) as queries:
                assert editor.get(f"{LIST}{meeting.pk}/change/").status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]


def test_impossible_date_redirects_to_the_list(editor: Client) -> None:
    far = f"{LIST}?start_date__year=2060&start_date__month=1&start_date__"
    asked = [f"{far}{part}=99999999999999999999" for part in ("year", "month", "day")]
    for address in (*asked, f"{LIST}?start_date__year=9999", "/admin/agenda/release/?at__year=99999999999"):
        response = editor.get(address)
        assert (response.status_code, response.headers.get("Location")) == (302, f"{address.partition('?')[0]}?e=1")
