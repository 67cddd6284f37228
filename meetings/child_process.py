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
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec

IDLE_SECONDS = 60
ROOT = Path(__file__).resolve().parent.parent
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")


class ChildProcess:
    """A process that works for this one, one job after the other: the caller must not use it in two threads at once.

    It is given `max_seconds` for a job, and is ended if it takes longer.
    """

    def __init__(self, module: str, max_seconds: float) -> None:
        self.module, self.max_seconds = module, max_seconds
        self.process: subprocess.Popen[bytes] | None = None
        self.connection: Connection[Any, Any] | None = None
        atexit.register(self.stop)

    def send(self, *job: Any) -> dict[str, Any] | None:
        """Return what the process answers; None if it ended or took too long, and then end it.

        The answer consists of plain values, so the process could not make this one run anything.
        """
        while True:
            is_new = self.start()
            assert self.connection
            with suppress(EOFError, OSError):  # the process has ended
                self.connection.send(job)
                if self.connection.poll(self.max_seconds):
                    answer: dict[str, Any] = msgspec.msgpack.decode(self.connection.recv_bytes())
                    return answer
                is_new = True  # it would take too long again
            self.stop()
            if is_new:
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
