"""Interinstitutional files: their pages, list, feed and calendar, and what meeting pages say of earlier meetings."""

import datetime as dt
import re
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from meetings.documents import schema
from meetings.documents.choices import ItemState, Language, MeetingStatus, Outcome
from meetings.documents.schema import MeetingDocument
from meetings.models import Edition, IndexedFile, Suppression
from tests.edition_publisher import EditionPublisher, appears, make_meeting_version
from tests.factories import DAY, MINUTE, PRESS_DATE, make_configuration, make_uuid
from tests.public_requests import Visitor, get_visible_text, lifted_guards

__all__ = ["appears"]
CODE, PAGE = "2059/0133 (COD)", "/en/files/2059-0133-cod/"
COUNCIL = "https://data.consilium.europa.eu/doc/document"
EUR_LEX = "https://eur-lex.europa.eu/procedure"
TREATY = "https://data.europa.eu/eli/treaty/tfeu_2016"


@pytest.fixture(autouse=True)
def _configuration(db: None) -> None:
    make_configuration()


def make_item(name: str = "item", **values: Any) -> schema.Item:
    return schema.Item(id=make_uuid(f"item {name}"), **{"title": "Dublin regulation", "procedures": [CODE]} | values)


def make_meeting_on_file(name: str = "meeting", days: int = 0, *items: schema.Item, **values: Any) -> MeetingDocument:
    """Return a meeting some days after the tests' day, by default with one item on the file."""
    day = PRESS_DATE + days * DAY
    agenda = list(items) or [make_item(f"item of {name}")]
    facts: dict[str, Any] = {"start_date": day, "end_date": day, "agenda": agenda}
    return make_meeting_version(name, **facts | values)


def make_result(outcome: Outcome = Outcome.GENERAL_APPROACH, **values: Any) -> schema.Result:
    return schema.Result(id=make_uuid("result"), outcome=outcome, **values)


def get_meeting_path(edition: Edition) -> str:
    return f"/en/{edition.address}"


class TestPage:
    def test_page_tells_what_each_meeting_did_and_what_comes_next(
        self, visitor: Visitor, appears: EditionPublisher
    ) -> None:
        before = make_item("before", result=make_result(), documents=["14996/1/22 REV 1"], outcome_sought="Adoption")
        ahead = make_item(
            "ahead", title="Dublin: the text", outcome_sought="Political agreement", legal_basis="Article 78(2) TFEU"
        )
        appears(make_meeting_on_file("june", -90, before, make_item("other", title="Fish", procedures=[])))
        appears(make_meeting_on_file("december", 90, ahead))
        page = visitor.get(PAGE)
        text = get_visible_text(page)
        assert re.search(
            r"2059/0133 \(COD\) Dublin: the text .*"
            r"Next meeting Monday 13 December 2060 , Justice and Home Affairs Council "
            r"Last outcome General approach , Wednesday 16 June 2060 "
            r"Documents 14996/1/22 REV 1 Legal basis Article 78\(2\) TFEU Procedure All steps and documents at EUR-Lex",
            text,
        ), text
        assert re.search(
            r"Meetings on this file .*13 December 2060 Next meeting .* Outcome sought: Political agreement "
            r".*16 June 2060 .* General approach Outcome sought: Adoption 14996/1/22 REV 1",
            text,
        ), text
        assert "Fish" not in text
        html = page.content.decode()
        for address in (f"{COUNCIL}/ST-14996-2022-REV-1/en/pdf", f"{EUR_LEX}/EN/2059_133", f"{TREATY}/art_78/oj"):
            assert f'href="{address}"' in html

    def test_page_exists_in_all_languages(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_on_file())
        html = visitor.get(PAGE).content.decode()
        for language in Language.values:
            assert f'hreflang="{language}" href="http://testserver{PAGE.replace("/en/", f"/{language}/")}"' in html
            assert visitor.get(PAGE.replace("/en/", f"/{language}/")).status_code == 200

    @pytest.mark.parametrize("path", ["", "feed.atom", "calendar.ics"])
    def test_file_is_unknown_until_a_meeting_is_public_and_after_it_is_withdrawn(
        self, visitor: Visitor, appears: EditionPublisher, clock: Any, path: str
    ) -> None:
        edition = appears(make_meeting_on_file())
        assert visitor.get(PAGE + path).status_code == 200
        clock.move_to(edition.available_from - MINUTE / 2)
        assert visitor.get(PAGE + path).status_code == 404
        assert visitor.get("/en/files/").content.decode().count("2059") == 0
        appears.withdraw(edition)
        assert visitor.get(PAGE + path).status_code == 404
        assert CODE not in get_visible_text(visitor.get("/en/files/"))

    def test_meeting_that_no_longer_lists_the_file_leaves_it(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_on_file("june", -90))
        appears(make_meeting_on_file("december", 90))
        appears(make_meeting_on_file("december", 90, make_item("other", procedures=["2059/0134 (COD)"])))
        assert "December" not in get_visible_text(visitor.get(PAGE))

    def test_spellings_of_a_code_are_one_file(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_on_file("june", -90, make_item("june", procedures=["2059/133(cod)"])))
        appears(make_meeting_on_file("december", 90))
        assert get_visible_text(visitor.get(PAGE)).count("Justice and Home Affairs Council") == 3  # the next one twice

    @pytest.mark.parametrize("number", [1, 9])
    def test_query_count_does_not_depend_on_the_amount_of_data(
        self, visitor: Visitor, appears: EditionPublisher, number: int
    ) -> None:
        for n in range(number):
            appears(
                make_meeting_on_file(f"meeting {n}", n, make_item(f"item {n}", procedures=[CODE, f"2059/{n:04} (COD)"]))
            )
        for path, queries in {PAGE: 1, "/en/files/": 4, f"{PAGE}feed.atom": 8, f"{PAGE}calendar.ics": 3}.items():
            visitor.get(path)
            assert (path, len(visitor.queries)) == (path, queries)


