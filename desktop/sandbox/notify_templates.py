"""The town's texts, e-mails and letters as GOV.UK Notify keeps templates, and how one is filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from uuid import NAMESPACE_URL, uuid5

_FIELD = re.compile(r"\(\(([^()?]+?)(?:\?\?([^()]*))?\)\)")
_TRUE = frozenset({"yes", "y", "true", "t", "1", "include", "show"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One template: `kind` is sms, email or letter; a text has no subject."""

    code: str
    kind: str
    name: str
    subject: str = ""
    body: str
    version: int = 1

    @property
    def id(self) -> str:
        """The same in every town."""
        return str(uuid5(NAMESPACE_URL, f"https://notify.citytown.example/template/{self.code}"))


TEMPLATES: tuple[Template, ...] = (
    Template(
        code="visit-sms", kind="sms", name="Visit: reminder", version=3,
        body="Citytown Council: we visit on ((date)) about ((matter)). Ring 01632 960100 to change it.",
    ),
    Template(
        code="case-sms", kind="sms", name="Case: what happens next",
        body="Citytown Council: your case ((reference)) is ((status)).((paid?? There is nothing to pay.))",
    ),
    Template(
        code="case-email", kind="email", name="Case: received", version=2, subject="Your case ((reference))",
        body="Dear ((name))\n\nThank you for telling us about ((matter)).\n\n# What happens next\n\n"
        "* we look at it within ((days)) working days\n* we write again when something changes",
    ),
    Template(
        code="closed-email", kind="email", name="Case: closed", subject="We have closed your case ((reference))",
        body="Dear ((name))\n\nWe have closed your case.\n\n((outcome))",
    ),
    Template(
        code="visit-letter", kind="letter", name="Visit: letter", version=2, subject="We would like to visit you",
        body="Dear ((name))\n\nWe would like to visit you on ((date)) about ((matter)).",
    ),
    Template(
        code="arrears-letter", kind="letter", name="Rent: first letter", subject="Your rent account",
        body="Dear ((name))\n\nYour rent account is ((amount)) behind. Ring us: we can help you with a plan.",
    ),
)  # fmt: skip


def find_template(id: str) -> Template | None:
    """A template by its id."""
    return next((one for one in TEMPLATES if one.id == id.lower()), None)


def find_missing(template: Template, fields: Mapping[str, object]) -> list[str]:
    """Fields of a template that have no value, in order; case and spaces in their names do not count."""
    known = {_fold(name) for name in fields}
    asked = dict.fromkeys(name.strip() for name, _ in _FIELD.findall(f"{template.subject}\n{template.body}"))
    return [name for name in asked if _fold(name) not in known]


def fill(text: str, fields: Mapping[str, object]) -> str:
    """A text with its fields filled in: `((name))`, and `((name??words))` whose words come where the value says yes."""
    values = {_fold(name): value for name, value in fields.items()}

    def put(match: re.Match[str]) -> str:
        value = values.get(_fold(match[1]), "")
        if match[2] is not None:
            return match[2] if str(value).strip().lower() in _TRUE else ""
        return "\n".join(f"* {item}" for item in value) if isinstance(value, list) else str(value)

    return _FIELD.sub(put, text)


def show_html(body: str) -> str:
    """The body of an e-mail as Notify's preview has it, without its styles."""
    blocks = []
    for block in body.split("\n\n"):
        lines = [escape(line) for line in block.split("\n")]
        if block.startswith("# "):
            blocks.append(f"<h2>{escape(block[2:])}</h2>")
        elif all(line.startswith("* ") for line in lines):
            blocks.append("<ul>" + "".join(f"<li>{line[2:]}</li>" for line in lines) + "</ul>")
        else:
            blocks.append("<p>" + "<br>".join(lines) + "</p>")
    return "".join(blocks)


def _fold(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).lower()
