"""Test the time limit of a request, in a process of its own."""

import os
import subprocess
import sys

import pytest

from tests.paths import ROOT

SERVER = """
import re, sys, threading, time
import django
from django.conf import settings
settings.configure(REQUEST_TIMEOUT=1)
django.setup()
from django.http import HttpResponse
from django.test import RequestFactory
from council.middleware.time_limit import TimeLimitMiddleware

def answer(request):
    if request.path == "/endless":
        re.match("(a+)+$", "a" * 40 + "b")  # keeps all threads waiting for years
    time.sleep(float(request.path[1:]))
    return HttpResponse()

handle = TimeLimitMiddleware(answer)
threads = [threading.Thread(target=lambda path=path: handle(RequestFactory().get(path))) for path in sys.argv[1:]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
time.sleep(1.2)
print("still here")
"""


@pytest.mark.once
@pytest.mark.parametrize(("paths", "code"), [(["/0.1", "/0.7"], 0), (["/0.1", "/endless"], 1), (["/0.5", "/1.5"], 1)])
def test_process_ends_only_if_a_request_does_not(paths: list[str], code: int) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SERVER, *paths], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert (ran.returncode, "still here" in ran.stdout) == (code, code == 0)
    assert ("answer" in ran.stderr) is bool(code)


READER = """
import sys, time
import django
django.setup()
from council.response_cache import epochs

epochs.get_published_version = lambda second: time.sleep(float(sys.argv[1]))
epochs.Epochs().confirm()
time.sleep(1.2)
print("still here")
"""


@pytest.mark.once
@pytest.mark.parametrize(("seconds", "code"), [("0.1", 0), ("3", 1)])
def test_process_ends_if_the_database_does_not_say_what_is_published(seconds: str, code: int) -> None:
    """All requests wait for that (`council.response_cache.epochs`), and PostgreSQL may be cut off without a word."""
    site = {"DJANGO_SETTINGS_MODULE": "council.settings", "DATABASE_URL": "sqlite://:memory:", "REQUEST_TIMEOUT": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", READER, seconds],
        cwd=ROOT, env=os.environ | site, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert (ran.returncode, "still here" in ran.stdout) == (code, code == 0), ran.stderr
    assert ("read_version" in ran.stderr) is bool(code)
