"""Say what an operation of the API is. The views declare theirs; `meetings.api.description` describes them all."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from meetings.api.deprecation import Deprecation
from meetings.api.parameters import Parameter


@dataclass(frozen=True)
class Operation:
    """One operation of the API: a method at an address.

    `shape` is the type of its answer, or of the entries of its list; JSON Schema where there is no type.
    """

    id: str
    summary: Any
    tag: str
    parameters: tuple[Parameter, ...] = ()
    shape: type[msgspec.Struct] | dict[str, Any] = field(default_factory=dict)
    errors: tuple[int, ...] = (400, 405, 406, 500)
    is_list: bool = False
    deprecated: Deprecation | None = None

    def find_deprecations(self, used: Iterable[str]) -> list[Deprecation]:
        """Return the deprecations that concern a request. `used` are the names of its query parameters."""
        names = set(used)
        found = [
            self.deprecated,
            *(parameter.deprecated for parameter in self.query_parameters if parameter.name in names),
        ]
        return [each for each in found if each]

    @cached_property
    def query_parameters(self) -> tuple[Parameter, ...]:
        return tuple(parameter for parameter in self.parameters if parameter.location == "query")
