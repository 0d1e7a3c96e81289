"""Code samples in the documentation are run or parsed."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
from contextlib import suppress
from typing import Any

import pytest
import yaml

from sandbox.__main__ import _parser as sandbox_parser
from tap_entra.streams import STREAMS
from tests.documentation.pages import PAGES, ROOT, Sample, samples

MELTANO = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
PLUGINS = {plugin["name"]: plugin for kind in MELTANO["plugins"].values() for plugin in kind}
#: What the samples are written in. Sphinx renders mermaid and {toctree}, test_views.py runs the SQL.
LANGUAGES = {"bash", "console", "dockerfile", "mermaid", "python", "sh", "sql", "text", "yaml", "{toctree}"}


def place(sample: Sample) -> str:
    return sample.place


def scripts() -> list[Sample]:
    """All that a shell would run, also the steps of the workflows."""
    found = samples("sh", "bash")
    for sample in samples("console"):
        typed = [line.removeprefix("$ ") for line in sample.code.splitlines() if line.startswith("$ ")]
        found.append(sample._replace(code="\n".join(typed)))
    for sample in samples("yaml"):
        for number, step in enumerate(re.findall(r"^( +)- run: \|\n((?:\1  .*\n)+)", sample.code, re.MULTILINE)):
            found.append(sample._replace(place=f"{sample.place} step {number}", code=step[1]))
    return found


def commands() -> list[list[str]]:
    """The words of each command that the shell samples give."""
    split = re.compile(r"\s*(?:&&|\|\||[|;\n])\s*")
    found = []
    for script in scripts():
        code = re.sub(r"\\\n", " ", re.sub(r"(?m)(^|\s)#.*$", "", script.code))
        for command in split.split(code):
            with suppress(ValueError):  # a part of a quoted text
                found.append(shlex.split(command))
    return found


def test_every_sample_names_a_language_that_is_checked() -> None:
    assert {sample.language for sample in samples()} <= LANGUAGES


@pytest.mark.parametrize("sample", scripts(), ids=place)
def test_shell_samples_parse(sample: Sample) -> None:
    done = subprocess.run(["bash", "-n"], input=sample.code, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("sample", samples("python"), ids=place)
def test_python_samples_parse(sample: Sample) -> None:
    assert ast.parse(sample.code).body


@pytest.mark.parametrize("sample", samples("yaml"), ids=place)
def test_yaml_samples_parse(sample: Sample) -> None:
    assert yaml.safe_load(sample.code)


def test_metrics_in_the_samples_are_json() -> None:
    metrics = [line for sample in samples("text") for line in sample.code.splitlines() if line.startswith("METRIC: ")]

    assert len(metrics) > 1
    assert {json.loads(line.removeprefix("METRIC: "))["metric"] for line in metrics} == {"job_duration"}


def test_every_make_target_in_the_docs_is_one() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    in_samples = {words[1] for words in commands() if words[:1] == ["make"]}
    in_text = {target for page in PAGES.values() for target in re.findall(r"`make ([a-z-]+)`", page)}

    assert in_samples
    assert in_samples | in_text <= targets


def test_every_block_of_a_meltano_run_in_the_docs_is_one() -> None:
    known = {*PLUGINS, *(job["name"] for job in MELTANO["jobs"]), "tap-entra--contoso"}
    known |= {f"{name}:{command}" for name, plugin in PLUGINS.items() for command in plugin.get("commands", {})}
    runs = [
        words[words.index("run") + 1 :]
        for words in commands()
        if any("meltano" in w for w in words[:1]) and "run" in words
    ]
    blocks = {word for words in runs for word in words if not word.startswith("-")}

    assert {"tap-entra", "dbt:build"} <= blocks
    assert blocks <= known


def test_every_option_of_the_sandbox_in_the_docs_is_one() -> None:
    given = [words[words.index("sandbox") + 1 :] for words in commands() if words[1:3] == ["-m", "sandbox"]]

    assert len(given) > 2
    for words in given:
        assert sandbox_parser().parse_args(words).action in {"run", "serve", "demo"}


def test_the_dockerfile_has_only_instructions() -> None:
    text = (ROOT / "container" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]

    assert {line.split(maxsplit=1)[0] for line in lines} == {
        "FROM", "WORKDIR", "COPY", "ARG", "RUN", "ENV", "USER", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD",
    }  # fmt: skip


def test_every_selection_in_the_docs_is_json_and_names_streams() -> None:
    texts = [*PAGES.values(), (ROOT / ".env.example").read_text(encoding="utf-8")]
    selections = [found for text in texts for found in re.findall(r"TAP_ENTRA__SELECT='(.*)'", text)]
    named = {pattern.partition(".")[0] for selection in selections for pattern in json.loads(selection)}

    assert len(selections) > 1
    assert named <= {stream.name for stream in STREAMS}


def test_every_variable_of_the_tap_in_the_docs_is_a_setting(settings: dict[str, Any]) -> None:
    named = {name for page in PAGES.values() for name in re.findall(r"\bTAP_ENTRA_([A-Z]\w+)", page)}

    assert {"TENANT_ID", "TOKEN_CACHE_PATH"} <= named
    assert named <= {name.upper() for name in settings}


@pytest.mark.slow
@pytest.mark.parametrize("sample", [one for one in samples("python") if "import Sandbox" in one.code], ids=place)
def test_the_sample_of_the_sandbox_runs(sample: Sample) -> None:
    names: dict[str, Any] = {}

    exec(compile(sample.code, sample.place, "exec"), names)

    assert names["sandbox"].faults.limits.enabled
    assert not names["sandbox"].consent.premium
