"""How far a long command has come."""

import time
from typing import IO

WIDTH = 30
LINES = 20
"""Where there is no screen: about as many are written in all."""


class Progress:
    """A bar on a screen, which is renewed in place; elsewhere a line now and then."""

    def __init__(self, screen: IO[str], total: int, what: str) -> None:
        self.screen, self.total, self.what = screen, max(total, 1), what
        self.begun, self.told = time.monotonic(), 0

    def show(self, done: int) -> None:
        share = min(done / self.total, 1)
        speed = done / max(time.monotonic() - self.begun, 0.001)
        facts = f"{done} of {self.total} {self.what}, {speed:.0f} a second"
        if self.screen.isatty():
            bar = "█" * round(share * WIDTH)
            self.screen.write(f"\r{bar:░<{WIDTH}} {share:4.0%}  {facts} ")
            if done >= self.total:
                self.screen.write("\n")
        elif int(share * LINES) > self.told:
            self.told = int(share * LINES)
            self.screen.write(f"{facts}\n")
        self.screen.flush()
