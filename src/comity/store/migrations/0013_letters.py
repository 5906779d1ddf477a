"""The tables of files and letters on an organisation's side."""

from typing import ClassVar

from django.db import migrations, models


def table(shelf: str, row: str, *columns: str) -> migrations.CreateModel:
    """Return the making of a shelf's table, found by these columns."""
    return migrations.CreateModel(
        name=row,
        fields=[
            ("key", models.TextField(primary_key=True, serialize=False)),
            ("version", models.IntegerField()),
            ("digest", models.CharField(max_length=64)),
            ("data", models.BinaryField()),
            ("added", models.BigIntegerField(db_index=True)),
            *((f"by_{each}", models.TextField(null=True)) for each in columns),
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

    dependencies: ClassVar = [("store", "0012_notices")]
    operations: ClassVar = [
        table("own_files", "OwnFilesRow", "owner"),
        table("letters", "LettersRow", "organisation"),
    ]
