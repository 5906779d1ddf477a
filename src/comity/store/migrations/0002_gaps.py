"""The table of what a node that was put back has lost."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("store", "0001_initial")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="GapsRow",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
                ("added", models.BigIntegerField(db_index=True)),
            ],
            options={"db_table": "store_gaps", "indexes": []},
        ),
    ]
