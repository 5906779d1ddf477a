"""The first tables. What stands here stays as it is; a test holds it against the models."""

from typing import Any, ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models.deletion import PROTECT


def shelf(name: str, *texts: str, numbers: tuple[str, ...] = (), parent: str = "") -> Operation:
    """Return what makes the table of a shelf, with its columns."""
    key: models.Field[Any, Any] = models.TextField(primary_key=True, serialize=False)
    if parent:
        key = models.OneToOneField(
            to=f"store.{parent}",
            on_delete=PROTECT,
            primary_key=True,
            serialize=False,
            db_column="key",
            related_name="+",
        )
    return migrations.CreateModel(
        name=f"{name.title().replace('_', '')}Row",
        fields=[
            ("key", key),
            ("version", models.IntegerField()),
            ("digest", models.CharField(max_length=64)),
            ("data", models.BinaryField()),
            ("added", models.BigIntegerField(db_index=True)),
            *((f"by_{column}", models.TextField(null=True)) for column in texts),
            *((f"by_{column}", models.BigIntegerField(null=True)) for column in numbers),
        ],
        options={
            "db_table": f"store_{name}",
            "indexes": [
                models.Index(fields=[f"by_{column}", "added"], name=f"{name}_{column}")
                for column in (*texts, *numbers)
            ],
        },
    )


def composite(*names: str) -> models.CompositePrimaryKey:
    """Return a primary key of several fields."""
    return models.CompositePrimaryKey(
        *names, blank=True, editable=False, primary_key=True, serialize=False
    )


class Migration(migrations.Migration):
    """Makes all tables."""

    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        shelf("peers"),
        shelf("keys", "party", "use"),
        shelf("pairs"),
        shelf("data_keys"),
        shelf("cases", "organisation"),
        shelf("items", "digest", "organisation", "case", "release"),
        shelf("known"),
        shelf("wishes", "case", "release", "progress"),
        shelf("decisions", "request"),
        shelf("permits"),
        shelf("outbox", "to", "state", parent="permitsrow"),
        shelf("messages", "to", "state", "type"),
        shelf("inbox", "from", "state", numbers=("seq",)),
        shelf("receipts", "from"),
        shelf("taken", "from", numbers=("waiting",)),
        shelf("recalls"),
        shelf("alarms", "kind"),
        shelf("seekings", "organisation"),
        shelf("asked", "organisation", "case"),
        shelf("statements", "consent"),
        shelf("statuses"),
        shelf("choices", "organisation"),
        shelf("pseudonyms", "organisation", "body"),
        shelf("accounts"),
        shelf("told", "organisation", "report"),
        shelf("reports", "organisation"),
        shelf("answers", "consent", "organisation"),
        shelf("notices", "organisation"),
        shelf("counters"),
        shelf("beats"),
        shelf("checkpoints", "ledger"),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("pk", composite("ledger", "place")),
                ("ledger", models.TextField()),
                ("place", models.BigIntegerField()),
                ("data", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="TreeNode",
            fields=[
                ("pk", composite("ledger", "level", "place")),
                ("ledger", models.TextField()),
                ("level", models.IntegerField()),
                ("place", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("ledger", models.TextField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(size__gte=0), name="head_size")
                ]
            },
        ),
    ]
