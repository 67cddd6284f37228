"""Test media links in the API."""

from typing import Any

import pytest
from django.core.management import call_command
from msgspec.structs import replace

from agenda.models import MediaLink
from meetings.editions.freezing import create_edition
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    create_editions,
    make_documents,
    make_full_document,
    make_meeting,
    make_topic,
    make_uuid,
    publish_now,
    withdraw,
)
from tests.public_requests import Visitor


@pytest.mark.django_db
class TestALink:
    def test_link_without_an_address_is_listed(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        links = visitor.get_json("media-links/")["results"]
        assert [(link["title"], link["url"]) for link in links] == [
            ("Live stream", "https://video.example/"),
            ("Migratory pressures", ""),
        ]
        assert [visitor.get(link["api_url"]).json() for link in links] == links

    def test_link_names_its_owner_and_leads_there(self, visitor: Visitor, clock: Any) -> None:
        create_edition([make_full_document()], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        page = "http://testserver/en/meetings/jha/2060/09/14-15-second/"
        found = {link["title"]: link for link in visitor.get_json("media-links/")["results"]}
        places = {title: (link["owner_type"], link["owner_id"], link["html_url"]) for title, link in found.items()}
        item, item_result, point, result = (make_uuid(name) for name in ("item", "item result", "point", "result"))
        assert places == {
            "Link of the meeting": ("meeting", str(make_uuid("meeting")), page),
            "Link of the item": ("item", str(item), f"{page}#item-{item}"),
            "Link of the item result": ("result", str(item_result), f"{page}#result-{item_result}"),
            "Link of the point": ("point", str(point), f"{page}#point-{point}"),
            "Link of the result": ("result", str(result), f"{page}#result-{result}"),
        }
        html = visitor.get(page).content.decode()
        assert all(
            f'id="{link["html_url"].split("#")[1]}"' in html for link in found.values() if "#" in link["html_url"]
        )

    def test_link_of_a_topic_has_a_topic(self, visitor: Visitor, clock: Any) -> None:
        topic = make_topic()
        link = MediaLink.objects.create(topic=topic, title="Infographic", kind="infographic", url="https://example.eu/")
        publish_now(clock, topic)
        body = visitor.get_json(f"media-links/{link.pk}/")
        assert body["meeting"] is None
        assert (body["topic"]["slug"], body["topic"]["edition"]) == ("migration-policy", 1)
        assert body["html_url"] == "http://testserver/en/topics/migration-policy/"

    def test_link_has_no_day_if_the_meeting_has_lost_its_date(self, visitor: Visitor, clock: Any) -> None:
        document = replace(
            make_full_document(), start_date=None, end_date=None, status="postponed", status_reason="Fog."
        )
        create_edition([document], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        assert {link["date"] for link in visitor.get_json("media-links/")["results"]} == {None}

    def test_link_of_a_withdrawn_topic_is_gone_with_the_reason(self, visitor: Visitor, clock: Any) -> None:
        topic = make_topic()
        link = MediaLink.objects.create(topic=topic, title="Infographic", url="https://example.eu/")
        publish_now(clock, topic)
        clock.move_to(withdraw(topic, reason="Sent too early.").available_from)
        assert visitor.get_problem(f"media-links/{link.pk}/", 410)["detail"] == "Sent too early."


@pytest.mark.django_db
class TestTheList:
    @pytest.mark.parametrize("number", [5, 200])
    def test_list_takes_two_queries(self, visitor: Visitor, clock: Any, number: int) -> None:
        create_editions(make_documents(number), available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        assert len(visitor.get_json("media-links/")["results"]) == 20
        assert len(visitor.statements) == 2  # a page of index rows; the documents of their editions

    def test_filters_find_links(self, visitor: Visitor, clock: Any) -> None:
        call_command("load_reference", verbosity=0)
        jha, env, topic = make_meeting(), make_meeting("env", start_date=PRESS_DATE + DAY), make_topic()
        MediaLink.objects.create(topic=topic, title="Infographic", kind="infographic", url="https://example.eu/")
        publish_now(clock, jha, env, topic)

        def found(query: str) -> list[tuple[str, str]]:
            links = visitor.get_json(f"media-links/?{query}")["results"]
            return [(link["title"], (link["meeting"] or link["topic"])["id"]) for link in links]

        stream, background = "Live stream", "Migratory pressures"
        assert found("kind=live_stream") == [(stream, str(env.pk)), (stream, str(jha.pk))]
        assert found("kind=infographic") == [("Infographic", str(topic.pk))]
        assert found("configuration=jha") == [(stream, str(jha.pk)), (background, str(jha.pk))]
        assert found(f"meeting={env.pk}") == [(stream, str(env.pk)), (background, str(env.pk))]
        assert found(f"date_to={PRESS_DATE}") == [(stream, str(jha.pk)), (background, str(jha.pk))]
        assert found(f"date_from={PRESS_DATE + DAY}") == [(stream, str(env.pk)), (background, str(env.pk))]
        assert found("topic=migration-policy") == found(f"topic={topic.pk}") == [("Infographic", str(topic.pk))]
        assert found(f"owner={jha.agenda.get().pk}") == [(background, str(jha.pk))]
        assert found(f"meeting={topic.pk}") == []

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [("kind=video", "kind"), ("owner=nobody", "owner"), ("topic=a%20topic", "topic"), ("public=yes", "public")],
    )
    def test_wrong_values_are_refused(self, visitor: Visitor, query: str, parameter: str) -> None:
        assert visitor.get_problem(f"media-links/?{query}", 400)["parameter"] == parameter
