"""A picture is public exactly as long as an edition that shows it: on its own address and on every surface."""

import io
from typing import Any

import docx
import pypdf
import pytest
from django.test import Client

from agenda.models import MediaLink
from agenda.workflow.suppression import erase, get_edition_by_number, suppress
from meetings.documents import schema
from meetings.images.sizes import list_file_names
from meetings.models import IndexedImage, Meeting, StoredImage
from tests import actions
from tests.actions import REASON
from tests.admin_forms import create_client_with_role, create_user, sign_in
from tests.factories import COMMAND, DAY, MINUTE, PRESS_DAY, make_meeting, make_topic, publish, publish_now, translate
from tests.factories import withdraw as withdraw_subject
from tests.meetings.site.json_ld.metadata_reader import read_meta_elements
from tests.pictures import decode, make_stored_image
from tests.public_requests import Visitor

PAGE, ALT = "/en/meetings/jha/2060/09/14/", "Arrivals by sea, from January to August"
pytestmark = pytest.mark.django_db


@pytest.fixture
def image(clock: Any) -> schema.Image:
    return make_stored_image((2000, 1000), alt=ALT)


@pytest.fixture
def meeting(image: schema.Image) -> Meeting:
    """Create a meeting with an infographic that is not public yet."""
    meeting = make_meeting()
    MediaLink.objects.create(meeting=meeting, kind="infographic", title="In figures", image=image)
    return meeting


def get_path(image: schema.Image, name: str = "960.webp") -> str:
    return f"/images/{image.digest}/{name}"


def fetch_signature(visitor: Visitor, path: str) -> tuple[Any, ...]:
    """Return everything in the response that could differ between a hidden and an unknown picture."""
    response = visitor.get(path)
    headers = {name: value for name, value in response.headers.items() if name != "X-Request-Id"}
    body = response.content.decode().replace(path, "").replace(response.headers["X-Request-Id"], "")
    return response.status_code, headers, body


