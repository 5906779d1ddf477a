"""Every function that reads what comes from outside is in the table of parsers.

The rule: a public function or method of the package that takes bytes, a text, a document or a
signed document, and whose docstring names an error of bad input under `Raises:`, is read by some
row of the table, or is excused here with the reason why. And whoever calls a reader of the standard
library stands in one of few modules, all of which the table reaches.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests import board
from tests.hostile.parsers import PARSERS
from tests.structure.source import dotted, findings, python_files

ERRORS = re.compile(
    r"\b(InputError|NoteError|ProofError|RefusedError|UnreachableError|SignatureError|SealError):"
)
TAKEN = frozenset({
    "bytes", "str", "Signed", "Envelope", "Proof", "Path", "Sequence[str]",
    "Mapping[str, object]", "Mapping[str, str]",
})  # fmt: skip
RAW = re.compile(
    r"(^|\.)(json\.loads?|tomllib\.loads?|b64decode|fromhex|fromisoformat"
    r"|load_pem_x509_certificates?|literal_eval|pickle\.loads?|READER\.decode)$"
)

INNER = "reads one value of a document that the table's rows have read"
ELSEWHERE = "has hostile tests of its own in "
KEYS_ONLY = "works with keys and bytes of a fixed length and parses nothing; " + ELSEWHERE
OWN = "takes a path or name that this node's own officer chose, and writes or makes"
EXCUSED = {
    "bootstrap:build": OWN,
    "bootstrap:NoTransport.post": "reads nothing and reaches nobody",
    "bootstrap:PinnedTransport.post": ELSEWHERE + "tests/wire/test_transport.py",
    "cli.promises:read": "reads what the tests of this version wrote, by a row's own reader",
    "cli.acting:acting": "makes one id of a command's word: see ids",
    "cli.agreement.verify:certificates_of": "finds the file that the row of certificates reads",
    "cli.agreement.evidence:evidence_of": "finds the files that the rows of a record read",
    "cli.audit_proof:proof_in": "reads a file that the row of proofs reads",
    "cli.delays:wanted": "takes three words of a command apart: the instant is read by datetime",
    "cli.audit_proof:verify_proof": "checks what the rows of proofs and introductions read",
    "cli.keys:introduction_in": "reads a file that the row of introductions reads",
    "cli.report_form:read": "reads a file that the row of reports reads",
    "files:load_agreement": "reads a file that the rows of agreement and vocabulary read",
    "files:load_projection": "reads a file that the row of projections reads",
    "node.record_engagement:record_engagement": "takes a text by the rule of the row of reports",
    "cli.report:engagement_in": "reads a file that the row of engagement records reads",
    "mail_settings:mail": ELSEWHERE + "tests/test_mail_settings.py",
    "bootstrap:notifier": ELSEWHERE + "tests/test_mail_settings.py",
    "setting:host_and_port": "reads a setting that the row of settings reads",
    "settings:directory": ELSEWHERE + "tests/web/accounts/test_directory.py",
    "node.draft:send_draft": "sends what the row of reports reads",
    "core.intake.files:files_in": INNER,
    "node.attach_file:attach_file": "takes a file by the rule of the row of files",
    "node.write_letter:put_to_letter": "takes a file by the rule of the row of files",
    "cli.scenario.__init__:play": "plays what read_plot has read",
    "core.exchange.envelope:seal": KEYS_ONLY + "tests/core/exchange",
    "core.exchange.transport:Transport.post": "a port: no code",
    "core.identification.domains:Domains.as_asked": "a port: no code",
    "node.ask_for_domain:ask_for_domain": "takes a domain by the rule of the row of domains",
    "node.mail_address:leave_address": "takes an address by the rule of the row of mail addresses",
    "node.check_domain:check_domain": "takes a domain by the rule of the row of domains",
    "node.work:NotYet.post": "reads nothing: it never sends",
    "core.terms.codec:decode_own": "reads what this node wrote, once its digest has been checked",
    **{f"core.terms.ports:{each}": "a port: no code" for each in (
        "Sealer.seal", "Opener.open", "Vault.lock", "Vault.unlock",
    )},
    "core.intake.wording:worded": INNER,
    "core.terms.signed:Verifier.check": "a port: no code",
    "core.terms.signed:Verifier.check_passkey": "a port: no code",
    **{f"core.terms.tables:Table.{each}": INNER for each in (
        "text", "flag", "number", "texts", "table", "tables", "made", "one_of",
    )},
    "node.contents:unlock": KEYS_ONLY + "tests/wire/test_at_rest.py",
    "proof.prove:without": "takes names of rules, and looks for them among those of the file",
    "proof.solvers:check_installed": "parses nothing: it looks whether modules are there",
    "verifier.main:load": "reads a file that the row of bundles reads",
    **{f"wire.at_rest:FileVault.{each}": KEYS_ONLY + "tests/wire/test_at_rest.py" for each in (
        "rewrap", "lock", "unlock",
    )},
    **{f"wire.files:{each}": OWN for each in ("check_folder", "write_private", "write_folder")},
    **{f"wire.keys:{each}": OWN for each in ("make_keys", "rotate")},
    **{f"wire.sealing:{each}": KEYS_ONLY + "tests/wire/test_sealing.py" for each in (
        "HpkeSealer.seal", "HpkeOpener.open",
    )},
    "wire.signing:Ed25519Verifier.check": KEYS_ONLY + "tests/wire/test_signing.py",
    "wire.signing:Ed25519Verifier.check_passkey": KEYS_ONLY + "tests/wire/test_signing.py",
    "wire.tls:make_certificate": OWN,
    "wire.transport:Transport.post": ELSEWHERE + "tests/wire/test_transport.py",
}  # fmt: skip
RAW_READERS = frozenset({
    "cli/acting.py", "cli/import_file.py", "cli/scenario/audit.py", "cli/scenario/nodes.py",
    "core/agreement/read.py",
    "core/audit/books.py", "core/ledger/checkpoint.py", "core/ledger/proof.py",
    "core/terms/codec.py", "core/terms/documents.py", "core/terms/tables.py", "verifier/main.py",
    "wire/keys.py", "wire/tls.py",
})  # fmt: skip
"""Where the standard library's readers may be called; each but the story's is behind a row."""


def parsers_in(path: PurePosixPath, text: str) -> Iterator[str]:
    """Yield each function of a file that is a parser by the rule."""
    room = ".".join(path.with_suffix("").parts[2:])
    for name, function in _public(ast.parse(text)):
        _, _, raises = (ast.get_docstring(function) or "").partition("Raises:")
        given = (*function.args.args, *function.args.kwonlyargs)
        kinds = {ast.unparse(each.annotation) for each in given if each.annotation}
        if ERRORS.search(raises) and TAKEN & {each.removesuffix(" | None") for each in kinds}:
            yield f"{room}:{name}"


def _public(
    tree: ast.Module | ast.ClassDef, before: str = ""
) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node, f"{before}{node.name}.")
        elif isinstance(node, ast.FunctionDef) and (
            not node.name.startswith("_") or node.name == "__new__"
        ):
            yield f"{before}{node.name}", node


def raw_readers(path: PurePosixPath, text: str) -> Iterator[str]:
    """Yield each call of a reader of the standard library outside the modules that may."""
    if "/".join(path.parts[2:]) in RAW_READERS:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and RAW.search(dotted(node.func)):
            yield f"line {node.lineno} calls {dotted(node.func)}"


def missing(found: set[str]) -> set[str]:
    """Return the parsers that no row reads and that are not excused."""
    return found - {each for row in PARSERS.values() for each in row.reads} - set(EXCUSED)


def every_parser() -> set[str]:
    """Return all parsers of the package."""
    files = python_files("src/comity").items()
    return {found for path, text in files for found in parsers_in(path, text)}


def test_every_parser_is_in_the_table_or_excused_with_a_reason() -> None:
    found = every_parser()
    assert len(found) > 60
    assert missing(found) == set()


def test_no_row_and_no_excuse_is_for_a_parser_that_is_gone() -> None:
    files = python_files("src/comity").items()
    rooms = {".".join(path.with_suffix("").parts[2:]): text for path, text in files}
    for each in (*(name for row in PARSERS.values() for name in row.reads), *EXCUSED):
        room, _, name = each.partition(":")
        assert name in {known for known, _ in _public(ast.parse(rooms[room]))}, each


def test_the_standard_librarys_readers_are_called_in_few_modules() -> None:
    assert findings(raw_readers, "src/comity") == []


PLANTED = '''
def read_gossip(data: bytes, name: str) -> object:
    """Return gossip.

    Raises:
        InputError: it is none.
    """
    return json.loads(data)
'''


@pytest.mark.parametrize("check", ["table", "readers"])
def test_a_new_parser_that_is_in_no_table_is_noticed(check: str) -> None:
    path = PurePosixPath("src/comity/node/gossip.py")
    found = (
        missing(set(parsers_in(path, PLANTED)))
        if check == "table"
        else list(raw_readers(path, PLANTED))
    )
    board.record("P13", what="a parser in no table", tried=0, broken=0, planted=1,
                 caught=len(found))  # fmt: skip
    assert len(found) == 1
