"""Test the filters of meetings."""

import datetime as dt
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command

from agenda.models import AgendaItem, MediaLink
from tests.factories import DAY, PRESS_DATE, make_meeting, make_topic, publish_now
from tests.public_requests import Visitor


@pytest.mark.django_db
class TestFilters:
    @pytest.fixture(autouse=True)
    def cast(self, clock: Any) -> None:
        """Publish a full JHA meeting of two days, and an almost empty ENVI meeting on another day."""
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
        publish_now(clock, self.jha, self.env, self.topic)

    def found(self, visitor: Visitor, query: str) -> set[Any]:
        by_id = {str(self.jha.pk): self.jha, str(self.env.pk): self.env}
        return {by_id[meeting["id"]] for meeting in visitor.get_json(f"meetings/?{query}")["results"]}

    @pytest.mark.parametrize("word", ["jha", "JHA", "Jha"])
    def test_configuration_matches_code_or_slug_in_any_case(self, visitor: Visitor, word: str) -> None:
        assert self.found(visitor, f"configuration={word}") == {self.jha}
        assert len(visitor.statements) == 2  # the configurations, and the page

    @pytest.mark.parametrize("word", ["env", "ENVI", "envi"])
    def test_configuration_with_different_code_and_slug(self, visitor: Visitor, word: str) -> None:
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
            ("place=Luxemburg", {"jha"}),
            ("place=%CE%9B%CE%9F%CE%A5%CE%9E%CE%95%CE%9C%CE%92%CE%9F%CE%8E%CE%A1%CE%93%CE%9F", {"jha"}),
            ("place=athens", {"env"}),
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
    def test_filters_find_meetings(self, visitor: Visitor, query: str, slugs: set[str]) -> None:
        by_slug = {"jha": self.jha, "env": self.env}
        assert self.found(visitor, query) == {by_slug[slug] for slug in slugs}
        assert len(visitor.statements) == 1

    def test_topic_matches_its_id(self, visitor: Visitor) -> None:
        assert self.found(visitor, f"topic={self.topic.pk}") == {self.jha}


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize(
        ("word", "nearest"), [("jah", "jha"), ("ecofinn", "ecofin"), ("environment", "env"), ("δεβ", None)]
    )
    def test_unknown_configuration_suggests_the_nearest(self, visitor: Visitor, word: str, nearest: str | None) -> None:
        call_command("load_reference", verbosity=0)
        body = visitor.get_problem(f"meetings/?configuration={word}", 400)
        assert (body["parameter"], body.get("nearest"), len(body["allowed"]) > 10) == ("configuration", nearest, True)
        assert body["detail"].endswith(f"Did you mean “{nearest}”?" if nearest else ".")

    @pytest.mark.parametrize("name", ["meetings", "agenda-items", "media-links"])
    def test_wrong_value_is_refused_by_each_list(self, visitor: Visitor, name: str) -> None:
        body = visitor.get_problem(f"{name}/?status=confirmed,canceled", 400)
        assert (body["parameter"], body["nearest"]) == ("status", "cancelled")
        assert body["allowed"] == ["provisional", "confirmed", "postponed", "cancelled"]


@pytest.mark.django_db
def test_document_is_found_in_any_spelling(visitor: Visitor, clock: Any) -> None:
    """Notes may write “INIT” and “ST”, and other institutions have other numbers."""
    meeting = make_meeting()
    numbers = ["ST 9733/60 INIT", "9734/60 INIT", "9735/60 ADD 1-3", "PE-CONS 25/60"]
    AgendaItem.objects.create(meeting=meeting, title="Papers", documents=numbers)
    publish_now(clock, meeting)
    for value in (
        "9733/60",
        "ST 9734/60",
        "ST-9734-2060-INIT",
        "9735/60 add 1-3",
        "ST-9735-2060-ADD-1-3",
        "pe-cons25/60",
    ):
        assert len(visitor.get_json(f"agenda-items/?document={quote(value)}")["results"]) == 1, value


@pytest.mark.django_db
def test_topic_slug_with_capitals_is_found(visitor: Visitor, clock: Any) -> None:
    publish_now(clock, make_topic("Schengen"))
    assert len(visitor.get_json("topics/?slug=Schengen")["results"]) == 1


@pytest.mark.django_db
def test_meeting_without_a_date_is_in_no_period(visitor: Visitor, clock: Any) -> None:
    """Its items and links are not found either, although its sessions and points keep their days."""
    meeting = make_meeting()
    meeting.sessions.update(date=PRESS_DATE)
    meeting.programme.update(date=PRESS_DATE)
    MediaLink.objects.create(point=meeting.programme.get(), title="Of the point", url="https://video.example/")
    publish_now(clock, meeting)
    assert len(visitor.get_json(f"agenda-items/?date_from={PRESS_DATE}")["results"]) == 1
    assert len(visitor.get_json(f"media-links/?date_from={PRESS_DATE}")["results"]) == 3
    meeting.status, meeting.status_reason, meeting.start_date, meeting.end_date = "postponed", "A strike.", None, None
    meeting.save()
    publish_now(clock, meeting)
    [item] = visitor.get_json("agenda-items/")["results"]
    assert (item["date"], item["meeting"]["start_date"]) == (None, None)
    for name in ("meetings", "agenda-items", "media-links"):
        assert visitor.get_json(f"{name}/")["results"] != []
        for bound in ("date_from=2000-01-01", "date_to=2999-12-31", f"date_from={PRESS_DATE}&date_to={PRESS_DATE}"):
            assert visitor.get_json(f"{name}/?{bound}")["results"] == []


@pytest.mark.django_db
def test_items_and_links_are_filtered_by_status_of_the_meeting(visitor: Visitor, clock: Any) -> None:
    sure, off, topic = make_meeting(), make_meeting("env", start_date=PRESS_DATE + DAY), make_topic()
    MediaLink.objects.create(topic=topic, title="Infographic", url="https://example.eu/")
    publish_now(clock, sure, off, topic)
    off.status, off.status_reason = "cancelled", "A strike."
    off.save()
    publish_now(clock, off)
    for name in ("agenda-items", "media-links"):
        for words, meetings in {
            "confirmed": {sure},
            "provisional,confirmed": {sure},
            "cancelled": {off},
            "confirmed,cancelled": {sure, off},
            "postponed": set(),
        }.items():
            found = visitor.get_json(f"{name}/?status={words}")["results"]
            assert {part["meeting"]["id"] for part in found} == {str(meeting.pk) for meeting in meetings}
