"""Places that help can be written by those who know them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.organisations


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0012_named_contacts"),
        ("core", "0013_access_tokens"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="helpcontact",
            name="checked_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="helpcontact",
            name="good_for_lgbtiq",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="helpcontact",
            name="reference",
            field=models.CharField(default=core.organisations.new_reference, editable=False, max_length=9),
        ),
        # Each entry that is there gets a reference of its own; the letters of references, made from its key.
        migrations.RunSQL(
            "UPDATE help_contact SET reference = translate(upper("
            "substr(md5(id::text), 1, 4) || '-' || substr(md5(id::text), 5, 4)), '01', 'GH')",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="helpcontact",
            constraint=models.UniqueConstraint(
                fields=("organisation", "reference"), name="help_contact_reference_once"
            ),
        ),
    ]
