"""A control message says one thing of a closed form, and nobody can write a text into it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.consent import Said, Status
from comity.core.consent.documents import STATEMENT_TYPE
from comity.core.exchange import (
    CONTROL_TYPE,
    Acknowledgement,
    Batch,
    Control,
    Done,
    Header,
    KeyChange,
    Markings,
    Part,
    Problem,
    Shown,
    read_control,
    sign_control,
)
from comity.core.exchange.control import BODIES as NAMES
from comity.core.exchange.envelope import Payload
from comity.core.exchange.transport import FIRST_WAIT, LONGEST_WAIT, Answer, wait_after
from comity.core.ledger import Head, cosign, origin, sign_head
from comity.core.terms import (
    Digest,
    InputError,
    MessageId,
    SignatureError,
    Signed,
    decode,
    encode,
    signed,
)
from comity.core.terms.ids import Id
from tests.core.exchange.small import (
    BODIES,
    CONTROLS,
    DIGEST,
    DOOR_KEY,
    FRESH,
    ICO_KEY,
    NCA_KEY,
    NOTE,
    STATEMENT,
    VERIFIER,
    control,
    sealed,
)
from tests.core.world import ICO, NCA, NOW, digest

SENTENCE = "Acme was hacked on Monday"


def refused(make: Callable[[], object]) -> None:
    with pytest.raises(InputError):
        make()


# --- one thing ---------------------------------------------------------------------------


@pytest.mark.parametrize("message", CONTROLS, ids=NAMES)
def test_a_control_message_arrives_as_it_was_sent(message: Control) -> None:
    document = sign_control(message, NCA_KEY)
    arrived = decode(Signed, encode(document), "a control message")
    assert read_control(arrived, NCA_KEY.public, VERIFIER) == message
    assert message.body == BODIES[message.type]


def test_every_kind_of_body_is_tried() -> None:
    assert [message.type for message in CONTROLS] == list(NAMES) == list(BODIES)
    envelope_of_all = {"v", "id", "from_", "to", "created"}
    assert {each.name for each in fields(Control)} == envelope_of_all | set(NAMES)


@given(st.sets(st.sampled_from(NAMES)))
def test_a_control_message_has_exactly_one_body(names: set[str]) -> None:
    bodies = {name: BODIES[name] for name in names}
    if len(names) == 1:
        assert control(**bodies).type in names
    else:
        refused(lambda: control(**bodies))


def test_a_control_message_is_its_signers_only() -> None:
    document = sign_control(CONTROLS[1], NCA_KEY)
    with pytest.raises(SignatureError):
        read_control(document, ICO_KEY.public, VERIFIER)
    with pytest.raises(SignatureError):
        read_control(sign_control(CONTROLS[1], ICO_KEY), NCA_KEY.public, VERIFIER)
    with pytest.raises(SignatureError):
        read_control(signed("text/plain", document.payload, NCA_KEY), NCA_KEY.public, VERIFIER)
    changed = encode(replace(CONTROLS[1], created=NOW + timedelta(days=1)))
    with pytest.raises(SignatureError):
        read_control(replace(document, payload=changed), NCA_KEY.public, VERIFIER)
    assert document.payloadType == CONTROL_TYPE


def test_an_envelopes_header_is_no_control_message() -> None:
    with pytest.raises(SignatureError):
        read_control(sealed().header, NCA_KEY.public, VERIFIER)
    relabelled = signed(CONTROL_TYPE, sealed().header.payload, NCA_KEY)
    refused(lambda: read_control(relabelled, NCA_KEY.public, VERIFIER))


def test_a_control_message_has_256_kib_at_most() -> None:
    payload = b" " * (256 << 10) + encode(CONTROLS[1])
    refused(lambda: read_control(signed(CONTROL_TYPE, payload, NCA_KEY), NCA_KEY.public, VERIFIER))


# --- no text -----------------------------------------------------------------------------


def parts_of(kind: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any declared type
    """Yield every field that can stand in a value of this type, with its type, all the way down."""
    for inner in get_args(kind):
        yield from parts_of(inner)
    if is_dataclass(kind) and isinstance(kind, type):
        types = get_type_hints(kind)
        for each in fields(kind):
            for leaf in get_args(types[each.name]) or (types[each.name],):
                yield f"{kind.__name__}.{each.name}", leaf
            yield from parts_of(types[each.name])


CHECKED = {
    "Heartbeat.note",
    "KeyChange.use",
    "Acknowledgement.cosignature",
    "Restored.head",
    "Signature.keyid",
    "Signed.payloadType",
}
"""The texts of a control message that are no ids; each is refused unless it has its one form."""
BYTES = {
    "Heartbeat.proof",
    "KeyChange.public",
    "KeyChange.replaces",
    "Signature.sig",
    "Signed.payload",
}
"""Its bytes; each has the length of a hash, a key or a signature, or is a document itself."""


def test_every_field_of_a_control_message_is_an_id_a_listed_word_a_number_or_checked() -> None:
    found = list(parts_of(Control))
    assert {name for name, kind in found if kind is str} == CHECKED
    assert {name for name, kind in found if kind is bytes} == BYTES
    for name, kind in found:
        closed = isinstance(kind, type) and issubclass(
            kind, Id | Enum | int | datetime | type(None)
        )
        nested = kind is Ellipsis or is_dataclass(kind)
        assert closed or nested or name in CHECKED | BYTES, name


TEXTS: dict[str, Callable[[], object]] = {
    "note": lambda: replace(BODIES["heartbeat"], note=SENTENCE),
    "no note": lambda: replace(BODIES["heartbeat"], note=""),
    "after a note": lambda: replace(BODIES["heartbeat"], note=f"{NOTE}{SENTENCE}\n"),
    "in a note": lambda: replace(
        BODIES["heartbeat"], note=NOTE.replace("comity/NCA/pair-ICO", SENTENCE)
    ),
    "more signatures": lambda: replace(BODIES["heartbeat"], note=NOTE + NOTE.partition("\n\n")[2]),
    "proof": lambda: replace(BODIES["heartbeat"], proof=(SENTENCE.encode(),)),
    "use": lambda: replace(BODIES["key"], use=SENTENCE),
    "no use": lambda: replace(BODIES["key"], use=""),
    "key-encryption": lambda: replace(BODIES["key"], use="key-encryption"),
    "public": lambda: replace(BODIES["key"], public=SENTENCE.encode()),
    "no public": lambda: replace(BODIES["key"], public=b""),
    "replaces": lambda: replace(BODIES["key"], replaces=SENTENCE.encode()),
    "replaces nothing": lambda: replace(BODIES["key"], replaces=b""),
    "key of another use": lambda: replace(BODIES["key"], use="reading"),
    "cosignature": lambda: replace(BODIES["acknowledgement"], cosignature=SENTENCE),
    "after a cosignature": lambda: replace(
        BODIES["acknowledgement"], cosignature=f"{BODIES['acknowledgement'].cosignature}more\n"
    ),
    "head": lambda: replace(BODIES["restored"], head=SENTENCE),
    "after a head": lambda: replace(BODIES["restored"], head=f"{NOTE}{SENTENCE}\n"),
    "shown head": lambda: Shown(head=SENTENCE),
    "statement": lambda: control(statement=signed(STATEMENT_TYPE, SENTENCE.encode(), NCA_KEY)),
    "type of a statement": lambda: control(statement=signed(SENTENCE, STATEMENT.payload, NCA_KEY)),
    "status for a statement": lambda: control(statement=FRESH),
    "statement for a status": lambda: control(status=STATEMENT),
    "signed twice": lambda: control(status=replace(FRESH, signatures=FRESH.signatures * 2)),
    "not signed": lambda: control(statement=replace(STATEMENT, signatures=())),
}


@pytest.mark.parametrize("make", TEXTS.values(), ids=TEXTS)
def test_a_text_fits_nowhere(make: Callable[[], object]) -> None:
    refused(make)


@given(st.text(), st.sampled_from(["note", "cosignature", "use"]))
def test_no_text_at_all_fits_where_a_form_is_checked(text: str, field: str) -> None:
    owner = {"note": "heartbeat", "cosignature": "acknowledgement", "use": "key"}[field]
    try:
        made = replace(BODIES[owner], **{field: text})
    except InputError:
        return
    assert text in {"", "identity", "witness", "consent"}
    assert getattr(made, field) == text


def test_a_recall_names_a_release_and_never_says_why() -> None:
    assert [each.name for each in fields(BODIES["recall"])] == ["release"]


def test_an_acknowledgement_without_a_cosignature_is_one() -> None:
    bare = Acknowledgement(message=MessageId("msg-0"), done=Done.STALE)
    assert (bare.size, bare.cosignature) == (0, "")


def test_the_heads_and_cosignatures_of_every_node_fit() -> None:
    for keeper, witness in (("FRONT_DOOR", "NCA"), ("NCA", "FRONT_DOOR"), ("P1", "P_2")):
        head = Head(origin=origin(keeper, f"pair-{witness}"), size=10**9, root=bytes(32))
        note = sign_head(head, NCA_KEY)
        line = cosign(note, witness, ICO_KEY, NOW)
        assert replace(BODIES["heartbeat"], note=note).note == note
        assert replace(BODIES["acknowledgement"], cosignature=line).cosignature == line


def test_a_reading_key_is_told_without_being_shown() -> None:
    change = KeyChange(use="reading", public=bytes(1216), replaces=bytes(1216), revoked=True)
    assert decode(KeyChange, encode(change), "a key") == change
    first = KeyChange(use="witness", public=bytes(32))
    assert (first.replaces, first.shown, first.revoked) == (None, None, False)


def test_what_is_done_comes_from_a_closed_list() -> None:
    assert set(Done) == {"accepted", "quarantined", "stale", "refused"}


def test_a_batch_carries_what_is_on_its_way_byte_by_byte() -> None:
    batch = Batch(
        envelopes=(encode(sealed()),), controls=(encode(sign_control(CONTROLS[0], NCA_KEY)),)
    )
    assert decode(Batch, encode(batch), "a batch") == batch
    shown = b'{"head":"","header":null,"receipt":null}'
    assert encode(Batch()) == b'{"controls":[],"envelopes":[],"shown":%b}' % shown


def test_a_receipt_names_the_header_that_was_taken() -> None:
    receipt = BODIES["receipt"]
    assert (receipt.header, receipt.seq, receipt.done) == (DIGEST, 1, Done.ACCEPTED)
    assert isinstance(receipt.header, Digest)
    assert (CONTROLS[0].from_, CONTROLS[0].to, CONTROLS[0].v) == (NCA, ICO, 1)
    assert digest("a leaf") == BODIES["heartbeat"].leaf
    assert DOOR_KEY.public != NCA_KEY.public


# --- waiting -----------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_between_a_second_and_a_quarter_of_an_hour(failures: int, chance: float) -> None:
    wait = wait_after(failures, chance)
    assert timedelta(seconds=1) <= wait <= timedelta(minutes=15)
    assert wait <= FIRST_WAIT * 2 ** min(failures, 30)


def test_waits_grow_with_failures_up_to_a_quarter_of_an_hour() -> None:
    longest = [wait_after(failures, 0.999999) for failures in range(30)]
    assert longest == sorted(longest)
    assert longest[0] == FIRST_WAIT
    assert longest[1] > 1.9 * FIRST_WAIT
    assert longest[-1] > LONGEST_WAIT - timedelta(seconds=1)
    assert wait_after(30, 0) == FIRST_WAIT


def test_waits_are_spread_over_the_whole_time() -> None:
    assert wait_after(20, 0.5) == FIRST_WAIT + (LONGEST_WAIT - FIRST_WAIT) / 2


def test_an_answer_need_not_ask_to_wait() -> None:
    assert Answer(200, b"").retry_after is None


def test_every_field_and_every_problem_is_explained_in_the_reference() -> None:
    text = (Path(__file__).parents[3] / "docs/reference/envelopes.md").read_text(encoding="utf-8")
    quoted = set(re.findall(r'["`](\w[\w-]*)["`]', text))
    kinds = [*map(type, BODIES.values()), Batch, Control, Header, Markings, Part, Payload]
    kinds += [Said, Shown, Status]
    named = {each.name.removesuffix("_") for kind in kinds for each in fields(kind)}
    assert named | {each.value for each in (*Problem, *Done)} <= quoted
