"""The leaves of the log over all organisations, as hashes: a page can prove that its own log is bound into it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0009_marks_of_accounts")]

    operations = [
        migrations.RunSQL(
            r"""
            CREATE FUNCTION audit_entries() RETURNS TABLE ("position" bigint, entry bytea)
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS
            $$
            SELECT c.position, sha256('\x00'::bytea || convert_to(split_part(c.note, E'\n\n', 1) || E'\n', 'UTF8'))
            FROM public.audit_checkpoint c ORDER BY c.position
            $$;
            REVOKE EXECUTE ON FUNCTION audit_entries FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION audit_entries TO app;
            """,
            "DROP FUNCTION audit_entries",
        )
    ]
