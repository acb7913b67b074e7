"""Every colour of the desk, in three themes. No other module names a colour by its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.services.rows import Colour

ThemeName = Literal["light", "dark", "contrast"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindColours:
    """How one kind of component looks: `fill` of its mark, `on` its letter, `ink` words, `tint` ground, `line` edge."""

    fill: str
    on: str
    ink: str
    tint: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapColours:
    """The base map."""

    land: str
    block: str
    building: str
    street: str
    main: str
    main_line: str
    water: str
    water_ink: str
    park: str
    park_ink: str
    label: str
    halo: str
    railway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One theme. Colours are `#RRGGBB`; what each is for is said in the design reference by the same name."""

    name: ThemeName
    canvas: str
    surface: str
    surface2: str
    hover: str
    line: str
    line2: str
    control: str
    text: str
    text2: str
    text3: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_tint: str
    accent_line: str
    focus: str
    rail: str
    rail_text: str
    rail_on: str
    rail_sel: str
    ok: str
    ok_tint: str
    warn: str
    warn_tint: str
    warn_line: str
    bad: str
    bad_tint: str
    bad_line: str
    info: str
    info_tint: str
    kinds: dict[Colour, KindColours]
    map: MapColours


LIGHT = Theme(
    name="light",
    canvas="#F1F3F6",
    surface="#FFFFFF",
    surface2="#F7F8FA",
    hover="#EEF1F6",
    line="#DDE1E8",
    line2="#C3C9D4",
    control="#7C8595",
    text="#161A22",
    text2="#454D5C",
    text3="#5F6777",
    accent="#24346E",
    accent_hover="#1A2753",
    on_accent="#FFFFFF",
    accent_tint="#E6EAF6",
    accent_line="#AEB9DD",
    focus="#24346E",
    rail="#172038",
    rail_text="#C5CDE0",
    rail_on="#FFFFFF",
    rail_sel="#33406A",
    ok="#17683A",
    ok_tint="#E4F3E9",
    warn="#7F4B00",
    warn_tint="#FDF0D2",
    warn_line="#D9A441",
    bad="#A8201A",
    bad_tint="#FBE9E7",
    bad_line="#DB8A84",
    info="#3F4A5E",
    info_tint="#E9ECF2",
    kinds={
        "cases": KindColours(fill="#B42318", on="#FFFFFF", ink="#98190F", tint="#FBE9E7", line="#DB8A84"),
        "maps": KindColours(fill="#1561C4", on="#FFFFFF", ink="#0F4E9E", tint="#E6F0FC", line="#8FB6E8"),
        "payments": KindColours(fill="#1A7842", on="#FFFFFF", ink="#135E33", tint="#E4F3E9", line="#86C29E"),
        "addresses": KindColours(fill="#F0B03A", on="#3A2400", ink="#7F4B00", tint="#FDF0D2", line="#D9A441"),
        "messages": KindColours(fill="#6B3DB5", on="#FFFFFF", ink="#572C9C", tint="#EFE9FA", line="#B69DE0"),
        "partners": KindColours(fill="#0A7080", on="#FFFFFF", ink="#075863", tint="#DFF2F4", line="#7CBBC3"),
    },
    map=MapColours(
        land="#F0EEE8",
        block="#E7E4DB",
        building="#D6D1C5",
        street="#FFFFFF",
        main="#F6E2A9",
        main_line="#D9BF78",
        water="#BBD6E8",
        water_ink="#2F5F80",
        park="#D3E5C8",
        park_ink="#3C6230",
        label="#4A4F5C",
        halo="#FFFFFF",
        railway="#A9AAB0",
    ),
)

