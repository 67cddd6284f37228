"""Search rows survive migrating back and forth, as after an upgrade that was rolled back."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

pytestmark = pytest.mark.once


def run_manage(var: Path, *arguments: str) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    subprocess.run(command, env=kept | {"VAR_DIR": str(var)}, capture_output=True, check=True)


def count_rows(var: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(var / "db.sqlite3") as database:
        return sorted(
            database.execute("SELECT edition_id, language, part_id, title_words, words FROM meetings_searchrow")
        )


def test_rows_survive_migrating_back_and_forth(tmp_path: Path) -> None:
    run_manage(tmp_path, "migrate", "-v0")
    run_manage(tmp_path, "make_meetings", "--count", "3", "--seed", "1")
    before = count_rows(tmp_path)
    assert before
    run_manage(tmp_path, "migrate", "-v0", "meetings", "0018")
    run_manage(tmp_path, "migrate", "-v0")
    assert count_rows(tmp_path) == before
