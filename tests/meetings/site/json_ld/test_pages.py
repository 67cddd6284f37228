"""Metadata in the head of pages, for search engines and for shared links."""

import json
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image

from meetings.documents.choices import Language, MeetingStatus
from meetings.documents.plain_text import shorten_text
from meetings.editions.freezing import create_edition
from meetings.reference.configurations import CONFIGURATIONS
from meetings.site.open_graph import MAX_DESCRIPTION_LENGTH, get_locale, get_share_picture
from tests.admin_forms import create_client_with_role
from tests.agenda.preview.test_page import create_preview_link, open_preview
from tests.council.middleware.test_time_travel import start_time_travel
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DAY,
    make_configuration,
    make_full_document,
    make_meeting,
    make_topic,
    publish,
    publish_now,
    withdraw,
)
from tests.meetings.site.json_ld.metadata_reader import (
    fetch_html,
    find_json_ld_blocks,
    read_json_ld_nodes,
    read_meta_elements,
)
from tests.paths import ROOT
from tests.public_requests import Visitor

PAGE = "/en/meetings/jha/2060/09/14/"
FULL = "meetings/jha/2060/09/14-15-second/"
SITE = "http://testserver"
NOINDEX = '<meta name="robots" content="noindex">'
STATIC = ROOT / "static"


def has_no_metadata(html: str) -> bool:
    return not find_json_ld_blocks(html) and not any(name.startswith("og:") for name in read_meta_elements(html))


