"""Filters of the meetings: by columns of their editions and index rows, each strict about its value."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command

from agenda.models import AgendaItem
from tests.cast import PRESS_DATE, make_meeting, make_topic, published
from tests.publicity import Visitor


@pytest.mark.django_db
class TestWhatTheyFind:
    @pytest.fixture(autouse=True)
    def cast(self, clock: Any) -> None:
        """Justice and home affairs on two days, with everything; environment on another, with nothing."""
        self.topic = make_topic()
        self.jha = make_meeting(start_date=dt.date(2030, 9, 14), end_date=dt.date(2030, 9, 15), city="Luxembourg")
        self.env = make_meeting(
            "env", start_date=dt.date(2030, 10, 1), status="provisional", form="informal", city="Αθήνα"
        )
        item = AgendaItem.objects.create(
            meeting=self.jha,
            title="Dublin regulation",
            public="yes",
            documents=["14996/1/22 REV 1"],
            procedures=["2016/0133 (COD)"],
        )
        item.topics.add(self.topic)
        call_command("load_reference", verbosity=0)
        published(clock, self.jha, self.env, self.topic)

    def found(self, visitor: Visitor, query: str) -> set[Any]:
        by_id = {str(self.jha.pk): self.jha, str(self.env.pk): self.env}
        return {by_id[meeting["id"]] for meeting in visitor.json(f"meetings/?{query}")["results"]}

    @pytest.mark.parametrize("word", ["jha", "JHA", "Jha"])
    def test_configuration_by_code_or_slug_in_any_case(self, visitor: Visitor, word: str) -> None:
        assert self.found(visitor, f"configuration={word}") == {self.jha}
        assert len(visitor.statements) == 2  # the configurations there are; the page

    @pytest.mark.parametrize("word", ["env", "ENVI", "envi"])
    def test_a_code_that_differs_from_the_slug(self, visitor: Visitor, word: str) -> None:
        assert self.found(visitor, f"configuration={word}") == {self.env}

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
            ("topic=migration-policy", {"jha"}),
            ("topic=nothing-of-the-kind", set()),
            ("procedure=2016/0133(COD)", {"jha"}),
            ("procedure=2016/0133%20(cod)", {"jha"}),
            ("procedure=14996/1/22REV1", set()),
            ("document=14996/1/22%20rev%201", {"jha"}),
            ("document=14996", set()),
            ("public=yes", {"jha"}),
            ("public=no", set()),
        ],
    )
    def test_each(self, visitor: Visitor, query: str, slugs: set[str]) -> None:
        by_slug = {"jha": self.jha, "env": self.env}
        assert self.found(visitor, query) == {by_slug[slug] for slug in slugs}
        assert len(visitor.statements) == 1

    def test_a_topic_by_id(self, visitor: Visitor) -> None:
        assert self.found(visitor, f"topic={self.topic.pk}") == {self.jha}


@pytest.mark.django_db
class TestWhatTheyRefuse:
    @pytest.fixture(autouse=True)
    def reference(self) -> None:
        call_command("load_reference", verbosity=0)

    @pytest.mark.parametrize(
        ("query", "nearest"),
        [
            ("configuration=jah", "jha"),
            ("configuration=ecofinn", "ecofin"),
            ("configuration=environment", "env"),
            ("presidency=GR", "EL"),
            ("presidency=gb", "UK"),
            ("presidency=Estonia", "EE"),
            ("status=canceled", "cancelled"),
            ("status=CANCELED", "cancelled"),
            ("form=video-conference", "video_conference"),
            ("public=ye", "yes"),
        ],
    )
    def test_a_value_there_is_not_names_the_nearest(self, visitor: Visitor, query: str, nearest: str) -> None:
        body = visitor.problem(f"meetings/?{query}", 400)
        assert (body["parameter"], body["nearest"]) == (query.split("=", maxsplit=1)[0], nearest)
        assert nearest in body["allowed"]
        assert f"“{nearest}”" in body["detail"]

    @pytest.mark.parametrize("query", ["configuration=%CE%B4%CE%B5%CE%B2", "presidency=NO", "presidency=XX%25s"])
    def test_one_like_none_names_them_all(self, visitor: Visitor, query: str) -> None:
        body = visitor.problem(f"meetings/?{query}", 400)
        assert len(body["allowed"]) > 10


@pytest.mark.django_db
def test_a_meeting_without_a_date_is_in_no_period(visitor: Visitor, clock: Any) -> None:
    meeting = make_meeting()
    published(clock, meeting)
    meeting.status, meeting.status_reason, meeting.start_date, meeting.end_date = "postponed", "A strike.", None, None
    meeting.save()
    published(clock, meeting)
    assert len(visitor.json("meetings/")["results"]) == 1
    assert visitor.json(f"meetings/?date_from={PRESS_DATE}")["results"] == []
    assert visitor.json("agenda-items/?date_from=2000-01-01")["results"] == []
