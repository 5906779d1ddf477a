"""The tables of notices that organisations are owed, and of what delays them."""

from typing import ClassVar

from django.db import migrations, models


def table(shelf: str, row: str, **columns: type) -> migrations.CreateModel:
    """Return the making of a shelf's table, found by these columns."""
    return migrations.CreateModel(
        name=row,
        fields=[
            ("key", models.TextField(primary_key=True, serialize=False)),
            ("version", models.IntegerField()),
            ("digest", models.CharField(max_length=64)),
            ("data", models.BinaryField()),
            ("added", models.BigIntegerField(db_index=True)),
            *((f"by_{each}", kind(null=True)) for each, kind in columns.items()),
        ],
        options={
            "db_table": f"store_{shelf}",
            "indexes": [
                models.Index(fields=[f"by_{each}", "added"], name=f"{shelf}_{each}")
                for each in columns
            ],
        },
    )


class Migration(migrations.Migration):
    """Makes the tables."""

    dependencies: ClassVar = [("store", "0011_mail")]
    operations: ClassVar = [
        table("delays", "DelaysRow", running=models.BigIntegerField),
        table(
            "owed_notices",
            "OwedNoticesRow",
            likeness=models.TextField,
            waiting=models.BigIntegerField,
        ),
    ]
