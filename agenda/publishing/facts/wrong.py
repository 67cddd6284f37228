"""All that is wrong of a change of facts at once, each with what it is wrong of."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from agenda.publishing.refusals import Refused


@dataclass(frozen=True)
class Wrong:
    """`key` is that of the point or item, which `part` names; `about` the fact of it, or of the meeting."""

    key: UUID | None
    part: str
    about: str
    message: str


class WrongFacts(Refused):
    """The message tells everything one after the other."""

    def __init__(self, every: Sequence[Wrong]) -> None:
        messages = [f"{wrong.part}: {wrong.message}" if wrong.part else wrong.message for wrong in every]
        super().__init__(" ".join(messages), about=every[0].about)
        self.every = every


class Gathered:
    """What was refused, one by one, and then together."""

    def __init__(self) -> None:
        self.every: list[Wrong] = []

    @contextmanager
    def of(self, key: UUID | None = None, part: str = "") -> Iterator[None]:
        try:
            yield
        except Refused as error:
            self.every.append(Wrong(key, part, error.about, str(error)))

    def refuse(self) -> None:
        if self.every:
            raise WrongFacts(self.every)
