"""Facts that a stream class must state, checked when the class is created."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any


class StreamDefinitionError(TypeError):
    """A stream class lacks a required fact, or one does not fit its schema. Names class, fact and an example."""


@dataclass(frozen=True)
class Fact:
    """A class attribute that a stream must set.

    Attributes:
        example: A value as it stands in a stream's file, e.g. '"/users"'.
        is_column: Whether it names columns, which the schema must have.
        kind: The JSON schema format of those columns, e.g. "date-time"; None for any.
        holds: A text that the value must contain, e.g. "{id}"; empty for any value.
    """

    name: str
    example: str
    is_column: bool = False
    kind: str | None = None
    holds: str = ""

    def check(self, stream: type) -> None:
        """Check the fact of a stream class.

        Raises:
            StreamDefinitionError: It is not set, or does not fit.
        """
        value = self._value(stream)
        example = f"for example: {self.name} = {self.example}"
        if value in (None, "", {}):  # an empty tuple is a statement: no permission is needed
            raise StreamDefinitionError(f"{stream.__name__} does not set {self.name}, {example}")
        if self.holds and self.holds not in value:
            raise StreamDefinitionError(f"{stream.__name__}.{self.name} does not contain {self.holds}, {example}")
        for column in ((value,) if isinstance(value, str) else value) if self.is_column else ():
            self._check_column(stream, column, example)

    def _value(self, stream: type) -> Any:
        value = inspect.getattr_static(stream, self.name, None)
        return None if isinstance(value, property) else value  # the SDK's own, which no stream has set

    def _check_column(self, stream: type, column: str, example: str) -> None:
        declared = stream.schema["properties"].get(column)  # type: ignore[attr-defined]  # a constant in streams/
        if declared is None:
            raise StreamDefinitionError(
                f"{stream.__name__}.{self.name} names '{column}', which the schema does not have, {example}"
            )
        if self.kind and declared.get("format") != self.kind:
            raise StreamDefinitionError(
                f"{stream.__name__}.{self.name} names '{column}', whose type is not {self.kind}, {example}"
            )


@dataclass(frozen=True)
class Column:
    """A column that the schema of a stream must have."""

    name: str
    example: str

    def check(self, stream: type) -> None:
        """Check the schema of a stream class.

        Raises:
            StreamDefinitionError: The column is not there.
        """
        if self.name not in stream.schema["properties"]:  # type: ignore[attr-defined]  # a constant in streams/
            raise StreamDefinitionError(
                f"The schema of {stream.__name__} lacks the column {self.name}, for example: {self.example}"
            )


PATH = Fact("path", '"/users"')
PERMISSIONS = Fact("permissions", '("Directory.Read.All",)')
PRIMARY_KEYS = Fact("primary_keys", '("id",)', is_column=True)
SCHEMA = Fact("schema", 'th.PropertiesList(th.Property("id", th.StringType, required=True)).to_dict()')


def check_facts(stream: type, facts: tuple[Fact | Column, ...]) -> None:
    """Check all facts of a stream class, in their order.

    Raises:
        StreamDefinitionError: One is missing or does not fit.
    """
    for fact in facts:
        fact.check(stream)
