"""A small name server on the loopback, for tests: real sockets, and answers of every kind."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset

STEP = 0.05
HERE = "127.0.0.1"

Answers = Callable[[dns.message.Message, str], list[bytes]]
"""What is sent for a question, which came over `udp` or `tcp`: whole messages in turn."""


@dataclass(slots=True)
class Served:
    """A server that runs, and how often it was asked over UDP and TCP."""

    port: int
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return HERE, self.port


def answered(question: dns.message.Message, *lines: str, rcode: int = 0) -> dns.message.Message:
    """Return an answer with these records, each `NAME TYPE TEXT`."""
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.RA
    answer.set_rcode(rcode)  # type: ignore[arg-type]  # a number is fine
    for line in lines:
        name, kind, text = line.split(" ", 2)
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, text))
    return answer


def always(*lines: str, rcode: int = 0) -> Answers:
    """Answer every question with these records."""
    return lambda question, _: [answered(question, *lines, rcode=rcode).to_wire(max_size=65_535)]


@contextlib.contextmanager
def name_server(answers: Answers) -> Iterator[Served]:
    """Serve these answers on a port, over UDP and TCP, while the block runs."""
    udp, tcp = _both()
    served, stop = Served(udp.getsockname()[1]), threading.Event()
    threads = [
        threading.Thread(target=_serve_udp, args=(udp, answers, served, stop)),
        threading.Thread(target=_serve_tcp, args=(tcp, answers, served, stop)),
    ]
    for each in threads:
        each.start()
    try:
        yield served
    finally:
        stop.set()
        for each in threads:
            each.join()
        udp.close()
        tcp.close()


def _both() -> tuple[socket.socket, socket.socket]:
    """Return a UDP and a TCP socket on one port."""
    while True:
        tcp = socket.create_server((HERE, 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            udp.close()
            tcp.close()
            continue
        udp.settimeout(STEP)
        tcp.settimeout(STEP)
        return udp, tcp


def _serve_udp(udp: socket.socket, answers: Answers, served: Served, stop: threading.Event) -> None:
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            data, back = udp.recvfrom(4096)
            served.asked.append("udp")
            for each in answers(dns.message.from_wire(data), "udp"):
                udp.sendto(each, back)


def _serve_tcp(tcp: socket.socket, answers: Answers, served: Served, stop: threading.Event) -> None:
    while not stop.is_set():
        with contextlib.suppress(TimeoutError, OSError):
            connection, _ = tcp.accept()
            with connection:
                connection.settimeout(1)
                size = int.from_bytes(connection.recv(2, socket.MSG_WAITALL), "big")
                data = connection.recv(size, socket.MSG_WAITALL)
                served.asked.append("tcp")
                for each in answers(dns.message.from_wire(data), "tcp"):
                    connection.sendall(len(each).to_bytes(2, "big") + each)
