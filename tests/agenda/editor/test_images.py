"""Pictures in the note editor: who may upload them, what is refused, and what a save takes over."""

import os
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.test.client import FakePayload
from django.utils import timezone

from agenda.documents.checks import CheckLevel
from agenda.documents.validation import find_errors
from agenda.models import EditorDraft, MediaLink
from agenda.workflow import unused_images
from agenda.workflow.drafts import build_draft
from agenda.workflow.suppression import erase, get_edition_by_number, suppress
from agenda.workflow.unused_images import find_unused_images, iterate_used_digests
from meetings.images import store
from meetings.images.cleaning import MAX_UPLOAD_BYTES, clean_image, take_turn
from meetings.images.files import build_storage_name
from meetings.images.sizes import list_file_names
from meetings.models import Act, AuditEntry, Meeting, StoredImage
from tests.admin_forms import MEETINGS, create_user, create_user_with_role, get_change_url
from tests.factories import COMMAND, DAY, make_meeting, publish_now
from tests.note_editor import EditorSession
from tests.pictures import SVG, make_picture, make_stored_image

GREEK_NAME = "γράφημα № 1.png"


@pytest.fixture
def note(db: None, clock: Any) -> Meeting:
    create_user_with_role("Authors", "anna", of="jha")
    create_user_with_role("Authors", "env", of="env")
    create_user("clerk")
    return make_meeting()


@pytest.fixture
def anna(note: Meeting) -> EditorSession:
    return EditorSession("anna", note)


def upload(session: EditorSession, data: bytes, *, client: Client | None = None, **options: Any) -> Any:
    address = f"{get_change_url(session.subject)}picture/?name={quote(GREEK_NAME)}"
    headers = {"X-User": str(session.user.pk)}
    options = {"content_type": "image/png", "headers": headers} | options
    return (client or session.client).post(address, data, **options)


def add_infographic(session: EditorSession, image: dict[str, Any] | None) -> None:
    part = session.page["description"]["new"]["links"]
    own = {"id": "00000000-0000-4000-8000-000000000001", "kind": "infographic", "title": "In figures", "image": image}
    session.document["links"].append(part | own)


