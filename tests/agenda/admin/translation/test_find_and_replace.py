"""Find and replace: one list of hits in the source and all translations, each accepted or not."""

import re
from html import unescape
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from agenda.admin.translation.find_and_replace import MAX_SPELLINGS
from agenda.documents.translations.occurrences import Replacement
from agenda.models import BackgroundTopic, ConfirmedDifference, Revision
from agenda.translation.find_and_replace import (
    MAX_REMARK_LENGTH,
    WorkingCopyTexts,
    find_everywhere,
    replace_everywhere,
)
from agenda.workflow import document_length
from agenda.workflow.confirmed_differences import find_unconfirmed_differences
from agenda.workflow.drafts import build_draft
from meetings.documents.schema import MeetingDocument, Speaker
from meetings.models import AuditEntry, Chair, Meeting, ProgrammePoint, Translation
from tests.admin_forms import create_user, sign_in
from tests.agenda.admin.screens import create_client_with_permissions, get_step_url, list_buttons, read_visible_words
from tests.agenda.admin.translation.editor import create_translator, keep_source_revision, tick_box
from tests.factories import COMMAND, make_meeting, make_topic, make_uuid, translate

WRONG, RIGHT = "Jurgen Ligi", "Jürgen Ligi"
LEAD = "<p>Chaired by <strong>Jurgen Ligi</strong> and, later, JURGEN LIGI.</p>"


@pytest.fixture(scope="module")
def written(translators: None, world_clock: Any) -> None:
    """A meeting with the name in the lead and of a chair, in French, Greek and Finnish. Anna writes for JHA."""
    create_user("anna", "Authors", of="jha")
    meeting = make_meeting("jha", lead=LEAD, notice="Seats are few.")
    meeting.chairs.update(name=WRONG)
    keep_source_revision(meeting)
    translate(meeting, lead="<p>Présidée par <strong>Jurgen\u00a0Ligi</strong>, puis JURGEN LIGI.</p>")
    translate(meeting, language="fi", lead="<p>Puheenjohtajana Jurgen Ligin kollega.</p>", notice="Paikkoja on vähän.")
    translate(meeting, language="el", lead="<p>Πρόεδρος ο Γιούργκεν Λίγκι.</p>")
    keep_source_revision(meeting)


@pytest.fixture
def anna(written: None) -> Client:
    return sign_in("anna")


@pytest.fixture
def meeting(written: None) -> Meeting:
    return Meeting.objects.get()


def get_screen_url(subject: Any) -> str:
    return get_step_url(subject, "everywhere/")


def search(client: Client, subject: Any, *pairs: tuple[str, str]) -> Any:
    spellings = pairs or ((WRONG, RIGHT),)
    return client.get(
        get_screen_url(subject),
        {"find": [find for find, _to in spellings], "becomes": [becomes for _from, becomes in spellings]},
    )


def parse_hits(response: Any) -> dict[str, str]:
    """Return the words of each hit by its id."""
    lines = re.findall(r"<li>\s*<label>(.*?)</li>", response.content.decode(), re.S)
    found = {}
    for line in lines:
        box = re.search(r'value="(\w+)" data-of="\w+"( checked)?( disabled)?', line)
        assert box
        text = " ".join(unescape(strip_tags(line.partition(">")[2].replace("<", " <"))).split())
        found[box[1]] = f"{'x' if box[2] else '-' if box[3] else 'o'} {text}"
    return found


def parse_link(response: Any, words: str) -> str:
    found = re.search(rf'<a href="([^"]+)">{words}', response.content.decode())
    assert found
    return unescape(found[1])


def parse_translations_without_hit(response: Any) -> dict[str, str]:
    """Return the ids of translations without a hit by language, each with whether it is ticked."""
    found = re.findall(
        r'value="(\w+)"( checked)?(?: disabled)?> <span lang="(\w+)">[^<]+</span></label> <a', response.content.decode()
    )
    return {f"{'x' if ticked else 'o'} {language}": key for key, ticked, language in found}


def replace(client: Client, subject: Any, *ids: str, pair: tuple[str, str] = (WRONG, RIGHT)) -> Any:
    data = {"find": [pair[0]], "becomes": [pair[1]], "hit": ids}
    return client.post(get_screen_url(subject), data, follow=True)


