"""Requests to planning.data.gov.uk. No key."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import AdapterContext, Answer


class PlanningDataClient:
    """Asks for entities and datasets. An answer that moved is followed."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http

    def search(self, params: Mapping[str, str | list[str]], *, shapes: bool = False) -> Answer:
        """Entities, with their shapes as GeoJSON or without any."""
        if shapes:
            return self._get("entity.geojson", params)
        return self._get("entity.json", {**params, "exclude_field": "geometry,point"})

    def fetch_datasets(self) -> Answer:
        """Every dataset."""
        return self._get("dataset.json", {})

    def _get(self, path: str, params: Mapping[str, str | list[str]]) -> Answer:
        return self._http.request("GET", path, params=params, headers={"Accept": "application/json"})
