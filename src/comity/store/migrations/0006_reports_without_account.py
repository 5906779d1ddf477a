"""The tables of drafts, and of the codes with which people without an account come back."""

from typing import ClassVar

from django.db import migrations, models


def table(shelf: str, row: str, column: str) -> migrations.CreateModel:
    """Return the making of a shelf's table, found by one column."""
    return migrations.CreateModel(
        name=row,
        fields=[
            ("key", models.TextField(primary_key=True, serialize=False)),
            ("version", models.IntegerField()),
            ("digest", models.CharField(max_length=64)),
            ("data", models.BinaryField()),
            ("added", models.BigIntegerField(db_index=True)),
            (f"by_{column}", models.TextField(null=True)),
        ],
        options={
            "db_table": f"store_{shelf}",
            "indexes": [models.Index(fields=[f"by_{column}", "added"], name=f"{shelf}_{column}")],
        },
    )


class Migration(migrations.Migration):
    """Makes the tables."""

    dependencies: ClassVar = [("store", "0005_mandates")]
    operations: ClassVar = [
        table("return_codes", "ReturnCodesRow", "report"),
        table("drafts", "DraftsRow", "organisation"),
    ]
