import os
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.databases import variable, with_files
from config.launcher.errors import LauncherError
from config.launcher.roles import LOGINS, create_roles, passwords_of


class Command(BaseCommand):
    """Makes the database and its roles on a server of one's own, once, signed in as DATABASE_ADMIN_URL says."""

    help = (
        "Creates the database roles with the passwords in DATABASE_URL and DATABASE_URL_<ROLE>, and the database they "
        "name, signed in with DATABASE_ADMIN_URL. Safe to repeat; run it again to repair rights."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        given = with_files(os.environ)
        admin = given.get("DATABASE_ADMIN_URL")
        if not admin:
            raise CommandError("DATABASE_ADMIN_URL is not set: it must sign in as a role that may create roles.")
        urls = {role: given.get(variable(role), "") for role in LOGINS}
        databases = {urlsplit(url).path.strip("/") for url in urls.values() if url}
        if len(databases) > 1:
            raise CommandError(f"The addresses name several databases: {', '.join(sorted(databases))}.")
        try:
            create_roles(admin, passwords_of(urls), database=databases.pop())
        except LauncherError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"The roles and the database {settings.DATABASES['default']['NAME']} are as they must be.")
