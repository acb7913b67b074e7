"""The claims of `quality.toml`: each rule is done, or exempt with a reason; what can be seen in the code is checked."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop.adapters.code_checks import CodeFile, Finding

FILE = "quality.toml"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; `seen` tells from the code whether a claim that it is done holds, None where code cannot show it."""

    about: str
    seen: Callable[[tuple[CodeFile, ...]], bool] | None = None


def _names(code: tuple[CodeFile, ...]) -> set[str]:
    """Every name and attribute that the code uses."""
    found: set[str] = set()
    for file in code:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.FunctionDef | ast.alias):
                found.add(node.name)
    return found


def _uses(*names: str) -> Callable[[tuple[CodeFile, ...]], bool]:
    return lambda code: bool(_names(code) & set(names))


RULES: Mapping[str, Rule] = {
    "odd-values": Rule("Null, absent, empty, a list for one value and unknown fields are read.", _uses("read_text")),
    "own-words": Rule("A state that is not known keeps the component's own word and gets a sensible phase."),
    "typed-errors": Rule("Every refusal becomes one of our errors.", _uses("build_refusal", "read_good")),
    "other-bodies": Rule("HTML and broken bodies become BadResponse.", _uses("build_bad_response", "parse_json")),
    "paging": Rule("Lists come page by page, and a server that repeats a page does not go on for ever.", _uses("Page")),
    "lost-answers": Rule("A write whose answer is lost becomes OutcomeUnknown.", _uses("build_outcome_unknown")),
    "read-back": Rule(
        "Whether an earlier write was carried out can be found out.",
        _uses("find_created", "find_made", "find_sent", "key_lifetime"),
    ),
    "secrets-in-headers": Rule("Secrets go in headers or bodies, not in addresses.", _uses("secrets")),
    "contract": Rule("Every payload of the published contract is mapped or refused in a test."),
    "attribution": Rule("The texts that the data's licence asks for are in the manifest."),
    "mutations": Rule(
        "No damaged payload lets an exception out that is not ours, in thousands of tries for each mapping."
    ),
    "real-server": Rule("It was run against a server of its kind that nobody here wrote."),
}


TIERS: Mapping[str, frozenset[str]] = {
    "bronze": frozenset({"odd-values", "typed-errors", "other-bodies"}),
    "silver": frozenset({"own-words", "paging", "lost-answers", "secrets-in-headers"}),
    "gold": frozenset({"read-back", "contract", "attribution"}),
    "platinum": frozenset({"mutations", "real-server"}),
}
"""The rules that each tier adds to the ones below it. A rule from which a plugin is exempt counts as met."""


def find_tier(folder: Path) -> str:
    """The highest tier whose rules, and those below, are all met; "" for none."""
    try:
        claims = tomllib.loads((folder / FILE).read_text(encoding="utf-8")).get("rules", {})
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return ""
    reached = ""
    for tier, rules in TIERS.items():
        if not all(claims.get(rule, {}).get("status") in {"done", "exempt"} for rule in rules):
            break
        reached = tier
    return reached


class _Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    status: str
    reason: str = ""


def check_quality(folder: Path, code: tuple[CodeFile, ...], *, attribution: str) -> list[Finding]:
    """Findings about a plugin's claims."""
    file = folder / FILE
    if not file.is_file():
        return []  # the check of files says so
    try:
        claims = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")).get("rules", {}), dict[str, _Claim])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        return [Finding("quality", folder.name, f"{FILE} cannot be read: {error}.")]
    return list(_check_claims(folder.name, claims, code, attribution=attribution))


def _check_claims(
    plugin: str, claims: Mapping[str, _Claim], code: tuple[CodeFile, ...], *, attribution: str
) -> Iterator[Finding]:
    for name in claims.keys() - RULES.keys():
        yield Finding("quality", plugin, f"There is no rule {name}. Rules: {', '.join(RULES)}.")
    for name, rule in RULES.items():
        claim = claims.get(name)
        if claim is None:
            yield Finding("quality", plugin, f"It says nothing of {name}: {rule.about}")
        elif claim.status == "exempt":
            if not claim.reason.strip():
                yield Finding("quality", plugin, f"It is exempt from {name} without a reason.")
        elif claim.status != "done":
            yield Finding("quality", plugin, f"{name} is {claim.status!r}; it must be done or exempt.")
        elif rule.seen is not None and not rule.seen(code):
            yield Finding("quality", plugin, f"It claims {name}, and the code shows nothing of it.")
        elif name == "attribution" and not attribution:
            yield Finding("quality", plugin, "It claims attribution, and the manifest has no such text.")
