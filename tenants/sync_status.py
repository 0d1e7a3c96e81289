"""One sync_status over all tenants, as SQL for the warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenants.tenant import Tenant

_VIEW = Path(__file__).with_name("sync_status.sql")
_LIST = """\
begin;
create schema if not exists entra_tenants;
create table if not exists entra_tenants.tenants (id text primary key, raw_schema text not null);
delete from entra_tenants.tenants;
insert into entra_tenants.tenants values
    {rows};

"""


def statements(tenants: Iterable[Tenant]) -> str:
    """Return SQL that tells the warehouse the list of tenants, and makes the view anew."""
    # The schema of the list allows no quotes in either.
    rows = ",\n    ".join(f"('{tenant.id}', '{tenant.schema}')" for tenant in tenants)
    return _LIST.format(rows=rows) + _VIEW.read_text(encoding="utf-8")
