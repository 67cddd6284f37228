"""Which language an answer is in, what it says of that, and how readers come to another."""

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

from agenda.comparing import labels
from meetings.documents.shape import MeetingDocument, Tombstone
from meetings.editions import bury, freeze
from meetings.languages import has_words, language_of_words
from meetings.models import Edition
from meetings.vocabulary import Language
from tests.cast import MINUTE, PRESS_DAY, full_document, make_configuration, make_meeting, published, withdraw
from tests.publicity import Visitor

PAGE = "meetings/jha/2060/09/14-15-second/"
OTHERS = [language for language in Language.values if language != "en"]


def in_finnish(document: MeetingDocument) -> MeetingDocument:
    path = f"agenda.{document.agenda[0].id}.text"
    return replace(document, language=Language.FI, title="Oikeus- ja sisäasiat", fallbacks=[path])


@pytest.fixture
def note(clock: Any) -> MeetingDocument:
    """In English and Finnish, in two editions."""
    make_configuration()
    first = full_document()
    freeze([first, in_finnish(first)], available_from=PRESS_DAY + MINUTE)
    second = replace(first, lead="<p>New.</p>", status="confirmed", issued_on=None, footnotes=[], agenda=[])
    second = replace(second, agenda=[replace(first.agenda[0], title="Dublin", items=[], number="9")])
    freeze([second, in_finnish(second)], available_from=PRESS_DAY + 2 * MINUTE, change_note="More.")
    clock.move_to(PRESS_DAY + 3 * MINUTE)
    return first


def html(visitor: Visitor, path: str, status: int = 200) -> str:
    response = visitor.get(path)
    assert response.status_code == status
    return str(response.content.decode())


def alternates(page: str) -> dict[str, str]:
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page))


def chooser(page: str) -> list[tuple[str, str]]:
    """Language and address, in their order."""
    return [(found[1], found[0]) for found in re.findall(r'<li><a href="([^"]+)" lang="(\w\w)" hreflang="\2"', page)]


@pytest.mark.django_db
class TestAddresses:
    def test_every_official_language_is_one_to_ask_for(self, visitor: Visitor) -> None:
        assert Language.choices == settings.LANGUAGES
        for language in Language.values:
            response = visitor.get(f"/{language}/")
            assert (response.status_code, response["Content-Language"]) == (200, language)

    @pytest.mark.parametrize(
        "path", ["/xx/", "/no/meetings/", "/pt-BR/", "/pt-br/meetings/", "/EN/nothing/", "/é/", "/nothing/"]
    )
    def test_what_is_no_language_is_not_found(self, visitor: Visitor, path: str) -> None:
        html(visitor, path, 404)

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
    def test_an_address_without_a_language_leads_to_one_with_it(self, visitor: Visitor, path: str, there: str) -> None:
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
    def test_the_front_door_goes_by_what_was_chosen_and_then_by_the_browser(
        self, visitor: Visitor, cookie: str, accepted: str, language: str
    ) -> None:
        visitor.cookies["language"] = cookie
        response = visitor.get("/", headers={"Accept-Language": accepted})
        assert (response.status_code, response["Location"]) == (302, f"/{language}/")
        assert response["Vary"] == "Accept-Language, Cookie"

    def test_a_page_is_the_same_for_every_browser(self, visitor: Visitor) -> None:
        visitor.cookies["language"] = "mt"
        response = visitor.get("/fi/", headers={"Accept-Language": "sv"})
        assert response["Content-Language"] == "fi"
        assert not response.has_header("Vary")
        assert visitor.get("/fi/nothing/", headers={"Accept-Language": "sv"})["Content-Language"] == "fi"

    def test_editors_and_errors_of_the_api_speak_english_to_every_browser(self, visitor: Visitor) -> None:
        named = {"X-Request-Id": "one-and-the-same"}
        for path in ("/admin/login/", "/preview/nothing/", "/api/v1/meetings/?nonsense=1"):
            english, finnish = (
                re.sub(r'name="csrf\w+" value="\w+"', "", visitor.get(path, headers=headers).content.decode())
                for headers in (named, named | {"Accept-Language": "fi", "Cookie": "language=fi"})
            )
            assert english == finnish
        with override("fi"):
            assert "Kirjaudu" not in visitor.get("/admin/login/").content.decode()

    def test_the_api_says_when_it_went_by_the_browser(self, visitor: Visitor) -> None:
        assert "Accept-Language" in visitor.get("/api/v1/meetings/")["Vary"]
        assert "Accept-Language" not in visitor.get("/api/v1/meetings/?lang=fi").get("Vary", "")

    def test_the_api_leads_to_the_page_in_the_documents_language(self, visitor: Visitor, note: MeetingDocument) -> None:
        for language, page in (("fi", "fi"), ("mt", "en")):
            found = visitor.json(f"meetings/{note.id}/?lang={language}")
            assert found["html_url"] == f"http://testserver/{page}/{PAGE}"

    def test_a_page_leads_to_the_data_in_its_own_language(self, visitor: Visitor, note: MeetingDocument) -> None:
        data = f'href="/api/v1/meetings/{note.id}/?lang=fi"'
        assert html(visitor, f"/fi/{PAGE}").count(data) == 2


