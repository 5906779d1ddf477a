"""The promise, played: what is told in confidence reaches the ICO only if the organisation agreed.

Each step is done by a command of one node, and what must follow of it is looked at on another.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from comity.cli.scenario import cheats
from comity.cli.scenario.audit import audit
from comity.cli.scenario.nodes import RunningNode, eventually, introduce
from comity.cli.scenario.plot import NOT_TO, Plot
from comity.cli.scenario.proved import proved
from comity.cli.scenario.search import search, tokens_of
from comity.cli.scenario.stage import Stage
from comity.cli.scenario.story import Story
from comity.cli.scenario.told import SPEAKER, Cast
from comity.core.notices import Kind
from comity.core.terms import canonical
from comity.store.records import Held

PURPOSE = "regulation"
WHY = "So that the ICO need not ring you to ask which data were stolen."


def play_promise(stage: Stage, story: Story, plot: Plot) -> None:
    """Play the story from the first introduction to the closing table.

    Raises:
        StoryError: a node does not do what the story needs.
    """
    cast = begin(stage, story, plot)
    registered(cast)
    reported(cast)
    refused_without_consent(cast)
    consent_given(cast)
    disclosed(cast)
    seen_by_the_organisation(cast)
    cheats.a_retyped_note(cast)
    cheats.a_relay(cast)
    withdrawn(cast)
    cheats.a_forged_consent(cast)
    searched(cast, "nothing more arrived")
    audit(cast)
    cheats.an_edited_ledger(cast)
    closing_table(cast)
    proved(cast)
    verdict(cast)


def begin(stage: Stage, story: Story, plot: Plot) -> Cast:
    """Start four nodes that know each other by words."""
    stage.set_up()
    words = introduce(stage.nodes, stage.folder)
    stage.start()
    story.tell(
        "start", "Four nodes", "started, each with its own database and keys, and pinned by words"
    )
    for name, node in stage.nodes.items():
        story.more(f"{name:<10} {node.address}  {words[name]}")
    return Cast(stage=stage, story=story, plot=plot)


def registered(cast: Cast) -> None:
    """In peace, before anything has happened, the organisation says who may speak for it."""
    organisation = cast.plot.report.organisation
    until = (datetime.now(UTC) + timedelta(days=300)).isoformat()
    words = ("speaker", "register", organisation, SPEAKER, "--until", until)
    cast.door.data(*words, "--shown-by", "board-minutes-1")
    cast.story.tell(
        "speaker registered",
        f"In peace {organisation} registers",
        f"{SPEAKER} may speak for it, and so consent",
    )


def reported(cast: Cast) -> None:
    """The organisation reports once."""
    plot, door = cast.plot, cast.door
    file = cast.stage.folder / "report.json"
    given = {key: value for key, value in plot.document.items() if key != "scenario"}
    file.write_bytes(canonical(given))
    sent = door.data("report", "send", str(file), "--speaker", SPEAKER)
    cast.report = str(sent["report"])
    to = "; ".join(f"{copy['body']}: {', '.join(copy['sections'])}" for copy in sent["copies"])
    cast.story.tell(
        "report",
        f"{plot.report.organisation} reports once",
        f"to {to}",
        clause=str(sent["copies"][0]["clauses"][0]),
    )
    cast.case = eventually("the report arrives", lambda: _case(cast.nca, len(plot.told)))
    cast.story.more(f"The NCA's worker opened case {cast.case}; the ICO was sent nothing.")


def refused_without_consent(cast: Cast) -> None:
    """An officer wants to pass it on; the gate refuses, and the ICO's node holds nothing of it."""
    plot = cast.plot
    asked = [each for each in plot.told if plot.report.in_confidence[each]]
    answer = cast.ask(cast.nca, cast.case, NOT_TO, PURPOSE, sections=asked)
    cast.story.tell(
        "refused without consent",
        "An NCA officer asks to pass it on to the ICO",
        f"{answer['outcome']}, clause {answer['clauses'][0] if answer['clauses'] else 'none'}",
        ok=answer["outcome"] == "refused",
        clause=_first(answer["clauses"]),
    )
    say_why(cast.story, answer)
    searched(cast, "nothing was sent")


