"""The other yardstick: the same rows through the Singer SDK as it is, with its own writer and type conformance."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import urlsplit

from singer_sdk import RESTStream, Tap
from singer_sdk.pagination import BaseHATEOASPaginator
from typing_extensions import override

from tap_entra.streams import SignIns, Users

KINDS = {kind.name: kind for kind in (SignIns, Users)}


class _NextLinks(BaseHATEOASPaginator):
    @override
    def get_next_url(self, response: Any) -> str | None:
        link: str | None = response.json().get("@odata.nextLink")
        return link


class _DefaultStream(RESTStream[Any]):
    """A stream as the SDK's own template makes it."""

    records_jsonpath = "$.value[*]"
    url_base, path = "", ""

    @override
    def get_url(self, context: Any) -> str:
        return sys.argv[2].partition("?")[0]

    @override
    def get_url_params(self, context: Any, next_page_token: Any) -> str:
        return next_page_token.query if next_page_token else urlsplit(sys.argv[2]).query

    @override
    def get_new_paginator(self) -> _NextLinks:
        return _NextLinks()


class _DefaultTap(Tap):
    name = "tap-default"
    config_jsonschema = {"properties": {}}  # noqa: RUF012 - the SDK's own spelling

    @override
    def discover_streams(self) -> list[Any]:
        kind = KINDS[sys.argv[1]]
        stream = _DefaultStream(self, name=kind.name, schema=kind.schema)
        stream.primary_keys = kind.primary_keys
        return [stream]


_DefaultTap(config={}).sync_all()
