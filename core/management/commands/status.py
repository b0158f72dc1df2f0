from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core import status


class Command(BaseCommand):
    """The conditions of the status page on the terminal; ends with an error when one does not hold."""

    help = "Say how the helpers do; with --only, one condition, as a health check of that helper."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", choices=sorted(look.__name__ for look in status.AGES))

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["only"]:
            found = [look(now) for look in status.AGES if look.__name__ == options["only"]]
        else:
            found = status.conditions(now)
        for one in found:
            age = "" if one.age_seconds is None else f": {one.age_seconds:.0f} of at most {one.limit_seconds} seconds"
            self.stdout.write(f"{'well' if one.ok else 'LATE'}  {one.sentence}{age}")
        if not all(one.ok for one in found):
            raise CommandError("Not everything is well.")
