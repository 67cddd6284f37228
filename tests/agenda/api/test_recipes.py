"""Test the recipes of docs/api.md, and the orderings of lists."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from msgspec.structs import replace

from meetings.documents import choices, schema
from meetings.documents.choices import LinkKind
from meetings.editions.freezing import create_edition
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    make_full_document,
    make_meeting_document,
    make_topic,
    make_uuid,
    publish_now,
)
from tests.public_requests import Visitor

WEEK = f"date_from={PRESS_DATE}&date_to={PRESS_DATE + 4 * DAY}"


def make_item(name: str, **facts: Any) -> schema.Item:
    return schema.Item(id=make_uuid(name), title=name, **facts)


def make_link(name: str, kind: str = "live_stream") -> schema.Link:
    return schema.Link(id=make_uuid(name), title=name, url="https://video.example/", kind=LinkKind(kind))


@pytest.mark.django_db
class TestRecipes:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def cast(cls, class_clock: Any) -> None:
        """Publish a meeting of two days with items, points, results and links, and another one a year earlier."""
        call_command("load_reference", verbosity=0)
        topic = make_topic()
        first, second = PRESS_DATE, PRESS_DATE + DAY
        session = schema.Session(id=make_uuid("session"), title="Second day", date=second)
        result = schema.Result(
            id=make_uuid("result"), outcome=choices.Outcome.ADOPTED, links=[make_link("of the result")]
        )
        two_days = make_meeting_document(
            end_date=second,
            presidency=schema.PresidencyName(country="EL", name="Greece"),
            sessions=[session],
            links=[make_link("of the meeting"), make_link("photos", "photos")],
            agenda=[
                make_item("open", public="yes", procedures=["2016/0142 (COD)"], result=result),
                make_item("closed", public="no", session=session.id, links=[make_link("of the item")]),
                make_item("said nothing of", result=replace(result, id=make_uuid("empty"), outcome="", links=[])),
            ],
            programme=[
                schema.Point(id=make_uuid("early"), date=first - DAY, links=[make_link("of the point")]),
                schema.Point(
                    id=make_uuid("live"), date=second, live=True, links=[make_link("page of the point", "web")]
                ),
                schema.Point(id=make_uuid("silent"), date=second, links=[make_link("of a silent point", "web")]),
            ],
        )
        two_days.agenda[0].topics = [schema.TopicName(id=topic.pk, slug=topic.slug, title=topic.title)]
        year_before = replace(
            two_days, id=make_uuid("year before"), start_date=first - 365 * DAY, end_date=first - 365 * DAY
        )
        year_before = replace(year_before, agenda=[make_item("old", public="yes", topics=two_days.agenda[0].topics)])
        year_before = replace(year_before, links=[make_link("old stream")], sessions=[], programme=[])
        for document in (two_days, year_before):
            create_edition([document], available_from=PRESS_DAY + MINUTE)
        class_clock.move_to(PRESS_DAY + MINUTE)
        publish_now(class_clock, topic)

    def found(self, visitor: Visitor, address: str) -> list[str]:
        return [each["title"] for each in visitor.get_json(address)["results"]]

    def test_items_in_public_session_this_week(self, visitor: Visitor) -> None:
        assert self.found(visitor, f"agenda-items/?public=yes&{WEEK}") == ["open"]
        [meeting] = visitor.get_json(f"meetings/?public=yes&{WEEK}&fields=id")["results"]
        assert meeting == {"id": str(make_uuid("meeting"))}

    def test_items_on_a_procedure(self, visitor: Visitor) -> None:
        for code in ("2016/0142%20(COD)", "2016/0142(cod)"):
            assert self.found(visitor, f"agenda-items/?procedure={code}") == ["open"]
        assert self.found(visitor, "agenda-items/?procedure=2016/0143%20(COD)") == []

    @pytest.mark.parametrize(
        ("day", "streams"),
        [
            (-1, ["of the point"]),
            (0, ["of the meeting", "of the result"]),
            (1, ["of the meeting", "of the result", "of the item"]),
            (2, []),
        ],
    )
    def test_live_streams_of_a_day(self, visitor: Visitor, day: int, streams: list[str]) -> None:
        """A link has the day of its point or item, or else the days of its meeting."""
        date = PRESS_DATE + day * DAY
        bounds = f"date_from={date}&date_to={date}"
        assert self.found(visitor, f"media-links/?kind=live_stream&{bounds}") == streams
        live = [*streams, "page of the point"] if day == 1 else streams
        assert self.found(visitor, f"media-links/?live=yes&{bounds}") == live
        assert len(visitor.statements) == (2 if streams else 1)

    def test_link_has_its_own_day(self, visitor: Visitor) -> None:
        links = visitor.get_json("media-links/?live=yes&fields=title,date")["results"]
        days = {link["title"]: link["date"] for link in links}
        assert days["of the point"] == str(PRESS_DATE - DAY)
        assert days["of the item"] == str(PRESS_DATE + DAY)
        assert (days["of the meeting"], days["of the result"]) == (None, None)

    def test_links_before_or_after_a_day(self, visitor: Visitor) -> None:
        assert self.found(visitor, f"media-links/?live=yes&date_to={PRESS_DATE - DAY}") == [
            "of the point",
            "old stream",
        ]
        others = self.found(visitor, f"media-links/?live=no&date_from={PRESS_DATE + DAY}")
        assert others == ["photos", "of a silent point"]

    def test_meetings_on_a_topic_in_a_presidency(self, visitor: Visitor) -> None:
        ids = {
            query: [
                each["start_date"] for each in visitor.get_json(f"meetings/?topic=migration-policy&{query}")["results"]
            ]
            for query in (
                "presidency=EL",
                "presidency=2060-2",
                "presidency=2060-1",
                "presidency=2059-2",
                "presidency=EE",
            )
        }
        assert [*ids.values()] == [["2060-09-14", "2059-09-15"], ["2060-09-14"], [], ["2059-09-15"], []]
        assert self.found(visitor, "agenda-items/?presidency=2059-2&topic=migration-policy") == ["old"]
        assert self.found(visitor, "media-links/?presidency=2059-2") == ["old stream"]

    def test_several_values_of_kind_state_and_outcome(self, visitor: Visitor) -> None:
        for query in (
            "kind=item,meal",
            "kind=item&kind=a_items",
            "state=added,withdrawn",
            "outcome=adopted,conclusions",
        ):
            assert visitor.get(f"/api/v1/agenda-items/?{query}").status_code == 200
        assert visitor.get("/api/v1/media-links/?kind=live_stream,recording").status_code == 200
        everything = visitor.get_json("agenda-items/?outcome=any")
        assert visitor.get_json("agenda-items/?outcome=any,adopted") == everything

    def test_items_with_an_outcome(self, visitor: Visitor) -> None:
        assert self.found(visitor, "agenda-items/?outcome=any") == ["open"]
        assert self.found(visitor, "agenda-items/?outcome=ADOPTED") == ["open"]
        assert self.found(visitor, "agenda-items/?outcome=conclusions") == []

    @pytest.mark.parametrize(
        ("query", "nearest"),
        [
            ("agenda-items/?outcome=anything", "any"),
            ("agenda-items/?outcome=adoptd", "adopted"),
            ("meetings/?presidency=2017-3", None),
            ("meetings/?presidency=2017", None),
            ("meetings/?presidency=GR", "EL"),
            ("media-links/?live=maybe", "yes"),
            ("media-links/?live=yess", "yes"),
        ],
    )
    def test_wrong_values_are_refused(self, visitor: Visitor, query: str, nearest: str | None) -> None:
        body = visitor.get_problem(query, 400)
        assert body["parameter"] == query.split("?")[1].split("=", maxsplit=1)[0]
        assert body.get("nearest") == nearest


@pytest.mark.django_db
class TestOrdering:
    LISTS = ("meetings", "topics", "agenda-items", "media-links")

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def cast(cls, class_clock: Any) -> None:
        """Publish five meetings in reverse order of their days, two of them at the same time, and topics."""
        for n, minute in enumerate((5, 4, 3, 3, 1)):
            day = PRESS_DATE + n * DAY
            create_edition(
                [
                    replace(
                        make_full_document(),
                        id=make_uuid(f"meeting {n}"),
                        start_date=day,
                        end_date=day,
                        address_word=f"w{n}",
                    )
                ],
                available_from=PRESS_DAY + minute * MINUTE,
            )
        class_clock.move_to(PRESS_DAY + 6 * MINUTE)
        publish_now(class_clock, make_topic("borders"))
        class_clock.move_to(PRESS_DAY + 7 * MINUTE)
        publish_now(class_clock, make_topic("asylum"))

    def pages(self, visitor: Visitor, address: str) -> list[list[Any]]:
        found = []
        page = visitor.get_json(address)
        while page:
            found.append(page["results"])
            page = page["next"] and visitor.get(page["next"]).json()
        return found

    def test_meetings_by_date_and_by_publication(self, visitor: Visitor) -> None:
        def days(word: str) -> list[int]:
            found = visitor.get_json(f"meetings/?ordering={word}&fields=start_date")["results"]
            return [(dt.date.fromisoformat(each["start_date"]) - PRESS_DATE).days for each in found]

        assert days("-date") == [4, 3, 2, 1, 0]
        assert days("date") == [0, 1, 2, 3, 4]
        assert days("appeared")[:1] + days("appeared")[3:] == [4, 1, 0]
        assert days("-appeared") == days("appeared")[::-1]

    def test_topics_have_orderings(self, visitor: Visitor) -> None:
        for word, slugs in {"-appeared": ["asylum", "borders"], "appeared": ["borders", "asylum"]}.items():
            assert [topic["slug"] for topic in visitor.get_json(f"topics/?ordering={word}")["results"]] == slugs

    def test_parts_stay_in_printed_order(self, visitor: Visitor) -> None:
        by_date, latest = (
            visitor.get_json(f"agenda-items/?ordering={word}")["results"] for word in ("date", "-appeared")
        )
        assert [item["title"] for item in by_date] == ["Dublin regulation", "Resettlement"] * 5
        assert [item["date"] for item in by_date[::2]] == sorted(item["date"] for item in by_date[::2])
        assert [item["title"] for item in latest] == ["Dublin regulation", "Resettlement"] * 5
        assert latest[0]["meeting"]["start_date"] == str(PRESS_DATE)

    @pytest.mark.parametrize("word", ["-date", "date", "-appeared", "appeared"])
    @pytest.mark.parametrize("name", LISTS)
    def test_pages_lead_through_the_whole_list_and_back(self, visitor: Visitor, name: str, word: str) -> None:
        whole = visitor.get_json(f"{name}/?limit=100&ordering={word}")["results"]
        assert len(whole) > 1
        forwards = self.pages(visitor, f"{name}/?limit=3&ordering={word}&fields=id")
        assert [each["id"] for page in forwards for each in page] == [each["id"] for each in whole]
        page = visitor.get_json(f"{name}/?limit=2&ordering={word}&fields=id")
        back = visitor.get(visitor.get(page["next"]).json()["previous"] if page["next"] else f"/api/v1/{name}/").json()
        assert not page["next"] or back["results"] == page["results"]

    def test_cursor_of_another_ordering_is_refused(self, visitor: Visitor) -> None:
        query = visitor.get_json("meetings/?limit=1&ordering=date")["next"].split("?")[1]
        for other in ("", "-date", "appeared"):
            replaced = query.replace("ordering=date", f"ordering={other}" if other else "")
            assert visitor.get_problem(f"meetings/?{replaced}", 400)["parameter"] in ("cursor",)

    def test_unknown_ordering_is_refused(self, visitor: Visitor) -> None:
        for name in self.LISTS:
            body = visitor.get_problem(f"{name}/?ordering=-modified", 400)
            assert (body["parameter"], body["nearest"]) == ("ordering", "-appeared")
            assert body["allowed"] == ["-date", "date", "-appeared", "appeared"]

    def test_reference_data_and_details_have_no_ordering(self, visitor: Visitor) -> None:
        for address in ("configurations/", "presidencies/", f"meetings/{make_uuid('meeting 0')}/"):
            assert visitor.get_problem(f"{address}?ordering=date", 400)["parameter"] == "ordering"
