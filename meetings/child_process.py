"""Work that may take much memory or time, or end a process, in a process of its own with limits.

`ChildProcess` is used in the process that asks, `answer_jobs` in the one that works. The working process is started by
`python -m MODULE DESCRIPTOR` when there is something to do. It gets no password, and ends when it has had nothing to do
for a while, or when the process that started it has ended.
"""

import atexit
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec

IDLE_SECONDS = 60
MAX_ANSWER = 200_000_000  # bytes: the files of the largest picture have a quarter of it
ROOT = Path(__file__).resolve().parent.parent
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")


class ChildProcess:
    """A process that works for this one, one job after the other: the caller must not use it in two threads at once.

    It is given `max_seconds` for a job, from the first byte that it is sent to the last one that it answers, and is
    ended if it takes longer.
    """

    def __init__(self, module: str, max_seconds: float) -> None:
        self.module, self.max_seconds = module, max_seconds
        self.process: subprocess.Popen[bytes] | None = None
        self.connection: Connection[Any, Any] | None = None
        atexit.register(self.stop)

    def send(self, *job: Any) -> dict[str, Any] | None:
        """Return what the process answers; None if it ended, took too long or answered nonsense, and then end it.

        The answer consists of plain values, so the process could not make this one run anything.
        """
        while True:
            is_new, begun = self.start(), time.monotonic()
            assert self.connection
            assert self.process
            watch = threading.Timer(self.max_seconds, self.process.kill)
            watch.start()
            try:
                self.connection.send(job)
                answer: dict[str, Any] = msgspec.msgpack.decode(self.connection.recv_bytes(MAX_ANSWER), type=dict)
            except (EOFError, OSError, msgspec.MsgspecError):
                self.stop()
            else:
                return answer
            finally:
                watch.cancel()
            if is_new or time.monotonic() - begun >= self.max_seconds:  # it would end, or take too long, again
                return None

    def start(self) -> bool:
        """Start the process if there is none. Return True if it is new."""
        if self.process and self.process.poll() is None:
            return False
        self.stop()
        self.connection, other = Pipe()
        environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        command = [sys.executable, "-m", self.module, str(other.fileno())]
        with other:
            self.process = subprocess.Popen(  # noqa: S603 (nothing in the command comes from outside)
                command, cwd=ROOT, env=environment, pass_fds=[other.fileno()], stdin=subprocess.DEVNULL
            )
        return True

    def stop(self) -> None:
        if self.connection:
            self.connection.close()
        if self.process:
            self.process.kill()
            self.process.wait()
        self.connection = self.process = None


def answer_jobs(descriptor: int, work: Callable[..., msgspec.Struct], max_memory: int) -> None:
    """Do the jobs that arrive at the connection. `max_memory` is the limit of this process, in bytes of addresses."""
    resource.setrlimit(resource.RLIMIT_AS, (max_memory, max_memory))
    with Connection(descriptor) as connection:
        try:
            while connection.poll(IDLE_SECONDS):
                connection.send_bytes(msgspec.msgpack.encode(work(*connection.recv())))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return  # the process that started this one has ended
