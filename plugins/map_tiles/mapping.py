"""What a service says of its layers as map layers, and the addresses that it names. Pure."""

from __future__ import annotations

from urllib.parse import parse_qsl, urljoin, urlsplit, urlunsplit

from desktop.domain.ids import OutsideId
from desktop.domain.layers import LayerKind, MapLayer

from .wms import WmsLayer
from .wmts import WmtsCapabilities, WmtsLayer

_SECRET_NAMES = frozenset({"key", "api_key", "apikey", "api-key", "token", "access_token"})
_OWN_NAMES = frozenset({"service", "request", "version"})


def split_names(names: str) -> tuple[str, ...]:
    """Names of a setting, each once."""
    return tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))


# ==== layers ====


def build_xyz_layer(name: str, attribution: str, max_zoom: int) -> MapLayer:
    """A layer of which nothing is known but its name."""
    return MapLayer(
        id=OutsideId(name),
        name=name.replace("_", " "),
        kind=LayerKind.TILES,
        attribution=attribution,
        max_zoom=max_zoom,
    )


def build_wms_layer(layer: WmsLayer, attribution: str) -> MapLayer:
    """A layer of a WMS; `attribution` comes before its own."""
    return MapLayer(
        id=OutsideId(layer.name), name=layer.title, kind=LayerKind.TILES, description=layer.description,
        attribution=attribution or layer.attribution, bounds=layer.bounds, min_zoom=layer.min_zoom,
        max_zoom=layer.max_zoom,
    )  # fmt: skip


def build_wmts_layer(layer: WmtsLayer, found: WmtsCapabilities, attribution: str) -> MapLayer:
    """A layer of a WMTS that comes in Web Mercator; `attribution` comes before the name of its provider."""
    zooms = found.sets[found.find_set(layer)]
    return MapLayer(
        id=OutsideId(layer.name), name=layer.title, kind=LayerKind.TILES, description=layer.description,
        attribution=attribution or found.attribution, bounds=layer.bounds, min_zoom=min(zooms), max_zoom=max(zooms),
    )  # fmt: skip


# ==== addresses ====


def resolve_address(base_url: str, said: str) -> tuple[str, dict[str, str]]:
    """Where a service says that it is asked, as path and parameters.

    Services behind a gateway know themselves by a name of the inside: then the address that its capabilities came from
    is asked. On the same host its path and parameters hold, and how it is reached is left as it was.
    """
    try:
        base, found = urlsplit(base_url), urlsplit(urljoin(base_url, said))
        if not said or found.hostname != base.hostname:
            return "", {}
    except ValueError:
        return "", {}
    params = {name: value for name, value in parse_qsl(found.query, keep_blank_values=True) if _is_kept(name)}
    return urlunsplit((base.scheme, base.netloc, found.path, "", "")), params


def _is_kept(name: str) -> bool:
    return name.lower() not in _SECRET_NAMES | _OWN_NAMES


def resolve_template(base_url: str, said: str) -> str:
    """A tile's whole address. On the same host it is reached as the service is; another one is left to the client."""
    base = urlsplit(base_url)
    try:
        found = urlsplit(urljoin(base_url, said))
        same = found.hostname == base.hostname
    except ValueError:
        return ""
    origin = (base.scheme, base.netloc) if same else (found.scheme, found.netloc)
    return urlunsplit((*origin, found.path, found.query, ""))
