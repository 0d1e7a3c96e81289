"""The loaders of the matrix, with the settings that suit each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.loaders import loader as reading
from tests.loaders.loader import Loader

if TYPE_CHECKING:
    from tests.loaders.loader import Place
    from tests.loaders.recording import Row

_ACCOUNT = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nothing"}


def _meltano_postgres(place: Place) -> Row:
    return {
        "sqlalchemy_url": place.postgres.url,
        "default_target_schema": place.folder.name,
        "use_copy": True,
        "validate_records": False,
        "sanitize_null_text_characters": True,
        "add_record_metadata": True,
        "activate_version": True,
        "batch_size_rows": 10_000,
    }


def _pipelinewise_postgres(place: Place) -> Row:
    server = place.postgres.environment()
    return {
        "host": server["PGHOST"],
        "port": 5432,
        "user": server["PGUSER"],
        "password": "unused",
        "dbname": server["PGDATABASE"],
        "default_target_schema": place.folder.name,
        "add_metadata_columns": True,
    }


def _duckdb(place: Place) -> Row:
    file = str(place.folder / "output" / "warehouse.duckdb")
    return {"filepath": file, "default_target_schema": "entra", "add_metadata_columns": True}


def _own_duckdb(place: Place) -> Row:
    return {"filepath": str(place.folder / "output" / "warehouse.duckdb")}


def _jsonl(place: Place) -> Row:
    return {"destination_path": str(place.folder / "output"), "do_timestamp_file": False}


def _csv(place: Place) -> Row:
    output = str(place.folder / "output")
    return {
        "output_path": output,
        "add_record_metadata": True,
        "file_naming_scheme": "{stream_name}-{timestamp}.csv",
        "validate_records": False,
    }


def _plinxore(place: Place, form: str) -> Row:
    account = {**_ACCOUNT, "aws_region": "us-east-1", "aws_bucket": place.bucket}
    return {
        "format": {"format_type": form},
        "compression": "none",
        "cloud_provider": {"cloud_provider_type": "aws", "aws": {**account, "aws_endpoint_override": place.storage}},
        "prefix": "entra",
        "add_record_metadata": True,
        "append_date_to_prefix": False,
        "append_date_to_filename_grain": "microsecond",
    }


def _plinxore_jsonl(place: Place) -> Row:
    return _plinxore(place, "jsonl")


def _plinxore_parquet(place: Place) -> Row:
    return _plinxore(place, "parquet")


LOADERS = (
    Loader(
        "meltanolabs-target-postgres",
        "target-postgres",
        "default",
        _meltano_postgres,
        reading.postgres,
        "as in `meltano.yml`",
        needs="postgres",
    ),
    Loader(
        "pipelinewise-target-postgres",
        "target-postgres",
        "default",
        _pipelinewise_postgres,
        reading.postgres,
        "`add_metadata_columns`",
        needs="postgres",
    ),
    Loader("target-entra-duckdb", "target-entra-duckdb", "default", _own_duckdb, reading.duckdb, "nothing"),
    Loader(
        "target-duckdb",
        "target-duckdb",
        "default",
        _duckdb,
        reading.duckdb,
        "`add_metadata_columns`",
        loses="it loses rows. The fix, pull request 58 of jwills/target-duckdb, is in no release yet.",
    ),
    Loader("target-jsonl", "target-jsonl", "default", _jsonl, reading.json_lines, "nothing"),
    Loader(
        "meltanolabs-target-csv",
        "target-csv",
        "rows and text",
        _csv,
        reading.csv_files,
        "`add_record_metadata`, `file_naming_scheme: {stream_name}-{timestamp}.csv`",
    ),
    Loader(
        "plinxore-target-s3",
        "target-s3",
        "default",
        _plinxore_jsonl,
        reading.stored_json,
        "`add_record_metadata`",
        form="JSON lines",
        needs="storage",
    ),
    Loader(
        "plinxore-target-s3",
        "target-s3",
        "rows and text",
        _plinxore_parquet,
        reading.stored_parquet,
        "`add_record_metadata`",
        form="Parquet",
        needs="storage",
    ),
)
