from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.audit import keys, logs, verify, witness
from core.errors import KeyUnavailable
from core.tenancy import signed_in_as


class Command(BaseCommand):
    """Checks every organisation's audit log in this database; ends with an error when something does not fit."""

    help = "Check the audit log: nothing changed, nothing missing, nothing out of place."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--key", type=Path, help="folder with audit.pub (default: AMPARO_KEYS)")
        parser.add_argument("--witness", type=Path, action="append", help="a copy of the checkpoints kept elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = keys.public_key(options["key"])
            with signed_in_as("auditor"):
                found = logs.check([*witness.files(), *(options["witness"] or ())], key=key)
        except KeyUnavailable as error:
            raise CommandError(str(error.message)) from error
        except (verify.Unreadable, OSError) as error:
            raise CommandError(str(error)) from error
        for name, fault in found.faults:
            self.stdout.write(f"{name}: {fault.sentence}")
        self.stdout.write(
            f"{found.events} sealed events in {found.logs} logs checked; {found.unsealed} wait for their seal."
        )
        if found.faults:
            raise CommandError("The audit log does not fit.")
        self.stdout.write("Nothing changed, nothing missing, nothing out of place.")
