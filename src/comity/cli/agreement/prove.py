"""`comity agreement prove`: what an agreement promises, shown for all requests."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import click

from comity.cli.agreement.options import REFUSED, as_json, named, vocabulary_option
from comity.core.agreement import Agreement
from comity.core.terms import encode
from comity.files import load_agreement
from comity.proof.claims import About
from comity.proof.prove import Proof, Proved, prove, script_of
from comity.proof.prove import without as left_out
from comity.proof.solvers import check_installed


@click.command("prove")
@named
@click.option("--without", multiple=True, metavar="RULE", help="Leave a rule out, to see it fail.")
@click.option("--certificates", is_flag=True, help="Print the certificates, if all is proved.")
@click.option("--smt", is_flag=True, help="Print the questions for a solver of your own choice.")
@vocabulary_option
@as_json
def prove_command(  # noqa: PLR0913, PLR0917 - one for each option
    name: str,
    without: tuple[str, ...],
    certificates: bool,  # noqa: FBT001 - click passes flags so
    smt: bool,  # noqa: FBT001 - click passes flags so
    vocabulary: str | None,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Prove that the rules keep every red line and assurance, for all requests.

    Two solvers must agree with our own clauses, and every red line gets a certificate that is
    checked without a solver. Ends with 0 if everything is proved, 1 if something is not, 2 if the
    input is bad.
    """
    agreement = load_agreement(name, vocabulary)
    if smt:
        click.echo(script_of(agreement), nl=False)
        return
    check_installed()
    proof = prove(left_out(agreement, without))
    if certificates and proof.holds:
        click.echo(encode(proof.certificates))
    elif as_json:
        click.echo(json.dumps(_data(proof), indent=2))
    else:
        click.echo("\n".join((*_lines(proof, without), *_backed(agreement, proof, without))))
    if not proof.holds:
        raise click.exceptions.Exit(REFUSED)


def _data(proof: Proof) -> dict[str, Any]:
    return {
        "never": _counted(proof.about(About.NEVER)),
        "assure": _counted(proof.about(About.ASSURE)),
        "theorems": {
            each.claim.id: {
                "proved": each.shown,
                "control_satisfiable": each.can_fail,
                "sentence": each.claim.sentence,
            }
            for each in proof.about(About.THEOREM)
        },
        "solvers_agree": proof.solvers_agree,
        "certificates": {
            "checked": proof.certified.count,
            "total": proof.certified.of,
        },
        "solver_seconds": round(proof.solver_seconds, 3),
        "counterexamples": [
            {"breaks": each.claim, "sentence": each.sentence, "facts": _shown(each.facts)}
            for each in proof.counterexamples
        ],
        "say_nothing": [
            each.claim.id for each in proof.proved if not each.can_fail and not each.is_off
        ],
        "switched_off": [each.claim.id for each in proof.proved if each.is_off],
    }


def _counted(proved: list[Proved]) -> dict[str, int]:
    return {"proved": sum(each.shown for each in proved), "total": len(proved)}


def _shown(facts: Any) -> dict[str, object]:  # noqa: ANN401 - facts have values of several types
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in facts.items()
    }


def _lines(proof: Proof, without: tuple[str, ...]) -> Iterator[str]:
    agreement = proof.agreement
    less = f", without {', '.join(without)}" if without else ""
    yield f"{agreement.title}, version {agreement.version}{less}"
    for words, about in (("red lines", About.NEVER), ("assurances", About.ASSURE)):
        counted = _counted(proof.about(about))
        yield f"  {words:12} {counted['proved']} of {counted['total']} proved, for all requests"
    certified = proof.certified
    yield f"  certificates {certified.count} of {certified.of} checked without a solver"
    yield f"  solvers      {_agreement_of_solvers(proof)}"
    yield "  theorems"
    for each in proof.about(About.THEOREM):
        yield f"    {'proved' if each.shown else 'FAILS '} {each.claim.id}: {each.claim.sentence}"
    for each in proof.proved:
        if each.is_off:
            yield f"  {each.claim.id} is switched off by a number in the header"
        elif not each.can_fail:
            yield f"  {each.claim.id} says nothing: no request could break it, whatever the rules"
    for found in proof.counterexamples:
        yield f"  {found.claim}: {found.sentence}"
    yield "Everything is proved." if proof.holds else "Not everything is proved."


def _backed(agreement: Agreement, proof: Proof, without: Iterable[str]) -> Iterator[str]:
    """Yield why nothing fails where a rule that was left out only backs another one."""
    for rule in agreement.rules if proof.holds else ():
        if rule.id in without and rule.backs:
            yield f"Nothing fails without {rule.id} alone: it backs {rule.backs}."


def _agreement_of_solvers(proof: Proof) -> str:
    took = ", ".join(f"{each.solver} {each.seconds * 1000:.0f} ms" for each in proof.said)
    agree = "agree" if proof.solvers_agree else "DISAGREE"
    return f"{agree} on {len(proof.said[0].answers)} questions ({took})"