class TestList:
    def test_list_begins_with_coming_files_and_has_pages(self, visitor: Visitor, appears: EditionPublisher) -> None:
        items = [make_item(f"item {n}", title=f"Act {n}", procedures=[f"2059/{n:04} (COD)"]) for n in range(1, 31)]
        appears(make_meeting_on_file("past", -9, *items))
        appears(make_meeting_on_file("ahead", 9, make_item("ahead", title="Act 7", procedures=["2059/0007 (COD)"])))
        page = visitor.get("/en/files/")
        text = get_visible_text(page)
        assert re.search(
            r"On coming agendas 2059/0007 \(COD\) Act 7 Next: 23 September 2060 Last: 5 September 2060 2 meet", text
        )
        shown = re.findall(r"2059/\d{4}", text.partition("Other files")[2])
        assert shown == [f"2059/{n:04}" for n in range(30, 4, -1) if n != 7]
        [older] = re.findall(r'href="(\?cursor=[^"]+)" rel="next"', page.content.decode())
        rest = visitor.get(f"/en/files/{older}")
        text = get_visible_text(rest)
        assert re.findall(r"2059/\d{4}", text) == [f"2059/{n:04}" for n in range(4, 0, -1)]
        assert 'rel="prev"' in rest.content.decode()

    def test_cancelled_meetings_and_withdrawn_items_are_not_coming(
        self, visitor: Visitor, appears: EditionPublisher
    ) -> None:
        appears(make_meeting_on_file("off", 9, status=MeetingStatus.CANCELLED))
        appears(make_meeting_on_file("on", 10, make_item(state=ItemState.WITHDRAWN)))
        text = get_visible_text(visitor.get("/en/files/"))
        assert CODE in text
        assert "Next:" not in text
        assert "On coming agendas" not in text

    def test_search_for_a_number_links_to_the_file(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_on_file())
        for typed in ("2059/0133", "2059/0133 (COD)", "what about 2059/0133(cod)?"):
            assert f'href="{PAGE}"' in visitor.get("/en/search/", {"q": typed}).content.decode()
        for typed in ("2059/0134", "2059/0133 (NLE)", "Dublin"):
            assert PAGE not in visitor.get("/en/search/", {"q": typed}).content.decode()

    def test_coming_file_is_listed_once(self, visitor: Visitor, appears: EditionPublisher) -> None:
        codes = ["2058/0001 (COD)", "2059/0002 (COD)"]
        appears(make_meeting_on_file("coming", 9, make_item(codes[0], procedures=codes[:1])))
        assert get_visible_text(visitor.get("/en/files/")).count("2058/0001 (COD)") == 1
        assert "Other files" not in get_visible_text(visitor.get("/en/files/"))
        appears(make_meeting_on_file("past", -9, make_item(codes[1], procedures=codes[1:])))
        text = get_visible_text(visitor.get("/en/files/"))
        assert re.search(r"On coming agendas 2058/0001 .* Other files, the latest number first 2059/0002", text)
        assert (text.count("2058/0001 (COD)"), text.count("2059/0002 (COD)")) == (1, 1)

    @pytest.mark.parametrize(
        ("values", "state", "in_list"),
        [
            ({"status": MeetingStatus.CANCELLED}, "Cancelled", "Meeting cancelled"),
            ({"status": MeetingStatus.POSTPONED}, "Postponed, no new date", "Meeting postponed, no new date"),
            ({"agenda": [make_item(state=ItemState.WITHDRAWN)]}, "Withdrawn", "Item withdrawn"),
        ],
    )
    def test_file_whose_only_meeting_is_called_off_says_so(
        self, visitor: Visitor, appears: EditionPublisher, values: dict[str, Any], state: str, in_list: str
    ) -> None:
        appears(make_meeting_on_file("m", 9, **values))
        assert f"State {state} Thursday 23 September 2060 , Justice" in get_visible_text(visitor.get(PAGE))
        assert f"Dublin regulation {in_list}" in get_visible_text(visitor.get("/en/files/"))
        appears(make_meeting_on_file("later", 20))
        assert f"State {state}" not in get_visible_text(visitor.get(PAGE))
        assert in_list not in get_visible_text(visitor.get("/en/files/"))


