"""Test the time limit of a request, in a process of its own."""

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
