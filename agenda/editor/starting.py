"""Start new meetings: from a template, like an earlier one, empty, or many at once from a pasted list of dates."""

import datetime as dt
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from enum import StrEnum
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from msgspec import to_builtins
from msgspec.structs import replace

from agenda.editor.mistakes import Mistake, find_column_errors, find_mistakes, find_slug_error
from agenda.editor.saving import build_edited_document
from agenda.editor.templates import apply_template
from agenda.models import BackgroundTopic, MeetingTemplate, RevisionReason
from agenda.workflow.restoring import fill_row, get_meeting_values, restore_meeting, save_row
from agenda.workflow.revisions import keep_revision
from meetings.access import Right, require_right
from meetings.access.audit import Actor
from meetings.documents.choices import Form, Language, MeetingStatus
from meetings.documents.encoding import InvalidDocument
from meetings.documents.schema import ConfigurationName, MeetingDocument, Place
from meetings.i18n.date_parsing import find_dates
from meetings.models import Configuration, Meeting
from meetings.reference.places import MONTHS_IN_LUXEMBOURG

MAX_LINES, MAX_LINE_LENGTH = 200, 300  # characters
FIRST_DAY = re.compile(
    r"(?<![\d/.-])(\d{1,2})(?:st|nd|rd|th)?(?:\s*(?:-|–|/|&|and|to)\s*|\s+)(?=\d{1,2}(?:st|nd|rd|th)?\s+[a-z])",
    re.IGNORECASE,
)
MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
FIRST_OF_TWO_MONTHS = re.compile(
    rf"(?<![\d/.-])(\d{{1,2}})(?:st|nd|rd|th)?\s+({MONTH})\s*(?:-|–|/|&|and|to)\s*(?=\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH})",
    re.IGNORECASE,
)
WEEKDAY = re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", re.IGNORECASE)
CITY = re.compile(r"\bin ([^\W\d][^\d,;()]*)")
NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .’'-])*")
WORD = re.compile(r"[^\W\d_]+")
CALENDAR_WORDS = frozenset(
    "informal formal meeting meetings session council ministers ministerial ordinary extraordinary eu "
    "in the of on and to from at until st nd rd th".split()
)
INFORMAL = re.compile(r"\binformal\b", re.IGNORECASE)


class UnreadableLineError(Exception):
    """No meeting can be started from a line. The message says why."""


