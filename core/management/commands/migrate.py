from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from core.tenancy import signed_in_as


class Command(Migrate):
    """Django's migrate, signed in as the migrator, which acts as the owner of the tables."""

    def handle(self, *args: Any, **options: Any) -> None:
        with signed_in_as("migrator", options["database"]):
            super().handle(*args, **options)
