"""`knit plugins new`: a plugin folder to start from, sound by the checks, with tests beside it.

The skeleton answers nothing yet: its methods raise SetupFailed, so a component on it says plainly that it is not done.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from desktop.adapters import api
from desktop.adapters.api import PROTOCOLS, Checked, Page
from desktop.adapters.quality import RULES
from desktop.domain.errors import InvalidInput

_OWN = frozenset({api.__name__, Page.__module__})
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")


def write_skeleton(name: str, *, into: Path, capability: str) -> Path:
    """Writes a new plugin folder and gives its path.

    Raises:
        InvalidInput: the name is not one, is taken, or the capability has no protocol.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"{name!r} cannot be a plugin's name.", "Small letters, digits and _, a letter first.", key="cli.plugin"
        )
    if capability not in PROTOCOLS:
        raise InvalidInput(
            f"There is no capability {capability!r}.", f"There are: {', '.join(PROTOCOLS)}.", key="cli.plugin"
        )
    folder = into / name
    if folder.exists():
        raise InvalidInput(f"{folder} is there already.", "Choose another name.", key="cli.plugin")
    (folder / "tests").mkdir(parents=True)
    for file, text in build_files(name, capability).items():
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def build_files(name: str, capability: str) -> dict[str, str]:
    """The files of a new plugin, by name."""
    class_name = "".join(part.title() for part in name.split("_")) + "Adapter"
    return {
        "__init__.py": f'"""{class_name.removesuffix("Adapter")}: say which outside API this speaks."""\n',
        "manifest.toml": _MANIFEST.format(name=name, capability=capability, class_name=class_name),
        "quality.toml": "".join(
            f'[rules.{rule}]\nstatus = "missing"\nreason = "Not written yet."\n\n' for rule in RULES
        ),
        "client.py": _CLIENT,
        "mapping.py": _MAPPING,
        "adapter.py": _build_adapter(name, class_name, capability),
        f"tests/test_{name}_mapping.py": _TEST.format(name=name),
    }


def _build_adapter(name: str, class_name: str, capability: str) -> str:
    """The adapter's module, from the protocol's signatures (a frozen program has no source to copy from)."""
    protocol = PROTOCOLS[capability]
    functions = {
        n: m
        for kind in (Checked, protocol)
        for n, m in vars(kind).items()
        if inspect.isfunction(m) and not n.startswith("_")
    }
    attributes = protocol.__annotations__
    protocols = {kind.__name__ for kind in PROTOCOLS.values()}
    methods = [_build_method(name, function) for function in functions.values()]
    words = set(re.findall(r"\w+", " ".join([*methods, *map(str, attributes.values())])))
    there = vars(sys.modules[protocol.__module__])
    known = {word: there[word] for word in words if word in there and word not in protocols}
    own = {word for word, value in known.items() if word in api.__all__ and _module_of(value) in _OWN}
    return _ADAPTER.format(
        capability=capability,
        class_name=class_name,
        attributes="".join(f"    {n} = {kind}()\n" for n, kind in attributes.items()),
        methods="\n".join(methods),
        imports="\n".join(_build_imports(known)),
        own=", ".join(sorted({"AdapterContext", *own})),
    )


def _build_imports(known: Mapping[str, object]) -> list[str]:
    """Import lines for the names of a protocol's signatures."""
    modules: dict[str, list[str]] = {}
    for word, value in sorted(known.items()):
        module = _module_of(value)
        if module in {"collections.abc", "datetime"} or module.startswith("desktop.domain."):
            modules.setdefault(module, []).append(word)
    lines = [f"from {module} import {', '.join(words)}" for module, words in sorted(modules.items())]
    first = [line for line in lines if "desktop" not in line]
    return [*first, "", *(line for line in lines if "desktop" in line)]


def _module_of(value: object) -> str:
    return str(getattr(value, "__module__", ""))


def _build_method(name: str, function: Callable[..., object]) -> str:
    signature = inspect.signature(function)
    arguments = ", ".join(_format_argument(p) for p in signature.parameters.values())
    return (
        f"    def {function.__name__}({arguments}) -> {signature.return_annotation}:\n"
        f'        """{(inspect.getdoc(function) or "").splitlines()[0]}"""\n'
        f'        raise SetupFailed("This plugin is not written yet.", key="{name}.unwritten")\n'
    )


def _format_argument(parameter: inspect.Parameter) -> str:
    text = parameter.name
    if parameter.annotation is not parameter.empty:
        text += f": {parameter.annotation}"
    if parameter.default is not parameter.empty:
        default = '""' if parameter.default == "" else repr(parameter.default)
        text += f" = {default}"
    return text


_MANIFEST = """id = "{name}"
name = "{name}"
api = 1
capabilities = ["{capability}"]
entry = "adapter:{class_name}"
requirements = []
hosts = []
licence = "MIT"

[settings.base_url]
label = "Address of the API"
required = true

[secrets.api_key]
label = "API key"
"""

_CLIENT = '''"""Requests to the outside API. HTTP only."""

from __future__ import annotations

from desktop.adapters.api import AdapterContext, Answer


class Client:
    """Asks the outside API."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        self._headers = {"Authorization": f"Bearer {context.secrets.get('api_key', '')}"}

    def fetch(self, path: str) -> Answer:
        """One resource."""
        return self._http.request("GET", path, headers=self._headers)
'''

_MAPPING = '''"""The outside API's JSON to our records, and back. Pure."""

from __future__ import annotations

from desktop.adapters.api import read_record, read_text


def read_name(value: object) -> str:
    """An example to be replaced: the name in a record."""
    return read_text(read_record(value).get("name"))
'''

_ADAPTER = '''"""The {capability} capability."""

from __future__ import annotations

{imports}
from desktop.adapters.api import {own}
from desktop.domain.errors import SetupFailed

from .client import Client


class {class_name}:
    """Not written yet: every method says so."""

{attributes}
    def __init__(self, context: AdapterContext) -> None:
        self._client = Client(context)

{methods}'''

_TEST = '''"""Run with: python -m pytest, from the folder above `plugins`."""

from plugins.{name}.mapping import read_name


def test_an_absent_name_is_empty() -> None:
    assert read_name({{"name": None}}) == ""
'''
