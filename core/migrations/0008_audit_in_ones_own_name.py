"""Nobody writes an audit event in a colleague's name: the database asks who is signed in."""

from django.db import migrations

import core.tenancy

OWN = (
    "CASE WHEN actor_kind = 'user' THEN actor = nullif(current_setting('amparo.user', true), '')::uuid "
    "ELSE actor IS NULL END"
)
STATEMENT = "ALTER POLICY {role}_insert ON audit_event WITH CHECK ({check})"


def policies(staff: str, intake: str) -> list[str]:
    checks = {"app": staff, "worker": staff, "intake": intake}
    return [
        STATEMENT.format(role=role, check=f"{core.tenancy.TENANT} AND ({check})" if check else core.tenancy.TENANT)
        for role, check in checks.items()
    ]


class Migration(migrations.Migration):
    dependencies = [("core", "0007_sealed_public_halves")]

    # The policies alone change: dropping and making the whole constraint anew would lose the rights column by column.
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    policies(OWN, "actor IS NULL AND actor_kind <> 'user'"), policies("", "actor IS NULL")
                )
            ],
            state_operations=[
                migrations.RemoveConstraint(model_name="auditevent", name="audit_event_rows"),
                migrations.AddConstraint(
                    model_name="auditevent",
                    constraint=core.tenancy.RowSecurity(
                        app="append",
                        app_check=OWN,
                        worker="append",
                        worker_check=OWN,
                        intake="insert",
                        intake_check="actor IS NULL AND actor_kind <> 'user'",
                        sealer="read",
                        auditor="read",
                        everywhere=("sealer", "auditor"),
                        name="audit_event_rows",
                    ),
                ),
            ],
        )
    ]
