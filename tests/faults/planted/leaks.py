"""Mistakes that let something out."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

from comity.core import casework
from comity.core.consent import Answer, Consents, Entitlement, Said
from comity.core.exchange import Done
from comity.core.gate import Permit
from comity.core.markings import made_by
from comity.core.terms import decode
from comity.node import (
    answer_consent,
    contents,
    deciding,
    declare_independent_source,
    mandates,
    send_report,
    show_questions,
    take_control,
)
from comity.store.change import changed
from tests.faults.histories.oracle import Kind
from tests.faults.planted.bugs import breaks, instead, method

FAR = timedelta(days=3_650)


@breaks(Kind.LEAK, about="lost")
def cached_consent(stack: ExitStack) -> None:
    """What is held about consent is cached until somebody says yes."""
    cache: dict[Any, Consents] = {}

    def wrap(right: Any) -> Any:
        def wrong(records: Any, at: Any, about: Any) -> Consents:
            found = right(records, at, about)
            yes = any(each.answer is Answer.GIVEN for each in found.statements)
            held = cache.setdefault((id(at.store), about), found) if yes else found
            older: Consents = replace(found, statements=held.statements)
            return older

        return wrong

    instead(stack, deciding.history, wrap)


@breaks(Kind.LEAK, about="lost")
def decided_once(stack: ExitStack) -> None:
    """What was decided when an officer asked is not decided again when it is sent."""
    cache: dict[Any, Any] = {}

    def wrap(right: Any) -> Any:
        def wrong(records: Any, at: Any, wish: Any) -> Any:
            found = right(records, at, wish)
            if isinstance(found[0], Permit):
                return cache.setdefault((id(at.store), wish.id), found)
            return cache.get((id(at.store), wish.id), found)

        return wrong

    instead(stack, deciding.decided, wrap)


@breaks(Kind.LEAK, about="offered")
def left_ready(stack: ExitStack) -> None:
    """What lies ready for a poll is not called back when an answer comes."""
    instead(stack, take_control._call_back, lambda right: lambda records: None)


@breaks(Kind.LEAK, about="twice")
def an_older_yes_stands(stack: ExitStack) -> None:
    """A no to a second question about the same leaves the yes to the first one standing."""
    instead(stack, answer_consent.take_back, lambda right: lambda *said: ())


@breaks(Kind.LEAK, about="twice")
def whoever_answers_may_speak(stack: ExitStack) -> None:
    """Whoever is named in an answer is taken for somebody entitled to speak."""
    instead(stack, mandates.entitlement_of, lambda right: lambda *who: Entitlement.REGISTERED)


@breaks(Kind.LEAK, about="edits")
def label_lost_on_derive(stack: ExitStack) -> None:
    """A note carries its author's label alone."""
    instead(
        stack,
        casework.label_of_text,
        lambda right: lambda body, held, agreements: made_by(body, agreements),
    )


@breaks(Kind.LEAK, about="edits")
def not_known_any_longer(stack: ExitStack) -> None:
    """A note carries the labels of what is held, and nothing is looked up."""
    instead(stack, contents.about, lambda right: lambda records, organisation: [])


@breaks(Kind.LEAK, about="late")
def status_not_checked(stack: ExitStack) -> None:
    """A yes counts without a fresh status."""
    method(stack, Consents, "_fresh", lambda right: lambda self, answer, now: True)


@breaks(Kind.LEAK, about="late")
def status_for_ever(stack: ExitStack) -> None:
    """A status counts after its end."""

    def wrap(right: Any) -> Any:
        def wrong(self: Consents, answer: Any, _now: Any) -> Any:
            status = self._newest_status.get(answer.consent)
            return status.newest_answer == answer.counter or None if status else None

        del right
        return wrong

    method(stack, Consents, "_fresh", wrap)


