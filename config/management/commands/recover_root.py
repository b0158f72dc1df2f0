from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backups import sheets
from config.backups.tools import BackupError


class Command(BaseCommand):
    """Brings the root key back from three recovery sheets."""

    help = "Bring the root key back from three of the five recovery sheets, as files or typed in."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sheets", type=Path, nargs="*", help="three files; without them the words are asked for")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["sheets"]:
                texts = [path.read_text() for path in options["sheets"]]
            else:
                texts = [
                    input(f"Words of sheet {number} of {sheets.NEEDED}: ") for number in range(1, sheets.NEEDED + 1)
                ]
            path = sheets.recover(texts)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"The root key is back in {path}.")
