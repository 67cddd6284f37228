"""Comparisons of two editions, in which languages, and pages of editions that moved or are not public."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from meetings.documents import schema
from meetings.documents.choices import Language
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import create_edition
from meetings.models import EditionReason
from tests.agenda.site.test_edition_history import EDITIONS, PAGE, get_main, publish_change, suppress_edition
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DAY,
    make_configuration,
    make_full_document,
    make_meeting,
    make_meeting_document,
    make_topic,
    make_uuid,
    publish,
    publish_now,
    withdraw,
)
from tests.public_requests import Visitor, get_visible_text


@pytest.mark.django_db
class TestMissingEditions:
    def test_scheduled_edition_has_no_page(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        meeting.venue = "Zanzibar"
        meeting.save()
        publish(meeting, at=PRESS_DAY + DAY)
        listed = visitor.get(EDITIONS)
        assert "Edition 2" not in get_visible_text(listed)
        for which in ("2", "1..2"):
            response = visitor.get(f"{EDITIONS}{which}/")
            assert response.status_code == 404
            assert "There is only edition 1" in get_visible_text(response)

    def test_unknown_meeting_is_404(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        for which in ("", "1/", "1..2/", "two/", "%00/", "1%0A/"):
            assert visitor.get(f"{EDITIONS}{which}").status_code == 404, which
            assert visitor.get(f"/en/topics/nothing/editions/{which}").status_code == 404, which


@pytest.mark.django_db
class TestAfterAWithdrawal:
    def test_language_header_of_the_notice_is_a_plain_string(self, visitor: Visitor, clock: Any) -> None:
        """Servers such as wsgiref refuse a subclass of str, such as a member of Language."""
        meeting = make_meeting()
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        response = visitor.get(PAGE)
        assert response.status_code == 410
        assert type(response.headers["Content-Language"]) is str

    def test_each_edition_shows_its_own_withdrawal(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        for reason in ("The first reason.", "The second reason."):
            publish_now(clock, meeting)
            clock.move_to(withdraw(meeting, reason=reason).available_from)
            clock.shift(MINUTE)
        publish_now(clock, meeting)
        page_text = [get_visible_text(visitor.get(f"{EDITIONS}{number}/")) for number in (1, 2, 3, 4)]
        assert ["The first reason." in words for words in page_text] == [True, True, False, False]
        assert ["The second reason." in words for words in page_text] == [False, False, True, True]


@pytest.mark.django_db
class TestSuppressedEditions:
    def test_old_api_cursor_does_not_lead_to_it(self, visitor: Visitor, clock: Any) -> None:
        """A cursor contains the instant of its first page, when the edition was live."""
        publish_now(clock, make_meeting("env", start_date=PRESS_DAY.date() + DAY))
        meeting = make_meeting(venue="Zanzibar")
        meeting.agenda.update(title="Zanzibar")
        publish_now(clock, meeting)
        cursors = [
            visitor.get(f"/api/v1/{resource}/?limit=1").json()["next"] for resource in ("meetings", "agenda-items")
        ]
        meeting.agenda.update(title="Lamu")
        publish_change(clock, meeting, "Another venue.", venue="Lamu")
        for cursor in cursors:
            assert "Zanzibar" in visitor.get(cursor).content.decode()
        suppress_edition(1, of=meeting)
        clock.shift(MINUTE)
        for cursor in cursors:
            assert "Zanzibar" not in visitor.get(cursor).content.decode()


@pytest.mark.django_db
class TestEditionList:
    def test_page_links_to_the_list_if_there_are_several_editions(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        assert EDITIONS not in visitor.get(PAGE).content.decode()
        publish_change(clock, meeting, "Another venue.", venue="Mombasa")
        assert f'href="{EDITIONS}"' in visitor.get(PAGE).content.decode()


@pytest.mark.django_db
class TestPastEdition:
    def test_topic_has_edition_pages(self, visitor: Visitor, clock: Any) -> None:
        topic = make_topic(lead="<p>Zanzibar.</p>")
        publish_now(clock, topic)
        topic.lead = "<p>Mombasa.</p>"
        topic.save()
        clock.shift(MINUTE)
        publish_now(clock, topic, note="Another lead.")
        editions = "/en/topics/migration-policy/editions/"
        assert f'href="{editions}"' in visitor.get("/en/topics/migration-policy/").content.decode()
        assert "Another lead." in get_visible_text(visitor.get(editions))
        assert "Zanzibar" in get_visible_text(visitor.get(f"{editions}1/"))
        assert "Zanzibar" in get_visible_text(visitor.get(f"{editions}1..2/"))


@pytest.mark.django_db
class TestComparison:
    def freeze(self, *documents: MeetingDocument) -> None:
        for n, document in enumerate(documents):
            create_edition([document], available_from=PRESS_DAY + n * MINUTE, change_note="x" if n else "")

    def test_two_editions_are_compared_word_by_word(self, visitor: Visitor, clock: Any) -> None:
        leads = [f"<p>Ministers meet in {place}.</p>" for place in ("Zanzibar", "Mombasa", "Lamu")]
        self.freeze(*(make_meeting_document(lead=lead) for lead in leads))
        clock.move_to(PRESS_DAY + DAY)
        html = visitor.get(f"{EDITIONS}1..3/").content.decode()
        assert re.findall(r"<(del|ins)><span.*?</span>\s*(.*?)</", html) == [("del", "Zanzibar"), ("ins", "Lamu")]
        assert "1 detail changed" in html
        assert "Mombasa" not in html

    def test_moved_and_removed_items_are_distinguished(self, visitor: Visitor, clock: Any) -> None:
        items = [schema.Item(id=make_uuid(title), title=title) for title in ("Asylum", "Borders", "Customs", "Dublin")]
        asylum, borders, customs, dublin = items
        self.freeze(
            make_meeting_document(agenda=[asylum, borders, customs]),
            make_meeting_document(agenda=[dublin, customs, asylum]),
        )
        clock.move_to(PRESS_DAY + DAY)
        page_text = get_visible_text(visitor.get(f"{EDITIONS}1..2/"))
        assert "1 item removed 1 item moved 1 item added" in page_text
        assert "“Borders” removed" in page_text
        assert "“Dublin” added" in page_text
        assert re.search("“(Asylum|Customs)” moved", page_text)

    def test_identical_editions(self, visitor: Visitor, clock: Any) -> None:
        self.freeze(make_meeting_document(), make_meeting_document())
        clock.move_to(PRESS_DAY + DAY)
        assert "Nothing has changed in this language." in get_visible_text(visitor.get(f"{EDITIONS}1..2/"))


@pytest.mark.django_db
class TestLanguages:
    def test_fallback_language_is_marked(self, visitor: Visitor, clock: Any) -> None:
        values_in_french = {"language": Language.FR, "source_language": Language.FR}
        create_edition([make_meeting_document("Conseil", **values_in_french)], available_from=PRESS_DAY)
        create_edition([make_meeting_document("Session", **values_in_french)], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        html = visitor.get(f"{EDITIONS}1/").content.decode()
        assert '<h1><span lang="fr">Conseil</span>' in html
        html = visitor.get(f"{EDITIONS}1..2/").content.decode()
        assert 'class="change-runs" lang="fr"' in html
        assert "We compare them in:" in html

    def test_comparison_uses_a_common_language(self, visitor: Visitor, clock: Any) -> None:
        french = {"language": Language.FR, "source_language": Language.FR}
        english = {"source_language": Language.FR}
        create_edition([make_meeting_document("Conseil", **french)], available_from=PRESS_DAY)
        create_edition(
            [make_meeting_document("Session", **french), make_meeting_document("Session in English", **english)],
            available_from=PRESS_DAY + MINUTE,
        )
        clock.move_to(PRESS_DAY + DAY)
        page_text = get_visible_text(visitor.get(f"{EDITIONS}1..2/"))
        assert "Conseil" in page_text
        assert "New language: English" in page_text

    def test_list_shows_which_languages_changed(self, visitor: Visitor, clock: Any) -> None:
        def texts(*languages: str, **titles: str) -> list[MeetingDocument]:
            return [make_meeting_document(titles.get(each, "Title"), language=Language(each)) for each in languages]

        create_edition(texts("en", "el"), available_from=PRESS_DAY)
        create_edition(texts("en", "el", "fr"), available_from=PRESS_DAY + MINUTE, reason=EditionReason.TRANSLATION)
        changes = texts("en", "el", "fr", fr="Nouveau titre")
        create_edition(changes, available_from=PRESS_DAY + 2 * MINUTE, reason=EditionReason.TRANSLATION)
        create_edition(texts("en", "el", en="New title"), available_from=PRESS_DAY + 3 * MINUTE, change_note="Title.")
        create_edition(
            texts("en", "el", en="Title", el="New title"), available_from=PRESS_DAY + 4 * MINUTE, change_note="x"
        )
        clock.move_to(PRESS_DAY + DAY)
        page_text = re.split(r"Edition \d", get_visible_text(visitor.get(EDITIONS)))
        for phrase, place in (
            ("First published – x ελληνικά , English Changes since edition 4", 1),
            (
                "Title. Changed in: English Unchanged in: ελληνικά No longer available in: français Changes",
                2,
            ),
            ("Translated Changed in: français Unchanged in: ελληνικά , English", 3),
            ("Translated New language: français Unchanged in: ελληνικά , English", 4),
            ("First published ελληνικά , English", 5),
        ):
            assert phrase in page_text[place]

    def test_comparison_is_linked_only_in_languages_that_changed(self, visitor: Visitor, clock: Any) -> None:
        english, greek, french = (make_meeting_document(language=Language(each)) for each in ("en", "el", "fr"))
        create_edition([english, greek], available_from=PRESS_DAY)
        create_edition([english, greek, french], available_from=PRESS_DAY + MINUTE)
        create_edition([english, replace(greek, title="Νέος τίτλος"), french], available_from=PRESS_DAY + 2 * MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        for language, led_to in (("en", []), ("el", ["2..3"]), ("fr", []), ("fi", [])):
            html = visitor.get(EDITIONS.replace("/en/", f"/{language}/")).content.decode()
            assert re.findall(r"editions/(\d\.\.\d)/", html) == led_to

    def test_editions_without_a_common_language(self, visitor: Visitor, clock: Any) -> None:
        create_edition(
            [make_meeting_document("Conseil", language=Language.FR, source_language=Language.FR)],
            available_from=PRESS_DAY,
        )
        create_edition([make_meeting_document()], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        response = visitor.get(f"{EDITIONS}1..2/")
        assert response.status_code == 200
        assert "no language in common" in get_visible_text(response)
        assert "This text is available in" not in get_visible_text(response)
        assert "Changes since" not in get_visible_text(visitor.get(EDITIONS))


@pytest.mark.django_db
class TestOldAddresses:
    @pytest.mark.parametrize("below", ["editions/", "editions/1/", "editions/1..2/"])
    def test_old_edition_addresses_redirect(self, visitor: Visitor, clock: Any, below: str) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        day = PRESS_DAY.date() + DAY
        publish_change(clock, meeting, "Moved.", start_date=day, end_date=day, status_reason="The airport is closed.")
        response = visitor.get(f"{PAGE}{below}")
        assert (response.status_code, response["Location"]) == (302, f"/en/meetings/jha/2060/09/15/{below}")
        assert visitor.get(response["Location"]).status_code == 200


@pytest.mark.django_db
class TestQueryCounts:
    """The queries are: 1. the live edition with its history; 2. the editions by number; 3. their texts or digests.

    4. The list also reads their effects.
    """

    QUERY_COUNTS = (("", 4), ("1/", 3), ("1..2/", 3))

    @pytest.mark.parametrize("number", [2, 6])
    def test_query_count_does_not_grow(self, visitor: Visitor, clock: Any, number: int) -> None:
        for n in range(number):
            english = make_full_document(address_word="", end_date=PRESS_DAY.date(), number=str(n))
            create_edition([english, replace(english, language=Language.FI)], available_from=PRESS_DAY + n * MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        for language in ("en", "fi", "mt"):
            for which, queries in self.QUERY_COUNTS:
                assert visitor.get(EDITIONS.replace("/en/", f"/{language}/") + which).status_code == 200
                assert len(visitor.statements) == queries, which

    def test_list_has_a_hundred_editions_per_page(self, visitor: Visitor, clock: Any) -> None:
        for n in range(103):
            create_edition([make_meeting_document(number=str(n))], available_from=PRESS_DAY + n * MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        first = visitor.get(EDITIONS)
        assert re.findall(r"Edition (\d+)", get_visible_text(first)) == [str(n) for n in range(103, 3, -1)]
        assert f'href="{EDITIONS}?before=4"' in first.content.decode()
        assert f'href="{EDITIONS}3..4/"' in first.content.decode()
        last = visitor.get(f"{EDITIONS}?before=4")
        assert re.findall(r"Edition (\d+)", get_visible_text(last)) == ["3", "2", "1"]
        assert "?before" not in get_main(last)  # The language links outside keep the query.
        assert get_main(visitor.get(f"{EDITIONS}?before=x")) == get_main(first)
        assert visitor.get(f"{EDITIONS}?before=1").status_code == 200
