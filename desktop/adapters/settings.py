"""A component's settings and secrets, held against its plugin's manifest."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

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


def check_secrets(manifest: Manifest, given: Mapping[str, str], *, subject: str) -> None:
    """Raises SetupFailed where a required secret is missing."""
    for name, spec in manifest.secrets.items():
        if spec.required and not given.get(name):
            raise _wrong(manifest, subject, f"the secret {name} ({spec.label}) is missing", spec.hint)


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
