"""What is not live does not exist: no address, list, count or header tells it from something nobody ever wrote."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from agenda.models import AgendaItem, MediaLink
from meetings.models import Meeting
from tests.cast import DAY, PRESS_DAY, make_meeting, make_topic, named, publish, published, withdraw
from tests.publicity import Visitor

SECRET = "Zanzibar"  # stands in every text of what is not live
UNKNOWN = str(named("unknown"))
ADDRESSES = {  # every public route, each with what it needs filled in; its parts are of what is not live
    "home": ["/en/"],
    "meetings": [
        "/en/meetings/",
        "/en/meetings/?year=2060",
        "/en/meetings/?configuration=jha",
        "/en/meetings/?cursor=x",
    ],
    "configuration": ["/en/meetings/jha/", "/en/meetings/env/"],
    "meeting": ["/en/meetings/jha/2060/09/14/", "/en/meetings/jha/2060/09/13/"],
    "topics": ["/en/topics/"],
    "topic": ["/en/topics/zanzibar/", "/en/topics/migration-policy/"],
    "meeting-list": [
        "/api/v1/meetings/",
        "/api/v1/meetings/?limit=1",
        "/api/v1/meetings/?date_from=2060-09-14",
        "/api/v1/meetings/?place=Zanzibar",
        "/api/v1/meetings/?topic={topic}",
        "/api/v1/meetings/?topic=zanzibar",
        "/api/v1/meetings/?document=zanzibar",
        "/api/v1/meetings/?public=yes",
    ],
    "meeting-detail": ["/api/v1/meetings/{id}/", f"/api/v1/meetings/{UNKNOWN}/"],
    "agenda-item-list": [
        "/api/v1/agenda-items/",
        "/api/v1/agenda-items/?limit=1",
        "/api/v1/agenda-items/?meeting={id}",
        "/api/v1/agenda-items/?topic=zanzibar",
        "/api/v1/agenda-items/?procedure=zanzibar",
        "/api/v1/agenda-items/?public=yes",
    ],
    "agenda-item-detail": ["/api/v1/agenda-items/{item}/", "/api/v1/agenda-items/{live_item}/"],
    "topic-list": ["/api/v1/topics/", "/api/v1/topics/?slug=zanzibar"],
    "topic-detail": ["/api/v1/topics/{topic}/"],
    "media-link-list": [
        "/api/v1/media-links/",
        "/api/v1/media-links/?limit=1",
        "/api/v1/media-links/?meeting={id}",
        "/api/v1/media-links/?topic=zanzibar",
        "/api/v1/media-links/?owner={item}",
        "/api/v1/media-links/?kind=infographic",
    ],
    "media-link-detail": ["/api/v1/media-links/{link}/", "/api/v1/media-links/{live_link}/"],
    "configuration-list": ["/api/v1/configurations/"],
    "configuration-detail": ["/api/v1/configurations/jha/"],
    "presidency-list": ["/api/v1/presidencies/"],
    "presidency-detail": ["/api/v1/presidencies/2060-2/"],
    "api-root": ["/api/v1/"],
    "api-schema": ["/api/v1/schema/"],
    "api-nothing": ["/api/", "/api/v1/nothing/"],
    "alive": ["/healthz"],
    "ready": ["/readyz"],
}


def public_routes(patterns: list[Any] | None = None) -> Iterator[str]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver) and pattern.app_name != "admin":
            yield from public_routes(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or pattern.lookup_str


def test_every_public_route_is_walked() -> None:
    assert set(public_routes()) == set(ADDRESSES)


def told(response: Any) -> tuple[int, bytes, dict[str, str]]:
    return response.status_code, response.content, dict(response.headers)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "embargoed", "corrected draft", "embargoed correction"])
def test_nothing_betrays_what_is_not_live(visitor: Visitor, clock: Any, state: str) -> None:
    live = make_meeting(start_date=PRESS_DAY.date() - DAY)
    topic = make_topic()
    AgendaItem.objects.get().topics.add(topic)
    published(clock, live, topic)
    clock.move_to(PRESS_DAY + DAY)
    keys = {name: str(named(f"hidden {name}")) for name in ("id", "topic", "item", "link")}
    keys |= {"live_item": str(live.agenda.get().pk), "live_link": str(live.links.get().pk)}
    addresses = [address.format(**keys) for some in ADDRESSES.values() for address in some]
    before = {address: (told(visitor.get(address)), len(visitor.statements)) for address in addresses}

    hidden = make_meeting(pk=keys["id"], lead=f"<p>{SECRET}</p>", city=SECRET, venue=SECRET)
    hidden.agenda.update(title=SECRET)
    hidden_topic = make_topic("zanzibar", pk=keys["topic"], lead=f"<p>{SECRET}</p>")
    hidden.agenda.get().topics.add(topic, hidden_topic)
    if "correct" in state:
        Meeting.objects.filter(pk=live.pk).update(lead=f"<p>{SECRET}</p>", city=SECRET)
        live.agenda.update(title=SECRET, public="yes")
        live.links.update(title=SECRET, kind="infographic")
    meeting = live if "correct" in state else hidden
    item = AgendaItem.objects.create(
        pk=keys["item"], meeting=meeting, title=SECRET, public="yes", documents=[SECRET], procedures=[SECRET]
    )
    item.topics.add(topic)
    MediaLink.objects.create(
        pk=keys["link"], item=item, kind="infographic", title=SECRET, url="https://secret.example/"
    )
    if state == "embargoed":
        publish(hidden, hidden_topic, at=PRESS_DAY + 2 * DAY)
    if state == "embargoed correction":
        live.refresh_from_db()
        live.status_reason = SECRET
        live.save()
        publish(live, at=PRESS_DAY + 2 * DAY)

    for address in addresses:
        assert (told(visitor.get(address)), len(visitor.statements)) == before[address], address


@pytest.mark.django_db
def test_the_text_of_what_is_withdrawn_is_nowhere(visitor: Visitor, clock: Any) -> None:
    """Not behind an old cursor either. Only the notice remains, with title and reason."""
    meeting = make_meeting(lead=f"<p>{SECRET}</p>", city=SECRET, venue=SECRET)
    meeting.agenda.update(title=SECRET)
    topic = make_topic("zanzibar", title="A topic", lead=f"<p>{SECRET}</p>")
    other = make_topic()
    meeting.agenda.get().topics.add(topic, other)
    published(clock, meeting, topic, other, make_meeting("env", start_date=PRESS_DAY.date() + DAY))
    cursor = visitor.get("/api/v1/meetings/?limit=1").json()["next"]
    assert SECRET in visitor.get(cursor).content.decode()
    item_cursor = visitor.get("/api/v1/agenda-items/?limit=1").json()["next"]
    assert SECRET in visitor.get(item_cursor).content.decode()
    withdraw(meeting, reason="Sent too early.")
    clock.move_to(withdraw(topic, reason="Sent too early.").available_from)
    item, link = meeting.agenda.get(), meeting.links.get()
    keys = {"id": meeting.pk, "topic": topic.pk, "item": item.pk, "link": link.pk, "live_item": "", "live_link": ""}
    for address in [cursor, item_cursor, *(address.format(**keys) for some in ADDRESSES.values() for address in some)]:
        assert SECRET not in visitor.get(address).content.decode(), address


@pytest.mark.django_db
def test_an_embargo_lifts_by_itself_on_every_surface(visitor: Visitor, clock: Any) -> None:
    hidden = make_meeting(lead=f"<p>{SECRET}</p>", city=SECRET)
    topic = make_topic("zanzibar", lead=f"<p>{SECRET}</p>")
    hidden.agenda.get().topics.add(topic)
    item, link = hidden.agenda.get(), hidden.links.get()
    MediaLink.objects.update(title=SECRET)
    AgendaItem.objects.update(title=SECRET)
    publish(hidden, topic, at=PRESS_DAY + DAY)
    surfaces = ["/en/meetings/jha/2060/09/14/", "/en/topics/zanzibar/", "/en/", "/en/meetings/", "/en/meetings/jha/"]
    surfaces += ["/en/topics/", "/api/v1/meetings/", f"/api/v1/meetings/{hidden.pk}/", "/api/v1/topics/"]
    surfaces += ["/api/v1/agenda-items/", f"/api/v1/agenda-items/{item.pk}/"]
    surfaces += ["/api/v1/media-links/", f"/api/v1/media-links/{link.pk}/"]

    clock.move_to(PRESS_DAY + DAY - DAY / 86_400_000)  # a millisecond before
    for address in surfaces:
        assert SECRET.lower() not in visitor.get(address).content.decode().lower(), address
    clock.move_to(PRESS_DAY + DAY)
    for address in surfaces:
        response = visitor.get(address)
        assert response.status_code == 200, address
        assert SECRET.lower() in response.content.decode().lower(), address
