"""The SQL that makes a database role which can read the views and nothing else."""

from __future__ import annotations

import re

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")

#: dbt makes most tables anew in each build: without default privileges the role would lose them every night. Photos are
#: in the view employee_photos, so the raw tables stay closed.
_SQL = """\
do $$ begin
    if not exists (select from pg_roles where rolname = '{role}') then
        create role {role} login;
    end if;
end $$;
alter role {role} set default_transaction_read_only = on;
grant usage on schema {schema} to {role};
grant select on all tables in schema {schema} to {role};
alter default privileges in schema {schema} grant select on tables to {role};
"""


def grants(role: str, schema: str) -> str:
    """Return the SQL, to be run by the user that builds the views. It can be run again.

    Raises:
        ValueError: The name of the role needs quotes.
    """
    if not _NAME.fullmatch(role):
        raise ValueError(f"{role!r} is not a name that PostgreSQL takes without quotes.")
    return _SQL.format(role=role, schema=schema)
