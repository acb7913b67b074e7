"""Bodies made worse in one or two places, from a seed: drop, null, retype, nest, duplicate, truncate.

Written for speed: hypothesis takes milliseconds for one try, this some microseconds.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

ODD: tuple[Any, ...] = (
    None, "", "null", [], {}, [None], [[]], [{}], {"": None}, 0, -1, 1.5, 1e308, 10**30, True, False, "\x00", "\u202e",
    "\ud83d\ude00", "9" * 40, "2026-13-45T99:99:99Z", "0001-01-01T00:00:00", "x" * 5_000, "<b>", "../..", "NaN", "-0",
)  # fmt: skip
_BYTES = (b"", b"\x00", b"\xff\xfe", b"<", b">", b'"', b"&amp;", b"]]>", b"{", b"}", b"null", b" " * 64)


def mutate(body: bytes, tries: int, *, seed: int = 1) -> Iterator[bytes]:
    """Mutated bodies, the same ones for the same seed. JSON is changed as a tree mostly, anything else as bytes."""
    rng = random.Random(seed)
    try:
        tree: Any = json.loads(body)
    except ValueError:
        tree = None
    for _ in range(tries):
        if tree is None or rng.random() < 0.1:
            yield _mutate_bytes(body, rng)
            continue
        changed = copy.deepcopy(tree)
        for _change in range(rng.choice((1, 1, 1, 2, 3))):
            changed = _mutate_tree(changed, rng)
        yield json.dumps(changed).encode("utf-8", "surrogatepass")


def _mutate_bytes(body: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(body) + 1)
    end = min(len(body), start + rng.choice((0, 1, 4, 40)))
    match rng.randrange(5):
        case 0:
            return body[:start]
        case 1:
            return body[:start] + body[end:]
        case 2:
            return body[:start] + body[start:end] * 3 + body[end:]
        case 3:
            return body[:start] + bytes([rng.randrange(256)]) + body[start + 1 :]
        case _:
            return body[:start] + rng.choice(_BYTES) + body[end:]


def _mutate_tree(tree: Any, rng: random.Random) -> Any:
    places = list(_walk(tree))
    holder, at = rng.choice(places) if places else (None, None)
    if holder is None or rng.random() < 0.02:
        return copy.deepcopy(rng.choice(ODD))
    value = holder[at]
    match rng.randrange(6):
        case 0:
            del holder[at]
        case 1:
            holder[at] = None
        case 2:
            holder[at] = copy.deepcopy(rng.choice(ODD))  # a later change must not change ODD itself
        case 3:
            holder[at] = rng.choice(([value], {"value": value}, [[value]], {"0": value}))
        case 4:
            _duplicate(holder, at, value)
        case _:
            holder[at] = _retype(value)
    return tree


def _walk(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a tree as (holder, key or index)."""
    stack = [tree]
    while stack:
        holder = stack.pop()
        places = holder.keys() if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for at in places:
            yield holder, at
            stack.append(holder[at])


def _duplicate(holder: Any, at: Any, value: Any) -> None:
    if isinstance(holder, list):
        holder.insert(at, copy.deepcopy(value))
    else:
        holder[f"{at}_again"] = copy.deepcopy(value)


def _retype(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return [value, value]
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value[0] if value else {}
    return 0