class TestMeetingPage:
    def test_item_links_to_its_file_and_to_the_registers(self, visitor: Visitor, appears: EditionPublisher) -> None:
        item = make_item(documents=["97810/22 REV 2", "COM(2059) 270"], legal_basis="Articles 82(1) and 83 TFEU")
        html = visitor.get(get_meeting_path(appears(make_meeting_on_file("m", 0, item)))).content.decode()
        assert f'<a href="{PAGE}">{CODE}</a>' in html
        assert f'<a href="{EUR_LEX}/EN/2059_133">EUR-Lex<' in html
        assert f'<a href="{COUNCIL}/ST-97810-2022-REV-2/en/pdf">97810/22 REV 2</a>' in html
        assert f'Articles <a href="{TREATY}/art_82/oj">82(1)</a> and <a href="{TREATY}/art_83/oj">83</a> TFEU' in html
        assert "<li>COM(2059) 270</li>" in html
        assert "Before" not in html

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"result": make_result(), "outcome_sought": "Adoption"}, "general approach, 16 June 2060"),
            ({"outcome_sought": "Policy debate"}, "Policy debate, 16 June 2060"),
            ({"result": make_result(Outcome.NOT_STATED, title="Agreed in part")}, "Agreed in part , 16 June 2060"),
            ({}, "16 June 2060"),
        ],
    )
    def test_item_says_what_was_done_before(
        self, visitor: Visitor, appears: EditionPublisher, values: dict[str, Any], words: str
    ) -> None:
        june = appears(make_meeting_on_file("june", -90, make_item("june", **values)))
        appears(make_meeting_on_file("may", -120, make_item("may", result=make_result(Outcome.ADOPTED))))
        appears(make_meeting_on_file("december", 90))
        page = visitor.get(get_meeting_path(appears(make_meeting_on_file())))
        assert f"Before {words} " in get_visible_text(page).replace(" ,", ",").replace("part,", "part ,")
        assert f'href="{get_meeting_path(june)}#item-{make_uuid("item june")}"' in page.content.decode()

    def test_only_what_is_live_and_took_place_counts(self, visitor: Visitor, appears: EditionPublisher) -> None:
        page = get_meeting_path(appears(make_meeting_on_file()))
        assert "Before" not in get_visible_text(visitor.get(page))
        before = appears(make_meeting_on_file("june", -90))
        assert "Before 16 June 2060" in get_visible_text(visitor.get(page))
        appears.withdraw(before)
        appears(make_meeting_on_file("off", -80, status=MeetingStatus.CANCELLED))
        appears(make_meeting_on_file("put off", -70, make_item("put off", state=ItemState.POSTPONED)))
        assert "Before" not in get_visible_text(visitor.get(page))

    def test_past_edition_and_preview_say_nothing_of_files(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_on_file("june", -90))
        appears(make_meeting_on_file())
        edition = appears(make_meeting_on_file(title="JHA"))
        html = visitor.get(f"{get_meeting_path(edition)}editions/1/").content.decode()
        assert f'<a href="{EUR_LEX}/EN/2059_133">{CODE}</a>' in html
        assert PAGE not in html

    @pytest.mark.parametrize("number", [1, 9])
    def test_query_count_does_not_depend_on_the_amount_of_data(
        self, visitor: Visitor, appears: EditionPublisher, number: int
    ) -> None:
        codes = [f"2059/{n:04} (COD)" for n in range(number)]
        for n in range(1, number + 1):
            appears(
                make_meeting_on_file(
                    f"meeting {n}", -n, *(make_item(f"{n} {code}", procedures=[code]) for code in codes)
                )
            )
        page = get_meeting_path(appears(make_meeting_on_file("m", 0, *(make_item(c, procedures=[c]) for c in codes))))
        visitor.get(page)
        assert len(visitor.queries) == 5  # the document, the meetings before and after, earlier items, their documents


