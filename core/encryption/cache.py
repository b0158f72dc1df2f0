"""Open keys of this process: few, for a short time, and forgotten at once when they are destroyed."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Held = TypeVar("Held")

MOST = 1000
SECONDS = 60.0


class Cache(Generic[Held]):
    """The most recently used entries, each for at most a minute; safe between threads."""

    def __init__(self, most: int = MOST, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._entries: OrderedDict[Hashable, tuple[float, Held]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Held | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry[0] <= self._clock():
                del self._entries[key]
                return None
            self._entries.move_to_end(key)
            return entry[1]

    def put(self, key: Hashable, held: Held) -> None:
        with self._lock:
            self._entries[key] = (self._clock() + self._seconds, held)
            self._entries.move_to_end(key)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)

    def forget(self, unwanted: Callable[[Hashable], bool]) -> None:
        """Drop every entry whose key is unwanted."""
        with self._lock:
            for key in [key for key in self._entries if unwanted(key)]:
                del self._entries[key]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)
