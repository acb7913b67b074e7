"""Checks of a plugin's code as a syntax tree: what it imports, calls, raises, and where it would go."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from desktop.adapters.manifest import Manifest

OWN_IMPORTS = ("desktop.domain", "desktop.adapters.api")
"""All of Knit that a plugin may import."""

BANNED_MODULES: dict[str, str] = {
    **dict.fromkeys(
        ("socket", "ssl", "http", "ftplib", "smtplib", "imaplib", "poplib", "telnetlib", "socketserver", "xmlrpc",
         "requests", "httpx", "urllib3", "aiohttp", "urllib.request"),
        "the injected client is the only way outside",
    ),
    **dict.fromkeys(("threading", "multiprocessing", "concurrent", "asyncio", "subprocess", "sched", "signal"),
                    "the host runs threads and processes"),
    **dict.fromkeys(("os", "pathlib", "shutil", "tempfile", "sqlite3", "shelve", "dbm", "fileinput", "glob", "zipfile",
                     "tarfile"), "a plugin touches no file"),
    **dict.fromkeys(("keyring", "getpass"), "secrets come with the context"),
    **dict.fromkeys(("ctypes", "importlib", "runpy", "pickle", "marshal", "code"), "it runs code that nobody checked"),
    **dict.fromkeys(("PySide6", "sqlalchemy"), "it belongs to another layer"),
}  # fmt: skip
BANNED_CALLS: dict[str, str] = {
    "open": "a plugin touches no file",
    "print": "use the injected logger",
    "input": "nobody is there to answer",
    "eval": "it runs code that nobody checked",
    "exec": "it runs code that nobody checked",
    "compile": "it runs code that nobody checked",
    "__import__": "imports stand at the top",
    "breakpoint": "it stops the component host",
}
BANNED_ATTRIBUTES: dict[str, str] = {
    "time.sleep": "the client waits where waiting is right",
    "time.time": "ask the injected clock",
    "datetime.now": "ask the injected clock",
    "datetime.utcnow": "ask the injected clock",
    "datetime.today": "ask the injected clock",
    "date.today": "ask the injected clock",
    "io.open": "a plugin touches no file",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend: which check, which plugin, what and where."""

    check: str
    plugin: str
    message: str


@dataclass(frozen=True, slots=True)
class CodeFile:
    """One module of a plugin."""

    name: str
    tree: ast.Module


def load_code(folder: Path) -> tuple[tuple[CodeFile, ...], list[Finding]]:
    """The modules of a plugin folder, and findings for those that do not parse."""
    files: list[CodeFile] = []
    findings: list[Finding] = []
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if name.startswith("tests/"):
            continue  # a plugin's own tests are not part of it
        try:
            files.append(CodeFile(name, ast.parse(path.read_text(encoding="utf-8"))))
        except (SyntaxError, UnicodeDecodeError, ValueError) as error:
            line = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
            findings.append(Finding("syntax", folder.name, f"{name}{line} does not parse."))
    return tuple(files), findings


def iterate_imports(file: CodeFile) -> Iterator[tuple[str, int]]:
    """Whole names of what a module imports from outside its folder, with lines; relative ones are its own."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


def _iterate_relative(file: CodeFile) -> Iterator[str]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            if node.module:
                yield node.module.partition(".")[0]
            else:
                yield from (alias.name for alias in node.names)


# ==== checks ====


def check_imports(manifest: Manifest, code: tuple[CodeFile, ...]) -> Iterator[Finding]:
    """Imports of ours are of the allowed modules only; imports of others equal the manifest's requirements."""
    others: set[str] = set()
    for file in code:
        for name, line in iterate_imports(file):
            top = name.partition(".")[0]
            if top in {"desktop", "plugins", "tests"}:
                if not name.startswith(tuple(f"{own}." for own in OWN_IMPORTS)):
                    allowed = " and ".join(OWN_IMPORTS)
                    yield Finding("imports", manifest.id, f"{file.name}:{line} imports {name}; only {allowed} may be.")
            elif top not in sys.stdlib_module_names:
                others.add(top)
    for name in sorted(others - set(manifest.requirements)):
        yield Finding("requirements", manifest.id, f"{name} is imported and not in the manifest's requirements.")
    for name in sorted(set(manifest.requirements) - others):
        yield Finding("requirements", manifest.id, f"{name} is in the manifest's requirements and never imported.")


