"""Work that spans organisations, row by row: keys from a narrow function, then one scope for each."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from core.alarms import alarm
from core.tenancy import organisation

log = logging.getLogger(__name__)

BATCH = 500
POISON_REST = timedelta(hours=1)


def due_rows(function: str, now: datetime, *, batch: int = BATCH) -> Iterator[tuple[UUID, UUID]]:
    """(organisation, row) of everything the database function names for `now`, each once."""
    seen: set[tuple[UUID, UUID]] = set()
    while True:
        with connection.cursor() as cursor:
            # The name is a constant of the caller, never input.
            cursor.execute(f"SELECT organisation_id, id FROM {function}(%s, %s)", [now, batch])  # noqa: S608
            found = cursor.fetchall()
        fresh = [row for row in found if row not in seen]
        seen.update(fresh)
        yield from fresh
        if len(found) < batch or not fresh:
            return


def each_due(
    function: str,
    now: datetime,
    act: Callable[[UUID, datetime], bool],
    push_ahead: Callable[[UUID, datetime], object],
    *,
    batch: int = BATCH,
) -> int:
    """Act on every row the database function names, each in its organisation and a transaction of its own.

    A row that raises is pushed an hour ahead and the operator hears of it; the others go on. How many acts were won.
    """
    won = 0
    for organisation_id, row_id in due_rows(function, now, batch=batch):
        try:
            with organisation(organisation_id):
                won += bool(act(row_id, now))
        except Exception as error:
            log.exception("%s: row %s raised", function, row_id)
            with organisation(organisation_id):
                push_ahead(row_id, now)
            alarm("poisonous row", f"{function}: row {row_id} raised {type(error).__name__}; next try in an hour.")
    return won
