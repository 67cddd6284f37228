"""Collect all problems of a same-day change, each with the part that it belongs to."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from agenda.publishing.refusals import WorkflowError


@dataclass(frozen=True)
class FieldProblem:
    """One problem. `part_id` and `part_name` identify the point or item; `field` is its field, or of the meeting."""

    part_id: UUID | None
    part_name: str
    field: str
    message: str


class SameDayChangeError(WorkflowError):
    """All problems of a change. The message has them one after the other."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        messages = [f"{wrong.part_name}: {wrong.message}" if wrong.part_name else wrong.message for wrong in problems]
        super().__init__(" ".join(messages), field=problems[0].field)
        self.every = problems


class ProblemCollector:
    """Collects errors, and raises them together."""

    def __init__(self) -> None:
        self.every: list[FieldProblem] = []

    @contextmanager
    def collect(self, part_id: UUID | None = None, part_name: str = "") -> Iterator[None]:
        try:
            yield
        except WorkflowError as error:
            self.every.append(FieldProblem(part_id, part_name, error.field, str(error)))

    def raise_problems(self) -> None:
        if self.every:
            raise SameDayChangeError(self.every)
