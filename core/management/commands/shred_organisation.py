from argparse import ArgumentParser
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.actors import SYSTEM
from core.encryption import erasure
from core.organisations import Organisation
from core.tenancy import organisation, signed_in_as


class Command(BaseCommand):
    """Destroys all keys of one organisation: everything sealed for it is erased, for everyone and for ever."""

    help = "Destroy all keys of one organisation. There is no way back once the backups of the vault have expired."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--again", metavar="SLUG", help="the same name once more: nothing happens without it")
        parser.add_argument("--backups-kept", type=int, default=30, metavar="DAYS", help="how long backups are kept")

    def handle(self, *, slug: str, again: str | None, backups_kept: int, **_options: Any) -> None:
        if slug != again:
            raise CommandError(f"Everything sealed for “{slug}” would be lost. To do it, add: --again {slug}")
        found = Organisation.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no organisation called {slug}.")
        now = timezone.now()
        with nullcontext() if settings.ROLE == "worker" else signed_in_as("worker"), organisation(found.id):
            erasure.shred_organisation(by=SYSTEM, now=now)
        until = now + timedelta(days=backups_kept)
        self.stdout.write(f"The keys of {slug} were destroyed on {now:%Y-%m-%d} at {now:%H:%M} UTC.")
        self.stdout.write(f"Backups of the vault made before that must be gone by {until:%Y-%m-%d}; then it is final.")
