"""Test `manage.py check_answers`, and compare its answers with the schema."""

import datetime as dt
import json
from collections import Counter
from copy import deepcopy
from functools import cache
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker

from council.demo.sample_meetings import build_sample_meetings
from council.demo.working_days import Diary
from council.management.api_selfcheck import build_stored_answers
from meetings.documents.choices import Language
from meetings.editions.freezing import create_edition
from meetings.models import EditionDocument, IndexedItem, StoredDocument
from tests.council.api.published_samples import publish_one_of_each
from tests.council.api.test_description import forbid_other_members, read_description
from tests.factories import DAY, MINUTE, PRESS_DAY, make_meeting, publish, publish_now, translate, withdraw
from tests.public_requests import lifted_guards

pytestmark = pytest.mark.django_db


@cache
def validator_of(shape: str) -> Draft202012Validator:
    schema = {"$ref": f"#/components/schemas/{shape}", "components": deepcopy(read_description()["components"])}
    return Draft202012Validator(forbid_other_members(schema), format_checker=FormatChecker())


def check() -> str:
    out, err = StringIO(), StringIO()
    try:
        call_command("check_answers", stdout=out, stderr=err)
    except CommandError as error:
        return f"{err.getvalue()}{error}"
    return out.getvalue()


def publish_much(clock: Any) -> None:
    """Publish a full meeting, those of the demo, one with two editions and languages, and a withdrawn one."""
    publish_one_of_each(clock)
    clock.move_to(PRESS_DAY)
    for story in build_sample_meetings(Diary.starting_from(dt.date(2060, 9, 14)), timezone.now()):
        create_edition([story.first], available_from=PRESS_DAY + MINUTE)
    clock.move_to(PRESS_DAY + DAY)
    twice, gone = make_meeting(start_date=dt.date(2060, 10, 1)), make_meeting(start_date=dt.date(2060, 10, 2))
    publish_now(clock, twice, gone)
    translate(twice, title="Conseil")
    twice.lead = "<p>Changed.</p>"
    twice.save()
    clock.move_to(publish(twice)[0].available_from)
    clock.move_to(withdraw(gone, reason="Sent too early.").available_from)
    make_meeting(start_date=dt.date(2060, 10, 3))


class TestEveryStoredAnswer:
    def test_stored_answers_match_the_schema(self, clock: Any) -> None:
        publish_much(clock)
        seen: Counter[str] = Counter()
        counts: Counter[Any] = Counter()
        for answer in build_stored_answers():
            assert answer.fault == "", answer
            if (answer.resource, answer.body) not in counts:
                validator_of(answer.shape.__name__).validate(json.loads(answer.body))
            counts[answer.resource, answer.body] += 1
            seen[answer.resource] += 1
        documents = EditionDocument.objects.filter(edition__is_tombstone=False)
        assert seen["meetings"] == documents.filter(edition__subject_type="meeting").count()
        assert seen["topics"] == documents.filter(edition__subject_type="topic").count()
        assert seen["configurations"] % len(Language) == 0
        assert set(seen) == {
            "agenda-items",
            "changes",
            "configurations",
            "media-links",
            "meetings",
            "presidencies",
            "programme",
            "topics",
        }

    def test_command_counts_the_answers(self, clock: Any) -> None:
        publish_one_of_each(clock)
        assert check().endswith(" answers checked. No faults found.\n")


@pytest.fixture
def broken(committed: None, clock: Any) -> Any:
    """Change one of two stored documents."""
    publish_one_of_each(clock)
    meeting = EditionDocument.objects.get(edition__subject_type="meeting")
    text = meeting.document.text
    with lifted_guards():
        yield (
            meeting,
            lambda old, new: StoredDocument.objects.filter(pk=meeting.document_id).update(text=text.replace(old, new)),
        )
        StoredDocument.objects.filter(pk=meeting.document_id).update(text=text)


@pytest.mark.once
class TestBrokenDocuments:
    def test_broken_document_is_reported_and_the_rest_is_checked(self, broken: Any) -> None:
        meeting, damage = broken
        damage('"status":"confirmed"', '"status":"perhaps"')
        output = check()
        assert f"meetings {meeting.pk} in en: " in output
        item = IndexedItem.objects.filter(edition=meeting.edition).first()
        assert item
        assert f"agenda-items {item.pk} in en: " in output
        assert "topics" not in output
        assert "answers do not match the API's description." in output

    def test_stored_text_may_not_be_a_document(self, broken: Any) -> None:
        meeting, damage = broken
        damage("{", "[")
        assert f"meetings {meeting.pk} in en: " in check()
