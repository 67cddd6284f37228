"""What somebody perhaps meant whose words nothing has: another spelling, words that begin so, one word of several."""

import re
from typing import Any

import pytest

from agenda.models import AgendaItem
from agenda.search.distance import edit_distance
from meetings.models import Meeting
from tests.agenda.search.finding import approved, page, plain, shown, titles
from tests.cast import DAY, PRESS_DATE, PRESS_DAY, make_meeting, make_topic, publish, published, translate, withdraw
from tests.publicity import Visitor

pytestmark = pytest.mark.django_db


def meant(visitor: Visitor, typed: str, language: str = "en", **more: Any) -> str:
    found = re.search(r'<p class="search-suggestion">(.*?)</p>', page(visitor, typed, language, **more), re.DOTALL)
    return plain(found[1]) if found else ""


def alone(visitor: Visitor, typed: str) -> list[str]:
    found = re.search(r'<div class="search-term-counts">.*?</div>', page(visitor, typed), re.DOTALL)
    return [plain(one) for one in re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL)] if found else []


@pytest.fixture
def bees(clock: Any) -> Meeting:
    meeting = make_meeting(city="Luxembourg")
    AgendaItem.objects.create(meeting=meeting, title="Protecting pollinators", position=2, text="<p>Hoverflies</p>")
    AgendaItem.objects.create(meeting=meeting, title="Schéma d’aide aux forêts", position=3)
    published(clock, meeting)
    return meeting


class TestWhatIsNeverOffered:
    def test_a_word_of_a_draft_or_of_what_is_to_come(self, visitor: Visitor, clock: Any, bees: Meeting) -> None:
        make_topic(title="Zanzibar")
        publish(make_topic("mombasa", title="Mombasa"), at=PRESS_DAY + DAY)
        assert meant(visitor, "Zanzibir") == ""
        assert meant(visitor, "Mombassa") == ""
        assert page(visitor, "Mombassa").replace("Mombassa", "·") == page(visitor, "Zanzibir").replace("Zanzibir", "·")
        clock.move_to(PRESS_DAY + DAY)
        assert meant(visitor, "Mombassa") == "Did you mean Mombasa?"

    def test_a_word_of_what_is_withdrawn_or_was_corrected(self, visitor: Visitor, clock: Any, bees: Meeting) -> None:
        topic, other = make_topic(title="Zanzibar"), make_topic("mombasa", title="Mombasa")
        published(clock, topic, other)
        assert meant(visitor, "Zanzibir") == "Did you mean Zanzibar?"
        clock.move_to(withdraw(topic, reason="Sent too early.").available_from)
        other.title = "Nairobi"
        other.save()
        published(clock, other)
        assert meant(visitor, "Zanzibir") == meant(visitor, "Mombassa") == ""

    @pytest.mark.parametrize(
        "typed", ["whales", "polar", "xyz", "12345", "20601", "pollinatorsandbees", "αβγδε", "____"]
    )
    def test_a_word_that_is_far_from_it(self, visitor: Visitor, bees: Meeting, typed: str) -> None:
        assert meant(visitor, typed) == ""

    def test_where_choices_leave_nothing_the_word_was_right(self, visitor: Visitor, bees: Meeting) -> None:
        assert meant(visitor, "pollinators", **{"in": "topics"}) == ""


class TestSpelling:
    @pytest.mark.parametrize(
        "typed",
        [
            "pollnators",
            "polinators",
            "pollinatros",
            "opllinators",
            "ollinators",
            "bollinators",
            "ppollinators",
            "pollinatorss",
            "polinatrs",
        ],
    )
    def test_a_word_with_a_mistake_or_two(self, visitor: Visitor, bees: Meeting, typed: str) -> None:
        assert meant(visitor, typed) == "Did you mean pollinators?"

    def test_it_leads_to_what_it_finds(self, visitor: Visitor, bees: Meeting) -> None:
        html = page(visitor, "pollnators luxembourg", **{"in": "items"})
        assert meant(visitor, "pollnators luxembourg", **{"in": "items"}) == "Did you mean pollinators luxembourg?"
        assert '<a href="?q=pollinators+luxembourg&amp;in=items">' in html
        assert titles(visitor, "pollinators luxembourg", **{"in": "items"}) == ["Protecting pollinators"]

    def test_a_place_and_an_accent_are_spelt_as_they_are_written(self, visitor: Visitor, bees: Meeting) -> None:
        assert meant(visitor, "Luxemborg") == "Did you mean Luxembourg?"
        assert meant(visitor, "forrets") == "Did you mean forêts?"

    def test_two_words_at_once(self, visitor: Visitor, bees: Meeting) -> None:
        assert meant(visitor, "protcting pollnators") == "Did you mean protecting pollinators?"

    def test_in_other_letters(self, visitor: Visitor, clock: Any) -> None:
        topic = make_topic()
        translate(topic, language="el", title="Πολιτική ασύλου")
        translate(topic, language="bg", title="Политика за убежището")
        approved(clock, topic)
        assert meant(visitor, "πολητικη", "el") == "Did you mean πολιτική?"
        assert meant(visitor, "палитика", "bg") == "Did you mean политика?"

    @pytest.mark.parametrize(
        ("one", "other", "far"),
        [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("bees", "bees", 0), ("bees", "beers", 1), ("form", "farms", 2)],
    )
    def test_distances(self, one: str, other: str, far: int) -> None:
        assert edit_distance(one, other) == edit_distance(other, one) == far


class TestBeginnings:
    def test_words_that_begin_so_are_found_where_nothing_has_them_whole(self, visitor: Visitor, bees: Meeting) -> None:
        html = page(visitor, "pollinat protec")
        assert "These results have words that start with them" in html
        assert "<mark>Protecting</mark> <mark>pollinators</mark>" in html
        assert [one.title for one in shown(visitor, "pollinat protec")] == ["Protecting pollinators"]


class TestEachAlone:
    def test_each_word_says_how_much_it_finds(self, visitor: Visitor, clock: Any, bees: Meeting) -> None:
        published(clock, make_meeting(start_date=PRESS_DATE + DAY, city="Luxembourg"))
        told = alone(visitor, "pollinators whales luxembourg")
        assert told == ["pollinators 1", "whales no results", "luxembourg 2"]
        assert '<a href="?q=luxembourg">' in page(visitor, "pollinators whales luxembourg")

    def test_where_nothing_has_any_too(self, visitor: Visitor, bees: Meeting) -> None:
        assert alone(visitor, "whales dolphins") == ["whales no results", "dolphins no results"]

    def test_one_word_is_told_once(self, visitor: Visitor, bees: Meeting) -> None:
        assert alone(visitor, "whales") == []
