"""manage.py without Django, and with a Django that is broken."""

import subprocess
import sys
from pathlib import Path

import pytest

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"

pytestmark = pytest.mark.sqlite


def manage(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-S", *options, str(MANAGE), "check"]  # -S: nothing that was installed is found
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_without_django_it_says_what_to_do():
    done = manage()
    assert done.returncode == 2
    assert "make setup" in done.stderr
    assert ".venv/bin/python manage.py check" in done.stderr
    assert "Traceback" not in done.stderr


def test_another_import_error_is_not_hidden(tmp_path):
    package = tmp_path / "django"
    package.mkdir()
    (package / "__init__.py").write_text("import something_that_django_needs\n")
    done = manage(PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "ModuleNotFoundError: No module named 'something_that_django_needs'" in done.stderr
    assert "make setup" not in done.stderr
