"""Somebody named, where it is not the support side, tells a person affected what changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_withdrawn_allegations"),
        ("core", "0010_proofs_for_a_page"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="participant",
            name="participant_rows",
        ),
        migrations.AddField(
            model_name="participant",
            name="contact",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=core.tenancy.RowSecurity(
                app="keep", intake="insert", intake_check="contact_id IS NULL", name="participant_rows", worker="keep"
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(("contact", None), ("part", "victim"), _connector="OR"),
                name="participant_contact_of_victim",
            ),
        ),
    ]
