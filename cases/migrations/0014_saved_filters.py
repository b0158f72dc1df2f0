"""People keep their own ways to narrow the list of cases."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.organisations
import core.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_places_that_help"),
        ("core", "0013_access_tokens"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.UUIDField(default=core.tenancy.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("mark", models.CharField(default=core.organisations.new_reference, editable=False, max_length=9)),
                ("wanted", models.JSONField()),
                ("saved_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        default=core.tenancy.current_organisation_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.organisation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "saved_filter",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    core.tenancy.RowSecurity(
                        app_using="owner_id = nullif(current_setting('amparo.user', true), '')::uuid",
                        name="saved_filter_rows",
                        worker=None,
                    ),
                    models.UniqueConstraint(fields=("organisation", "id"), name="saved_filter_same"),
                    models.UniqueConstraint(fields=("organisation", "owner", "mark"), name="saved_filter_mark_once"),
                    models.UniqueConstraint(fields=("organisation", "owner", "wanted"), name="saved_filter_once"),
                ],
            },
        ),
    ]
