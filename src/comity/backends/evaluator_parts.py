"""Evaluator parts: what is the same in the evaluator of every agreement, as text.

It is text because it becomes part of a module that runs without this package, on Pythons older than
this package allows. The tests run it; no node does.
"""

HEAD = '''
"""What one agreement permits and forbids, as a Python module that needs nothing else.

It was made from the agreement with this digest; do not change it by hand.

    decision = decide(facts, sources)
    if decision.permitted:
        ...

`facts` is a dict of what is known of the request and `sources` a list with one dict for each source
of the information. A fact that is absent or None is unknown, and nothing that is unknown ever helps
to disclose. A yes-or-no fact is True or False, and whatever else it is counts as unknown. A set is
a list or a set of texts; an instant is a datetime with a time zone or the whole microseconds since
1970. A fact or value that the agreement does not know is a ValueError.

Facts about consent must come from somebody who checked it. This is one agreement: if others govern
or watch the same disclosure, ask each of them, and disclose nothing that one of them forbids.
"""
from collections import namedtuple
from datetime import datetime, timedelta, timezone
from operator import contains, itemgetter

Decision = namedtuple("Decision", "permitted governs permits unknown forbids clauses")
Decision.__doc__ = """What this agreement says of one request.

`permits` are the ids of the permits that hold, `unknown` of those that unknown facts leave open,
`clauses` are those that decided. It only permits what it `governs`, between its own parties.
"""
Forbid = namedtuple("Forbid", "rule clause source certain")
Forbid.__doc__ = """A forbid that fires, or may fire for all that is known (then not `certain`).

`source` is the place in the list of the source that it fires for, or None.
"""


class one_of(tuple):
    """One of these values."""

    def __new__(cls, *values):
        return tuple.__new__(cls, values)


class set_of(one_of):
    """Any of these values, or none."""


YES_OR_NO, NUMBER, INSTANT = "True or False", "a whole number", "an instant"
'''

DECIDE = '''
UNKNOWN = dict.fromkeys(REQUEST)
UNKNOWN_SOURCE = dict.fromkeys(SOURCE)
_case, _cases = itemgetter(*CASE), {}


def _prepared(facts):
    """Return unknown facts, what reads those of a list, the lists, the sets, and the numbers."""
    listed = [name for name in facts if type(facts[name]) is one_of]
    lists = [frozenset(facts[name] + (None,)) for name in listed]
    sets = [(name, frozenset(facts[name])) for name in facts if type(facts[name]) is set_of]
    numbers = [name for name in facts if facts[name] in (NUMBER, INSTANT)]
    reader = itemgetter(*listed) if len(listed) > 1 else lambda known: [known[listed[0]]]
    return dict.fromkeys(facts), reader, lists, sets, numbers


_REQUEST, _SOURCE = _prepared(REQUEST), _prepared(SOURCE)


def decide(facts, sources):
    """Return the decision on one request; whatever has no source is refused."""
    q = _known(facts, _REQUEST)
    told = [_known(each, _SOURCE) for each in sources]
    q.update(PARAMETERS)
    if CHANGING:
        q.update(_parameters(q["now"]))
    governs, permits, forbids = _cases.get(_case(q)) or _of_case(q)
    if not told or not (governs or _watches(told)):
        return Decision(False, governs, (), (), (), ())
    fired, sure, unsure = [], [], []
    for rule, clause, of_request, of_source in forbids:
        truth = of_request(q, told)
        if truth is False:
            continue
        if of_source is None:
            fired.append(Forbid(rule, clause, None, truth is True))
            (unsure if truth is None else sure).append(clause)
            continue
        for place, source in enumerate(told):
            met = of_source(q, source)
            if met is not False:
                certain = truth is True and met is True
                fired.append(Forbid(rule, clause, place, certain))
                (sure if certain else unsure).append(clause)
    hold, unknown, opening, open_ = [], [], [], []
    if governs and q["now"] is not None and q["now"] >= IN_FORCE_FROM:
        for rule, clause, of_request, _ in permits:
            truth = of_request(q, told)
            if truth is True:
                hold.append(rule)
                opening.append(clause)
            elif truth is None:
                unknown.append(rule)
                open_.append(clause)
    decisive = sure + unsure if fired else opening or open_
    return Decision(
        bool(hold) and not fired,
        governs,
        tuple(hold),
        tuple(unknown),
        tuple(fired),
        tuple(decisive if len(decisive) < 2 else dict.fromkeys(decisive)),
    )


def _known(given, prepared):
    """Return every fact, unknown ones as None, each with a value that it can have."""
    unknown, listed, lists, sets, numbers = prepared
    known = unknown.copy()
    known.update(given)
    try:
        if len(known) != len(unknown) or not all(map(contains, lists, listed(known))):
            raise TypeError
        for name in numbers:
            if type(known[name]) is not int and known[name] is not None:
                known[name] = _microseconds(known[name])
        for name, allowed in sets:
            members = known[name]
            if members is not None:
                known[name] = frozenset(members)
                if type(members) is str or not known[name] <= allowed:
                    raise TypeError
    except TypeError:
        raise ValueError("a fact or a value that is unknown here: %r" % (given,)) from None
    return known


def _microseconds(moment):
    """Return an instant as the whole microseconds since 1970."""
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise TypeError
    return (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)


def _watches(told):
    """Return whether a party made, or was given, any of it, for all that is known."""
    return any(
        source["origin"] is None
        or source["origin"] in PARTIES
        or (not source["given_to"] and source["origin"] == ORGANISATION)
        or not PARTIES.isdisjoint(source["given_to"] or ())
        for source in told
    )


def _parameters(now):
    """Return the parameters that change with time, as at an instant."""
    return {
        name: None if now is None else [value for start, value in dated if start <= now][-1]
        for name, dated in CHANGING.items()
    }


def _of_case(q):
    """Return the rules that can matter between these two parties for this kind.

    A rule that is false whatever the other facts are stays false, so it need not be asked again.
    """
    key = _case(q)
    case = dict(UNKNOWN, **PARAMETERS)
    case.update(dict.fromkeys(CHANGING), **dict(zip(CASE, key)))
    governs = case["discloser"] in PARTIES and case["recipient"] in PARTIES
    nobody = UNKNOWN_SOURCE
    permits = [each for each in PERMITS if each[2](case, [nobody]) is not False]
    forbids = [
        each for each in FORBIDS if each[2](case, [nobody]) is not False
        and (each[3] is None or each[3](case, nobody) is not False)
    ]
    _cases[key] = governs, permits, forbids
    return _cases[key]
'''
