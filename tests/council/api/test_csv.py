"""Test lists as CSV."""

import csv
import re
from io import StringIO
from typing import Any

import pytest

from meetings.api.csv_tables import escape_formula
from meetings.documents.choices import ItemKind
from meetings.documents.schema import EarlierDate, Item
from meetings.editions.freezing import create_edition
from tests.council.api.published_samples import publish_one_of_each
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    create_editions,
    make_documents,
    make_full_document,
    make_meeting_document,
    make_uuid,
)
from tests.programmes import show_documents
from tests.public_requests import Visitor

LISTS = ("meetings", "agenda-items", "topics", "files", "media-links", "configurations", "presidencies")


def fetch_table(response: Any) -> list[dict[str, str]]:
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    return list(csv.DictReader(StringIO(response.content.decode(), newline="")))


@pytest.mark.django_db
class TestRefusals:
    def test_nearest_format_is_suggested(self, visitor: Visitor) -> None:
        body = visitor.get_problem("meetings/?format=cvs", 400)
        assert (body["allowed"], body["nearest"]) == (["json", "csv"], "csv")

    @pytest.mark.parametrize("query", ["limit=0", "status=confirmd", "cursor=x", "lang=xx", "nonsense=1"])
    def test_errors_are_json(self, visitor: Visitor, query: str) -> None:
        assert visitor.get_problem(f"meetings/?format=csv&{query}", 400)["parameter"] in query

    def test_details_are_not_available_as_csv(self, visitor: Visitor) -> None:
        assert visitor.get_problem(f"meetings/{make_uuid('nobody')}/?format=csv", 400)["parameter"] == "format"
        assert visitor.get_problem("", 406, accept="text/csv")["allowed"] == ["application/json"]

    @pytest.mark.parametrize(
        ("address", "member", "nearest"),
        [
            ("meetings/?fields=title,presidency.name", "presidency.name", "presidency.country"),
            ("agenda-items/?fields=title,meeting.end_date", "meeting.end_date", "meeting.previous.end_date"),
            ("meetings/?fields=title,agenda.items.title", "agenda.items.title", None),
            ("media-links/?fields=id,image", "image", None),
        ],
    )
    def test_member_without_a_column_is_refused(
        self, visitor: Visitor, address: str, member: str, nearest: str | None
    ) -> None:
        body = visitor.get_problem(f"{address}&format=csv", 400)
        assert body["parameter"] == "fields"
        assert f"“{member}”" in body["detail"]
        assert "id" in body["allowed"]
        assert body.get("nearest") == nearest
        assert (nearest or ", ".join(body["allowed"])) in body["detail"]


RESTORING = (  # docs/api.md has it
    r"(?:^|(?<=[;\t\n\r]))'(?=(?:[^\S\n\r]|['\"\u00ad\u200b-\u200f\u2060-\u2064\ufeff])*[=+\-@﹢﹣﹦﹫＋－＝＠])"
)
# Spreadsheets of some languages take full-width signs for those of ASCII, and skip what cannot be seen.
INVISIBLE_STARTS = ["＝", "＋", "－", "＠", "\u200b=", "\u2060+", "\ufeff@", "\u00ad-", "\u200b ＝", "﹦"]


@pytest.mark.once
class TestCells:
    @pytest.mark.parametrize("start", ["=", "+", "-", "@", '"=', " =", "'=", "''+", "' '@", *INVISIBLE_STARTS])
    def test_possible_formula_gets_an_apostrophe(self, start: str) -> None:
        assert escape_formula(f"{start}1+1") == f"'{start}1+1"

    def test_formula_after_a_tab_gets_an_apostrophe(self) -> None:
        assert escape_formula("a\t=1+1") == "a\t'=1+1"
        assert escape_formula("\t=1+1") == "'\t'=1+1"

    @pytest.mark.parametrize("cell", ["", "1+1", "’tis", "'tis", " 1", "a=b", "a; b", "14996/1/22"])
    def test_other_cells_are_unchanged(self, cell: str) -> None:
        assert escape_formula(cell) == cell

    def test_row_of_tabs_is_read_once(self) -> None:
        """Each tab was compared with all that follow it: 20,000 took half a minute."""
        assert escape_formula("\t" * 100_000 + "1") == "\t" * 100_000 + "1"
        assert escape_formula("\t" * 3 + "=1") == "'\t'\t'\t'=1"

    def test_removing_one_apostrophe_restores_the_text(self) -> None:
        texts = ("a\n=1", "a\r\n'=1", 'a;"=1', "=A1", "'=A1", "'tis", "+/- 13:00", "plain", "a;=1;' -2", ";;=1", "＝1")
        for text in (*texts, "' '=1", "a;'b", "a\t=1", "\t=1"):
            assert re.sub(RESTORING, "", escape_formula(text)) == text