class TestSubscriptions:
    def test_feed_and_calendar_have_the_meetings_of_the_file(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_on_file("june", -90, title="June"))
        appears(make_meeting_on_file("december", 90, title="December"))
        appears(make_meeting_on_file("fish", 80, make_item("fish", procedures=[]), title="Fish"))
        feed = visitor.get(f"{PAGE}feed.atom").content.decode()
        assert re.findall("<title>([^<]+)", feed) == [
            "File 2059/0133 (COD)",
            "Published: December, 13 December 2060 – Dublin regulation",
            "Published: June, 16 June 2060 – Dublin regulation",
        ]
        calendar = visitor.get(f"{PAGE}calendar.ics").content.decode()
        assert sorted(re.findall("SUMMARY[^:]*:(.+)\r", calendar)) == ["December", "June"]

    def test_feed_and_calendar_name_items_and_outcomes(self, visitor: Visitor, appears: EditionPublisher) -> None:
        items = [
            make_item("one", title="Dublin regulation", result=make_result()),
            make_item("two", title="Dublin: the text"),
            make_item("fish", title="Fish", procedures=[]),
        ]
        appears(make_meeting_on_file("june", -90, *items, title="June"))
        feed = visitor.get(f"{PAGE}feed.atom").content.decode()
        assert "16 June 2060 – Dublin regulation (general approach); Dublin: the text</title>" in feed
        calendar = visitor.get(f"{PAGE}calendar.ics").content.decode().replace("\r\n ", "")
        assert re.search(r"DESCRIPTION[^:]*:Dublin regulation \(general approach\)\\nDublin: the text\\n\\n", calendar)
        assert "Fish:" not in feed + calendar

    def test_feed_does_not_name_items_of_suppressed_editions(
        self, visitor: Visitor, appears: EditionPublisher, clock: Any
    ) -> None:
        first = appears(make_meeting_on_file("m", 0, make_item(title="Zanzibar")))
        appears(make_meeting_on_file("m", 0, make_item(title="Dublin regulation")))
        assert "Zanzibar" in visitor.get(f"{PAGE}feed.atom").content.decode()
        Suppression.objects.create(edition=first, at=timezone.now(), reason="Personal data.")
        assert "Zanzibar" not in visitor.get(f"{PAGE}feed.atom").content.decode()

    def test_sitemap_lists_the_page_in_all_languages(self, visitor: Visitor, appears: EditionPublisher) -> None:
        assert visitor.get("/sitemap-files-1.xml").status_code == 404
        appears(make_meeting_on_file())
        assert "/sitemap-files-1.xml" in visitor.get("/sitemap.xml").content.decode()
        listed = re.findall("<loc>([^<]+)", visitor.get("/sitemap-files-1.xml").content.decode())
        assert listed == [f"http://testserver{PAGE.replace('/en/', f'/{language}/')}" for language in Language.values]


