"""Test background topics in the API."""

from typing import Any

import pytest

from agenda.models import MediaLink
from tests.factories import DAY, PRESS_DAY, make_meeting, make_topic, publish, publish_now, withdraw
from tests.public_requests import Visitor


@pytest.mark.django_db
class TestTopics:
    def test_topics_are_documents_in_an_envelope(self, visitor: Visitor, clock: Any) -> None:
        topic = make_topic()
        publish_now(clock, topic)
        [found] = visitor.get_json("topics/")["results"]
        assert (found["type"], found["slug"], found["edition"]) == ("topic", "migration-policy", 1)
        assert visitor.get_json(f"topics/{topic.pk}/") == found

    def test_topic_is_found_by_slug(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_topic(), make_topic("terrorism"))
        assert [topic["slug"] for topic in visitor.get_json("topics/?slug=terrorism")["results"]] == ["terrorism"]
        assert visitor.get_json("topics/?slug=terror")["results"] == []

    @pytest.mark.parametrize("slug", ["", "a%20topic", "../meetings", "%CE%B1"])
    def test_invalid_slug_is_refused(self, visitor: Visitor, slug: str) -> None:
        assert visitor.get_problem(f"topics/?slug={slug}", 400)["parameter"] == "slug"


@pytest.mark.django_db
class TestChangedSlug:
    """Items keep the slug with which they were published. They are found by that one, by the new one and by id."""

    @pytest.fixture(autouse=True)
    def taken_up(self, clock: Any) -> None:
        self.topic, self.meeting = make_topic(), make_meeting()
        self.meeting.agenda.get().topics.add(self.topic)
        MediaLink.objects.create(topic=self.topic, title="Infographic", url="https://example.eu/")
        publish_now(clock, self.meeting, self.topic)
        self.topic.slug = "migration-pact"
        self.topic.save()
        publish_now(clock, self.topic)

    def found(self, visitor: Visitor, slug: str) -> list[int]:
        counts = []
        for address in ("meetings/?topic=", "agenda-items/?topic=", "media-links/?topic=", "topics/?slug="):
            counts.append(len(visitor.get_json(f"{address}{slug}")["results"]))
            assert (
                len(visitor.statements) <= 2
            )  # the page of rows, which includes the look-up of the slug, and their documents
        return counts

    @pytest.mark.parametrize("slug", ["migration-policy", "migration-pact"])
    def test_old_and_new_slug_find_the_topic(self, visitor: Visitor, slug: str) -> None:
        assert self.found(visitor, slug) == [1, 1, 1, 1]

    def test_slug_that_another_topic_has_now_finds_that_one(self, visitor: Visitor, clock: Any) -> None:
        other = make_topic()
        publish_now(clock, other)
        assert self.found(visitor, "migration-policy") == [0, 0, 0, 1]
        assert visitor.get_json("topics/?slug=migration-policy")["results"][0]["id"] == str(other.pk)
        clock.move_to(withdraw(other, reason="Sent too early.").available_from)
        assert self.found(visitor, "migration-policy") == [0, 0, 0, 0]

    def test_slug_of_a_scheduled_correction_finds_nothing(self, visitor: Visitor, clock: Any) -> None:
        self.topic.slug = "secret"
        self.topic.save()
        publish(self.topic, at=PRESS_DAY + DAY)
        assert self.found(visitor, "secret") == [0, 0, 0, 0]
        assert self.found(visitor, "migration-pact") == [1, 1, 1, 1]

    @pytest.mark.parametrize("slug", ["migration-policy", "migration-pact"])
    def test_slug_of_a_withdrawn_topic_finds_the_same_as_its_id(self, visitor: Visitor, clock: Any, slug: str) -> None:
        clock.move_to(withdraw(self.topic, reason="Sent too early.").available_from)
        by_id = visitor.get_json(f"agenda-items/?topic={self.topic.pk}")["results"]
        assert len(by_id) == 1
        assert visitor.get_json(f"agenda-items/?topic={slug}")["results"] == by_id
        assert self.found(visitor, slug) == [1, 1, 0, 0]


@pytest.mark.django_db
def test_topics_are_in_order_of_their_current_edition(visitor: Visitor, clock: Any) -> None:
    first, second = make_topic("borders"), make_topic("terrorism")
    for topic in (first, second):
        clock.move_to(publish_now(clock, topic).available_from + DAY)
    assert [topic["slug"] for topic in visitor.get_json("topics/")["results"]] == ["terrorism", "borders"]
    first.lead = "<p>More.</p>"
    first.save()
    publish_now(clock, first)
    assert [topic["slug"] for topic in visitor.get_json("topics/")["results"]] == ["borders", "terrorism"]
