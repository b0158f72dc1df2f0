"""What models cannot say: columns nobody may set, a log nobody may change, and two narrow windows onto it."""

from django.db import migrations

WRITTEN = (
    "id, organisation_id, action, actor_kind, actor, acting_for, session, about, about_type, reference, purpose, "
    "outcome, fields, hashes, facts"
)
LOG = ("audit_event", "audit_leaf", "audit_checkpoint", "audit_seal")


def per_table(statement):
    return ";\n".join(statement.format(table=table) for table in LOG)


class Migration(migrations.Migration):
    dependencies = [("core", "0004_audit_log")]

    operations = [
        # `xid` and `at` are the database's own; the right to INSERT is given column by column, without them.
        migrations.RunSQL(
            f"""
            ALTER TABLE audit_event
                ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
                ADD COLUMN at timestamptz NOT NULL DEFAULT clock_timestamp();
            CREATE INDEX audit_event_xid ON audit_event (xid, id);
            REVOKE INSERT ON audit_event FROM app, worker, intake;
            GRANT INSERT ({WRITTEN}) ON audit_event TO app, worker, intake;
            """,
            f"""
            REVOKE INSERT ({WRITTEN}) ON audit_event FROM app, worker, intake;
            GRANT INSERT ON audit_event TO app, worker, intake;
            ALTER TABLE audit_event DROP COLUMN xid, DROP COLUMN at;
            """,
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS
            $$ BEGIN RAISE EXCEPTION 'The audit log is append-only.' USING ERRCODE = 'insufficient_privilege'; END $$;
            """
            + per_table(
                "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()"
            ),
            per_table("DROP TRIGGER audit_append_only ON {table}") + "; DROP FUNCTION audit_refuse_change()",
        ),
        # Neither table holds anything of one organisation.
        migrations.RunSQL(
            """
            GRANT SELECT, INSERT ON audit_seal TO sealer;
            GRANT SELECT ON audit_seal TO app, auditor;
            GRANT SELECT, INSERT, UPDATE ON audit_cursor TO sealer;
            GRANT SELECT ON audit_cursor TO auditor;
            """,
            "REVOKE ALL ON audit_seal, audit_cursor FROM app, sealer, auditor",
        ),
        # For the page that says how the installation is: moments alone, no event of anybody.
        migrations.RunSQL(
            """
            CREATE FUNCTION audit_state() RETURNS TABLE (oldest_unsealed timestamptz, looked_at timestamptz)
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS
            $$
            SELECT (
                SELECT min(e.at) FROM public.audit_event e
                WHERE e.xid >= coalesce((SELECT c.horizon FROM public.audit_cursor c), 0)::text::xid8
                AND NOT EXISTS (
                    SELECT FROM public.audit_leaf l WHERE l.organisation_id = e.organisation_id AND l.event = e.id
                )
            ), (SELECT c.looked_at FROM public.audit_cursor c)
            $$;
            REVOKE EXECUTE ON FUNCTION audit_state FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION audit_state TO app, worker, sealer, auditor;
            """,
            "DROP FUNCTION audit_state",
        ),
    ]
