"""How an organisation was identified, as a person reads it."""

from comity.core.consent import Identified

IDENTIFIED = {
    Identified.NOT: "nobody has shown it",
    Identified.STATED: "it states a number in a public register; nobody has looked it up",
    Identified.DOMAIN_IN_INCIDENT: (
        "it showed that it controls a domain, but only after it had reported: whoever attacks it "
        "could have done so"
    ),
    Identified.LOOKED_UP: (
        "the front door found the number that it states in the public register; anybody can state "
        "such a number"
    ),
    Identified.DOMAIN: (
        "it showed, before it reported anything, that it controls a domain; which one, only its "
        "report can say"
    ),
}
"""What each word means, in words."""