DARK = Theme(
    name="dark",
    canvas="#0F131B",
    surface="#181D27",
    surface2="#1E2430",
    hover="#252C3A",
    line="#2C3442",
    line2="#3C4657",
    control="#76819A",
    text="#ECEFF5",
    text2="#BCC4D2",
    text3="#98A2B4",
    accent="#B7C5F5",
    accent_hover="#CFD9FA",
    on_accent="#121B3B",
    accent_tint="#26304D",
    accent_line="#56669A",
    focus="#D5DEFF",
    rail="#0A0D14",
    rail_text="#AEB8CC",
    rail_on="#FFFFFF",
    rail_sel="#2A3554",
    ok="#7FD8A0",
    ok_tint="#173324",
    warn="#F3C565",
    warn_tint="#382A10",
    warn_line="#8A6A25",
    bad="#FF9C93",
    bad_tint="#401E1C",
    bad_line="#93453F",
    info="#BCC4D2",
    info_tint="#2A3240",
    kinds={
        "cases": KindColours(fill="#FF8F85", on="#2B0805", ink="#FFADA5", tint="#3E1F1D", line="#8B4640"),
        "maps": KindColours(fill="#84B5FF", on="#06183A", ink="#A5C9FF", tint="#182B48", line="#41659A"),
        "payments": KindColours(fill="#72D397", on="#04200F", ink="#8FE0AE", tint="#163322", line="#3C7A55"),
        "addresses": KindColours(fill="#F3C05A", on="#2A1A00", ink="#F6CE7C", tint="#382A10", line="#8A6A25"),
        "messages": KindColours(fill="#C4A8FF", on="#1C0B40", ink="#D3BEFF", tint="#2C2148", line="#6C569E"),
        "partners": KindColours(fill="#62CFDA", on="#02242A", ink="#87DCE5", tint="#10323A", line="#357681"),
    },
    map=MapColours(
        land="#1B212C",
        block="#212835",
        building="#2D3545",
        street="#353E50",
        main="#5B5136",
        main_line="#7A6B43",
        water="#16324A",
        water_ink="#8FBEE0",
        park="#1E3327",
        park_ink="#9CC9A6",
        label="#C2CAD8",
        halo="#161B25",
        railway="#566074",
    ),
)

CONTRAST = Theme(
    name="contrast",
    canvas="#000000",
    surface="#000000",
    surface2="#000000",
    hover="#1A1A1A",
    line="#8C8C8C",
    line2="#FFFFFF",
    control="#FFFFFF",
    text="#FFFFFF",
    text2="#FFFFFF",
    text3="#E6E6E6",
    accent="#FFE14D",
    accent_hover="#FFFFFF",
    on_accent="#000000",
    accent_tint="#332C00",
    accent_line="#FFE14D",
    focus="#FFE14D",
    rail="#000000",
    rail_text="#FFFFFF",
    rail_on="#FFE14D",
    rail_sel="#332C00",
    ok="#7CFFA8",
    ok_tint="#000000",
    warn="#FFD24D",
    warn_tint="#000000",
    warn_line="#FFD24D",
    bad="#FFA299",
    bad_tint="#000000",
    bad_line="#FFA299",
    info="#FFFFFF",
    info_tint="#000000",
    kinds={
        "cases": KindColours(fill="#FFA299", on="#000000", ink="#FFA299", tint="#000000", line="#FFA299"),
        "maps": KindColours(fill="#9CC7FF", on="#000000", ink="#9CC7FF", tint="#000000", line="#9CC7FF"),
        "payments": KindColours(fill="#7CFFA8", on="#000000", ink="#7CFFA8", tint="#000000", line="#7CFFA8"),
        "addresses": KindColours(fill="#FFD24D", on="#000000", ink="#FFD24D", tint="#000000", line="#FFD24D"),
        "messages": KindColours(fill="#D9C2FF", on="#000000", ink="#D9C2FF", tint="#000000", line="#D9C2FF"),
        "partners": KindColours(fill="#7DEBF5", on="#000000", ink="#7DEBF5", tint="#000000", line="#7DEBF5"),
    },
    map=MapColours(
        land="#000000",
        block="#111111",
        building="#2A2A2A",
        street="#4A4A4A",
        main="#6A6A6A",
        main_line="#8C8C8C",
        water="#00284D",
        water_ink="#FFFFFF",
        park="#06260F",
        park_ink="#FFFFFF",
        label="#FFFFFF",
        halo="#000000",
        railway="#8C8C8C",
    ),
)

THEMES: dict[str, Theme] = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}
"""By the name that the setting and `--theme` use."""
