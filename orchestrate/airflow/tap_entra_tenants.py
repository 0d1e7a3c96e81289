"""A run per tenant by Apache Airflow 3, one DAG per schedule: docs/tenants.md#apache-airflow says how to set it up.

Copy this file into the folder of DAGs. It reads the list anew at each run and starts commands of the project: Airflow's
own environment needs neither Meltano nor the tap.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

PROJECT = Path(os.environ["ENTRA_PROJECT"])
#: The Python of the environment in which Meltano is.
PYTHON = os.environ.get("ENTRA_PYTHON", str(PROJECT / ".venv/bin/python"))
COMMAND = os.environ.get("ENTRA_COMMAND", "meltano run --no-install daily")
NOTIFY = os.environ.get("ENTRA_NOTIFY", f"{Path(PYTHON).parent}/meltano invoke --no-install notify:say").split()
RETRY_DELAY = timedelta(seconds=float(os.environ.get("ENTRA_RETRY_SECONDS", "300")))
#: `airflow pools set entra 20 "Microsoft's limit on logs"`: it counts the runs of all DAGs.
POOL = "entra"

sys.path.insert(0, str(PROJECT))
from tenants.file import read  # noqa: E402 - with jsonschema and PyYAML, which Airflow has too

FILE = PROJECT / "tenants.yml"


def runs_of(schedule: str) -> None:
    """Make the DAG of a schedule."""

    @dag(
        dag_id=f"entra_tenants_{re.sub('[^0-9A-Za-z]+', '_', schedule.replace('*', 'x')).strip('_')}",
        schedule=schedule,
        start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
        catchup=False,
        max_active_runs=1,
        # The pool is the cap; the default of 16 for a DAG would be another.
        max_active_tasks=32,
        # One tenant's failure says nothing of the others.
        fail_fast=False,
        tags=["tap-entra"],
    )
    def tenants() -> None:
        @task(retries=2, retry_delay=RETRY_DELAY)
        def due() -> list[dict[str, str]]:
            return [{"TENANT": tenant.id} for tenant in read(FILE).due(schedule)]

        @task(trigger_rule="all_done")
        def report(chosen: list[dict[str, str]]) -> None:
            """Send a message if tenants failed after all tries, and fail, so that the DAG's run is red."""
            failed = [chosen[number]["TENANT"] for number in _failed()]
            if not failed:
                return
            title = f"{len(failed)} of {len(chosen)} tenants failed"
            subprocess.run([*NOTIFY, title], input=", ".join(failed), text=True, cwd=PROJECT, check=False)  # noqa: S603 - the project's own
            raise AirflowFailException(f"{title}: {', '.join(failed)}")

        chosen = due()
        run = BashOperator.partial(
            task_id="run",
            bash_command=f'exec "{PYTHON}" -m tenants --file "{FILE}" run "$TENANT" -- {COMMAND}',
            cwd=str(PROJECT),
            append_env=True,
            do_xcom_push=False,
            pool=POOL,
            retries=2,
            retry_delay=RETRY_DELAY,
            execution_timeout=timedelta(hours=4),
            map_index_template="{{ task.env['TENANT'] }}",
        ).expand(env=chosen)
        run >> report(chosen)

    tenants()


def _failed() -> list[int]:
    """Return the numbers of the runs of this DAG run that did not succeed."""
    context = get_current_context()
    instance, run_id = context["ti"], context["run_id"]
    states = instance.get_task_states(dag_id=instance.dag_id, task_ids=["run"], run_ids=[run_id])[run_id]
    return sorted(int(name.removeprefix("run_")) for name, state in states.items() if state != "success")


for each in read(FILE).schedules:
    runs_of(each)
