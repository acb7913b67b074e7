"""`knit plugins check`: every finding about a plugin, collected and not thrown; works on any folder.

Reads the code as a syntax tree; only the check of signatures imports the plugin.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from desktop.adapters.api import EXTRAS, PROTOCOLS, Checked
from desktop.adapters.code_checks import (
    CodeFile,
    Finding,
    check_banned,
    check_errors,
    check_hosts,
    check_imports,
    check_layers,
    load_code,
)
from desktop.adapters.loader import PluginFolders
from desktop.adapters.manifest import FILE, Manifest, load_manifest
from desktop.adapters.quality import check_quality
from desktop.domain.errors import SetupFailed

FILES = ("__init__.py", "adapter.py", "client.py", "mapping.py", "quality.toml")
"""What every plugin folder has besides its manifest."""

CodeCheck = Callable[[Manifest, tuple[CodeFile, ...]], Iterator[Finding]]
_CODE_CHECKS: tuple[CodeCheck, ...] = (check_imports, check_banned, check_layers, check_errors, check_hosts)


def check_plugins(folders: Iterable[Path]) -> list[Finding]:
    """Every finding of plugin folders, or of folders that hold plugin folders."""
    findings: list[Finding] = []
    for folder in folders:
        plugins = [folder] if (folder / FILE).is_file() else sorted(file.parent for file in folder.glob(f"*/{FILE}"))
        if not plugins:
            findings.append(Finding("folder", folder.name, f"There is no plugin in {folder}."))
        for plugin in plugins:
            findings += check_plugin(plugin)
    return findings


def check_plugin(folder: Path) -> list[Finding]:
    """Every finding of one plugin folder."""
    folder = folder.resolve()
    read = load_manifest(folder)
    findings = [
        Finding("manifest", folder.name, f"{f.file.name}: {f.field}: {f.message}".replace(": : ", ": "))
        for f in read.findings
    ]
    findings += [
        Finding("files", folder.name, f"{name} is missing.") for name in FILES if not (folder / name).is_file()
    ]
    code, broken = load_code(folder)
    findings += broken
    findings += check_quality(folder, code, read.manifest)
    if read.manifest is not None:
        for check in _CODE_CHECKS:
            findings += check(read.manifest, code)
        if not findings:
            findings += check_signatures(folder, read.manifest)
    return findings


# ==== signatures ====


def check_signatures(folder: Path, manifest: Manifest) -> list[Finding]:
    """Whether the adapter's class has the methods of its capabilities, with the protocol's names and types.

    Imports the plugin, so it runs last and only where nothing else was found.
    """
    try:
        kind = PluginFolders([folder.parent]).load_class(manifest.id)
    except SetupFailed as error:
        return [Finding("entry", manifest.id, error.title)]
    findings: list[Finding] = list(_check_method(kind, "component", Checked, "check", manifest.id))
    for capability in manifest.capabilities:
        if capability not in PROTOCOLS:
            findings.append(Finding("capability", manifest.id, f"This Knit has no protocol for {capability} yet."))
            continue
        part = _find_part(kind, capability)
        findings += _check_attributes(part, capability, manifest.id)
        for protocol in (PROTOCOLS[capability], *EXTRAS.get(capability, ())):
            names = [n for n, f in vars(protocol).items() if inspect.isfunction(f) and not n.startswith("_")]
            if protocol is PROTOCOLS[capability] or all(hasattr(part, name) for name in names):
                for name in names:
                    findings += _check_method(part, capability, protocol, name, manifest.id)
    return findings


def _find_part(kind: type, capability: str) -> type:
    """The class that offers a capability: that of the attribute named for it, else the adapter's own."""
    try:
        found = typing.get_type_hints(kind).get(capability)
    except NameError:
        found = None
    return found if isinstance(found, type) else kind


def _check_attributes(kind: type, capability: str, plugin: str) -> Iterator[Finding]:
    """Attributes that a protocol asks for besides its methods."""
    for name, hint in typing.get_type_hints(PROTOCOLS[capability]).items():
        value = getattr(kind, name, None)
        if not isinstance(value, hint):
            yield Finding("signature", plugin, f"{kind.__name__} needs {name} of type {hint.__name__} ({capability}).")


def _check_method(kind: type, capability: str, protocol: type, name: str, plugin: str) -> Iterator[Finding]:
    where = f"{kind.__name__}.{name}"
    function = getattr(kind, name, None)
    if not inspect.isfunction(function):
        yield Finding("signature", plugin, f"{where} is missing ({capability}).")
        return
    expected = inspect.signature(getattr(protocol, name))
    found = inspect.signature(function)
    if _shape(expected) != _shape(found):
        yield Finding("signature", plugin, f"{where} has other arguments or defaults than {capability} asks for.")
        return
    wanted = typing.get_type_hints(getattr(protocol, name))
    try:
        given = typing.get_type_hints(function)
    except NameError as error:
        yield Finding("signature", plugin, f"{where}: a type in its signature is not imported: {error}.")
        return
    for argument, hint in wanted.items():
        if given.get(argument) != hint:
            yield Finding("signature", plugin, f"{where}: {argument} is not annotated as {capability} asks for.")


def _shape(signature: inspect.Signature) -> list[tuple[str, object, object]]:
    return [(p.name, p.kind, p.default) for p in signature.parameters.values()]
