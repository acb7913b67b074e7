"""The map's page: written once by folium, with everything it loads from this computer. No pin is ever in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

HOME = "knit://map/"
"""Where the page and all that it loads come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDocument:
    """The page and the policy that goes with it, both with the same nonce."""

    html: str
    policy: str


def build_policy(nonce: str) -> str:
    """The content security policy of the page: scripts and styles with the nonce or from our own scheme, no network."""
    return (
        "default-src 'none'; "
        f"script-src 'nonce-{nonce}' knit:; "
        f"style-src 'nonce-{nonce}' knit:; "
        "img-src knit: data:; connect-src knit:; font-src knit:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def build_map_page(*, centre: tuple[float, float], zoom: int, nonce: str) -> MapDocument:
    """The page of the map tab.

    Args:
        centre: latitude and longitude of the first view.
        zoom: its zoom, as Leaflet counts.
        nonce: a fresh random word in lower case (Qt makes headers lower case); scripts without it do not run.
    """
    # Late: folium costs 0.4 s and only the map needs it.
    import folium
    from branca.element import MacroElement
    from jinja2 import Template

    class LocalMap(folium.Map):
        """folium's map with its scripts and styles from our own scheme."""

        default_js = [("leaflet", f"{HOME}leaflet/leaflet.js")]  # noqa: RUF012  # folium's own form
        default_css = [("leaflet_css", f"{HOME}leaflet/leaflet.css")]  # noqa: RUF012

    class Start(MacroElement):
        """Hands folium's map to our own script."""

        _template = Template("{% macro script(this, kwargs) %}knitStart({{ this._parent.get_name() }});{% endmacro %}")

    page = LocalMap(
        location=centre,
        zoom_start=zoom,
        tiles=None,
        control_scale=True,
        zoom_control=False,
        prefer_canvas=True,
    )
    page.add_child(Start())  # type: ignore[no-untyped-call]  # branca has no types
    html = str(page.get_root().render())
    extra = (
        f'<link rel="stylesheet" href="{HOME}map.css"/>'
        f'<script src="{HOME}qwebchannel.js"></script><script src="{HOME}map.js"></script>'
    )
    html = html.replace("</head>", f"{extra}</head>", 1)
    html = re.sub(r"<(script|style)(?=[\s>])", rf'<\1 nonce="{nonce}"', html)
    return MapDocument(html=html, policy=build_policy(nonce))
