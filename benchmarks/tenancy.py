"""Row security against a hand-written WHERE, and the need-to-know list against a table of assignments made for it.

Row security: the same statement on the same tables, as `app` under its policies and as the owner, to whom every row is
visible, with the organisation in its WHERE. Need to know: the product's own list of 50 (`visible_cases`: grants with
their times, and exclusions) against the same list asked of a bare table (organisation, case, user) that knows neither,
both whole calls through Django under row security; the statements alone, against that table with and without the
question about exclusions; and guardian's helper beside them. One reader may open every case of an organisation, the
other one in fifty. Everything in turns, round by round; the fastest of each counts, for what slows a round down is the
machine. Prints one JSON object. `--cases`, `--organisations` and `--rounds` make it smaller.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import psycopg2  # noqa: E402 - settings first
from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.db.models import Exists, OuterRef, QuerySet  # noqa: E402
from django.utils import timezone  # noqa: E402
from guardian.shortcuts import get_objects_for_user  # noqa: E402

from cases.models import Case, Exclusion  # noqa: E402
from cases.selectors import visible_cases  # noqa: E402
from core.access import actor_for  # noqa: E402
from core.organisations import Organisation, User  # noqa: E402
from core.tenancy import TENANT, TenantManager, organisation, signed_in_as  # noqa: E402

LIST = "SELECT id, reference, state, received_at FROM case_file {where} ORDER BY received_at DESC, id LIMIT 50"
ONE = "SELECT id, reference, state FROM case_file WHERE id = %(key)s {more}"
FEW = """
INSERT INTO case_grant (id, organisation_id, user_id, permission_id, content_object_id, level, identities, starts_at,
       break_glass)
SELECT gen_random_uuid(), organisation_id, %(few)s, permission_id, content_object_id, 'read', '', starts_at, false
FROM case_grant WHERE organisation_id = %(organisation)s AND user_id = %(all)s
     AND hashtext(content_object_id::text) %% 50 = 0
