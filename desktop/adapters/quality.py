"""The claims of `quality.toml`: each rule is done; exempt, where it cannot apply; or missing, with a reason.

What can be seen in the code and the manifest is checked here, the rest by tests/conformance/test_quality_claims.py.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop.adapters.code_checks import CodeFile, Finding
from desktop.adapters.manifest import Manifest

FILE = "quality.toml"


Code = tuple[CodeFile, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        about: what it asks for.
        seen: tells from the code whether a claim that it is done holds, None where code cannot show it.
        applies: tells whether a plugin can meet or miss it at all, so that only others may be exempt; None where that
            cannot be seen.
    """

    about: str
    seen: Callable[[Code], bool] | None = None
    applies: Callable[[Manifest, Code], bool] | None = None


def _names(code: Code) -> set[str]:
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


def _uses(*names: str) -> Callable[[Code], bool]:
    return lambda code: bool(_names(code) & set(names))


def _offers(*capabilities: str) -> Callable[[Manifest, Code], bool]:
    return lambda manifest, _code: bool(set(manifest.capabilities) & set(capabilities))


def _speaks_http(_manifest: Manifest, code: Code) -> bool:
    return "http" in _names(code)


def _keeps_secrets(manifest: Manifest, code: Code) -> bool:
    return bool(manifest.secrets) and _speaks_http(manifest, code)


def _always(_manifest: Manifest, _code: Code) -> bool:
    return True


_WRITES = _offers("cases", "payments", "messages", "referrals", "documents", "team")
_MAKES = _offers("cases", "payments", "messages", "referrals", "team")
"""Documents are left out: the same bytes put twice under one name are one document."""
_HAS_STATES = _offers("cases", "payments", "messages", "referrals")
_HAS_OPEN_DATA = _offers("addresses", "map_layers", "directory", "insight")

RULES: Mapping[str, Rule] = {
    "odd-values": Rule(
        "Null, absent, empty, a list for one value and unknown fields are read.", _uses("read_text"), _speaks_http
    ),
    "own-words": Rule(
        "A state that is not known keeps the component's own word and gets a sensible phase.", None, _HAS_STATES
    ),
    "typed-errors": Rule("Every refusal becomes one of our errors.", _uses("build_refusal", "read_good"), _speaks_http),
    "other-bodies": Rule(
        "HTML and broken bodies become BadResponse.", _uses("build_bad_response", "parse_json"), _speaks_http
    ),
    "diagnosis": Rule("The connection test asks something cheap and says what it learnt.", _uses("Diagnosis"), _always),
    "paging": Rule("Lists come page by page, and a server that repeats a page does not go on for ever.", _uses("Page")),
    "lost-answers": Rule(
        "A write whose answer is lost becomes OutcomeUnknown.", _uses("build_outcome_unknown", "mail"), _WRITES
    ),
    "read-back": Rule(
        "Whether an earlier write was carried out can be found out.",
        _uses("find_created", "find_made", "find_sent", "key_lifetime"),
        _MAKES,
    ),
    "secrets-in-headers": Rule("Secrets go in headers or bodies, not in addresses.", _uses("secrets"), _keeps_secrets),
    "contract": Rule("Every payload of the published contract is mapped or refused in a test."),
    "attribution": Rule(
        "The texts that the data's licence asks for are in the manifest, or set for each component.",
        None,
        _HAS_OPEN_DATA,
    ),
    "mutations": Rule(
        "No damaged payload lets an exception out that is not ours, in thousands of tries for each mapping.",
        None,
        _speaks_http,
    ),
    "training": Rule("The training town has a component that answers in its dialect.", None, _always),
    "real-server": Rule("It was run against a server of its kind that nobody here wrote.", None, _always),
}


TIERS: Mapping[str, frozenset[str]] = {
    "bronze": frozenset({"odd-values", "typed-errors", "other-bodies", "diagnosis"}),
    "silver": frozenset({"own-words", "paging", "lost-answers", "secrets-in-headers", "attribution"}),
    "gold": frozenset({"read-back", "contract", "mutations"}),
    "platinum": frozenset({"training", "real-server"}),
}
"""The rules that each tier adds to the ones below it. A rule from which a plugin is exempt counts as met, a missing one never."""


def find_tier(folder: Path) -> str:
    """The highest tier whose rules, and those below, are all met; "" for none."""
    missing = find_missing(folder)
    reached = ""
    for tier, rules in TIERS.items():
        if rules & set(missing):
            break
        reached = tier
    return reached


def find_missing(folder: Path) -> tuple[str, ...]:
    """The rules that a plugin does not meet, by its own claims; all where they cannot be read."""
    try:
        claims = tomllib.loads((folder / FILE).read_text(encoding="utf-8")).get("rules", {})
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        claims = {}
    return tuple(rule for rule in RULES if claims.get(rule, {}).get("status") not in {"done", "exempt"})


class _Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    status: str
    reason: str = ""


def check_quality(folder: Path, code: Code, manifest: Manifest | None) -> list[Finding]:
    """Findings about a plugin's claims."""
    file = folder / FILE
    if not file.is_file():
        return []  # the check of files says so
    try:
        claims = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")).get("rules", {}), dict[str, _Claim])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        return [Finding("quality", folder.name, f"{FILE} cannot be read: {error}.")]
    told = [f"There is no rule {name}. Rules: {', '.join(RULES)}." for name in claims.keys() - RULES.keys()]
    told += [said for name in RULES if (said := _check_claim(name, claims.get(name), code, manifest))]
    return [Finding("quality", folder.name, sentence) for sentence in told]


def _check_claim(name: str, claim: _Claim | None, code: Code, manifest: Manifest | None) -> str:
    """What is wrong with a claim, "" where nothing is."""
    rule = RULES[name]
    if claim is None:
        return f"It says nothing of {name}: {rule.about}"
    if claim.status not in {"done", "exempt", "missing"}:
        return f"{name} is {claim.status!r}; it must be done, exempt or missing."
    if claim.status != "done" and not claim.reason.strip():
        return f"{name} is {claim.status} without a reason."
    if claim.status == "exempt" and manifest is not None and rule.applies and rule.applies(manifest, code):
        return f"It cannot be exempt from {name}, which it could meet: say done or missing."
    if claim.status == "done" and rule.seen is not None and not rule.seen(code):
        return f"It claims {name}, and the code shows nothing of it."
    if claim.status == "done" and name == "attribution" and manifest is not None and not _names_licence(manifest):
        return "It claims attribution, and the manifest has no such text or setting."
    return ""


def _names_licence(manifest: Manifest) -> bool:
    return bool(manifest.attribution) or "attribution" in manifest.settings
