"""`knit call` and `knit plugins`: the adapters from the command line, with no profile and no keyring.

Exit codes: 0 done, 2 bad input, 3 the adapter's error. Results go to `out` as JSON, errors and warnings to `err`.
"""

from __future__ import annotations

import argparse
import getpass
import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, TextIO

from typing_extensions import override

from desktop.adapters.api import Page
from desktop.adapters.building import build_adapter
from desktop.adapters.calling import Method, call_typed, decode_arguments, encode_result, get_method, is_text
from desktop.adapters.checks import check_plugins
from desktop.adapters.code_checks import Finding
from desktop.adapters.faults import encode_error
from desktop.adapters.heard import hearing
from desktop.adapters.limits import call_scope
from desktop.adapters.loader import PluginFolders, find_roots
from desktop.adapters.manifest import Manifest
from desktop.adapters.settings import find_unnamed
from desktop.adapters.skeleton import write_skeleton
from desktop.domain.clocks import SystemClock
from desktop.domain.components import Component
from desktop.domain.errors import DesktopError, InvalidInput
from desktop.domain.ids import ComponentId

OK, FINDINGS, BAD_INPUT, ADAPTER_ERROR = 0, 1, 2, 3
DEADLINE_S = 60.0
_BAD_SETUP = frozenset({"plugin.missing", "plugin.settings"})
"""Errors that mean that the command was typed wrongly, besides InvalidInput."""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is an error of ours, not an exit."""

    @override
    def error(self, message: str) -> NoReturn:
        raise InvalidInput(f"{self.prog}: {message}.", self.format_usage().strip(), key="cli.arguments")


@dataclass(slots=True)
class _Given:
    """Names and values of one call, as typed."""

    arguments: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


def call_command(argv: list[str], out: TextIO, err: TextIO) -> int:
    """`knit call PLUGIN CAPABILITY.METHOD key=value … --set name=value --secret name=value`."""
    return _guard(err, lambda: _call(argv, out, err))


def plugins_command(argv: list[str], out: TextIO, err: TextIO) -> int:
    """`knit plugins list|check|new`."""
    return _guard(err, lambda: _plugins(argv, out))


def _guard(err: TextIO, work: Callable[[], int]) -> int:
    """Runs a command; its typed error goes to `err` as JSON and its kind into the exit code."""
    try:
        return work()
    except SystemExit as asked:  # --help
        return asked.code if isinstance(asked.code, int) else BAD_INPUT
    except DesktopError as error:
        _write_json(err, encode_error(error))
        typed_wrongly = isinstance(error, InvalidInput) or error.key in _BAD_SETUP
        return BAD_INPUT if typed_wrongly else ADAPTER_ERROR


def _write_json(stream: TextIO, value: object) -> None:
    stream.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


# ==== knit call ====


def _call(argv: list[str], out: TextIO, err: TextIO) -> int:
    options = _build_call_parser().parse_args(argv)
    folders = PluginFolders(find_roots(map(Path, options.plugins)))
    manifest = folders.get_manifest(options.plugin)
    method = get_method(options.method, capabilities=manifest.capabilities)
    given = _Given(
        arguments=_split_pairs(options.arguments, "argument"),
        settings=_split_pairs(options.set, "--set"),
        secrets=_read_secrets(_split_pairs(options.secret, "--secret"), err),
    )
    arguments = {name: _parse_value(method, name, text) for name, text in given.arguments.items()}
    if "disclosure" in method.arguments:
        arguments.setdefault("disclosure", _build_disclosure())
    decode_arguments(method, arguments)  # what was typed wrongly is said before anything is asked outside
    _warn(manifest, given, err)
    component = Component(id=ComponentId(manifest.id), plugin=manifest.id, name=manifest.name, settings=given.settings)
    log = logging.getLogger("desktop.adapters.call")
    loaded = build_adapter(component, given.secrets, folders, SystemClock(), log)
    with hearing() as heard:
        try:
            with call_scope(options.timeout):
                result = call_typed(
                    loaded.adapter,
                    options.method,
                    arguments,
                    capabilities=manifest.capabilities,
                    secrets=loaded.secrets,
                )
        except DesktopError:
            if options.said:
                _write_json(out, {"said": encode_result(heard)})
            raise
        finally:
            loaded.close()
    shown = _build_shown(result)
    _write_json(out, {"result": shown, "said": encode_result(heard)} if options.said else shown)
    return OK


def _build_disclosure() -> dict[str, object]:
    """Leave for data that somebody typed on this command line; the desk's own comes from its consent."""
    return {
        "officer": getpass.getuser(),
        "basis": "typed by the caller",
        "purpose": "knit call",
        "at": SystemClock().now().isoformat(),
    }


