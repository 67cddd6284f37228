"""The sitemap: what search engines are told of, in which languages, and since when."""

import datetime as dt
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from council import sitemap
from meetings.documents import shape
from meetings.editions import freeze
from meetings.models import Configuration
from meetings.vocabulary import Language
from tests.cast import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    full_document,
    make_configuration,
    make_meeting,
    make_topic,
    many_documents,
    publish,
    published,
    withdraw,
)
from tests.publicity import Visitor

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
OF_2060 = "/sitemap-meetings-2060-1.xml"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def read(visitor: Visitor, path: str) -> Any:
    """The root of the file, whose structure is that of the protocol's schemas (sitemap.xsd, siteindex.xsd)."""
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


def told(visitor: Visitor, path: str) -> list[str]:
    return [each[0].text.removeprefix(SITE) for each in read(visitor, path)]


def everything(visitor: Visitor) -> list[str]:
    return [page for file in told(visitor, "/sitemap.xml") for page in told(visitor, file)]


class TestWhatIsNotLive:
    @pytest.mark.parametrize(
        "path",
        [
            "/sitemap-meetings-2059-1.xml",
            "/sitemap-meetings-2060-2.xml",
            "/sitemap-meetings-0000-1.xml",
            "/sitemap-meetings-2060-0.xml",
            "/sitemap-meetings-2060-99999.xml",
            "/sitemap-topics-1.xml",
            "/sitemap-pages-2.xml",
            "/sitemap-2060-1.xml",
            "/sitemap--1.xml",
        ],
    )
    def test_a_file_with_nothing_in_it_is_not_there(self, visitor: Visitor, clock: Any, path: str) -> None:
        published(clock, make_meeting())
        assert visitor.get(path).status_code == 404

    def test_what_is_still_to_come_is_neither_named_nor_counted(self, visitor: Visitor, clock: Any) -> None:
        make_configuration("env")
        published(clock, make_meeting())
        paths = [*told(visitor, "/sitemap.xml"), "/sitemap.xml"]
        before = [visitor.get(path).content for path in paths]
        publish(make_meeting("env"), make_topic(), at=PRESS_DAY + DAY)
        publish(make_meeting(start_date=dt.date(2061, 1, 1)), at=PRESS_DAY + DAY)
        assert [visitor.get(path).content for path in paths] == before
        assert visitor.get("/sitemap-topics-1.xml").status_code == 404
        assert visitor.get("/sitemap-meetings-2061-1.xml").status_code == 404
        clock.move_to(PRESS_DAY + DAY)
        assert "/sitemap-topics-1.xml" in told(visitor, "/sitemap.xml")
        assert "/en/meetings/env/2060/09/14/" in everything(visitor)

    def test_what_is_withdrawn_is_gone(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting, make_topic())
        assert OF_2060 in told(visitor, "/sitemap.xml")
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert OF_2060 not in told(visitor, "/sitemap.xml")
        assert visitor.get(OF_2060).status_code == 404

    def test_an_earlier_address_of_what_was_moved_is_gone(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        meeting.start_date = meeting.end_date = PRESS_DATE + DAY
        meeting.status_reason = "The airport is closed."
        meeting.save()
        published(clock, meeting)
        assert told(visitor, OF_2060) == ["/en/meetings/jha/2060/09/15/"]


class TestWhatThereIs:
    def test_every_page_of_it_is_there(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting(), make_topic())
        pages = everything(visitor)
        for path in ("/en/", "/mt/", "/fi/meetings/", "/fi/topics/", "/fi/meetings/jha/"):
            assert path in pages
        assert "/en/meetings/jha/2060/09/14/" in pages
        assert "/en/topics/migration-policy/" in pages
        assert not [path for path in pages if visitor.get(path).status_code != 200]

    @pytest.mark.parametrize("year", [1952, 1999, 26])
    def test_a_meeting_of_any_year_is_told_like_all_others(self, visitor: Visitor, clock: Any, year: int) -> None:
        """A wrong year may have been published of one that lost its date."""
        make_configuration()
        day = dt.date(year, 9, 14)
        lost = {"start_date": None, "end_date": None, "status": "postponed", "status_reason": "Storm."}
        previous = {"previous": [shape.EarlierDate(start_date=day, end_date=day)]}
        values = {"start_date": day, "end_date": day} if year > 1000 else lost | previous
        freeze([full_document(**values)], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)
        assert f"/sitemap-meetings-{year:04}-1.xml" in told(visitor, "/sitemap.xml")
        [path] = told(visitor, f"/sitemap-meetings-{year:04}-1.xml")
        assert visitor.get(path).status_code == 200

    def test_a_text_in_each_of_its_languages_and_in_no_other(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        english = full_document()
        freeze([english, replace(english, language=Language.FI)], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)
        page = "/meetings/jha/2060/09/14-15-second/"
        urls = read(visitor, OF_2060)
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

    def test_it_says_the_same_as_the_page(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting())
        for url in [url for url in read(visitor, "/sitemap-pages-1.xml") if url[0].text.startswith(f"{SITE}/ga/")]:
            html = visitor.get(url[0].text.removeprefix(SITE)).content.decode()
            assert f'<link rel="canonical" href="{url[0].text}">' in html
            links = [(link.get("hreflang"), link.get("href")) for link in url.findall(f"{XHTML}link")]
            assert sorted(links) == sorted(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', html))

    def test_a_text_in_one_language_names_no_others(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting())
        [url] = read(visitor, OF_2060)
        assert url.findall(f"{XHTML}link") == []

    def test_robots_are_told_of_it(self, visitor: Visitor) -> None:
        assert f"Sitemap: {SITE}/sitemap.xml" in visitor.get("/robots.txt").content.decode().splitlines()


class TestMany:
    @pytest.fixture
    def thirty(self, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of which ten go into a file."""
        make_configuration()
        monkeypatch.setattr(sitemap, "SUBJECTS", 10)
        for document in many_documents(30):
            freeze([document], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)

    @pytest.mark.usefixtures("thirty")
    def test_they_are_split_and_none_is_lost(self, visitor: Visitor) -> None:
        files = [path for path in told(visitor, "/sitemap.xml") if "meetings" in path]
        assert files == [f"/sitemap-meetings-2060-{page}.xml" for page in (1, 2, 3)]
        pages = [page for file in files for page in told(visitor, file)]
        assert [len(told(visitor, file)) for file in files] == [10, 10, 10]
        assert len(set(pages)) == 30

    @pytest.mark.usefixtures("thirty")
    def test_a_file_takes_one_query(self, visitor: Visitor) -> None:
        for path in ("/sitemap.xml", OF_2060, "/sitemap-pages-1.xml"):
            read(visitor, path)
            assert len(visitor.statements) == 1, path

    def test_no_file_is_larger_than_five_thousand_addresses(self) -> None:
        assert len(Language.values) * sitemap.SUBJECTS <= 5000

    def test_nor_are_the_pages_that_stand_always(self, visitor: Visitor) -> None:
        make_configuration()
        assert (Configuration.objects.count() + len(sitemap.ALWAYS_THERE)) * len(Language.values) <= 5000


class TestAskingAgain:
    def test_what_has_not_changed_is_not_sent(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting())
        for path in ("/sitemap.xml", OF_2060, "/sitemap-pages-1.xml"):
            first = visitor.get(path)
            assert first["Cache-Control"] == "no-cache"
            again = visitor.get(path, headers={"if-none-match": first["ETag"]})
            assert (again.status_code, again.content) == (304, b"")

    def test_after_a_publication_it_is(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting())
        tag = visitor.get("/sitemap.xml")["ETag"]
        published(clock, make_meeting("env", start_date=dt.date(2061, 1, 1)))
        again = visitor.get("/sitemap.xml", headers={"if-none-match": tag})
        assert again.status_code == 200
        assert b"meetings-2061" in again.content
