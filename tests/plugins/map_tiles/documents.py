"""Capabilities documents of an invented town, made to measure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

WORLD_SCALE = 559_082_264.0287178
CORNER = "-20037508.342789244 20037508.342789244"


def build_wms(
    layers: str, *, version: str = "1.3.0", address: str = "http://inside.example/wms?", head: str = ""
) -> bytes:
    """A WMS with what stands in its outer layer."""
    root = "WMS_Capabilities" if version == "1.3.0" else "WMT_MS_Capabilities"
    text = f"""<?xml version="1.0" encoding="UTF-8"?>{head}
<{root} version="{version}" xmlns:xlink="http://www.w3.org/1999/xlink">
<Service><Name>WMS</Name><Title>Maps of the town</Title></Service>
<Capability><Request><GetMap><Format>image/png</Format><Format>image/jpeg</Format><DCPType><HTTP><Get>
<OnlineResource xlink:href="{escape(address)}"/></Get></HTTP></DCPType></GetMap></Request>
<Layer><Title>All</Title>{layers}</Layer></Capability></{root}>"""
    return text.encode()


def build_layer(name: str, *systems: str, inner: str = "", tag: str = "CRS", title: str = "") -> str:
    """A layer of a WMS in the given systems."""
    named = f"<Name>{escape(name)}</Name>" if name else ""
    titled = f"<Title>{escape(title)}</Title>" if title else ""
    return f"<Layer>{named}{titled}{''.join(f'<{tag}>{system}</{tag}>' for system in systems)}{inner}</Layer>"


def build_matrix(
    id: str, scale: float, *, corner: str = CORNER, pixels: int = 256, width: int = 1, height: int = 1
) -> str:
    """One tile matrix."""
    return (
        f"<TileMatrix><ows:Identifier>{id}</ows:Identifier><ScaleDenominator>{scale!r}</ScaleDenominator>"
        f"<TopLeftCorner>{corner}</TopLeftCorner><TileWidth>{pixels}</TileWidth><TileHeight>{pixels}</TileHeight>"
        f"<MatrixWidth>{width}</MatrixWidth><MatrixHeight>{height}</MatrixHeight></TileMatrix>"
    )


def build_web_set(
    zooms: Iterable[int] = range(20), name: str = "web", system: str = "urn:ogc:def:crs:EPSG::3857"
) -> str:
    """A set of matrices that are the zooms of the map."""
    matrices = "".join(build_matrix(f"m{z}", WORLD_SCALE / 2**z, width=2**z, height=2**z) for z in zooms)
    return build_set(name, system, matrices)


def build_set(name: str, system: str, matrices: str) -> str:
    """A set of matrices."""
    return (
        f"<TileMatrixSet><ows:Identifier>{name}</ows:Identifier><ows:SupportedCRS>{system}</ows:SupportedCRS>"
        f"{matrices}</TileMatrixSet>"
    )


def build_tiled(
    name: str, *, sets: Sequence[str] = ("web",), template: str = "", more: str = "", limits: str = ""
) -> str:
    """A layer of a WMTS."""
    links = "".join(
        f"<TileMatrixSetLink><TileMatrixSet>{one}</TileMatrixSet>{limits}</TileMatrixSetLink>" for one in sets
    )
    resource = (
        f'<ResourceURL format="image/png" resourceType="tile" template="{escape(template)}"/>' if template else ""
    )
    return (
        f"<Layer><ows:Title>The {name}</ows:Title><ows:Identifier>{name}</ows:Identifier>"
        "<ows:WGS84BoundingBox><ows:LowerCorner>-3 50</ows:LowerCorner><ows:UpperCorner>1 53</ows:UpperCorner>"
        "</ows:WGS84BoundingBox><Style><ows:Identifier>plain</ows:Identifier></Style>"
        '<Style isDefault="true"><ows:Identifier>day</ows:Identifier></Style>'
        f"<Format>image/png</Format>{more}{links}{resource}</Layer>"
    )


def build_wmts(layers: str, sets: str, address: str = "") -> bytes:
    """A WMTS."""
    operation = (
        f'<ows:OperationsMetadata><ows:Operation name="GetTile"><ows:DCP><ows:HTTP><ows:Get xlink:href="{escape(address)}"/>'
        "</ows:HTTP></ows:DCP></ows:Operation></ows:OperationsMetadata>"
    )
    text = f"""<Capabilities version="1.0.0" xmlns="http://www.opengis.net/wmts/1.0"
 xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:xlink="http://www.w3.org/1999/xlink">
<ows:ServiceIdentification><ows:Title>Tiles of the town</ows:Title></ows:ServiceIdentification>
<ows:ServiceProvider><ows:ProviderName>Town council</ows:ProviderName></ows:ServiceProvider>
{operation}<Contents>{layers}{sets}</Contents></Capabilities>"""
    return text.encode()


def build_exception(code: str, said: str) -> bytes:
    """A refusal of a WMS."""
    return (
        '<?xml version="1.0"?><ServiceExceptionReport version="1.3.0" xmlns="http://www.opengis.net/ogc">'
        f'<ServiceException code="{code}">\n{escape(said)}\n</ServiceException></ServiceExceptionReport>'
    ).encode()


def build_ows_exception(code: str, said: str) -> bytes:
    """A refusal of a WMTS."""
    return (
        '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="1.1.0">'
        f'<ows:Exception exceptionCode="{code}"><ows:ExceptionText>{escape(said)}</ows:ExceptionText></ows:Exception>'
        "</ows:ExceptionReport>"
    ).encode()
