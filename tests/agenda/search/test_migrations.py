"""Search rows survive migrating back and forth, as after an upgrade that was rolled back."""

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
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from meetings.models import SearchRow, StoredSearchResult

def list_rows():
    columns = ("edition", "language", "part_id", "title_words", "words")
    results = StoredSearchResult.objects.values_list("id", "edition", "language", "content")
    return sorted(SearchRow.objects.values_list(*columns)), sorted(results)

call_command("make_meetings", count=3, seed=1)
before = list_rows()
assert all(before)
for targets in ([("meetings", "0018_search_rows")], MigrationExecutor(connection).loader.graph.leaf_nodes()):
    MigrationExecutor(connection).migrate(targets)
assert list_rows() == before
"""


def test_rows_survive_migrating_back_and_forth(django_db_setup: Path, tmp_path: Path) -> None:
    shutil.copy(django_db_setup, tmp_path / "db.sqlite3")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-c", MIGRATE_BACK_AND_FORTH]
    environment = kept | {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "council.settings"}
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
