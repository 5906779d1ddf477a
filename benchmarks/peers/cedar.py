"""Cedar, through the package cedarpy.

How it is encoded. The policies are those of `comity.backends.cedar`, in the way that one writes
them first: without asking whether an attribute is there. (`comity agreement export --cedar` asks,
and then no absent fact opens anything.) Each rule becomes one policy, `permit` or `forbid`, with
its id as `@id` and its condition as `when`. Cedar denies by default and a forbid overrides, as
Comity does, so nothing needs to be added for that. All facts are attributes of the context:

    @id("X-1.a") forbid (principal, action, resource) when {
      (["ICO", "NCA"].contains(context.discloser)) && ... && context.identifies_people
      && !(context.personal_data_basis_recorded)
    };

- `x is y` is `==`, `x in (..)` is a set's `contains`, `x within y` is `y.containsAll(x)`.
- `tlp <= x` is a list of the values; an instant is microseconds since 1970.
- Cedar has no quantifier over a set of records, so a rule about *some source of the label* cannot
  be one policy over one request. Each source is a request of its own, and one that is denied
  denies the whole.
- Principal, action and resource are constants, so no entity has to be built for a request.

How it is run. The policies are parsed once into a `PolicySet` and the (empty) entities once into
an `Entities` handle, and both are reused, as cedarpy's documentation recommends for speed. The
sources of one request go in one call of `is_authorized_batch`; `allows_each` passes all requests
in a single call. Cedar takes its context as JSON text, which is made here by `prepare` (cedarpy
makes it itself, a little slower, if it is given a dict). The benchmark times it with and without.

What is left out. Reasons and obligations (Cedar names the policies that decided, and has no
obligations); what would lift a refusal; consent, which arrives here as facts that the gate has to
derive for itself; the schema (with a schema on each call an absent fact is an error instead of a
skipped policy, which is slower still); and the second agreement.
"""

from collections.abc import Sequence
from importlib import import_module
from itertools import islice
from json import dumps
from typing import TypeAlias

from benchmarks.requests import Plain
from comity.backends import cedar
from comity.core.agreement import Agreement

Request: TypeAlias = dict[str, str]


class Cedar:
    """The rules as a parsed policy set, asked about one request at a time."""

    name = "Cedar (cedarpy)"
    form = "named"

    def __init__(self, agreement: Agreement) -> None:
        """Translate and parse the rules."""
        cedarpy = import_module("cedarpy")
        self.text = cedar.policies(agreement, guarded=False)
        self._policies = cedarpy.PolicySet.from_str(self.text)
        self._entities = cedarpy.Entities.from_json_str("[]")
        self._ask = cedarpy.is_authorized_batch

    def prepare(self, plain: Plain) -> list[Request]:
        """Return one request for each source, with its context as JSON text."""
        return [
            {**cedar.REQUEST, "context": dumps(facts, separators=(",", ":"))}
            for facts in plain.each()
        ]

    def allows(self, prepared: list[Request]) -> bool:
        """Return whether no source denies."""
        answers = self._ask(prepared, self._policies, self._entities)
        return all(answer.allowed for answer in answers)

    def allows_each(self, prepared: Sequence[list[Request]]) -> list[bool]:
        """Return the same for many requests, asked in a single call."""
        requests = [request for each in prepared for request in each]
        answers = self._ask(requests, self._policies, self._entities)
        allowed = iter([answer.allowed for answer in answers])
        return [all(tuple(islice(allowed, len(each)))) for each in prepared]
