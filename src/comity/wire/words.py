"""Words: the fingerprint of a public key, for two people to compare on the telephone.

The first 128 bits of the key's SHA-256, sixteen at a time, each as a word of five letters that
can be spoken: consonant, vowel, consonant, vowel, consonant.

Source: D. S. Wilkerson, "A Proposal for Proquints", arXiv 0901.4016.
"""

import re
from hashlib import sha256

from comity.core.terms import Code, InputError, Place

CONSONANTS = "bdfghjklmnprstvz"
VOWELS = "aiou"
WORDS = 8
WORD_BYTES = 2
MOST_SAID = 1_000

BETWEEN = re.compile(r"[\s\u002d\u2010-\u2015\u2212.,;_]+")
"""What people put between words: spaces, hyphens, dashes, a comma."""


def words(public: bytes) -> str:
    """Return the eight words of a public key, with hyphens between them."""
    return proquints(sha256(public).digest()[: WORDS * WORD_BYTES])


def same_words(given: str, public: bytes) -> None:
    """Return if these are the words of the key. Case and what stands between words do not count.

    Raises:
        InputError: they are not.
    """
    if len(given) > MOST_SAID:
        raise _differ(f"a key has {WORDS} words; many more were given")
    found = [each for each in BETWEEN.split(given.lower()) if each]
    wanted = words(public).split("-")
    if len(found) != WORDS:
        raise _differ(f"a key has {WORDS} words; {len(found)} were given")
    differing = [str(i + 1) for i in range(WORDS) if found[i] != wanted[i]]
    if differing:
        raise _differ(f"these are not the words of this key; different: {', '.join(differing)}")


def proquints(data: bytes) -> str:
    """Return an even number of bytes as words."""
    pairs = (data[i : i + WORD_BYTES] for i in range(0, len(data), WORD_BYTES))
    return "-".join(_word(int.from_bytes(pair, "big")) for pair in pairs)


def _word(bits: int) -> str:
    """Return sixteen bits as four, two, four, two and four of them, each a letter."""
    return (
        CONSONANTS[bits >> 12]
        + VOWELS[bits >> 10 & 3]
        + CONSONANTS[bits >> 6 & 15]
        + VOWELS[bits >> 4 & 3]
        + CONSONANTS[bits & 15]
    )


def _differ(message: str) -> InputError:
    return InputError(
        Code.UNKNOWN_VALUE,
        message,
        at=Place(name="the words"),
        advice="do not pin this key; call the other side on a number you know and compare again",
    )