def list_problems(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 422, response.content
    return [(problem["member"], problem["message"]) for problem in response.json()["problems"]]


class UnreadableBody(FakePayload):
    """A body of which nothing may be read."""

    def read(self, *_size: Any) -> bytes:
        raise AssertionError("The body was read.")


@pytest.mark.once
class TestRefusedUploads:
    def test_visitor_is_told_to_sign_in(self, anna: EditorSession, client: Client) -> None:
        response = upload(anna, make_picture(), client=client)
        assert (response.status_code, StoredImage.objects.count()) == (401, 0)

    @pytest.mark.parametrize("name", ["env", "clerk"])
    def test_others_than_the_desk_may_not(self, anna: EditorSession, name: str) -> None:
        stranger = Client()
        stranger.force_login(type(anna.user).objects.get(username=name))
        headers = {"X-User": stranger.session["_auth_user_id"]}
        response = upload(anna, make_picture(), client=stranger, headers=headers)
        assert (response.status_code, StoredImage.objects.count()) == (403, 0)

    def test_request_without_a_token_is_refused(self, anna: EditorSession) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(anna.user)
        assert upload(anna, make_picture(), client=strict).status_code == 403
        assert not StoredImage.objects.exists()

    def test_it_is_a_post_with_the_file_itself(self, anna: EditorSession) -> None:
        assert anna.client.get(f"{anna.address}picture/").status_code == 405
        form = {"picture": BytesIO(make_picture())}
        response = anna.client.post(f"{anna.address}picture/", form, headers={"X-User": str(anna.user.pk)})
        assert (response.status_code, response.json()["message"]) == (400, "Send the file itself, not a form.")

    def test_large_file_is_refused_before_it_is_read(self, anna: EditorSession) -> None:
        request: Any = {"wsgi.input": UnreadableBody(), "CONTENT_LENGTH": "100000000", "CONTENT_TYPE": "image/png"}
        response = anna.client.generic(
            "POST", f"{anna.address}picture/", headers={"X-User": str(anna.user.pk)}, **request
        )
        assert response.status_code == 413
        assert "a picture may have 10 MB" in response.json()["message"]

    def test_long_text_is_no_picture(self, anna: EditorSession) -> None:
        """Its body was read twice, which was an error 500."""
        response = anna.client.post(
            f"{anna.address}picture/",
            "[" + " " * 300_000 + "]",
            content_type="application/json",
            headers={"X-User": str(anna.user.pk)},
        )
        assert response.status_code == 422

    @pytest.mark.parametrize(
        ("data", "message"),
        [(SVG, "This file is an SVG. Save it as PNG or JPEG and try again."), (b"", "This file is empty.")],
    )
    def test_refusal_of_the_picture_is_passed_on(self, anna: EditorSession, data: bytes, message: str) -> None:
        response = upload(anna, data)
        assert response.status_code == 422
        assert message in response.json()["message"]
        assert not AuditEntry.objects.filter(act=Act.IMAGE_ADDED).exists()

    def test_pictures_at_once_leave_threads_to_others(self, anna: EditorSession) -> None:
        """Ten at once occupied all threads of the editors' process: nobody could even sign in for twenty seconds."""
        done = threading.Event()

        def clean_one() -> None:
            clean_image(make_picture())
            done.set()

        waiting = threading.Thread(target=clean_one)
        with take_turn():
            waiting.start()
            assert not done.wait(0.3)
            answer = upload(anna, make_picture())
        waiting.join(10)
        message = "Other pictures are being uploaded at this moment. Try again in half a minute."
        assert (answer.status_code, answer.json()["message"]) == (503, message)
        assert upload(anna, make_picture()).status_code == 200

    def test_full_disk_is_no_server_error(self, anna: EditorSession) -> None:
        with patch.object(store.default_storage, "save", side_effect=OSError("No space left on device")):
            response = upload(anna, make_picture(colour="teal"))
        assert (response.status_code, StoredImage.objects.count()) == (507, 0)
        assert "contact an administrator" in response.json()["message"]


@pytest.mark.once
class TestUploads:
    def test_picture_is_stored_once(self, anna: EditorSession) -> None:
        answers = [upload(anna, make_picture()).json()["image"] for _time in range(2)]
        assert answers[0] == answers[1]
        image = answers[0]
        assert (image["alt"], image["width"], image["height"]) == ("", 1200, 800)
        assert StoredImage.objects.get().digest == image["digest"]
        names = default_storage.listdir(build_storage_name(image["digest"], ""))[1]
        assert sorted(names) == sorted(list_file_names(1200))  # and no partial file

    def test_audit_log_names_the_file_and_its_digest(self, anna: EditorSession) -> None:
        digest = upload(anna, make_picture()).json()["image"]["digest"]
        entry = AuditEntry.objects.get(act=Act.IMAGE_ADDED)
        assert (entry.actor, entry.subject_id, entry.digest) == ("anna", anna.subject.pk, digest)
        assert entry.details == {"file": GREEK_NAME, "bytes": len(make_picture()), "format": "PNG"}

    def test_largest_upload_passes_nginx(self) -> None:
        assert MAX_UPLOAD_BYTES < 10 * 1024 * 1024  # client_max_body_size of /admin/

    def test_file_that_cannot_be_written_as_a_whole_is_not_there(self, anna: EditorSession) -> None:
        data = make_picture(colour="olive")
        with patch("council.storage.Path.replace", side_effect=OSError):
            assert upload(anna, data).status_code == 507
        assert default_storage.listdir(build_storage_name(clean_image(data).digest, ""))[1] == []
        image = upload(anna, data).json()["image"]
        assert default_storage.exists(build_storage_name(image["digest"], "full.jpg"))


@pytest.mark.once
class TestSaving:
    def test_picture_that_is_not_stored_is_refused(self, anna: EditorSession) -> None:
        add_infographic(anna, {"digest": "0" * 64, "alt": "", "width": 1, "height": 1})
        assert list_problems(anna.save()) == [("image", "This picture is not stored on this site. Choose it again.")]

    @pytest.mark.parametrize("digest", ["../../etc/passwd", "A" * 64, "", None])
    def test_digest_that_is_none_is_refused(self, anna: EditorSession, digest: Any) -> None:
        add_infographic(anna, {"digest": digest, "alt": "", "width": 1, "height": 1})
        assert "image.digest" in dict(list_problems(anna.save()))

    def test_sizes_are_those_of_the_stored_picture(self, anna: EditorSession) -> None:
        image = upload(anna, make_picture()).json()["image"]
        add_infographic(anna, image | {"alt": "  A chart\n of arrivals ", "width": 9, "height": 1})
        saved = anna.save().json()["document"]["links"][-1]["image"]
        assert saved == image | {"alt": "A chart of arrivals"}
        assert MediaLink.objects.get(kind="infographic").image.digest == image["digest"]

    def test_long_alternative_text_is_refused(self, anna: EditorSession) -> None:
        add_infographic(anna, upload(anna, make_picture()).json()["image"] | {"alt": "x" * 1001})
        [(member, message)] = list_problems(anna.save())
        assert member == "image"
        assert "has 1001 characters. The maximum is 1000" in message

    def test_picture_without_alternative_text_is_saved_and_cannot_be_submitted(self, anna: EditorSession) -> None:
        add_infographic(anna, upload(anna, make_picture()).json()["image"])
        assert anna.save().status_code == 200
        message = "The picture of “In figures” has no alternative text. Describe what it shows."
        checks = anna.post("draft", {"tab": "one", "checks": True}).json()["checks"]
        assert [check for check in checks if check["member"] == "image"] == [
            {
                "level": CheckLevel.SUBMIT,
                "kind": "links",
                "id": "00000000-0000-4000-8000-000000000001",
                "member": "image",
                "message": message,
            }
        ]
        assert find_errors(build_draft(Meeting.objects.get(), timezone.now())) == [message]

    def test_picture_from_elsewhere_stays(self, note: Meeting) -> None:
        """A document may have been loaded before its picture was stored here: nothing is taken from it."""
        elsewhere = {"digest": "2" * 64, "alt": "Elsewhere", "width": 7, "height": 8}
        MediaLink.objects.filter(meeting=note).update(image=elsewhere)
        session = EditorSession("anna", note)
        session.document["lead"] = "<p>Changed.</p>"
        assert session.save().json()["document"]["links"][0]["image"] == elsewhere


class TestUnusedPictures:
    @pytest.fixture(autouse=True)
    def _own_folder(self, settings: Any, tmp_path: Path) -> None:
        settings.MEDIA_ROOT = tmp_path

    @pytest.fixture
    def old(self, note: Meeting, clock: Any) -> Any:
        """Store a picture, and move the clock past the time that it has to get into a text."""
        image = make_stored_image(colour="purple")
        clock.shift(40 * DAY)
        return image

    @staticmethod
    def is_kept(image: Any, **options: Any) -> bool:
        call_command("remove_unused_images", verbosity=0, **options)
        return StoredImage.objects.filter(digest=image.digest).exists()

    def test_young_picture_stays(self, note: Meeting) -> None:
        assert self.is_kept(make_stored_image())
        assert self.is_kept(make_stored_image(), days=0)

    @pytest.mark.parametrize("what", ["upload", "link", "draft", "revision"])
    def test_picture_that_comes_into_use_while_texts_are_read_stays(
        self, old: Any, note: Meeting, anna: EditorSession, monkeypatch: pytest.MonkeyPatch, what: str
    ) -> None:
        def read_and_use() -> Iterator[str]:
            yield from iterate_used_digests()
            if what == "upload":
                make_stored_image(colour="purple")
                return
            add_infographic(anna, {"digest": old.digest, "alt": "", "width": 1, "height": 1})
            if what == "draft":
                anna.keep()
                return
            anna.version = anna.save().json()["version"]
            if what == "revision":
                anna.document["links"].pop()
                anna.save()

        monkeypatch.setattr(unused_images, "iterate_used_digests", read_and_use)
        assert self.is_kept(old)
        assert default_storage.exists(build_storage_name(old.digest, "full.jpg"))

    @pytest.mark.once
    def test_documents_are_read_once_for_all_pictures(
        self, old: Any, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for colour in ("red", "green", "blue"):
            make_stored_image(colour=colour)
        with django_assert_num_queries(5):
            assert len(find_unused_images(timezone.now() + DAY)) == 4

    def test_picture_of_an_unsaved_text_stays(self, old: Any, note: Meeting, anna: EditorSession) -> None:
        add_infographic(anna, {"digest": old.digest, "alt": "", "width": 1, "height": 1})
        anna.keep()
        assert EditorDraft.objects.filter(content__contains=old.digest).exists()
        assert self.is_kept(old)

    def test_picture_of_a_draft_or_an_earlier_revision_stays(self, old: Any, anna: EditorSession) -> None:
        add_infographic(anna, {"digest": old.digest, "alt": "", "width": 1, "height": 1})
        anna.version = anna.save().json()["version"]
        assert self.is_kept(old)
        anna.document["links"].pop()
        assert anna.save().status_code == 200
        assert self.is_kept(old)

    def test_unused_picture_goes_with_its_files(self, old: Any, capsys: Any) -> None:
        young = make_stored_image(colour="red")
        call_command("remove_unused_images", "--dry-run")
        listed = capsys.readouterr().out
        assert (old.digest in listed, young.digest in listed) == (True, False)
        assert not self.is_kept(old)
        assert not default_storage.exists(build_storage_name(old.digest, ""))
        assert AuditEntry.objects.get(act=Act.IMAGES_REMOVED).details == {"digests": [old.digest]}

    def test_files_of_a_failed_upload_go_after_a_day(self, note: Meeting, anna: EditorSession, capsys: Any) -> None:
        with patch("agenda.editor.images.record_act", side_effect=OSError):
            assert upload(anna, make_picture()).status_code == 507
        digest = clean_image(make_picture()).digest
        folder = Path(default_storage.path(build_storage_name(digest, "")))
        for age, is_there in ((DAY / 2, True), (2 * DAY, False)):
            written = (timezone.now() - age).timestamp()
            for file in folder.iterdir():
                os.utime(file, (written, written))
            call_command("remove_unused_images")
            assert folder.exists() is is_there
        assert capsys.readouterr().out == "0 pictures deleted.\n1 picture deleted.\n"
        assert not StoredImage.objects.exists()

    def test_picture_of_an_erased_text_goes(self, old: Any, note: Meeting, clock: Any) -> None:
        link = MediaLink.objects.create(meeting=note, kind="infographic", title="In figures", image=old)
        publish_now(clock, note)
        link.delete()
        publish_now(clock, note)
        edition = get_edition_by_number(note, 1)
        suppress(note, edition, by=COMMAND, reason="A face.")
        assert self.is_kept(old)
        erase(note, edition, by=COMMAND, reason="A face.")
        assert not self.is_kept(old)


def test_address_of_uploads_belongs_to_the_editor(anna: EditorSession) -> None:
    assert anna.page["addresses"]["picture"] == f"{MEETINGS}{anna.subject.pk}/change/picture/"
