"""GOV.UK Notify: the town's texts, e-mails and letters, which go nowhere.

A message moves on by the town's clock: a text or e-mail is created, sending after two seconds and delivered after twenty;
a letter is accepted and, a day later, received. To some recipients delivery fails, and smoke test recipients leave nothing
behind, as Notify has it. What is older than seven days is forgotten. A trainer lowers the limits by `messages_a_minute`
and `messages_a_day` of the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from math import ceil
from typing import Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid4, uuid5

from typing_extensions import override

from desktop.sandbox import notify_rules as rules
from desktop.sandbox.faults import Fault
from desktop.sandbox.notify_rules import Refusal, Tree, Wanted
from desktop.sandbox.notify_templates import TEMPLATES, Template, fill, find_missing, find_template, show_html
from desktop.sandbox.web import TownHandler

PAGE = 250
KEPT_MS = 7 * 86_400_000
LETTERS_A_DAY = 20_000
DAY_MS = 86_400_000
_KIND = "notify_message"
_NOWHERE = "The requested URL was not found on the server."
_WRITTEN_MS = 1_735_689_600_000
_LINES = ("line_1", "line_2", "line_3", "line_4", "line_5", "line_6")


def make_key(kept: str) -> str:
    """A key of Notify's shape from the town's own secret: a name, the service's id and the key's secret."""
    service, secret = (uuid5(NAMESPACE_URL, f"{part}/{kept}") for part in ("service", "secret"))
    return f"citytown-{service}-{secret}"


def format_moment(ms: int) -> str:
    """A moment as Notify writes it."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class NotifyHandler(TownHandler):
    """Everything of the API: who asks is checked first, and a refusal is in Notify's own shape."""

    async def get(self, *parts: str) -> None:
        await self._reply(lambda: self._find(*parts))

    async def post(self, *parts: str) -> None:
        await self._reply(lambda: self._take(*parts))

    async def _reply(self, make: Callable[[], tuple[int, Tree]]) -> None:
        try:
            self._check_token()
            status, tree = make()
        except Refusal as refusal:
            status, tree = refusal.status, refusal.tree
        await self.answer_json(status, tree)

    def _check_token(self) -> None:
        service, secret = self.site.key[-73:-37], self.site.key[-36:]
        header = self.request.headers.get("Authorization", "")
        rules.check_token(header, service=service, secret=secret, now=self.site.now())

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish(Refusal(status_code, "Exception", "Internal server error").tree)

    @override
    def fault_body(self, fault: Fault) -> Tree:
        if fault.status == 429:
            said = "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"
            return Refusal(429, "RateLimitError", said).tree
        return Refusal(fault.status, "Exception", "Internal server error").tree

    def _url(self, *parts: str) -> str:
        return "/".join((self.site.base, "v2", *parts))

    # ==== reading ====

    def _find(self, kind: str = "", id: str = "", version: str = "") -> tuple[int, Tree]:
        if kind == "templates":
            return 200, self._list_templates()
        if kind == "template":
            return 200, self._show_template(self._template(id, version))
        if kind == "received-text-messages":
            return 200, {"received_text_messages": [], "links": {"current": self._url(kind)}}
        if kind == "notifications":
            return 200, self._one(id) if id else self._list_messages()
        raise Refusal(404, "NoResultFound", _NOWHERE)

    def _list_templates(self) -> Tree:
        kind = self.get_query_argument("type", "")
        if kind and kind not in rules.STATUSES:
            raise Refusal(400, "ValidationError", f"type {kind} is not one of [sms, email, letter]")
        return {"templates": [self._show_template(one) for one in TEMPLATES if kind in {"", one.kind}]}

    def _template(self, id: str, version: str = "") -> Template:
        if not rules.is_uuid(id):
            raise Refusal(400, "ValidationError", "id is not a valid UUID")
        template = find_template(id)
        if template is None or version not in {"", str(template.version)}:
            raise Refusal(404, "NoResultFound", "No result found")
        return template

    def _show_template(self, template: Template) -> Tree:
        letter = template.kind == "letter"
        return {
            "id": template.id, "name": template.name, "type": template.kind, "version": template.version,
            "created_at": format_moment(_WRITTEN_MS), "updated_at": format_moment(_WRITTEN_MS) if template.version > 1 else None,
            "created_by": "steve.techyman@citytown.example", "body": template.body, "subject": template.subject or None,
            "letter_contact_block": "Citytown Council\nTown Hall, Mercer Row\nCitytown" if letter else None,
            "postage": "second" if letter else None,
            "personalisation": {name: {"required": True} for name in find_missing(template, {})},
        }  # fmt: skip

    def _messages(self) -> list[Tree]:
        """Every message that is not forgotten yet, newest first."""
        now = self.site.now_ms()
        kept = [
            self._show(message, now) for message in self.site.state.find_all(_KIND) if now - message["at"] < KEPT_MS
        ]
        return kept[::-1]

    def _one(self, id: str) -> Tree:
        if not rules.is_uuid(id):
            raise Refusal(400, "ValidationError", "id is not a valid UUID")
        now = self.site.now_ms()
        kept = self.site.state.find(_KIND, id.lower())
        if kept is None or now - kept["at"] >= KEPT_MS:
            raise Refusal(404, "NoResultFound", "No result found")
        return self._show(kept, now)

    def _list_messages(self) -> Tree:
        ask = {name: self.get_query_arguments(name) for name in self.request.query_arguments}
        rules.check_search(ask)
        found = self._messages()
        if older := ask.get("older_than"):
            ids = [message["id"] for message in found]
            found = found[ids.index(older[-1].lower()) + 1 :] if older[-1].lower() in ids else []
        kinds, statuses, references = (set(ask.get(name, ())) for name in ("template_type", "status", "reference"))
        if "failed" in statuses:
            statuses |= {"permanent-failure", "temporary-failure", "technical-failure"}
        found = [
            message
            for message in found
            if (not kinds or message["type"] in kinds)
            and (not statuses or message["status"] in statuses)
            and (not references or message["reference"] in references)
        ]
        page = found[:PAGE]
        links = {"current": self._link(ask)}
        if page:
            links["next"] = self._link({**ask, "older_than": [page[-1]["id"]]})
        return {"notifications": page, "links": links}

    def _link(self, ask: Mapping[str, list[str]]) -> str:
        query = urlencode(ask, doseq=True)
        return self._url("notifications") + (f"?{query}" if query else "")

    def _show(self, kept: Tree, now: int) -> Tree:
        """A message as it is now."""
        at = int(kept["at"])
        status, sent, ended = rules.find_progress(kept["type"], kept["to"], now - at)
        lines = kept["lines"]
        template = find_template(kept["template"])
        shown: Tree = {
            "id": kept["id"], "reference": kept["reference"], "type": kept["type"], "status": status,
            "email_address": kept["to"] if kept["type"] == "email" else None,
            "phone_number": kept["to"] if kept["type"] == "sms" else None,
            **{name: lines[number] if number < len(lines) - 1 else None for number, name in enumerate(_LINES)},
            "postcode": lines[-1] if lines else None, "postage": kept["postage"],
            "template": self._name_template(template) if template else {"id": kept["template"], "version": 1, "uri": ""},
            "body": kept["body"], "subject": kept["subject"] or None, "created_at": format_moment(at), "created_by_name": None,
            "sent_at": None if sent is None else format_moment(at + sent),
            "completed_at": None if ended is None else format_moment(at + ended), "scheduled_for": None,
            "one_click_unsubscribe_url": None, **_say_cost(kept),
        }  # fmt: skip
        return shown

    def _name_template(self, template: Template) -> Tree:
        return {"id": template.id, "version": template.version, "uri": self._url("template", template.id)}

    # ==== sending ====

    def _take(self, kind: str = "", id: str = "") -> tuple[int, Tree]:
        tree = rules.read_tree(self.request.body)
        if kind == "template":
            return 200, self._preview(self._template(id), tree)
        if kind != "notifications" or id not in rules.STATUSES:
            raise Refusal(404, "NoResultFound", _NOWHERE)
        senders = (str(uuid5(NAMESPACE_URL, "citytown/sms")), str(uuid5(NAMESPACE_URL, "citytown/reply")))
        wanted = rules.check_message(id, tree, senders=senders, service=self.site.key[-73:-37])
        self._check_limits(wanted.kind)
        return 201, self._keep(wanted)

    def _check_limits(self, kind: str) -> None:
        now, tuning = self.site.now_ms(), self.site.tuning
        made = [(message["at"], message["type"]) for message in self.site.state.find_all(_KIND)]
        if sum(now - at < 60_000 for at, _ in made) >= tuning.messages_a_minute:
            said = f"Exceeded rate limit for key type LIVE of {tuning.messages_a_minute} requests per 60 seconds"
            raise Refusal(429, "RateLimitError", said)
        most = min(tuning.messages_a_day, LETTERS_A_DAY) if kind == "letter" else tuning.messages_a_day
        if sum(at // DAY_MS == now // DAY_MS and of == kind for at, of in made) >= most:
            raise Refusal(429, "TooManyRequestsError", f"Exceeded send limits ({kind}: {most}) for today")

    def _keep(self, wanted: Wanted) -> Tree:
        template = wanted.template
        subject, body = fill(template.subject, wanted.fields), fill(template.body, wanted.fields)
        kept: Tree = {
            "id": str(uuid4()), "at": self.site.now_ms(), "type": wanted.kind, "to": wanted.to, "lines": list(wanted.lines),
            "reference": wanted.reference, "template": template.id, "subject": subject, "body": body,
            "postage": wanted.postage,
        }  # fmt: skip
        if wanted.to.replace(" ", "").lower() not in rules.SMOKE:
            self.site.state.put(_KIND, kept["id"], kept)
        content: Tree = {"body": body}
        if wanted.kind == "sms":
            content["from_number"] = "Citytown"
        else:
            content["subject"] = subject
        if wanted.kind == "email":
            content |= {"from_email": "citytown@notifications.service.gov.uk", "one_click_unsubscribe_url": None}
        made: Tree = {
            "id": kept["id"], "reference": wanted.reference, "content": content,
            "uri": self._url("notifications", kept["id"]), "template": self._name_template(template), "scheduled_for": None,
        }  # fmt: skip
        return {**made, "sanitised_content": {}} if wanted.kind == "email" else made

    def _preview(self, template: Template, tree: Tree) -> Tree:
        fields = tree.get("personalisation", {})
        if not isinstance(fields, dict):
            raise Refusal(400, "ValidationError", f"personalisation {fields} is not of type object")
        if missing := find_missing(template, fields):
            raise Refusal(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
        body = fill(template.body, fields)
        return {
            "id": template.id, "type": template.kind, "version": template.version, "body": body,
            "subject": fill(template.subject, fields) or None, "html": show_html(body) if template.kind == "email" else None,
            "postage": "second" if template.kind == "letter" else None,
        }  # fmt: skip


def _say_cost(kept: Tree) -> Tree:
    """What a message costs: texts by their length, letters by the sheet, e-mails nothing."""
    if kept["type"] == "email":
        return {"is_cost_data_ready": True, "cost_in_pounds": 0.0, "cost_details": {}}
    if kept["type"] == "letter":
        details = {"billable_sheets_of_paper": 1, "postage": kept["postage"]}
        return {"is_cost_data_ready": True, "cost_in_pounds": 0.68, "cost_details": details}
    parts = 1 if len(kept["body"]) <= 160 else ceil(len(kept["body"]) / 153)
    rate = {"billable_sms_fragments": parts, "international_rate_multiplier": 1.0, "sms_rate": 0.0233}
    return {"is_cost_data_ready": True, "cost_in_pounds": round(parts * 0.0233, 4), "cost_details": rate}


def notify_routes() -> list[tuple[str, type[NotifyHandler]]]:
    """Paths of the API and who answers them."""
    return [
        (r"/v2/(templates|notifications|received-text-messages)", NotifyHandler),
        (r"/v2/(notifications)/([^/]+)", NotifyHandler),
        (r"/v2/(template)/([^/]+)", NotifyHandler),
        (r"/v2/(template)/([^/]+)/preview", NotifyHandler),
        (r"/v2/(template)/([^/]+)/version/([^/]+)", NotifyHandler),
        (r"/.*", NotifyHandler),
    ]
