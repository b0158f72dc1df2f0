"""Open keys of this process: few, for a short time, and forgotten at once when they are destroyed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

Held = TypeVar("Held")

MOST = 1000
SECONDS = 60.0


class Entry(Generic[Held]):
    __slots__ = ("expires", "held", "ready", "used")

    def __init__(self, held: Held, expires: float) -> None:
        self.held, self.expires, self.used = held, expires, False
        self.ready: Any = getattr(held, "ready", None)  # what a field's quick way takes of an open key


class Cache(Generic[Held]):
    """Few entries, each for at most a minute; those not used since the last round make room (second chance).

    Reading takes no lock: one look into a dictionary, so that opening a field costs little more than its cipher.
    """

    def __init__(self, most: int = MOST, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self.entries: dict[Hashable, Entry[Held]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Held | None:
        entry = self.entries.get(key)
        if entry is None or entry.expires <= self._clock():
            return None
        entry.used = True
        return entry.held

    def put(self, key: Hashable, held: Held) -> None:
        with self._lock:
            self.entries.pop(key, None)
            self.entries[key] = Entry(held, self._clock() + self._seconds)
            while len(self.entries) > self._most:
                oldest = next(iter(self.entries))
                entry = self.entries.pop(oldest)
                if entry.used and entry.expires > self._clock():
                    entry.used = False
                    self.entries[oldest] = entry

    def forget(self, unwanted: Callable[[Any], bool]) -> None:
        """Drop every entry whose key is unwanted."""
        with self._lock:
            for key in [key for key in self.entries if unwanted(key)]:
                del self.entries[key]

    def clear(self) -> None:
        with self._lock:
            self.entries.clear()

    def __len__(self) -> int:
        return len(self.entries)
