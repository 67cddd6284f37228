"""Shared blocks: texts that repeat in many notes, kept once. A note contains the text and no reference."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from msgspec.structs import replace

from agenda.admin import shared_blocks
from agenda.editor.saving import build_edited_document
from agenda.editor.shared_blocks import BlockMatcher, BlockUse, find_uses, save_block, select_blocks
from agenda.editor.templates import build_template_from_meeting, save_template
from agenda.models import MeetingTemplate, Revision, SharedBlock
from agenda.workflow import document_length
from agenda.workflow.restoring import restore_meeting
from agenda.workflow.reviews import Review
from meetings.documents.encoding import encode_document
from meetings.models import AuditEntry, Configuration, Edition, Meeting, StoredDocument
from tests.actions import withdraw
from tests.admin_forms import create_client_with_role, create_user, create_user_with_role, read_messages, sign_in
from tests.agenda.admin.screens import read_visible_words, submit_and_approve
from tests.agenda.workflow.revision_helpers import save_revision
from tests.factories import COMMAND, DAY, PRESS_DATE, make_meeting, make_topic, publish_now, translate
from tests.note_editor import EditorSession
from tests.worlds import share_world

LIST = "/admin/blocks/"
OLD = {"name": "Ada", "role": "Justice", "phones": ["+32 2 555 00 00"], "email": "ada@example.eu", "url": ""}
NEW = OLD | {"phones": ["+32 2 555 11 11"]}
FORM = {f"content-{name}": value for name, value in OLD.items()} | {"content-phones": "+32 2 555 11 11"}


@share_world
def meeting(clock: Any) -> Meeting:
    """A meeting with the old text of a block, an author, publishers of JHA and of all, and somebody without a role."""
    create_user_with_role("Authors", "anna", of="jha")
    create_user_with_role("Publishers", "petra", of="jha")
    create_user_with_role("Publishers", "paul")
    create_user("clerk")
    return add_meeting()


def add_meeting(start: dt.date = PRESS_DATE, *, configuration: str = "jha", **values: Any) -> Meeting:
    meeting = make_meeting(configuration, start, **values)
    meeting.contacts.create(**OLD)
    save_revision(meeting)
    return meeting


@pytest.fixture
def petra(meeting: Meeting, clock: Any) -> Client:
    return sign_in("petra")


@pytest.fixture
def block(meeting: Meeting, clock: Any) -> SharedBlock:
    return make_block(OLD, desk=Configuration.objects.get(slug="jha"))


def make_block(*contents: dict[str, Any], kind: str = "contacts", **values: Any) -> SharedBlock:
    block = SharedBlock(kind=kind, **{"name": "Press officer", **values})
    for content in contents:
        save_block(block, content, by=COMMAND, number=block.number)
    return block


def get_address(block: SharedBlock) -> str:
    return f"{LIST}{block.pk}/"


def post_block(client: Client, block: SharedBlock, **values: Any) -> Any:
    return client.post(get_address(block), {"name": block.name, "number": block.number} | FORM | values)


def update(client: Client, block: SharedBlock, *meetings: Meeting, **values: Any) -> Any:
    number = SharedBlock.objects.get(pk=block.pk).number
    posted = {"update": "x", "number": number, "meeting": [str(meeting.pk) for meeting in meetings]}
    return client.post(get_address(block), posted | values)


def find_block_uses(block: SharedBlock, **options: Any) -> list[BlockUse]:
    [loaded] = select_blocks(with_earlier=True).filter(pk=block.pk)
    return [*find_uses([loaded], timezone.localdate(), **options).by_block[block.pk]]


def read_phones(meeting: Meeting) -> list[list[str]]:
    return [contact.phones for contact in build_edited_document(Meeting.objects.get(pk=meeting.pk)).contacts]


@pytest.mark.once
class TestRefusals:
    def test_staff_without_a_role_read_nothing(self, block: SharedBlock) -> None:
        clerk = sign_in("clerk")
        for address in (LIST, f"{LIST}add/", get_address(block)):
            assert clerk.get(address).status_code == 403

    def test_author_reads_but_does_not_change(self, block: SharedBlock) -> None:
        anna = sign_in("anna")
        assert "You can only read this." in anna.get(get_address(block)).content.decode()
        assert anna.get(f"{LIST}add/").status_code == 403
        assert post_block(anna, block).status_code == 403
        assert anna.post(get_address(block), {"delete": "x", "number": 1}).status_code == 403
        assert SharedBlock.objects.get().number == 1

    def test_reader_is_told_whom_to_ask_and_asked_to_tick_nothing(self, block: SharedBlock) -> None:
        save_block(block, NEW, by=COMMAND, number=block.number)
        dora = create_client_with_role("Duty", "dora")
        page = read_visible_words(dora.get(get_address(block)))
        assert "Only publishers of JHA can change its shared blocks. Ask one of these people: " in page
        assert "These contain an earlier text. Only the people who edit them can give them the new one." in page
        assert "Tick" not in page
        refused = read_visible_words(dora.get(f"{LIST}add/"), 403)
        assert "Only publishers can add shared blocks. Ask one of these people: " in refused
        assert "administrator" not in refused
        assert "Tick those that get the new one." in sign_in("anna").get(get_address(block)).content.decode()

    def test_block_for_all_needs_the_right_for_all(self, meeting: Meeting, petra: Client) -> None:
        everywhere = make_block(OLD)
        assert "publishers of all configurations" in post_block(petra, everywhere).content.decode()
        new = {"name": "New", "number": 0, "language": "en", "desk": ""} | FORM
        assert "This field is required." in petra.post(f"{LIST}add/?kind=contacts", new).content.decode()
        other = str(Configuration.objects.get(slug="ecofin").pk)
        assert "Select a valid choice." in petra.post(f"{LIST}add/", new | {"desk": other}).content.decode()
        assert SharedBlock.objects.count() == 1
        assert sign_in("paul").post(f"{LIST}add/?kind=contacts", new).status_code == 302

    @pytest.mark.parametrize(
        ("kind", "values", "message"),
        [
            ("contacts", {"content-name": ""}, "This field is required."),
            ("contacts", {"content-phones": "ring me"}, "is not a telephone number"),
            ("links", {"content-title": "Accreditation", "content-url": "example"}, "Enter the full address"),
            ("notice", {"content-notice": " "}, "This field is required."),
            ("text", {"content-text": "<script>alert(1)</script>"}, "This contains no text that can be shown."),
        ],
    )
    def test_mistake_is_shown(self, petra: Client, kind: str, values: dict[str, str], message: str) -> None:
        desk = str(Configuration.objects.get(slug="jha").pk)
        new = {"name": "New", "number": 0, "language": "en", "desk": desk, "content-kind": "web"} | FORM | values
        assert message in petra.post(f"{LIST}add/?kind={kind}", new).content.decode()
        assert not SharedBlock.objects.exists()

    def test_unknown_kind_and_block(self, petra: Client, meeting: Meeting) -> None:
        assert petra.get(f"{LIST}add/?kind=x").status_code == 404
        assert petra.get(f"{LIST}{meeting.pk}/").status_code == 404

    def test_change_that_nobody_has_seen_is_not_overwritten(self, block: SharedBlock, petra: Client) -> None:
        assert post_block(petra, block).status_code == 302
        late = post_block(petra, block, **{"content-name": "Bob"}).content.decode()
        assert "petra has changed this since you opened the page." in late
        assert 'value="Bob"' in late
        for name in ("delete", "update"):
            stale = petra.post(get_address(block), {name: "x", "number": 1, "meeting": str(Meeting.objects.get().pk)})
            assert "petra has changed this" in read_messages(stale)
        assert SharedBlock.objects.get().number == 2
        assert read_phones(Meeting.objects.get()) == [OLD["phones"]]

    def test_meeting_that_one_may_not_edit_stays(self, block: SharedBlock, meeting: Meeting) -> None:
        other = add_meeting(configuration="ecofin")
        everywhere = make_block(OLD, NEW)
        petra = sign_in("petra")
        page = petra.get(get_address(everywhere)).content.decode()
        assert page.count("disabled") == 1
        message = read_messages(update(petra, everywhere, meeting, other))
        assert "You do not have permission to edit “ECOFIN, 14 September 2060”" in message
        assert (read_phones(meeting), read_phones(other)) == ([NEW["phones"]], [OLD["phones"]])

    def test_longest_notes_are_not_searched_if_all_are_too_long(
        self, meeting: Meeting, petra: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One page kept the texts of 32 long drafts in memory, more than its process may have."""
        long = add_meeting(PRESS_DATE + DAY, lead=f"<p>{'word ' * 1_000}</p>")
        block = make_block(OLD)
        assert [use.owner for use in find_block_uses(block)] == [meeting, long]
        monkeypatch.setattr("agenda.editor.shared_blocks.MAX_SEARCHED", 5_000)
        assert [use.owner for use in find_block_uses(block)] == [meeting]
        monkeypatch.setattr("agenda.editor.shared_blocks.MAX_SEARCHED", 5_000_000)
        monkeypatch.setattr("agenda.editor.shared_blocks.MAX_SEARCH_SECONDS", 0)
        for address in (get_address(block), LIST):
            words = read_visible_words(petra.get(address))
            assert (
                f"Not searched, because it would take too long or they cannot be read: “{meeting}”, “{long}”." in words
            )
            assert "No coming meeting" not in words

    def test_text_of_a_block_has_a_limit(self, meeting: Meeting, petra: Client) -> None:
        """Every page about blocks, and every note editor, loads all versions of all blocks."""
        values = {"name": "Long", "desk": str(meeting.configuration_id), "language": "en", "number": "0"}
        posted = values | {"content-text": f"<p>{'word ' * 2_000}</p>"}
        page = petra.post(f"{LIST}add/?kind=text", posted)
        assert "A shared block may have 10000 characters at most. Make it shorter." in read_visible_words(page)
        assert not SharedBlock.objects.exists()

    def test_blocks_of_a_configuration_have_limits(
        self, meeting: Meeting, petra: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Five hundred long ones made each note editor's page some megabytes long, and their list took 17 seconds."""
        monkeypatch.setattr("agenda.editor.shared_blocks.MAX_BLOCKS", 3)
        monkeypatch.setattr("agenda.editor.shared_blocks.MAX_TOTAL_LENGTH", 30)
        desk, other = meeting.configuration, Configuration.objects.get(slug="ecofin")
        make_block({"notice": "x" * 30}, kind="notice", desk=other)
        make_block({"notice": "x" * 30}, kind="notice", desk=desk, language="fr")
        block = make_block({"notice": "x" * 10}, kind="notice", desk=desk)
        values = {"name": "Another", "desk": str(desk.pk), "language": "en", "number": "0"}

        def add(length: int) -> Any:
            return petra.post(f"{LIST}add/?kind=notice", values | {"content-notice": "x" * length})

        assert "can have 30 characters together" in read_visible_words(add(21))
        assert add(20).status_code == 302
        for length in (11, 9):  # a text that becomes shorter is saved in any case
            monkeypatch.setattr("agenda.editor.shared_blocks.MAX_TOTAL_LENGTH", length)
            petra.post(get_address(block), {"name": "N", "number": 1, "content-notice": "x" * length})
        assert [version.number for version in block.versions.all()] == [2, 1]
        monkeypatch.setattr("agenda.editor.shared_blocks.MAX_TOTAL_LENGTH", 100)
        assert add(1).status_code == 302
        assert "There can be 3 shared blocks for one configuration" in read_visible_words(add(1))
        monkeypatch.setattr(shared_blocks, "PAGE_SIZE", 3)
        pages = [petra.get(f"{LIST}?page={number}") for number in (1, 2)]
        assert [len(page.context["rows"]) for page in pages] == [3, 2]
        assert ["Next page" in read_visible_words(page) for page in pages] == [True, False]

    def test_texts_that_overlap_are_all_found(self, meeting: Meeting) -> None:
        a, b, z = "<p>a</p>", "<p>b</p>", "<p>z</p>"
        block = make_block({"text": f"{a}{b}{a}"}, {"text": f"{z}{a}"}, kind="text")
        [loaded] = select_blocks(with_earlier=True).filter(pk=block.pk)
        found = list(BlockMatcher(loaded).find_passages(z + a + b + a + b + a))
        assert found == [(0, z + a), (len(z + a + b), a + b + a)]

    def test_last_versions_are_kept(self, meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("agenda.editor.shared_blocks.MAX_VERSIONS", 2)
        block = make_block(OLD, NEW)
        save_block(block, OLD | {"phones": ["+32 2 555 22 22"]}, by=COMMAND, number=2)
        assert [version.number for version in block.versions.all()] == [3, 2]

    def test_few_notes_are_updated_with_one_click(
        self, block: SharedBlock, meeting: Meeting, petra: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shared_blocks, "MAX_UPDATED", 1)
        other = add_meeting(PRESS_DATE + DAY)
        everywhere = make_block(OLD, NEW)
        assert "At most 1 notes are updated" in read_messages(update(petra, everywhere, meeting, other))
        assert (read_phones(meeting), read_phones(other)) == ([NEW["phones"]], [OLD["phones"]])

    def test_nothing_ticked(self, block: SharedBlock, petra: Client) -> None:
        assert "you ticked no note" in read_messages(update(petra, block))
        assert update(petra, block, meeting=["x"]).status_code == 404


class TestChanging:
    def test_changed_block_changes_no_note(self, block: SharedBlock, meeting: Meeting, petra: Client) -> None:
        before = build_edited_document(meeting)
        assert read_messages(post_block(petra, block)).startswith("Saved. No note has changed")
        assert build_edited_document(Meeting.objects.get()) == before
        assert list(block.versions.values_list("number", "by_name")) == [(2, "petra"), (1, "a test")]
        entry = AuditEntry.objects.filter(act="block_changed").latest("pk")
        assert entry.details["text"] == "Ada, Justice, +32 2 555 11 11, ada@example.eu"

    def test_another_name_makes_no_version(self, block: SharedBlock, petra: Client) -> None:
        same = {"content-phones": "+32 2 555 00 00"}
        assert post_block(petra, block, name="Ada", **same).status_code == 302
        assert (SharedBlock.objects.get().name, SharedBlock.objects.get().number) == ("Ada", 1)

    def test_deleted_block_leaves_the_notes(self, block: SharedBlock, meeting: Meeting, petra: Client) -> None:
        for number in ("9" * 5000, "٣", "", "-1"):
            petra.post(get_address(block), {"delete": "x", "number": number})
            assert SharedBlock.objects.filter(pk=block.pk).exists()
        assert petra.post(get_address(block), {"delete": "x", "number": 1}).status_code == 302
        assert not SharedBlock.objects.exists()
        assert read_phones(meeting) == [OLD["phones"]]


class TestUses:
    def test_notes_with_an_earlier_text_are_offered_and_not_ticked(
        self, block: SharedBlock, meeting: Meeting, petra: Client
    ) -> None:
        post_block(petra, block)
        [use] = find_block_uses(block)
        assert (use.owner, use.is_outdated) == (meeting, True)
        assert " checked" not in petra.get(get_address(block)).content.decode()
        assert petra.get(f"{get_address(block)}?all").content.decode().count(" checked") == 1
        assert "1 with an earlier text" in petra.get(LIST).content.decode()

    def test_withdrawn_notes_are_not_ticked_with_all(
        self, block: SharedBlock, meeting: Meeting, petra: Client, clock: Any
    ) -> None:
        other = add_meeting(PRESS_DATE + DAY)
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting).available_from)
        save_block(block, NEW, by=COMMAND, number=1)
        page = petra.get(f"{get_address(block)}?all")
        assert read_visible_words(page).count("Withdrawn") == 1
        ticked = re.findall(r'value="([^"]+)" checked', page.content.decode())
        assert ticked == [str(other.pk)]

    def test_past_meetings_are_not_offered_by_default(self, block: SharedBlock, petra: Client) -> None:
        past = add_meeting(PRESS_DATE - DAY)
        assert past not in [use.owner for use in find_block_uses(block)]
        assert past in [use.owner for use in find_block_uses(block, with_past=True)]
        assert "13 September 2060" in petra.get(f"{get_address(block)}?past").content.decode()

    def test_only_notes_of_the_configuration_and_language_count(self, block: SharedBlock, meeting: Meeting) -> None:
        add_meeting(configuration="ecofin")
        add_meeting(PRESS_DATE + DAY, source_language="fr")
        assert [use.owner for use in find_block_uses(block)] == [meeting]

    def test_imported_note_is_found_by_its_text(self, block: SharedBlock, meeting: Meeting) -> None:
        document = build_edited_document(meeting)
        Meeting.objects.all().delete()
        restore_meeting(document, by=COMMAND)
        assert [use.owner.pk for use in find_block_uses(block)] == [meeting.pk]

    def test_text_that_was_restored_is_not_out_of_date(self, meeting: Meeting) -> None:
        block = make_block(OLD, NEW, OLD)
        assert [use.is_outdated for use in find_block_uses(block)] == [False]

    @pytest.mark.once
    def test_number_of_queries_does_not_depend_on_notes_and_blocks(self, block: SharedBlock, petra: Client) -> None:
        def count_queries() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert petra.get(LIST).status_code == 200
                assert petra.get(get_address(block)).status_code == 200
            return len(queries)

        few = count_queries()
        for number in range(5):
            add_meeting(PRESS_DATE + (number + 1) * DAY)
            make_block(OLD, NEW, name=f"Block {number}", desk=block.desk)
        assert count_queries() == few


