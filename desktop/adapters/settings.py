"""A component's settings and secrets, held against its plugin's manifest."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from desktop.adapters.manifest import Manifest
from desktop.domain.errors import SetupFailed


def build_settings(manifest: Manifest, given: Mapping[str, str], *, subject: str) -> dict[str, str]:
    """The settings an adapter gets: the manifest's names only, with its defaults for those not given or empty.

    Raises:
        SetupFailed: one that is required is missing, or one does not match its pattern. Names it, never its value.
    """
    settings: dict[str, str] = {}
    for name, spec in manifest.settings.items():
        value = given.get(name, "").strip() or spec.default
        if spec.required and not value:
            raise _wrong(manifest, subject, f"the setting {name} ({spec.label}) is missing", spec.hint)
        if value and spec.pattern and not re.fullmatch(spec.pattern, value):
            raise _wrong(manifest, subject, f"the setting {name} ({spec.label}) is not in the right form", spec.hint)
        settings[name] = value
    return settings


@dataclass(frozen=True, slots=True)
class SecretLack:
    """A secret that is missing: its name, what it is called, and what to do."""

    name: str
    label: str
    hint: str


def find_secret_lacks(manifest: Manifest, there: Collection[str]) -> list[SecretLack]:
    """What is missing among the secrets: each that is required, the rest of a set that was begun, or a set at all."""
    specs = manifest.secrets
    lacks = [SecretLack(n, spec.label, spec.hint) for n, spec in specs.items() if spec.required and n not in there]
    for one in manifest.secret_sets:
        missing = [name for name in one if name not in there]
        if 0 < len(missing) < len(one):
            begun = " and ".join(specs[name].label for name in one if name not in missing)
            lacks += [SecretLack(n, specs[n].label, f"{begun} is given: enter both, or neither.") for n in missing]
    if manifest.secret_sets and not lacks and not any(set(one) <= set(there) for one in manifest.secret_sets):
        ways = ", or ".join(" and ".join(specs[name].label for name in one) for one in manifest.secret_sets)
        lacks.append(SecretLack(manifest.secret_sets[0][0], ways, "One of these is enough."))
    return lacks


def check_secrets(manifest: Manifest, given: Mapping[str, str], *, subject: str) -> None:
    """Raises SetupFailed where a secret is missing: names it, never its value."""
    for lack in find_secret_lacks(manifest, [name for name, value in given.items() if value]):
        raise _wrong(manifest, subject, f"the secret {lack.name} ({lack.label}) is missing", lack.hint)


def find_unnamed(names: Collection[str], given: Collection[str]) -> tuple[str, ...]:
    """Settings or secrets that were given and that the manifest does not name."""
    return tuple(sorted(set(given) - set(names)))


def _wrong(manifest: Manifest, subject: str, what: str, hint: str) -> SetupFailed:
    return SetupFailed(
        f"{manifest.name} cannot be used: {what}.",
        hint or "Set it in the settings of the component.",
        key="plugin.settings",
        subject=subject,
    )
