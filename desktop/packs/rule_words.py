"""Why a rule gives what it gives, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rule_engine import ast

from desktop.packs.facts import Fact, FactKind, Facts
from desktop.packs.rules import UNKNOWN, Rule, Value, find_missing, find_parts, is_logic

_WORDS = {
    "eq": "is",
    "ne": "is not",
    "gt": "is more than",
    "ge": "is at least",
    "lt": "is less than",
    "le": "is at most",
}
_DAY_WORDS = {"gt": "is after", "ge": "is on or after", "lt": "is before", "le": "is on or before"}
_OPPOSITE = {"eq": "ne", "ne": "eq", "gt": "le", "le": "gt", "ge": "lt", "lt": "ge"}
_SIGNS = {"add": "+", "sub": "−", "mul": "×", "tdiv": "÷", "fdiv": "whole ÷", "mod": "rest of ÷"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule gave. `because` is a sentence without its full stop; `missing` are names of facts not known."""

    value: Value
    because: str
    missing: tuple[str, ...] = ()


def ask(rule: Rule, facts: Facts) -> Answer:
    """Asks a rule and says why: “unknown, because the age is not known”.

    Raises:
        InvalidInput: as `Rule.evaluate`.
    """
    value = rule.evaluate(facts)
    parts = list(_find_decisive(rule, rule.tree, facts))
    if value is UNKNOWN:
        missing = tuple(dict.fromkeys(name for part, _ in parts for name in find_missing(part, facts)))
        return Answer(value, f"unknown, because {_say_missing(missing, rule.facts)}", missing)
    reasons = join_words([_say_part(part, rule.facts, facts, told=told) for part, told in parts])
    if isinstance(value, bool):
        return Answer(value, f"{'yes' if value else 'no'}, because {reasons}")
    return Answer(value, f"{say_value(value)}, from {reasons}")


def describe(rule: Rule) -> str:
    """The rule itself in plain words, without any facts."""
    return _describe(rule.tree, rule.facts)


