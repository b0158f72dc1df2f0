"""A sweep that finds 1,000 due clocks among 1,000,000 open ones, against the same 1,000 alone, within one run.

Each due clock is looked at in its organisation (of 200), in a transaction of its own: breach, notice and audit event
included. Alone and among the open are two installations, each on servers of its own, which sweep in turns, so that a
machine that slows down meanwhile neither flatters nor blames the crowd; the median of the rounds counts. Prints one
JSON object. `--open`, `--due` and `--rounds` make it smaller.
"""

import argparse
import json
import os
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection  # noqa: E402 - settings first

from benchmarks._turns import installations, said  # noqa: E402
from core.deadlines.sweeping import sweep  # noqa: E402
from core.organisations import Organisation  # noqa: E402
from core.tenancy import signed_in_as  # noqa: E402

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ORGANISATIONS = 200
INSERT = """
INSERT INTO deadline
       (id, organisation_id, kind, subject, reference, started_at, amount, unit, roll, due_at, next_at, rung, state)
SELECT uuidv7(), o.id, 'intake.acknowledge', uuidv7(), '', %s, 2, 'working_days', false,
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


def serve(many: int, due: int) -> None:
    """Fill in the open clocks, then sweep anew for each line on the input."""
    Organisation.objects.bulk_create(
        Organisation(slug=f"bench-{n}", name=f"Bench {n}", weekend=["sat", "sun"], country="KE", created_at=NOW)
        for n in range(ORGANISATIONS)
    )
    begun = time.perf_counter()
    if many:
        as_owner(fill(many, NOW + timedelta(days=1)), ("VACUUM ANALYZE deadline", []))
    said(filled=round(time.perf_counter() - begun))
    for _line in sys.stdin:
        said(seconds=measure(due))


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--open", type=int, default=1_000_000)
    reader.add_argument("--due", type=int, default=1_000)
    reader.add_argument("--rounds", type=int, default=7)
    reader.add_argument("--serve", type=int, nargs=2, metavar=("OPEN", "DUE"), help=argparse.SUPPRESS)
    asked = reader.parse_args()
    if asked.serve:
        serve(*asked.serve)
        return
    times: dict[str, list[float]] = {"alone": [], "among": []}
    with installations("sweep", alone=(0, asked.due), among=(asked.open, asked.due)) as both:
        filled = both["among"][1]["filled"]
        for made, _ready in both.values():
            made.ask(0)  # warm: connections, holidays, plans
        for number in range(asked.rounds):
            for name, (made, _ready) in list(both.items())[:: 1 if number % 2 else -1]:
                times[name].append(made.ask(0)["seconds"])
    alone, among = (statistics.median(found) for found in times.values())
    report = {
        "open": asked.open,
        "due": asked.due,
        "open ones filled in s": filled,
        "alone s": round(alone, 3),
        "among open s": round(among, 3),
        "ratio": round(among / alone, 3),
        "ratio of the fastest": round(min(times["among"]) / min(times["alone"]), 3),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
