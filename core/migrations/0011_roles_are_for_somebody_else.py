"""Nobody proposes or approves a role for themselves: whose the role is stands in another table, so a trigger looks."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0010_proofs_for_a_page")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION role_grant_for_somebody_else() RETURNS trigger
            LANGUAGE plpgsql SET search_path = pg_catalog AS
            $$
            BEGIN
                IF EXISTS (
                    SELECT FROM public.membership m
                    WHERE m.organisation_id = NEW.organisation_id AND m.id = NEW.membership_id
                    AND (m.user_id = NEW.proposed_by_id OR m.user_id = NEW.approved_by_id)
                ) THEN
                    RAISE EXCEPTION 'Nobody proposes or approves a role for themselves.'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'role_grant_for_somebody_else';
                END IF;
                RETURN NEW;
            END
            $$;
            CREATE TRIGGER role_grant_for_somebody_else BEFORE INSERT OR UPDATE ON role_grant
            FOR EACH ROW EXECUTE FUNCTION role_grant_for_somebody_else();
            """,
            """
            DROP TRIGGER role_grant_for_somebody_else ON role_grant;
            DROP FUNCTION role_grant_for_somebody_else();
            """,
        )
    ]