@pytest.mark.django_db
class TestPagesThatAreNotLive:
    def test_scheduled_meeting_is_not_mentioned(self, visitor: Visitor, clock: Any) -> None:
        publish(make_meeting(lead="<p>Zanzibar</p>"), at=PRESS_DAY + DAY)
        for path in ("/en/", "/en/meetings/", "/en/meetings/jha/"):
            assert "Zanzibar" not in fetch_html(visitor, path)
        assert has_no_metadata(fetch_html(visitor, PAGE, 404))

    def test_withdrawn_meeting_has_no_metadata(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        page = fetch_html(visitor, PAGE, 410)
        assert has_no_metadata(page)
        assert 'rel="canonical"' not in page

    def test_past_edition_is_not_indexed(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        meeting.lead = "<p>New.</p>"
        meeting.save()
        publish_now(clock, meeting)
        for below in ("editions/1/", "editions/1..2/"):
            page = fetch_html(visitor, f"{PAGE}{below}")
            assert has_no_metadata(page)
            assert NOINDEX in page

    def test_preview_has_no_metadata(self, clock: Any) -> None:
        page = open_preview(create_preview_link(make_meeting())).content.decode()
        assert "Ministers will discuss" in page
        assert has_no_metadata(page)
        assert 'rel="canonical"' not in page
        assert NOINDEX in page

    def test_time_travel_has_no_metadata(self, clock: Any) -> None:
        publish(make_meeting(), at=PRESS_DAY + DAY)
        client = start_time_travel(create_client_with_role("Publishers"))
        for path in ("/en/", PAGE):
            page = client.get(path).content.decode()
            assert has_no_metadata(page)
            assert NOINDEX in page

    def test_missing_page_has_no_metadata(self, visitor: Visitor, clock: Any) -> None:
        for path in ("/en/nothing/", "/en/meetings/nobody/", "/en/topics/nothing/"):
            assert has_no_metadata(fetch_html(visitor, path, 404))


@pytest.mark.django_db
class TestJsonLd:
    def test_text_cannot_end_the_script_element(self, visitor: Visitor, clock: Any) -> None:
        title = '</script><script>alert(1)</script><!-- & \u2028 "quoted"'
        make_configuration()
        create_edition([make_full_document(title=title)], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)
        page = fetch_html(visitor, f"/en/{FULL}")
        assert "<script>alert" not in page
        [block] = find_json_ld_blocks(page)
        assert not set("<>&\u2028") & set(block)
        assert read_json_ld_nodes(page)["Event"]["name"] == title
        assert "&lt;/script&gt;" in read_meta_elements(page)["og:title"]
        assert page.count("og:title") == 1

    def test_event_and_breadcrumbs_of_a_meeting(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        metadata = read_json_ld_nodes(fetch_html(visitor, PAGE))
        assert metadata["Event"]["url"] == SITE + PAGE
        trail = [(step["name"], step["item"]) for step in metadata["BreadcrumbList"]["itemListElement"]]
        assert trail == [
            ("Council agendas", f"{SITE}/en/"),
            ("Meetings", f"{SITE}/en/meetings/"),
            ("Justice and Home Affairs", f"{SITE}/en/meetings/jha/"),
            ("Justice and Home Affairs Council", SITE + PAGE),
        ]
        positions = [step["position"] for step in metadata["BreadcrumbList"]["itemListElement"]]
        assert positions == [1, 2, 3, 4]

    def test_fallback_text_refers_to_its_own_page(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        event = read_json_ld_nodes(fetch_html(visitor, PAGE.replace("/en/", "/mt/")))["Event"]
        assert (event["url"], event["inLanguage"]) == (SITE + PAGE, "en")

    def test_postponed_meeting_keeps_its_last_date(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        meeting.start_date = meeting.end_date = None
        meeting.status, meeting.status_reason = MeetingStatus.POSTPONED, "The airport is closed."
        meeting.save()
        publish_now(clock, meeting)
        page = fetch_html(visitor, PAGE)
        event = read_json_ld_nodes(page)["Event"]
        assert event["eventStatus"] == "https://schema.org/EventPostponed"
        assert event["startDate"] == "2060-09-14"
        assert "subEvent" not in event
        assert read_meta_elements(page)["og:description"].startswith(
            "This meeting has been postponed. There is no new date yet. The airport is closed."
        )

    def test_topics_and_configurations_have_breadcrumbs(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(), make_topic())
        for path in ("/en/topics/migration-policy/", "/en/meetings/jha/"):
            metadata = read_json_ld_nodes(fetch_html(visitor, path))
            assert list(metadata) == ["BreadcrumbList"]
            assert metadata["BreadcrumbList"]["itemListElement"][-1]["item"] == SITE + path

    def test_home_page_describes_the_search(self, visitor: Visitor, clock: Any) -> None:
        metadata = read_json_ld_nodes(fetch_html(visitor, "/fi/"))["WebSite"]
        assert metadata["url"] == f"{SITE}/fi/"
        assert metadata["publisher"]["@type"] == "GovernmentOrganization"
        assert metadata["potentialAction"]["target"]["urlTemplate"] == f"{SITE}/fi/search/?q={{search_term_string}}"
        assert metadata["potentialAction"]["query-input"] == "required name=search_term_string"

    def test_lists_have_no_json_ld(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        for path in ("/en/meetings/", "/en/meetings/?configuration=jha", "/en/topics/", f"{PAGE}editions/"):
            assert find_json_ld_blocks(fetch_html(visitor, path)) == []

    def test_block_is_valid_json(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        [block] = find_json_ld_blocks(fetch_html(visitor, PAGE))
        assert json.loads(block)["@graph"]


@pytest.mark.django_db
class TestCanonicalUrl:
    def read_canonical_url(self, page: str) -> str:
        return page.partition('<link rel="canonical" href="')[2].partition('"')[0]

    @pytest.mark.parametrize("path", ["/en/meetings/?cursor=x", "/en/meetings/jha/?cursor=x"])
    def test_later_page_of_a_list_has_no_canonical_url(self, visitor: Visitor, clock: Any, path: str) -> None:
        make_configuration()
        page = fetch_html(visitor, path)
        assert 'rel="canonical"' not in page
        assert "hreflang" not in page.partition("</head>")[0]
        assert NOINDEX in page

    def test_canonical_url_has_significant_parameters_only(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        for path, expected in {
            "/en/?utm_source=x": "/en/",
            "/fi/meetings/?configuration=&year=": "/fi/meetings/",
            "/fi/meetings/?year=2060&x=1&configuration=jha": "/fi/meetings/?configuration=jha&amp;year=2060",
            "/fi/meetings/jha/?year=2060": "/fi/meetings/jha/?year=2060",
            "/fi/meetings/?place=Brussels&month=9&year=2060": "/fi/meetings/?year=2060&amp;month=9",
            "/fi/topics/?x=%22%3E": "/fi/topics/",
            f"{PAGE}?x=1": PAGE,
            PAGE.replace("/en/", "/mt/"): PAGE,
            f"{PAGE}editions/?x=1": f"{PAGE}editions/",
        }.items():
            page = fetch_html(visitor, path)
            assert self.read_canonical_url(page) == SITE + expected, path
            assert NOINDEX not in page, path

    def test_canonical_url_is_among_the_alternates(self, visitor: Visitor, clock: Any) -> None:
        page = fetch_html(visitor, "/en/meetings/?year=2060&x=1")
        assert f'hreflang="en" href="{self.read_canonical_url(page)}"' in page


@pytest.mark.django_db
class TestOpenGraph:
    def test_metadata_of_a_meeting(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        metadata = read_meta_elements(fetch_html(visitor, PAGE))
        assert metadata["og:type"] == "article"
        assert metadata["og:title"] == "Justice and Home Affairs Council, 14 September 2060"
        assert metadata["og:description"] == metadata["description"] == "Ministers will discuss migration."
        assert metadata["og:url"] == SITE + PAGE
        assert metadata["og:site_name"] == "Council agendas"
        assert metadata["og:locale"] == "en_GB"
        assert metadata["og:image"].startswith(f"{SITE}/static/img/og/jha")
        assert (metadata["og:image:width"], metadata["og:image:height"]) == ("1200", "630")
        assert metadata["og:image:alt"] == "JHA: Justice and Home Affairs Council"
        assert metadata["twitter:card"] == "summary_large_image"

    def test_locales_of_a_translated_meeting(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        english = make_full_document()
        finnish = replace(english, language=Language.FI, title="Oikeus- ja sisäasiat", lead="<p>Alku.</p>")
        create_edition([english, finnish], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)
        metadata = read_meta_elements(fetch_html(visitor, f"/fi/{FULL}"))
        assert (metadata["og:locale"], metadata["og:locale:alternate"]) == ("fi_FI", "en_GB")
        assert metadata["og:description"].endswith("Alku.")

    def test_other_pages_have_the_picture_of_the_site(self, visitor: Visitor, clock: Any) -> None:
        for path in ("/en/", "/en/meetings/", "/en/topics/"):
            metadata = read_meta_elements(fetch_html(visitor, path))
            assert metadata["og:type"] == "website"
            assert "img/og/council" in metadata["og:image"]
            assert metadata["og:title"]
        assert (
            "img/og/env"
            in read_meta_elements(fetch_html(visitor, f"/en/meetings/{make_configuration('env').slug}/"))["og:image"]
        )

    def test_descriptions_of_lists(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        make_configuration("env")
        publish_now(clock, make_topic(), make_meeting())
        council = "Meetings of the Council of the European Union"
        calendar = "Calendar of meetings of the Council of the European Union"
        jha = "Justice and Home Affairs (JHA)"
        known = {
            "meetings/": f"{council}, with dates, places and agendas.",
            "meetings/?configuration=jha": f"{council}, with dates, places and agendas: {jha}.",
            "meetings/?configuration=jha&year=2060": f"{council}, with dates, places and agendas: {jha}, 2060.",
            "meetings/2060/09/": f"{calendar}: September 2060.",
            "meetings/2060/09/?configuration=jha": f"{calendar}: September 2060, {jha}.",
            "meetings/jha/": "Justice and Home Affairs Council: all meetings by year",
            "meetings/env/": "Environment Council: all meetings by year",
            "meetings/corrections/": "Changes to published agendas of Council meetings",
            "topics/": "Topics that the Council of the European Union returns to",
        }
        found = {path: read_meta_elements(fetch_html(visitor, f"/en/{path}"))["description"] for path in known}
        assert all(found[path].startswith(start) for path, start in known.items()), found
        assert len(set(found.values())) == len(known)

    def test_theme_colour(self, visitor: Visitor, clock: Any) -> None:
        page = fetch_html(visitor, "/en/")
        variables = (STATIC / "css/variables.css").read_text()
        for scheme, css in zip(("light", "dark"), variables.split("@media", 1), strict=True):
            colour = css.partition("--paper: ")[2][:7]
            assert f'<meta name="theme-color" content="{colour}" media="(prefers-color-scheme: {scheme})">' in page


@pytest.mark.once
class TestDescriptions:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ""),
            ("A line.\none  two ", "A line. one two"),
            ("x" * (MAX_DESCRIPTION_LENGTH + 1), "x" * (MAX_DESCRIPTION_LENGTH - 1) + "…"),
            ("one two, three", "one two, three"),
        ],
    )
    def test_description_is_one_line(self, text: str, expected: str) -> None:
        assert shorten_text(text, MAX_DESCRIPTION_LENGTH) == expected

    def test_shortened_text_ends_with_a_word(self) -> None:
        assert shorten_text("one two, three", 11) == "one two…"

    def test_every_language_has_a_country(self) -> None:
        locales = [get_locale(language) for language in Language.values]
        assert {"en_GB", "el_GR", "ga_IE", "cs_CZ", "mt_MT", "fr_FR"} <= set(locales)
        assert len(set(locales)) == len(Language.values)


@pytest.mark.once
class TestPictures:
    @pytest.mark.parametrize("name", ["council", *(facts.slug for facts in CONFIGURATIONS)])
    def test_pictures_are_small_and_of_the_right_size(self, name: str) -> None:
        path = STATIC / f"img/og/{name}.png"
        assert path.stat().st_size < 30_000
        with Image.open(path) as picture:
            assert (picture.format, picture.mode, picture.size) == ("PNG", "P", (1200, 630))

    def test_other_bodies_have_the_picture_of_the_site(self) -> None:
        assert "council" in get_share_picture("eurogroup").path
        assert "council" in get_share_picture("").path
