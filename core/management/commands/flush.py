from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as Flush
from django.db import connections

from core.tenancy import signed_in_as

KEPT = ("django_migrations", "django_content_type", "auth_permission")


class Command(Flush):
    """Empties a test database as its owner; refuses any other, because the audit is append-only elsewhere."""

    def handle(self, **options: Any) -> None:
        alias = options["database"]
        name = connections[alias].settings_dict["NAME"]
        if not str(name).startswith("test_"):
            raise CommandError("Only a test database may be emptied.")
        with signed_in_as("migrator", alias) as link, link.cursor() as cursor:
            cursor.execute(
                "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'vault') "
                "AND tablename <> ALL(%s)",
                [list(KEPT)],
            )
            names = [f'"{schema}"."{table}"' for schema, table in cursor.fetchall()]
            for table in names:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"TRUNCATE {', '.join(names)} CASCADE")
            for table in names:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
