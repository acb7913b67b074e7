"""FHIR R4's OperationOutcome: how NHS and other health APIs say what went wrong, and what of it may be shown."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from desktop.adapters.reading import read_items, read_record, read_text

_MOST = 20
_FIELD = re.compile(r"in (?:field|header) '([A-Za-z0-9_./\[\]|-]{1,80})'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing that went wrong.

    `kind` is FHIR's own word (`not-found`), `code` the API's (`RESOURCE_NOT_FOUND`), `display` what the code means.
    `severity` tells a refusal (`error`, `fatal`) from what was done all the same (`warning`, `information`).
    `field` is what it is about where the diagnostics name one. The diagnostics themselves repeat values that were sent,
    which may be a resident's: they are not kept.
    """

    kind: str
    code: str
    display: str
    field: str
    severity: str = ""


def parse_issues(text: str) -> tuple[Issue, ...]:
    """The issues of an OperationOutcome; none for anything else (a gateway's own JSON, a web page). Never raises."""
    try:
        body = read_record(json.loads(text))
    except (ValueError, RecursionError):
        return ()
    if read_text(body.get("resourceType")) != "OperationOutcome":
        return ()
    records = map(read_record, read_items(body.get("issue"))[:_MOST])
    return tuple(_build_issue(record) for record in records if record)


def _build_issue(record: object) -> Issue:
    issue = read_record(record)
    coding = read_record(read_record(issue.get("details")).get("coding"))
    field = _FIELD.search(read_text(issue.get("diagnostics")))
    expression = read_text(issue.get("expression"))[:80]
    return Issue(
        kind=read_text(issue.get("code")),
        code=read_text(coding.get("code")),
        display=read_text(coding.get("display"))[:200],
        field=field[1] if field else expression,
        severity=read_text(issue.get("severity")),
    )


def say_issues(issues: tuple[Issue, ...]) -> str:
    """What went wrong in the API's words, without any value that was sent."""
    said = (": ".join(filter(None, [issue.field, issue.display or issue.code or issue.kind])) for issue in issues)
    return "; ".join(dict.fromkeys(filter(None, said)))
