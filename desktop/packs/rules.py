"""The one language of rules: routing, matching, stop questions, fees and calculated answers.

A rule is read once by the rule-engine library, against the facts that it may ask. What is not known is UNKNOWN, neither
an error nor false: “and”, “or”, “not” and “? :” follow Kleene's logic of three values here, and everything below them
is worked out by the library only when each fact in it is known (ADR 0010).
"""

from __future__ import annotations

import decimal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Final, Literal

import rule_engine
from rule_engine import ast

from desktop.domain.errors import InvalidInput
from desktop.packs.facts import Fact, FactKind, Facts
from desktop.packs.rule_text import check_text

MOST_TEXT = 100_000
"""Characters of a fact that is a text; more is no answer to a question."""


class Unknown(Enum):
    """The third value."""

    UNKNOWN = "unknown"


_EXACT = decimal.Context(prec=28)
"""Of every sum, whatever the thread's own is."""
UNKNOWN: Final = Unknown.UNKNOWN
Value = bool | Decimal | str | datetime | Literal[Unknown.UNKNOWN]
_TYPES = {
    FactKind.YES_NO: rule_engine.DataType.BOOLEAN,
    FactKind.NUMBER: rule_engine.DataType.FLOAT,
    FactKind.TEXT: rule_engine.DataType.STRING,
    FactKind.TEXTS: rule_engine.DataType.ARRAY(rule_engine.DataType.STRING),
    FactKind.DAY: rule_engine.DataType.DATETIME,
}
_RESULTS = {
    rule_engine.DataType.BOOLEAN: FactKind.YES_NO,
    rule_engine.DataType.FLOAT: FactKind.NUMBER,
    rule_engine.DataType.STRING: FactKind.TEXT,
    rule_engine.DataType.DATETIME: FactKind.DAY,
}
_LITERALS = (ast.BooleanExpression, ast.DatetimeExpression, ast.FloatExpression, ast.StringExpression)
_ARITHMETIC = (ast.AddExpression, ast.SubtractExpression, ast.ArithmeticExpression)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was read. Never changes; any thread may ask it, several at once.

    `kind` is what it gives; `names` are the facts it asks.
    """

    text: str
    kind: FactKind
    names: frozenset[str]
    facts: Mapping[str, Fact] = field(repr=False, compare=False)
    tree: ast.ExpressionBase = field(repr=False, compare=False)

    def evaluate(self, facts: Facts) -> Value:
        """What the rule gives for these facts, or UNKNOWN.

        Raises:
            InvalidInput: a fact is not of its kind, or the sum cannot be done.
        """
        run = _Run(self, facts)
        with decimal.localcontext(_EXACT):
            return run.find_value(self.tree)


def build_rule(text: str, facts: Mapping[str, Fact], *, kind: FactKind | None = None) -> Rule:
    """Reads a rule that may ask these facts; `kind` is what it must give, None for anything.

    Raises:
        InvalidInput: it is no rule, asks a fact that is not there, or gives another kind.
    """
    check_text(text)
    context = rule_engine.Context(
        resolver=_find_fact,
        type_resolver={name: _TYPES[fact.kind] for name, fact in facts.items()},
        default_timezone=UTC,
        decimal_context=_EXACT,
        mapping_attribute_lookup=False,
    )
    try:
        tree = rule_engine.Rule(text, context).statement.expression
    except rule_engine.errors.SymbolResolutionError as error:
        raise _refuse(f"The rule asks “{error.symbol_name}”, which is no fact of this case type.") from error
    except (rule_engine.errors.EngineError, ValueError, ArithmeticError, TypeError) as error:
        raise _refuse("The rule cannot be read. Check its brackets, its words and what it compares.") from error
    _check_logic(tree)
    given = _RESULTS.get(tree.result_type)
    if given is None:
        raise _refuse("The rule gives a list. Write a condition or a calculation.")
    if kind is not None and given is not kind:
        raise _refuse(f"The rule gives a {given.value}, where a {kind.value} is wanted.")
    return Rule(text=text, kind=given, names=frozenset(context.symbols), facts=dict(facts), tree=tree)


def find_missing(tree: ast.ExpressionBase, facts: Facts) -> list[str]:
    """Names under a part of a rule that are not known, in the order in which they stand."""
    return [name for name in dict.fromkeys(find_names(tree)) if facts.get(name) is None]


def find_names(tree: ast.ExpressionBase) -> Iterator[str]:
    """Names of the facts under a part of a rule, from left to right."""
    if isinstance(tree, ast.SymbolExpression):
        yield tree.name
    for part in find_parts(tree):
        yield from find_names(part)


def find_parts(tree: ast.ExpressionBase) -> tuple[ast.ExpressionBase, ...]:
    """What a part of a rule is made of."""
    if isinstance(tree, ast.BinaryExpressionBase):
        return (tree.left, tree.right)
    if isinstance(tree, ast.UnaryExpression):
        return (tree.right,)
    if isinstance(tree, ast.TernaryExpression):
        return (tree.condition, tree.case_true, tree.case_false)
    if isinstance(tree, ast.ContainsExpression):
        return (tree.member, tree.container)
    if isinstance(tree, ast.ArrayExpression) and isinstance(tree.value, list | tuple):
        return tuple(tree.value)
    return ()


def is_logic(tree: ast.ExpressionBase) -> bool:
    """Whether a part is joined by logic, which is done here, rather than worked out by the library."""
    if isinstance(tree, ast.UnaryExpression):
        return tree.type == "not"
    return isinstance(tree, ast.LogicExpression | ast.TernaryExpression)


# ==== reading ====
def _find_fact(facts: Facts, name: str) -> object:
    return facts[name]


def _check_logic(tree: ast.ExpressionBase) -> None:
    """Conditions are joined at the top only, so that each part below is either wholly known or unknown."""
    if not is_logic(tree):
        _check_leaf(tree)
        return
    conditions = find_parts(tree)[:1] if isinstance(tree, ast.TernaryExpression) else find_parts(tree)
    if any(part.result_type is not rule_engine.DataType.BOOLEAN for part in conditions):
        raise _refuse("“and”, “or”, “not” and “?” take conditions only, such as items > 3.")
    if isinstance(tree, ast.TernaryExpression) and tree.case_true.result_type != tree.case_false.result_type:
        raise _refuse("Both outcomes of “? :” must be of one kind.")
    for part in find_parts(tree):
        _check_logic(part)


def _check_leaf(tree: ast.ExpressionBase) -> None:
    if is_logic(tree):
        raise _refuse("“and”, “or”, “not” and “? :” cannot stand inside a sum or a comparison. Put them outside.")
    if isinstance(tree, ast.ComparisonExpression) and tree.left.result_type != tree.right.result_type:
        raise _refuse("The rule compares two things of different kinds, so the answer would always be the same.")
    allowed = (*_LITERALS, *_ARITHMETIC, ast.ArrayExpression, ast.SymbolExpression, ast.UnaryExpression)
    if not isinstance(tree, (*allowed, ast.ComparisonExpression, ast.ContainsExpression)):
        raise _refuse("The rule has something that rules here do not. See “Rules” in the page on packs.")
    if isinstance(tree, ast.ArrayExpression) and not all(isinstance(part, _LITERALS) for part in find_parts(tree)):
        raise _refuse("A list in a rule holds texts or numbers only.")
    for part in find_parts(tree):
        _check_leaf(part)


def _refuse(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, key="rule.meaning", field="rule")


# ==== asking ====
class _Run:
    """One asking of a rule; used by one thread."""

    def __init__(self, rule: Rule, facts: Facts) -> None:
        self._facts = {name: fit_fact(name, rule.facts[name], facts.get(name)) for name in rule.names}

    def find_value(self, tree: ast.ExpressionBase) -> Value:
        if isinstance(tree, ast.LogicExpression):
            return self._join(tree)
        if isinstance(tree, ast.TernaryExpression):
            chosen = self.find_value(tree.condition)
            if chosen is UNKNOWN:
                return UNKNOWN
            return self.find_value(tree.case_true if chosen else tree.case_false)
        if is_logic(tree):
            value = self.find_value(find_parts(tree)[0])
            return UNKNOWN if value is UNKNOWN else not value
        return self._work_out(tree)

    def _join(self, tree: ast.LogicExpression) -> Value:
        """“and” is false and “or” is true as soon as one side is, whatever is not known of the other."""
        decisive = tree.type == "or"
        left = self.find_value(tree.left)
        if left is decisive:
            return decisive
        right = self.find_value(tree.right)
        if right is decisive:
            return decisive
        return UNKNOWN if UNKNOWN in {left, right} else not decisive

    def _work_out(self, tree: ast.ExpressionBase) -> Value:
        if find_missing(tree, self._facts):
            return UNKNOWN
        try:
            value = tree.evaluate(self._facts)
        except (rule_engine.errors.EngineError, ArithmeticError, ValueError) as error:
            raise InvalidInput(
                "A rule of this case type cannot be worked out: it divides by nothing, or a number is too large.",
                key="rule.sum",
                field="rule",
            ) from error
        assert isinstance(value, bool | Decimal | str | datetime)  # noqa: S101 - build_rule lets no other kind through
        return value


_KINDS: Mapping[FactKind, tuple[type, ...]] = {
    FactKind.YES_NO: (bool,),
    FactKind.NUMBER: (int, float, Decimal),
    FactKind.TEXT: (str,),
    FactKind.TEXTS: (tuple, list),
    FactKind.DAY: (date,),
}


def fit_fact(name: str, fact: Fact, value: object) -> FactOrNone:
    """A fact as the library takes it. Raises InvalidInput for one of another kind, without saying its value."""
    if value is None:
        return None
    if not isinstance(value, _KINDS[fact.kind]) or (isinstance(value, bool) and fact.kind is not FactKind.YES_NO):
        raise _misfit(name, fact)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = Decimal(str(value)) if not isinstance(value, int) or abs(value) < 10**15 else Decimal("Infinity")
        if not number.is_finite() or abs(number) >= 10**15:
            raise _misfit(name, fact)
        return number
    if isinstance(value, list | tuple):
        if not all(isinstance(part, str) for part in value) or sum(map(len, value)) > MOST_TEXT:
            raise _misfit(name, fact)
        return tuple(value)
    if isinstance(value, str) and len(value) > MOST_TEXT:
        raise _misfit(name, fact)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value if isinstance(value, bool | str | datetime) else None


FactOrNone = bool | Decimal | str | tuple[str, ...] | datetime | None


def _misfit(name: str, fact: Fact) -> InvalidInput:
    return InvalidInput(f"The {fact.label} is not a {fact.kind.value}.", key="rule.fact", field=name)