ON CONFLICT DO NOTHING
"""
ASSIGNMENTS = (
    "CREATE TABLE bench_assignment AS"
    " SELECT id, organisation_id, content_object_id AS case_id, user_id FROM case_grant",
    "ALTER TABLE bench_assignment ADD PRIMARY KEY (id)",
    "CREATE UNIQUE INDEX ON bench_assignment (organisation_id, user_id, case_id)",
    "CREATE INDEX ON bench_assignment (organisation_id, case_id)",
    # A user belongs to one organisation: without being told, the planner guesses far too few rows and sorts them all.
    "CREATE STATISTICS bench_assignment_of (dependencies) ON organisation_id, user_id FROM bench_assignment",
    "ALTER TABLE bench_assignment ENABLE ROW LEVEL SECURITY",
    f"CREATE POLICY rows ON bench_assignment TO app USING ({TENANT})",
    "GRANT SELECT ON bench_assignment TO app",
    "ANALYZE",
)


class Assignment(models.Model):
    """The table that need-to-know is measured against."""

    id = models.UUIDField(primary_key=True)
    organisation_id = models.UUIDField()
    case_id = models.UUIDField()
    user_id = models.UUIDField()

    objects = TenantManager()

    class Meta:
        app_label = "cases"
        managed = False
        db_table = "bench_assignment"


# Guardian asks its own manager's question, and CaseGrant has ours.
TenantManager.is_generic = lambda _manager: False  # type: ignore[attr-defined]


def in_turn(ways: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Milliseconds by name: the least of as many rounds, in each of which every way has a few turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(rounds):
        for name, way in ways.items():
            for _turn in range(3):
                begun = time.perf_counter()
                way()
                times[name].append((time.perf_counter() - begun) * 1000)
    return {name: min(found) for name, found in times.items()}


def against_where(home: Organisation, values: dict[str, Any], rounds: int) -> dict[str, float]:
    """Two statements under row security, and by hand."""
    where = "organisation_id = %(organisation)s"
    app, owner = (psycopg2.connect(os.environ[name]) for name in ("DATABASE_URL", "DATABASE_URL_MIGRATOR"))

    def ask(link: Any, sql: str) -> Callable[[], Any]:
        def way() -> Any:
            with link.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall()

        return way

    with app.cursor() as cursor:
        cursor.execute("SELECT set_config('amparo.organisation', %s, true)", [str(home.pk)])
    with owner.cursor() as cursor:
        cursor.execute("SET ROLE owner")
    ways = {
        "list policy": ask(app, LIST.format(where="")),
        "list where": ask(owner, LIST.format(where=f"WHERE {where}")),
        "one policy": ask(app, ONE.format(more="")),
        "one where": ask(owner, ONE.format(more=f"AND {where}")),
    }
    found = in_turn(ways, rounds * 3)
    app.close()
    owner.close()
    return found


def need_to_know(user: User, now: datetime, rounds: int) -> dict[str, Any]:
    """The list of one reader, in the scope of a page of theirs."""
    actor = actor_for(user, now)
    if actor is None:
        raise SystemExit("The demo's user is no member.")

    def page(cases: QuerySet[Case]) -> QuerySet[Case]:
        return cases.order_by("-received_at", "id")[:50]

    def assigned() -> QuerySet[Case]:
        return Case.objects.filter(Exists(Assignment.objects.filter(user_id=user.pk, case_id=OuterRef("pk"))))

    def assigned_and_free() -> QuerySet[Case]:
        return assigned().filter(~Exists(Exclusion.objects.filter(user_id=user.pk, case_id=OuterRef("pk"))))

    def guardians() -> QuerySet[Case]:
        quiet = {"use_groups": False, "with_superuser": False, "accept_global_perms": False}
        return get_objects_for_user(user, "cases.open_case", klass=Case, **quiet)  # type: ignore[no-any-return]

    def statement(cases: QuerySet[Case]) -> Callable[[], Any]:
        sql, values = page(cases).query.sql_with_params()

        def way() -> Any:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall()

        return way

    if set(visible_cases(actor, now)) != set(assigned()):
        raise SystemExit("The two lists are not the same.")
    found = in_turn(
        {
            "product": lambda: list(page(visible_cases(actor, now))),
            "assignments": lambda: list(page(assigned())),
            "guardian": lambda: list(page(guardians())),
            "product statement": statement(visible_cases(actor, now)),
            "assignments statement": statement(assigned()),
            "assignments and exclusions statement": statement(assigned_and_free()),
        },
        rounds,
    )
    return {
        "cases open to the reader": visible_cases(actor, now).count(),
        "need to know / assignment table": round(found["product"] / found["assignments"], 2),
        "the statements alone": round(found["product statement"] / found["assignments statement"], 2),
        "the statements alone, both with exclusions": round(
            found["product statement"] / found["assignments and exclusions statement"], 2
        ),
        "guardian's helper / assignment table": round(found["guardian"] / found["assignments"], 2),
        "need to know ms": round(found["product"], 2),
        "assignment table ms": round(found["assignments"], 2),
    }


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--cases", type=int, default=100_000)
    reader.add_argument("--organisations", type=int, default=20)
    reader.add_argument("--rounds", type=int, default=100)
    asked = reader.parse_args()
    begun = time.perf_counter()
    if not Organisation.objects.exists():
        call_command("seed_demo", cases=asked.cases, organisations=asked.organisations, verbosity=0)
    filled = time.perf_counter() - begun
    home = Organisation.objects.get(slug="north")
    everything, few = (User.objects.get(email=f"{name}@north.example") for name in ("hana", "lina"))
    with signed_in_as("migrator") as link, link.cursor() as cursor:
        cursor.execute(FEW, {"organisation": home.pk, "all": everything.pk, "few": few.pk})
        for statement in ("DROP TABLE IF EXISTS bench_assignment", *ASSIGNMENTS):
            cursor.execute(statement)
    with organisation(home.pk):
        # Nobody is shut out, so that both lists hold the same; the question is asked all the same.
        key = Case.objects.order_by("received_at").values_list("pk", flat=True)[0]
    policy = against_where(home, {"organisation": home.pk, "key": key}, asked.rounds)
    readers = {}
    for name, user in (("all", everything), ("one in fifty", few)):
        with organisation(home.pk, user=user.pk):
            readers[name] = need_to_know(user, timezone.now(), asked.rounds)
    with signed_in_as("migrator") as link, link.cursor() as cursor:
        cursor.execute("DROP TABLE bench_assignment")
    report = {
        "cases": asked.cases,
        "organisations": asked.organisations,
        "filled in s": round(filled),
        "row security / WHERE, list of 50": round(policy["list policy"] / policy["list where"], 2),
        "row security / WHERE, one by its key": round(policy["one policy"] / policy["one where"], 2),
        "reader of": readers,
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
