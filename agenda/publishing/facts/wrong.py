"""All that is wrong of a change of facts at once, each with what it is wrong of."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from agenda.publishing.refusals import Refused


@dataclass(frozen=True)
class FieldProblem:
    """`key` is that of the point or item, which `part` names; `about` the fact of it, or of the meeting."""

    key: UUID | None
    part_name: str
    about: str
    message: str


class WrongFacts(Refused):
    """The message tells everything one after the other."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        messages = [f"{wrong.part_name}: {wrong.message}" if wrong.part_name else wrong.message for wrong in problems]
        super().__init__(" ".join(messages), about=problems[0].about)
        self.every = problems


class ProblemCollector:
    """What was refused, one by one, and then together."""

    def __init__(self) -> None:
        self.every: list[FieldProblem] = []

    @contextmanager
    def collect(self, part_id: UUID | None = None, part_name: str = "") -> Iterator[None]:
        try:
            yield
        except Refused as error:
            self.every.append(FieldProblem(part_id, part_name, error.about, str(error)))

    def raise_problems(self) -> None:
        if self.every:
            raise WrongFacts(self.every)
