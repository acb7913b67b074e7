"""Calls a method of an adapter with plain arguments and gives plain results: the same for the host and `knit call`.

Arguments and results are builtins that JSON can hold. What they mean comes from the annotated signatures of the
protocols in `desktop.adapters.api`: records, ids, enums, times (RFC 3339) and tuples all make the way there and back.
"""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import msgspec

from desktop.adapters.api import COMMON, EXTRAS, PROTOCOLS, find_part
from desktop.adapters.redaction import redact_text
from desktop.domain.errors import BadResponse, DesktopError, InvalidInput


@dataclass(frozen=True, slots=True)
class Method:
    """One method of a capability: its arguments' types and defaults by name, and what it gives."""

    capability: str
    name: str
    arguments: Mapping[str, object]
    defaults: Mapping[str, object]
    result: object

    @property
    def required(self) -> tuple[str, ...]:
        """Arguments without a default."""
        return tuple(name for name in self.arguments if name not in self.defaults)


@cache
def find_methods(capability: str) -> Mapping[str, Method]:
    """The methods of a capability by name, those of its extras too; empty where it has no protocol."""
    protocol = COMMON.get(capability) or PROTOCOLS.get(capability)
    if protocol is None:
        return {}
    functions = {
        name: function
        for kind in (protocol, *EXTRAS.get(capability, ()))
        for name, function in vars(kind).items()
        if inspect.isfunction(function) and not name.startswith("_")
    }
    return {name: _build_method(capability, name, function) for name, function in functions.items()}


def _build_method(capability: str, name: str, function: Callable[..., object]) -> Method:
    hints = typing.get_type_hints(function)
    result = hints.pop("return")
    parameters = inspect.signature(function).parameters
    defaults = {p.name: p.default for p in parameters.values() if p.default is not p.empty}
    return Method(capability, name, hints, defaults, result)


def get_method(capability_method: str, *, capabilities: Collection[str] | None = None) -> Method:
    """The method named by `capability.method`.

    Args:
        capability_method: such as `cases.types`.
        capabilities: those that the plugin offers; None for all.

    Raises:
        InvalidInput: no such capability or method, or the plugin does not offer it; says what there is.
    """
    known = {**PROTOCOLS, **COMMON}
    offered = known.keys() if capabilities is None else [c for c in (*capabilities, *COMMON) if c in known]
    capability, _, name = capability_method.partition(".")
    if capability not in offered:
        raise _no_such("capability", capability, offered, key="call.capability")
    methods = find_methods(capability)
    if name not in methods:
        raise _no_such("method", capability_method, [f"{capability}.{m}" for m in methods], key="call.method")
    return methods[name]


def _no_such(what: str, given: str, there: Collection[str], *, key: str) -> InvalidInput:
    return InvalidInput(
        f"There is no {what} {given[:80]!r} here.", f"There are: {', '.join(there) or 'none'}.", key=key, field=what
    )


# ==== arguments ====


def decode_arguments(method: Method, arguments: Mapping[str, object]) -> dict[str, object]:
    """Builtins as what the method takes. A time without a zone is taken as UTC.

    Raises:
        InvalidInput: an argument is unknown, missing or of the wrong type; names it and what there is.
    """
    for name in arguments:
        if name not in method.arguments:
            there = ", ".join(method.arguments) or "none"
            raise _bad_argument(method, name, f"has no argument {name!r}", f"Arguments: {there}.")
    for name in method.required:
        if name not in arguments:
            raise _bad_argument(
                method, name, f"needs the argument {name!r}", f"Required: {', '.join(method.required)}."
            )
    return {name: _decode_argument(method, name, value) for name, value in arguments.items()}


def _decode_argument(method: Method, name: str, value: object) -> object:
    hint = method.arguments[name]
    if is_text(hint) and isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    for unknown, there in _find_unknown(value, hint, name):
        raise _bad_argument(method, name, f"knows no {unknown}", f"There are: {', '.join(there)}.")
    if datetime in (hint, *typing.get_args(hint)) and isinstance(value, str) and len(value) == len("2026-01-31"):
        value = f"{value}T00:00:00Z"
    try:
        decoded: object = msgspec.convert(value, hint)
    except msgspec.ValidationError as error:
        raise _bad_argument(method, name, f"cannot take {name!r}", f"{error}.") from error
    if isinstance(decoded, datetime) and decoded.tzinfo is None:
        return decoded.replace(tzinfo=UTC)
    return decoded


