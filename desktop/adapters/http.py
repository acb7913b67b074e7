"""The one HTTP client: made for one component, the only thing of an adapter that reaches outside.

https only (plain http to this machine only), allowed hosts only, a deadline over the whole call, a largest body, a
rate, patient second tries where they are safe, and no secret or query in any log or error.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

import requests
from requests.structures import CaseInsensitiveDict

from desktop.adapters.addresses import (
    AllowList,
    build_shown_url,
    build_url,
    is_loopback,
    parse_origin,
)
from desktop.adapters.answers import Answer
from desktop.adapters.bodies import ACCEPTED, read_body
from desktop.adapters.breaker import Breaker
from desktop.adapters.heard import hear
from desktop.adapters.http_faults import WIRE_ERRORS, Lost, TransportFault, build_lost
from desktop.adapters.limits import CallLimit, Cancel, Waits, call_scope, find_limit
from desktop.adapters.orders import READS, REDIRECTS, TAKEN, Order, Redirects
from desktop.adapters.ratelimit import TokenBucket
from desktop.adapters.redaction import redact, redact_text
from desktop.adapters.refusals import build_outcome_unknown
from desktop.adapters.retry import PASSING, Backoff, parse_retry_after
from desktop.adapters.transport import LimitedAdapter
from desktop.domain.clocks import Clock
from desktop.domain.errors import NotReady, SetupFailed

MOST_REDIRECTS = 5
MOST_THREADS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How this machine reaches the outside; times in seconds.

    `proxy` "" means what the environment says (HTTPS_PROXY, NO_PROXY), `ca_bundle` "" the bundle that is shipped.
    `deadline_s` holds for a call that opens no scope of its own.
    """

    proxy: str = ""
    ca_bundle: str = ""
    connect_s: float = 5.0
    read_s: float = 15.0
    deadline_s: float = 30.0
    most_bytes: int = 16 * 1024 * 1024
    backoff: Backoff = field(default_factory=Backoff)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpPolicy:
    """What one component's client may do. `secrets` are only looked for, so that none gets out; never sent by it.

    `addresses` are those of its settings besides `base_url` whose hosts it may ask.
    """

    component: str
    base_url: str = ""
    addresses: tuple[str, ...] = ()
    hosts: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    per_second: float = 0.0
    burst: int = 10
    network: Network = field(default_factory=Network)


