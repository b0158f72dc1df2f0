"""A random mark for what the support side opens by address, where the key of the row must not stand."""

from django.db import migrations, models

import core.organisations

NAMES = ("SupportRequest", "SafetyQuestion", "MessageDue")
TABLES = ("support_request", "safety_question", "message_due")


def each_its_own(apps, schema_editor):
    """The new column came with the same mark for all."""
    for name in NAMES:
        for row in apps.get_model("cases", name)._base_manager.only("id"):
            row.mark = core.organisations.new_mark()
            row.save(update_fields=["mark"])


def columns():
    return [
        migrations.AddField(
            model_name=name.lower(),
            name="mark",
            field=models.CharField(default=core.organisations.new_mark, editable=False, max_length=16),
        )
        for name in NAMES
    ]


def once():
    return [
        migrations.AddConstraint(
            model_name=name.lower(),
            constraint=models.UniqueConstraint(fields=("organisation", "mark"), name=f"{table}_mark_once"),
        )
        for name, table in zip(NAMES, TABLES, strict=True)
    ]


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_open_mailboxes_have_locks"), ("core", "0009_marks_of_accounts")]

    operations = [*columns(), migrations.RunPython(each_its_own, migrations.RunPython.noop), *once()]