def replace_all(client: Client, subject: Any, pair: tuple[str, str] = (WRONG, RIGHT)) -> Any:
    """Replace all hits, and accept the ticked translations without a hit."""
    page = search(client, subject, pair)
    keys = [key for key, line in parse_hits(page).items() if not line.startswith("-")]
    keys += [key for line, key in parse_translations_without_hit(page).items() if line.startswith("x")]
    return replace(client, subject, *keys, pair=pair)


def get_text(subject: Any, language: str, field: str = "lead") -> str:
    row: Translation = Translation.objects.get(row_id=subject.pk, language=language, field=field)
    return row.text


def load_all_texts() -> list[Any]:
    return [
        *Meeting.objects.values("lead", "version"),
        *Chair.objects.values("name"),
        *Translation.objects.order_by("pk").values("text", "source_digest", "by_name"),
        Revision.objects.count(),
    ]


@pytest.mark.once
class TestRefusals:
    @pytest.mark.parametrize(
        ("find", "becomes", "message"),
        [
            ("J", RIGHT, "Enter at least two characters."),
            ("", RIGHT, "Enter the text to find."),
            (WRONG, " ", "Enter the replacement text."),
            (WRONG, WRONG, "This is the same as the text to find, so nothing would change."),
            (WRONG, "J" * 201, "Ensure this value has at most 200 characters (it has 201)."),
            ("J" * 201, RIGHT, "Ensure this value has at most 200 characters (it has 201)."),
        ],
    )
    def test_invalid_search_has_an_error(
        self, anna: Client, meeting: Meeting, find: str, becomes: str, message: str
    ) -> None:
        page = search(anna, meeting, (find, becomes))
        assert message in read_visible_words(page)
        assert not parse_hits(page)
        before = load_all_texts()
        assert message in read_visible_words(replace(anna, meeting, "0" * 32, pair=(find, becomes)))
        assert load_all_texts() == before

    def test_nothing_ticked_changes_nothing(self, anna: Client, meeting: Meeting) -> None:
        before = load_all_texts()
        assert "Nothing was changed, because you ticked no place." in read_visible_words(replace(anna, meeting))
        assert load_all_texts() == before

    def test_nothing_changes_if_a_text_was_changed_meanwhile(self, anna: Client, meeting: Meeting) -> None:
        ids = [*parse_hits(search(anna, meeting))]
        translate(meeting, lead="<p>Jurgen Ligi préside.</p>")
        before = load_all_texts()
        response = replace(anna, meeting, *ids)
        assert "Nothing was changed, because some texts have changed since you searched." in read_visible_words(
            response
        )
        assert "Jurgen [− " not in read_visible_words(response)
        assert any("préside" in line for line in parse_hits(response).values())
        assert load_all_texts() == before

    def test_translator_changes_only_their_language(self, ines: Client, meeting: Meeting) -> None:
        found = parse_hits(search(ines, meeting))
        assert {line.split()[1] for line in found.values() if not line.startswith("-")} == {"français"}
        before = load_all_texts()
        for key, line in found.items():
            if line.startswith("-"):
                assert "You do not have permission" in read_visible_words(replace(ines, meeting, key))
        assert load_all_texts() == before
        replace_all(ines, meeting)
        assert "Jürgen&nbsp;Ligi" in get_text(meeting, "fr")
        assert Meeting.objects.get().lead == LEAD

    def test_others_can_only_read(self, anna: Client, meeting: Meeting) -> None:
        for client in (
            create_client_with_permissions("rosa", "view_meeting"),
            create_translator("otto", "fr", of="env"),
        ):
            found = parse_hits(search(client, meeting))
            assert found
            assert all(line.startswith("-") for line in found.values())
            page = search(client, meeting)
            assert (
                "You do not have permission to edit “JHA, 14 September 2060”. Ask one of these people: anna."
                in read_visible_words(page)
            )
            assert list_buttons(page) == ["Search"]
            before = load_all_texts()
            assert "You do not have permission" in read_visible_words(replace(client, meeting, *found))
            assert load_all_texts() == before

    def test_hit_across_a_link_cannot_be_replaced(self, anna: Client, meeting: Meeting) -> None:
        Meeting.objects.update(lead="<p>Jurgen <em>Ligi</em> and Jurgen</p><p>Ligi</p>")
        keep_source_revision(meeting)
        found = {
            key: line for key, line in parse_hits(search(anna, meeting)).items() if "English" in line and "and" in line
        }
        assert [line[0] for line in found.values()] == ["-"]
        before = load_all_texts()
        assert "You can only change “Jurgen Ligi” in the text itself." in read_visible_words(
            replace(anna, meeting, *found)
        )
        assert load_all_texts() == before

    def test_text_that_becomes_too_long_is_refused(self, anna: Client, meeting: Meeting) -> None:
        translate(meeting, notice="Jurgen Ligi " * 83)
        before = load_all_texts()
        page = read_visible_words(replace_all(anna, meeting, pair=(WRONG, "J" * 60)))
        assert "The maximum is 1000: shorten it." in page
        assert load_all_texts() == before
        Translation.objects.filter(field="notice").delete()
        Chair.objects.update(name="Jurgen Ligi " + "x" * 180)
        keep_source_revision(meeting)
        before = load_all_texts()
        assert "name: Ensure this value has at most 200 characters" in read_visible_words(
            replace_all(anna, meeting, pair=(WRONG, "J" * 60))
        )
        assert load_all_texts() == before

    def test_nor_does_one_that_cleaning_refuses_or_the_whole_note(
        self, anna: Client, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The first was an error 500; the second made notes that no page could show."""
        Meeting.objects.update(lead=f"<p>{'zq ' * 700}</p>", notice="zq")
        keep_source_revision(Meeting.objects.get())
        pair = ("zq", "y" * 190)
        assert "The maximum is 100000: shorten it." in read_visible_words(replace_all(anna, meeting, pair))
        Meeting.objects.update(lead="<p>zq</p>")
        keep_source_revision(Meeting.objects.get())
        monkeypatch.setattr(document_length, "MAX_DOCUMENT_LENGTH", 100)
        assert "This note has" in read_visible_words(replace_all(anna, meeting, pair))
        assert Meeting.objects.get().lead == "<p>zq</p>"

    def test_texts_of_a_language_do_not_become_too_long_together(
        self, anna: Client, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("agenda.translation.save.MAX_LANGUAGE_LENGTH", 60)
        translate(meeting, notice="Jurgen Ligi et Jurgen Ligi")
        before = load_all_texts()
        page = read_visible_words(replace_all(anna, meeting, pair=(WRONG, "Jürgen Ligi, ministre")))
        assert "français: All texts in this language together can have up to 60 characters." in page
        assert load_all_texts() == before
        replace_all(anna, meeting, pair=(WRONG, "J. Ligi"))
        assert load_all_texts() != before

    def test_draft_with_errors_shows_the_reason(self, anna: Client, meeting: Meeting) -> None:
        item = meeting.agenda.create(title="Migration")
        other = meeting.agenda.create(title="Asylum", parent=item)
        meeting.agenda.filter(pk=item.pk).update(parent=other)
        assert "part of each other in a circle" in read_visible_words(search(anna, meeting))
        assert "part of each other in a circle" in read_visible_words(replace(anna, meeting, "0" * 32))


class TestLongTexts:
    """One search for twelve long spellings in a note of two megabytes took 46 seconds of the processor."""

    @pytest.fixture(autouse=True)
    def _each_text_takes_a_second(self, meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = SimpleNamespace(thread_time=count().__next__)
        monkeypatch.setattr("agenda.translation.find_and_replace.time", clock)

    def test_search_goes_on_on_the_next_page(
        self, anna: Client, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("agenda.translation.find_and_replace.MAX_SECONDS", 10_000)
        whole = [*parse_hits(search(anna, meeting))]
        monkeypatch.setattr("agenda.translation.find_and_replace.MAX_SECONDS", 8)
        page, pages = search(anna, meeting), 1
        found: list[str] = []
        while "not all are searched yet" in read_visible_words(page):
            assert "Not found" not in read_visible_words(page)
            found += parse_hits(page)
            page, pages = anna.get(parse_link(page, "Search the others")), pages + 1
        assert [*found, *parse_hits(page)] == whole
        assert pages > 1

    def test_text_that_takes_too_long_alone_is_refused(
        self, anna: Client, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("agenda.translation.find_and_replace.MAX_SECONDS", 0)
        page = read_visible_words(search(anna, meeting))
        assert "One of the texts is too long to be searched" in page
        assert "Not found" not in page


def test_text_that_changes_during_the_search_is_kept(
    anna: Client, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is locked after the search only: two searches in long texts delayed a withdrawal by two minutes."""
    hits, find = parse_hits(search(anna, meeting)), WorkingCopyTexts.find_places

    def find_and_change(copy: Any, *arguments: Any) -> Any:
        found = find(copy, *arguments)
        translate(meeting, notice="Un autre texte.")
        return found

    monkeypatch.setattr(WorkingCopyTexts, "find_places", find_and_change)
    assert "some texts have changed since you searched" in read_visible_words(replace(anna, meeting, *hits))
    assert get_text(meeting, "fr", "notice") == "Un autre texte."
    assert WRONG in str(load_all_texts())


class TestList:
    def test_names_and_texts_of_all_languages_are_searched(self, anna: Client, meeting: Meeting) -> None:
        page = search(anna, meeting)
        assert [*parse_hits(page).values()] == [
            "x All languages removed: Jurgen Ligi new: Jürgen Ligi",
            "x English Chaired by removed: Jurgen Ligi new: Jürgen Ligi and, later, JURGEN LIGI.",
            "x English Chaired by Jurgen Ligi and, later, removed: JURGEN LIGI new: JÜRGEN LIGI .",
            "x français Présidée par removed: Jurgen Ligi new: Jürgen Ligi , puis JURGEN LIGI.",
            "x français Présidée par Jurgen Ligi, puis removed: JURGEN LIGI new: JÜRGEN LIGI .",
            "o suomi Puheenjohtajana removed: Jurgen Ligi new: Jürgen Ligi n kollega. Part of a longer word.",
        ]
        assert "6 places" in read_visible_words(page)

    def test_translation_with_another_spelling_is_listed(self, anna: Client, meeting: Meeting) -> None:
        page = search(anna, meeting)
        assert "These translations do not contain the text." in read_visible_words(page)
        assert [*parse_translations_without_hit(page)] == ["x el"]
        assert f'/translate/el/#{meeting.pk}-lead"' in page.content.decode()
        page = search(anna, meeting, (WRONG, RIGHT), ("Λίγκι", "Λίγκη"))
        assert not parse_translations_without_hit(page)
        assert any("Λίγκη" in line for line in parse_hits(page).values())

    def test_hit_only_in_the_source_makes_translations_out_of_date(self, anna: Client, meeting: Meeting) -> None:
        pair = ("Seats are few.", "Seats are many.")
        page = search(anna, meeting, pair)
        assert [*parse_translations_without_hit(page)] == ["o fi"]
        replace_all(anna, meeting, pair)
        meeting.refresh_from_db()
        assert "notice" in build_draft(meeting, timezone.now(), language="fi").fallbacks
        assert "lead" not in build_draft(meeting, timezone.now(), language="fi").fallbacks

    def test_ticked_translation_without_hit_stays_current(self, anna: Client, meeting: Meeting) -> None:
        pair = ("Seats are few.", "Seats are scarce.")
        page = search(anna, meeting, pair)
        replace(anna, meeting, *parse_hits(page), *parse_translations_without_hit(page).values(), pair=pair)
        meeting.refresh_from_db()
        assert "notice" not in build_draft(meeting, timezone.now(), language="fi").fallbacks

    def test_ticking_only_translations_without_hit_changes_nothing(self, anna: Client, meeting: Meeting) -> None:
        before = load_all_texts()
        page = replace(anna, meeting, *parse_translations_without_hit(search(anna, meeting)).values())
        assert "Nothing was changed, because you ticked no place." in read_visible_words(page)
        assert load_all_texts() == before

    def test_correct_text_is_not_listed(self, anna: Client, meeting: Meeting) -> None:
        Meeting.objects.update(lead="<p>Ligi, or rather Jürgen Ligi &amp; others, and JÜRGEN LIGI.</p>")
        found = parse_hits(search(anna, meeting, ("Ligi", RIGHT)))
        english = [line for line in found.values() if "rather" in line]
        assert english == [
            "x English removed: Ligi new: Jürgen Ligi , or rather Jürgen Ligi & others, and JÜRGEN LIGI."
        ]

    def test_longer_of_two_overlapping_spellings_counts(self, anna: Client, meeting: Meeting) -> None:
        found = parse_hits(search(anna, meeting, ("Jurgen", "Juri"), (WRONG, RIGHT)))
        assert not any("Juri" in line for line in found.values())

    def test_interrupted_hit_hides_no_shorter_hit(self, anna: Client, meeting: Meeting) -> None:
        Meeting.objects.update(lead="<p><strong>Jurgen</strong> Ligi spoke.</p>")
        found = [*parse_hits(search(anna, meeting, (WRONG, RIGHT), ("Jurgen", "Jürgen"))).values()]
        assert [line[0] for line in found if "spoke" in line] == ["-", "x"]

    def test_part_of_a_double_name_is_not_ticked(self, anna: Client, meeting: Meeting) -> None:
        Meeting.objects.update(lead="<p>Ligi-Tamm and Anne-Ligi met Ligi. Ligi’s word.</p>")
        found = parse_hits(search(anna, meeting, ("Ligi", "Ligy")))
        assert [line[0] for line in found.values() if "met" in line] == ["o", "o", "x", "x"]

    def test_capital_letter_stays(self, anna: Client, meeting: Meeting) -> None:
        found = parse_hits(search(anna, meeting, ("migration", "asylum")))
        assert any("removed: Migration new: Asylum policy" in line for line in found.values())

    def test_search_without_hits_says_so(self, anna: Client, meeting: Meeting) -> None:
        assert "Not found in any text or name, in any language." in read_visible_words(
            search(anna, meeting, ("Nobody", "Somebody"))
        )

    def test_title_of_the_configuration_is_not_listed(self, anna: Client, meeting: Meeting) -> None:
        assert not parse_hits(search(anna, meeting, ("Justice", "Law")))

    def test_markup_is_not_searched(self, anna: Client, meeting: Meeting) -> None:
        Meeting.objects.update(lead='<p><a href="https://example.eu/strong">a &lt;strong&gt; word</a></p>')
        found = parse_hits(search(anna, meeting, ("strong", "weak")))
        assert [*found.values()] == ["x English a < removed: strong new: weak > word"]
        replace_all(anna, meeting, pair=("strong", "<b> & co"))
        lead = Meeting.objects.get().lead
        assert lead == '<p><a href="https://example.eu/strong">a &lt;&lt;b&gt; &amp; co&gt; word</a></p>'

    def test_number_of_queries_does_not_grow(self, anna: Client, meeting: Meeting) -> None:
        def queries() -> int:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert search(anna, meeting).status_code == 200
            return len(captured)

        few = queries()
        for number in range(2):
            item = meeting.agenda.create(title=f"Statement by Jurgen Ligi {number}")
            for language in ("fr", "el", "de", "fi"):
                translate(meeting, item, language, title=f"Jurgen Ligi {number}")
        assert queries() == few

    def test_more_places_than_fit_on_a_page_are_not_looked_for(self, anna: Client, meeting: Meeting) -> None:
        """Each had an object and a digest: 23 seconds for a long note, for everybody who may read it."""

        def write(*numbers: int) -> list[int]:
            """Write texts with these numbers of places. Return the numbers that are found."""
            meeting.agenda.all().delete()
            for position, number in enumerate(numbers, 1):
                meeting.agenda.create(title=f"Item {position}", text=f"<p>{'ab ' * number}</p>", position=position)
            return [len(place.hits) for place in find_everywhere(meeting, [Replacement("ab", "cd")], COMMAND).places]

        assert write(700, 100, 900, 1) == [700, 100, 801]
        page = search(anna, meeting, ("ab", "cd"))
        assert "More than 800 places" in page.content.decode()
        assert [len(place["hits"]) for place in page.context["places"]] == [700, 100]
        assert write(750, 900, 1) == [750, 801]
        replace_all(anna, meeting, ("ab", "cd"))
        texts = meeting.agenda.order_by("position").values_list("text", flat=True)
        assert [text.count("cd") for text in texts] == [750, 50, 0]

    def test_only_so_many_spellings_are_looked_for(self, anna: Client, meeting: Meeting) -> None:
        pairs = [(f"{number:02} spelling", "word") for number in range(MAX_SPELLINGS + 1)]
        page = search(anna, meeting, ("", ""), *pairs).content.decode()
        assert [find in page for find, _to in pairs] == [*[True] * MAX_SPELLINGS, False]
        assert page.count('name="find"') == MAX_SPELLINGS

    def test_places_that_stay_as_they_are_do_not_hide_the_others(self, anna: Client, meeting: Meeting) -> None:
        meeting.agenda.all().delete()
        for number in range(2):
            meeting.agenda.create(title=f"Item {number}", text=f"<p>{'ab ' * 900}</p>", position=number + 1)
        translate(meeting, meeting.agenda.get(title="Item 0"), "fr", text=f"<p>{'xy ab ' * 850}</p>")
        page = search(anna, meeting, ("ab", "cd"))
        next_page = anna.get(parse_link(page, "Leave these and show the others"))
        hits = parse_hits(next_page)
        assert [sum(f" {name} " in line for line in hits.values()) for name in ("English", "français")] == [100, 700]
        last_page = anna.get(parse_link(next_page, "Leave these and show the others"))
        assert len(parse_hits(last_page)) == 800
        start = re.search('name="start" value="([^"]+)"', last_page.content.decode())
        assert start
        data = {"find": "ab", "becomes": "cd", "start": start[1], "hit": list(parse_hits(last_page))}
        anna.post(get_screen_url(meeting), data)
        assert [item.text.count("cd") for item in meeting.agenda.order_by("position")] == [0, 650]
        assert Translation.objects.get(language="fr", field="text").text.count("cd") == 150
        assert len(parse_hits(anna.get(parse_link(next_page, "Search all texts")))) == 800

    def test_related_topics_and_meetings_are_linked(self, anna: Client, meeting: Meeting) -> None:
        topic = make_topic(text="<p>Jurgen Ligi spoke.</p>")
        item = meeting.agenda.create(title="Migration")
        item.topics.add(topic)
        page = search(anna, meeting).content.decode()
        assert f"{get_screen_url(topic)}?find=Jurgen+Ligi&amp;becomes=J%C3%BCrgen+Ligi" in page
        assert get_screen_url(meeting) in search(anna, topic).content.decode()


class TestChange:
    def test_fields_and_texts_of_all_languages_are_changed(self, anna: Client, meeting: Meeting) -> None:
        page = read_visible_words(replace_all(anna, meeting))
        assert "6 places changed: English, français and suomi." in page
        assert "Not found in any text or name" in page
        meeting.refresh_from_db()
        assert meeting.lead == "<p>Chaired by <strong>Jürgen Ligi</strong> and, later, JÜRGEN LIGI.</p>"
        assert Chair.objects.get().name == RIGHT
        assert get_text(meeting, "fr") == "<p>Présidée par <strong>Jürgen&nbsp;Ligi</strong>, puis JÜRGEN LIGI.</p>"
        assert get_text(meeting, "fi") == "<p>Puheenjohtajana Jürgen Ligin kollega.</p>"
        assert get_text(meeting, "el") == "<p>Πρόεδρος ο Γιούργκεν Λίγκι.</p>"

    def test_translations_stay_current_changed_or_not(self, anna: Client, meeting: Meeting) -> None:
        replace_all(anna, meeting)
        meeting.refresh_from_db()
        for language in ("fr", "fi", "el"):
            document = build_draft(meeting, timezone.now(), language=language)
            assert "lead" not in document.fallbacks
            assert isinstance(document, MeetingDocument)
            assert document.chairs[0].name == RIGHT

    def test_translation_that_was_out_of_date_stays_out_of_date(self, anna: Client, meeting: Meeting) -> None:
        Translation.objects.filter(language="el").update(source_digest="0" * 64)
        replace_all(anna, meeting)
        meeting.refresh_from_db()
        assert "lead" in build_draft(meeting, timezone.now(), language="el").fallbacks

    def test_unticked_hits_are_not_changed(self, anna: Client, meeting: Meeting) -> None:
        found = parse_hits(search(anna, meeting))
        replace(anna, meeting, *(key for key, line in found.items() if "JURGEN LIGI new" in line))
        meeting.refresh_from_db()
        assert meeting.lead == LEAD.replace("JURGEN", "JÜRGEN")
        assert Chair.objects.get().name == WRONG
        assert get_text(meeting, "fr") == "<p>Présidée par <strong>Jurgen&nbsp;Ligi</strong>, puis JÜRGEN LIGI.</p>"
        assert len(parse_hits(search(anna, meeting))) == 4

    def test_change_of_a_translation_keeps_the_version(self, anna: Client, meeting: Meeting) -> None:
        found = parse_hits(search(anna, meeting))
        version = Meeting.objects.get().version
        replace(anna, meeting, *(key for key, line in found.items() if "français" in line))
        assert Meeting.objects.get().version == version
        row = Translation.objects.get(language="fr")
        assert row.by_name == "anna"

    def test_confirmed_difference_stays_confirmed(self, anna: Client, ines: Client, meeting: Meeting) -> None:
        Meeting.objects.update(notice="Jurgen Ligi speaks at 10:00.")
        keep_source_revision(meeting)
        translate(meeting, notice="Jurgen Ligi prend la parole à 11h00.")
        tick_box(ines, meeting, meeting, "notice", "meant")
        of_other_words = ConfirmedDifference.objects.get()
        of_other_words.pk, of_other_words.digest = make_uuid("other"), "0" * 64
        of_other_words.save(force_insert=True)
        replace_all(anna, meeting)
        meeting.refresh_from_db()
        source, french = (build_draft(meeting, timezone.now(), language=code) for code in ("en", "fr"))
        assert french.notice == "Jürgen Ligi prend la parole à 11h00."  # type: ignore[union-attr]
        assert find_unconfirmed_differences(meeting, source, french) == []
        assert [*ConfirmedDifference.objects.values_list("by_name", flat=True)] == ["ines"] * 3

    def test_one_revision_is_kept_and_logged(self, anna: Client, meeting: Meeting) -> None:
        before = Revision.objects.count()
        replace_all(anna, meeting)
        assert Revision.objects.count() == before + 1
        revision = Revision.objects.newest_first().first()
        assert revision
        assert revision.why == "saved"
        assert revision.remark.startswith("“Jurgen Ligi” → “Jürgen Ligi” (")
        entry = AuditEntry.objects.order_by("-pk")[0]
        assert (entry.act, entry.actor, entry.details["remark"]) == ("saved", "anna", revision.remark)

    def test_long_list_of_spellings_is_cut_in_the_comment(self, anna: Client, meeting: Meeting) -> None:
        spellings = [Replacement(WRONG, RIGHT), *[Replacement(f"{number}" * 200, "J" * 200) for number in range(1, 4)]]
        hits = [hit.id for place in find_everywhere(meeting, spellings, COMMAND).places for hit in place.hits]
        replace_everywhere(meeting, spellings, hits, by=COMMAND, now=timezone.now())
        revision = Revision.objects.newest_first().first()
        assert revision
        assert len(revision.remark) == MAX_REMARK_LENGTH

    def test_translator_of_an_unchanged_text_is_still_named(self, anna: Client, meeting: Meeting) -> None:
        Translation.objects.update(by_name="eleni")
        replace_all(anna, meeting)
        named = dict(Translation.objects.filter(field="lead").values_list("language", "by_name"))
        assert named == {"fr": "anna", "fi": "anna", "el": "eleni"}

    def test_roles_and_names_of_speakers_are_changed(self, anna: Client, meeting: Meeting) -> None:
        meeting.programme.update(speakers=[Speaker(name=WRONG, role="Friend of Jurgen Ligi")])
        keep_source_revision(meeting)
        replace_all(anna, meeting)
        (speaker,) = ProgrammePoint.objects.get().speakers
        assert (speaker.name, speaker.role) == (RIGHT, "Friend of Jürgen Ligi")

    def test_topic_is_changed(self, anna: Client, meeting: Meeting) -> None:
        topic = keep_source_revision(make_topic(text="<p>Jurgen Ligi spoke.</p>"))
        translate(topic, text="<p>Jurgen Ligi a parlé.</p>")
        replace_all(anna, topic)
        assert BackgroundTopic.objects.get().text == "<p>Jürgen Ligi spoke.</p>"
        assert get_text(topic, "fr", "text") == "<p>Jürgen Ligi a parlé.</p>"
