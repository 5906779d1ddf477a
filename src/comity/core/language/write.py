"""Write: a condition as text of the language, which reads back as the same condition."""

from comity.core.language.conditions import (
    ALWAYS,
    And,
    Compare,
    Condition,
    Constant,
    FactRef,
    Flag,
    In,
    Is,
    Not,
    Operand,
    Or,
    Within,
)


def written(condition: Condition) -> str:  # noqa: C901, PLR0911 - one case for each kind
    """Return the condition in words; what can never be true is `not any`."""
    match condition:
        case Constant():
            return "any" if condition == ALWAYS else "not any"
        case Flag(fact):
            return fact.name
        case Is(left, right):
            return f"{_operand(left)} is {_operand(right)}"
        case In(left, right):
            return f"{_operand(left)} in {_operand(right)}"
        case Within(left, right):
            return f"{_operand(left)} within {_operand(right)}"
        case Compare(left, right, or_equal):
            return f"{_operand(left)} {'<=' if or_equal else '<'} {_operand(right)}"
        case Not(Is(left, right)):
            return f"{_operand(left)} is not {_operand(right)}"
        case Not(Not() as part):
            return f"not ({written(part)})"
        case Not(part):
            return f"not {_bracketed(part)}"
        case And(parts):
            return " and ".join(_bracketed(part) for part in parts)
        case Or(parts):
            return " or ".join(_bracketed(part) for part in parts)
        case _:
            return f"any source ({written(condition.part)})"


def _bracketed(condition: Condition) -> str:
    """Return a part in brackets where it could otherwise be read in two ways."""
    text = written(condition)
    return f"({text})" if isinstance(condition, And | Or) else text


def _operand(operand: Operand) -> str:
    if isinstance(operand, FactRef):
        return operand.fact.name
    if isinstance(operand.value, frozenset):
        return f"({', '.join(sorted(operand.value))})"
    return str(operand.value)