def say_value(value: object) -> str:
    """A value as an officer reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, tuple | list):
        return join_words([say_value(part) for part in value], last="or")
    return f"“{value}”"


def join_words(words: Iterable[str], *, last: str = "and") -> str:
    """`a, b and c`."""
    listed = list(dict.fromkeys(words))
    return f" {last} ".join(filter(None, [", ".join(listed[:-1]), *listed[-1:]])) or "nothing"


def _say_missing(missing: tuple[str, ...], facts: Mapping[str, Fact]) -> str:
    return f"the {join_words(facts[name].label for name in missing)} {'is' if len(missing) == 1 else 'are'} not known"


def _find_decisive(rule: Rule, tree: ast.ExpressionBase, facts: Facts) -> list[tuple[ast.ExpressionBase, Value]]:
    """The parts that made the answer what it is, each with what it gave."""
    value = _part(rule, tree).evaluate(facts)
    if not is_logic(tree):
        return [(tree, value)]
    parts = find_parts(tree)
    if isinstance(tree, ast.TernaryExpression):
        chosen = _part(rule, tree.condition).evaluate(facts)
        found = _find_decisive(rule, tree.condition, facts)
        if chosen is UNKNOWN:
            return found
        result = _find_decisive(rule, tree.case_true if chosen else tree.case_false, facts)
        return result if value is UNKNOWN else [*found, *result]
    if isinstance(tree, ast.LogicExpression):
        given = [(part, _part(rule, part).evaluate(facts)) for part in parts]
        same = [part for part, gave in given if gave is value]
        decided_by_one = value is (tree.type == "or")
        parts = tuple(same[:1] if decided_by_one else same)
    return [leaf for part in parts for leaf in _find_decisive(rule, part, facts)]


def _part(rule: Rule, tree: ast.ExpressionBase) -> Rule:
    return Rule(text=rule.text, kind=rule.kind, names=rule.names, facts=rule.facts, tree=tree)


# ==== words ====
def _say_part(tree: ast.ExpressionBase, labels: Mapping[str, Fact], facts: Facts, *, told: Value) -> str:
    said = _describe(tree, labels, opposite=told is False)
    known = [
        f"the {labels[name].label} is {say_value(_plain(facts.get(name)))}"
        for name in _find_told(tree, opposite=told is False)
        if labels[name].kind is not FactKind.YES_NO
    ]
    if not isinstance(told, bool):
        return join_words(known) if known else said
    return f"{said} ({join_words(known)})" if known else said


def _plain(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _find_told(tree: ast.ExpressionBase, *, opposite: bool = False) -> list[str]:
    """Facts whose value says more than the sentence does: not those that are compared with “is”."""
    if isinstance(tree, ast.ComparisonExpression) and tree.type == ("ne" if opposite else "eq"):
        return []
    names = [tree.name] if isinstance(tree, ast.SymbolExpression) else []
    for part in find_parts(tree):
        names += _find_told(part)
    return list(dict.fromkeys(names))


def _describe(tree: ast.ExpressionBase, labels: Mapping[str, Fact], *, opposite: bool = False) -> str:
    if isinstance(tree, ast.LogicExpression):
        return _describe_logic(tree, labels, opposite=opposite)
    if isinstance(tree, ast.TernaryExpression):
        then, other = _describe(tree.case_true, labels), _describe(tree.case_false, labels)
        return f"{then} if {_describe(tree.condition, labels)}, else {other}"
    if isinstance(tree, ast.UnaryExpression):
        inner = _describe(tree.right, labels, opposite=not opposite)
        return inner if tree.type == "not" else f"minus {_describe(tree.right, labels)}"
    if isinstance(tree, ast.ComparisonExpression):
        return _describe_comparison(tree, labels, opposite=opposite)
    if isinstance(tree, ast.ContainsExpression):
        within = "is" if isinstance(tree.container, ast.ArrayExpression) else "is in"
        verb = f"{within.replace('is', 'is not', 1)}" if opposite else within
        return f"{_describe(tree.member, labels)} {verb} {_describe(tree.container, labels)}"
    return _describe_value(tree, labels, opposite=opposite)


def _describe_logic(tree: ast.LogicExpression, labels: Mapping[str, Fact], *, opposite: bool) -> str:
    """“not (a and b)” is told as “not a or not b”; mixed “and” and “or” keep their brackets."""
    word = {"and": "or", "or": "and"}[tree.type] if opposite else tree.type
    said = []
    for part in find_parts(tree):
        text = _describe(part, labels, opposite=opposite)
        within = part.right if isinstance(part, ast.UnaryExpression) else part
        same = isinstance(part, ast.LogicExpression) and part.type == tree.type
        joined = isinstance(within, ast.LogicExpression | ast.TernaryExpression)
        said.append(f"({text})" if joined and not same else text)
    return f" {word} ".join(said)


def _bracket(tree: ast.ExpressionBase, labels: Mapping[str, Fact]) -> str:
    text = _describe(tree, labels)
    return f"({text})" if isinstance(tree, ast.BinaryExpressionBase) else text


def _describe_value(tree: ast.ExpressionBase, labels: Mapping[str, Fact], *, opposite: bool) -> str:
    if isinstance(tree, ast.SymbolExpression):
        fact = labels[tree.name]
        return (
            f"“{fact.label}” is {'no' if opposite else 'yes'}" if fact.kind is FactKind.YES_NO else f"the {fact.label}"
        )
    if isinstance(tree, ast.BinaryExpressionBase):
        return f" {_SIGNS[tree.type]} ".join(_bracket(part, labels) for part in find_parts(tree))
    if isinstance(tree, ast.ArrayExpression):
        return join_words([_describe(part, labels) for part in find_parts(tree)], last="or")
    return say_value(getattr(tree, "value", ""))


def _describe_comparison(tree: ast.ComparisonExpression, labels: Mapping[str, Fact], *, opposite: bool) -> str:
    kind = _OPPOSITE[tree.type] if opposite else tree.type
    both = (tree.left, tree.right)
    days = any(isinstance(part, ast.DatetimeExpression) for part in both) or any(
        isinstance(part, ast.SymbolExpression) and labels[part.name].kind is FactKind.DAY for part in both
    )
    words = (_DAY_WORDS if days else _WORDS).get(kind, _WORDS[kind])
    return f"{_describe(tree.left, labels)} {words} {_describe(tree.right, labels)}"
