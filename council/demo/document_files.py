"""Build documents from the data files of sample meetings and topics. docs/extending.md explains how to write one.

What depends on the day is computed here: dates, presidency, place, numbers with a year in them, and times near now.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from agenda.bulk.line_parsing import parse_document
from council.demo.places import get_meeting_place, get_time_zone
from council.demo.working_days import DAY, Diary, MeetingDays, get_presidency_on
from meetings.clock import BRUSSELS
from meetings.documents.choices import Form, Language, TimePrecision
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.fields.richtext import clean_html
from meetings.i18n.printed_times import format_printed_time
from meetings.images.cleaning import CleanImage, clean_image
from meetings.reference.configurations import CONFIGURATIONS_BY_SLUG
from meetings.reference.delegations import DEFAULT_LANGUAGE, DELEGATIONS_BY_CODE, get_country_name

FOLDER = Path(__file__).parent
SAMPLE_NAMESPACE = uuid5(NAMESPACE_URL, "https://example.eu/council-agendas/samples/")
SAMPLE_REFERENCE = "Sample"  # lists and pages mark a meeting with this reference as invented
SAMPLE_NOTICES = {
    Language.EN: "Sample: this meeting is invented to show what the site can do. Nobody has convened it.",
    Language.FR: "Exemple : cette session est inventée pour montrer ce que fait le site. Personne ne l’a convoquée.",
}
TOPIC_NOTICE = (
    "<p><em>Sample: this text is written to show what a topic looks like, and is no position of the Council.</em></p>"
)
PLACEHOLDER = re.compile(r"\{(\w+?)([+-]\d+)?\}")  # {year-1}
EARLIEST_TIME, LATEST_TIME = dt.time(10), dt.time(18, 30)  # limits for the middle of today's programme

Placeholders = Mapping[str, Callable[[int], str]]
"""The function for each placeholder. It gets the number in it: {year-1} becomes `year(-1)`."""


def get_sample_id(name: str) -> UUID:
    return uuid5(SAMPLE_NAMESPACE, name)


@cache
def read_meeting_files() -> dict[str, dict[str, Any]]:
    """Return the data of each sample meeting by name. The name is that of the file, with spaces."""
    paths = sorted(FOLDER.glob("meetings/*.toml"))
    return {path.stem.replace("_", " "): tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}


@cache
def read_pictures() -> dict[str, CleanImage]:
    """Return the pictures by name, as uploads of them would be stored."""
    return {path.stem: clean_image(path.read_bytes()) for path in FOLDER.glob("pictures/*.png")}


def build_topics() -> list[TopicDocument]:
    data = tomllib.loads((FOLDER / "topics.toml").read_text(encoding="utf-8"))
    return [build_topic(topic) for topic in resolve_texts(data["topics"], {})]


def build_topic(data: dict[str, Any]) -> TopicDocument:
    name = f"topic {data['slug']}"
    for number, link in enumerate(data.get("links", []), 1):
        link["id"] = get_sample_id(f"{name} link {number}")
    computed: dict[str, Any] = {"type": "topic", "id": get_sample_id(name), "language": "en", "source_language": "en"}
    document = parse_document(msgspec.json.encode(computed | data | {"text": data["text"] + TOPIC_NOTICE}))
    assert isinstance(document, TopicDocument)
    return document


def build_meeting(name: str, edition: Mapping[str, Any], diary: Diary, now: dt.datetime) -> MeetingDocument:
    """Return the document of an edition, from the data of its file. Raise InvalidDocument, also for an unknown member.

    Its ids derive from the name and from the position of each part, unless the data has an id.
    """
    days = diary.pick_days(**edition["days"])
    data: dict[str, Any] = resolve_texts(edition, list_placeholders(days, diary.today.year, now))
    meeting_id = get_sample_id(f"meeting {name}")
    language = Language(data.get("language", "en"))
    facts = CONFIGURATIONS_BY_SLUG[data["configuration"]]
    presidency = get_presidency_on(days.first)
    has_date = data.pop("has_date", True)
    place = get_meeting_place(data.get("form", Form.FORMAL), days.first)
    del data["days"]
    data |= {
        "type": "meeting",
        "id": meeting_id,
        "language": language,
        "source_language": language,
        "configuration": {"code": facts.code, "slug": facts.slug, "name": facts.name},
        "start_date": days.first if has_date else None,
        "end_date": days.last if has_date else None,
        "place": place,
        "timezone": get_time_zone(place),
        "references": [*data.get("references", []), SAMPLE_REFERENCE],
        "notice": SAMPLE_NOTICES[language],
    }
    if presidency:
        data["presidency"] = {"country": presidency.country, "name": get_country_name(presidency.country)}
        for chair in data["chairs"]:
            add_presidency(chair, presidency.country, language)
    for point in data["programme"]:
        add_printed_time(point)
    data["programme"].sort(key=lambda point: (point.get("date", ""), point.get("time", "at the end")))
    add_ids(data, meeting_id, name)
    document = parse_document(msgspec.json.encode(data))
    assert isinstance(document, MeetingDocument)
    return document


def list_placeholders(days: MeetingDays, year: int, now: dt.datetime) -> Placeholders:
    """Return what a file can say in braces: days of the meeting, the year of the demo, and times near now."""
    minute = now.astimezone(dt.UTC).replace(second=0, microsecond=0)
    return {
        "first_day": lambda distance: str(days.first + distance * DAY),
        "last_day": lambda distance: str(days.last + distance * DAY),
        "year": lambda years: str(year + years),
        "yy": lambda years: f"{(year + years) % 100:02}",
        "time": lambda minutes: format_time_near(now, minutes),
        "instant": lambda minutes: (minute + dt.timedelta(minutes=minutes)).isoformat(),
    }


def format_time_near(now: dt.datetime, minutes: int) -> str:
    """Return the time `minutes` from now, rounded down to a quarter of an hour and kept within a working day."""
    hour = min(max(now.astimezone(BRUSSELS).time(), EARLIEST_TIME), LATEST_TIME)
    past_midnight = hour.hour * 60 + hour.minute + minutes
    return f"{past_midnight // 60:02}:{past_midnight % 60 // 15 * 15:02}"


def resolve_texts(value: Any, placeholders: Placeholders) -> Any:
    """Return a copy of the data with all placeholders replaced, and rich text without the line breaks of the file."""
    if isinstance(value, dict):
        return {name: resolve_texts(member, placeholders) for name, member in value.items()}
    if isinstance(value, list):
        return [resolve_texts(part, placeholders) for part in value]
    if not isinstance(value, str):
        return value
    text = PLACEHOLDER.sub(lambda match: placeholders[match[1]](int(match[2] or 0)), value)
    return clean_html(" ".join(text.split())) if text.startswith("<") else text


def apply_changes(value: Any, changes: Any) -> Any:
    """Return the data with the changes of a later edition.

    A table changes the members that it names. In a list, it changes parts by their position, from 1. Anything else
    replaces the earlier value.
    """
    if isinstance(value, list) and isinstance(changes, dict):
        return list(apply_changes({str(number): part for number, part in enumerate(value, 1)}, changes).values())
    if isinstance(value, dict) and isinstance(changes, dict):
        return value | {name: apply_changes(value.get(name), change) for name, change in changes.items()}
    return changes


def add_presidency(chair: dict[str, Any], country: str, language: Language) -> None:
    """Let a chair without a country be of the presidency, so that “Minister” becomes “Irish Minister”."""
    if "country" not in chair:
        chair["country"] = country
        if language == Language.EN:
            adjective = DELEGATIONS_BY_CODE[country].get_names(DEFAULT_LANGUAGE).adjectives[0]
            chair["role"] = f"{adjective} {chair['role']}"


def add_printed_time(point: dict[str, Any]) -> None:
    if "time" in point:
        precision = point.setdefault("time_precision", TimePrecision.EXACT)
        point.setdefault("time_text", format_printed_time(dt.time.fromisoformat(point["time"]), precision))


def add_ids(data: dict[str, Any], meeting_id: UUID, name: str) -> None:
    """Give an id to every part that has none, and replace names of sessions and topics by references to them."""
    sessions = {session["title"]: session for session in data.get("sessions", [])}
    for title, session in sessions.items():
        session["id"] = get_sample_id(f"meeting {name} session {title}")
    for link in group_parts(data)["link"]:
        add_picture(link)
    for kind, parts in group_parts(data).items():
        for number, part in enumerate(parts, 1):
            part.setdefault("id", uuid5(meeting_id, f"{kind} {number}"))
            if "session" in part:
                part["session"] = sessions[part["session"]]["id"]
            if "topics" in part:
                part["topics"] = [
                    {"id": get_sample_id(f"topic {slug}"), "slug": slug, "title": slug} for slug in part["topics"]
                ]


def add_picture(link: dict[str, Any]) -> None:
    """Replace the name of a picture by what the document says about it."""
    if image := link.get("image"):
        clean = read_pictures()[image["picture"]]
        link["image"] = {"digest": clean.digest, "width": clean.width, "height": clean.height, "alt": image["alt"]}


def group_parts(data: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the parts by kind. Their order decides on the ids: do not change it."""
    items, points, results = list(walk_items(data["agenda"])), data["programme"], data.get("results", [])
    items_with_results = [part for item in items for part in (item, item.get("result")) if part]
    owners_of_links = [data, *items_with_results, *points, *results]
    return {
        "chair": data["chairs"],
        "item": items,
        "point": points,
        "result": [*results, *(item["result"] for item in items if item.get("result"))],
        "link": [link for owner in owners_of_links for link in owner.get("links", [])],
        "contact": data.get("contacts", []),
        "footnote": data.get("footnotes", []),
        "alert": data.get("alerts", []),
    }


def walk_items(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from walk_items(item.get("items", []))
