"""A Singer loader for one DuckDB file: rows are merged by key, removed ones are marked.

The `target-duckdb` of the package registry loses the first row of some batches (https://github.com/jwills/target-duckdb/pull/58),
and the registry has no other loader for DuckDB. This one uses the Singer SDK and takes the messages of any tap.
"""