def count_pictures(pdf: bytes) -> int:
    return sum(len(page.images) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_index_does_not_name_a_picture_under_embargo(meeting: Meeting, image: schema.Image) -> None:
    """PostgreSQL tells the public role what is in an index, and nginx sends it each picture that it can name."""
    publish(meeting, at=PRESS_DAY + DAY)
    [row] = IndexedImage.objects.values()
    assert image.digest not in map(str, row.values())


@pytest.mark.once
class TestSurfaces:
    """What each surface has of the picture once it is published."""

    @pytest.fixture
    def published(self, clock: Any, meeting: Meeting) -> Meeting:
        publish_now(clock, meeting)
        return meeting

    @pytest.mark.usefixtures("published")
    def test_page_shows_it_in_three_widths_with_a_fallback(self, visitor: Visitor, image: schema.Image) -> None:
        page = visitor.get(PAGE).content.decode()
        sources = ", ".join(f"{get_path(image, f'{width}.webp')} {width}w" for width in (480, 960, 1920))
        assert f'srcset="{sources}"' in page
        fallback = f'<img src="{get_path(image, "960.jpg")}" width="960" height="480" alt="{ALT}" loading="lazy"'
        assert fallback in page
        assert f'<a href="{get_path(image, "full.jpg")}">' in page
        assert "<figcaption" not in page
        note = visitor.get(f"{PAGE}note.txt").content.decode()
        assert f"In figures: http://testserver{get_path(image, 'full.jpg')}\n" in note
        assert "(link to be added)" not in page.partition("In figures")[2].partition("</li>")[0]

    @pytest.mark.usefixtures("published")
    def test_every_file_has_its_type_and_size(self, visitor: Visitor, image: schema.Image) -> None:
        for name in list_file_names(image.width):
            response = visitor.get(get_path(image, name))
            assert response["Content-Type"] == ("image/webp" if name.endswith("webp") else "image/jpeg")
            assert response["X-Content-Type-Options"] == "nosniff"
            width = 2000 if name == "full.jpg" else int(name.partition(".")[0])
            assert decode(response.content).size == (width, width // 2)

    @pytest.mark.usefixtures("published")
    def test_links_that_others_share_show_it(self, visitor: Visitor, image: schema.Image) -> None:
        page = visitor.get(PAGE).content.decode()
        metadata = read_meta_elements(page)
        assert metadata["og:image"] == f"http://testserver{get_path(image, '1920.jpg')}"
        assert metadata["og:image:type"] == "image/jpeg"
        assert (metadata["og:image:width"], metadata["og:image:height"]) == ("1920", "960")
        assert metadata["og:image:alt"] == ALT
        assert f'"image":"http://testserver{get_path(image, "1920.jpg")}"' in page

    @pytest.mark.usefixtures("published")
    def test_pdf_and_word_contain_it_with_its_text(self, visitor: Visitor) -> None:
        pdf = visitor.get(f"{PAGE}note.pdf").content
        assert count_pictures(pdf) == 1
        assert b"pdfuaid" in pdf  # it still meets the standard for accessible files
        word = docx.Document(io.BytesIO(visitor.get(f"{PAGE}note.docx").content))
        [shape] = word.inline_shapes
        assert shape._inline.docPr.get("descr") == ALT
        assert shape.width == 2 * shape.height
        assert ALT in visitor.get(f"{PAGE}note.txt").content.decode()

    @pytest.mark.usefixtures("published")
    def test_pictures_that_are_too_large_together_are_left_out_of_files(
        self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """All are in memory at once. Forty tall ones full of noise took more than the process may have."""
        monkeypatch.setattr("agenda.export.note_formatter.MAX_PICTURE_BYTES", -1)
        word = docx.Document(io.BytesIO(visitor.get(f"{PAGE}note.docx").content))
        assert not word.inline_shapes
        assert ALT in "".join(paragraph.text for paragraph in word.paragraphs)

    @pytest.mark.usefixtures("published")
    def test_api_names_its_files(self, visitor: Visitor, image: schema.Image) -> None:
        [link] = visitor.get_json("media-links/?kind=infographic")["results"]
        assert link["image"] == {"digest": image.digest, "alt": ALT, "width": 2000, "height": 1000}
        assert link["renditions"][0] == {
            "url": f"http://testserver{get_path(image, 'full.jpg')}",
            "width": 2000,
            "height": 1000,
            "media_type": "image/jpeg",
        }
        for file in link["renditions"]:
            found = decode(visitor.get(file["url"].removeprefix("http://testserver")).content)
            assert found.size == (file["width"], file["height"])

    @pytest.mark.parametrize("is_translated", [True, False])
    def test_alternative_text_is_translated(
        self, clock: Any, visitor: Visitor, meeting: Meeting, is_translated: bool
    ) -> None:
        link = meeting.links.get(kind="infographic")
        translate(meeting, lead="<p>Les ministres se réunissent.</p>")
        if is_translated:
            translate(meeting, link, image__alt="Arrivées par la mer")
        actions.submit(meeting)
        actions.approve(meeting)
        clock.move_to(actions.publish_approved(meeting)[0].available_from)
        page = visitor.get(PAGE.replace("/en/", "/fr/")).content.decode()
        fallbacks = visitor.get_json(f"meetings/{meeting.pk}/?lang=fr")["fallbacks"]
        assert ('alt="Arrivées par la mer" lang="fr" loading' in page) == is_translated
        assert (f'alt="{ALT}" loading' in page) == (f"links.{link.pk}.image.alt" in fallbacks) == (not is_translated)

    def test_link_keeps_its_words_in_files_if_the_picture_is_lost(
        self, clock: Any, visitor: Visitor, meeting: Meeting
    ) -> None:
        MediaLink.objects.filter(kind="infographic").update(
            image=schema.Image(digest="1" * 64, alt=ALT, width=10, height=10)
        )
        publish_now(clock, meeting)
        assert count_pictures(visitor.get(f"{PAGE}note.pdf").content) == 0
        assert visitor.get(f"{PAGE}note.docx").status_code == 200
        assert visitor.get(f"/images/{'1' * 64}/full.jpg").status_code == 404


class TestVisibility:
    def test_scheduled_picture_appears_with_its_edition_in_the_same_second(
        self, clock: Any, visitor: Visitor, meeting: Meeting, image: schema.Image
    ) -> None:
        publish_now(clock, meeting)  # without the picture
        picture = meeting.links.get(kind="infographic")
        at = PRESS_DAY + DAY
        MediaLink.objects.filter(pk=picture.pk).update(image=image)
        unknown = fetch_signature(visitor, f"/images/{'f' * 64}/960.webp")
        other = make_stored_image((900, 900), "maroon", alt=ALT)
        MediaLink.objects.filter(pk=picture.pk).update(image=other)
        publish(meeting, at=at)
        clock.move_to(at - MINUTE / 60)
        assert fetch_signature(visitor, get_path(other, "900.webp")) == unknown
        for path in (PAGE, f"{PAGE}note.pdf", f"{PAGE}note.docx", "/api/v1/media-links/"):
            assert other.digest not in visitor.get(path).content.decode("latin-1")
        clock.move_to(at)
        assert visitor.get(get_path(other, "900.webp")).status_code == 200
        assert other.digest in visitor.get(PAGE).content.decode()
        assert other.digest in visitor.get("/api/v1/media-links/").content.decode()
        assert visitor.get(get_path(image)).status_code == 200  # edition 1, in the history, still shows it

    @pytest.mark.parametrize("state", ["draft", "embargoed", "withdrawn", "suppressed", "erased"])
    def test_hidden_picture_is_answered_like_an_unknown_one(
        self, clock: Any, visitor: Visitor, meeting: Meeting, image: schema.Image, state: str
    ) -> None:
        self.hide(clock, meeting, state)
        for name in ("960.webp", "full.jpg"):
            hidden, unknown = get_path(image, name), f"/images/{'f' * 64}/{name}"
            assert fetch_signature(visitor, hidden) == fetch_signature(visitor, unknown)
            etag = f'"{image.digest[:32]}-{name}"'
            assert visitor.get(hidden, headers={"If-None-Match": etag}).status_code == 404
        assert StoredImage.objects.filter(digest=image.digest).exists()

    @staticmethod
    def hide(clock: Any, meeting: Meeting, state: str) -> None:
        if state == "embargoed":
            publish(meeting, at=PRESS_DAY + DAY)
        elif state != "draft":
            publish_now(clock, meeting)
        if state == "withdrawn":
            clock.move_to(withdraw_subject(meeting, reason=REASON).available_from)
        elif state in ("suppressed", "erased"):
            meeting.links.filter(kind="infographic").delete()
            publish_now(clock, meeting)
            edition = get_edition_by_number(meeting, 1)
            suppress(meeting, edition, by=COMMAND, reason=REASON)
            if state == "erased":
                erase(meeting, edition, by=COMMAND, reason=REASON)

    def test_picture_is_public_if_another_subject_shows_it(
        self, clock: Any, visitor: Visitor, meeting: Meeting, image: schema.Image
    ) -> None:
        topic = make_topic()
        MediaLink.objects.create(topic=topic, kind="infographic", title="The same", image=image)
        publish_now(clock, meeting, topic)
        clock.move_to(withdraw_subject(meeting, reason=REASON).available_from)
        assert visitor.get(get_path(image)).status_code == 200
        assert image.digest in visitor.get("/en/topics/migration-policy/").content.decode()

    def test_picture_comes_back_with_its_meeting(
        self, clock: Any, visitor: Visitor, meeting: Meeting, image: schema.Image
    ) -> None:
        publish_now(clock, meeting)
        clock.move_to(withdraw_subject(meeting, reason=REASON).available_from)
        assert visitor.get(get_path(image)).status_code == 404
        publish_now(clock, meeting)
        assert visitor.get(get_path(image)).status_code == 200

    def test_other_names_and_folders_are_404(
        self, clock: Any, visitor: Visitor, meeting: Meeting, image: schema.Image
    ) -> None:
        publish_now(clock, meeting)
        for name in (
            "481.webp",
            "2000.webp",
            "full.webp",
            "960.png",
            "../full.jpg",
            "full.jpg/",
            "",
            "960.webp.partial",
        ):
            assert visitor.get(get_path(image, name)).status_code == 404, name
        for path in (
            f"/media/images/{image.digest[:2]}/{image.digest}/full.jpg",
            f"/images/{image.digest[:-1]}/full.jpg",
        ):
            assert visitor.get(path).status_code == 404

    def test_caches_ask_each_time(self, clock: Any, visitor: Visitor, meeting: Meeting, image: schema.Image) -> None:
        publish_now(clock, meeting)
        response = visitor.get(get_path(image))
        assert response["Cache-Control"] == "no-cache"
        unchanged = visitor.get(get_path(image), headers={"If-None-Match": response["ETag"]})
        assert (unchanged.status_code, unchanged.content, len(visitor.statements)) == (304, b"", 1)

    def test_nginx_is_told_what_to_send(
        self, clock: Any, visitor: Visitor, meeting: Meeting, image: schema.Image, settings: Any
    ) -> None:
        settings.INTERNAL_MEDIA_PATH = "/_media/"
        hidden = visitor.get(get_path(image))
        assert (hidden.status_code, "X-Accel-Redirect" in hidden.headers) == (404, False)
        publish_now(clock, meeting)
        response = visitor.get(get_path(image))
        expected = f"/_media/images/{image.digest[:2]}/{image.digest}/960.webp"
        assert (response["X-Accel-Redirect"], response["Content-Type"]) == (expected, "image/webp")
        assert response.content == b""
        assert response["ETag"]


@pytest.mark.once
class TestDrafts:
    @pytest.fixture
    def readers(self, meeting: Meeting) -> dict[str, Client]:
        create_user("clerk")
        return {"author": create_client_with_role("Authors", "anna", of="env"), "clerk": sign_in("clerk")}

    def test_editors_see_pictures_of_drafts(self, readers: dict[str, Client], image: schema.Image) -> None:
        path = f"/admin{get_path(image)}"
        response = readers["author"].get(path)
        assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
        assert "no-store" in response["Cache-Control"]
        assert readers["author"].get(path.replace("960", "961")).status_code == 404
        assert readers["author"].post(path).status_code == 405

    def test_others_do_not(self, readers: dict[str, Client], client: Client, image: schema.Image) -> None:
        for path in (f"/admin{get_path(image)}", f"/admin/images/{'f' * 64}/960.webp"):
            assert client.get(path).status_code == 302  # to sign in, whatever the picture
            assert readers["clerk"].get(path).status_code == 403