class TestUpdating:
    def test_ticked_note_gets_a_draft_that_somebody_else_approves(
        self, block: SharedBlock, meeting: Meeting, petra: Client, clock: Any
    ) -> None:
        publish_now(clock, meeting)
        other = add_meeting(PRESS_DATE + DAY)
        post_block(petra, block)
        response = update(petra, block, meeting)
        assert "Submit this draft for approval" in read_messages(response)
        assert (read_phones(meeting), read_phones(other)) == ([NEW["phones"]], [OLD["phones"]])
        assert Edition.objects.count() == 1
        revision = Revision.objects.for_subject("meeting", meeting.pk).newest_first()[0]
        assert (revision.by_name, revision.why, revision.remark) == ("petra", "saved", "Shared block “Press officer”")
        review = Review.latest(Meeting.objects.get(pk=meeting.pk))
        assert review is None or not all(language.is_current for language in review.languages)

    def test_lost_approval_is_told(self, block: SharedBlock, meeting: Meeting, petra: Client) -> None:
        create_user("ann", "Authors")
        submit_and_approve(meeting, by="paul", submitter="ann")
        post_block(petra, block)
        assert "You changed text that was approved." in read_messages(update(petra, block, meeting))

    def test_old_editions_and_their_documents_stay(
        self, block: SharedBlock, meeting: Meeting, petra: Client, clock: Any
    ) -> None:
        publish_now(clock, meeting)
        before = dict(StoredDocument.objects.values_list("digest", "text"))
        post_block(petra, block)
        update(petra, block, meeting)
        assert before.items() <= dict(StoredDocument.objects.values_list("digest", "text")).items()
        assert str(block.pk) not in encode_document(build_edited_document(Meeting.objects.get()))

    def test_note_that_has_changed_meanwhile_is_named(
        self, block: SharedBlock, meeting: Meeting, petra: Client
    ) -> None:
        post_block(petra, block)
        meeting.contacts.update(name="Eve")
        save_revision(meeting)
        assert "no longer contains an earlier text" in read_messages(update(petra, block, meeting))

    def test_part_keeps_its_id_and_its_translation_is_out_of_date(self, meeting: Meeting, petra: Client) -> None:
        block = make_block(OLD, OLD | {"role": "Home affairs"}, desk=Configuration.objects.get(slug="jha"))
        contact = meeting.contacts.get()
        translate(meeting, contact, role="Justice (fr)")
        update(petra, block, meeting)
        assert meeting.contacts.get().pk == contact.pk
        kept = EditorSession("petra", meeting).keep(checks=True).json()
        assert [str(contact.pk)] == [part for part in kept["outdated"] if part == str(contact.pk)]

    def test_note_and_template_do_not_become_too_long(
        self, meeting: Meeting, petra: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A draft of 140 MB ended the process of everybody who opened it."""
        Meeting.objects.filter(pk=meeting.pk).update(lead="<p>a</p>" * 30)
        save_revision(meeting)
        saved = build_edited_document(Meeting.objects.get(pk=meeting.pk))
        template = build_template_from_meeting(saved, meeting.configuration)
        save_template(meeting.configuration, replace(template, lead="<p>a</p>" * 30), by=COMMAND, version=0)
        block = make_block({"text": "<p>a</p>"}, {"text": f"<p>{'a' * 100}</p>"}, kind="text")
        monkeypatch.setattr(document_length, "MAX_DOCUMENT_LENGTH", 2_000)
        page = update(petra, block, meeting, template=[str(meeting.configuration.pk)])
        assert read_messages(page).count("It can have up to 2,000. Shorten its texts.") == 2

    def test_template_gets_the_new_text(self, block: SharedBlock, meeting: Meeting, petra: Client) -> None:
        template = build_template_from_meeting(build_edited_document(meeting), meeting.configuration)
        save_template(meeting.configuration, template, by=COMMAND, version=0)
        post_block(petra, block)
        assert len(find_block_uses(block)) == 2
        update(petra, block, template=[str(meeting.configuration.pk)])
        assert MeetingTemplate.objects.get().document.contacts[0].phones == NEW["phones"]
        assert read_phones(meeting) == [OLD["phones"]]

    def test_block_is_added_to_a_template(self, meeting: Meeting, petra: Client) -> None:
        desk = Configuration.objects.get(slug="jha")
        blocks = [
            make_block(NEW, desk=desk),
            make_block({"notice": "Drawn up."}, kind="notice", desk=desk),
            make_block({"text": "<p>Badges.</p>"}, kind="text", desk=desk),
        ]
        form: dict[str, Any] = {"language": "en", "version": "0", "blocks": [str(block.pk) for block in blocks]}
        for name in ("sessions", "programme", "links", "contacts"):
            form |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
        assert petra.post(f"/admin/templates/{desk.pk}/", form).status_code == 302
        saved = MeetingTemplate.objects.get().document
        assert (saved.contacts[0].phones, saved.notice, saved.lead) == (NEW["phones"], "Drawn up.", "<p>Badges.</p>")


@pytest.mark.once
class TestKinds:
    """Links, notices and paragraphs are found and replaced as contacts are."""

    def test_links_of_all_parts(self, meeting: Meeting, petra: Client) -> None:
        old = {"title": "Live stream", "kind": "live_stream", "url": "https://video.example/", "language": ""}
        item = meeting.agenda.get()
        item.links.create(**old)
        save_revision(meeting)
        block = make_block(old, old | {"url": "https://live.example/"}, kind="links", desk=meeting.configuration)
        update(petra, block, meeting)
        document = build_edited_document(Meeting.objects.get())
        found = [link.url for link in (*document.links, *document.agenda[0].links) if link.title == "Live stream"]
        assert found == ["https://live.example/"] * 2

    def test_notice(self, meeting: Meeting, petra: Client) -> None:
        save_revision(meeting, notice="Old.")
        block = make_block({"notice": "Old."}, {"notice": "New."}, kind="notice", desk=meeting.configuration)
        update(petra, block, meeting)
        assert Meeting.objects.get().notice == "New."

    @pytest.mark.parametrize(
        ("old", "new"),
        [("<p>A</p>", "<p>B</p>"), ("<p>A</p>", "<p>A</p><p>B</p>"), ("<p>A</p><p>B</p>", "<p>A</p>")],
    )
    def test_paragraphs_within_texts(self, meeting: Meeting, petra: Client, old: str, new: str) -> None:
        save_revision(meeting, lead=f"<p>Before</p>{old}<p>After</p>")
        block = make_block({"text": old}, {"text": new}, kind="text", desk=meeting.configuration)
        assert [use.is_outdated for use in find_block_uses(block)] == [True]
        update(petra, block, meeting)
        assert Meeting.objects.get().lead == f"<p>Before</p>{new}<p>After</p>"
        assert [use.is_outdated for use in find_block_uses(block)] == [False]
        assert "no longer contains" in read_messages(update(petra, block, meeting))

    def test_texts_that_contain_each_other_are_written_once(self, meeting: Meeting, petra: Client) -> None:
        """Each that was found wrote all again: a note of 320 characters took all memory of the editors' process."""
        texts = ("<p>A</p><p>B</p><p>B</p><p>A</p>", "<p>B</p>", "<p>A</p><p>B</p><p>B</p>")
        block = make_block(*({"text": text} for text in texts), kind="text", desk=meeting.configuration)
        save_revision(meeting, lead="<p>B</p>" * 3)
        update(petra, block, meeting)
        assert Meeting.objects.get().lead == texts[-1] * 3

    def test_text_that_would_become_too_long_is_named(self, meeting: Meeting, petra: Client) -> None:
        texts = ("<p>B</p>", f"<p>{'B ' * 4_900}</p>")
        block = make_block(*({"text": text} for text in texts), kind="text", desk=meeting.configuration)
        save_revision(meeting, lead="<p>B</p>" * 13)
        assert "has 127491 characters" in read_messages(update(petra, block, meeting))
        assert Meeting.objects.get().lead == "<p>B</p>" * 13


@pytest.mark.once
class TestEditor:
    def test_topic_contains_links_and_paragraphs(self, meeting: Meeting) -> None:
        desk = Configuration.objects.get(slug="jha")
        topic = make_topic(text="<p>Bring a badge.</p><p>Rest.</p>", desk=desk)
        save_revision(topic)
        block = make_block({"text": "<p>Bring a badge.</p>"}, {"text": "<p>Bring two.</p>"}, kind="text")
        make_block({"notice": "Rest."}, kind="notice")
        make_block({"text": "<p>Rest.</p>"}, kind="text", desk=Configuration.objects.get(slug="ecofin"))
        paul = sign_in("paul")
        assert [block["content"] for block in EditorSession(paul, topic).page["shared_blocks"]] == [
            {"text": "<p>Bring two.</p>"}
        ]
        assert [use.owner for use in find_block_uses(block)] == [topic]
        assert "Submit this draft for approval" in read_messages(update(paul, block, topic=[str(topic.pk)]))
        topic.refresh_from_db()
        assert topic.text == "<p>Bring two.</p><p>Rest.</p>"

    def test_editor_offers_the_blocks_of_the_configuration_and_language(self, meeting: Meeting, petra: Client) -> None:
        own = make_block(OLD, NEW, name="Own", desk=meeting.configuration)
        make_block(OLD, name="Elsewhere", desk=Configuration.objects.get(slug="ecofin"))
        make_block(OLD, name="French", language="fr")
        page = petra.get(f"/admin/meetings/meeting/{meeting.pk}/change/")
        expected = {"id": str(own.pk), "kind": "contacts", "name": "Own", "content": NEW}
        assert page.context["data"]["shared_blocks"] == [expected]
