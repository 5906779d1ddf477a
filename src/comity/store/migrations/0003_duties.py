"""The table of what is owed for disclosures."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("store", "0002_gaps")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="DutiesRow",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
                ("added", models.BigIntegerField(db_index=True)),
                ("by_release", models.TextField(null=True)),
                ("by_undone", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "store_duties",
                "indexes": [
                    models.Index(fields=["by_release", "added"], name="duties_release"),
                    models.Index(fields=["by_undone", "added"], name="duties_undone"),
                ],
            },
        ),
    ]