class TestApi:
    def test_file_has_its_days_and_leads_to_its_items(self, visitor: Visitor, appears: EditionPublisher) -> None:
        before = make_item("before", result=make_result())
        appears(make_meeting_on_file("june", -90, before, title="June"))
        appears(make_meeting_on_file("december", 90, make_item("ahead", title="Dublin: the text")))
        [file] = visitor.get_json("files/")["results"]
        assert file == visitor.get_json("files/2059-0133-cod/")
        assert (file["number"], file["title"], file["meeting_count"]) == (CODE, "Dublin: the text", 2)
        days = {name: file[name] for name in ("first_date", "last_date", "next_date")}
        assert days == {"first_date": "2060-06-16", "last_date": "2060-06-16", "next_date": "2060-12-13"}
        items = visitor.get(file["agenda_items"]).json()["results"]
        assert [(item["meeting"]["start_date"], item["result"] and item["result"]["outcome"]) for item in items] == [
            ("2060-12-13", None),
            ("2060-06-16", "general_approach"),
        ]
        [procedure] = items[0]["procedure_links"]
        assert (procedure["api_url"], procedure["html_url"]) == (file["url"], file["html_url"])

    def test_unknown_file_is_not_found(self, visitor: Visitor, appears: EditionPublisher, clock: Any) -> None:
        edition = appears(make_meeting_on_file())
        clock.move_to(edition.available_from - MINUTE / 2)
        hidden = visitor.get_problem("files/2059-0133-cod/", 404)
        assert hidden == visitor.get_problem("files/2059-0134-cod/", 404) | {
            "request_id": hidden.get("request_id")
        } or (hidden["detail"] == visitor.get_problem("files/2059-0134-cod/", 404)["detail"])
        assert visitor.get_json("files/")["results"] == []
        assert "nearest" not in visitor.get_problem("files/2059-0133-COD/", 404)

    def test_name_in_capitals_leads_to_the_file(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_on_file())
        nearest = visitor.get_problem("files/2059-0133-COD/", 404)["nearest"]
        assert visitor.get(nearest).json()["number"] == "2059/0133 (COD)"

    def test_pages_and_filters(self, visitor: Visitor, appears: EditionPublisher) -> None:
        codes = ["2059/0001 (COD)", "2059/0002 (NLE)", "2058/0009 (COD)"]
        appears(make_meeting_on_file("m", 0, *(make_item(code, procedures=[code]) for code in codes)))

        def list_numbers(query: str) -> list[str]:
            return [file["number"] for file in visitor.get_json(f"files/?{query}")["results"]]

        assert list_numbers("") == [codes[1], codes[0], codes[2]]
        first = visitor.get_json("files/?limit=2")
        assert [file["number"] for file in visitor.get(first["next"]).json()["results"]] == [codes[2]]
        assert list_numbers("year=2058") == [codes[2]]
        assert list_numbers("configuration=jha") == list_numbers("")
        assert list_numbers(f"date_from={PRESS_DATE + DAY}") == []

    def test_next_date_changes_at_midnight(self, visitor: Visitor, appears: EditionPublisher, clock: Any) -> None:
        appears(make_meeting_on_file("m", 0))
        path = "/api/v1/files/2059-0133-cod/"
        tag = visitor.get(path)["ETag"]
        assert visitor.get(path, headers={"if-none-match": tag}).status_code == 304
        clock.move_to(dt.datetime(2060, 9, 15, 0, 0, tzinfo=dt.UTC))
        again = visitor.get(path, headers={"if-none-match": tag})
        assert (again.status_code, again.json()["next_date"], again.json()["last_date"]) == (200, None, "2060-09-14")


def test_migration_writes_the_same_rows_for_older_editions(clock: Any, committed: None) -> None:
    items = [
        make_item(procedures=[CODE, "C(2059) 12", "2059/0134", "2059/133 (cod)"]),
        make_item("two", state=ItemState.ADDED),
    ]
    EditionPublisher(clock)(make_meeting_on_file("m", 0, *items))
    columns = ("edition", "item_id", "position", "slug", "year", "number", "date", "state")
    rows = IndexedFile.objects.order_by("position")
    written = list(rows.values_list(*columns))
    assert [row[3] for row in written] == ["2059-0133-cod", "2059-0133-cod"]
    migration = import_module("meetings.migrations.0032_files")
    with lifted_guards():
        rows.delete()
        with connection.schema_editor(atomic=True) as editor:
            migration.fill(apps, editor)
    assert list(rows.values_list(*columns)) == written
    with pytest.raises(DatabaseError, match="sealed"), transaction.atomic():
        rows.delete()
