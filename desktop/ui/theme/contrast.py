"""WCAG 2.2 contrast, and the pairs of colours that are drawn on each other."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.ui.theme.tokens import Theme

_TEXT = (
    ("text", "surface"),
    ("text2", "surface"),
    ("text2", "canvas"),
    ("text2", "surface2"),
    ("text2", "accent_tint"),
    ("text3", "surface"),
    ("text3", "canvas"),
    ("text3", "surface2"),
    ("text3", "accent_tint"),
    ("accent", "surface"),
    ("accent", "accent_tint"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("rail_text", "rail"),
    ("rail_on", "rail_sel"),
    ("ok", "surface"),
    ("ok", "ok_tint"),
    ("warn", "surface"),
    ("warn", "warn_tint"),
    ("text2", "warn_tint"),
    ("bad", "surface"),
    ("bad", "bad_tint"),
    ("bad", "accent_tint"),
    ("warn", "accent_tint"),
    ("info", "info_tint"),
)
_EDGES = (
    ("focus", "surface"),
    ("focus", "canvas"),
    ("focus", "accent_tint"),
    ("control", "surface"),
    ("control", "canvas"),
)


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`, 0 to 1 (WCAG 2.2, relative luminance)."""

    def channel(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    return 0.2126 * channel(colour[1:3]) + 0.7152 * channel(colour[3:5]) + 0.0722 * channel(colour[5:7])


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def pairs(theme: Theme) -> Iterator[tuple[str, float, float]]:
    """Each pair that is drawn: its name, its contrast, and what it needs (4.5 for text, 3.0 for edges)."""
    for one, other in _TEXT:
        yield f"{one} on {other}", contrast(getattr(theme, one), getattr(theme, other)), 4.5
    for one, other in _EDGES:
        yield f"{one} on {other}", contrast(getattr(theme, one), getattr(theme, other)), 3.0
    yield "water ink on water", contrast(theme.map.water_ink, theme.map.water), 4.5
    yield "park ink on park", contrast(theme.map.park_ink, theme.map.park), 4.5
    for kind, colours in theme.kinds.items():
        yield f"{kind}: letter on fill", contrast(colours.on, colours.fill), 4.5
        yield f"{kind}: ink on surface", contrast(colours.ink, theme.surface), 4.5
        yield f"{kind}: ink on tint", contrast(colours.ink, colours.tint), 4.5
        # Amber is pale on white: the address mark always has an edge in its ink.
        edge = colours.ink if kind == "addresses" else colours.fill
        yield f"{kind}: mark on surface", contrast(edge, theme.surface), 3.0
