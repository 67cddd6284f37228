"""What is stored survives migrating back and forth, as after an upgrade that was rolled back."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

pytestmark = [pytest.mark.once, pytest.mark.django_db]
MIGRATE_BACK_AND_FORTH = """
import django
django.setup()
from uuid import UUID
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from agenda.models import Verdict
from agenda.workflow.revisions import create_revision, get_version_facts
from meetings.models import SearchRow, StoredDocument, StoredSearchResult, TranslationWriter, User
from tests.agenda.workflow.translations import approve_english_text, approve_french_translation, create_translators

def migrate(*targets):
    executor = MigrationExecutor(connection)
    return executor.migrate(targets or executor.loader.graph.leaf_nodes()).apps

def list_rows():
    columns = ("edition", "language", "part_id", "title_words", "words")
    results = StoredSearchResult.objects.values_list("id", "edition", "language", "content")
    verdicts = Verdict.objects.values_list("language", "document", "source")
    return sorted(SearchRow.objects.values_list(*columns)), sorted(results), sorted(verdicts)

call_command("make_meetings", count=3, seed=1)
people = create_translators()
approve_french_translation(approve_english_text(people), people)
before = list_rows()
assert all(before)
french = Verdict.objects.get(language="fr")
other = StoredDocument.objects.exclude(digest__in=[french.document_id, french.source_id]).first().digest
facts = get_version_facts(french.revision) | {"why": "submitted", "at": french.at}
create_revision({"en": other, "fr": french.document_id}, **facts)  # it counted as approved for this original, too
migrate(("meetings", "0018_search_rows"))
apps = migrate(("agenda", "0021_writers_of_waiting_translations"), ("meetings", "0057_saves_of_translation_writers"))
writers, users = (apps.get_model("meetings", name).objects for name in ("TranslationWriter", "User"))
rita = users.get(username="rita").pk
place = {"subject_id": UUID(int=1), "language": "fr", "row_id": UUID(int=2), "user_id": rita}
for field, digest, saved_after in (("title", "a", 7), ("title", "b", -9), ("title", "c", 0), ("lead", "d", -5)):
    writers.create(field=field, words_digest=digest, saved_after=saved_after, **place)
migrate()
searched, results, verdicts = list_rows()
assert (searched, results) == before[:2]
assert verdicts == sorted([*before[2], ("fr", french.document_id, other)])
of_rita = TranslationWriter.objects.filter(user=rita, row_id=UUID(int=2))
assert sorted(of_rita.values_list("field", "saved_after")) == [("lead", 5), ("title", 7)]
for model in (Verdict, TranslationWriter):
    try:
        model.objects.all()._raw_delete("default")
    except Exception as error:
        assert "only ever added" in str(error)
    else:
        raise AssertionError(model)
"""


def test_rows_survive_migrating_back_and_forth(django_db_setup: Path, tmp_path: Path) -> None:
    shutil.copy(django_db_setup, tmp_path / "db.sqlite3")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-c", MIGRATE_BACK_AND_FORTH]
    environment = kept | {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "council.settings"}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
