from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import DomainError
from core.organisations import LegalRegime, User
from core.people import founding
from core.people.mail import choose_path
from core.permissions import Role


class Command(BaseCommand):
    """Makes one organisation, ready to work; whoever runs this becomes a member of nothing."""

    help = "Make an organisation: its keys, deadlines, head office and first people, who get a link by e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="its short name in addresses: /report/SLUG/, /o/SLUG/")
        parser.add_argument("--name", required=True, help="as it stands on the public form")
        parser.add_argument("--language", action="append", required=True, metavar="CODE", help="of the form; repeat it")
        parser.add_argument("--time-zone", required=True, help="such as Africa/Nairobi")
        parser.add_argument("--country", required=True, help="two letters; its public holidays count")
        parser.add_argument("--regime", required=True, choices=LegalRegime.values, help="whose internal justice")
        parser.add_argument("--headquarters", default="Headquarters", help="the name of the first office")
        parser.add_argument("--day-off", action="append", metavar="DAY", help="mon to sun (default: sat and sun)")
        for flag in ("--administrator", "--data-protection-officer"):
            parser.add_argument(flag, action="append", default=[], nargs=2, metavar=("EMAIL", "NAME"))
        parser.add_argument("--show-links", action="store_true", help="print the links as well, once, on this terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ROLE != "app":
            raise CommandError("Run this with the database role of the web process (AMPARO_ROLE=app).")
        people = [
            founding.First(email, str(role), name)
            for key, role in (
                ("administrator", Role.ADMINISTRATOR),
                ("data_protection_officer", Role.DATA_PROTECTION_OFFICER),
            )
            for email, name in options[key]
        ]
        try:
            made = founding.found(
                slug=options["slug"],
                name=options["name"],
                languages=options["language"],
                time_zone=options["time_zone"],
                legal_regime=options["regime"],
                country=options["country"],
                headquarters=options["headquarters"],
                weekend=options["day_off"] or founding.WEEKEND,
                people=people,
                now=timezone.now(),
            )
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{made.name} is there: {settings.ADDRESS}/o/{made.slug}/")
        for person in people:
            user = User.objects.get(email=person.email.strip().lower())
            if user.has_usable_password():
                self.stdout.write(f"{user.email} has a password already and signs in with it.")
            elif options["show_links"]:
                self.stdout.write(f"{user.email}: {settings.ADDRESS}{choose_path(user)}")
            else:
                self.stdout.write(f"{user.email} gets a link by e-mail, good once and for three days.")
        self.stdout.write(
            "Before its form is announced they add members, give roles (one proposes, another approves) and name who "
            "gets new reports."
        )
        self.stdout.write(f"The form: {settings.ADDRESS}/report/{made.slug}/")
