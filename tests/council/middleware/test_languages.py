"""The language of responses, how it is marked, and how readers choose another."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from django.conf import settings
from django.utils.translation import gettext, override, pgettext
from django.utils.translation.template import templatize
from msgspec.structs import replace

from meetings.documents.choices import Language
from meetings.documents.members import get_members
from meetings.documents.schema import SHAPES, MeetingDocument, Tombstone
from meetings.editions.freezing import create_edition, create_tombstone
from meetings.i18n.languages import get_interface_language, has_catalogue
from meetings.models import Edition
from tests.factories import (
    MINUTE,
    PRESS_DAY,
    make_configuration,
    make_full_document,
    make_meeting,
    publish_now,
    withdraw,
)
from tests.public_requests import Visitor
from tests.worlds import share_world

pytestmark = pytest.mark.usefixtures("note")
PAGE = "meetings/jha/2060/09/14-15-second/"
OTHERS = [language for language in Language.values if language != "en"]


def translate_to_finnish(document: MeetingDocument) -> MeetingDocument:
    path = f"agenda.{document.agenda[0].id}.text"
    return replace(document, language=Language.FI, title="Oikeus- ja sisäasiat", fallbacks=[path])


@share_world
def note(clock: Any) -> MeetingDocument:
    """Publish two editions in English and Finnish; return the first English document."""
    make_configuration()
    first = make_full_document()
    create_edition([first, translate_to_finnish(first)], available_from=PRESS_DAY + MINUTE)
    second = replace(first, lead="<p>New.</p>", status="confirmed", issued_on=None, footnotes=[], agenda=[])
    second = replace(second, agenda=[replace(first.agenda[0], title="Dublin", items=[], number="9")])
    create_edition([second, translate_to_finnish(second)], available_from=PRESS_DAY + 2 * MINUTE, change_note="More.")
    clock.move_to(PRESS_DAY + 3 * MINUTE)
    return first


def get_html(visitor: Visitor, path: str, status: int = 200) -> str:
    response = visitor.get(path)
    assert response.status_code == status
    return str(response.content.decode())


def find_alternates(page: str) -> dict[str, str]:
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page))


def find_language_links(page: str) -> list[tuple[str, str]]:
    """Return language and address of each link in the language menu, in order."""
    return [(found[1], found[0]) for found in re.findall(r'<li><a href="([^"]+)" lang="(\w\w)" hreflang="\2"', page)]


class TestAddresses:
    def test_pages_exist_in_every_official_language(self, visitor: Visitor) -> None:
        assert Language.choices == settings.LANGUAGES
        for path in [*(f"/{language}/about/" for language in Language.values), "/el/", "/mt/"]:
            response = visitor.get(path)
            assert (response.status_code, response["Content-Language"]) == (200, path[1:3])

    @pytest.mark.parametrize(
        "path", ["/xx/", "/no/meetings/", "/pt-BR/", "/pt-br/meetings/", "/EN/nothing/", "/é/", "/nothing/"]
    )
    def test_unknown_language_is_not_found(self, visitor: Visitor, path: str) -> None:
        get_html(visitor, path, 404)

    @pytest.mark.parametrize(
        ("path", "there"),
        [
            ("/", "/fi/"),
            ("/meetings", "/fi/meetings/"),
            ("/meetings/?year=2017&configuration=jha", "/fi/meetings/?year=2017&configuration=jha"),
            (f"/{PAGE}", f"/fi/{PAGE}"),
            (f"/{PAGE}editions/1..2/", f"/fi/{PAGE}editions/1..2/"),
            ("/topics/migration-policy/", "/fi/topics/migration-policy/"),
            ("/EN/", "/en/"),
            ("/Mt/meetings?year=2017", "/mt/meetings/?year=2017"),
        ],
    )
    def test_address_without_language_redirects(self, visitor: Visitor, path: str, there: str) -> None:
        response = visitor.get(path, headers={"Accept-Language": "fi"})
        assert (response.status_code, response["Location"]) == (302, there)
        assert visitor.statements == []

    @pytest.mark.parametrize(
        ("cookie", "accepted", "language"),
        [
            ("", "", "en"),
            ("", "pt-BR, fi;q=0.9", "pt"),
            ("", "de-AT", "de"),
            ("", "no, mt;q=0.5", "mt"),
            ("", "fr;q=0, *", "en"),
            ("mt", "fi", "mt"),
            ("xx", "fi", "fi"),
            ("../evil", "", "en"),
        ],
    )
    def test_root_redirects_by_cookie_then_by_browser(
        self, visitor: Visitor, cookie: str, accepted: str, language: str
    ) -> None:
        visitor.cookies["language"] = cookie
        response = visitor.get("/", headers={"Accept-Language": accepted})
        assert (response.status_code, response["Location"]) == (302, f"/{language}/")
        assert response["Vary"] == "Accept-Language, Cookie"

    def test_page_does_not_depend_on_browser(self, visitor: Visitor) -> None:
        visitor.cookies["language"] = "mt"
        response = visitor.get("/fi/", headers={"Accept-Language": "sv"})
        assert response["Content-Language"] == "fi"
        assert not response.has_header("Vary")
        assert visitor.get("/fi/nothing/", headers={"Accept-Language": "sv"})["Content-Language"] == "fi"

    def test_admin_and_api_errors_are_english_for_every_browser(self, visitor: Visitor) -> None:
        named = {"X-Request-Id": "one-and-the-same"}
        for path in ("/admin/login/", "/preview/nothing/", "/api/v1/meetings/?nonsense=1"):
            english, finnish = (
                re.sub(r'name="csrf\w+" value="\w+"', "", visitor.get(path, headers=headers).content.decode())
                for headers in (named, named | {"Accept-Language": "fi", "Cookie": "language=fi"})
            )
            assert english == finnish
        with override("fi"):
            assert "Kirjaudu" not in visitor.get("/admin/login/").content.decode()

    def test_api_varies_by_browser_language_without_parameter(self, visitor: Visitor) -> None:
        assert "Accept-Language" in visitor.get("/api/v1/meetings/")["Vary"]
        assert "Accept-Language" not in visitor.get("/api/v1/meetings/?lang=fi").get("Vary", "")

    def test_api_links_to_page_in_language_of_document(self, visitor: Visitor, note: MeetingDocument) -> None:
        for language, page in (("fi", "fi"), ("mt", "en")):
            found = visitor.get_json(f"meetings/{note.id}/?lang={language}")
            assert found["html_url"] == f"http://testserver/{page}/{PAGE}"

    def test_page_links_to_data_in_its_language(self, visitor: Visitor, note: MeetingDocument) -> None:
        data = f'href="/api/v1/meetings/{note.id}/?lang=fi"'
        assert get_html(visitor, f"/fi/{PAGE}").count(data) == 2


class TestAlternates:
    def test_list_exists_in_all_languages(self, visitor: Visitor) -> None:
        for path in ("", "meetings/?year=2060", "topics/"):
            found = find_alternates(get_html(visitor, f"/mt/{path}"))
            assert found == {each: f"http://testserver/{each}/{path}" for each in Language.values} | {
                "x-default": f"http://testserver/{path}"
            }

    def test_text_exists_in_languages_of_its_edition(self, visitor: Visitor, note: MeetingDocument) -> None:
        for language in ("en", "fi", "mt"):
            page = get_html(visitor, f"/{language}/{PAGE}?x=1")
            found = find_alternates(page)
            assert found == {
                "en": f"http://testserver/en/{PAGE}",
                "fi": f"http://testserver/fi/{PAGE}",
                "x-default": f"http://testserver/en/{PAGE}",
            }
            own = "fi" if language == "fi" else "en"  # the language of the text, even if it is a fallback
            assert f'<link rel="canonical" href="http://testserver/{own}/{PAGE}">' in page

    def test_header_names_language_of_text(self, visitor: Visitor, note: MeetingDocument) -> None:
        below = ("", "editions/1/", "editions/1..2/")
        for language, shown in (("en", "en"), ("fi", "fi"), ("mt", "en")):
            found = [visitor.get(f"/{language}/{PAGE}{end}")["Content-Language"] for end in below]
            assert found == [shown] * 3

    def test_pages_that_are_not_indexed_have_no_alternates(self, visitor: Visitor, note: MeetingDocument) -> None:
        for end, status in (("editions/1/", 200), ("editions/1..2/", 200), ("editions/9/", 404), ("x/", 404)):
            assert find_alternates(get_html(visitor, f"/fi/{PAGE}{end}", status)) == {}
        assert f'rel="canonical" href="http://testserver/en/{PAGE}"' in get_html(visitor, f"/mt/{PAGE}editions/1/")


class TestLanguageMenu:
    def test_menu_links_to_same_page_in_each_language(self, visitor: Visitor) -> None:
        for path in ("", "meetings/?configuration=jha&amp;cursor=x", "topics/"):
            page = get_html(visitor, f"/fi/{path.replace('&amp;', '&')}")
            assert find_language_links(page) == [(each, f"/{each}/{path}") for each in Language.values]
            assert page.count('hreflang="fi" aria-current="true">suomi</a>') == 1
            assert page.count('aria-current="true">') == 1

    @pytest.mark.parametrize("language", Language.values)
    def test_menu_says_in_the_language_of_the_page_why_the_interface_is_english(
        self, visitor: Visitor, language: str
    ) -> None:
        page = get_html(visitor, f"/{language}/about/")
        sentence = re.search(rf'<p lang="{language}">([^<]+)\.</p>', page)
        assert bool(sentence) is (language != "en")

    def test_menu_separates_languages_of_the_text(self, visitor: Visitor, note: MeetingDocument) -> None:
        page = get_html(visitor, f"/mt/{PAGE}")
        available, others = page.split("This text is available in")[1].split("Not translated yet")
        assert [language for language, _url in find_language_links(available)] == ["en", "fi"]
        assert len(find_language_links(others)) == 22
        assert 'aria-current="true">Malti' in others

    def test_withdrawal_notice_has_menu(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        response = visitor.get("/fi/meetings/jha/2060/09/14/")
        assert (response.status_code, response["Content-Language"]) == (410, "en")
        assert len(find_language_links(response.content.decode())) == 24

    def test_reason_for_withdrawal_is_in_its_original_language(
        self, visitor: Visitor, note: MeetingDocument, clock: Any
    ) -> None:
        current = Edition.objects.latest("available_from")
        stones = [
            Tombstone(id=note.id, language=each, title=title, reason="Too early.", address=PAGE)
            for each, title in ((Language.EN, "Home Affairs"), (Language.FI, "Sisäasiat"))
        ]
        clock.move_to(create_tombstone(current, stones, available_from=PRESS_DAY + 4 * MINUTE).available_from)
        page = get_html(visitor, f"/fi/{PAGE}", 410)
        assert '<h1 lang="fi">Sisäasiat</h1>' in page
        assert '<p class="lead">Too early.</p>' in page

    def test_menu_of_error_page_links_to_home_pages(self, visitor: Visitor) -> None:
        for path in ("/nothing/", "/fi/nothing/?a=1"):
            assert find_language_links(get_html(visitor, path, 404)) == [
                (each, f"/{each}/") for each in Language.values
            ]
        assert visitor.statements == []


class TestMarkedLanguages:
    def test_page_is_in_interface_language_and_other_texts_are_marked(
        self, visitor: Visitor, note: MeetingDocument
    ) -> None:
        page = get_html(visitor, f"/fi/{PAGE}")
        assert '<html lang="en">' in page
        assert '<h1><span lang="fi">Oikeus- ja sisäasiat</span>' in page
        assert '<time datetime="2060-09-14" lang="fi">tiistai 14.</time> – <time' in page
        assert '<time datetime="2060-09-14T10:00:00+02:00">14 September, 10:00</time>' in page
        assert '<div class="prose"><p>Item text.</p>' in page  # the one fallback is in English, as the interface is
        assert "Parts of this text have not been translated" in page

    def test_text_in_another_language_is_announced_and_marked(self, visitor: Visitor, note: MeetingDocument) -> None:
        page = get_html(visitor, f"/mt/{PAGE}")
        assert '<strong lang="mt">Malti</strong>' in page
        assert "<h1><span>Justice and Home Affairs Council</span>" in page
        assert 'lang="mt">It-Tlieta, 14' in page
        assert "not available in the language of this page" not in get_html(visitor, f"/fi/{PAGE}")

    def test_link_has_url_of_language_or_names_its_language(self, visitor: Visitor, clock: Any) -> None:
        english = make_full_document()
        link = replace(english.links[0], url="https://example.eu/en/", language="en", title="Live")
        own = {"fi": replace(link, title="Suora"), "fr": replace(link, url="https://example.eu/fr/", language="fr")}
        documents = [replace(english, links=[link])]
        documents += [replace(english, language=Language(each), links=[own[each]]) for each in own]
        create_edition(documents, available_from=PRESS_DAY + 4 * MINUTE, change_note="Links.")
        clock.move_to(PRESS_DAY + 5 * MINUTE)
        for language, shown in (
            ("fi", '<a href="https://example.eu/en/" hreflang="en"><span lang="fi">Suora</span></a>'),
            ("fr", '<a href="https://example.eu/fr/" hreflang="fr"><span lang="fr">Live</span></a>'),
            ("mt", '<a href="https://example.eu/en/" hreflang="en"><span>Live</span></a>'),
        ):
            assert shown in get_html(visitor, f"/{language}/{PAGE}")

    def test_configuration_has_name_in_language(self, visitor: Visitor, note: MeetingDocument) -> None:
        assert 'lang="fi">Oikeus- ja sisäasiat</a>' in get_html(visitor, "/fi/")
        assert 'lang="fi">Oikeus- ja sisäasiat (JHA) – 1</option>' in get_html(visitor, "/fi/meetings/")
        assert re.search('<h1 lang="fi">.*neuvosto</h1>', get_html(visitor, "/fi/meetings/jha/"))

    def test_english_page_with_english_text_marks_nothing(self, visitor: Visitor, note: MeetingDocument) -> None:
        page = re.sub(
            r"(?s)<nav class=.languages.*?</nav>|<dt>Languages</dt>.*?</dd>|<ul class=.inline note.*?</ul>",
            "",
            get_html(visitor, f"/en/{PAGE}"),
        )
        assert re.findall(r'lang="(?!en)\w\w"', page.partition("</head>")[2]) == []

    def test_catalogue_translates_page(
        self, visitor: Visitor, note: MeetingDocument, settings: Any, tmp_path: Path
    ) -> None:
        catalogue = Catalog("fi")
        catalogue.add("en", "fi", context="code of the language that this is translated into")
        catalogue.add("Meetings", "Kokoukset")
        folder = tmp_path / "fi" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        with (folder / "django.mo").open("wb") as file:
            write_mo(file, catalogue)
        settings.LOCALE_PATHS = [tmp_path]
        page = get_html(visitor, f"/fi/{PAGE}")
        assert '<html lang="fi">' in page
        assert "Kokoukset" in page
        assert "<h1><span>Oikeus- ja sisäasiat</span>" in page
        assert '<div class="prose" lang="en"><p>Item text.</p>' in page
        assert '<time datetime="2060-09-14">tiistai 14.</time>' in page
        assert '<html lang="en">' in get_html(visitor, f"/mt/{PAGE}")

    def test_interface_is_english_without_catalogue(self, visitor: Visitor, note: MeetingDocument) -> None:
        """Django's own catalogues must not make a page of two languages."""
        for end in ("", "meetings/", "meetings/jha/", PAGE, f"{PAGE}editions/", f"{PAGE}editions/1..2/", "nothing/"):
            assert list_words(visitor, f"/bg/{end}") == list_words(visitor, f"/en/{end}")