@pytest.mark.django_db
class TestWhatAPageSaysOfItself:
    def test_a_list_is_there_in_all_languages(self, visitor: Visitor) -> None:
        for path in ("", "meetings/?year=2060", "topics/"):
            found = alternates(html(visitor, f"/mt/{path}"))
            assert found == {each: f"http://testserver/{each}/{path}" for each in Language.values} | {
                "x-default": f"http://testserver/{path}"
            }

    def test_a_text_is_there_in_those_that_its_edition_holds(self, visitor: Visitor, note: MeetingDocument) -> None:
        for language in ("en", "fi", "mt"):
            page = html(visitor, f"/{language}/{PAGE}?x=1")
            found = alternates(page)
            assert found == {
                "en": f"http://testserver/en/{PAGE}",
                "fi": f"http://testserver/fi/{PAGE}",
                "x-default": f"http://testserver/en/{PAGE}",
            }
            own = "fi" if language == "fi" else "en"  # that of the text, also where it is borrowed
            assert f'<link rel="canonical" href="http://testserver/{own}/{PAGE}">' in page

    def test_the_header_names_the_language_of_the_text(self, visitor: Visitor, note: MeetingDocument) -> None:
        below = ("", "editions/1/", "editions/1..2/")
        for language, told in (("en", "en"), ("fi", "fi"), ("mt", "en")):
            found = [visitor.get(f"/{language}/{PAGE}{end}")["Content-Language"] for end in below]
            assert found == [told] * 3

    def test_what_is_not_to_be_found_by_machines_names_no_others(self, visitor: Visitor, note: MeetingDocument) -> None:
        for end, status in (("editions/1/", 200), ("editions/1..2/", 200), ("editions/9/", 404), ("x/", 404)):
            assert alternates(html(visitor, f"/fi/{PAGE}{end}", status)) == {}
        assert f'rel="canonical" href="http://testserver/en/{PAGE}"' in html(visitor, f"/mt/{PAGE}editions/1/")


