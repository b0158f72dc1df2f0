from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.backups import write
from config.backups.tools import BackupError


class Command(BaseCommand):
    """One sealed backup: the data to one folder, the wrapped keys to another."""

    help = "Write a sealed backup; keep the folder of keys apart from the folder of data, and for a short time only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="folder for the data")
        parser.add_argument("--keys", type=Path, required=True, help="another folder, for the wrapped keys")
        parser.add_argument("--keep-keys", type=int, metavar="DAYS", help="remove key parts older than this")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            stamp = write.write(options["data"], options["keys"], now=now)
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Backup {stamp} is written.")
        if options["keep_keys"] is not None:
            for old in write.forget_keys(options["keys"], now=now, days=options["keep_keys"]):
                self.stdout.write(f"The keys of backup {old} are removed.")
