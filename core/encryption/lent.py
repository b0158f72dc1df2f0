"""What one transaction alone knows of keys, and who may open none."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection

from core.tenancy import scope


class Lent:
    """What a transaction knows of a key, and only while the savepoint it learned it in has not ended.

    With a key: made or given here. Without: changed here, or found erased.
    """

    __slots__ = ("erased", "key", "savepoints")

    def __init__(self, key: Any = None, *, erased: bool = False) -> None:
        self.key, self.erased, self.savepoints = key, erased, tuple(connection.savepoint_ids)

    def holds(self) -> bool:
        return tuple(connection.savepoint_ids[: len(self.savepoints)]) == self.savepoints


def blind() -> bool:
    """True where nothing may be opened that was not made or given here: the public pages."""
    return settings.ROLE == "intake" or scope().role == "intake"
