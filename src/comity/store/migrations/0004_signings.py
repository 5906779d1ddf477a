"""The table of who has signed which version of an agreement."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("store", "0003_duties")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="SigningsRow",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
                ("added", models.BigIntegerField(db_index=True)),
                ("by_agreement", models.TextField(null=True)),
            ],
            options={
                "db_table": "store_signings",
                "indexes": [
                    models.Index(fields=["by_agreement", "added"], name="signings_agreement"),
                ],
            },
        ),
    ]
