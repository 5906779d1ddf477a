"""Sender: organisations that report through a front door, and are told so after each commit."""

import os
from contextlib import suppress

from comity.bootstrap import this_node
from comity.core.intake import Report, read_report
from comity.core.terms import read_toml
from comity.node.node import Node
from comity.node.send_report import send_report
from comity.shipped import bodies, report_form
from comity.store.change import changed
from comity.store.port import StoreError

ORGANISATIONS = 40
BEGUN = "begun"
"""What is said, instead of a report's id, before the first report."""
REPORT = """
organisation = "acme-{organisation}"

[choices]
contact = ["NCA"]
incident = ["NCA"]
technical = ["NCA"]

[contact]
name = "A. Smith, report {number}"
organisation_name = "Acme"

[incident]
summary = "Servers were encrypted, report {number}"
discovered_at = 2026-11-23T02:10:00Z

[technical]
malware = "a locker, report {number}"
"""


def report_of(number: int) -> Report:
    """Return the report of a number; a few organisations report over and over."""
    text = REPORT.format(organisation=number % ORGANISATIONS, number=number)
    return read_report(read_toml(text.encode(), "a report"), "a report", report_form(), bodies())


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
