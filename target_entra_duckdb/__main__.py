"""`target-entra-duckdb`: Singer messages from standard input into a DuckDB file."""

import sys

from target_entra_duckdb.target import TargetDuckDb, WarehouseError


def main() -> None:
    """Load; exit 1 when the warehouse does not take what came."""
    try:
        TargetDuckDb.cli()
    except WarehouseError as error:
        TargetDuckDb.logger.error("%s", error)
        sys.exit(1)


if __name__ == "__main__":
    main()
