"""A seal beside each public half. Those that are there get theirs from the worker, which holds them against the secret
halves once a minute.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0006_people_and_sessions")]

    operations = [
        migrations.AddField(
            model_name="sealingkey",
            name="seal",
            field=models.BinaryField(default=b""),
        ),
    ]
