"""A sweep that finds 1,000 due clocks among 1,000,000 open ones, against the same 1,000 alone, within one run.

Each due clock is looked at in its organisation (of 200), in a transaction of its own: breach, notice and audit event
included. Alone is measured before and after, so that a machine that slows down meanwhile does not flatter or blame the
crowd. Prints one JSON object. `--open`, `--due` and `--rounds` make it smaller.
"""

import argparse
import json
import os
import statistics
import time
from datetime import UTC, datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection  # noqa: E402 - settings first

from core.deadlines.sweeping import sweep  # noqa: E402
from core.organisations import Organisation  # noqa: E402
from core.tenancy import signed_in_as  # noqa: E402

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ORGANISATIONS = 200
INSERT = """
INSERT INTO deadline
       (id, organisation_id, kind, subject, reference, started_at, amount, unit, roll, due_at, next_at, rung, state)
SELECT gen_random_uuid(), o.id, 'intake.acknowledge', gen_random_uuid(), '', %s, 2, 'working_days', false,
       %s::timestamptz + n * interval '1 second', %s::timestamptz + n * interval '1 second', 0, 'open'
FROM generate_series(1, %s) AS n JOIN (SELECT id, row_number() OVER () AS place FROM organisation) AS o
     ON o.place = 1 + n %% %s
"""


def as_owner(*statements: tuple[str, list[object]]) -> None:
    """Run statements on all organisations, as only the owner of the tables may."""
    with signed_in_as("migrator"), connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)


def fill(many: int, first_due: datetime) -> tuple[str, list[object]]:
    """The statement that adds `many` open clocks, due second by second from `first_due`."""
    return INSERT, [first_due - timedelta(days=9), first_due, first_due, many, ORGANISATIONS]


def measure(due: int) -> float:
    """Seconds one sweep takes over `due` clocks that have just become due."""
    as_owner(fill(due, NOW - timedelta(days=1)), ("ANALYZE deadline", []))
    with signed_in_as("worker"):
        begun = time.perf_counter()
        moved = sweep(NOW)
        taken = time.perf_counter() - begun
    if moved != due:
        raise SystemExit(f"The sweep moved {moved} clocks instead of {due}.")
    return taken


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--open", type=int, default=1_000_000)
    reader.add_argument("--due", type=int, default=1_000)
    reader.add_argument("--rounds", type=int, default=3)
    asked = reader.parse_args()
    Organisation.objects.bulk_create(
        Organisation(slug=f"bench-{n}", name=f"Bench {n}", weekend=["sat", "sun"], country="KE", created_at=NOW)
        for n in range(ORGANISATIONS)
    )
    measure(asked.due)  # warm: connections, holidays, plans
    alone = [measure(asked.due) for _round in range(asked.rounds)]
    as_owner(fill(asked.open, NOW + timedelta(days=1)), ("VACUUM ANALYZE deadline", []))
    crowd = [measure(asked.due) for _round in range(asked.rounds)]
    as_owner(("DELETE FROM deadline WHERE next_at > %s AND due_at > %s", [NOW, NOW]), ("VACUUM ANALYZE deadline", []))
    alone += [measure(asked.due) for _round in range(asked.rounds)]
    report = {
        "open": asked.open,
        "due": asked.due,
        "alone s": round(statistics.median(alone), 3),
        "among open s": round(statistics.median(crowd), 3),
        "ratio": round(statistics.median(crowd) / statistics.median(alone), 3),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
