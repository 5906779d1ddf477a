"""The table of who is entitled to speak for which organisation."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("store", "0004_signings")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="MandatesRow",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
                ("added", models.BigIntegerField(db_index=True)),
                ("by_organisation", models.TextField(null=True)),
                ("by_person", models.TextField(null=True)),
            ],
            options={
                "db_table": "store_mandates",
                "indexes": [
                    models.Index(fields=["by_organisation", "added"], name="mandates_organisation"),
                    models.Index(fields=["by_person", "added"], name="mandates_person"),
                ],
            },
        ),
    ]
