"""Run manage.py without Django, and with a broken Django."""

import subprocess
import sys
from pathlib import Path

import pytest

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"

pytestmark = pytest.mark.sqlite


def run_manage(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-S", *options, str(MANAGE), "check"]  # -S: nothing that was installed is found
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_missing_django_is_explained():
    done = run_manage()
    assert done.returncode == 2
    assert "make setup" in done.stderr
    assert ".venv/bin/python manage.py check" in done.stderr
    assert "Traceback" not in done.stderr


def test_other_import_errors_are_shown(tmp_path):
    package = tmp_path / "django"
    package.mkdir()
    (package / "__init__.py").write_text("import something_that_django_needs\n")
    done = run_manage(PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "ModuleNotFoundError: No module named 'something_that_django_needs'" in done.stderr
    assert "make setup" not in done.stderr
