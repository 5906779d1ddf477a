"""Sender: organisations that report through a front door, and are told so after each commit."""

import os
from contextlib import suppress

from comity.bootstrap import this_node
from comity.core.intake import Report
from comity.node.node import Node
from comity.node.send_report import send_report
from comity.store.change import changed
from comity.store.port import StoreError
from tests.node.world import acme_report, report_text

ORGANISATIONS = 40
BEGUN = "begun"
"""What is said, instead of a report's id, before the first report."""


def report_of(number: int) -> Report:
    """Return the report of a number; a few organisations report over and over."""
    return acme_report(report_text(f"acme-{number % ORGANISATIONS}", f"report {number}"))


def acknowledge(report: str) -> None:
    """Tell the organisation that its report is kept. Whoever was told may rely on it."""
    os.write(1, f"{report}\n".encode())


def let_go(node: Node) -> None:
    """Let the node try its peers again at once, as if the waits after failures were over."""
    with node.store.writing() as records:
        for pair in records.pairs.find():
            if pair.next_attempt or pair.next_envelope:
                records.pairs.put(changed(pair, next_attempt=None, next_envelope=None))


def main(first: int, count: int) -> None:
    """Send reports of these numbers, until the database refuses one."""
    node = this_node()
    with suppress(StoreError):
        let_go(node)
        os.write(1, f"{BEGUN}\n".encode())
        for number in range(first, first + count):
            acknowledge(send_report(node, report_of(number)).id)