def standing(stack: ExitStack, **wrong: Callable[[Any], Any]) -> None:
    """Let what stands about consent be taken for something else."""

    def wrap(right: Any) -> Any:
        def found(self: Consents, scope: Any, now: Any) -> Any:
            stands = right(self, scope, now)
            return stands._replace(**{name: of(scope) for name, of in wrong.items()})

        return found

    method(stack, Consents, "standing", wrap)


@breaks(Kind.LEAK, about="edits")
def wrong_digest(stack: ExitStack) -> None:
    """A yes counts for whatever stands under the section by now."""
    standing(stack, names_content=lambda _: True)


@breaks(Kind.LEAK)
def any_recipient(stack: ExitStack) -> None:
    """A yes counts for any recipient."""
    standing(stack, recipient=lambda scope: scope.recipient, purpose=lambda scope: scope.purpose)


@breaks(Kind.LEAK)
def any_discloser(stack: ExitStack) -> None:
    """A yes counts for any discloser."""
    standing(
        stack,
        discloser=lambda scope: scope.discloser,
        recipient=lambda scope: scope.recipient,
        purpose=lambda scope: scope.purpose,
    )


@breaks(Kind.LEAK, about="late")
def no_end(stack: ExitStack) -> None:
    """A yes has no end."""

    def wrap(right: Any) -> Any:
        def found(self: Consents, scope: Any, now: Any) -> Any:
            stands = right(self, scope, now)
            return stands._replace(end=stands.end + FAR, fresh=True) if stands.end else stands

        return found

    method(stack, Consents, "standing", wrap)


@breaks(Kind.LEAK, Kind.LOSS)
def only_the_first_answer(stack: ExitStack) -> None:
    """An answer to a question that was answered before is taken for a repetition."""

    def wrap(right: Any) -> Any:
        def wrong(records: Any, at: Any, peer: Any, document: Any) -> Any:
            said = decode(Said, document.payload, "a statement")
            if records.statements.find(consent=said.consent):
                return Done.ACCEPTED
            return right(records, at, peer, document)

        return wrong

    instead(stack, take_control._statement, wrap)


@breaks(Kind.LEAK, about="late")
def doubt_permits(stack: ExitStack) -> None:
    """A rule that may forbid does not."""

    def wrap(right: Any) -> Any:
        return lambda view: [each for each in right(view) if each.ground == "forbidden"]

    module = sys.modules["comity.core.gate.decide"]
    instead(stack, module._forbidding, wrap)


@breaks(Kind.LEAK, about="edits")
def lifted_too_much(stack: ExitStack) -> None:
    """Two officers lift one note, and with it all that is in its case."""

    def wrap(right: Any) -> Any:
        def wrong(at: Any, independence: Any) -> Any:
            item = right(at, independence)
            with at.store.writing() as records:
                case = records.items.get(item.id).case
                for held in records.items.find(case=case):
                    lifted = replace(held.item, label=item.label)
                    records.items.put(changed(held, item=lifted))
            return item

        return wrong

    instead(stack, declare_independent_source.declare_independent_source, wrap)


@breaks(Kind.LEAK)
def all_sections_to_all(stack: ExitStack) -> None:
    """Every body gets every section that some body was chosen for."""

    def wrap(right: Any) -> Any:
        def wrong(at: Any, report: Any, body: Any, *more: Any) -> Any:
            chosen = {each: frozenset({*bodies, body}) for each, bodies in report.choices.items()}
            return right(at, replace(report, choices=chosen), body, *more)

        return wrong

    instead(stack, send_report._parts, wrap)


@breaks(Kind.LEAK)
def list_without_its_filter(stack: ExitStack) -> None:
    """An organisation is shown all questions."""

    def wrap(right: Any) -> Any:
        def wrong(at: Any, organisation: Any) -> Any:
            with at.store.reading() as records:
                others = [each.organisation for each in records.accounts.find()]
            return [found for each in {organisation, *others} for found in right(at, each)]

        return wrong

    instead(stack, show_questions.show_questions, wrap)
