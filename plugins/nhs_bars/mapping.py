"""BaRS answers to referrals. Pure.

A referral comes as a ServiceRequest alone, in a Bundle (with `resource`, or lying in the entry itself, as NHS England's
own samples have it), or with a Task that says how far it is. Errors keep nothing of a body: it is about a patient.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from desktop.adapters.api import parse_json, read_items, read_moment, read_record, read_text
from desktop.domain.errors import BadResponse
from desktop.domain.ids import OutsideId
from desktop.domain.referrals import ReferralState, ReferralStatus

from .bundles import DEFINITION

MOST = 100
"""Resources of a Bundle that are read."""
_TASKS = {
    "draft": ReferralState.SENT,
    "requested": ReferralState.SENT,
    "received": ReferralState.RECEIVED,
    "accepted": ReferralState.ACCEPTED,
    "ready": ReferralState.ACCEPTED,
    "in-progress": ReferralState.IN_PROGRESS,
    "on-hold": ReferralState.IN_PROGRESS,
    "completed": ReferralState.DONE,
    "rejected": ReferralState.REJECTED,
    "failed": ReferralState.REJECTED,
    "cancelled": ReferralState.REVOKED,
    "entered-in-error": ReferralState.REVOKED,
}
_REQUESTS = {
    "draft": ReferralState.SENT,
    "active": ReferralState.RECEIVED,
    "on-hold": ReferralState.IN_PROGRESS,
    "completed": ReferralState.DONE,
    "revoked": ReferralState.REVOKED,
    "entered-in-error": ReferralState.REVOKED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an answer has: `kind` of resource, the ServiceRequest and Task in it, the word of a message's own answer."""

    kind: str
    request: Mapping[str, object]
    task: Mapping[str, object]
    response: str

    @property
    def is_current(self) -> bool:
        """Whether the receiver still works on it: only then may it be taken back."""
        return read_text(self.request.get("status")) == "active"


def parse_found(text: str, *, component: str) -> Found:
    """Any answer about a referral. Raises BadResponse: it is no FHIR resource."""
    body = read_body_tree(text, component=component)
    resources = list(_iterate(body))
    kinds = {read_text(resource.get("resourceType")): resource for resource in reversed(resources)}
    response = read_record(kinds.get("MessageHeader", {}).get("response"))
    return Found(
        kind=read_text(body.get("resourceType")),
        request=kinds.get("ServiceRequest", {}),
        task=kinds.get("Task", {}),
        response=read_text(response.get("code")),
    )


def read_body_tree(text: str, *, component: str) -> Mapping[str, object]:
    """A FHIR resource. Raises BadResponse, with nothing of the body."""
    try:
        tree = parse_json(text, component=component)
    except BadResponse as error:
        raise BadResponse(error.title, error.hint, key="nhs_bars.answer", subject=component) from None
    record = tree if isinstance(tree, dict) else {}
    if not read_text(record.get("resourceType")):
        raise refuse(component, "it is no resource of FHIR")
    return record


def refuse(component: str, what: str) -> BadResponse:
    """The error for an answer that cannot be used, with nothing of its body."""
    return BadResponse(
        f"{component} did not answer as it should: {what}.",
        "Try again later. If it stays, report it to whoever runs it.",
        key="nhs_bars.answer",
        subject=component,
    )


def _iterate(body: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The resource itself, those of its entries, and those contained in it; not deeper."""
    yield body
    for item in read_items(body.get("entry"))[:MOST]:
        entry = read_record(item)
        resource = read_record(entry.get("resource")) or entry
        yield resource
        yield from map(read_record, read_items(resource.get("contained"))[:MOST])
    yield from map(read_record, read_items(body.get("contained"))[:MOST])


def build_status(found: Found, *, id: OutsideId, service: OutsideId) -> ReferralStatus:
    """Where a referral stands. The Task says more than the ServiceRequest, unless that is over already."""
    word, task = read_text(found.request.get("status")), read_text(found.task.get("status"))
    state = _REQUESTS.get(word, ReferralState.NOT_KNOWN)
    if task and state not in {ReferralState.REVOKED, ReferralState.DONE}:
        word, state = task, _TASKS.get(task, ReferralState.NOT_KNOWN)
    meta = read_record((found.task or found.request).get("meta"))
    return ReferralStatus(
        outside_id=id,
        state=state,
        status=word,
        service=service,
        at=read_moment(found.task.get("lastModified")) or read_moment(meta.get("lastUpdated")),
        text=_find_reason(found.task),
        version=read_text(read_record(found.request.get("meta")).get("versionId")),
    )


def _find_reason(task: Mapping[str, object]) -> str:
    reason = read_record(task.get("statusReason"))
    coding = read_record(reason.get("coding"))
    return (read_text(reason.get("text")) or read_text(coding.get("display")))[:500]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """What a service says of itself: FHIR version, the version of its statement, and the messages it receives."""

    fhir: str
    version: str
    processes: bool
    receives: frozenset[str]

    def takes(self, kind: str) -> bool:
        """Whether it takes messages of a kind; one that lists none by name, but processes messages, is believed."""
        return f"{DEFINITION}-{kind}" in self.receives if self.receives else self.processes


def parse_capability(text: str, *, component: str) -> Capability:
    """A CapabilityStatement. Raises BadResponse: it is none."""
    body = read_body_tree(text, component=component)
    if read_text(body.get("resourceType")) != "CapabilityStatement":
        raise refuse(component, "it does not say what it can do")
    servers = [rest for rest in _records(body.get("rest")) if read_text(rest.get("mode")) == "server"]
    operations = [operation for server in servers for operation in _records(server.get("operation"))]
    messages = [m for messaging in _records(body.get("messaging")) for m in _records(messaging.get("supportedMessage"))]
    return Capability(
        fhir=read_text(body.get("fhirVersion")),
        version=read_text(body.get("version")),
        processes=any(read_text(op.get("name")).lstrip("$") == "process-message" for op in operations)
        or bool(messages),
        receives=frozenset(
            read_text(message.get("definition")).partition("|")[0]  # a canonical address may name a version after it
            for message in messages
            if read_text(message.get("mode")) == "receiver"
        ),
    )


def _records(value: object) -> list[Mapping[str, object]]:
    return [record for record in map(read_record, read_items(value)[:MOST]) if record]
