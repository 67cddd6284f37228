"""Test how the form fields of parameters parse values, and what they say about wrong ones."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError

from meetings.api import types
from meetings.api.form_fields import (
    CharField,
    ChoiceField,
    CountryField,
    DateField,
    InstantField,
    IntegerField,
    MultipleChoiceField,
    OutcomeField,
    PresidencyField,
    StrictField,
    TopicField,
    UUIDField,
)
from meetings.api.negotiation import FORMAT
from meetings.api.parameters import LANG, build_ordering_parameter, describe_error, find_nearest_name
from meetings.api.reference_fields import DocumentField, ProcedureField
from meetings.api.sparse_fields import MembersField
from meetings.documents.choices import Form, MeetingStatus, Outcome, PublicSession
from tests.factories import make_uuid

pytestmark = pytest.mark.once

CHAR, DAY, INSTANT, UUID_FIELD, TOPIC = CharField(), DateField(), InstantField(), UUIDField(), TopicField()
YEAR, LIMIT = IntegerField(min_value=1950, max_value=2999), IntegerField(min_value=1, max_value=100, initial=20)
STATUS, STATUSES = ChoiceField(choices=MeetingStatus), MultipleChoiceField(choices=MeetingStatus)
FORM = ChoiceField(choices=Form)
OUTCOME, PUBLIC, COUNTRY, PRESIDENCY = (
    OutcomeField(),
    ChoiceField(choices=PublicSession),
    CountryField(),
    PresidencyField(),
)
PROCEDURE, DOCUMENT, MEMBERS = ProcedureField(), DocumentField(), MembersField(types.Meeting)
ORDERING = build_ordering_parameter(("-date", "date", "-appeared", "appeared")).field


def describe(field: StrictField, text: str) -> tuple[str, dict[str, Any]]:
    with pytest.raises(ValidationError) as refused:
        field.clean(text)
    return describe_error(refused.value, text)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (CHAR, " Luxembourg ", "Luxembourg"),
        (DAY, "2017-09-14", dt.date(2017, 9, 14)),
        (DAY, "0001-01-01", dt.date.min),
        (YEAR, "2017", 2017),
        (LIMIT, "100", 100),
        (LIMIT, None, 20),
        (STATUS, None, None),
        (STATUS, "Confirmed", "confirmed"),
        (STATUSES, "Provisional,CANCELLED", ["provisional", "cancelled"]),
        (OUTCOME, "any", [value for value in Outcome.values if value]),
        (COUNTRY, "ee", "EE"),
        (PRESIDENCY, "mt", "MT"),
        (PRESIDENCY, "2017-1", (dt.date(2017, 1, 1), dt.date(2017, 6, 30))),
        (PRESIDENCY, "2017-2", (dt.date(2017, 7, 1), dt.date(2017, 12, 31))),
        (UUID_FIELD, str(make_uuid("a")).upper(), make_uuid("a")),
        (TOPIC, "Migration-policy", "Migration-policy"),
        (LANG.field, "FR", "fr"),
        (FORMAT.field, "CSV", "csv"),
        (ORDERING, "-Date", "-date"),
        (ORDERING, None, "-date"),
        (MEMBERS, None, {}),
        (MEMBERS, "url, title ,id,title", {"id": {}, "title": {}, "url": {}}),
        (MEMBERS, "place.city,place", {"place": {}}),
        (MEMBERS, "agenda.items.title,agenda.title", {"agenda": {"title": {}, "items": {"title": {}}}}),
    ],
)
def test_value_is_parsed(field: StrictField, text: str | None, value: Any) -> None:
    assert field.clean(text) == value


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2060-09-14T08:01:00Z", 8),
        ("2060-09-14t08:01z", 8),
        ("2060-09-14T10:01:00+02:00", 8),
        ("2060-09-14 10:01", 8),
        ("2060-09-14T10:01:00", 8),
    ],
)
def test_instant_without_offset_is_brussels_time(text: str, hour: int) -> None:
    assert INSTANT.clean(text) == dt.datetime(2060, 9, 14, hour, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        *(
            (field, " ", "the value is empty. Enter a value or leave the parameter out.")
            for field in (CHAR, DAY, LIMIT)
        ),
        (CHAR, "x" * 201, "longer than 200 characters"),
        *((CHAR, f"a{character}", "control characters") for character in "\0\n\x7f"),
        *(
            (DAY, text, f"“{text}” is not a date. Write it like this: 2017-09-14.")
            for text in ("yesterday", "2060-02-30", "01/02/2017", "20170914", "2017-9-1", "٢٠١٧-٠٩-١٤", "2009")
        ),
        *((LIMIT, text, "is not a whole number") for text in ("0001000", "٣", "+5", "5.0", "-1")),
        (LIMIT, "0", "the value must be at least 1."),
        *((LIMIT, text, "the value must be at most 100.") for text in ("101", "9" * 20, "9" * 200)),
        (YEAR, "17", "the value must be at least 1950."),
        (TOPIC, "a topic", "“a topic” is neither the id nor the slug of a topic."),
        *((UUID_FIELD, text, "is not an id") for text in ("jha", UUID(int=1).hex, f"{{{UUID(int=1)}}}")),
        (STATUSES, "confirmed,", "“” is not one of the values."),
        (STATUSES, "confirmed,Confirmed", "a value appears twice. Use each value once."),
        (STATUSES, "confirmed;x", "“confirmed;x” is not one of the values."),
        (STATUS, "Confirmed ", "“Confirmed ” is not one of the values."),
        (PROCEDURE, "foo", "“foo” is not the code of an interinstitutional file. Write it like this: 2016/0133 (COD)."),
        (PROCEDURE, "14996/1/22 REV 1", "Write it like this: 2016/0133 (COD)."),
        (DOCUMENT, "xx", "“xx” has no number. Write a document like this: 14996/1/22 REV 1."),
        (DOCUMENT, "ST 14996", "“ST 14996” has no year. Write a document like this: 14996/22."),
        *((MEMBERS, text, "a name is empty") for text in (",", "id,", "id,,title")),
        *((MEMBERS, text, "more than 30 members") for text in (",".join(["id"] * 31), "id," * 1300)),
        (MEMBERS, "agenda.items.links.title", "“agenda.items.links.title” has more than 3 levels."),
        (INSTANT, "", "Enter it like this: 2017-09-14T16:00:00Z"),
        (INSTANT, "yesterday", "“yesterday” is not a time. Enter it like this: 2017-09-14T16:00:00Z"),
        (INSTANT, "2017-09-14", "“2017-09-14” is only a date"),
        (INSTANT, "2059-09-14", "Add a time, for example 2059-09-14T00:00:00Z."),
        (INSTANT, "2059-10-26 02:30", "Enter 2059-10-26T00:30:00Z for summer time"),
        (INSTANT, "2059-10-26T02:30:00", "or 2059-10-26T01:30:00Z for winter time"),
        (INSTANT, "2059-03-30T02:30:00", "Enter 2059-03-30T00:30:00Z or 2059-03-30T01:30:00Z."),
        (INSTANT, "2017-09-14T18:00:00 02:00", "a space where its “+” should be. Write the “+” as %2B"),
        *(
            (INSTANT, text, f"“{text}” is not a time")
            for text in ("20170914T180000Z", "2017-09-14T24:00:01Z", "2017-02-30T00:00:00Z", "2017-02-30")
        ),
        *(
            (INSTANT, text, f"“{text}” is not a time")
            for text in ("2017-09-14T18:00:00+25:00", "1505404800", "٢٠١٧-٠٩-١٤T18:00:00Z", "2059-W01-1T10:00Z")
        ),
    ],
)
def test_wrong_value_is_explained(field: StrictField, text: str, message: str) -> None:
    detail, _members = describe(field, text)
    assert message in detail
    assert len(detail) < 350


@pytest.mark.parametrize(
    ("field", "text", "nearest"),
    [
        (STATUS, "confirmd", "confirmed"),
        (STATUS, "CANCELED", "cancelled"),
        (STATUSES, "confirmed,canceled", "cancelled"),
        (FORM, "video-conference", "video_conference"),
        (PUBLIC, "ye", "yes"),
        (COUNTRY, "GR", "EL"),
        (PRESIDENCY, "gb", "UK"),
        (PRESIDENCY, "Estonia", "EE"),
        *((PRESIDENCY, text, "") for text in ("Norway", "XX%s", "")),
        *zip([LANG.field] * 4, ("gr", "CZ", "en-GB", "fre"), ("el", "cs", "en", "fr"), strict=True),
        (LANG.field, "", ""),
        (FORMAT.field, "cvs", "csv"),
        *((FORMAT.field, text, "") for text in ("", "pdf")),
        *zip([ORDERING] * 3, ("-modified", "updated_at", "start_date"), ("-appeared", "appeared", "date"), strict=True),
        *((ORDERING, text, "") for text in ("title", "")),
        *zip([MEMBERS] * 3, ("titel", "TITLE", "agenda/title"), ("title", "title", "agenda"), strict=True),
        *zip([MEMBERS] * 3, ("title.text", "place.town", "zzz"), ("title", "", ""), strict=True),
        (MEMBERS, "id,agenda.tilte", "agenda.title"),
        (MEMBERS, "agenda.items.numbr", "agenda.items.number"),
    ],
)
def test_wrong_value_lists_the_values_and_suggests_the_nearest(field: StrictField, text: str, nearest: str) -> None:
    detail, members = describe(field, text)
    assert members["nearest"] == nearest
    assert f"Use one of: {', '.join(members['allowed'])}." in detail
    assert detail.endswith(f" Did you mean “{nearest}”?" if nearest else ".")
    assert not nearest or nearest in members["allowed"]


def test_unknown_member_lists_those_of_its_level() -> None:
    assert describe(MEMBERS, "place.town")[1]["allowed"] == ["place.city", "place.venue"]


@pytest.mark.parametrize("text", ["2016/0133 (CODE)", "CNS 2016/133"])
def test_similar_procedure_is_suggested(text: str) -> None:
    detail, members = describe(PROCEDURE, text)
    assert members["nearest"] == "2016/0133 (COD)"
    assert detail.endswith("Did you mean “2016/0133 (COD)”?")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("CONFIGURATION", "configuration"),
        ("configuraton", "configuration"),
        ("country", "presidency"),
        ("From", "date_from"),
        ("until", "date_to"),
        ("city", "place"),
        ("page", "cursor"),
        ("per_page", "limit"),
        ("type", "form"),
        ("date", "date_from"),
        ("language", "lang"),
        ("sort", "ordering"),
        ("updated_since", "modified_since"),
        ("since", "modified_since"),
        ("snapshot", "as_of"),
        ("select", "fields"),
        ("q", ""),
    ],
)
def test_unknown_name_suggests_the_nearest(name: str, nearest: str) -> None:
    known = (
        "as_of configuration cursor date_from date_to fields form lang limit modified_since ordering place presidency"
    )
    assert find_nearest_name(name, known.split()) == nearest
    assert find_nearest_name(name, []) == ""
