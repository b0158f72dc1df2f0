"""Row security against a hand-written WHERE, and the need-to-know list against a plain assignment table.

Each figure is a ratio within one run on the same tables: first as `app` under row security, then the same statement
as the owner, to whom every row is visible, with the organisation in its WHERE. Prints one JSON object. Sizes come from
CASES (default 100000) and ORGANISATIONS (default 20).
"""

import json
import os
import time
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - settings first
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from cases.selectors import open_case_permission_id, visible_cases  # noqa: E402
from core.access import actor_for  # noqa: E402
from core.organisations import Organisation, User  # noqa: E402
from core.tenancy import organisation, signed_in_as  # noqa: E402

CASES = int(os.environ.get("CASES", "100000"))
ORGANISATIONS = int(os.environ.get("ORGANISATIONS", "20"))
ROUNDS = 60

LIST = "SELECT id, reference, state, received_at FROM case_file {where} ORDER BY received_at DESC, id LIMIT 50"
ONE = "SELECT id, reference, state FROM case_file WHERE id = %(key)s {more}"
GRANTED = """
SELECT c.id, c.reference FROM case_file c
WHERE c.organisation_id = %(organisation)s AND EXISTS (
    SELECT 1 FROM {table} g WHERE g.organisation_id = c.organisation_id AND g.{case} = c.id AND g.user_id = %(user)s
    {more})
ORDER BY c.received_at DESC, c.id LIMIT 50
"""


def fastest(sql: str, values: dict[str, Any]) -> float:
    """Seconds of the fastest of many runs of one statement, rows fetched."""
    times = []
    with connection.cursor() as cursor:
        for _round in range(ROUNDS):
            begun = time.perf_counter()
            cursor.execute(sql, values)
            cursor.fetchall()
            times.append(time.perf_counter() - begun)
    return min(times)


def as_app(home: Organisation, user: User, values: dict[str, Any]) -> dict[str, float]:
    """The statements a page makes, under row security."""
    now = timezone.now()
    with organisation(home.pk, user=user.pk):
        actor = actor_for(user, now)
        if actor is None:
            raise SystemExit("The demo's user is no member.")
        times = []
        for _round in range(ROUNDS):
            begun = time.perf_counter()
            list(visible_cases(actor, now).order_by("-received_at", "id")[:50])
            times.append(time.perf_counter() - begun)
        granted = {"table": "case_grant", "case": "content_object_id", "more": "AND g.permission_id = %(permission)s"}
        return {
            "list": fastest(LIST.format(where=""), values),
            "one": fastest(ONE.format(more=""), values),
            "granted": fastest(GRANTED.format(**granted), values),
            "granted_orm": min(times),
        }


def as_owner(values: dict[str, Any]) -> dict[str, float]:
    """The same with the organisation written by hand, and the assignments in a table of their own."""
    where = "organisation_id = %(organisation)s"
    with signed_in_as("migrator") as link:
        with link.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_assignment")
            cursor.execute(
                "CREATE TABLE bench_assignment AS"
                " SELECT organisation_id, content_object_id AS case_id, user_id FROM case_grant"
            )
            cursor.execute("CREATE UNIQUE INDEX ON bench_assignment (user_id, case_id)")
            cursor.execute("CREATE INDEX ON bench_assignment (organisation_id, case_id)")
            cursor.execute("ANALYZE bench_assignment")
        found = {
            "list": fastest(LIST.format(where=f"WHERE {where}"), values),
            "one": fastest(ONE.format(more=f"AND {where}"), values),
            "granted": fastest(GRANTED.format(table="bench_assignment", case="case_id", more=""), values),
        }
        with link.cursor() as cursor:
            cursor.execute("DROP TABLE bench_assignment")
        return found


def main() -> None:
    begun = time.perf_counter()
    if not Organisation.objects.exists():
        call_command("seed_demo", cases=CASES, organisations=ORGANISATIONS, verbosity=0)
    with signed_in_as("migrator") as link, link.cursor() as cursor:
        cursor.execute("ANALYZE")
    filled = time.perf_counter() - begun
    home = Organisation.objects.get(slug="north")
    user = User.objects.get(email="hana@north.example")
    values: dict[str, Any] = {"organisation": home.pk, "user": user.pk, "permission": open_case_permission_id()}
    with organisation(home.pk, user=user.pk), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM case_file ORDER BY received_at LIMIT 1")
        values["key"] = cursor.fetchone()[0]
    app, owner = as_app(home, user, values), as_owner(values)
    print(
        json.dumps(
            {
                "cases": CASES,
                "organisations": ORGANISATIONS,
                "filled in": str(timedelta(seconds=round(filled))),
                "row security, list of 50 / WHERE": round(app["list"] / owner["list"], 2),
                "row security, one by id / WHERE": round(app["one"] / owner["one"], 2),
                "need to know, list of 50 / assignment table": round(app["granted"] / owner["granted"], 2),
                "list of 50 in milliseconds": round(app["list"] * 1000, 3),
                "need to know through the ORM in milliseconds": round(app["granted_orm"] * 1000, 3),
            }
        )
    )


if __name__ == "__main__":
    main()
