"""What the wire's exceptions mean: the only place that knows those of requests and urllib3.

They are not passed on as a cause: their text may hold an address with its query, or a header with a secret. What is
passed on is a `TransportFault` that says only their kind.
"""

from __future__ import annotations

from dataclasses import dataclass

import requests
import urllib3

from desktop.adapters.bodies import BodyDamaged, BodyTooLarge
from desktop.adapters.limits import DeadlinePassed
from desktop.adapters.refusals import build_outcome_unknown
from desktop.domain.errors import (
    AdapterError,
    BadResponse,
    DesktopError,
    NotReady,
    OperationCancelled,
    SetupFailed,
)


class TransportFault(Exception):
    """The kind of the exception that the wire raised, without its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A try that brought no answer.

    Attributes:
        error: what to say when it is not tried again and was not a write that may have been carried out.
        sent: whether the component may have got the request.
        again: whether another try may help.
        cause: the kind of failure, for the log.
    """

    error: DesktopError
    sent: bool
    again: bool
    cause: TransportFault

    def to_raise(self, *, unknown: bool, component: str) -> DesktopError:
        """The error that leaves the client; `unknown` when a write may have been carried out."""
        error = build_outcome_unknown(component) if unknown else self.error
        error.__cause__ = self.cause
        return error


def build_lost(error: Exception, *, component: str) -> Lost:
    """What an exception of one try means. Gives an error of ours for every exception of the wire.

    Raises:
        TypeError: not an exception of the wire; the caller lets it through as our own bug.
    """
    for kinds, build in _MEANINGS:
        if isinstance(error, kinds):
            return build(error, component)
    raise TypeError(f"{type(error).__name__} is no failure of the wire") from error


def _lost(error: DesktopError, cause: BaseException, *, sent: bool, again: bool) -> Lost:
    return Lost(error=error, sent=sent, again=again, cause=TransportFault(_kind(cause)))


def _kind(error: BaseException) -> str:
    inner = _reason(error)
    return type(error).__name__ if inner is None else f"{type(error).__name__}: {type(inner).__name__}"


def _reason(error: BaseException) -> BaseException | None:
    """The failure inside a `requests` exception, where it has one."""
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    return reason if isinstance(reason, BaseException) else None


def _not_ready(component: str, what: str, key: str) -> NotReady:
    return NotReady(f"{component} {what}.", "Knit tries again by itself.", key=key, subject=component)


def _unreachable(error: Exception, component: str) -> Lost:
    return _lost(_not_ready(component, "cannot be reached", "http.unreachable"), error, sent=False, again=True)


def _connection(error: Exception, component: str) -> Lost:
    """A connection that was never made, or one that broke after something may have been sent."""
    if isinstance(_reason(error), (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)):
        return _unreachable(error, component)
    return _broken(error, component)


def _broken(error: Exception, component: str) -> Lost:
    return _lost(_not_ready(component, "broke off its answer", "http.broken"), error, sent=True, again=True)


def _slow(error: Exception, component: str) -> Lost:
    return _lost(_not_ready(component, "did not answer in time", "http.slow"), error, sent=True, again=True)


def _deadline(error: Exception, component: str) -> Lost:
    return _lost(_not_ready(component, "did not answer in time", "http.deadline"), error, sent=True, again=False)


def _cancelled(error: Exception, _component: str) -> Lost:
    cancelled = error if isinstance(error, OperationCancelled) else OperationCancelled("", key="call.cancelled")
    return _lost(cancelled, error, sent=True, again=False)


def _tls(error: Exception, component: str) -> Lost:
    failed = SetupFailed(
        f"The secure connection to {component} failed.",
        "Its certificate is not trusted here, or something between changes it. Ask IT about the certificate bundle.",
        key="http.tls",
        subject=component,
    )
    return _lost(failed, error, sent=False, again=False)


def _unsendable(error: Exception, component: str) -> Lost:
    failed = SetupFailed(
        f"The request to {component} cannot be sent.",
        "A setting or secret holds a character that cannot be sent, or a file named in the settings is missing.",
        key="http.unsendable",
        subject=component,
    )
    return _lost(failed, error, sent=False, again=False)


def _too_large(error: Exception, component: str) -> Lost:
    return _lost(_bad(component, "answered more than it may", "http.large"), error, sent=True, again=False)


def _damaged(error: Exception, component: str) -> Lost:
    if "cut off" in str(error):
        return _broken(error, component)
    return _lost(_bad(component, "sent a body that cannot be unpacked", "http.damaged"), error, sent=True, again=False)


def _bad(component: str, what: str, key: str) -> AdapterError:
    return BadResponse(f"{component} {what}.", "Report it to whoever runs it.", key=key, subject=component)


_MEANINGS = (
    (OperationCancelled, _cancelled),
    (DeadlinePassed, _deadline),
    (BodyTooLarge, _too_large),
    (BodyDamaged, _damaged),
    (requests.exceptions.SSLError, _tls),
    (urllib3.exceptions.SSLError, _tls),
    (requests.exceptions.ProxyError, _unreachable),
    (requests.exceptions.ConnectTimeout, _unreachable),
    ((requests.exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError, TimeoutError), _slow),
    (requests.exceptions.ConnectionError, _connection),
    ((requests.exceptions.ChunkedEncodingError, urllib3.exceptions.HTTPError, ConnectionError), _broken),
    ((requests.exceptions.RequestException, ValueError, OSError), _unsendable),
)
"""First match wins: subclasses stand before their base."""

WIRE_ERRORS = (
    OperationCancelled,
    DeadlinePassed,
    BodyTooLarge,
    BodyDamaged,
    requests.exceptions.RequestException,
    urllib3.exceptions.HTTPError,
    ValueError,
    OSError,
)
"""Everything that one try may raise besides our own bugs."""
