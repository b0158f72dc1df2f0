from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.backups import read
from config.backups.tools import BackupError


class Command(BaseCommand):
    """Puts a backup in the place of the database; stop web, workers and sealer first."""

    help = (
        "Restore the backup STAMP. Brings missing key files back from its keyring, verifies everything, then restores."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("stamp", help="for example 20260504T120000Z")
        parser.add_argument("--data", type=Path, required=True, help="folder with the data")
        parser.add_argument("--keys", type=Path, required=True, help="folder with the wrapped keys")
        parser.add_argument("--replace", action="store_true", help="remove what the database holds now")

    def handle(self, *args: Any, **options: Any) -> None:
        stamp, keyring = options["stamp"], options["keys"] / f"{options['stamp']}.keyring"
        try:
            for name in read.recover_keyring(keyring) if keyring.exists() else []:
                self.stdout.write(f"{name} is back.")
            found = read.read(stamp, options["data"], options["keys"], now=timezone.now(), replace=options["replace"])
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Backup {stamp} is restored: {sum(found.values())} rows in {len(found)} tables.")
