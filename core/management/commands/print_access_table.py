"""The access table as a page of the documentation."""

import csv
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from core.permissions import Role, declared

SIGNS = {"all": "all", "granted": "granted", "own": "own", "aggregate": "figures"}
HEAD = """# Who may do what

Printed from `config/access_table.csv` by `manage.py print_access_table`; tested cell by cell in
`tests/test_access_table.py`.

A role alone opens no case. **granted**: only cases and people one holds a grant for, each made by somebody else, with
a start and an end. **own**: only what one logged oneself, for 30 days or until it is handed over. **figures**: numbers,
never rows. **all**: everywhere in the organisation. Whoever is excluded from a case sees nothing of it, whatever stands
here.

"""


class Command(BaseCommand):
    help = "Print the access table as Markdown."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        with open(settings.ACCESS_TABLE, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        with translation.override("en"):
            self.stdout.write(HEAD)
            for role in Role:
                self.role(role, rows)

    def role(self, role: Role, rows: list[dict[str, str]]) -> None:
        """One role: what it may do, with which data, how far."""
        self.stdout.write(f"## {role.label}\n")
        held = [row for row in rows if row[role.value]]
        if not held:
            self.stdout.write("Holds nothing yet.\n")
            return
        self.stdout.write("| may | data | how far |\n|---|---|---|")
        meanings = declared()
        for row in held:
            self.stdout.write(f"| {meanings[row['permission']]} | {row['data']} | {SIGNS[row[role.value]]} |")
        self.stdout.write("")