def check_banned(manifest: Manifest, code: tuple[CodeFile, ...]) -> Iterator[Finding]:
    """No sockets, files, threads, secrets or clocks of its own, and nothing printed."""
    for file in code:
        for name, line in iterate_imports(file):
            hit = next((b for b in BANNED_MODULES if name == b or name.startswith(f"{b}.")), None)
            if hit is not None:
                yield Finding("banned", manifest.id, f"{file.name}:{line} imports {hit}: {BANNED_MODULES[hit]}.")
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Call) and (found := _find_banned_call(node)):
                what, why = found
                yield Finding("banned", manifest.id, f"{file.name}:{node.lineno} calls {what}: {why}.")


def _find_banned_call(node: ast.Call) -> tuple[str, str] | None:
    called = ast.unparse(node.func)
    if isinstance(node.func, ast.Name) and called in BANNED_CALLS:
        return called, BANNED_CALLS[called]
    for name, why in BANNED_ATTRIBUTES.items():
        if called == name or called.endswith(f".{name}"):
            return called, why
    return None


def check_layers(manifest: Manifest, code: tuple[CodeFile, ...]) -> Iterator[Finding]:
    """`mapping.py` is pure: it knows neither the client nor the adapter; `client.py` does not read what it fetches."""
    forbidden = {"mapping.py": {"client", "adapter"}, "client.py": {"mapping", "adapter"}}
    for file in code:
        for name in sorted(forbidden.get(file.name, set()) & set(_iterate_relative(file))):
            yield Finding("layers", manifest.id, f"{file.name} imports {name}: keep fetching and reading apart.")


def check_errors(manifest: Manifest, code: tuple[CodeFile, ...]) -> Iterator[Finding]:
    """Only our own errors are raised, each with a text and a key that starts with the plugin's id."""
    ours = {
        name.rpartition(".")[2]
        for file in code
        for name, _ in iterate_imports(file)
        if name.startswith("desktop.domain.errors.")
    }
    for file in code:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Raise) and (name := _find_foreign(node)):
                yield Finding("errors", manifest.id, f"{file.name}:{node.lineno} raises {name}: raise one of ours.")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ours:
                yield from _check_error(manifest.id, file, node)


def _find_foreign(node: ast.Raise) -> str:
    """The name of a builtin exception that is raised, or ""."""
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    name = ast.unparse(raised) if isinstance(raised, ast.Name | ast.Attribute) else ""
    known = getattr(builtins, name, None) if name.isidentifier() else None
    return name if isinstance(known, type) and issubclass(known, BaseException) else ""


def _check_error(plugin: str, file: CodeFile, node: ast.Call) -> Iterator[Finding]:
    where = f"{file.name}:{node.lineno}"
    first = node.args[0] if node.args else None
    if first is None or (isinstance(first, ast.Constant) and not first.value):
        yield Finding("errors", plugin, f"{where}: an error without a text.")
    key = next((k.value for k in node.keywords if k.arg == "key"), None)
    text = _find_start(key)
    if text is None or not text.startswith(f"{plugin}."):
        yield Finding("errors", plugin, f"{where}: an error's key starts with {plugin!r} and a dot.")


def _find_start(key: ast.expr | None) -> str | None:
    """The text of a key, or the start of a composed one."""
    if isinstance(key, ast.JoinedStr) and key.values:
        key = key.values[0]
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def check_hosts(manifest: Manifest, code: tuple[CodeFile, ...]) -> Iterator[Finding]:
    """Every web address in the code or a default leads to a host of the manifest, or is an identifier by its names."""
    hosts = {host.partition(":")[0] for host in manifest.hosts}
    for file in code:
        comments = set(_iterate_docstrings(file.tree))
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in comments:
                host = _find_host(node.value)
                if host and host not in hosts and host not in manifest.names:
                    yield Finding("hosts", manifest.id, f"{file.name}:{node.lineno} names {host}, not in hosts.")
    for name, setting in manifest.settings.items():
        host = _find_host(setting.default)
        if host and host not in hosts:
            yield Finding("hosts", manifest.id, f"The default of {name} names {host}, which is not in hosts.")


def _find_host(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        return ""
    try:
        return urlsplit(text).hostname or ""
    except ValueError:
        return ""


def _iterate_docstrings(tree: ast.Module) -> Iterator[int]:
    """Ids of the nodes that are texts standing alone: docstrings and notes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
