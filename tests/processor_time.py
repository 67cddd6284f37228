"""Tests of costs: what a block may take of the processor, whatever the machine is doing besides."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

USUAL_SECONDS = 0.06  # of `do_fixed_work` on the machines on which the limits were chosen


def do_fixed_work() -> None:
    sum(number * number % 7 for number in range(1_000_000))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail if the block takes more seconds of processor time than this, on a machine of the usual speed.

    On a machine that is slower, or slow at this moment, the limit grows in proportion. The limits of the tests are
    several times what is usual, and a fraction of what the block took when its costs grew with the square of its input.
    """
    started = time.process_time()
    yield
    spent = time.process_time() - started
    if spent >= seconds:
        started = time.process_time()
        do_fixed_work()
        slowness = max(1, (time.process_time() - started) / USUAL_SECONDS)
        assert spent < seconds * slowness, f"{spent:.1f} s, on a machine {slowness:.1f} times slower than usual"
