"""What pages say in their heads, to search engines and to whoever shares their address."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image

from meetings.editions import freeze
from meetings.reference.configurations import CONFIGURATIONS
from meetings.sharing import LONGEST, excerpt, locale_of, picture_of
from meetings.vocabulary import Language, MeetingStatus
from tests.agenda.filling import member_of
from tests.agenda.previews.test_opening import create_preview_link, open_preview
from tests.cast import (
    DAY,
    MINUTE,
    PRESS_DAY,
    full_document,
    make_configuration,
    make_meeting,
    make_topic,
    publish,
    published,
    withdraw,
)
from tests.council.travel.test_travel import away
from tests.meetings.structured.reading import blocks, html_of, meta, nodes
from tests.publicity import Visitor

PAGE = "/en/meetings/jha/2060/09/14/"
FULL = "meetings/jha/2060/09/14-15-second/"
SITE = "http://testserver"
NOINDEX = '<meta name="robots" content="noindex">'
STATIC = Path(__file__).resolve().parents[3] / "static"


def says_nothing(html: str) -> bool:
    return not blocks(html) and not any(name.startswith("og:") for name in meta(html))


@pytest.mark.django_db
class TestWhatIsNotLive:
    def test_what_is_still_to_come_is_nowhere(self, visitor: Visitor, clock: Any) -> None:
        publish(make_meeting(lead="<p>Zanzibar</p>"), at=PRESS_DAY + DAY)
        for path in ("/en/", "/en/meetings/", "/en/meetings/jha/"):
            assert "Zanzibar" not in html_of(visitor, path)
        assert says_nothing(html_of(visitor, PAGE, 404))

    def test_a_withdrawn_meeting_says_nothing_to_machines(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        page = html_of(visitor, PAGE, 410)
        assert says_nothing(page)
        assert 'rel="canonical"' not in page

    def test_a_past_edition_is_not_to_be_found(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        meeting.lead = "<p>New.</p>"
        meeting.save()
        published(clock, meeting)
        for below in ("editions/1/", "editions/1..2/"):
            page = html_of(visitor, f"{PAGE}{below}")
            assert says_nothing(page)
            assert NOINDEX in page

    def test_a_preview_says_nothing_to_machines(self, clock: Any) -> None:
        page = open_preview(create_preview_link(make_meeting())).content.decode()
        assert "Ministers will discuss" in page
        assert says_nothing(page)
        assert 'rel="canonical"' not in page
        assert NOINDEX in page

    def test_nor_does_the_site_at_another_time(self, clock: Any) -> None:
        publish(make_meeting(), at=PRESS_DAY + DAY)
        client = away(member_of("Publishers"))
        for path in ("/en/", PAGE):
            page = client.get(path).content.decode()
            assert says_nothing(page)
            assert NOINDEX in page

    def test_a_page_that_is_not_there_says_nothing(self, visitor: Visitor, clock: Any) -> None:
        for path in ("/en/nothing/", "/en/meetings/nobody/", "/en/topics/nothing/"):
            assert says_nothing(html_of(visitor, path, 404))


@pytest.mark.django_db
class TestDataInAPage:
    def test_no_text_can_end_its_element(self, visitor: Visitor, clock: Any) -> None:
        title = '</script><script>alert(1)</script><!-- & \u2028 "quoted"'
        make_configuration()
        freeze([full_document(title=title)], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)
        page = html_of(visitor, f"/en/{FULL}")
        assert "<script>alert" not in page
        [block] = blocks(page)
        assert not set("<>&\u2028") & set(block)
        assert nodes(page)["Event"]["name"] == title
        assert "&lt;/script&gt;" in meta(page)["og:title"]
        assert page.count("og:title") == 1

    def test_a_meeting_and_where_it_is_on_the_site(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting())
        told = nodes(html_of(visitor, PAGE))
        assert told["Event"]["url"] == SITE + PAGE
        trail = [(step["name"], step["item"]) for step in told["BreadcrumbList"]["itemListElement"]]
        assert trail == [
            ("Council agendas", f"{SITE}/en/"),
            ("Meetings", f"{SITE}/en/meetings/"),
            ("Justice and Home Affairs", f"{SITE}/en/meetings/jha/"),
            ("Justice and Home Affairs Council", SITE + PAGE),
        ]
        positions = [step["position"] for step in told["BreadcrumbList"]["itemListElement"]]
        assert positions == [1, 2, 3, 4]

    def test_a_text_in_another_language_is_told_of_at_its_own_page(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting())
        event = nodes(html_of(visitor, PAGE.replace("/en/", "/mt/")))["Event"]
        assert (event["url"], event["inLanguage"]) == (SITE + PAGE, "en")

    def test_a_meeting_that_lost_its_date_keeps_the_one_it_had(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        meeting.start_date = meeting.end_date = None
        meeting.status, meeting.status_reason = MeetingStatus.POSTPONED, "The airport is closed."
        meeting.save()
        published(clock, meeting)
        page = html_of(visitor, PAGE)
        event = nodes(page)["Event"]
        assert event["eventStatus"] == "https://schema.org/EventPostponed"
        assert event["startDate"] == "2060-09-14"
        assert "subEvent" not in event
        assert meta(page)["og:description"].startswith("This meeting has been postponed. The airport is closed.")

    def test_topics_and_configurations_say_where_they_are(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting(), make_topic())
        for path in ("/en/topics/migration-policy/", "/en/meetings/jha/"):
            told = nodes(html_of(visitor, path))
            assert list(told) == ["BreadcrumbList"]
            assert told["BreadcrumbList"]["itemListElement"][-1]["item"] == SITE + path

    def test_the_front_page_says_how_to_search(self, visitor: Visitor, clock: Any) -> None:
        told = nodes(html_of(visitor, "/fi/"))["WebSite"]
        assert told["url"] == f"{SITE}/fi/"
        assert told["publisher"]["@type"] == "GovernmentOrganization"
        assert told["potentialAction"]["target"]["urlTemplate"] == f"{SITE}/fi/search/?q={{search_term_string}}"
        assert told["potentialAction"]["query-input"] == "required name=search_term_string"

    def test_lists_have_none(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting())
        for path in ("/en/meetings/", "/en/meetings/?configuration=jha", "/en/topics/", f"{PAGE}editions/"):
            assert blocks(html_of(visitor, path)) == []

    def test_it_is_json(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting())
        [block] = blocks(html_of(visitor, PAGE))
        assert json.loads(block)["@graph"]


@pytest.mark.django_db
class TestTheOneAddress:
    def canonical(self, visitor: Visitor, path: str) -> str:
        page = html_of(visitor, path)
        return page.partition('<link rel="canonical" href="')[2].partition('"')[0]

    @pytest.mark.parametrize("path", ["/en/meetings/?cursor=x", "/en/meetings/jha/?cursor=x"])
    def test_a_place_in_a_long_list_has_none(self, visitor: Visitor, clock: Any, path: str) -> None:
        published(clock, make_meeting())
        page = html_of(visitor, path)
        assert 'rel="canonical"' not in page
        assert "hreflang" not in page.partition("</head>")[0]
        assert NOINDEX in page

    @pytest.mark.parametrize(
        ("path", "told"),
        [
            ("/en/?utm_source=x", "/en/"),
            ("/fi/meetings/?configuration=&year=", "/fi/meetings/"),
            ("/fi/meetings/?year=2060&x=1&configuration=jha", "/fi/meetings/?configuration=jha&amp;year=2060"),
            ("/fi/meetings/jha/?year=2060", "/fi/meetings/jha/?year=2060"),
            ("/fi/meetings/?place=Brussels&month=9&year=2060", "/fi/meetings/?year=2060&amp;month=9"),
            ("/fi/topics/?x=%22%3E", "/fi/topics/"),
            (f"{PAGE}?x=1", PAGE),
            (PAGE.replace("/en/", "/mt/"), PAGE),
            (f"{PAGE}editions/?x=1", f"{PAGE}editions/"),
        ],
    )
    def test_it_has_no_more_than_it_takes(self, visitor: Visitor, clock: Any, path: str, told: str) -> None:
        published(clock, make_meeting())
        assert self.canonical(visitor, path) == SITE + told
        assert NOINDEX not in html_of(visitor, path)

    def test_it_is_among_those_in_other_languages(self, visitor: Visitor, clock: Any) -> None:
        page = html_of(visitor, "/en/meetings/?year=2060&x=1")
        assert f'hreflang="en" href="{self.canonical(visitor, "/en/meetings/?year=2060")}"' in page


@pytest.mark.django_db
class TestWhereItIsShared:
    def test_a_meeting_has_title_lead_and_picture(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_meeting())
        told = meta(html_of(visitor, PAGE))
        assert told["og:type"] == "article"
        assert told["og:title"] == "Justice and Home Affairs Council, 14 September 2060"
        assert told["og:description"] == told["description"] == "Ministers will discuss migration."
        assert told["og:url"] == SITE + PAGE
        assert told["og:site_name"] == "Council agendas"
        assert told["og:locale"] == "en_GB"
        assert told["og:image"].startswith(f"{SITE}/static/img/og/jha")
        assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
        assert told["og:image:alt"] == "JHA: Justice and Home Affairs Council"
        assert told["twitter:card"] == "summary_large_image"

    def test_in_each_language_of_its_text(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        english = full_document()
        finnish = replace(english, language=Language.FI, title="Oikeus- ja sisäasiat", lead="<p>Alku.</p>")
        freeze([english, finnish], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)
        told = meta(html_of(visitor, f"/fi/{FULL}"))
        assert (told["og:locale"], told["og:locale:alternate"]) == ("fi_FI", "en_GB")
        assert told["og:description"].endswith("Alku.")

    def test_all_else_has_the_picture_of_the_site(self, visitor: Visitor, clock: Any) -> None:
        for path in ("/en/", "/en/meetings/", "/en/topics/"):
            told = meta(html_of(visitor, path))
            assert told["og:type"] == "website"
            assert "img/og/council" in told["og:image"]
            assert told["og:title"]
        assert "img/og/env" in meta(html_of(visitor, f"/en/meetings/{make_configuration('env').slug}/"))["og:image"]

    def test_each_list_says_what_it_is(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        make_configuration("env")
        published(clock, make_topic(), make_meeting())
        council = "Meetings of the Council of the European Union"
        jha = "Justice and Home Affairs (JHA)"
        known = {
            "meetings/": f"{council}, with dates, places and agendas, by who meets and when.",
            "meetings/?configuration=jha": f"{council}, with dates, places and agendas: {jha}.",
            "meetings/?configuration=jha&year=2060": f"{council}, with dates, places and agendas: {jha}, 2060.",
            "meetings/2060/09/": f"{council} as a calendar: September 2060.",
            "meetings/2060/09/?configuration=jha": f"{council} as a calendar: September 2060, {jha}.",
            "meetings/jha/": "Justice and Home Affairs Council: its meetings year by year",
            "meetings/env/": "Environment Council: its meetings year by year",
            "meetings/corrections/": "What was said of Council meetings and is no longer so",
            "topics/": "Files that the Council of the European Union comes back to",
        }
        found = {path: meta(html_of(visitor, f"/en/{path}"))["description"] for path in known}
        assert all(found[path].startswith(told) for path, told in known.items()), found
        assert len(set(found.values())) == len(known)

    def test_a_browser_is_told_the_colour_of_the_page(self, visitor: Visitor, clock: Any) -> None:
        page = html_of(visitor, "/en/")
        variables = (STATIC / "css/variables.css").read_text()
        for scheme, css in zip(("light", "dark"), variables.split("@media", 1), strict=True):
            colour = css.partition("--paper: ")[2][:7]
            assert f'<meta name="theme-color" content="{colour}" media="(prefers-color-scheme: {scheme})">' in page


@pytest.mark.once
class TestWords:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", ""),
            ("A line.\n- one\n- two", "A line. one two"),
            ("x" * (LONGEST + 1), "x" * (LONGEST - 1) + "…"),
            ("one two, three", "one two, three"),
        ],
    )
    def test_an_excerpt_is_one_line(self, text: str, told: str) -> None:
        assert excerpt(text) == told

    def test_it_ends_with_a_word_and_no_comma(self) -> None:
        assert excerpt("one two, three", 11) == "one two…"

    def test_every_language_has_a_country(self) -> None:
        told = [locale_of(language) for language in Language.values]
        assert {"en_GB", "el_GR", "ga_IE", "cs_CZ", "mt_MT", "fr_FR"} <= set(told)
        assert len(set(told)) == len(Language.values)


@pytest.mark.once
class TestPictures:
    @pytest.mark.parametrize("name", ["council", *(facts.slug for facts in CONFIGURATIONS)])
    def test_each_is_a_small_palette_of_the_right_size(self, name: str) -> None:
        path = STATIC / f"img/og/{name}.png"
        assert path.stat().st_size < 30_000
        with Image.open(path) as picture:
            assert (picture.format, picture.mode, picture.size) == ("PNG", "P", (1200, 630))

    def test_other_bodies_have_that_of_the_site(self) -> None:
        assert "council" in picture_of("eurogroup").path
        assert "council" in picture_of("").path
