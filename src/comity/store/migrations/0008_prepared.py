"""The table of answers that wait for a passkey."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("store", "0007_imported")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="PreparedRow",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
                ("added", models.BigIntegerField(db_index=True)),
                ("by_consent", models.TextField(null=True)),
            ],
            options={
                "db_table": "store_prepared",
                "indexes": [models.Index(fields=["by_consent", "added"], name="prepared_consent")],
            },
        ),
    ]
