"""What the lists of the front page are made of."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """`words` say how it stands, `told` who or why; `facts` leads to the facts of the day."""

    title: str
    way: str
    words: Sequence[str] = ()
    told: str = ""
    facts: str = ""
