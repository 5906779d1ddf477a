"""The table of the codes with which people without an account come back."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("store", "0004_signings")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="ReturnCodesRow",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
                ("added", models.BigIntegerField(db_index=True)),
                ("by_report", models.TextField(null=True)),
            ],
            options={
                "db_table": "store_return_codes",
                "indexes": [
                    models.Index(fields=["by_report", "added"], name="return_codes_report"),
                ],
            },
        ),
    ]
