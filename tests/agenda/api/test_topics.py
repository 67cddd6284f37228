"""Background topics in the API."""

from typing import Any

import pytest

from tests.cast import make_topic, published
from tests.publicity import Visitor


@pytest.mark.django_db
class TestTopics:
    def test_they_are_documents_in_an_envelope(self, visitor: Visitor, clock: Any) -> None:
        topic = make_topic()
        published(clock, topic)
        [found] = visitor.json("topics/")["results"]
        assert len(visitor.statements) == 1
        assert (found["type"], found["slug"], found["edition"]) == ("topic", "migration-policy", 1)
        assert visitor.json(f"topics/{topic.pk}/") == found

    def test_by_slug(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_topic(), make_topic("terrorism"))
        assert [topic["slug"] for topic in visitor.json("topics/?slug=terrorism")["results"]] == ["terrorism"]
        assert visitor.json("topics/?slug=terror")["results"] == []

    @pytest.mark.parametrize("slug", ["", "a%20topic", "../meetings", "%CE%B1"])
    def test_what_is_no_slug(self, visitor: Visitor, slug: str) -> None:
        assert visitor.problem(f"topics/?slug={slug}", 400)["parameter"] == "slug"