class HttpClient:
    """Implements `desktop.adapters.api.Http`; safe to use from the component's threads."""

    def __init__(
        self,
        policy: HttpPolicy,
        *,
        clock: Clock,
        log: logging.Logger,
        rng: random.Random | None = None,
        breaker: Breaker | None = None,
        bucket: TokenBucket | None = None,
    ) -> None:
        """Opens nothing yet. Raises SetupFailed where `base_url` is not an address that may be asked."""
        self._policy = policy
        self._clock = clock
        self._log = log
        self._rng = rng or random.Random()  # noqa: S311 -- spreads waits, guards nothing
        addresses = (policy.base_url, *policy.addresses)
        self._allowed = AllowList.build(hosts=policy.hosts, addresses=addresses, component=policy.component)
        self._redirects = Redirects(self._allowed, component=policy.component, secrets=policy.secrets)
        self._bucket = bucket or TokenBucket(per_second=policy.per_second, burst=policy.burst, clock=clock)
        self._breaker = breaker or Breaker(policy.component, clock)
        self._session = self._build_session()

    def _build_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # no .netrc; the proxy of the environment is asked for by name below
        session.headers = CaseInsensitiveDict({"User-Agent": "Knit", "Accept-Encoding": ACCEPTED, "Accept": "*/*"})
        adapter = LimitedAdapter(pool_connections=4, pool_maxsize=MOST_THREADS)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session

    @staticmethod
    def call_scope(
        deadline_s: float, cancel: Cancel = None, *, clock: Clock | None = None, waits: Waits = nullcontext
    ) -> AbstractContextManager[CallLimit]:
        """Holds every request of this thread inside the `with` to one deadline in seconds and one cancel."""
        return call_scope(deadline_s, cancel, clock=clock, waits=waits)

    def find_headroom(self) -> float | None:
        """What is left of the rate limit, 0 to 1; None where there is none."""
        return self._bucket.headroom()

    def close(self) -> None:
        """Closes every connection."""
        self._session.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str | list[str]] | None = None,
        json: object | None = None,
        data: bytes | None = None,
        retry: bool | None = None,
    ) -> Answer:
        """One request within the call's scope; see `desktop.adapters.api.Http.request`.

        A write that is called off, or runs out of time, after it was sent raises OutcomeUnknown, not
        OperationCancelled: it may have been carried out. A body that is too large or cannot be unpacked raises
        BadResponse.
        """
        method = method.upper()
        order = Order(
            method=method,
            url=build_url(self._policy.base_url, path),
            params=params,
            headers=headers or {},
            form=form,
            json=json,
            data=data,
            again=(method in READS) if retry is None else retry,
        )
        with self._breaker.guard() as answered:
            limit = find_limit()
            if limit is not None:
                with limit.waits():
                    return answered(self._with_tries(order, limit))
            with call_scope(self._policy.network.deadline_s, clock=self._clock) as own:
                return answered(self._with_tries(order, own))

    # ==== tries ====

    def _with_tries(self, order: Order, limit: CallLimit) -> Answer:
        may_be_done = False  # an earlier try of a write may have been carried out
        tried = 0
        while True:
            tried += 1
            outcome = self._try(order, limit)
            may_be_done = may_be_done or (order.writes and isinstance(outcome, Lost) and outcome.sent)
            wait_s = self._next_wait_s(order, outcome, tried=tried, limit=limit)
            if wait_s is None:
                return self._settle(outcome, may_be_done=may_be_done)
            self._log.info("%s is tried again in %.1f s", self._policy.component, wait_s)
            stopped = self._pause(wait_s, limit)
            if stopped is not None:
                return self._settle(stopped, may_be_done=may_be_done)

    def _settle(self, outcome: Answer | Lost, *, may_be_done: bool) -> Answer:
        component = self._policy.component
        if isinstance(outcome, Lost):
            raise outcome.to_raise(unknown=may_be_done, component=component)
        if may_be_done and outcome.status in PASSING:
            raise build_outcome_unknown(component)
        return outcome

    def _next_wait_s(self, order: Order, outcome: Answer | Lost, *, tried: int, limit: CallLimit) -> float | None:
        """Seconds until the next try, or None when this was the last."""
        backoff = self._policy.network.backoff
        passing = outcome.again if isinstance(outcome, Lost) else outcome.status in PASSING
        if not (order.again and passing) or tried >= backoff.tries:
            return None
        asked_s = None if isinstance(outcome, Lost) else parse_retry_after(outcome.headers, clock=self._clock)
        wait_s = backoff.wait_s(tried, asked_s=asked_s, rng=self._rng)
        return wait_s if wait_s < limit.remaining() else None

    def _pause(self, wait_s: float, limit: CallLimit) -> Lost | None:
        """Waits; gives what stopped it. Nothing is on its way meanwhile."""
        try:
            limit.wait(wait_s)
        except WIRE_ERRORS as error:
            return replace(build_lost(error, component=self._policy.component), sent=False)
        return None

    def _try(self, order: Order, limit: CallLimit) -> Answer | Lost:
        wait_s = self._bucket.take()
        if wait_s >= limit.remaining():
            return self._build_crowded(wait_s)
        stopped = self._pause(wait_s, limit)
        return stopped if stopped is not None else self._follow(order, limit)

    def _build_crowded(self, wait_s: float) -> Lost:
        component = self._policy.component
        error = NotReady(
            f"{component} is being asked as often as it may be.",
            "Knit tries again by itself.",
            key="http.rate",
            subject=component,
            retry_after=wait_s,
        )
        return Lost(error=error, sent=False, again=False, cause=TransportFault("own rate limit"))

    # ==== one try ====

    def _follow(self, order: Order, limit: CallLimit) -> Answer | Lost:
        """Sends, and follows redirects by hand so that each address is checked before anything goes there."""
        sent = False
        for hop in range(MOST_REDIRECTS + 1):
            outcome = self._send(order, limit)
            if isinstance(outcome, Lost):
                return replace(outcome, sent=outcome.sent or sent)
            location = outcome.headers.get("Location", "")
            if outcome.status not in REDIRECTS or not location:
                return self._build_half_known() if sent and outcome.status in PASSING else outcome
            sent = sent or (order.writes and outcome.status in TAKEN)
            try:
                order = self._redirects.build_next(
                    order, status=outcome.status, location=location, last=hop == MOST_REDIRECTS
                )
            except SetupFailed as error:
                return Lost(error=error, sent=sent, again=False, cause=TransportFault("redirect"))
        raise AssertionError("the last hop never gives a next one")

    def _build_half_known(self) -> Lost:
        """A write that was taken, by the redirect it got, and whose answer is not to be had now."""
        error = build_outcome_unknown(self._policy.component)
        return Lost(error=error, sent=True, again=False, cause=TransportFault("redirect"))

    def _send(self, order: Order, limit: CallLimit) -> Answer | Lost:
        component = self._policy.component
        origin = parse_origin(order.url, component=component)
        if not self._allowed.allows(origin):
            raise SetupFailed(
                f"{component} may not be asked at {origin}.",
                "Only the addresses in its settings and the hosts in the plugin's manifest are allowed.",
                key="http.host",
                subject=component,
            )
        started = self._clock.monotonic()
        try:
            limit.check()
        except WIRE_ERRORS as error:
            return replace(build_lost(error, component=component), sent=False)
        try:
            answer = self._exchange(order, limit, loopback=is_loopback(origin.host))
        except WIRE_ERRORS as error:
            lost = build_lost(error, component=component)
            self._log.info("%s %s: %s", component, order.method, lost.cause)
            return lost
        self._log.debug(
            "%s %s %s answered %s, %s bytes, %d ms",
            component,
            order.method,
            redact_text(answer.url, self._policy.secrets),
            answer.status,
            len(answer.body),
            (self._clock.monotonic() - started) * 1000,
        )
        hear(order.method, answer, self._policy.secrets | order.credentials)
        return answer

    def _exchange(self, order: Order, limit: CallLimit, *, loopback: bool) -> Answer:
        network = self._policy.network
        prepared = self._session.prepare_request(
            requests.Request(
                order.method,
                order.url,
                params=dict(order.params) if order.params else None,
                headers=dict(order.headers),
                data=order.data if order.data is not None else (dict(order.form) if order.form else None),
                json=order.json,
            )
        )
        response = self._session.send(
            prepared,
            stream=True,
            allow_redirects=False,
            timeout=(min(network.connect_s, limit.remaining()), network.read_s),
            verify=network.ca_bundle or True,
            proxies={} if loopback else self._find_proxies(order.url),
        )
        try:
            body = read_body(
                response.raw, encoding=response.headers.get("Content-Encoding", ""), most=network.most_bytes
            )
        finally:
            response.close()
        if response.status_code >= 400:  # its words are shown and kept, and some servers say back what they were sent
            body = redact(body, self._policy.secrets | order.credentials)
        return Answer(
            status=response.status_code,
            headers=response.headers,
            body=body,
            url=build_shown_url(response.url),
        )

    def _find_proxies(self, url: str) -> dict[str, str]:
        proxy = self._policy.network.proxy
        return {"http": proxy, "https": proxy} if proxy else requests.utils.get_environ_proxies(url)