def _bad_argument(method: Method, name: str, what: str, hint: str) -> InvalidInput:
    return InvalidInput(f"{method.capability}.{method.name} {what}.", hint, key="call.argument", field=name)


def is_text(hint: object) -> bool:
    """Whether a type is text, or an id that is text."""
    while isinstance(hint, typing.NewType):
        hint = hint.__supertype__
    return hint is str


def _find_unknown(value: object, hint: object, path: str) -> Iterator[tuple[str, list[str]]]:
    """Fields in `value` that the record `hint` does not have: a misspelt one would be lost without a word."""
    if typing.get_origin(hint) in {types.UnionType, typing.Union}:
        for option in typing.get_args(hint):
            yield from _find_unknown(value, option, path)
    elif isinstance(value, list):
        for item in value:
            yield from _find_unknown(item, next(iter(typing.get_args(hint)), None), path)
    elif isinstance(value, dict) and isinstance(hint, type) and dataclasses.is_dataclass(hint):
        fields = typing.get_type_hints(hint)
        for name, inner in value.items():
            if name not in fields:
                yield f"{path}.{name}", [f"{path}.{field}" for field in fields]
            else:
                yield from _find_unknown(inner, fields[name], f"{path}.{name}")


# ==== results ====


def encode_result(result: object) -> object:
    """What a method gave, as builtins; times in RFC 3339, bytes in base64."""
    return msgspec.to_builtins(result)


def decode_result(kind: object, value: object) -> typing.Any:
    """The result again: `kind` is a method's `result`, or any record type.

    Raises:
        BadResponse: the value does not fit; the two sides are of different versions.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise BadResponse(
            "The component host gave something that the desk cannot read.",
            "Restart Knit; its two programs may be of different versions.",
            key="call.result",
        ) from error


# ==== calling ====


def call_method(
    adapter: object,
    capability_method: str,
    arguments: Mapping[str, object],
    *,
    capabilities: Collection[str] | None = None,
    secrets: Collection[str] = (),
) -> object:
    """Calls a method with builtins and gives builtins. Runs on the caller's thread, inside its `call_scope`.

    Args:
        adapter: what `build_adapter` gave as `adapter`.
        capability_method: such as `cases.get`.
        arguments: by name, as JSON gives them.
        capabilities: those of the plugin's manifest; None for all that the adapter's methods fit.
        secrets: taken out of whatever text an error carries.

    Raises:
        InvalidInput: the method or an argument does not fit.
        DesktopError: whatever the adapter raises of our own tree; anything else becomes BadResponse.
    """
    return encode_result(call_typed(adapter, capability_method, arguments, capabilities=capabilities, secrets=secrets))


def call_typed(
    adapter: object,
    capability_method: str,
    arguments: Mapping[str, object],
    *,
    capabilities: Collection[str] | None = None,
    secrets: Collection[str] = (),
) -> object:
    """As `call_method`, but gives the method's own result."""
    named = PROTOCOLS if capabilities is None else capabilities
    offered = [name for name in named if find_part(adapter, name) is not None]
    method = get_method(capability_method, capabilities=offered)
    part = find_part(adapter, method.capability)
    function: Callable[..., object] | None = getattr(part, method.name, None)
    if function is None:  # of an extra that this adapter does not offer
        there = [f"{method.capability}.{m}" for m in find_methods(method.capability) if hasattr(part, m)]
        raise _no_such("method", capability_method, there, key="call.method")
    decoded = decode_arguments(method, arguments)
    with guard_errors(capability_method, secrets=secrets):
        return function(**decoded)


@contextmanager
def guard_errors(what: str, *, secrets: Collection[str] = ()) -> Iterator[None]:
    """Lets out of an adapter only our own error tree, with secrets taken out of its text."""
    try:
        yield
    except DesktopError as error:
        clean_error(error, secrets)
        raise
    except Exception as error:
        raise BadResponse(
            f"The plugin failed in {what} ({type(error).__name__}).",
            "This is a fault of the plugin: report it to whoever made it.",
            key="plugin.crashed",
        ) from error


def clean_error(error: DesktopError, secrets: Collection[str]) -> None:
    """Takes secrets out of all that an error says."""
    error.title = redact_text(error.title, secrets)
    error.args = (error.title,)
    error.hint = redact_text(error.hint, secrets)
    if isinstance(error, BadResponse):
        error.body = redact_text(error.body, secrets)
