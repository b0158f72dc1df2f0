from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_longer_person_codes")]

    operations = [
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "open"), _negated=True) | models.Q(("wrapped_key", b""), _negated=True),
                name="mailbox_open_has_a_lock",
            ),
        ),
    ]
