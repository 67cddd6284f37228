"""The pages about the editions of a meeting that has three: the list, past editions, and what is hidden of them."""

import datetime as dt
import re
from typing import Any

import pytest

from meetings.models import Edition, EditionDocument, Meeting, Suppression
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DAY,
    make_meeting,
    publish_now,
    withdraw,
)
from tests.public_requests import Visitor, get_visible_text
from tests.worlds import share_world

pytestmark = pytest.mark.usefixtures("three_editions")

PAGE = "/en/meetings/jha/2060/09/14/"
EDITIONS = f"{PAGE}editions/"


def publish_change(clock: Any, meeting: Meeting, note: str = "", **values: Any) -> Edition:
    """Publish the meeting with other values, a minute later."""
    clock.shift(MINUTE)
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.save()
    return publish_now(clock, meeting, note=note)


def publish_three_editions(clock: Any) -> Meeting:
    """Publish three editions of one meeting, with the venues Zanzibar, Mombasa and Lamu."""
    meeting = make_meeting(venue="Zanzibar")
    publish_now(clock, meeting)
    publish_change(clock, meeting, "Another venue.", venue="Mombasa")
    publish_change(clock, meeting, "The venue again.", venue="Lamu")
    return meeting


@share_world
def three_editions(clock: Any) -> Meeting:
    return publish_three_editions(clock)


def suppress_edition(
    number: int, reason: str = "A private number stood in it.", of: Meeting | None = None
) -> Suppression:
    editions = Edition.objects.filter(subject_id=of.pk) if of else Edition.objects.all()
    edition = editions.order_by("available_from")[number - 1]
    at = PRESS_DAY + DAY + dt.timedelta(microseconds=955752)
    return Suppression.objects.create(edition=edition, at=at, reason=reason)


def get_main(response: Any) -> str:
    """Return the main element, without what is the same on every page."""
    content: str = response.content.decode()
    return content[content.index("<main") : content.index("</main>")]


class TestMissingEditions:
    def test_invalid_edition_number_is_explained(self, visitor: Visitor) -> None:
        singles = ("0", "4", "99", "two", "-1", "1.5", "02", "٢", "9" * 900)
        for which in (*singles, "1..", "..2", "3..", "1..4", "0..1", "1..2..3", "1...2"):
            response = visitor.get(f"{EDITIONS}{which}/")
            assert response.status_code == 404, which
            assert "numbered from 1 to 3" in get_visible_text(response), which


class TestAfterAWithdrawal:
    """A withdrawal also closes the earlier editions and their comparisons."""

    ADDRESSES = [f"{EDITIONS}{which}" for which in ("", "1/", "2/", "1..2/", "2..3/", "4/")]

    def test_all_edition_addresses_show_the_notice(self, visitor: Visitor, clock: Any) -> None:
        meeting = Meeting.objects.get()
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        notice = visitor.get(PAGE)
        for address in self.ADDRESSES:
            response = visitor.get(address)
            assert (response.status_code, response.content) == (410, notice.content), address

    def test_new_edition_does_not_reopen_earlier_ones(self, visitor: Visitor, clock: Any) -> None:
        meeting = Meeting.objects.get()
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        clock.shift(MINUTE)
        publish_now(clock, meeting)
        publish_change(clock, meeting, "The venue once more.", venue="Malindi")
        for which in ("1", "2", "3", "4", "1..2", "3..5", "4..6"):
            response = visitor.get(f"{EDITIONS}{which}/")
            assert response.status_code == 410, which
            assert "Sent too early." in get_visible_text(response)
            assert PAGE in response.content.decode()
        listed = get_visible_text(visitor.get(EDITIONS))
        assert re.findall(r"Edition (\d)", listed) == ["6", "5", "4"]
        assert "no longer available" in listed
        assert "Another venue." not in listed
        assert "Malindi" in get_visible_text(visitor.get(f"{EDITIONS}5..6/"))


