"""A stream class that lacks a fact cannot be made; the error says which fact, with an example."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk import typing as th

from tap_entra.replication import (
    BatchedLinkStream,
    BatchedStream,
    DeltaStream,
    EntraStream,
    FullStream,
    LinkStream,
    PhotoStream,
    SlicedStream,
)
from tap_entra.replication.facts import StreamDefinitionError
from tap_entra.streams import STREAMS
from tap_entra.streams.types import DELETED


def schema(*names: str) -> dict[str, Any]:
    plain = (th.Property(name, th.StringType) for name in names)
    return th.PropertiesList(th.Property("seenDateTime", th.DateTimeType), *plain).to_dict()


OBJECTS = {"path": "/things", "permissions": ("Directory.Read.All",), "primary_keys": ("id",), "schema": schema("id")}
DELETABLE = {**schema("id"), "properties": {**schema("id")["properties"], **DELETED.to_dict()}}
LINKS = {**OBJECTS, "primary_keys": ("boxId", "thingId"), "schema": schema("boxId", "thingId", "thingType")}
KEYS = {"parent_key": "boxId", "child_key": "thingId", "type_key": "thingType"}
BELOW = {"path": "/boxes/{id}/things", "parents": "/boxes"}

#: A strategy, and the facts that a stream of it must state.
WHOLE: dict[type[EntraStream], dict[str, Any]] = {
    FullStream: OBJECTS,
    PhotoStream: OBJECTS,
    DeltaStream: {**OBJECTS, "deleted_type": "microsoft.graph.thing", "schema": DELETABLE},
    LinkStream: {**LINKS, "relation": "things", "parent_key": "boxId", "child_key": "thingId"},
    BatchedStream: {**OBJECTS, **BELOW},
    BatchedLinkStream: {**LINKS, **BELOW, **KEYS},
    SlicedStream: {**OBJECTS, "replication_key": "seenDateTime"},
}
EACH = [(strategy, fact) for strategy, facts in WHOLE.items() for fact in facts]


def make(strategy: type[EntraStream], **facts: Any) -> type:
    return type("Things", (strategy,), {"name": "things", **facts})


@pytest.mark.parametrize("strategy", WHOLE, ids=lambda strategy: strategy.__name__)
def test_a_stream_that_states_all_facts_can_be_made(strategy: type[EntraStream]) -> None:
    assert make(strategy, **WHOLE[strategy]).__name__ == "Things"


@pytest.mark.parametrize(("strategy", "fact"), EACH, ids=[f"{one.__name__}-{fact}" for one, fact in EACH])
def test_each_missing_fact_is_an_error_that_names_class_fact_and_example(
    strategy: type[EntraStream], fact: str
) -> None:
    facts = {name: value for name, value in WHOLE[strategy].items() if name != fact}

    with pytest.raises(StreamDefinitionError, match=rf"Things\b.* {fact}\b.*for example: {fact} = \S+"):
        make(strategy, **facts)


COLUMNS = [(strategy, fact) for strategy, fact in EACH if fact in {"primary_keys", "replication_key", *KEYS}]


@pytest.mark.parametrize(("strategy", "fact"), COLUMNS, ids=[f"{one.__name__}-{fact}" for one, fact in COLUMNS])
def test_a_key_that_the_schema_does_not_have_is_an_error(strategy: type[EntraStream], fact: str) -> None:
    other = ("Id",) if fact == "primary_keys" else "Id"

    with pytest.raises(StreamDefinitionError, match=rf"Things\.{fact} names 'Id', which the schema does not have"):
        make(strategy, **{**WHOLE[strategy], fact: other})


def test_the_column_with_the_time_of_deletion_is_required_of_a_delta_stream() -> None:
    with pytest.raises(StreamDefinitionError, match="The schema of Things lacks the column deletedDateTime"):
        make(DeltaStream, **{**WHOLE[DeltaStream], "schema": schema("id")})


def test_the_time_of_a_log_row_must_be_a_date_time() -> None:
    with pytest.raises(StreamDefinitionError, match=r"Things\.replication_key names 'id', whose type is not date-time"):
        make(SlicedStream, **{**WHOLE[SlicedStream], "replication_key": "id"})


@pytest.mark.parametrize("strategy", [BatchedStream, BatchedLinkStream], ids=lambda strategy: strategy.__name__)
def test_the_path_below_a_parent_must_have_its_id(strategy: type[EntraStream]) -> None:
    with pytest.raises(StreamDefinitionError, match=r"Things\.path does not contain \{id\}"):
        make(strategy, **{**WHOLE[strategy], "path": "/things"})


def test_a_list_that_needs_no_permission_says_so() -> None:
    assert make(FullStream, **{**OBJECTS, "permissions": ()}).__name__ == "Things"


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_every_stream_of_the_tap_is_checked(stream: type[EntraStream]) -> None:
    assert stream.required_facts
    assert "name" in vars(stream)
