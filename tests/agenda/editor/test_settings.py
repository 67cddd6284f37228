"""The screen that moves a meeting or topic to another configuration, or changes its original language."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from agenda.documents.building import build_meeting, build_topic
from agenda.editor.starting import start_topic
from agenda.models import BackgroundTopic, Revision
from agenda.workflow.publication import publish
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.documents.choices import Language
from meetings.models import AuditEntry, Configuration, Meeting, User
from tests.admin_forms import create_user_with_role, get_change_url, read_messages, sign_in
from tests.agenda.admin.screens import get_actor, submit_and_approve
from tests.factories import PRESS_DATE, make_configuration, make_meeting, make_topic
from tests.note_editor import EditorSession
from tests.worlds import share_world


@share_world
def desk(clock: Any) -> None:
    create_user_with_role("Authors", "anna")


@pytest.fixture
def anna(desk: None, clock: Any) -> Client:
    return sign_in("anna")


def get_address(subject: Any) -> str:
    return get_change_url(subject).replace("/change/", "/settings/")


def read_form(client: Client, subject: Any) -> dict[str, Any]:
    """Return what the browser would send if the form is submitted unchanged."""
    form = client.get(get_address(subject)).context["form"]
    shown = {name: str(form[name].value() or "") for name in form.fields}
    return shown | {f"initial-{name}": value for name, value in shown.items()}


def post_settings(client: Client, subject: Any, **values: Any) -> Any:
    return client.post(get_address(subject), read_form(client, subject) | values)


class TestRefusals:
    def test_configuration_that_is_not_in_force(self, anna: Client) -> None:
        meeting = make_meeting()
        old = Configuration.objects.get(slug="gaerc")
        page = post_settings(anna, meeting, place=str(old.pk))
        assert "GAERC is not in force on that day" in page.content.decode()
        assert Meeting.objects.get().configuration.slug == "jha"

    def test_address_that_another_meeting_has(self, anna: Client) -> None:
        meeting, other = make_meeting(), make_meeting("env")
        page = post_settings(anna, meeting, place=str(other.configuration.pk))
        assert "Another meeting of this configuration starts on the same day." in page.content.decode()

    def test_language_of_a_meeting_that_shares_its_day_is_not_among_them(self, anna: Client) -> None:
        meeting, other = make_meeting(), make_meeting("env")
        Meeting.objects.filter(pk=other.pk).update(configuration=meeting.configuration)
        assert post_settings(anna, meeting, source_language="fr").status_code == 302

    @pytest.mark.parametrize(
        "values", [{"place": ""}, {"place": "x"}, {"source_language": "xx"}, {"source_language": ""}]
    )
    def test_values_that_nobody_can_choose(self, anna: Client, values: dict[str, str]) -> None:
        response = post_settings(anna, make_meeting(), **values)
        assert list(response.context["form"].errors) == list(values)
        assert not Revision.objects.exists()


class TestChanges:
    def test_meeting_moves_and_keeps_its_text(self, anna: Client) -> None:
        meeting = make_meeting()
        before = build_meeting(meeting)
        assert post_settings(anna, meeting, place=str(make_configuration("env").pk)).status_code == 302
        after = build_meeting(Meeting.objects.get())
        assert (before.configuration.slug, after.configuration.slug) == ("jha", "env")
        assert after.agenda == before.agenda
        assert Revision.objects.get().by_name == "anna"

    @pytest.mark.parametrize("make", [make_meeting, make_topic])
    def test_move_is_in_the_audit_log(self, anna: Client, make: Any) -> None:
        """The configuration decides who edits and approves it. No document of a topic has it."""
        subject, env = make(), make_configuration("env")
        post_settings(anna, subject, place=str(env.pk))
        post_settings(anna, subject, source_language="fr")
        [entry] = AuditEntry.objects.filter(details__has_key="given")
        place = "JHA" if isinstance(subject, Meeting) else "all configurations"
        assert (entry.act, entry.actor, entry.subject_id) == ("saved", "anna", subject.pk)
        assert (entry.details["taken"], entry.details["given"]) == ([place], [env.code])
        create_user_with_role("Administrators", "ada")
        assert f"+ {env.code} – − {place}" in sign_in("ada").get("/admin/meetings/auditentry/").content.decode()

    def test_note_that_is_being_written_survives_the_move(self, anna: Client) -> None:
        meeting = make_meeting()
        session = EditorSession(anna, meeting)
        post_settings(anna, meeting, place=str(make_configuration("env").pk), source_language="fr")
        session.document["lead"] = "<p>Les ministres.</p>"
        saved = session.save_and_merge().json()
        assert saved["conflicts"] == []
        document = saved["document"]
        assert (document["lead"], document["language"]) == ("<p>Les ministres.</p>", "fr")
        assert Meeting.objects.get().configuration.slug == "env"

    def test_form_says_why_the_language_stays_once_a_text_was_submitted(self, anna: Client) -> None:
        meeting = make_meeting()
        create_user_with_role("Publishers", "petra")
        submit_and_approve(meeting, by="petra", submitter="anna")
        form = read_form(anna, meeting)
        page = post_settings(anna, meeting, source_language="fr", place=form["place"])
        assert "Nothing was changed." in read_messages(page)
        assert "while a text waits for approval or is approved" in read_messages(page)
        assert Meeting.objects.get().source_language == "en"
        field = anna.get(get_address(meeting)).context["form"].fields["source_language"]
        assert field.disabled
        assert "cannot be changed while a text waits for approval" in field.help_text
        submission = Revision.objects.get(why="submitted")
        assert f'review/?revision={submission.pk}">View the approved text</a>' in field.help_text
        publish(meeting, by=get_actor("petra"))
        field = anna.get(get_address(meeting)).context["form"].fields["source_language"]
        assert "after the text was published" in field.help_text
        assert "<a " not in field.help_text  # sending it back would not help

    def test_topic_goes_to_a_desk_and_back_to_all(self, anna: Client) -> None:
        topic = make_topic()
        for place, language in ((make_configuration("env"), Language.FR), (None, Language.EN)):
            values = {"place": str(place.pk) if place else "", "source_language": language.value}
            assert post_settings(anna, topic, **values).status_code == 302
            topic = BackgroundTopic.objects.get()
            assert (topic.desk, build_topic(topic).source_language) == (place, language)

    def test_form_that_is_sent_unchanged_saves_nothing(self, anna: Client) -> None:
        meeting = make_meeting()
        assert post_settings(anna, meeting).status_code == 302
        assert Meeting.objects.get().version == meeting.version
        assert not Revision.objects.exists()

    def test_move_by_a_colleague_meanwhile_is_kept(self, anna: Client) -> None:
        meeting = make_meeting()
        form = read_form(anna, meeting)
        post_settings(anna, meeting, place=str(make_configuration("env").pk))
        assert anna.post(get_address(meeting), form | {"source_language": "fr"}).status_code == 302
        meeting = Meeting.objects.get()
        assert (meeting.configuration.slug, meeting.source_language) == ("env", "fr")


class TestStartingATopic:
    address = "/admin/agenda/backgroundtopic/add/"

    @pytest.mark.parametrize(
        ("values", "field", "message"),
        [
            ({"title": ""}, "title", "This field is required."),
            ({"title": "x" * 301}, "title", "at most 300"),
            ({"title": "Μεταναστευτική πολιτική"}, "slug", "Enter a word in Latin letters."),
            ({"slug": "Migration policy!"}, "slug", "Use lower-case letters, digits and hyphens only"),
            ({"slug": "taken"}, "slug", "Another topic already uses this word."),
            ({"title": "a\0b"}, "title", "Null characters are not allowed."),
        ],
    )
    def test_wrong_value_is_explained(self, anna: Client, values: dict[str, str], field: str, message: str) -> None:
        make_topic("taken")
        form = anna.post(self.address, {"title": "A", "source_language": "en"} | values).context["form"]
        assert message in form.errors[field][0]
        assert BackgroundTopic.objects.count() == 1

    def test_desk_of_others_cannot_be_chosen(self, anna: Client) -> None:
        create_user_with_role("Authors", "eva", of="env")
        values = {"title": "A", "source_language": "en", "place": str(make_configuration("jha").pk)}
        form = sign_in("eva").post(self.address, values).context["form"]
        assert form.errors["place"] == ["You can only choose from the configurations that you edit: ENVI."]

    def test_desk_of_others_is_refused_under_the_form_too(self, anna: Client) -> None:
        create_user_with_role("Authors", "eva", of="env")
        eva = User.objects.get(username="eva")
        with pytest.raises(NotAllowed):
            start_topic(BackgroundTopic(title="A", slug="a", desk=make_configuration("jha")), by=Actor(eva, "eva"))

    def test_new_topic_opens_in_the_editor(self, anna: Client) -> None:
        response = anna.post(self.address, {"title": "Asylum in Latin letters", "source_language": "en"})
        topic = BackgroundTopic.objects.get()
        assert response["Location"] == get_change_url(topic)
        assert (topic.slug, topic.desk) == ("asylum-in-latin-letters", None)
        session = EditorSession(anna, topic)
        session.document |= {"lead": "<p>Why.</p>", "text": "<p>How.</p>"}
        assert session.save().json()["conflicts"] == []
        assert build_topic(BackgroundTopic.objects.get()).text == "<p>How.</p>"
        assert [revision.by_name for revision in Revision.objects.all()] == ["anna", "anna"]


def test_second_topic_with_the_same_word_is_refused_and_stays_on_the_page(anna: Client) -> None:
    for expected in (302, 200):
        response = anna.post("/admin/agenda/backgroundtopic/add/", {"title": "Asylum", "source_language": "en"})
        assert response.status_code == expected
    assert response.context["form"]["title"].value() == "Asylum"


def test_date_is_no_part_of_the_settings(anna: Client) -> None:
    meeting = make_meeting()
    post_settings(anna, meeting, start_date=str(PRESS_DATE + dt.timedelta(1)))
    assert Meeting.objects.get().start_date == PRESS_DATE
