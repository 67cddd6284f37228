"""The sitemap: which pages are listed, in which languages, and when they changed."""

import datetime as dt
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from council.views import sitemap
from meetings.documents import schema
from meetings.documents.choices import Language
from meetings.editions.freezing import create_edition
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    create_editions,
    make_configuration,
    make_documents,
    make_full_document,
    make_meeting,
    make_topic,
    publish,
    publish_now,
    withdraw,
)
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
OF_2060 = "/sitemap-meetings-2060-1.xml"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def read_file(visitor: Visitor, path: str) -> Any:
    """Return the root of a file after checking it against the rules of sitemap.xsd and siteindex.xsd."""
    response = visitor.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml; charset=utf-8")
    root: Any = ElementTree.fromstring(response.content)  # noqa: S314 (it is our own)
    inner = {f"{SITEMAP}urlset": "url", f"{SITEMAP}sitemapindex": "sitemap"}[root.tag]
    assert 0 < len(root) <= 50_000
    assert len(response.content) < 50_000_000
    for each in root:
        assert each.tag == SITEMAP + inner
        names = [part.tag for part in each]
        assert names[0] == f"{SITEMAP}loc"
        assert names[1:].count(f"{SITEMAP}lastmod") <= 1
        assert set(names[1:]) <= {f"{SITEMAP}lastmod", *([f"{XHTML}link"] if inner == "url" else [])}
        assert each[0].text.startswith(f"{SITE}/")
        assert len(each[0].text) < 2048
        for modified in each.findall(f"{SITEMAP}lastmod"):
            assert INSTANT.fullmatch(modified.text)
    addresses = [each[0].text for each in root]
    assert len(set(addresses)) == len(addresses)
    return root


def list_addresses(visitor: Visitor, path: str) -> list[str]:
    return [each[0].text.removeprefix(SITE) for each in read_file(visitor, path)]


def list_all_pages(visitor: Visitor) -> list[str]:
    return [page for file in list_addresses(visitor, "/sitemap.xml") for page in list_addresses(visitor, file)]


