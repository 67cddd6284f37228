"""The screens of the admin are loaded when they are needed."""

import json
from pathlib import Path

import pytest

from tests.council.test_settings import run_python

LOAD = """
import json, sys, django
django.setup()
before = [name for name in sys.modules if name.startswith(("agenda.admin", "meetings.admin"))]
from django.contrib import admin
from django.core.checks import run_checks
run_checks(tags=["admin"])
print(json.dumps([before, sorted(model.__name__ for model in admin.site._registry)]))
"""


@pytest.mark.sqlite
def test_commands_load_no_screens_but_their_check_looks_at_all(tmp_path: Path) -> None:
    done = run_python(tmp_path, "-c", LOAD, DJANGO_SETTINGS_MODULE="council.settings")
    assert done.returncode == 0, done.stderr
    before, checked = json.loads(done.stdout)
    assert before == []
    assert {"BackgroundTopic", "Configuration", "Group", "Meeting", "Release", "User"} <= set(checked)
