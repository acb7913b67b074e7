"""What an Open311 server shows: services, their definitions, requests and updates as rows."""

from __future__ import annotations

from datetime import UTC, datetime

from desktop.domain.clocks import LONDON
from desktop.sandbox.casework import CaseRow, UpdateRow
from desktop.sandbox.catalogue import Area, Service, find_service
from desktop.sandbox.open311_xml import Row, Value


def moment_text(area: Area, seconds: int) -> str:
    """A moment as an area writes it: Cleaning in local time with its offset, all others in UTC."""
    if area.id == "cleaning":
        return datetime.fromtimestamp(seconds, UTC).astimezone(LONDON).isoformat(timespec="seconds")
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def service_row(area: Area, service: Service) -> Row:
    """A service in the list of services."""
    return {
        "service_code": service.code,
        "service_name": service.name,
        "description": service.description,
        "metadata": bool(service.questions),
        "type": service.mode or area.mode,
        "keywords": service.keywords,
        "group": service.group,
    }


def definition_row(service: Service) -> Row:
    """The definition of a service: what it asks."""
    return {"service_code": service.code, "attributes": _attributes(service)}


def _attributes(service: Service) -> list[Row]:
    rows: list[Row] = []
    for order, question in enumerate(service.questions, start=1):
        values: list[Row] = [{"key": choice.key, "name": choice.name} for choice in question.choices]
        row: Row = {
            "variable": question.variable,
            "code": question.code,
            "datatype": question.datatype.value,
            "required": question.required,
            "datatype_description": question.hint or None,
            "order": order,
            "description": question.text,
        }
        rows.append({**row, "values": values} if values else row)
    return rows


def request_row(area: Area, case: CaseRow) -> Row:
    """A case as GeoReport shows it, with `extended_attributes`."""
    service = find_service(area, case.service_code)
    extended: dict[str, Value] = {
        "title": case.title,
        "detailed_status": case.status,
        "first_name": case.given or None,
        "last_name": case.family or None,
        "email": case.email or None,
        "phone": case.phone or None,
        "account_id": case.account or None,
        "born": case.born or None,
        "home_uprn": case.home_uprn or None,
        "home_address": case.home_address or None,
        "home_postcode": case.home_postcode or None,
        "uprn": case.uprn or None,
        "ward": case.ward or None,
        "assigned_to": case.assigned or None,
        "team": case.team or None,
        "fixmystreet_id": case.own_ref or None,
    }
    return {
        "service_request_id": case.id,
        "status": "closed" if case.is_closed else "open",
        "status_notes": case.note or None,
        "service_name": service.name if service else case.service_code,
        "service_code": case.service_code,
        "description": case.description,
        "agency_responsible": case.team or None,
        "service_notice": None,
        "requested_datetime": moment_text(area, case.requested),
        "updated_datetime": moment_text(area, case.updated),
        "expected_datetime": moment_text(area, case.expected) if case.expected else None,
        "address": case.address,
        "address_id": case.uprn or None,
        "zipcode": case.postcode or None,
        "lat": case.lat,
        "long": case.lon,
        "media_url": case.media or None,
        "extended_attributes": extended,
    }


def update_row(area: Area, update: UpdateRow) -> Row:
    """An update as the FixMyStreet dialect shows it."""
    return {
        "update_id": update.id,
        "service_request_id": update.case_id,
        "status": update.status,
        "description": update.text,
        "updated_datetime": moment_text(area, update.at),
        "media_url": update.media or None,
        "external_status_code": update.status.replace(" ", "_").upper(),
        "first_name": update.given or None,
        "last_name": update.family or None,
    }