class TestNotListed:
    def test_empty_file_is_not_found(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        for path in (
            "/sitemap-meetings-2059-1.xml",
            "/sitemap-meetings-2060-2.xml",
            "/sitemap-meetings-0000-1.xml",
            "/sitemap-meetings-2060-0.xml",
            "/sitemap-meetings-2060-99999.xml",
            "/sitemap-topics-1.xml",
            "/sitemap-pages-9.xml",
            "/sitemap-2060-1.xml",
            "/sitemap--1.xml",
        ):
            assert visitor.get(path).status_code == 404, path

    def test_scheduled_edition_is_neither_listed_nor_counted(self, visitor: Visitor, clock: Any) -> None:
        make_configuration("env")
        publish_now(clock, make_meeting())
        paths = [*list_addresses(visitor, "/sitemap.xml"), "/sitemap.xml"]
        before = [visitor.get(path).content for path in paths]
        publish(make_meeting("env"), make_topic(), at=PRESS_DAY + DAY)
        publish(make_meeting(start_date=dt.date(2061, 1, 1)), at=PRESS_DAY + DAY)
        assert [visitor.get(path).content for path in paths] == before
        assert visitor.get("/sitemap-topics-1.xml").status_code == 404
        assert visitor.get("/sitemap-meetings-2061-1.xml").status_code == 404
        clock.move_to(PRESS_DAY + DAY)
        assert "/sitemap-topics-1.xml" in list_addresses(visitor, "/sitemap.xml")
        assert "/en/meetings/env/2060/09/14/" in list_all_pages(visitor)

    def test_withdrawn_meeting_is_not_listed(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting, make_topic())
        assert OF_2060 in list_addresses(visitor, "/sitemap.xml")
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert OF_2060 not in list_addresses(visitor, "/sitemap.xml")
        assert visitor.get(OF_2060).status_code == 404

    def test_former_address_of_moved_meeting_is_not_listed(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        meeting.start_date = meeting.end_date = PRESS_DATE + DAY
        meeting.status_reason = "The airport is closed."
        meeting.save()
        publish_now(clock, meeting)
        assert list_addresses(visitor, OF_2060) == ["/en/meetings/jha/2060/09/15/"]


class TestListed:
    def test_every_listed_page_exists(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(), make_topic())
        pages = list_all_pages(visitor)
        for path in ("/en/", "/mt/", "/fi/meetings/", "/fi/topics/", "/fi/meetings/jha/"):
            assert path in pages
        assert "/en/meetings/jha/2060/09/14/" in pages
        assert "/en/topics/migration-policy/" in pages
        english, maltese = ([path for path in pages if path.startswith(f"/{each}/")] for each in ("en", "mt"))
        fixed = {path[3:] for path in maltese}
        assert {path for path in pages if path[3:] in fixed} == {
            f"/{language}{path}" for language in Language.values for path in fixed
        }
        assert {path[:3] for path in pages if path[3:] not in fixed} == {"/en"}  # the texts
        assert not [path for path in (*english, *maltese) if visitor.get(path).status_code != 200]

    @pytest.mark.parametrize("year", [1952, 1999, 26])
    def test_meeting_of_any_year_is_listed(self, visitor: Visitor, clock: Any, year: int) -> None:
        """A meeting that lost its date may have been published with a wrong year."""
        make_configuration()
        day = dt.date(year, 9, 14)
        lost: dict[str, Any] = {"start_date": None, "end_date": None, "status": "postponed", "status_reason": "Storm."}
        previous = {"previous": [schema.EarlierDate(start_date=day, end_date=day)]}
        values: dict[str, Any] = {"start_date": day, "end_date": day} if year > 1000 else lost | previous
        create_edition([make_full_document(**values)], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)
        assert f"/sitemap-meetings-{year:04}-1.xml" in list_addresses(visitor, "/sitemap.xml")
        [path] = list_addresses(visitor, f"/sitemap-meetings-{year:04}-1.xml")
        assert visitor.get(path).status_code == 200

    def test_text_is_listed_in_its_languages_only(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        english = make_full_document()
        create_edition([english, replace(english, language=Language.FI)], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)
        page = "/meetings/jha/2060/09/14-15-second/"
        urls = read_file(visitor, OF_2060)
        assert {url[0].text for url in urls} == {f"{SITE}/en{page}", f"{SITE}/fi{page}"}
        for url in urls:
            assert url.find(f"{SITEMAP}lastmod").text == "2060-09-14T08:01:00Z"
            links = {link.get("hreflang"): link.get("href") for link in url.findall(f"{XHTML}link")}
            assert {link.get("rel") for link in url.findall(f"{XHTML}link")} == {"alternate"}
            assert links == {
                "en": f"{SITE}/en{page}",
                "fi": f"{SITE}/fi{page}",
                "x-default": f"{SITE}/en{page}",
            }

    def test_alternates_are_the_same_as_on_the_page(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        for url in [url for url in read_file(visitor, "/sitemap-pages-1.xml") if url[0].text.startswith(f"{SITE}/ga/")]:
            html = visitor.get(url[0].text.removeprefix(SITE)).content.decode()
            assert f'<link rel="canonical" href="{url[0].text}">' in html
            links = [(link.get("hreflang"), link.get("href")) for link in url.findall(f"{XHTML}link")]
            assert sorted(links) == sorted(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', html))

    def test_text_in_one_language_has_no_alternates(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        [url] = read_file(visitor, OF_2060)
        assert url.findall(f"{XHTML}link") == []

    def test_robots_txt_names_sitemap(self, visitor: Visitor) -> None:
        assert f"Sitemap: {SITE}/sitemap.xml" in visitor.get("/robots.txt").content.decode().splitlines()


class TestManyMeetings:
    @pytest.fixture
    def thirty_meetings(self, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Publish thirty meetings; a file holds ten."""
        make_configuration()
        monkeypatch.setattr(sitemap, "MAX_SUBJECTS_PER_FILE", 10)
        create_editions(make_documents(30), available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)

    @pytest.mark.usefixtures("thirty_meetings")
    def test_files_are_split_and_complete(self, visitor: Visitor) -> None:
        files = [path for path in list_addresses(visitor, "/sitemap.xml") if "meetings" in path]
        assert files == [f"/sitemap-meetings-2060-{page}.xml" for page in (1, 2, 3)]
        pages = [page for file in files for page in list_addresses(visitor, file)]
        assert [len(list_addresses(visitor, file)) for file in files] == [10, 10, 10]
        assert len(set(pages)) == 30

    @pytest.mark.usefixtures("thirty_meetings")
    def test_file_takes_one_query(self, visitor: Visitor) -> None:
        for path, queries in {"/sitemap.xml": 3, OF_2060: 1, "/sitemap-pages-1.xml": 1}.items():
            read_file(visitor, path)
            assert len(visitor.statements) == queries, path

    def test_whole_file_is_small(self, visitor: Visitor) -> None:
        """Compressed, a file of 12 MB was 35 kB, and anybody could have it unpacked again and again."""
        for path in list_addresses(visitor, "/sitemap.xml"):
            assert len(visitor.get(path).content) < 1_400_000


class TestConditionalRequests:
    def test_unchanged_file_is_not_sent(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        for path in ("/sitemap.xml", OF_2060, "/sitemap-pages-1.xml"):
            first = visitor.get(path)
            assert first["Cache-Control"] == "no-cache"
            again = visitor.get(path, headers={"if-none-match": first["ETag"]})
            assert (again.status_code, again.content) == (304, b"")

    def test_file_is_sent_after_publication(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        tag = visitor.get("/sitemap.xml")["ETag"]
        publish_now(clock, make_meeting("env", start_date=dt.date(2061, 1, 1)))
        again = visitor.get("/sitemap.xml", headers={"if-none-match": tag})
        assert again.status_code == 200
        assert b"meetings-2061" in again.content
