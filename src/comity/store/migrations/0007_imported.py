"""The table of what makes the ids of imported reports."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("store", "0006_reports_without_account")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="ImportedRow",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
                ("added", models.BigIntegerField(db_index=True)),
            ],
            options={"db_table": "store_imported", "indexes": []},
        ),
    ]
