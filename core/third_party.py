"""What each database role may do with the tables of the libraries; guardian's generic tables get nothing on purpose."""
# ruff: noqa: S608

from typing import Any

from django.db import connection

READ_WRITE = ("django_session", "user_account", "account_", "mfa_", "axes_")
READ_ONLY = ("django_content_type", "auth_permission", "django_migrations", "organisation")
WORKER_READS = ("user_account", "django_migrations", "organisation", "auth_permission", "django_content_type")


def grant(**_signal: Any) -> None:
    """Give the rights anew after every migration; idempotent, and silent where nobody may (as `app`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] != "owner":
            return
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            if any(name == entry or (entry.endswith("_") and name.startswith(entry)) for entry in READ_WRITE):
                cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{name}" TO app')
            elif name in READ_ONLY:
                cursor.execute(f'GRANT SELECT ON "{name}" TO app')
            if name in WORKER_READS:
                cursor.execute(f'GRANT SELECT ON "{name}" TO worker, sealer, auditor')
            if name in ("organisation", "django_migrations"):
                cursor.execute(f'GRANT SELECT ON "{name}" TO intake')
            cursor.execute(f'GRANT SELECT ON "{name}" TO backup')
        cursor.execute("GRANT INSERT, UPDATE ON organisation TO app")
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            if any(name.startswith(entry) for entry in READ_WRITE):
                cursor.execute(f'GRANT USAGE ON SEQUENCE "{name}" TO app')