class StartError(InvalidDocument):
    """A meeting cannot be started with these facts. `mistakes` name the members that they are about."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(" ".join(mistake.message for mistake in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class NewMeeting:
    """The facts with which a meeting starts. Without a city, it is where the Council meets in that month."""

    configuration: Configuration
    start_date: dt.date
    end_date: dt.date
    city: str = ""
    venue: str = ""
    form: Form = Form.FORMAL
    address_word: str = ""
    status: MeetingStatus = MeetingStatus.PROVISIONAL


class LineState(StrEnum):
    """What becomes of a line of a calendar: only new meetings are started."""

    NEW = "new"
    EXISTING = "existing"
    REPEATED = "repeated"
    REFUSED = "refused"


@dataclass(frozen=True)
class CalendarLine:
    """A line of a pasted calendar, with the meeting that it names.

    If the meeting is not started, `message` says why, and what to do; else it names the words that were not understood.
    A line that cannot be read has no meeting.
    """

    number: int
    text: str
    meeting: NewMeeting | None = None
    state: LineState = LineState.REFUSED
    message: str = ""


def get_usual_city(day: dt.date) -> str:
    return "Luxembourg" if day.month in MONTHS_IN_LUXEMBOURG else "Brussels"


def start_meeting(new: NewMeeting, *, by: Actor, like: Meeting | MeetingTemplate | None = None) -> Meeting:
    """Create the working copy of a new meeting, with a revision, and return it.

    `like` is a template, or an earlier meeting: then the new one has its sessions, links without addresses of that day,
    press contacts, notice and language, but none of its texts. Raise InvalidDocument if another meeting has the same
    configuration and day, and NotAllowed if `by` may not edit meetings of the configuration.
    """
    require_right(by, Right.CHANGE, new.configuration)
    source = like.document if isinstance(like, MeetingTemplate) else build_edited_document(like) if like else None
    document = build_new_document(new, source.source_language if source else Language.EN)
    remark = ""
    if isinstance(like, MeetingTemplate):
        apply_template(like.document, document)
        remark = str(like)
    elif source:
        copy_frame(source, document)
        remark = _("Like %s") % like
    if mistakes := find_mistakes(to_builtins(document)):
        raise StartError(mistakes)
    return restore_meeting(document, by=by, why=RevisionReason.SAVED, remark=remark)


def build_new_document(new: NewMeeting, language: Language) -> MeetingDocument:
    """Return the document of a meeting that has only its facts."""
    configuration = new.configuration
    return MeetingDocument(
        id=uuid4(),
        language=language,
        source_language=language,
        configuration=ConfigurationName(
            code=configuration.code, slug=configuration.slug, name=configuration.get_name(language)
        ),
        title=configuration.get_meeting_title(language),
        form=new.form,
        status=new.status,
        address_word=new.address_word,
        start_date=new.start_date,
        end_date=new.end_date,
        place=Place(city=new.city or get_usual_city(new.start_date), venue=new.venue),
    )


def start_topic(topic: BackgroundTopic, *, by: Actor) -> None:
    """Save a new topic, which has a title, a slug, an original language and perhaps a desk, with a revision.

    Raise InvalidDocument if the slug is not valid or another topic has it, and NotAllowed if `by` may not edit topics
    of the desk.
    """
    require_right(by, Right.CHANGE, topic.desk)
    with transaction.atomic():
        if error := find_slug_error(topic):
            raise InvalidDocument(str(error[1]))
        save_row(topic, {})
        keep_revision(topic, timezone.now(), by)


def copy_frame(earlier: MeetingDocument, document: MeetingDocument) -> None:
    """Copy what stays the same from meeting to meeting, with new ids. Addresses of links belong to one meeting."""
    document.notice, document.timezone = earlier.notice, earlier.timezone
    document.contacts = [replace(contact, id=uuid4()) for contact in earlier.contacts]
    document.links = [replace(link, id=uuid4(), url="", image=None) for link in earlier.links]
    document.sessions = [replace(session, id=uuid4(), date=None, text="") for session in earlier.sessions]
    if earlier.place.city == document.place.city:
        document.place = replace(document.place, venue=document.place.venue or earlier.place.venue)


def read_calendar(
    text: str, allowed: Iterable[Configuration], status: MeetingStatus = MeetingStatus.PROVISIONAL
) -> list[CalendarLine]:
    """Read one meeting a line, such as “JHA 14-15 October 2027 in Luxembourg”. Empty lines are left out.

    A configuration is recognised by its code or name. Only those in force on the day count. The user edits those in
    `allowed`. It takes three queries at most.
    """
    typed = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    known, keys = list(Configuration.objects.all()), {configuration.pk for configuration in allowed}
    lines = mark_known_meetings([read_line(number, line, known, keys, status) for number, line in typed[:MAX_LINES]])
    message = _("This list is too long. Start these meetings first, and paste the rest afterwards.")
    return lines + [CalendarLine(number, line, message=message) for number, line in typed[MAX_LINES : MAX_LINES + 1]]


def read_line(
    number: int, line: str, configurations: Sequence[Configuration], allowed: Container[UUID], status: MeetingStatus
) -> CalendarLine:
    try:
        if len(line) > MAX_LINE_LENGTH:
            message = _("This line is too long: a line has at most %d characters and one meeting.")
            raise UnreadableLineError(message % MAX_LINE_LENGTH)
        start, end = read_days(line)
        configuration = next(find_configurations(line, start, configurations), None)
        if configuration is None:
            raise UnreadableLineError(_("No configuration was found. Use its code, for example JHA."))
        if configuration.pk not in allowed:
            raise UnreadableLineError(
                _("You do not edit meetings of %s. Delete this line, or ask its desk.") % configuration.code
            )
        city = read_city(line, configuration)
        form = Form.INFORMAL if INFORMAL.search(line) else Form.FORMAL
        new = NewMeeting(configuration, start, end, city, form=form, status=status)
        require_no_mistake(new)
    except UnreadableLineError as error:
        return CalendarLine(number, line[:MAX_LINE_LENGTH], message=str(error))
    words = list_unknown_words(line, configuration, city)
    message = _("Not understood: %s. Check the meeting in the note.") % ", ".join(words) if words else ""
    return CalendarLine(number, line, new, LineState.NEW, message)


def read_city(line: str, configuration: Configuration) -> str:
    """Return the city of a line: after “in”, or as a part of its own after a comma, as in “…, informal, Nicosia”."""
    if found := CITY.search(line):
        return found[1].strip()
    parts = (part.strip() for part in reversed(line.split(",")[1:]))
    return next(
        (part for part in parts if NAME.fullmatch(part) and not list_known_words(part, configuration)),
        "",
    )


def list_words(text: str) -> list[str]:
    return [word for word in WORD.findall(text) if len(word) > 1]


def list_known_words(text: str, configuration: Configuration) -> list[str]:
    """Return the words that belong to the configuration, to dates, or to any calendar."""
    name = f"{configuration.code} {configuration.slug} {configuration.get_name(Language.EN)}".casefold()
    known = {*list_words(name), *CALENDAR_WORDS}
    is_date = re.compile(rf"{MONTH}|{WEEKDAY.pattern}|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)", re.IGNORECASE)
    return [word for word in list_words(text) if word.casefold() in known or is_date.fullmatch(word)]


def list_unknown_words(line: str, configuration: Configuration, city: str) -> list[str]:
    """Return the words of a line of which nothing follows, so that nothing is lost without a word."""
    rest = line.replace(city, " ") if city else line
    known = {*list_known_words(rest, configuration)}
    return [word for word in list_words(rest) if word not in known]


def require_no_mistake(new: NewMeeting) -> None:
    """Raise UnreadableLineError if the meeting could not be saved, whatever other meetings there are. No queries."""
    meeting = Meeting()
    fill_row(meeting, get_meeting_values(build_new_document(new, Language.EN), new.configuration))
    errors = [*filter(None, [meeting.find_days_error()]), *find_column_errors(meeting)]
    if errors:
        raise UnreadableLineError(str(errors[0][1]))


def mark_known_meetings(lines: Iterable[CalendarLine]) -> list[CalendarLine]:
    """Mark the meetings that exist, by configuration and first day, and those that an earlier line names, in one query.

    One address is for one meeting, so a second one on the day needs a word that a calendar does not have.
    """
    lines = list(lines)
    days = [line.meeting.start_date for line in lines if line.meeting]
    existing = set(Meeting.objects.filter(start_date__in=days).values_list("configuration", "start_date"))
    first: dict[tuple[UUID, dt.date], int] = {}
    advice = _("If you mean another meeting on this day, add it by itself, with a word in its web address.")

    def mark(line: CalendarLine) -> CalendarLine:
        key = line.meeting and (line.meeting.configuration.pk, line.meeting.start_date)
        if not key:
            return line
        if key in existing:
            state, message = LineState.EXISTING, _("This meeting exists already and stays as it is.")
        elif first.setdefault(key, line.number) != line.number:
            state = LineState.REPEATED
            message = _("Line %d has this meeting already. Delete one of the two lines.") % first[key]
        else:
            return line
        return replace_fields(line, state=state, message=f"{message} {advice}")

    return [mark(line) for line in lines]


def read_days(line: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the meeting in a line. Raise UnreadableLineError."""
    first = FIRST_DAY.search(line)
    rest = line[: first.start()] + line[first.end() :] if first else line
    days = sorted(day for _match, day in find_dates(rest, Language.EN))
    if not days:
        message = _("No date was found, or there is no such day. Write it in English: 14 October 2027.")
        raise UnreadableLineError(message)
    start, end = days[0], days[-1]
    if not first and (spread := FIRST_OF_TWO_MONTHS.search(line)):
        firsts = (f"{spread[1]} {spread[2]} {year}" for year in (end.year, end.year - 1))
        found = [day for text in firsts for _match, day in find_dates(text, Language.EN) if day <= end]
        if not found:
            raise UnreadableLineError(_("The first day does not exist. Correct it."))
        start = found[0]
    if first:
        try:
            start = start.replace(day=int(first[1]))
        except ValueError:
            raise UnreadableLineError(_("The first day does not exist. Correct it.")) from None
    if end < start:
        raise UnreadableLineError(_("The last day is before the first. Write both dates in full."))
    weekday = WEEKDAY.search(line)
    if weekday and weekday[0].casefold() not in (f"{start:%A}".casefold(), f"{end:%A}".casefold()):
        values = {"day": date_format(start, "j F Y"), "right": f"{start:%A}", "typed": weekday[0].capitalize()}
        message = _("%(day)s is a %(right)s, not a %(typed)s. Correct one of them.")
        raise UnreadableLineError(message % values)
    return start, end


