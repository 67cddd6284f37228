"""Test that documents are encoded canonically, so that their digests can be checked with any library."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from meetings.documents.encoding import encode_document
from tests.factories import make_full_document, make_meeting_document
from tests.paths import ROOT

DECODE_IN_TWO_THREADS = """
import threading, time
import django
from django.utils.translation import trans_real
django.setup()
from meetings.documents.encoding import decode_document

def yield_to_other_thread(message, look_up=trans_real.gettext):
    time.sleep(0.0001)
    return look_up(message)

trans_real.gettext = yield_to_other_thread
barrier = threading.Barrier(2)

def decode():
    barrier.wait()
    decode_document(%a)

threads = [threading.Thread(target=decode) for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


@given(st.text())
@example("\0\x08\t\n\x0b\f\r\x1b\x7f\x80\"\\/<>&'\u00ad\u2028\ufeff\uffff\U0001f600é")
def test_document_is_encoded_as_rfc_8785_requires(title: str) -> None:
    document = make_meeting_document(title)
    assert encode_document(document).encode() == rfc8785.dumps(msgspec.to_builtins(document))


def test_all_members_are_sorted() -> None:
    document = make_full_document()
    assert encode_document(document).encode() == rfc8785.dumps(msgspec.to_builtins(document))


def test_two_threads_can_decode_the_first_documents_at_the_same_moment(tmp_path: Path) -> None:
    """The process ended with a segmentation fault."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DATABASE_URL": "sqlite://:memory:"}
    script = DECODE_IN_TWO_THREADS % encode_document(make_full_document())
    command = [sys.executable, "-c", script]
    settings = {"DJANGO_SETTINGS_MODULE": "council.settings"}
    assert subprocess.run(command, cwd=ROOT, env=environment | settings, check=False).returncode == 0
