from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.access import actor_for
from core.errors import DomainError
from core.organisations import Organisation, User
from core.tenancy import organisation
from core.tokens import actions
from core.tokens.tables import Scope


class Command(BaseCommand):
    """Makes an access token for a member of one organisation and prints it, once."""

    help = "Make an access token of the API for a member; it is printed once and kept nowhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="of the member it is for")
        parser.add_argument("--organisation", required=True, metavar="SLUG")
        parser.add_argument(
            "--scopes",
            required=True,
            nargs="+",
            metavar="SCOPE",
            help=f"of {', '.join(Scope.values)}; also with commas",
        )
        parser.add_argument("--days", type=int, default=30, help="how long it lasts, at most 90 (default: 30)")
        parser.add_argument("--name", default="made by command", help="by which its owner knows it again")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        house = Organisation.objects.filter(slug=options["organisation"]).first()
        user = User.objects.filter(email=options["email"].strip().lower(), is_active=True).first()
        if house is None or user is None:
            raise CommandError("There is no such organisation or no such account.")
        scopes = [scope for words in options["scopes"] for scope in words.split(",") if scope]
        with organisation(house.id, user=user.pk):
            actor = actor_for(user, now)
            if actor is None:
                raise CommandError("This account is no member of that organisation.")
            try:
                _token, secret = actions.make(
                    name=options["name"], scopes=scopes, days=options["days"], by=actor, now=now
                )
            except DomainError as error:
                raise CommandError(str(error.message)) from error
        self.stdout.write(secret)