def find_configurations(line: str, day: dt.date, configurations: Iterable[Configuration]) -> Iterator[Configuration]:
    """Yield the configurations in force on the day that the line names, those with the longest names first."""
    words = {
        (word, configuration)
        for configuration in configurations
        if configuration.is_in_force_on(day)
        for word in (configuration.code, configuration.slug, configuration.get_name(Language.EN))
    }
    for word, configuration in sorted(words, key=lambda pair: -len(pair[0])):
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", line, re.IGNORECASE):
            yield configuration


def start_meetings(new: Iterable[NewMeeting], *, by: Actor, with_templates: bool = True) -> list[Meeting]:
    """Create all meetings, or none, each from the template that it has (`find_templates`), unless told otherwise.

    Raise what `start_meeting` raises.
    """
    new = list(new)
    templates = find_templates(new) if with_templates else {}
    with transaction.atomic():
        return [start_meeting(meeting, by=by, like=templates.get(meeting)) for meeting in new]


def find_templates(new: Iterable[NewMeeting]) -> dict[NewMeeting, MeetingTemplate]:
    """Return the templates of formal meetings, in one query. Informal meetings have another programme elsewhere."""
    templates = MeetingTemplate.objects.select_related("configuration").in_bulk()
    return {
        meeting: templates[meeting.configuration.pk]
        for meeting in new
        if meeting.form == Form.FORMAL and meeting.configuration.pk in templates
    }
