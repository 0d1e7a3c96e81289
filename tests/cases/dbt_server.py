"""Runs dbt again and again in one process: read a schema per line, build its views, answer with one line.

Needs dbt and nothing else: it runs in dbt's own environment, where a start of dbt costs as much as these views do.
"""

from __future__ import annotations

import os
import sys

from dbt.cli.main import dbtRunner


def main(arguments: list[str]) -> None:
    """Build with the same arguments for each schema on standard input."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what dbt prints must not be taken for an answer
    for line in sys.stdin:
        os.environ["ENTRA_RAW_SCHEMA"] = line.strip()
        done = dbtRunner().invoke(arguments)
        results = getattr(done.result, "results", None) or []
        failed = [f"{one.node.name}: {one.message}" for one in results if one.status in {"error", "fail"}]
        answer = "built" if done.success else " | ".join(failed) or str(done.exception)
        answers.write(" ".join(answer.split()) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
