"""A store of responses that never takes more memory than it may."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from council.response_cache.stored_response import StoredResponse

Key = TypeVar("Key", bound=Hashable)
OVERHEAD = 1_000  # bytes for the key and the objects of an entry, roughly


class BoundedStore(Generic[Key]):
    """Responses by key. If they take more than `capacity` bytes, those that were unused longest are dropped."""

    def __init__(self, capacity: int) -> None:
        self.capacity, self.size = capacity, 0
        self.lock = threading.Lock()
        self.entries: OrderedDict[Key, tuple[StoredResponse, int]] = OrderedDict()

    def get(self, key: Key) -> StoredResponse | None:
        with self.lock:
            if (entry := self.entries.get(key)) is None:
                return None
            self.entries.move_to_end(key)
            return entry[0]

    def put(self, key: Key, response: StoredResponse) -> None:
        """Store the response, or note its new size."""
        size = response.size + OVERHEAD
        with self.lock:
            if (entry := self.entries.pop(key, None)) is not None:
                self.size -= entry[1]
            self.entries[key] = response, size
            self.size += size
            while self.size > self.capacity:
                _key, (_response, dropped) = self.entries.popitem(last=False)
                self.size -= dropped
