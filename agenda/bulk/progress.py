"""Show the progress of a long command."""

import time
from typing import IO

BAR_WIDTH = 30
MAX_LINES = 20
"""About how many lines are written in all, if the output is not a terminal."""


class Progress:
    """A progress bar on a terminal; elsewhere, a line now and then."""

    def __init__(self, screen: IO[str], total: int, unit: str) -> None:
        self.screen, self.total, self.what = screen, max(total, 1), unit
        self.started, self.lines_written = time.monotonic(), 0

    def show(self, done: int) -> None:
        share = min(done / self.total, 1)
        speed = done / max(time.monotonic() - self.started, 0.001)
        facts = f"{done} of {self.total} {self.what}, {speed:.0f} a second"
        if self.screen.isatty():
            bar = "█" * round(share * BAR_WIDTH)
            self.screen.write(f"\r{bar:░<{BAR_WIDTH}} {share:4.0%}  {facts} ")
            if done >= self.total:
                self.screen.write("\n")
        elif int(share * MAX_LINES) > self.lines_written:
            self.lines_written = int(share * MAX_LINES)
            self.screen.write(f"{facts}\n")
        self.screen.flush()
