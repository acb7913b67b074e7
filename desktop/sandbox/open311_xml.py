"""GeoReport's two forms: the same rows as XML and as JSON."""

from __future__ import annotations

import json
from html import escape

Value = str | int | float | bool | None | list["Row"] | list[str] | dict[str, "Value"]
Row = dict[str, Value]

_ITEMS = {"attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format"}


def clean(text: str) -> str:
    """Text without the control characters that XML 1.0 cannot carry."""
    return "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )


def to_xml(root: str, item: str, rows: list[Row]) -> bytes:
    """Rows as an XML document: an item element for each, an empty element for what is not known."""
    inside = "".join(_element(item, row) for row in rows)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>{inside}</{root}>'.encode()


def to_xml_record(root: str, row: Row) -> bytes:
    """One row as the whole document, as a service definition is."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_element(root, row)}'.encode()


def to_json(rows: list[Row] | Row) -> bytes:
    """Rows as JSON; what is not known is left out."""
    kept: object = [_known(row) for row in rows] if isinstance(rows, list) else _known(rows)
    return json.dumps(kept, ensure_ascii=False).encode()


def _known(row: Row) -> dict[str, object]:
    kept: dict[str, object] = {}
    for name, value in row.items():
        if isinstance(value, list):
            kept[name] = [_known(item) if isinstance(item, dict) else item for item in value]
        elif isinstance(value, dict):
            kept[name] = _known(value)
        elif value is not None:
            kept[name] = value
    return kept


def _element(name: str, value: Value) -> str:
    if isinstance(value, list):
        inside = "".join(_element(_ITEMS[name], item) for item in value)
    elif isinstance(value, dict):
        inside = "".join(_element(key, item) for key, item in value.items())
    elif isinstance(value, bool):
        inside = "true" if value else "false"
    else:
        inside = "" if value is None else escape(clean(str(value)), quote=False)
    return f"<{name}>{inside}</{name}>" if inside else f"<{name}/>"
