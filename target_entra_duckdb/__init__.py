"""A Singer loader for one DuckDB file: rows are merged by key, removed ones are marked.

The `target-duckdb` of the package registry loses the first row of some batches (https://github.com/jwills/target-duckdb/pull/58),
and no other loader for DuckDB is there. This one stands on the Singer SDK, and is made for every tap.
"""
