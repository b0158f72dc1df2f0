from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.backups import sheets
from config.backups.tools import BackupError


class Command(BaseCommand):
    """The root key on five sheets of paper, three of which bring it back."""

    help = "Write five recovery sheets of the root key to print and to hand to five people; delete the files after."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = sheets.write(options["folder"], on=timezone.now().date())
        except BackupError as error:
            raise CommandError(str(error)) from None
        for path in written:
            self.stdout.write(str(path))
        self.stdout.write("Print each on its own, hand each to another person, then delete these files.")
