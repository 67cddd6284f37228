"""Test the filters of meetings."""

import datetime as dt
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command

from agenda.models import AgendaItem, BackgroundTopic
from meetings.models import Meeting
from tests.factories import make_meeting, make_topic, publish_now
from tests.public_requests import Visitor
from tests.worlds import share_world


class Cast(NamedTuple):
    jha: Meeting
    env: Meeting
    topic: BackgroundTopic


@share_world
def cast(clock: Any) -> Cast:
    """Publish a full JHA meeting of two days, and an almost empty ENVI meeting on another day."""
    call_command("load_reference", verbosity=0)
    topic = make_topic()
    jha = make_meeting(start_date=dt.date(2030, 9, 14), end_date=dt.date(2030, 9, 15), city="Luxembourg")
    env = make_meeting("env", start_date=dt.date(2030, 10, 1), status="provisional", form="informal", city="Αθήνα")
    item = AgendaItem.objects.create(
        meeting=jha,
        title="Dublin regulation",
        public="yes",
        documents=["14996/1/22 REV 1"],
        procedures=["2016/0133 (COD)"],
    )
    item.topics.add(topic)
    publish_now(clock, jha, env, topic)
    return Cast(jha, env, topic)


def find_slugs(visitor: Visitor, cast: Cast, query: str) -> set[str]:
    slugs = {str(cast.jha.pk): "jha", str(cast.env.pk): "env"}
    return {slugs[meeting["id"]] for meeting in visitor.get_json(f"meetings/?{query}")["results"]}


class TestFilters:
    @pytest.mark.parametrize("word", ["jha", "JHA", "Jha"])
    def test_configuration_matches_code_or_slug_in_any_case(self, visitor: Visitor, cast: Cast, word: str) -> None:
        assert find_slugs(visitor, cast, f"configuration={word}") == {"jha"}
        assert len(visitor.statements) == 2  # the configurations, and the page

    @pytest.mark.parametrize("word", ["env", "ENVI", "envi"])
    def test_configuration_with_different_code_and_slug(self, visitor: Visitor, cast: Cast, word: str) -> None:
        assert find_slugs(visitor, cast, f"configuration={word}") == {"env"}

    @pytest.mark.parametrize(
        ("query", "slugs"),
        [
            ("date_from=2030-09-15&date_to=2030-09-15", {"jha"}),
            ("date_from=2030-09-16", {"env"}),
            ("date_from=0001-01-01&date_to=9999-12-31", {"jha", "env"}),
            ("date_from=9999-12-31", set()),
            ("date_to=0001-01-01", set()),
            ("date_to=2030-09-13", set()),
            ("status=provisional&form=informal", {"env"}),
            ("status=provisional&form=formal", set()),
            ("status=PROVISIONAL&form=Informal", {"env"}),
            ("presidency=MT", {"jha", "env"}),
            ("presidency=mt", {"jha", "env"}),
            ("presidency=LV", set()),
            ("place=luxembourg", {"jha"}),
            ("place=LUXEMBOURG", {"jha"}),
            ("place=Luxemb", set()),
            ("place=%CE%91%CE%B8%CE%AE%CE%BD%CE%B1", {"env"}),
            ("place=%CE%B1%CE%B8%CE%AE%CE%BD%CE%B1", {"env"}),
            ("place=Luxemburg", {"jha"}),
            ("place=%CE%9B%CE%9F%CE%A5%CE%9E%CE%95%CE%9C%CE%92%CE%9F%CE%8E%CE%A1%CE%93%CE%9F", {"jha"}),
            ("place=athens", {"env"}),
            ("place=%CE%9B%CE%9F%CE%A5%CE%9E%CE%95%CE%9C%CE%92%CE%9F%CE%A5%CE%A1%CE%93%CE%9F", {"jha"}),  # no accent
            ("place=Atlantis", set()),
            ("status=provisional,confirmed", {"jha", "env"}),
            ("status=Provisional,CANCELLED", {"env"}),
            ("status=cancelled,postponed", set()),
            ("topic=migration-policy", {"jha"}),
            ("topic=Migration-POLICY", {"jha"}),
            ("topic=nothing-of-the-kind", set()),
            ("procedure=2016/0133(COD)", {"jha"}),
            ("procedure=2016/0133%20(cod)", {"jha"}),
            ("procedure=2016/0133/COD", {"jha"}),
            ("procedure=2016-0133%20(COD)", {"jha"}),
            ("procedure=2016-133-cod", {"jha"}),
            ("procedure=2016/0133", {"jha"}),
            ("procedure=2016/0133%20(CNS)", set()),
            ("procedure=2016/0133A%20(COD)", set()),
            ("document=14996/1/22%20rev%201", {"jha"}),
            ("document=ST%2014996/1/22%20REV%201", {"jha"}),
            ("document=ST-14996-2022-REV-1", {"jha"}),
            ("document=14996/22%20REV%201", {"jha"}),
            ("document=14996/22", set()),
            ("document=14996/2/22%20REV%202", set()),
            ("document=COM(2017)%20350", set()),
            ("public=yes", {"jha"}),
            ("public=no", set()),
        ],
    )
    def test_filters_find_meetings(self, visitor: Visitor, cast: Cast, query: str, slugs: set[str]) -> None:
        assert find_slugs(visitor, cast, query) == slugs
        assert len(visitor.statements) == 1

    def test_topic_matches_its_id(self, visitor: Visitor, cast: Cast) -> None:
        assert find_slugs(visitor, cast, f"topic={cast.topic.pk}") == {"jha"}


@pytest.mark.usefixtures("cast")
class TestRefusals:
    @pytest.mark.parametrize(
        ("word", "nearest"), [("jah", "jha"), ("ecofinn", "ecofin"), ("environment", "env"), ("δεβ", None)]
    )
    def test_unknown_configuration_suggests_the_nearest(self, visitor: Visitor, word: str, nearest: str | None) -> None:
        body = visitor.get_problem(f"meetings/?configuration={word}", 400)
        assert (body["parameter"], body.get("nearest"), len(body["allowed"]) > 10) == ("configuration", nearest, True)
        assert body["detail"].endswith(f"Did you mean “{nearest}”?" if nearest else ".")

    @pytest.mark.parametrize("name", ["meetings", "agenda-items", "media-links"])
    def test_wrong_value_is_refused_by_each_list(self, visitor: Visitor, name: str) -> None:
        body = visitor.get_problem(f"{name}/?status=confirmed,canceled", 400)
        assert (body["parameter"], body["nearest"]) == ("status", "cancelled")
        assert body["allowed"] == ["provisional", "confirmed", "postponed", "cancelled"]
