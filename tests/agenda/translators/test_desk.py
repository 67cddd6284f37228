"""The translation desk: who may what, and that no text is lost or goes stale unnoticed."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.drafts import draft_of
from agenda.models import AgendaItem, ConfirmedDifference, MediaLink, Revision
from agenda.translations import unconfirmed
from meetings.models import Act, AuditEntry, Meeting, ProgrammePoint, Translation
from tests import acts
from tests.agenda.desk.screens import address_of, person, words
from tests.agenda.filling import change_of, posted
from tests.agenda.translators.desk import (
    a_meeting,
    at,
    corrected,
    desk_of,
    everything,
    kept,
    named,
    opened,
    saved,
    seen,
    sent,
    texts,
    ticked,
    translator,
)
from tests.cast import PRESS_DAY, make_topic, translate


def item_of(meeting: Meeting) -> AgendaItem:
    item: AgendaItem = meeting.agenda.get()
    return item


@pytest.mark.once
class TestWhoMayWhat:
    def test_nobody_translates_into_the_language_it_is_written_in(self, ines: Client, meeting: Meeting) -> None:
        for language in ("xx", "FR", "fr-BE"):
            for page in (ines.get(desk_of(meeting, language), follow=True), sent(ines, meeting, {}, language)):
                assert page.redirect_chain == [(address_of(meeting, "languages/"), 302)]
                assert f"There is no official language “{language}”: choose one of these." in words(page)
        for page in (ines.get(desk_of(meeting, "en"), follow=True), sent(ines, meeting, {}, "en")):
            assert page.redirect_chain == [(address_of(meeting, "languages/"), 302)]
            assert "English is the language that it is written in" in words(page)
        assert texts("en") == {}

    def test_whoever_translates_into_another_language_is_told_which(self, eleni: Client, meeting: Meeting) -> None:
        refusal = "You do not have permission to translate into Deutsch: “JHA, 14 September 2060”. "
        assert f"{refusal}Nobody has this permission" in words(eleni.get(desk_of(meeting, "de")))

    def test_others_look_and_are_told_whom_to_ask(self, ines: Client, eleni: Client, meeting: Meeting) -> None:
        everything(meeting)
        refusal = "You do not have permission to translate into français: “JHA, 14 September 2060”."
        told = f"{refusal} You can ask: ines. You can read it."
        for client in (eleni, person("anna", "Authors"), translator("otto", "fr", of="env")):
            page = client.get(desk_of(meeting))
            assert told in words(page)
            assert "Politique migratoire" in words(page)
            assert "<textarea" not in page.content.decode()

    def test_nothing_is_saved_by_others(self, ines: Client, eleni: Client, meeting: Meeting) -> None:
        data = opened(ines, meeting) | {named(item_of(meeting), "title"): "Politique"}
        for client in (eleni, person("anna", "Authors"), translator("otto", "fr", of="env")):
            for button in ({}, {"check": "x"}):
                assert "You can ask: ines." in words(sent(client, meeting, data, **button), 403)
        assert texts() == {}

    def test_only_texts_of_the_source_are_written(self, ines: Client, meeting: Meeting) -> None:
        other, data = a_meeting("env"), opened(ines, meeting)
        carried = data[named(item_of(meeting), "title", "from")]
        smuggled = [
            (item_of(other), "title"),
            (item_of(meeting), "documents"),
            (meeting, "number"),
            (item_of(meeting), "url"),
        ]
        for row, field in smuggled:
            data |= {named(row, field): "Smuggled", named(row, field, "from"): carried}
        data |= {"text-nobody": "x", "from-nobody": carried, named(meeting, "lead", "from"): "made up"}
        told = words(sent(ines, meeting, data))
        assert told.count("The source has this text no more, so its translation was not saved: Smuggled") == 4
        assert texts() == {}

    def test_a_topic_has_a_desk_too(self, ines: Client) -> None:
        topic = kept(make_topic())
        saved(ines, topic, topic, title="Politique migratoire", lead="Sur la migration.")
        assert texts() == {"title": "Politique migratoire", "lead": "<p>Sur la migration.</p>"}


class TestSaving:
    def test_a_text_is_kept_with_who_and_when(self, ines: Client, meeting: Meeting) -> None:
        page = saved(ines, meeting, item_of(meeting), title="Politique\n migratoire ", text="Un.\n\n- deux\n- trois")
        assert "2 texts saved." in words(page)
        assert texts() == {"title": "Politique migratoire", "text": "<p>Un.</p><ul><li>deux</li><li>trois</li></ul>"}
        assert "Title Draft" in at(page, item_of(meeting), "title")
        assert "ines, 14 Sep 10:00" in at(page, item_of(meeting), "title")
        assert Revision.objects.first().remark == "français"  # type: ignore[union-attr]
        assert AuditEntry.objects.first().act == Act.TRANSLATED  # type: ignore[union-attr]

    def test_the_author_s_open_form_is_not_disturbed(self, ines: Client, meeting: Meeting) -> None:
        anna = person("anna", "Authors")
        before = meeting.version
        saved(ines, meeting, item_of(meeting), title="Politique migratoire")
        meeting.refresh_from_db()
        assert meeting.version == before
        assert posted(anna, change_of(meeting), based_on=before, lead="<p>Other.</p>").status_code == 302

    def test_nothing_typed_saves_nothing(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting)
        before = Revision.objects.count()
        page = sent(ines, meeting, opened(ines, meeting))
        assert "Nothing was changed, so nothing was saved." in words(page)
        assert (Revision.objects.count(), Translation.objects.filter(at=None).count()) == (before, 8)

    @pytest.mark.parametrize(
        ("field", "typed", "told"),
        [
            ("title", "a\0b", "Null characters are not allowed."),
            ("title", "x" * 1001, "This has 1001 characters; at most 1000 can be kept: shorten it."),
            ("text", "<script>alert(1)</script>", "Nothing of this can stand in a text: write some words."),
        ],
    )
    def test_what_cannot_be_kept_is_told_beside_it_and_the_rest_is_saved(
        self, ines: Client, meeting: Meeting, field: str, typed: str, told: str
    ) -> None:
        item = item_of(meeting)
        data = opened(ines, meeting) | {named(item, field): typed, named(meeting, "lead"): "Les ministres."}
        page = sent(ines, meeting, data)
        assert told in at(page, item, field)
        assert typed.replace("\0", "") in at(page, item, field).replace("\0", "") or "script" in typed
        assert texts() == {"lead": "<p>Les ministres.</p>"}

    def test_html_is_sanitised(self, ines: Client, meeting: Meeting) -> None:
        saved(ines, meeting, item_of(meeting), text='<p onclick="x">Un <a href="javascript:x">lien</a></p><table>')
        assert texts() == {"text": "<p>Un <a>lien</a></p>"}

    def test_an_empty_text_deletes_the_translation_and_the_revision_keeps_it(
        self, ines: Client, meeting: Meeting
    ) -> None:
        saved(ines, meeting, item_of(meeting), title="Politique migratoire")
        held = Revision.objects.first()
        page = saved(ines, meeting, item_of(meeting), title=" ")
        assert texts() == {}
        assert "Title Missing" in at(page, item_of(meeting), "title")
        assert "Politique migratoire" in held.documents.get(language="fr").document.text  # type: ignore[union-attr]
        assert AuditEntry.objects.filter(act=Act.TRANSLATED).count() == 2

    def test_what_no_document_says_is_in_the_log_all_the_same(self, ines: Client, meeting: Meeting) -> None:
        translate(meeting, item_of(meeting), title="Politique migratoire")
        corrected(meeting)
        saved(ines, meeting, item_of(meeting), title="")
        entry = AuditEntry.objects.get(act=Act.TRANSLATED)
        assert entry.details["texts"] == [f"agenda.{item_of(meeting).pk}.title"]

    def test_a_link_may_have_an_address_of_its_own(self, ines: Client, meeting: Meeting) -> None:
        link = MediaLink.objects.get(meeting=meeting)
        page = saved(ines, meeting, link, url="video.example/fr")
        assert "Enter the full address, starting with https://" in at(page, link, "url")
        saved(ines, meeting, link, url="https://video.example/fr")
        document: Any = draft_of(meeting, timezone.now(), language="fr")
        assert (document.links[0].url, document.links[0].language) == ("https://video.example/fr", "fr")

    def test_what_follows_by_itself_may_be_said_otherwise(self, ines: Client, meeting: Meeting) -> None:
        assert "City Follows by itself Brussels Bruxelles (say it otherwise)" in seen(ines, meeting, meeting, "city")
        saved(ines, meeting, meeting, city="Bruxelles-Capitale")
        document: Any = draft_of(meeting, timezone.now(), language="fr")
        assert document.place.city == "Bruxelles-Capitale"

    def test_the_page_is_previewed_in_the_language(self, ines: Client, meeting: Meeting) -> None:
        saved(ines, meeting, item_of(meeting), title="Politique migratoire")
        assert f"{address_of(meeting, 'preview/')}?language=fr" in ines.get(desk_of(meeting)).content.decode()
        page = ines.get(address_of(meeting, "preview/?language=fr"))
        assert "Politique migratoire" in words(page)
        assert ines.get(address_of(meeting, "preview/?language=xx")).status_code == 404


@pytest.mark.once
class TestTwoAtOnce:
    def test_the_one_text_is_refused_with_both_shown_and_the_others_are_saved(
        self, ines: Client, meeting: Meeting
    ) -> None:
        item, data = item_of(meeting), opened(ines, meeting)
        ivan = translator("ivan", "fr")
        saved(ivan, meeting, item, title="Politique de migration")
        page = sent(
            ines, meeting, data | {named(item, "title"): "Politique migratoire", named(item, "text"): "État des lieux."}
        )
        told = at(page, item, "title")
        assert "ivan saved another translation of this text after you opened it. Yours was not saved." in told
        assert "As it stands now: Politique de migration" in told
        assert "Title, français Politique migratoire" in told
        assert texts() == {"title": "Politique de migration", "text": "<p>État des lieux.</p>"}
        again = page.content.decode()
        assert "Nothing was changed" not in again
        carried = opened_from(page)
        sent(ines, meeting, carried)
        assert texts()["title"] == "Politique migratoire"

    def test_checking_in_between_does_not_hide_the_other_s_text(self, ines: Client, meeting: Meeting) -> None:
        item, data = (
            item_of(meeting),
            opened(ines, meeting) | {named(item_of(meeting), "title"): "Politique migratoire"},
        )
        saved(translator("ivan", "fr"), meeting, item, title="Politique de migration")
        page = sent(ines, meeting, data, check="x")
        assert "ivan saved another" in at(sent(ines, meeting, opened_from(page)), item, "title")
        assert texts() == {"title": "Politique de migration"}

    def test_the_same_from_both_is_no_conflict(self, ines: Client, meeting: Meeting) -> None:
        item, data = item_of(meeting), opened(ines, meeting)
        saved(translator("ivan", "fr"), meeting, item, title="Politique migratoire")
        assert "another" not in at(
            sent(ines, meeting, data | {named(item, "title"): "Politique migratoire"}), item, "title"
        )

    def test_what_the_other_deleted_is_not_brought_back_unasked(self, ines: Client, meeting: Meeting) -> None:
        item = item_of(meeting)
        translate(meeting, item, title="Politique migratoire")
        data = opened(ines, meeting)
        saved(translator("ivan", "fr"), meeting, item, title="")
        sent(ines, meeting, data)
        assert texts() == {}
        page = sent(ines, meeting, data | {named(item, "title"): "Politique"})
        assert "Somebody deleted this translation after you opened it." in at(page, item, "title")

    def test_a_source_that_changes_meanwhile_leaves_the_text_out_of_date(self, ines: Client, meeting: Meeting) -> None:
        item, data = item_of(meeting), opened(ines, meeting)
        corrected(meeting)
        page = sent(ines, meeting, data | {named(item, "title"): "Politique migratoire"})
        assert "Title Out of date" in at(page, item, "title")
        assert texts() == {"title": "Politique migratoire"}

    def test_what_the_author_took_out_meanwhile_is_told_and_not_lost(self, ines: Client, meeting: Meeting) -> None:
        translate(meeting, item_of(meeting), text="<p>Nobody touched it.</p>")
        data = opened(ines, meeting) | {named(item_of(meeting), "title"): "Politique migratoire"}
        item_of(meeting).delete()
        kept(meeting)
        page = sent(ines, meeting, data)
        assert "no more, so its translation was not saved: Politique migratoire" in words(page)
        assert "Nobody touched it." not in words(page)


def opened_from(page: Any) -> dict[str, Any]:
    """The form as an answer to another one shows it."""
    client = type("Shown", (), {"get": lambda self, _address: page})()
    return opened(client, page.context["subject"])


@pytest.mark.once
class TestOutOfDate:
    @pytest.fixture
    def stale(self, ines: Client, meeting: Meeting) -> AgendaItem:
        saved(ines, meeting, item_of(meeting), title="Politique migratoire", text="État des lieux.")
        corrected(meeting)
        return item_of(meeting)

    def test_the_words_that_changed_are_marked(self, ines: Client, meeting: Meeting, stale: AgendaItem) -> None:
        told = seen(ines, meeting, stale, "title")
        assert "Title Out of date What changed in the source since it was translated:" in told
        assert "Migration new: and asylum policy" in told
        assert "Politique migratoire" in told

    def test_they_are_marked_however_often_the_source_changed_since(
        self, ines: Client, meeting: Meeting, clock: Any
    ) -> None:
        saved(ines, meeting, item_of(meeting), title="Politique migratoire")
        for hour in range(1, 7):
            clock.move_to(PRESS_DAY + dt.timedelta(hours=hour))
            corrected(meeting, f"Migration policy, {hour}")
        assert "Migration policy new: , 6" in seen(ines, meeting, item_of(meeting), "title")

    def test_what_the_source_said_may_not_be_known(self, ines: Client, meeting: Meeting, stale: AgendaItem) -> None:
        Translation.objects.filter(field="title").update(source_digest="0" * 64)
        told = seen(ines, meeting, stale, "title")
        assert "The source has changed since it was translated. What it said then is not known any more." in told

    def test_still_right_renews_what_it_was_made_from(self, ines: Client, meeting: Meeting, stale: AgendaItem) -> None:
        page = ticked(ines, meeting, stale, "title", "still")
        assert "1 text saved." in words(page)
        assert "Title Draft" in at(page, stale, "title")

    def test_still_right_is_about_the_source_that_was_shown(
        self, ines: Client, meeting: Meeting, stale: AgendaItem
    ) -> None:
        data = opened(ines, meeting) | {named(stale, "title", "still"): "on"}
        corrected(meeting, "Migration, asylum and borders")
        page = sent(ines, meeting, data)
        assert "Title Out of date" in at(page, stale, "title")
        assert "new: borders" in at(page, stale, "title")

    def test_a_new_text_is_made_from_the_new_source(self, ines: Client, meeting: Meeting, stale: AgendaItem) -> None:
        page = saved(ines, meeting, stale, title="Politique de migration et d'asile")
        assert "Title Draft" in at(page, stale, "title")

    def test_the_filter_shows_what_is_to_do(self, ines: Client, meeting: Meeting, stale: AgendaItem) -> None:
        page = ines.get(desk_of(meeting) + "?show=todo")
        assert f"{stale.pk}-title" in page.content.decode()
        assert f"{stale.pk}-text" not in page.content.decode()
        assert f"{meeting.pk}-city" not in page.content.decode()
        assert "1 of 6 translated, 1 out of date, 4 missing" in words(page)


class TestOffers:
    def test_the_same_text_of_another_meeting_is_offered(self, ines: Client, meeting: Meeting) -> None:
        translate(a_meeting("env", lead="<p>Other.</p>").agenda.get().meeting, title="Nobody")
        earlier = a_meeting("ecofin")
        saved(ines, earlier, item_of(earlier), title="Politique migratoire")
        told = seen(ines, meeting, item_of(meeting), "title")
        assert "Politique migratoire Take that of ECOFIN, 14 September 2060, by ines" in told

    def test_also_elsewhere_in_the_same_meeting(self, ines: Client, meeting: Meeting) -> None:
        again = AgendaItem.objects.create(meeting=meeting, title="Migration policy")
        kept(meeting)
        saved(ines, meeting, item_of_first(meeting), title="Politique migratoire")
        assert "Take that of JHA, 14 September 2060, by ines" in seen(ines, meeting, again, "title")

    def test_not_what_the_same_letters_mean_in_another_language(self, ines: Client, meeting: Meeting) -> None:
        dutch = a_meeting("env", source_language="nl")
        translate(dutch, item_of(dutch), title="Politique migratoire")
        assert "Take that of" not in seen(ines, meeting, item_of(meeting), "title")

    def test_two_at_most_and_none_twice(self, ines: Client, meeting: Meeting) -> None:
        for slug, text in (("env", "Un"), ("ecofin", "Un"), ("gac", "Deux"), ("fac", "Trois")):
            other = a_meeting(slug)
            saved(ines, other, item_of(other), title=text)
        assert seen(ines, meeting, item_of(meeting), "title").count("Take that of") == 2

    def test_it_is_taken_over_without_saving(self, ines: Client, meeting: Meeting) -> None:
        earlier, item = a_meeting("ecofin"), item_of(meeting)
        saved(ines, earlier, item_of(earlier), text="État des lieux.")
        before = Translation.objects.count()
        data = opened(ines, meeting) | {named(item, "title"): "Politique"}
        page = sent(ines, meeting, data, take=f"{item.pk}-text:0")
        assert "Nothing is saved yet" in words(page)
        assert "Text, français État des lieux." in at(page, item, "text")
        assert "Title, français Politique" in at(page, item, "title")
        assert Translation.objects.count() == before
        sent(ines, meeting, opened_from(page))
        assert Translation.objects.count() == before + 2

    def test_the_source_is_copied(self, ines: Client, meeting: Meeting) -> None:
        item = item_of(meeting)
        page = sent(ines, meeting, opened(ines, meeting), take=f"{item.pk}-title:source")
        assert "Title, français Migration policy" in at(page, item, "title")


def item_of_first(meeting: Meeting) -> AgendaItem:
    item: AgendaItem = meeting.agenda.order_by("position")[0]
    return item


class TestDifferences:
    @pytest.fixture
    def hour(self, ines: Client, meeting: Meeting) -> Meeting:
        meeting.agenda.update(text="<p>The debate begins at 14:30.</p>")
        kept(meeting)
        return meeting

    def blocking(self, meeting: Meeting) -> list[str]:
        source, translation = (draft_of(meeting, timezone.now(), language=code) for code in ("en", "fr"))
        with CaptureQueriesContext(connection) as queries:
            found = unconfirmed(meeting, source, translation)
        assert len(queries) <= 1
        return [one.message for one in found]

    def test_they_are_told_before_anything_is_saved(self, ines: Client, hour: Meeting) -> None:
        data = opened(ines, hour) | {named(item_of(hour), "text"): "Le débat commence à 15h30."}
        page = sent(ines, hour, data, check="x")
        assert "To be mended or confirmed: The source says 14:30, the translation 15h30." in at(
            page, item_of(hour), "text"
        )
        assert texts() == {}

    def test_a_differing_hour_is_confirmed_as_long_as_neither_text_changes(self, ines: Client, hour: Meeting) -> None:
        item = item_of(hour)
        page = saved(ines, hour, item, text="Le débat commence à 15h30.")
        assert "To be mended or confirmed" in at(page, item, "text")
        assert self.blocking(hour) == ["The source says 14:30, the translation 15h30."]
        page = ticked(ines, hour, item, "text", "meant")
        assert "1 difference confirmed." in words(page)
        assert "the translation 15h30. Confirmed by ines, 14 Sep 2060 10:00" in at(page, item, "text")
        assert self.blocking(hour) == []
        entry = AuditEntry.objects.get(act=Act.CONFIRMED)
        assert (entry.actor, entry.details["remark"]) == ("ines", "The source says 14:30, the translation 15h30.")
        saved(ines, hour, item, text="Les débats commencent à 15h30.")
        assert self.blocking(hour) != []
        saved(ines, hour, item, text="Le débat commence à 15h30.")
        assert self.blocking(hour) == []
        hour.agenda.update(text="<p>The debate starts at 14:30.</p>")
        kept(hour)
        ticked(ines, hour, item, "text", "still")
        assert self.blocking(hour) != []

    def test_a_tick_holds_for_the_language_and_the_text_that_it_stands_at(
        self, ines: Client, eleni: Client, hour: Meeting
    ) -> None:
        item = item_of(hour)
        saved(ines, hour, item, text="Le débat commence à 15h30.")
        saved(eleni, hour, item, "el", text="Η συζήτηση αρχίζει στις 15:30.")
        ticked(ines, hour, item, "text", "meant")
        source, greek = (draft_of(hour, timezone.now(), language=code) for code in ("en", "el"))
        assert len(unconfirmed(hour, source, greek)) == 1
        digest = ConfirmedDifference.objects.get().digest
        sent(eleni, hour, opened(eleni, hour, "el"), "el", **{named(item, "text", "meant"): digest})
        assert ConfirmedDifference.objects.count() == 1

    def test_what_does_not_block_can_be_confirmed_too(self, ines: Client, hour: Meeting) -> None:
        item = item_of(hour)
        page = saved(ines, hour, item, text="Le débat commence à 14h30.\n\nEt plus.")
        assert "The source has 1 paragraph, the translation 2 paragraphs. It is meant so" in at(page, item, "text")
        assert "2 paragraphs. Confirmed" in at(ticked(ines, hour, item, "text", "meant"), item, "text")

    def test_a_draft_with_a_difference_is_to_do(self, ines: Client, hour: Meeting) -> None:
        everything(hour)
        saved(ines, hour, item_of(hour), text="Le débat commence à 15h30.")
        page = ines.get(desk_of(hour) + "?show=todo")
        assert f"{item_of(hour).pk}-text" in page.content.decode()
        assert "To do: 1" in words(page)


@pytest.mark.once
class TestReviewed:
    def test_it_is_what_was_approved_beside_the_source_as_it_stands(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting)
        acts.submit(meeting)
        assert "Title Draft" in seen(ines, meeting, item_of(meeting), "title")
        acts.approve(meeting)
        assert "Title Reviewed" in seen(ines, meeting, item_of(meeting), "title")
        corrected(meeting)
        page = saved(ines, meeting, item_of(meeting), text="L'état des lieux.")
        assert "Title Out of date" in at(page, item_of(meeting), "title")
        assert "Text Draft" in at(page, item_of(meeting), "text")
        assert "Lead Reviewed" in at(page, meeting, "lead")
        assert "7 of 8 translated, 6 reviewed, 1 out of date" in words(page)


class TestQueries:
    def test_as_many_for_any_number_of_texts(self, ines: Client, meeting: Meeting) -> None:
        everything(meeting)
        saved(ines, meeting, item_of(meeting), title="Politique", text="")
        corrected(meeting)
        before = self.counted(ines, meeting)
        for number in range(30):
            item = AgendaItem.objects.create(meeting=meeting, title=f"Item {number}", text=f"<p>Text {number}.</p>")
            ProgrammePoint.objects.create(meeting=meeting, kind="other", title=f"Point {number}")
            if number % 2:
                translate(meeting, item, title=f"Point {number} de l'ordre du jour")
        kept(meeting)
        meeting.agenda.filter(title__endswith="7").update(title="Changed")
        kept(meeting)
        assert self.counted(ines, meeting) == before

    def counted(self, client: Client, meeting: Meeting) -> list[int]:
        with CaptureQueriesContext(connection) as shown:
            assert client.get(desk_of(meeting)).status_code == 200
        numbers = [len(shown)]
        data = opened(client, meeting)
        data |= {name: "Nouveau" for name, text in data.items() if name.startswith("text-") and "title" in name}
        with CaptureQueriesContext(connection) as saving:
            assert client.post(desk_of(meeting), data).status_code == 302
        return [*numbers, len(saving)]


def test_a_meeting_that_makes_no_document_cannot_be_translated(ines: Client, meeting: Meeting) -> None:
    first = item_of(meeting)
    second = AgendaItem.objects.create(meeting=meeting, title="Part", parent=first)
    meeting.agenda.filter(pk=first.pk).update(parent=second)
    page = ines.get(desk_of(meeting))
    assert "There is nothing to translate as long as the working copy makes no document" in words(page)
    assert address_of(meeting, "change/") in page.content.decode()