class TestSuppressedEditions:
    def test_text_and_digest_are_hidden_but_number_and_time_stay(self, visitor: Visitor) -> None:
        suppress_edition(2)
        digest = EditionDocument.objects.order_by("edition__available_from")[1].document.digest
        itself = visitor.get(f"{EDITIONS}2/")
        assert itself.status_code == 410
        assert 'datetime="2060-09-15T10:00:00+02:00"' in itself.content.decode()  # HTML has no microseconds.
        for page_text in (get_visible_text(itself), get_visible_text(visitor.get(EDITIONS))):
            assert "Edition 2" in page_text
            assert "A private number stood in it." in page_text
            assert "14 September 2060, 10:01" in page_text
            assert digest not in page_text
            assert "Mombasa" not in page_text
            assert "Another venue." not in page_text  # The change note may repeat what is suppressed.

    @pytest.mark.parametrize("which", ["1..2", "2..3"])
    def test_suppressed_edition_cannot_be_compared(self, visitor: Visitor, which: str) -> None:
        suppress_edition(2)
        response = visitor.get(f"{EDITIONS}{which}/")
        assert response.status_code == 410
        assert "A private number stood in it." in get_visible_text(response)
        assert "Mombasa" not in response.content.decode()

    def test_list_compares_the_editions_around_it(self, visitor: Visitor) -> None:
        suppress_edition(2)
        listed = visitor.get(EDITIONS).content.decode()
        assert f'href="{EDITIONS}1..3/"' in listed
        assert f'href="{EDITIONS}2/"' not in listed
        assert "2..3/" not in listed
        assert "1..2/" not in listed
        assert "[− Zanzibar" not in get_visible_text(visitor.get(f"{EDITIONS}1..3/"))
        assert "Zanzibar" in get_visible_text(visitor.get(f"{EDITIONS}1..3/"))

    def test_edition_after_it_is_not_called_unchanged(self, visitor: Visitor, clock: Any) -> None:
        """It says the same as the edition before the suppressed one, but was a change when it appeared."""
        publish_change(clock, Meeting.objects.get(), "Back again.", venue="Mombasa")
        suppress_edition(3)
        listed = get_visible_text(visitor.get(EDITIONS))
        assert "Back again." in listed
        assert "Unchanged in" not in listed

    def test_suppressed_edition_keeps_its_number(self, visitor: Visitor) -> None:
        suppress_edition(1)
        assert "edition 3 of 3" in get_visible_text(visitor.get(f"{EDITIONS}3/"))
        assert visitor.get(f"{EDITIONS}2/").status_code == 200

    def test_lifted_suppression_shows_the_text_again(self, visitor: Visitor) -> None:
        suppress_edition(2)
        Suppression.objects.update(lifted_at=PRESS_DAY + DAY, lifted_because="It was the wrong one.")
        assert "Mombasa" in get_visible_text(visitor.get(f"{EDITIONS}2/"))
        assert "private number" not in get_visible_text(visitor.get(EDITIONS))


class TestEditionList:
    def test_newest_first_with_time_note_and_languages(self, visitor: Visitor) -> None:
        response = visitor.get(EDITIONS)
        page_text = get_visible_text(response)
        assert re.findall(r"Edition (\d)", page_text) == ["3", "2", "1"]
        assert page_text.index("The venue again.") < page_text.index("Another venue.")
        assert "14 September 2060, 10:02" in page_text
        assert 'datetime="2060-09-14T10:02:03+02:00"' in response.content.decode()
        assert "English" in page_text
        assert page_text.count("current") == 1
        for address in ("1/", "2/", "3/", "1..2/", "2..3/"):
            assert f'href="{EDITIONS}{address}"' in response.content.decode()

    def test_form_redirects_to_the_comparison(self, visitor: Visitor) -> None:
        response = visitor.get(f"{EDITIONS}?from=1&to=3")
        assert (response.status_code, response["Location"]) == (302, f"{EDITIONS}1..3/")
        for query in ("?from=1", "?from=x&to=3", "?from=1&to=%0A"):
            assert visitor.get(EDITIONS + query).status_code == 200


class TestPastEdition:
    def test_past_edition_is_shown_with_a_notice(self, visitor: Visitor) -> None:
        response = visitor.get(f"{EDITIONS}2/")
        page_text = get_visible_text(response)
        assert "This is edition 2 of 3, published on 14 September 2060, 10:01" in page_text
        assert "The current edition is edition 3, published on 14 September 2060, 10:02" in page_text
        assert "Mombasa" in page_text
        assert "Lamu" not in page_text
        html = response.content.decode()
        assert re.search(r"<title>[^<]*\S – edition 2 – Council agendas</title>", html)
        assert '<meta name="robots" content="noindex">' in html
        assert f'<link rel="canonical" href="http://testserver{PAGE}">' in html
        assert "/api/v1/meetings/" not in html  # The API has the data of the current edition.
        assert f'href="{EDITIONS}2..3/"' in html

    def test_current_edition_says_so(self, visitor: Visitor) -> None:
        page_text = get_visible_text(visitor.get(f"{EDITIONS}3/"))
        assert "This is edition 3 of 3" in page_text
        assert "It is the current edition." in page_text
        assert "Lamu" in page_text


class TestComparison:
    def test_reversed_numbers_redirect(self, visitor: Visitor) -> None:
        response = visitor.get(f"{EDITIONS}3..1/")
        assert (response.status_code, response["Location"]) == (302, f"{EDITIONS}1..3/")

    def test_comparison_with_itself_redirects_to_the_edition(self, visitor: Visitor) -> None:
        response = visitor.get(f"{EDITIONS}2..2/")
        assert (response.status_code, response["Location"]) == (302, f"{EDITIONS}2/")
