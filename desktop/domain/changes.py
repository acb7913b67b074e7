"""What a write or a pull changed, so that each view can decide whether it cares."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.ids import Kind, LocalKey

MOST_KEYS = 2_000
"""Above so many keys of a kind a change says "many" rather than naming them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Keys that changed, by kind; a kind in `many` changed in more rows than are named.

    `outbox`, `health` and `base` say that the outbox, a component's health or the base file itself changed.
    """

    keys: frozenset[tuple[Kind, LocalKey]] = frozenset()
    many: frozenset[Kind] = frozenset()
    outbox: bool = False
    health: bool = False
    base: bool = False

    @classmethod
    def of(cls, kind: Kind, *keys: LocalKey, outbox: bool = False) -> Changes:
        """Changes of some records of one kind."""
        return cls(keys=frozenset((kind, key) for key in keys), outbox=outbox)

    def __or__(self, other: Changes) -> Changes:
        return Changes(
            keys=self.keys | other.keys,
            many=self.many | other.many,
            outbox=self.outbox or other.outbox,
            health=self.health or other.health,
            base=self.base or other.base,
        )

    def __bool__(self) -> bool:
        return bool(self.keys or self.many or self.outbox or self.health or self.base)

    def touches(self, kind: Kind, key: LocalKey | None = None) -> bool:
        """Whether a view of this kind, or of this one record, should look again."""
        if self.base or kind in self.many:
            return True
        return any(k == kind and (key is None or n == key) for k, n in self.keys)
