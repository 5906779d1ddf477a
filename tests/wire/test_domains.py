"""A record counts as found only in a real answer to this question, under this very domain."""

import struct
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.resolver
import pytest
from dns.rdtypes.txtbase import TXTBase
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.identification import DomainName, LookUp, read_domain
from comity.core.terms import InputError
from comity.wire import domains
from comity.wire.domains import DnsDomains, NoDomains
from tests.wire.resolver import HERE, Answers, always, answered, name_server

ACME = DomainName("acme.example")
NAME = "_comity.acme.example."
TEXT = "comity-domain=00112233445566778899aabbccddeeff"
FOUND, NOT_FOUND, NO_ANSWER = LookUp.FOUND, LookUp.NOT_FOUND, LookUp.NO_ANSWER
RIGHT = f'{NAME} TXT "{TEXT}"'


def looked_up(answers: Answers, seconds: float = 0.6) -> LookUp:
    """Look the record up at a server with these answers."""
    with name_server(answers) as served:
        asking = DnsDomains(served.address, seconds=seconds, seconds_each=seconds)
        return asking.look_up(ACME, TEXT)


def question(name: str = NAME, kind: str = "TXT") -> dns.message.Message:
    return dns.message.make_query(name, kind)


# ------------------------------------------------------------------ what is found


@pytest.mark.parametrize(
    "lines",
    [
        [RIGHT],
        [f'{NAME} TXT "v=spf1 -all"', RIGHT],
        [f'{NAME} TXT "comity-domain=" "{TEXT.removeprefix("comity-domain=")}"'],
        [f"{NAME} CNAME proof.acme.example.", f'proof.acme.example. TXT "{TEXT}"'],
        [f'_COMITY.Acme.Example. TXT "{TEXT}"'],
    ],
    ids=["alone", "among others", "in two pieces", "alias under the domain", "in capitals"],
)
def test_the_record_is_found(lines: list[str]) -> None:
    assert looked_up(always(*lines)) is FOUND


def test_an_answer_that_does_not_fit_is_asked_for_again_over_tcp() -> None:
    def cut(asked: dns.message.Message, way: str) -> list[bytes]:
        answer = answered(asked, *([RIGHT] if way == "tcp" else []))
        if way == "udp":
            answer.flags |= dns.flags.TC
        return [answer.to_wire()]

    with name_server(cut) as served:
        assert DnsDomains(served.address).look_up(ACME, TEXT) is FOUND
    assert served.asked == ["udp", "tcp"]


def test_the_right_answer_counts_that_comes_after_forged_ones() -> None:
    def raced(asked: dns.message.Message, _: str) -> list[bytes]:
        forged, right = answered(asked, f'{NAME} TXT "x"'), answered(asked, RIGHT)
        forged.id ^= 1
        return [b"\x00", forged.to_wire(), right.to_wire()]

    assert looked_up(raced) is FOUND


# ------------------------------------------------------------------ attacks: never found


def _of_another_id(asked: dns.message.Message, _: str) -> list[bytes]:
    answer = answered(asked, RIGHT)
    answer.id ^= 0x5555
    return [answer.to_wire()]


def _to_another_question(asked: dns.message.Message, _: str) -> list[bytes]:
    other = question("_comity.evil.example.")
    other.id = asked.id
    return [answered(other, f'_comity.evil.example. TXT "{TEXT}"', RIGHT).to_wire()]


def _without_a_question(asked: dns.message.Message, _: str) -> list[bytes]:
    answer = answered(asked, RIGHT)
    answer.question = []
    return [answer.to_wire()]


def _not_an_answer(asked: dns.message.Message, _: str) -> list[bytes]:
    answer = answered(asked, RIGHT)
    answer.flags &= ~dns.flags.QR
    return [answer.to_wire()]


def _cut_short(asked: dns.message.Message, _: str) -> list[bytes]:
    answer = answered(asked, RIGHT)
    answer.flags |= dns.flags.TC
    return [answer.to_wire()]


def _cut_off(asked: dns.message.Message, _: str) -> list[bytes]:
    return [answered(asked, RIGHT).to_wire()[:-9]]


def _pointing_at_itself(asked: dns.message.Message, _: str) -> list[bytes]:
    wire = answered(asked).to_wire()
    loop = b"\xc0" + bytes([len(wire)]) + struct.pack("!HHIH", 16, 1, 60, 0)
    return [wire[:6] + b"\x00\x01" + wire[8:] + loop]


