"""Evidence: what is on record of an agreement, read and checked again without a solver."""

from comity.cli.agreement.examples import played
from comity.core.agreement import Agreement
from comity.core.agreement.record import Record
from comity.core.terms import decode, read_json
from comity.files import read_bytes, record_beside
from comity.proof.keeping import Certificates, check
from comity.shipped import CERTIFICATES, EXAMPLES, PROOF, shipped_agreements, shipped_record
from comity.web.agreements import Evidence


def evidence_of(name: str, agreement: Agreement) -> Evidence:
    """Return what is on record of a shipped agreement, or beside the file of another one.

    Certificates are followed step by step and examples put to the gate, now. A record of another
    version is returned as it is: it is evidence of nothing here.

    Raises:
        InputError: a part of the record is missing or is not what it must be.
    """
    folder = record_beside(name)

    def part(file: str) -> bytes:
        if name in shipped_agreements():
            return shipped_record(name, file)
        return read_bytes(str(folder / file))

    if name not in shipped_agreements() and not folder.is_dir():
        return Evidence()
    record = decode(Record, part(PROOF).rstrip(b"\n"), PROOF)
    if record.agreement != agreement.digest:
        return Evidence(record=record)
    certificates = decode(Certificates, part(CERTIFICATES).rstrip(b"\n"), CERTIFICATES)
    missing = check(agreement, certificates).without
    return Evidence(
        record=record,
        certified=frozenset(line.id for line in agreement.red_lines) - set(missing),
        examples=tuple(played(agreement, read_json(part(EXAMPLES), EXAMPLES))),
    )