def list_words(visitor: Visitor, path: str) -> list[str]:
    """Return the words of the page, without dates and anything else that depends on the language."""
    page = visitor.get(path).content.decode().partition("<body>")[2]
    page = re.sub(r"(?s)<details.*?</details>|<nav class=.languages.*?</nav>|<p class=.notification.>.*?</p>", "", page)
    page = re.sub(r"(?s)<select[^>]*name=.month.*?</select>", "", page)
    page = re.sub(r'(?s)<(time|option|a|h1|span)[^>]* lang="bg".*?</\1>|<time.*?</time>', "", page)
    page = re.sub(r"Justice and Home Affairs( Council)?( \(JHA\)( – \d)?)?|[\d.:]+|ч\.|\d+ September( \d+)?", "", page)
    return re.sub(r"<[^>]+>", " ", page).split()


def extract_messages() -> Iterator[tuple[str, str, str]]:
    """Yield every message of the public pages with its file and context."""
    known = {"_": None, "gettext": None, "pgettext": ((1, "c"), 2), "ngettext": (1, 2)}
    for path in Path("templates").rglob("*.html"):
        if "admin" not in path.parts:
            source = "\n".join(line.strip() for line in templatize(path.read_text()).splitlines())
            for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), known):
                yield str(path), context or "", message if isinstance(message, str) else message[0]


@pytest.mark.once
class TestMessages:
    def test_language_without_catalogue_has_english_messages(self) -> None:
        for language in OTHERS:
            with override(language):
                assert get_interface_language() in ("en", language)
        assert has_catalogue("en")

    def test_no_public_message_is_translated_by_django(self) -> None:
        """A message that Django translates needs a context, or it would be translated on a page in English."""
        found = list(extract_messages())
        assert len(found) > 100
        members = [member for shape in SHAPES.values() for member in get_members(shape).values()]
        labels = [label for member in members for label in (member.label, member.change) if label]
        for language in OTHERS:
            with override(language):
                if get_interface_language() == language:
                    continue
                for path, context, message in found:
                    shown = pgettext(context, message) if context else gettext(message)
                    assert shown == message, f"{path}: “{message}” needs a context"
                for label in labels:
                    with override("en"):
                        english = str(label)
                    assert str(label) == english, f"meetings/documents/schema.py: “{label}” needs a context"