def consent_given(cast: Cast) -> None:
    """Consent is sought for everything and given for some of it."""
    plot, story = cast.plot, cast.story
    cast.consent = cast.seek(cast.nca, cast.case, plot.told, NOT_TO, PURPOSE, WHY)
    story.tell("consent sought", "The NCA officer", f"asks for consent: {', '.join(plot.told)}")
    question = eventually("the question arrives", lambda: cast.question(cast.consent))
    story.more(f"At its front door {plot.report.organisation} reads: {question['why']}")
    cheats.a_mailbox_taken_over(cast)
    cast.give(cast.consent, plot.consent_to)
    story.tell(
        "consent given",
        plot.report.organisation,
        f"agrees to {', '.join(plot.consent_to)}, and to nothing else",
    )
    eventually("the answer arrives", lambda: cast.answered(cast.nca, cast.consent))
    if plot.withheld:
        answer = cast.ask(cast.nca, cast.case, NOT_TO, PURPOSE, sections=plot.told)
        story.tell(
            "refused as a whole",
            "The officer asks for everything again",
            f"{answer['outcome']}: one item that is not covered refuses all of them",
            ok=answer["outcome"] == "refused",
            clause=_first(answer["clauses"]),
        )


def disclosed(cast: Cast) -> None:
    """Exactly what was agreed to travels, once, and its receipt comes back."""
    plot, story = cast.plot, cast.story
    answer = cast.ask(cast.nca, cast.case, NOT_TO, PURPOSE, sections=plot.consent_to)
    cast.permit_clause = _first(answer["clauses"])
    story.tell(
        "permitted",
        "The officer asks for what was agreed to",
        f"{answer['outcome']}, clause {cast.permit_clause}",
        ok=answer["outcome"] == "permitted",
        clause=cast.permit_clause,
    )
    cast.request = str(answer["request"])
    cast.sent = eventually("the receipt", lambda: _sent(cast.nca, cast.request))
    cast.received = eventually("the ICO opens it", lambda: _received(cast.ico))
    arrived = sorted(each["section"] for each in cast.received)
    story.disclosed = tuple(each for each in plot.told if each in arrived)
    story.withheld = tuple(each for each in plot.told if each not in arrived)
    story.tell(
        "disclosed once",
        "The ICO's node",
        f"holds {', '.join(arrived)}; the NCA has its signed receipt",
        ok=arrived == sorted(plot.consent_to) and cast.sent["attempts"] >= 1,
        clause=cast.permit_clause,
    )
    control(cast)
    searched(cast, "what was withheld is not there")


def seen_by_the_organisation(cast: Cast) -> None:
    """The organisation sees what was passed on, by whom, to whom, under which clause."""
    organisation = cast.plot.report.organisation
    notice = eventually("the notice", lambda: _notice(cast.door, organisation))
    cast.story.tell(
        "seen by the organisation",
        f"{organisation} sees at its front door",
        f"{notice['by']} passed {', '.join(notice['sections'])} to {notice['recipient']} "
        f"(clause {_first(notice['clauses'])})",
        ok=sorted(notice["sections"]) == sorted(cast.plot.consent_to),
        clause=_first(notice["clauses"]),
    )


def withdrawn(cast: Cast) -> None:
    """The organisation takes its yes back; nothing more travels, and what travelled is recalled."""
    plot, story = cast.plot, cast.story
    cast.door.data("consent", "withdraw", cast.consent, "--assurance", "mail")
    eventually("the withdrawal arrives", lambda: cast.answered(cast.nca, cast.consent, "withdrawn"))
    answer = cast.ask(cast.nca, cast.case, NOT_TO, PURPOSE, sections=plot.consent_to)
    story.tell(
        "withdrawn",
        f"{plot.report.organisation} takes its yes back",
        f"asked again, the gate says {answer['outcome']}",
        ok=answer["outcome"] == "refused",
        clause=_first(answer["clauses"]),
    )
    say_why(story, answer)
    eventually("the recall", lambda: _recalled(cast.ico))
    story.tell(
        "recalled", "The ICO's node", "gave up the contents that had come, without being told why"
    )