FALSE: dict[str, tuple[Answers, LookUp]] = {
    "another token": (always(f'{NAME} TXT "{TEXT[:-1]}0"'), NOT_FOUND),
    "more than the token": (always(f'{NAME} TXT "{TEXT}0"'), NOT_FOUND),
    "part of the token": (always(f'{NAME} TXT "{TEXT[:-1]}"'), NOT_FOUND),
    "the token in two records": (
        always(f'{NAME} TXT "{TEXT[:20]}"', f'{NAME} TXT "{TEXT[20:]}"'), NOT_FOUND,
    ),
    "the token in capitals": (always(f'{NAME} TXT "{TEXT.upper()}"'), NOT_FOUND),
    "nothing there": (always(), NOT_FOUND),
    "no such name": (always(rcode=dns.rcode.NXDOMAIN), NOT_FOUND),
    "no such name, with the record": (always(RIGHT, rcode=dns.rcode.NXDOMAIN), NOT_FOUND),
    "at another name": (always(f'acme.example. TXT "{TEXT}"'), NOT_FOUND),
    "at a domain that ends alike": (
        always(f"{NAME} CNAME evilacme.example.", f'evilacme.example. TXT "{TEXT}"'), NOT_FOUND,
    ),
    "an alias out of the domain": (
        always(f"{NAME} CNAME x.host.example.", f'x.host.example. TXT "{TEXT}"'), NOT_FOUND,
    ),
    "an alias out and back": (
        always(
            f"{NAME} CNAME x.host.example.", "x.host.example. CNAME p.acme.example.",
            f'p.acme.example. TXT "{TEXT}"',
        ),
        NOT_FOUND,
    ),
    "an alias of itself": (always(f"{NAME} CNAME {NAME}"), NOT_FOUND),
    "aliases in a ring": (
        always(f"{NAME} CNAME a.acme.example.", f"a.acme.example. CNAME {NAME}"), NOT_FOUND,
    ),
    "more aliases than are followed": (
        always(
            f"{NAME} CNAME a0.acme.example.",
            *(f"a{n}.acme.example. CNAME a{n + 1}.acme.example." for n in range(4)),
            f'a4.acme.example. TXT "{TEXT}"',
        ),
        NOT_FOUND,
    ),
    "aliases without end": (
        always(
            f"{NAME} CNAME a0.acme.example.",
            *(f"a{n}.acme.example. CNAME a{n + 1}.acme.example." for n in range(40)),
        ),
        NOT_FOUND,
    ),
    "more records than are looked through": (
        always(*(f'{NAME} TXT "{n}"' for n in range(50)), RIGHT), NOT_FOUND,
    ),
    "of another type": (always(f'{NAME} SPF "{TEXT}"'), NOT_FOUND),
    "the server failed": (always(RIGHT, rcode=dns.rcode.SERVFAIL), NO_ANSWER),
    "the server refused": (always(RIGHT, rcode=dns.rcode.REFUSED), NO_ANSWER),
    "silence": (lambda *_: [], NO_ANSWER),
    "garbage": (lambda *_: [b"", b"\xff" * 40], NO_ANSWER),
    "another id": (_of_another_id, NO_ANSWER),
    "another question": (_to_another_question, NO_ANSWER),
    "no question": (_without_a_question, NO_ANSWER),
    "a question": (_not_an_answer, NO_ANSWER),
    "cut short over TCP, too": (_cut_short, NO_ANSWER),
    "cut off": (_cut_off, NO_ANSWER),
    "a name that points at itself": (_pointing_at_itself, NO_ANSWER),
}  # fmt: skip  # a list to read down


@pytest.mark.parametrize(("answers", "what"), FALSE.values(), ids=list(FALSE))
def test_nothing_else_is_ever_taken_for_the_record(answers: Answers, what: LookUp) -> None:
    assert looked_up(answers) is what


def _wherever_it_stands(answer: dns.message.Message, _: dns.name.Name) -> frozenset[bytes]:
    """Take every text of an answer, whatever its name."""
    return frozenset(
        b"".join(each.strings)
        for found in answer.answer
        for each in found
        if isinstance(each, TXTBase)
    )


def _wherever_it_leads(
    answer: dns.message.Message,
    _: dns.name.Name,
    right: Callable[..., frozenset[bytes]] = domains._texts,
) -> frozenset[bytes]:
    """Follow aliases out of the domain."""
    return right(answer, dns.name.root)


