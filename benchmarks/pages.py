"""List and page of a case among a few cases and among very many, both over 200 organisations.

Two installations, each on servers of its own with a database filled by `seed_demo`, take requests in turns, so that a
machine that slows down meanwhile blames neither. A request is the real page with everything it does: session, scope,
grants, its queries, the audit event, the template; English and Arabic. The reader is the manager of the largest
organisation, who may open every case in it. Lists are asked for whole, further on, filtered and in another order; case
pages are those of cases drawn at random. p95 over all of them; statements are counted without BEGIN and COMMIT, bytes
before compression, both at their most. Prints one JSON object. `--few`, `--many`, `--organisations` and `--rounds`
make it smaller.
"""

import argparse
import json
import os
import random
import statistics
import sys
import time
from typing import Any

from benchmarks._turns import installations, said

LISTS = ("", "?page=3", "?state=in_investigation", "?order=changed", "?whose=mine", "?priority=urgent")
LANGUAGES = ("en", "ar")
CASES = 24
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


# --- one installation: a child process that answers line by line ------------------------------------------------------


def serve(cases: int, organisations: int) -> None:
    """Fill the database, say how long that took, then answer each line on the input with a round of requests."""
    import django  # noqa: PLC0415  the parent has no settings

    django.setup()

    from django.core.management import call_command  # noqa: PLC0415

    from core.tenancy import signed_in_as  # noqa: PLC0415

    begun = time.perf_counter()
    call_command("seed_demo", cases=cases, organisations=organisations, verbosity=0)
    filled = time.perf_counter() - begun
    with signed_in_as("migrator") as link, link.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    site = Site()
    said(filled=round(filled), megabytes=round(size / 1e6), visible=site.visible, **site.weigh())
    for line in sys.stdin:
        said(times=site.round(int(line)))


class Site:
    """Browsers of one reader, one for each language, and the addresses they ask for."""

    def __init__(self) -> None:
        from django.conf import settings  # noqa: PLC0415
        from django.test import Client  # noqa: PLC0415
        from django.utils import timezone  # noqa: PLC0415

        from cases.selectors import visible_cases  # noqa: PLC0415
        from core.access import actor_for  # noqa: PLC0415
        from core.organisations import Organisation, User  # noqa: PLC0415
        from core.tenancy import organisation  # noqa: PLC0415

        self.users = User.objects
        self.reader = User.objects.get(email="hana@north.example")
        home, now = Organisation.objects.get(slug="north"), timezone.now()
        with organisation(home.pk, user=self.reader.pk):
            actor = actor_for(self.reader, now)
            assert actor is not None  # noqa: S101  the demo's own
            references = sorted(visible_cases(actor, now).values_list("reference", flat=True))
        self.visible = len(references)
        drawn = random.Random(7).sample(references, CASES)  # noqa: S311  a draw of fictional cases
        self.addresses = {
            "list": [f"/o/north/cases/{query}" for query in LISTS],
            "case": [f"/o/north/cases/{reference}/" for reference in drawn],
        }
        self.client = Client()
        self.client.force_login(self.reader, backend=settings.AUTHENTICATION_BACKENDS[-1])

    def speak(self, language: str) -> None:
        self.users.filter(pk=self.reader.pk).update(language=language)

    def weigh(self) -> dict[str, Any]:
        """Statements and bytes at their most, by page; asked twice, for the first request of a process does more."""
        from django.db import connection  # noqa: PLC0415
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        found: dict[str, Any] = {}
        for page, addresses in self.addresses.items():
            for language in LANGUAGES:
                self.speak(language)
                for address in addresses:
                    self.client.get(address)
                    with CaptureQueriesContext(connection) as made:
                        answer = self.client.get(address)
                    if answer.status_code != 200:
                        raise SystemExit(f"{address} answered {answer.status_code}.")
                    statements = sum(not query["sql"].startswith(CONTROL) for query in made.captured_queries)
                    for name, value in (("statements", statements), (f"bytes {language}", len(answer.content))):
                        key = f"{page} {name}"
                        found[key] = max(found.get(key, 0), value)
        return found

    def round(self, turns: int) -> dict[str, list[float]]:
        """Milliseconds of each request of a round, by page; both pages in each language as often."""
        times: dict[str, list[float]] = {page: [] for page in self.addresses}
        for language in LANGUAGES:
            self.speak(language)
            for turn in range(turns):
                for page, addresses in self.addresses.items():
                    address = addresses[turn % len(addresses)]
                    begun = time.perf_counter()
                    self.client.get(address)
                    times[page].append((time.perf_counter() - begun) * 1000)
        return times


# --- the parent: two installations in turns ---------------------------------------------------------------------------


def p95(times: list[float]) -> float:
    """The time that 95 of 100 requests do not exceed."""
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--few", type=int, default=10_000)
    reader.add_argument("--many", type=int, default=1_000_000)
    reader.add_argument("--organisations", type=int, default=200)
    reader.add_argument("--rounds", type=int, default=20)
    reader.add_argument("--turns", type=int, default=12)
    reader.add_argument("--serve", type=int, nargs=2, metavar=("CASES", "ORGANISATIONS"), help=argparse.SUPPRESS)
    asked = reader.parse_args()
    if asked.serve:
        serve(*asked.serve)
        return
    report: dict[str, Any] = {"few": asked.few, "many": asked.many, "organisations": asked.organisations}
    few_and_many = {name: (getattr(asked, name), asked.organisations) for name in ("few", "many")}
    times: dict[str, dict[str, list[float]]] = {name: {"list": [], "case": []} for name in few_and_many}
    with installations("pages", **few_and_many) as both:
        for name, (made, ready) in both.items():
            report[f"among {name}"] = ready
            made.ask(asked.turns)  # warm: templates, plans, buffers
        for number in range(asked.rounds):
            for name, (made, _ready) in list(both.items())[:: 1 if number % 2 else -1]:
                for page, found in made.ask(asked.turns)["times"].items():
                    times[name][page] += found
    for page in ("list", "case"):
        few, many = (p95(times[name][page]) for name in ("few", "many"))
        report[f"{page} p95 ms among few"], report[f"{page} p95 ms among many"] = round(few, 1), round(many, 1)
        report[f"{page} p95, many / few"] = round(many / few, 2)
        report[f"{page} median, many / few"] = round(
            statistics.median(times["many"][page]) / statistics.median(times["few"][page]), 2
        )
        report[f"{page} requests each"] = len(times["few"][page])
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