@pytest.mark.django_db
class TestChoosing:
    def test_each_language_by_its_own_name_and_the_same_page_in_it(self, visitor: Visitor) -> None:
        for path in ("", "meetings/?configuration=jha&amp;cursor=x", "topics/"):
            page = html(visitor, f"/fi/{path.replace('&amp;', '&')}")
            assert chooser(page) == [(each, f"/{each}/{path}") for each in Language.values]
            assert page.count('hreflang="fi" aria-current="true">suomi</a>') == 1
            assert page.count('aria-current="true">') == 1

    def test_what_the_text_is_there_in_stands_apart(self, visitor: Visitor, note: MeetingDocument) -> None:
        page = html(visitor, f"/mt/{PAGE}")
        held, others = page.split("This text is available in")[1].split("Not translated yet")
        assert [language for language, _url in chooser(held)] == ["en", "fi"]
        assert len(chooser(others)) == 22
        assert 'aria-current="true">Malti' in others

    def test_a_notice_of_a_withdrawal_has_it_too(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        response = visitor.get("/fi/meetings/jha/2060/09/14/")
        assert (response.status_code, response["Content-Language"]) == (410, "en")
        assert len(chooser(response.content.decode())) == 24

    def test_a_reason_for_a_withdrawal_is_in_the_language_it_was_written_in(
        self, visitor: Visitor, note: MeetingDocument, clock: Any
    ) -> None:
        standing = Edition.objects.latest("available_from")
        stones = [
            Tombstone(id=note.id, language=each, title=title, reason="Too early.", address=PAGE)
            for each, title in ((Language.EN, "Home Affairs"), (Language.FI, "Sisäasiat"))
        ]
        clock.move_to(bury(standing, stones, available_from=PRESS_DAY + 4 * MINUTE).available_from)
        page = html(visitor, f"/fi/{PAGE}", 410)
        assert '<h1 lang="fi">Sisäasiat</h1>' in page
        assert '<p class="lead">Too early.</p>' in page

    def test_an_address_of_nothing_leads_to_the_front_pages(self, visitor: Visitor) -> None:
        for path in ("/nothing/", "/fi/nothing/?a=1"):
            assert chooser(html(visitor, path, 404)) == [(each, f"/{each}/") for each in Language.values]
        assert visitor.statements == []


@pytest.mark.django_db
class TestWhatIsInWhichLanguage:
    def test_the_page_is_in_the_language_of_its_words_and_the_rest_is_marked(
        self, visitor: Visitor, note: MeetingDocument
    ) -> None:
        page = html(visitor, f"/fi/{PAGE}")
        assert '<html lang="en">' in page
        assert '<h1 lang="fi">Oikeus- ja sisäasiat</h1>' in page
        assert '<time datetime="2060-09-14" lang="fi">tiistai 14.</time> – <time' in page
        assert '<time datetime="2060-09-14T10:00:00+02:00" lang="fi">14. syyskuuta, 10.00</time>' in page
        assert '<div class="prose"><p>Item text.</p>' in page  # the one text that is borrowed, in English as the words
        assert "Parts of this text have not been translated" in page

    def test_a_text_of_another_language_is_told_and_marked(self, visitor: Visitor, note: MeetingDocument) -> None:
        page = html(visitor, f"/mt/{PAGE}")
        assert '<strong lang="mt">Malti</strong>' in page
        assert "<h1>Justice and Home Affairs Council</h1>" in page
        assert 'lang="mt">It-Tlieta, 14' in page
        assert "not available in the language of this page" not in html(visitor, f"/fi/{PAGE}")

    def test_a_link_leads_to_its_address_in_the_language_or_says_which_it_is_in(
        self, visitor: Visitor, clock: Any
    ) -> None:
        english = full_document()
        link = replace(english.links[0], url="https://example.eu/en/", language="en", title="Live")
        own = {"fi": replace(link, title="Suora"), "fr": replace(link, url="https://example.eu/fr/", language="fr")}
        documents = [replace(english, links=[link])]
        documents += [replace(english, language=Language(each), links=[own[each]]) for each in own]
        freeze(documents, available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        for language, shown in (
            ("fi", '<a href="https://example.eu/en/" hreflang="en" lang="fi">Suora</a>'),
            ("fr", '<a href="https://example.eu/fr/" hreflang="fr" lang="fr">Live</a>'),
            ("mt", '<a href="https://example.eu/en/" hreflang="en">Live</a>'),
        ):
            assert shown in html(visitor, f"/{language}/{PAGE}")

    def test_a_configuration_has_its_name_in_the_language(self, visitor: Visitor, note: MeetingDocument) -> None:
        assert 'lang="fi">Oikeus- ja sisäasiat</a>' in html(visitor, "/fi/")
        assert 'lang="fi">Oikeus- ja sisäasiat (JHA)</option>' in html(visitor, "/fi/meetings/")
        assert re.search('<h1 lang="fi">.*neuvosto</h1>', html(visitor, "/fi/meetings/jha/"))

    def test_an_english_page_marks_nothing_of_an_english_text(self, visitor: Visitor, note: MeetingDocument) -> None:
        page = re.sub(
            r"(?s)<nav class=.languages.*?</nav>|<dt>Languages</dt>.*?</dd>|<ul class=.inline note.*?</ul>",
            "",
            html(visitor, f"/en/{PAGE}"),
        )
        assert re.findall(r'lang="(?!en)\w\w"', page.partition("</head>")[2]) == []

    def test_a_catalogue_makes_the_page_one_of_its_language(
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
        page = html(visitor, f"/fi/{PAGE}")
        assert '<html lang="fi">' in page
        assert "Kokoukset" in page
        assert "<h1>Oikeus- ja sisäasiat</h1>" in page
        assert '<div class="prose" lang="en"><p>Item text.</p>' in page
        assert '<time datetime="2060-09-14">tiistai 14.</time>' in page
        assert '<html lang="en">' in html(visitor, f"/mt/{PAGE}")

    def test_around_texts_and_dates_the_words_are_those_of_the_english_page(
        self, visitor: Visitor, note: MeetingDocument
    ) -> None:
        """So that no catalogue of Django's own makes a page of two languages."""
        for end in ("", "meetings/", "meetings/jha/", PAGE, f"{PAGE}editions/", f"{PAGE}editions/1..2/", "nothing/"):
            assert words(visitor, f"/bg/{end}") == words(visitor, f"/en/{end}")


def words(visitor: Visitor, path: str) -> list[str]:
    """The words of the page, without dates and what else depends on the language."""
    page = visitor.get(path).content.decode().partition("<body>")[2]
    page = re.sub(r"(?s)<details.*?</details>|<nav class=.languages.*?</nav>|<p class=.notification.>.*?</p>", "", page)
    page = re.sub(r"(?s)<select[^>]*name=.month.*?</select>", "", page)
    page = re.sub(r'(?s)<(time|option|a|h1|span)[^>]* lang="bg".*?</\1>|<time.*?</time>', "", page)
    page = re.sub(r"Justice and Home Affairs( Council)?( \(JHA\))?|[\d.:]+|ч\.|\d+ September( \d+)?", "", page)
    return re.sub(r"<[^>]+>", " ", page).split()


def messages() -> Iterator[tuple[str, str, str]]:
    """Every message of the public pages: file, context, message."""
    known = {"_": None, "gettext": None, "pgettext": ((1, "c"), 2), "ngettext": (1, 2)}
    for path in Path("templates").rglob("*.html"):
        if "admin" not in path.parts:
            source = "\n".join(line.strip() for line in templatize(path.read_text()).splitlines())
            for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), known):
                yield str(path), context or "", message if isinstance(message, str) else message[0]


@pytest.mark.once
class TestWords:
    def test_a_language_without_a_catalogue_has_english_words(self) -> None:
        for language in OTHERS:
            with override(language):
                assert language_of_words() in ("en", language)
        assert has_words("en")

    def test_no_message_of_a_public_page_is_one_that_django_translates(self) -> None:
        """A message that it knows by another meaning, or in a page that is English around it, takes a context."""
        found = list(messages())
        assert len(found) > 100
        for language in OTHERS:
            with override(language):
                if language_of_words() == language:
                    continue
                for path, context, message in found:
                    shown = pgettext(context, message) if context else gettext(message)
                    assert shown == message, f"{path}: “{message}” needs a context"
                for label in labels.LABELS.values():
                    with override("en"):
                        english = str(label)
                    assert str(label) == english, f"agenda/comparing/labels.py: “{label}” needs a context"