MISTAKES: list[tuple[str, object, str, object]] = [
    ("another id", dns.message.QueryMessage, "is_response", lambda *_: True),
    ("an alias out of the domain", domains, "_texts", _wherever_it_leads),
    ("an alias out and back", domains, "_texts", _wherever_it_leads),
    ("at another name", domains, "_texts", _wherever_it_stands),
    ("no such name, with the record", domains, "_texts", _wherever_it_stands),
    ("more aliases than are followed", domains, "MOST_ALIASES", 9),
    ("more records than are looked through", domains, "MOST_TEXTS", 99),
    ("the server failed", domains, "ANSWERED", frozenset(dns.rcode.Rcode)),
]
"""For each false answer a mistake that takes it for the record."""


@pytest.mark.parametrize(("answer", "where", "name", "wrong"), MISTAKES)
def test_a_planted_mistake_about_answers_is_found(
    answer: str, where: object, name: str, wrong: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, name, wrong)
    assert looked_up(FALSE[answer][0]) is FOUND


def test_a_huge_text_is_not_the_record() -> None:
    pieces = " ".join('"' + "x" * 255 + '"' for _ in range(200))

    def huge(asked: dns.message.Message, way: str) -> list[bytes]:
        answer = answered(asked, *([f"{NAME} TXT {pieces}"] if way == "tcp" else []))
        if way == "udp":
            answer.flags |= dns.flags.TC
        return [answer.to_wire(max_size=65_535)]

    assert looked_up(huge, 2.0) is NOT_FOUND


def test_a_look_up_ends_in_time() -> None:
    began = monotonic()
    assert looked_up(lambda *_: [], 0.3) is NO_ANSWER
    assert monotonic() - began < 2


def test_a_resolver_that_is_not_there_gives_no_answer() -> None:
    with name_server(always()) as served:
        gone = served.address
    asking = DnsDomains(gone, seconds=0.3, seconds_each=0.3)
    assert asking.look_up(ACME, TEXT) is NO_ANSWER


@settings(max_examples=20)
@given(st.binary(max_size=80))
def test_no_bytes_of_a_server_are_found_or_end_in_an_error(data: bytes) -> None:
    with name_server(lambda asked, _: [asked.id.to_bytes(2, "big") + data]) as served:
        asking = DnsDomains(served.address, seconds=0.1, seconds_each=0.1)
        assert asking.look_up(ACME, TEXT) is not FOUND


# ------------------------------------------------------------------ who is asked


class _System:
    """A system that names a dead resolver first and a good one second."""

    nameservers = ("192.0.2.1", HERE)


def test_the_next_resolver_of_the_system_is_asked_when_one_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with name_server(always(RIGHT)) as served, name_server(always(rcode=2)) as bad:
        asking = DnsDomains(seconds=2)
        monkeypatch.setattr(asking, "_resolvers", lambda: [bad.address, served.address])
        assert asking.look_up(ACME, TEXT) is FOUND
    assert bad.asked == ["udp"]


def test_the_resolvers_of_the_system_are_taken_if_none_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dns.resolver, "Resolver", _System)
    assert DnsDomains()._resolvers() == [("192.0.2.1", 53), (HERE, 53)]


def test_a_system_without_resolvers_gives_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "Resolver", none)
    assert DnsDomains().look_up(ACME, TEXT) is NO_ANSWER


def test_an_exercise_asks_nobody() -> None:
    with name_server(always(RIGHT)) as served:
        assert NoDomains(served.address).look_up(ACME, TEXT) is NO_ANSWER
    assert served.asked == []


# ------------------------------------------------------------------ domains as people write them


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("acme.example", "acme.example"),
        (" ACME.Example. ", "acme.example"),
        ("müller.example", "xn--mller-kva.example"),
        ("MÜLLER.example", "xn--mller-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("acme。example", "acme.example"),
        ("xn--mller-kva.example", "xn--mller-kva.example"),
    ],
)
def test_a_domain_is_asked_for_in_ascii(written: str, asked: str) -> None:
    assert DnsDomains().as_asked(written) == asked
    assert read_domain(asked, frozenset()) == asked


@pytest.mark.parametrize(
    "written",
    ["", "  ", "a..example", f"{'a' * 64}.example", "a" * 256, "\udcff.example", "☃☃.example",
     "\u200d.example", "a\\.example", "a\\999.example"],
)  # fmt: skip  # a list
def test_what_cannot_be_asked_for_is_refused(written: str) -> None:
    with pytest.raises(InputError, match="is not a domain"):
        read_domain(DnsDomains().as_asked(written), frozenset())


@given(st.text(max_size=300))
def test_whatever_people_write_is_asked_for_or_refused_in_words(written: str) -> None:
    with suppress(InputError):
        found = read_domain(DnsDomains().as_asked(written), frozenset())
        assert DnsDomains().as_asked(found) == found
