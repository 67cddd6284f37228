"""The template of a configuration: what its meetings start with. Publishers of the configuration keep it."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec.structs import replace

from agenda.models import MeetingTemplate
from meetings.access import NotAllowed, Right, format_whom_to_ask, has_right
from meetings.access.audit import Actor, record_act
from meetings.documents.choices import Language
from meetings.documents.schema import ConfigurationName, Contact, Link, MeetingDocument, Place, Point, Session
from meetings.models import Act, Configuration
from meetings.reference.places import translate_place_name

FIRST_DAY = dt.date(2001, 1, 1)
"""The first day of the meeting in a template's document. It stands for the first day of any meeting."""
USUAL_CITY = "Brussels"
"""The city of a template's venue. Meetings elsewhere start without one."""
FRAME_MEMBERS = ("lead", "sessions", "programme", "links", "contacts", "notice")


class ChangedMeanwhile(Exception):
    """Somebody else has saved since the user opened the page. Nothing was changed. The message says who."""


def build_template(
    configuration: Configuration,
    language: Language,
    *,
    sessions: list[Session],
    programme: list[Point],
    links: list[Link],
    contacts: list[Contact],
    notice: str,
    venue: str = "",
    lead: str = "",
) -> MeetingDocument:
    """Return the document of a template. Its dates are counted from FIRST_DAY.

    Ids follow from the place of each part, since nothing outside of the template refers to them.
    """
    dates = [*(session.date for session in sessions), *(point.date for point in programme)]
    days = [FIRST_DAY, *filter(None, dates)]
    new_ids = {session.id: UUID(int=number) for number, session in enumerate(sessions)}
    name = ConfigurationName(code=configuration.code, slug=configuration.slug, name=configuration.get_name(language))
    return MeetingDocument(
        id=UUID(int=0),
        language=language,
        source_language=language,
        configuration=name,
        title=configuration.get_meeting_title(language),
        start_date=FIRST_DAY,
        end_date=max(days),
        place=Place(city=USUAL_CITY, venue=venue),
        lead=lead,
        sessions=[replace(session, id=new_ids[session.id]) for session in sessions],
        programme=[
            replace(point, id=UUID(int=number), session=point.session and new_ids[point.session])
            for number, point in enumerate(programme)
        ],
        links=[replace(link, id=UUID(int=number)) for number, link in enumerate(links)],
        contacts=[replace(contact, id=UUID(int=number)) for number, contact in enumerate(contacts)],
        notice=notice,
    )


def build_template_from_meeting(meeting: MeetingDocument, configuration: Configuration) -> MeetingDocument:
    """Return a template with what a meeting has in common with others of its configuration.

    It has no texts, people, states and earlier times, and no links of programme events.
    """
    start, language = meeting.start_date or FIRST_DAY, meeting.source_language
    is_in_usual_city = meeting.place.city == translate_place_name(USUAL_CITY, language, language)

    def move(date: dt.date | None) -> dt.date:
        return FIRST_DAY + ((date or start) - start)

    programme = [
        Point(
            id=point.id,
            kind=point.kind,
            title=point.title,
            session=point.session,
            date=move(point.date),
            time=point.time,
            time_precision=point.time_precision,
            time_text=point.time_text,
            live=point.live,
            place=point.place,
            in_margins=point.in_margins,
        )
        for point in meeting.programme
    ]
    return build_template(
        configuration,
        language,
        sessions=[replace(session, text="", date=session.date and move(session.date)) for session in meeting.sessions],
        programme=programme,
        links=[replace(link, image=None) for link in meeting.links],
        contacts=meeting.contacts,
        notice=meeting.notice,
        venue=meeting.place.venue if is_in_usual_city else "",
    )


