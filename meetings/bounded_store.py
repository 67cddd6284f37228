"""A store in the memory of a process that never takes more of it than it may."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class BoundedStore(Generic[Key, Value]):
    """Values by key. If they take more than `capacity` bytes, those that were unused longest are dropped."""

    def __init__(self, capacity: int) -> None:
        self.capacity, self.size = capacity, 0
        self.lock = threading.Lock()
        self.entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        with self.lock:
            if (entry := self.entries.get(key)) is None:
                return None
            self.entries.move_to_end(key)
            return entry[0]

    def put(self, key: Key, value: Value, size: int) -> None:
        """Store the value, which takes `size` bytes with its key, or note its new size."""
        with self.lock:
            if (entry := self.entries.pop(key, None)) is not None:
                self.size -= entry[1]
            self.entries[key] = value, size
            self.size += size
            while self.size > self.capacity:
                _key, (_value, dropped) = self.entries.popitem(last=False)
                self.size -= dropped

    def clear(self) -> None:
        with self.lock:
            self.entries.clear()
            self.size = 0
