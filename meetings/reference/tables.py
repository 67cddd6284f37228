"""Tables of reference data as text: a row a line, its cells divided by “ | ”; “#” begins a remark."""

from collections.abc import Iterator
from pathlib import Path


def rows_of(file: Path) -> Iterator[list[str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split(" | ")
