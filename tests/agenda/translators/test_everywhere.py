"""The same change everywhere: one list of hits in the source and all translations, each accepted or not."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from agenda.drafts import draft_of
from agenda.models import BackgroundTopic, ConfirmedDifference, Revision
from agenda.translations import unconfirmed
from meetings.documents.shape import MeetingDocument, Speaker
from meetings.models import AuditEntry, Chair, Meeting, ProgrammePoint, Translation
from tests.agenda.desk.screens import address_of, buttons, person, person_with, words
from tests.agenda.translators.desk import kept, ticked, translator
from tests.cast import make_meeting, make_topic, translate

WRONG, RIGHT = "Jurgen Ligi", "Jürgen Ligi"
LEAD = "<p>Chaired by <strong>Jurgen Ligi</strong> and, later, JURGEN LIGI.</p>"


@pytest.fixture
def anna(ines: Client) -> Client:
    """Writes for JHA."""
    return person("anna", "Authors", of="jha")


@pytest.fixture
def meeting(ines: Client) -> Meeting:
    """With the name in the lead, of a chair, in French, Greek and Finnish."""
    meeting: Meeting = make_meeting("jha", lead=LEAD, notice="Seats are few.")
    meeting.chairs.update(name=WRONG)
    kept(meeting)
    translate(meeting, lead="<p>Présidée par <strong>Jurgen\u00a0Ligi</strong>, puis JURGEN LIGI.</p>")
    translate(meeting, language="fi", lead="<p>Puheenjohtajana Jurgen Ligin kollega.</p>", notice="Paikkoja on vähän.")
    translate(meeting, language="el", lead="<p>Πρόεδρος ο Γιούργκεν Λίγκι.</p>")
    kept(meeting)
    return meeting


def screen_of(subject: Any) -> str:
    return address_of(subject, "everywhere/")


def searched(client: Client, subject: Any, *pairs: tuple[str, str]) -> Any:
    given = pairs or ((WRONG, RIGHT),)
    return client.get(
        screen_of(subject), {"find": [find for find, _to in given], "becomes": [becomes for _from, becomes in given]}
    )


def hits(response: Any) -> dict[str, str]:
    """By its id, each with what the list says of it."""
    lines = re.findall(r"<li>\s*<label>(.*?)</li>", response.content.decode(), re.S)
    found = {}
    for line in lines:
        box = re.search(r'value="(\w+)" data-of="\w+"( checked)?( disabled)?', line)
        assert box
        text = " ".join(unescape(strip_tags(line.partition(">")[2].replace("<", " <"))).split())
        found[box[1]] = f"{'x' if box[2] else '-' if box[3] else 'o'} {text}"
    return found


def unlike(response: Any) -> dict[str, str]:
    """The translations without the words, each with whether it is ticked to be right as it is: ids by language."""
    found = re.findall(
        r'value="(\w+)"( checked)?(?: disabled)?> <span lang="(\w+)">[^<]+</span></label> <a', response.content.decode()
    )
    return {f"{'x' if ticked else 'o'} {language}": key for key, ticked, language in found}


def accept(client: Client, subject: Any, *ids: str, pair: tuple[str, str] = (WRONG, RIGHT)) -> Any:
    data = {"find": [pair[0]], "becomes": [pair[1]], "hit": ids}
    return client.post(screen_of(subject), data, follow=True)


def accept_all(client: Client, subject: Any, pair: tuple[str, str] = (WRONG, RIGHT)) -> Any:
    """All hits, and what is ticked to be right as it is."""
    page = searched(client, subject, pair)
    keys = [key for key, line in hits(page).items() if not line.startswith("-")]
    keys += [key for line, key in unlike(page).items() if line.startswith("x")]
    return accept(client, subject, *keys, pair=pair)


def text(subject: Any, language: str, field: str = "lead") -> str:
    row: Translation = Translation.objects.get(row_id=subject.pk, language=language, field=field)
    return row.text


def everything() -> list[Any]:
    return [
        *Meeting.objects.values("lead", "version"),
        *Chair.objects.values("name"),
        *Translation.objects.order_by("pk").values("text", "source_digest", "by_name"),
        Revision.objects.count(),
    ]


@pytest.mark.once
class TestRefusals:
    @pytest.mark.parametrize(
        ("find", "becomes", "told"),
        [
            ("J", RIGHT, "Give at least two letters."),
            ("", RIGHT, "Say what is looked for."),
            (WRONG, " ", "Say what stands there afterwards."),
            (WRONG, WRONG, "That is what is looked for: nothing would change."),
            (WRONG, "J" * 201, "Ensure this value has at most 200 characters (it has 201)."),
        ],
    )
    def test_what_cannot_be_searched(self, anna: Client, meeting: Meeting, find: str, becomes: str, told: str) -> None:
        page = searched(anna, meeting, (find, becomes))
        assert told in words(page)
        assert not hits(page)
        before = everything()
        assert told in words(accept(anna, meeting, "0" * 32, pair=(find, becomes)))
        assert everything() == before

    def test_nothing_ticked_changes_nothing(self, anna: Client, meeting: Meeting) -> None:
        before = everything()
        assert "Nothing is ticked, so nothing was changed." in words(accept(anna, meeting))
        assert everything() == before

    def test_all_or_nothing_where_a_text_was_changed_meanwhile(self, anna: Client, meeting: Meeting) -> None:
        ids = [*hits(searched(anna, meeting))]
        translate(meeting, lead="<p>Jurgen Ligi préside.</p>")
        before = everything()
        response = accept(anna, meeting, *ids)
        assert "Some texts were changed after you searched. Nothing was changed" in words(response)
        assert "Jurgen [− " not in words(response)
        assert any("préside" in line for line in hits(response).values())
        assert everything() == before

    def test_a_translator_changes_only_their_language(self, ines: Client, meeting: Meeting) -> None:
        found = hits(searched(ines, meeting))
        assert {line.split()[1] for line in found.values() if not line.startswith("-")} == {"français"}
        before = everything()
        for key, line in found.items():
            if line.startswith("-"):
                assert "You do not have permission" in words(accept(ines, meeting, key))
        assert everything() == before
        accept_all(ines, meeting)
        assert "Jürgen&nbsp;Ligi" in text(meeting, "fr")
        assert Meeting.objects.get().lead == LEAD

    def test_others_look(self, anna: Client, meeting: Meeting) -> None:
        for client in (person_with("rosa", "view_meeting"), translator("otto", "fr", of="env")):
            found = hits(searched(client, meeting))
            assert found
            assert all(line.startswith("-") for line in found.values())
            page = searched(client, meeting)
            assert "You do not have permission to edit: “JHA, 14 September 2060”. You can ask: anna." in words(page)
            assert buttons(page) == ["Search"]
            before = everything()
            assert "You do not have permission" in words(accept(client, meeting, *found))
            assert everything() == before

    def test_what_a_link_begins_or_ends_in_is_changed_by_hand(self, anna: Client, meeting: Meeting) -> None:
        Meeting.objects.update(lead="<p>Jurgen <em>Ligi</em> and Jurgen</p><p>Ligi</p>")
        kept(meeting)
        found = {
            key: line for key, line in hits(searched(anna, meeting)).items() if "English" in line and "and" in line
        }
        assert [line[0] for line in found.values()] == ["-"]
        before = everything()
        assert "“Jurgen Ligi” can only be changed by hand." in words(accept(anna, meeting, *found))
        assert everything() == before

    def test_a_text_that_would_be_too_long(self, anna: Client, meeting: Meeting) -> None:
        translate(meeting, notice="Jurgen Ligi " * 83)
        before = everything()
        page = words(accept_all(anna, meeting, pair=(WRONG, "J" * 60)))
        assert "at most 1000 can be kept: shorten it." in page
        assert everything() == before
        Translation.objects.filter(field="notice").delete()
        Chair.objects.update(name="Jurgen Ligi " + "x" * 180)
        kept(meeting)
        before = everything()
        assert "name: Ensure this value has at most 200 characters" in words(
            accept_all(anna, meeting, pair=(WRONG, "J" * 60))
        )
        assert everything() == before

    def test_a_working_copy_that_makes_no_document_says_so(self, anna: Client, meeting: Meeting) -> None:
        one = meeting.agenda.create(title="Migration")
        other = meeting.agenda.create(title="Asylum", parent=one)
        meeting.agenda.filter(pk=one.pk).update(parent=other)
        assert "part of each other in a circle" in words(searched(anna, meeting))
        assert "part of each other in a circle" in words(accept(anna, meeting, "0" * 32))


class TestList:
    def test_it_has_names_and_running_text_of_all_languages(self, anna: Client, meeting: Meeting) -> None:
        page = searched(anna, meeting)
        assert [*hits(page).values()] == [
            "x All languages removed: Jurgen Ligi new: Jürgen Ligi",
            "x English Chaired by removed: Jurgen Ligi new: Jürgen Ligi and, later, JURGEN LIGI.",
            "x English Chaired by Jurgen Ligi and, later, removed: JURGEN LIGI new: JÜRGEN LIGI .",
            "x français Présidée par removed: Jurgen Ligi new: Jürgen Ligi , puis JURGEN LIGI.",
            "x français Présidée par Jurgen Ligi, puis removed: JURGEN LIGI new: JÜRGEN LIGI .",
            "o suomi Puheenjohtajana removed: Jurgen Ligi new: Jürgen Ligi n kollega. Within a longer word.",
        ]
        assert "6 places" in words(page)

    def test_a_translation_that_spells_it_otherwise_is_named(self, anna: Client, meeting: Meeting) -> None:
        page = searched(anna, meeting)
        assert "These do not have the words." in words(page)
        assert [*unlike(page)] == ["x el"]
        assert f'/translate/el/#{meeting.pk}-lead"' in page.content.decode()
        page = searched(anna, meeting, (WRONG, RIGHT), ("Λίγκι", "Λίγκη"))
        assert not unlike(page)
        assert any("Λίγκη" in line for line in hits(page).values())

    def test_what_only_the_source_says_makes_translations_out_of_date(self, anna: Client, meeting: Meeting) -> None:
        pair = ("Seats are few.", "Seats are many.")
        page = searched(anna, meeting, pair)
        assert [*unlike(page)] == ["o fi"]
        accept_all(anna, meeting, pair)
        meeting.refresh_from_db()
        assert "notice" in draft_of(meeting, timezone.now(), language="fi").fallbacks
        assert "lead" not in draft_of(meeting, timezone.now(), language="fi").fallbacks

    def test_unless_somebody_says_that_it_is_still_right(self, anna: Client, meeting: Meeting) -> None:
        pair = ("Seats are few.", "Seats are scarce.")
        page = searched(anna, meeting, pair)
        accept(anna, meeting, *hits(page), *unlike(page).values(), pair=pair)
        meeting.refresh_from_db()
        assert "notice" not in draft_of(meeting, timezone.now(), language="fi").fallbacks

    def test_to_say_that_alone_changes_nothing(self, anna: Client, meeting: Meeting) -> None:
        before = everything()
        page = accept(anna, meeting, *unlike(searched(anna, meeting)).values())
        assert "Nothing is ticked, so nothing was changed." in words(page)
        assert everything() == before

    def test_what_is_right_already_is_not_in_it(self, anna: Client, meeting: Meeting) -> None:
        Meeting.objects.update(lead="<p>Ligi, or rather Jürgen Ligi &amp; others, and JÜRGEN LIGI.</p>")
        found = hits(searched(anna, meeting, ("Ligi", RIGHT)))
        english = [line for line in found.values() if "rather" in line]
        assert english == [
            "x English removed: Ligi new: Jürgen Ligi , or rather Jürgen Ligi & others, and JÜRGEN LIGI."
        ]

    def test_of_two_spellings_that_overlap_the_longer_counts(self, anna: Client, meeting: Meeting) -> None:
        found = hits(searched(anna, meeting, ("Jurgen", "Juri"), (WRONG, RIGHT)))
        assert not any("Juri" in line for line in found.values())

    def test_a_longer_one_that_is_interrupted_hides_no_shorter_one(self, anna: Client, meeting: Meeting) -> None:
        Meeting.objects.update(lead="<p><strong>Jurgen</strong> Ligi spoke.</p>")
        found = [*hits(searched(anna, meeting, (WRONG, RIGHT), ("Jurgen", "Jürgen"))).values()]
        assert [line[0] for line in found if "spoke" in line] == ["-", "x"]

    def test_part_of_a_double_name_is_not_ticked(self, anna: Client, meeting: Meeting) -> None:
        Meeting.objects.update(lead="<p>Ligi-Tamm and Anne-Ligi met Ligi. Ligi’s word.</p>")
        found = hits(searched(anna, meeting, ("Ligi", "Ligy")))
        assert [line[0] for line in found.values() if "met" in line] == ["o", "o", "x", "x"]

    def test_a_capital_that_was_not_looked_for_stays(self, anna: Client, meeting: Meeting) -> None:
        found = hits(searched(anna, meeting, ("migration", "asylum")))
        assert any("removed: Migration new: Asylum policy" in line for line in found.values())

    def test_nothing_found_is_said(self, anna: Client, meeting: Meeting) -> None:
        assert "No text and no name has it, in any language." in words(searched(anna, meeting, ("Nobody", "Somebody")))

    def test_a_title_that_follows_from_the_configuration_is_not_in_it(self, anna: Client, meeting: Meeting) -> None:
        assert not hits(searched(anna, meeting, ("Justice", "Law")))

    def test_markup_is_no_text(self, anna: Client, meeting: Meeting) -> None:
        Meeting.objects.update(lead='<p><a href="https://example.eu/strong">a &lt;strong&gt; word</a></p>')
        found = hits(searched(anna, meeting, ("strong", "weak")))
        assert [*found.values()] == ["x English a < removed: strong new: weak > word"]
        accept_all(anna, meeting, pair=("strong", "<b> & co"))
        lead = Meeting.objects.get().lead
        assert lead == '<p><a href="https://example.eu/strong">a &lt;&lt;b&gt; &amp; co&gt; word</a></p>'

    def test_its_queries_do_not_grow(self, anna: Client, meeting: Meeting) -> None:
        def queries() -> int:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert searched(anna, meeting).status_code == 200
            return len(captured)

        few = queries()
        for number in range(5):
            item = meeting.agenda.create(title=f"Statement by Jurgen Ligi {number}")
            for language in ("fr", "el", "de", "fi"):
                translate(meeting, item, language, title=f"Jurgen Ligi {number}")
        assert queries() == few

    def test_it_leads_to_the_texts_beside_it(self, anna: Client, meeting: Meeting) -> None:
        topic = make_topic(text="<p>Jurgen Ligi spoke.</p>")
        item = meeting.agenda.create(title="Migration")
        item.topics.add(topic)
        page = searched(anna, meeting).content.decode()
        assert f"{screen_of(topic)}?find=Jurgen+Ligi&amp;becomes=J%C3%BCrgen+Ligi" in page
        assert screen_of(meeting) in searched(anna, topic).content.decode()


class TestChange:
    def test_it_is_made_in_field_and_running_text_of_all_languages(self, anna: Client, meeting: Meeting) -> None:
        page = words(accept_all(anna, meeting))
        assert "6 places changed: English, français and suomi." in page
        assert "No text and no name has it" in page
        meeting.refresh_from_db()
        assert meeting.lead == "<p>Chaired by <strong>Jürgen Ligi</strong> and, later, JÜRGEN LIGI.</p>"
        assert Chair.objects.get().name == RIGHT
        assert text(meeting, "fr") == "<p>Présidée par <strong>Jürgen&nbsp;Ligi</strong>, puis JÜRGEN LIGI.</p>"
        assert text(meeting, "fi") == "<p>Puheenjohtajana Jürgen Ligin kollega.</p>"
        assert text(meeting, "el") == "<p>Πρόεδρος ο Γιούργκεν Λίγκι.</p>"

    def test_translations_stay_current_touched_or_not(self, anna: Client, meeting: Meeting) -> None:
        accept_all(anna, meeting)
        meeting.refresh_from_db()
        for language in ("fr", "fi", "el"):
            document = draft_of(meeting, timezone.now(), language=language)
            assert "lead" not in document.fallbacks
            assert isinstance(document, MeetingDocument)
            assert document.chairs[0].name == RIGHT

    def test_one_that_was_out_of_date_stays_out_of_date(self, anna: Client, meeting: Meeting) -> None:
        Translation.objects.filter(language="el").update(source_digest="0" * 64)
        accept_all(anna, meeting)
        meeting.refresh_from_db()
        assert "lead" in draft_of(meeting, timezone.now(), language="el").fallbacks

    def test_what_is_not_accepted_stays(self, anna: Client, meeting: Meeting) -> None:
        found = hits(searched(anna, meeting))
        accept(anna, meeting, *(key for key, line in found.items() if "JURGEN LIGI new" in line))
        meeting.refresh_from_db()
        assert meeting.lead == LEAD.replace("JURGEN", "JÜRGEN")
        assert Chair.objects.get().name == WRONG
        assert text(meeting, "fr") == "<p>Présidée par <strong>Jurgen&nbsp;Ligi</strong>, puis JÜRGEN LIGI.</p>"
        assert len(hits(searched(anna, meeting))) == 4

    def test_only_a_translation_moves_no_version(self, anna: Client, meeting: Meeting) -> None:
        found = hits(searched(anna, meeting))
        version = Meeting.objects.get().version
        accept(anna, meeting, *(key for key, line in found.items() if "français" in line))
        assert Meeting.objects.get().version == version
        row = Translation.objects.get(language="fr")
        assert row.by_name == "anna"

    def test_a_difference_that_was_confirmed_stays_confirmed(
        self, anna: Client, ines: Client, meeting: Meeting
    ) -> None:
        Meeting.objects.update(notice="Jurgen Ligi speaks at 10:00.")
        kept(meeting)
        translate(meeting, notice="Jurgen Ligi prend la parole à 11h00.")
        ticked(ines, meeting, meeting, "notice", "meant")
        accept_all(anna, meeting)
        meeting.refresh_from_db()
        source, french = (draft_of(meeting, timezone.now(), language=one) for one in ("en", "fr"))
        assert french.notice == "Jürgen Ligi prend la parole à 11h00."  # type: ignore[union-attr]
        assert unconfirmed(meeting, source, french) == []
        assert {*ConfirmedDifference.objects.values_list("by_name", flat=True)} == {"ines"}

    def test_it_is_one_revision_and_is_told_in_the_log(self, anna: Client, meeting: Meeting) -> None:
        before = Revision.objects.count()
        accept_all(anna, meeting)
        assert Revision.objects.count() == before + 1
        revision = Revision.objects.newest_first().first()
        assert revision
        assert revision.why == "saved"
        assert revision.remark.startswith("“Jurgen Ligi” → “Jürgen Ligi” (")
        entry = AuditEntry.objects.order_by("-pk")[0]
        assert (entry.act, entry.actor, entry.details["remark"]) == ("saved", "anna", revision.remark)

    def test_who_translated_the_untouched_is_still_named(self, anna: Client, meeting: Meeting) -> None:
        Translation.objects.update(by_name="eleni")
        accept_all(anna, meeting)
        named = dict(Translation.objects.filter(field="lead").values_list("language", "by_name"))
        assert named == {"fr": "anna", "fi": "anna", "el": "eleni"}

    def test_roles_and_names_of_speakers(self, anna: Client, meeting: Meeting) -> None:
        meeting.programme.update(speakers=[Speaker(name=WRONG, role="Friend of Jurgen Ligi")])
        kept(meeting)
        accept_all(anna, meeting)
        (speaker,) = ProgrammePoint.objects.get().speakers
        assert (speaker.name, speaker.role) == (RIGHT, "Friend of Jürgen Ligi")

    def test_a_topic_as_well(self, anna: Client, meeting: Meeting) -> None:
        topic = kept(make_topic(text="<p>Jurgen Ligi spoke.</p>"))
        translate(topic, text="<p>Jurgen Ligi a parlé.</p>")
        accept_all(anna, topic)
        assert BackgroundTopic.objects.get().text == "<p>Jürgen Ligi spoke.</p>"
        assert text(topic, "fr", "text") == "<p>Jürgen Ligi a parlé.</p>"