@pytest.mark.django_db
class TestTables:
    @pytest.mark.parametrize("name", LISTS)
    def test_every_list_has_a_table(self, visitor: Visitor, clock: Any, name: str) -> None:
        publish_one_of_each(clock)
        rows = fetch_table(visitor.get(f"/api/v1/{name}/?format=csv&limit=100"))
        results = visitor.get_json(f"{name}/?limit=100")["results"]
        assert len(rows) == len(results) > 0
        for row, result in zip(rows, results, strict=True):
            assert row[next(iter(row))] == str(result[next(iter(row))])
            assert None not in row
            assert all(value is not None for value in row.values())

    def test_row_of_a_meeting(self, visitor: Visitor, clock: Any) -> None:
        publish_one_of_each(clock)
        [row] = fetch_table(visitor.get("/api/v1/meetings/?format=csv"))
        expected = {
            "id": str(make_uuid("meeting")),
            "configuration": "jha",
            "number": "3560",
            "title": "Justice and Home Affairs Council",
            "start_date": "2060-09-14",
            "end_date": "2060-09-15",
            "status": "confirmed",
            "form": "formal",
            "city": "Luxembourg",
            "venue": "European Convention Center",
            "presidency": "EE",
            "chairs": "Andres Anvelt",
            "lead": "Lead with a bold term.",
            "document_number": "12644/60",
            "html_url": "http://testserver/en/meetings/jha/2060/09/14-15-second/",
            "url": f"http://testserver/api/v1/meetings/{make_uuid('meeting')}/",
            "language": "en",
            "edition": "1",
            "published_at": "2060-09-14T08:01:00Z",
            "modified_at": "2060-09-14T08:01:00Z",
            "change_note": "First edition.",
            "previous_start_date": "2060-09-13",
            "previous_end_date": "2060-09-13",
        }
        assert {name: value for name, value in row.items() if name in expected} == expected
        assert [name for name in row if name in expected] == list(expected)

    def test_row_of_an_item_has_meeting_and_result(self, visitor: Visitor, clock: Any) -> None:
        publish_one_of_each(clock)
        row = fetch_table(visitor.get("/api/v1/agenda-items/?format=csv"))[0]
        assert (row["configuration"], row["meeting_date"], row["number"]) == ("jha", "2060-09-14", "8")
        assert (row["meeting_title"], row["meeting_city"]) == ("Justice and Home Affairs Council", "Luxembourg")
        assert (row["outcome"], row["procedures"], row["topics"]) == (
            "general_approach",
            "2016/0133 (COD)",
            "migration-policy",
        )
        assert row["text"] == "Item text.\n• one\n• nested"
        assert row["meeting_starts_at"] == fetch_table(visitor.get("/api/v1/meetings/?format=csv"))[0]["starts_at"]

    @pytest.mark.parametrize("name", ["meetings", "agenda-items"])
    def test_postponed_meeting_has_the_date_that_it_had(self, visitor: Visitor, clock: Any, name: str) -> None:
        earlier = EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE)
        values: dict[str, Any] = {"status": "postponed", "start_date": None, "end_date": None, "previous": [earlier]}
        show_documents(
            clock,
            make_meeting_document(**values, agenda=[Item(id=make_uuid("item"), kind=ItemKind.ITEM, title="Asylum")]),
        )
        [row] = fetch_table(visitor.get(f"/api/v1/{name}/?format=csv"))
        assert PRESS_DATE.isoformat() in (row.get("previous_start_date"), row.get("meeting_previous_start_date"))

    def test_row_of_a_link_has_day_and_meeting(self, visitor: Visitor, clock: Any) -> None:
        publish_one_of_each(clock)
        rows = {row["owner_type"]: row for row in fetch_table(visitor.get("/api/v1/media-links/?format=csv"))}
        assert {row["meeting_title"] for row in rows.values()} == {"Justice and Home Affairs Council", ""}
        days = {owner: row["date"] for owner, row in rows.items()}
        assert days == {"item": "2060-09-14", "point": "2060-09-14", "meeting": "", "result": "", "topic": ""}

    def test_changes_have_a_table(self, visitor: Visitor, clock: Any) -> None:
        publish_one_of_each(clock)
        response = visitor.get("/api/v1/changes/?format=csv")
        assert {row["subject_type"] for row in fetch_table(response)} == {"meeting", "topic"}
        assert fetch_table(response)[0]["changed_languages"] == "en"
        assert 'rel="next"' in response["Link"]
        assert "council-changes-" in response["Content-Disposition"]

    def test_fields_select_the_columns(self, visitor: Visitor, clock: Any) -> None:
        publish_one_of_each(clock)
        [row] = fetch_table(visitor.get("/api/v1/meetings/?format=csv&fields=title,place.city,configuration"))
        assert row == {
            "configuration": "jha",
            "title": "Justice and Home Affairs Council",
            "city": "Luxembourg",
            "configuration_code": "JHA",
            "configuration_slug": "jha",
            "configuration_name": "Justice and Home Affairs",
        }

    @pytest.mark.parametrize("name", ["meetings", "agenda-items", "programme", "media-links"])
    def test_configuration_has_the_same_members_as_in_json(self, visitor: Visitor, clock: Any, name: str) -> None:
        publish_one_of_each(clock)
        row = fetch_table(visitor.get(f"/api/v1/{name}/?format=csv"))[0]
        entry = visitor.get_json(f"{name}/")["results"][0]
        for member, value in entry.get("meeting", entry)["configuration"].items():
            assert row[f"configuration_{member}"] == value

    def test_table_follows_rfc_4180(self, visitor: Visitor, clock: Any) -> None:
        create_edition(
            [make_meeting_document('=SUM("a", 1)', lead="<p>Élan</p><p>two</p>")], available_from=PRESS_DAY + MINUTE
        )
        clock.move_to(PRESS_DAY + DAY)
        head, row, end = visitor.get("/api/v1/meetings/?format=csv").content.decode().split("\r\n")
        assert head.startswith("id,configuration,number,title,")
        assert ',"\'=SUM(""a"", 1)",' in row
        assert ',"Élan\ntwo",' in row
        assert end == ""

    def test_empty_table_has_a_header_row(self, visitor: Visitor) -> None:
        assert fetch_table(visitor.get("/api/v1/meetings/?format=csv")) == []

    def test_table_links_to_pages_and_has_a_file_name(self, visitor: Visitor, clock: Any) -> None:
        create_editions(make_documents(5), available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        address, ids = "/api/v1/meetings/?format=csv&limit=2", []
        while address:
            response = visitor.get(address)
            ids += [row["id"] for row in fetch_table(response)]
            assert response["Content-Disposition"] == 'attachment; filename="council-meetings-2060-09-15.csv"'
            links = dict(re.findall(r'<([^>]*)>; rel="(\w+)"', response["Link"]))
            by_relation = {relation: link for link, relation in links.items()}
            assert "license" in by_relation
            assert ("prev" in by_relation) == (len(ids) > 2)
            address = by_relation.get("next", "")
        assert len(set(ids)) == 5

    def test_table_takes_no_more_queries_than_the_list(self, visitor: Visitor, clock: Any) -> None:
        publish_one_of_each(clock)
        for name in LISTS:
            visitor.get(f"/api/v1/{name}/")
            expected = len(visitor.statements)
            visitor.get(f"/api/v1/{name}/?format=csv")
            assert len(visitor.statements) <= expected


@pytest.mark.django_db
class TestNegotiation:
    def test_format_takes_precedence_over_accept(self, visitor: Visitor) -> None:
        for accept in ("application/json", "text/html", "*/*;q=0"):
            response = visitor.get("/api/v1/meetings/?format=CSV", headers={"accept": accept})
            assert response["Content-Type"].startswith("text/csv")
            assert "Accept," not in f"{response['Vary']},"
        response = visitor.get("/api/v1/meetings/?format=json", headers={"accept": "text/csv"})
        assert response["Content-Type"] == "application/json"

    def test_formats_have_different_etags(self, visitor: Visitor, clock: Any) -> None:
        create_edition([make_full_document()], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        for name in LISTS:
            address = f"/api/v1/{name}/"
            as_json, as_csv = (
                visitor.get(address, headers={"accept": kind}) for kind in ("application/json", "text/csv")
            )
            assert as_json["ETag"] != as_csv["ETag"]
            again = visitor.get(address, headers={"accept": "text/csv", "if-none-match": as_csv["ETag"]})
            assert again.status_code == 304
            other = visitor.get(address, headers={"accept": "text/csv", "if-none-match": as_json["ETag"]})
            assert other.status_code == 200

    def test_head_has_the_same_headers(self, visitor: Visitor) -> None:
        response = visitor.head("/api/v1/meetings/?format=csv")
        assert (response.status_code, response.content) == (200, b"")
        assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
