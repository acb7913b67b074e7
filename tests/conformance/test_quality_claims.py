"""What plugins claim in `quality.toml`, held to what there is: in their code, in their manifests and in these tests."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from desktop.adapters.checks import check_plugin
from desktop.adapters.quality import RULES, TIERS, find_missing, find_tier
from desktop.adapters.skeleton import write_skeleton
from desktop.sandbox.dialects import dialects
from tests.helpers.adapters import REPOSITORY
from tests.helpers.conformance_drivers import load_drivers
from tests.helpers.plugin_parts import PLUGINS, load_parts

REAL = "\n".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "tests" / "real").glob("test_*.py"))
SHOWN = {
    "contract": {parts.__name__.split(".")[2] for parts in load_parts("contract")},
    "mutations": {driver.plugin for driver in load_drivers()}
    | {parts.__name__.split(".")[2] for parts in load_parts("driver") if getattr(parts, "MAPPINGS", ())},
    "training": {dialect.plugin for dialect in dialects()},
    "real-server": set(re.findall(r'^HELD = "(\w+)"', REAL, re.MULTILINE)),
}
"""The plugins of which these tests show that a rule is met."""


def read_status(plugin: str, rule: str) -> str:
    text = (REPOSITORY / "plugins" / plugin / "quality.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["rules"][rule]["status"])


@pytest.mark.parametrize("rule", sorted(SHOWN))
@pytest.mark.parametrize("plugin", PLUGINS)
def test_what_is_claimed_is_what_these_tests_show(plugin: str, rule: str) -> None:
    assert (read_status(plugin, rule) == "done") == (plugin in SHOWN[rule])


def test_every_rule_is_of_one_tier() -> None:
    assert sorted(RULES) == sorted(rule for rules in TIERS.values() for rule in rules)


def copy_plugin(tmp_path: Path, plugin: str, rule: str, status: str) -> Path:
    """A plugin with another claim, in a folder of its own."""
    folder = tmp_path / plugin
    shutil.copytree(REPOSITORY / "plugins" / plugin, folder)
    file = folder / "quality.toml"
    claim = f'[rules.{rule}]\nstatus = "{status}"\n' + ('reason = "So it is."\n' if status != "done" else "")
    text = re.sub(rf'\[rules\.{rule}\]\nstatus = "\w+"\n(reason = ".*"\n)?', claim, file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("plugin", "rule", "status", "said"),
    [
        ("open311", "lost-answers", "exempt", "cannot be exempt from lost-answers"),
        ("govuk_pay", "read-back", "exempt", "cannot be exempt from read-back"),
        ("os_places", "secrets-in-headers", "exempt", "cannot be exempt from secrets-in-headers"),
        ("police_uk", "attribution", "exempt", "cannot be exempt from attribution"),
        ("police_uk", "real-server", "exempt", "cannot be exempt from real-server"),
        ("smtp_mail", "read-back", "exempt", "cannot be exempt from read-back"),
        ("police_uk", "read-back", "done", "claims read-back, and the code shows nothing"),
        ("open311", "attribution", "done", "claims attribution, and the manifest has no such text"),
        ("open311", "paging", "soon", "paging is 'soon'"),
    ],
)
def test_a_claim_that_does_not_hold_is_found(tmp_path: Path, plugin: str, rule: str, status: str, said: str) -> None:
    (finding,) = check_plugin(copy_plugin(tmp_path, plugin, rule, status))
    assert finding.check == "quality"
    assert said in finding.message


def test_a_missing_rule_ends_the_tiers_below_its_own(tmp_path: Path) -> None:
    folder = copy_plugin(tmp_path, "ogc_features", "paging", "missing")
    assert (find_tier(folder), find_missing(folder)) == ("bronze", ("paging",))


def test_a_plugin_that_is_not_written_yet_has_no_tier(tmp_path: Path) -> None:
    folder = write_skeleton("far_new", into=tmp_path, capability="cases")
    assert (find_tier(folder), len(find_missing(folder))) == ("", len(RULES))
