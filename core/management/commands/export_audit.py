from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import audit
from core.actors import SYSTEM
from core.audit import export, keys
from core.errors import KeyUnavailable
from core.organisations import Organisation
from core.tenancy import organisation, signed_in_as


class Command(BaseCommand):
    """Writes a package that anybody can check offline with the script inside it."""

    help = "Export an organisation's sealed audit log, or what concerns one reference, with proofs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organisation", help="its short name in addresses")
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet")
        parser.add_argument("--reference", default="", help="only what concerns this reference")

    def handle(self, *args: Any, **options: Any) -> None:
        with signed_in_as("auditor"):
            found = Organisation.objects.filter(slug=options["organisation"]).first()
            if found is None:
                raise CommandError(f"There is no organisation {options['organisation']}.")
            try:
                count = export.write(options["folder"], found.pk, key=keys.public_key(), reference=options["reference"])
            except FileExistsError as error:
                raise CommandError(f"{options['folder']} is there already.") from error
            except KeyUnavailable as error:
                raise CommandError(str(error.message)) from error
        if settings.ROLE in ("app", "worker"):  # the auditor's own machine may write nothing
            with organisation(found.pk):
                audit.record("core.audit_exported", by=SYSTEM, reference=options["reference"], facts={"events": count})
        self.stdout.write(f"{count} events written to {options['folder']}.")
