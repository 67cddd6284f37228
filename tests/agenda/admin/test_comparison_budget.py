"""Each screen that compares several languages has one budget for all of them."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from agenda.admin.history.versions import ComparedVersion, compare_languages
from agenda.admin.publication_outlook import compare_by_language
from agenda.admin.same_day_changes.views import build_outlook
from agenda.documents.diff import word_diff
from agenda.documents.diff.changes import DocumentChange
from agenda.documents.diff.word_diff import DiffKind
from agenda.workflow.same_day_changes.publication import LiveMeeting
from meetings.documents.choices import Language
from meetings.documents.schema import MeetingDocument
from meetings.models import Meeting
from tests.factories import PRESS_DAY, make_meeting_document

Documents = Sequence[MeetingDocument]
Comparison = Callable[[Documents, Documents], Sequence[Any]]


def compare_versions(old: Documents, new: Documents) -> list[list[DocumentChange]]:
    versions = [
        ComparedVersion("", PRESS_DAY, {document.language: document for document in documents})
        for documents in (old, new)
    ]
    return [changes for _language, _message, changes in compare_languages(*versions)]


def compare_for_publication(old: Documents, new: Documents) -> list[list[DocumentChange] | None]:
    return list(compare_by_language(old, new).values())


def compare_on_the_day(old: Documents, new: Documents) -> list[list[DocumentChange]]:
    outlook = build_outlook(LiveMeeting(Meeting(), old, []), new, [], PRESS_DAY)
    return [preview["changes"] for preview in outlook["languages"]]


@pytest.mark.parametrize("compare", [compare_versions, compare_for_publication, compare_on_the_day])
def test_two_languages_share_what_may_be_compared_word_by_word(
    compare: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_diff, "MAX_PAGE_CHARACTERS", 50)
    old, new = (
        [make_meeting_document(language=language, title=title) for language in (Language.EN, Language.FR)]
        for title in ("Council on fish", "Council on fisheries")
    )
    first, second = (
        [run.kind for change in changes if change.path == "title" for run in change.runs]
        for changes in compare(old, new)
    )
    assert first == [DiffKind.KEPT, DiffKind.DELETED, DiffKind.INSERTED]
    assert second == [DiffKind.DELETED, DiffKind.INSERTED]
