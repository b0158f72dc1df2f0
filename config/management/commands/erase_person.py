from argparse import ArgumentParser
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cases.actions import erasure
from cases.models import Person
from core.actors import SYSTEM
from core.errors import DomainError
from core.organisations import Organisation
from core.tenancy import organisation, signed_in_as


class Command(BaseCommand):
    """Destroys the keys of one person and of the mailboxes they report through."""

    help = "Erase one person. There is no way back once the backups of the vault have expired."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("code", help="the person's code without the letter of their part: 8H2PK7TF")
        parser.add_argument("--again", metavar="CODE", help="the same code once more: nothing happens without it")
        parser.add_argument("--backups-kept", type=int, default=30, metavar="DAYS", help="how long backups are kept")

    def handle(self, *, slug: str, code: str, again: str | None, backups_kept: int, **_options: Any) -> None:
        if code != again:
            raise CommandError(f"What is known of {code} would be lost. To do it, add: --again {code}")
        home = Organisation.objects.filter(slug=slug).first()
        if home is None:
            raise CommandError(f"There is no organisation called {slug}.")
        now = timezone.now()
        with nullcontext() if settings.ROLE == "worker" else signed_in_as("worker"), organisation(home.id):
            person = Person.objects.filter(code=code.upper()).first()
            if person is None:
                raise CommandError(f"{slug} knows nobody by the code {code}.")
            try:
                erasure.erase(person, by=SYSTEM, now=now)
            except DomainError as error:
                raise CommandError(str(error.message)) from error
        until = now + timedelta(days=backups_kept)
        self.stdout.write(f"The keys of {code} were destroyed on {now:%Y-%m-%d} at {now:%H:%M} UTC.")
        self.stdout.write(f"Backups of the vault made before that must be gone by {until:%Y-%m-%d}; then it is final.")