def _build_call_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="knit call", description="One call through an adapter, as the component host makes it.")
    parser.add_argument("plugin", metavar="PLUGIN")
    parser.add_argument("method", metavar="CAPABILITY.METHOD")
    parser.add_argument("arguments", nargs="*", metavar="key=value", help="a value is JSON where it parses, else text")
    parser.add_argument("--set", action="append", default=[], metavar="setting=value")
    parser.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="name=value",
        help="name=@FILE, name=env:VARIABLE or name=- (standard input) keep a real secret out of the list of processes",
    )
    parser.add_argument("--plugins", action="append", default=[], metavar="DIR", help="a further folder of plugins")
    parser.add_argument(
        "--said", action="store_true", help="also what the component really said, without secrets: result and said"
    )
    parser.add_argument("--timeout", type=float, default=DEADLINE_S, metavar="SECONDS", help="for the whole call")
    return parser


def _split_pairs(pairs: list[str], what: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise InvalidInput(f"{what}: {name[:40]!r} has no value.", "Write name=value.", key="cli.pair", field=what)
        found[name] = value
    return found


def _parse_value(method: Method, name: str, text: str) -> object:
    """JSON where it parses, else text; where the method takes text, anything but JSON text stays as it was typed."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if is_text(method.arguments.get(name)) and not isinstance(value, str) else value


def _read_secrets(given: Mapping[str, str], err: TextIO) -> dict[str, str]:
    """Secrets from where their forms say. Raises InvalidInput where one is not there."""
    secrets: dict[str, str] = {}
    for name, form in given.items():
        if form == "-":
            secrets[name] = sys.stdin.readline().rstrip("\r\n")
        elif form.startswith("@"):
            secrets[name] = _read_secret_file(name, Path(form[1:]))
        elif form.startswith("env:"):
            secrets[name] = _read_secret_variable(name, form[4:])
        else:
            err.write(
                f"knit call: --secret {name}=… is for test keys: other users see it in the list of processes. "
                f"Use {name}=@FILE, {name}=env:VARIABLE or {name}=- for a real one.\n"
            )
            secrets[name] = form
    return secrets


def _read_secret_file(name: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"The file for the secret {name} cannot be read.", f"File: {file}", key="cli.secret", field=name
        ) from error


def _read_secret_variable(name: str, variable: str) -> str:
    value = os.environ.get(variable)
    if value is None:
        raise InvalidInput(f"The variable {variable} for the secret {name} is not set.", key="cli.secret", field=name)
    return value


def _warn(manifest: Manifest, given: _Given, err: TextIO) -> None:
    """One warning for each setting and secret that the manifest does not name."""
    for what, known, names in (
        ("setting", manifest.settings, given.settings),
        ("secret", manifest.secrets, given.secrets),
    ):
        for name in find_unnamed(known.keys(), names.keys()):
            there = ", ".join(known) or "none"
            err.write(f"knit call: {manifest.id} has no {what} {name}; it is ignored. It has: {there}.\n")


def _build_shown(result: object) -> object:
    """The result as it is printed: without the raw bodies, which `--said` shows."""
    shown = encode_result(result)
    if isinstance(result, Page) and isinstance(shown, dict):
        shown.pop("raws", None)
    return shown


# ==== knit plugins ====


def _plugins(argv: list[str], out: TextIO) -> int:
    options = _build_plugins_parser().parse_args(argv)
    if options.command == "list":
        return _list(PluginFolders(find_roots(map(Path, options.folders))), out)
    if options.command == "new":
        folder = write_skeleton(options.name, into=Path(options.into), capability=options.capability)
        out.write(f"{folder}\n")
        return OK
    findings = check_plugins([Path(folder) for folder in options.folders] or list(find_roots()))
    return _report(findings, out, as_json=options.json)


def _build_plugins_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="knit plugins", description="Plugins: what there is, whether it is sound, a new one.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    listing = commands.add_parser("list", help="every plugin, its capabilities and where it lies")
    listing.add_argument("folders", nargs="*", metavar="DIR", help="further folders of plugins")
    checking = commands.add_parser("check", help="every finding; exit 1 where there are any")
    checking.add_argument("folders", nargs="*", metavar="DIR", help="plugin folders, or folders of them")
    checking.add_argument("--json", action="store_true", help="findings as a JSON list")
    new = commands.add_parser("new", help="a skeleton with tests")
    new.add_argument("name", metavar="NAME")
    new.add_argument("--into", default="plugins", metavar="DIR", help="the folder of plugins to put it in")
    new.add_argument("--capability", default="addresses", metavar="CAPABILITY")
    return parser


def _list(folders: PluginFolders, out: TextIO) -> int:
    for plugin in folders.find_all():
        manifest = plugin.read.manifest
        what = "broken: run “knit plugins check”"
        if manifest is not None and plugin.read.sound:
            what = f"{manifest.name} ({', '.join(manifest.capabilities)})"
        out.write(f"{plugin.name}\t{what}\t{plugin.folder}\n")
    return OK


def _report(findings: list[Finding], out: TextIO, *, as_json: bool) -> int:
    if as_json:
        _write_json(out, [{"check": f.check, "plugin": f.plugin, "message": f.message} for f in findings])
    else:
        out.writelines(f"{finding.plugin}: {finding.check}: {finding.message}\n" for finding in findings)
        out.write(f"{len(findings) or 'No'} finding{'' if len(findings) == 1 else 's'}.\n")
    return FINDINGS if findings else OK
