"""A random mark for each account: what stands for it in an address, where its key must not."""

from django.db import migrations, models

import core.organisations


def each_its_own(apps, schema_editor):
    """The new column came with the same mark for all."""
    for row in apps.get_model("core", "User")._base_manager.only("id"):
        row.mark = core.organisations.new_mark()
        row.save(update_fields=["mark"])


class Migration(migrations.Migration):
    dependencies = [("core", "0008_audit_in_ones_own_name")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="mark",
            field=models.CharField(default=core.organisations.new_mark, editable=False, max_length=16),
        ),
        migrations.RunPython(each_its_own, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="mark",
            field=models.CharField(default=core.organisations.new_mark, editable=False, max_length=16, unique=True),
        ),
    ]
