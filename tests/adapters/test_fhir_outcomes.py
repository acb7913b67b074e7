"""What an OperationOutcome says, and that no value which was sent is repeated."""

from __future__ import annotations

import json

import pytest

from desktop.adapters.api import Issue, parse_issues, say_issues

OUTCOME = {
    "resourceType": "OperationOutcome",
    "issue": [
        {
            "severity": "error", "code": "value", "diagnostics": "Invalid value - 'Okafor 1984' in field 'birthdate'",
            "details": {"coding": [{"system": "s", "code": "INVALID_VALUE", "display": "Provided value is invalid"}]},
        },
        {"severity": "error", "code": "processing", "expression": ["Bundle.entry[0]"]},
    ],
}  # fmt: skip


def test_the_code_its_meaning_and_the_field_are_read() -> None:
    issues = parse_issues(json.dumps(OUTCOME))
    assert issues[0] == Issue(
        kind="value",
        code="INVALID_VALUE",
        display="Provided value is invalid",
        field="birthdate",
        severity="error",
    )
    assert say_issues(issues) == "birthdate: Provided value is invalid; Bundle.entry[0]: processing"


def test_a_value_that_was_sent_is_not_repeated() -> None:
    assert "Okafor" not in str(parse_issues(json.dumps(OUTCOME)))


@pytest.mark.parametrize(
    "text", ["", "<html>", "null", "[]", "{}", '{"fault": {"faultstring": "x"}}', "[" * 100_000, '{"issue": 5}']
)
def test_anything_else_has_no_issues(text: str) -> None:
    assert parse_issues(text) == ()