def searched(cast: Cast, what: str) -> None:
    """Search the ICO's node for anything that it was not to have."""
    plot = cast.plot
    held = plot.report.answers
    theirs = {each for each in held if NOT_TO in plot.report.choices[each]}
    allowed = theirs | set(cast.story.disclosed)
    tokens = [each for each in tokens_of(held) if each.section not in allowed]
    found = search(cast.ico, tokens)
    cast.story.leaks += len(found.found)
    cast.story.tell(
        "searched",
        f"ICO node searched ({what})",
        f"{found.size:,} bytes, {len(found.found)} traces of {len(tokens)} withheld texts",
        ok=not found.found,
    )
    for trace in found.found:
        cast.story.more(f"{trace.token.section}: {trace.form} in {trace.place}")


def control(cast: Cast) -> None:
    """Show that the search can find: what was disclosed is found by it."""
    held = cast.plot.report.answers
    tokens = [each for each in tokens_of(held) if each.section in cast.story.disclosed]
    if not tokens:
        return
    found = search(cast.ico, tokens)
    cast.story.tell(
        "search can find",
        "The same search, for what was disclosed",
        f"finds {len({each.token for each in found.found})} of {len(tokens)} texts",
        ok={each.token for each in found.found} == set(tokens),
    )


def closing_table(cast: Cast) -> None:
    """Say who holds what, under which clause, with which receipt."""
    story, plot = cast.story, cast.plot
    story.say("\nWho holds what in the end:")
    story.say(f"      {'section':<15}{'NCA':<22}{'NCSC':<22}ICO")
    for section in plot.told:
        ncsc = (
            "told by itself, F-1"
            if "NCSC" in plot.report.choices[section]
            else cast.relayed(section)
        )
        ico = "nothing"
        if section in story.disclosed:
            ico = f"{cast.permit_clause}, recalled"
        story.say(f"      {section:<15}{'told by itself, F-1':<22}{ncsc:<22}{ico}")
    story.say(f"      receipt of the ICO for release {cast.sent['release']}")


def verdict(cast: Cast) -> None:
    """Say whether the promise was kept."""
    story = cast.story
    story.say("")
    kept = "kept" if story.went_well else "NOT KEPT"
    stopped = sum(each.stopped for each in story.cheats)
    story.say(
        f"The promise was {kept}: {story.leaks} leaks, {stopped} of {len(story.cheats)} cheats "
        f"stopped, ledgers {'verified' if story.ledgers_verified else 'NOT verified'}."
    )


def say_why(story: Story, answer: dict[str, Any]) -> None:
    """Say a refusal in the gate's own words, with its remedy."""
    for reason in answer["reasons"][:1]:
        story.more(f"the gate: {reason['meaning']}: clause {reason['clause']}, {reason['title']}")
        for why in reason["consent"]:
            story.more(f"          {why}")
    for remedy in answer["remedies"][:1]:
        others = f", and {len(remedy) - 1} more like it" if remedy[1:] else ""
        story.more(f"what would help: {remedy[0]}{others}")
    story.more(f"all that the ICO is told: {answer['external']}")


def _first(clauses: list[str]) -> str:
    return clauses[0] if clauses else ""


def _case(node: RunningNode, count: int) -> str:
    with node.seen().store.reading() as records:
        cases = records.cases.find()
        whole = [each.id for each in cases if len(records.items.find(case=each.id)) >= count]
    return whole[0] if whole else ""


def _sent(node: RunningNode, request_id: str) -> dict[str, Any] | None:
    with node.seen().store.reading() as records:
        wish = records.wishes.get(request_id)
        if wish is None or not wish.release or records.receipts.get(wish.release) is None:
            return None
    return dict(node.data("disclose", "status", request_id))


def _by_itself(node: RunningNode, held: Held) -> bool:
    """Return whether the organisation itself told this body."""
    return any(node.party in each.given_to for each in held.item.label.sources)


def _received(node: RunningNode) -> list[dict[str, str]]:
    with node.seen().store.reading() as records:
        held = [
            each for each in records.items.find() if each.release and not _by_itself(node, each)
        ]
        return [{"section": each.item.section, "digest": each.item.digest} for each in held]


def _recalled(node: RunningNode) -> bool:
    with node.seen().store.reading() as records:
        return bool(records.recalls.find())


def _notice(node: RunningNode, organisation: str) -> dict[str, Any] | None:
    with node.seen().store.reading() as records:
        if not records.notices.find(organisation=organisation):
            return None
    shown = node.data("report", "show", organisation)
    passed = [each for each in shown["notices"] if each["what"] == Kind.DISCLOSED]
    return dict(passed[0]) if passed else None