def apply_template(template: MeetingDocument, document: MeetingDocument) -> None:
    """Give a new meeting what the template has, with new ids and the meeting's own days.

    Programme events of days that the meeting does not have are left out (`find_left_out_points`).
    """
    start = document.start_date or FIRST_DAY
    is_one_day = document.end_date in (None, start)
    left_out = find_left_out_points(template, document.start_date, document.end_date)

    def move(date: dt.date | None) -> dt.date | None:
        return None if date is None or (is_one_day and date >= FIRST_DAY) else start + (date - FIRST_DAY)

    sessions = {session.id: uuid4() for session in template.sessions}
    document.sessions = [
        replace(session, id=sessions[session.id], date=limit_to_end(move(session.date), document.end_date))
        for session in template.sessions
    ]
    document.programme = [
        replace(point, id=uuid4(), date=move(point.date), session=point.session and sessions[point.session])
        for point in template.programme
        if point not in left_out
    ]
    document.links = [replace(link, id=uuid4()) for link in template.links]
    document.contacts = [replace(contact, id=uuid4()) for contact in template.contacts]
    document.lead, document.notice = template.lead, template.notice
    if template.place.city == document.place.city:
        document.place = replace(document.place, venue=document.place.venue or template.place.venue)


def limit_to_end(date: dt.date | None, end: dt.date | None) -> dt.date | None:
    return None if date and end and date > end else date


def find_left_out_points(template: MeetingDocument, start: dt.date | None, end: dt.date | None) -> list[Point]:
    """Return the programme events of the template on days that come after the last day of a meeting."""
    last = FIRST_DAY + (end - start if start and end else dt.timedelta())
    return [point for point in template.programme if point.date and point.date > last]


def get_day_number(date: dt.date | None) -> int:
    """Return 0 for the first day of the meeting, 1 for the second, -1 for the day before."""
    return (date - FIRST_DAY).days if date else 0


def may_change_template(by: Actor, configuration: Configuration) -> bool:
    return by.user is None or has_right(by.user, Right.PUBLISH, configuration)


def require_template_right(by: Actor, configuration: Configuration) -> None:
    """Raise NotAllowed if the actor does not publish meetings of the configuration."""
    if not may_change_template(by, configuration):
        message = _("Only publishers of %s can change its template.") % configuration.code
        raise NotAllowed(f"{message} {format_whom_to_ask(Right.PUBLISH, configuration)}")


def save_template(
    configuration: Configuration, document: MeetingDocument, *, by: Actor, version: int, remark: str = ""
) -> MeetingTemplate:
    """Save the template of a configuration and record it in the audit log.

    `version` is that of the template as the user saw it, 0 if there was none. Raise ChangedMeanwhile if it has another
    one by now, and NotAllowed.
    """
    require_template_right(by, configuration)

    def change(existing: MeetingTemplate | None) -> MeetingTemplate:
        template = existing or MeetingTemplate(configuration=configuration, version=0)
        changed = list_changed_members(existing.document if existing else None, document)
        template.document, template.by_name, template.at = document, by.display_name, timezone.now()
        template.version += 1
        template.save()
        record_template(by, configuration, changed=changed, remark=remark)
        return template

    saved: MeetingTemplate = change_locked(configuration, version, change)
    return saved


def delete_template(configuration: Configuration, *, by: Actor, version: int) -> None:
    """Delete the template. Meetings that were started from it stay. Raise what `save_template` raises."""
    require_template_right(by, configuration)

    def delete(existing: MeetingTemplate | None) -> None:
        if existing:
            existing.delete()
            record_template(by, configuration, deleted=True)

    change_locked(configuration, version, delete)


def change_locked(configuration: Configuration, version: int, change: Callable[[MeetingTemplate | None], Any]) -> Any:
    """Lock the configuration, which always has a row, and change its template if it has the version."""
    with transaction.atomic():
        Configuration.objects.select_for_update(no_key=True).get(pk=configuration.pk)
        existing = MeetingTemplate.objects.select_related("configuration").filter(pk=configuration.pk).first()
        if (existing.version if existing else 0) != version:
            name = existing.by_name if existing else _("Somebody else")
            raise ChangedMeanwhile(_("%s has changed this since you opened the page.") % name)
        return change(existing)


def list_changed_members(before: MeetingDocument | None, after: MeetingDocument) -> list[str]:
    """Return the members that differ, for the audit log; all that are not empty if there was no template."""
    return [
        name
        for name in (*FRAME_MEMBERS, "source_language", "place")
        if (getattr(before, name) if before else None) != getattr(after, name) and (before or getattr(after, name))
    ]


def record_template(by: Actor, configuration: Configuration, **details: Any) -> None:
    record_act(by, Act.TEMPLATE_CHANGED, title=configuration.code, key=str(configuration.pk), **details)
