"""The tables of addresses at which people are told, of what is due, and of mails on their way."""

from typing import ClassVar

from django.db import migrations, models


def table(shelf: str, row: str, **columns: models.Field) -> migrations.CreateModel:  # type: ignore[type-arg]  # a field of any value
    """Return the making of a shelf's table, found by these columns."""
    return migrations.CreateModel(
        name=row,
        fields=[
            ("key", models.TextField(primary_key=True, serialize=False)),
            ("version", models.IntegerField()),
            ("digest", models.CharField(max_length=64)),
            ("data", models.BinaryField()),
            ("added", models.BigIntegerField(db_index=True)),
            *((f"by_{each}", field) for each, field in columns.items()),
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

    dependencies: ClassVar = [("store", "0010_members")]
    operations: ClassVar = [
        table("addresses", "AddressesRow"),
        table("occasions", "OccasionsRow"),
        table(
            "mails",
            "MailsRow",
            person=models.TextField(null=True),
            waiting=models.BigIntegerField(null=True),
        ),
    ]
