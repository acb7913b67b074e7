"""What a service of WMS or WMTS says when it refuses: an XML report, whatever the status that it comes with. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.adapters.api import build_bad_response, build_refusal
from desktop.domain.clocks import Clock
from desktop.domain.errors import BadResponse, DesktopError

from .trees import find_attribute, find_text, iterate_events

OUT_OF_RANGE = "TileOutOfRange"
_STATUSES = {"LayerNotDefined": 404, "AuthenticationFailed": 401, "Unauthorized": 401, "Forbidden": 403}
_INPUT = ("Invalid", "Missing", "StyleNotDefined", "OperationNotSupported", "TileOutOfRange")
_LOOSE = frozenset({200, 400, 404, 500})
_ROOTS = frozenset({"ServiceExceptionReport", "ExceptionReport"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceException:
    """A refusal: its code, such as `LayerNotDefined` ("" where it has none), and its words."""

    code: str
    said: str


def parse_exception(body: bytes, media: str, *, component: str) -> ServiceException | None:
    """The refusal in a body, or None where it is something else; never fails."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    root, code, said = "", "", ""
    try:
        for event, element in iterate_events(body, media, component=component):
            root = root or str(element.tag)
            if root not in _ROOTS:
                return None
            if event == "end" and element.tag in {"ServiceException", "Exception"}:
                code = code or find_attribute(element, "code") or find_attribute(element, "exceptionCode")
                said = said or find_text(element, "ExceptionText") or " ".join((element.text or "").split())
    except BadResponse:
        return ServiceException(code=code, said=said) if root in _ROOTS else None
    return ServiceException(code=code, said=said)


def build_error(
    status: int,
    refusal: ServiceException | None,
    *,
    component: str,
    headers: Mapping[str, str],
    body: str,
    clock: Clock,
) -> DesktopError:
    """The error for an answer that refuses, by its code where it has one that means something, else by its status.

    Services send a refusal with 200, 400, 404 or 500 as they like: then the code counts. Any other status does.
    """
    code, said = (refusal.code, refusal.said) if refusal else ("", "")
    meant = _STATUSES.get(code) or (400 if code.startswith(_INPUT) else None)
    if status < 400 and (meant is None or status not in _LOOSE):
        what = f"it refused and said: {said[:200]}" if said else "it refused without a word"
        return build_bad_response(body, component=component, what=what)
    return build_refusal(
        meant if meant is not None and status in _LOOSE else status,
        component=component,
        writes=False,
        headers=headers,
        said=said,
        field="layer",
        body=body,
        clock=clock,
    )
