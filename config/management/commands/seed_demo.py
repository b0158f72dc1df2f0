"""The demo: two fictional organisations with people and cases; with larger numbers, the ground for measurements."""

import random
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from cases import demo as cases_demo
from cases.demo import bulk, life
from cases.models import Case
from config.demo_state import demo_password
from core import demo as core_demo
from core.organisations import Organisation
from core.tenancy import organisation, signed_in_as
from investigations import demo as investigations_demo
from victims import demo as victims_demo

RICH = 1_000  # beyond this many, cases come without people and words


class Command(BaseCommand):
    help = "Fill an empty database with openly fictional organisations, people and cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=int, default=300)
        parser.add_argument("--organisations", type=int, default=2)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if Organisation.objects.exists():
            raise CommandError("There are organisations already: the demo only fills an empty database.")
        if options["cases"] < 0 or options["organisations"] < 1:
            raise CommandError("Give at least one organisation and no negative number of cases.")
        now = timezone.now().replace(microsecond=0)
        houses = core_demo.seed(options["organisations"], now, password=demo_password())
        rich = min(options["cases"], RICH)
        told: list[tuple[core_demo.House, list[Case]]] = []
        shares = self.shares(rich, len(houses[:2]))
        for number, house in enumerate(houses):
            with organisation(house.organisation.pk):
                cases_demo.settings_of(house, now)
                if number < 2:
                    rng = random.Random(options["seed"] * 1000 + number)  # noqa: S311  fictional data, no secret
                    cases = cases_demo.seed(house, count=shares[number], rng=rng, now=now)
                    life.start_clocks(house, cases, rng, now)
                    life.write_messages(cases, now)
                    investigations_demo.seed(house, cases, rng, now)
                    victims_demo.seed(house, cases, now=now)
                    told.append((house, cases))
        if not connection.in_atomic_block:  # the migrator signs in anew, which no open transaction survives
            self.history(told)
        self.bulk(houses, options["cases"] - rich, now)
        self.stdout.write(f"{len(houses)} organisations, {options['cases']} cases, all of them fictional.")

    def shares(self, total: int, parts: int) -> list[int]:
        """Two thirds to the first organisation, the rest to the second."""
        return [total] if parts == 1 else [total - total // 3, total // 3]

    def history(self, told: list[tuple[core_demo.House, list[Case]]]) -> None:
        """Write the past of the cases as their owner, the only one who may say when something happened."""
        rows = [row for house, cases in told for row in life.history(house, cases)]
        with signed_in_as("migrator") as link, link.cursor() as cursor:
            cursor.executemany(life.WRITE_HISTORY, rows)

    def bulk(self, houses: list[core_demo.House], total: int, now: Any) -> None:
        """Spread bare cases over all organisations, one statement each."""
        for number, house in enumerate(houses):
            mine = total // len(houses) + (1 if number < total % len(houses) else 0)
            if mine:
                # As the manager, who alone may write events in their own name.
                manager = bulk.manager_of(house).pk
                with organisation(house.organisation.pk, user=manager), connection.cursor() as cursor:
                    for sql, values in bulk.bulk_statements(house, first=1, last=mine, now=now):
                        cursor.execute(sql, values)
