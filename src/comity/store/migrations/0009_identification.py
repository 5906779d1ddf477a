"""The tables of what organisations have shown of who they are."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the tables."""

    dependencies: ClassVar = [("store", "0008_prepared")]
    operations: ClassVar = [
        migrations.CreateModel(
            name=name,
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
                ("added", models.BigIntegerField(db_index=True)),
                ("by_organisation", models.TextField(null=True)),
            ],
            options={
                "db_table": f"store_{table}",
                "indexes": [
                    models.Index(fields=["by_organisation", "added"], name=f"{table}_organisation")
                ],
            },
        )
        for name, table in (("RegistrationsRow", "registrations"), ("DomainsRow", "domains"))
    ]
