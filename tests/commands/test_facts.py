"""`tap-entra-auth facts`: what Graph does, what the tap assumes, and a report without a person's data."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.consent import CONNECT_SCOPES
from tap_entra.commands import facts
from tap_entra.commands.facts.fact import Fact, Known, Question, Verdict, code_of, judge
from tap_entra.graph import GraphError
from tests.warehouse import TapWithoutWaits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox import Sandbox
    from tap_entra.commands.facts.fact import Inquiry
    from tests.commands.conftest import Terminal

_SHORTEST_NAME = 4


@pytest.fixture
def connected(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Signed in by a configured token, and without the waits for Microsoft's limits."""
    terminal.sandbox.faults.empty_pages = 0
    terminal.environment["TAP_ENTRA_REFRESH_TOKEN"] = terminal.sandbox.login.first_refresh_token()
    monkeypatch.setattr("tap_entra.commands.open.TapEntra", TapWithoutWaits)
    return terminal


def report_of(terminal: Terminal, folder: Path, *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    """Exit code and report of the command."""
    path = folder / "facts.json"
    done = terminal.run("facts", "--json", path, *arguments)
    return done.exit_code, json.loads(path.read_text())


def by_name(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {fact["fact"]: fact for fact in report["facts"]}


def ask(sandbox: Sandbox, *some: Fact, **options: Any) -> facts.Answers:
    """Ask about some facts, or about all."""
    client = TapWithoutWaits(config=sandbox.settings).client
    return facts.ask_facts(client, some or facts.FACTS, Known(client.now()), **options)


def test_each_fact_is_a_row_of_a_table_that_fits_the_terminal(
    connected: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    connected.environment["COLUMNS"] = "80"
    connected.sandbox.faults.counts = False

    done = connected.run("facts")

    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert max(map(len, lines[1:-1])) <= 80
    assert lines[1].split() == ["assumed", "observed", "result", "what", "the", "tap", "does", "then"]
    assert "is compared" in done.output
    assert " 1 other," in lines[-1] or " 2 other," in lines[-1]
    assert "Please report what is other." in lines[-1]


def test_the_default_permissions_answer_all_but_what_the_tenant_lacks(connected: Terminal, tmp_path: Path) -> None:
    connected.sandbox.consent.scopes = {*CONNECT_SCOPES, "User.Read"}

    _, report = report_of(connected, tmp_path)

    refused = [fact for fact in report["facts"] if "refused" in fact["observed"] and fact["result"] == "not seen"]
    assert refused == []
    assert by_name(report)["page_sizes"]["result"] == "same"


def test_the_report_has_no_value_of_the_company(connected: Terminal, tmp_path: Path) -> None:
    _, report = report_of(connected, tmp_path)

    # The texts of the facts themselves are the project's own.
    for fact in report["facts"]:
        fact["assumed"] = fact["then"] = ""
    said = "\n".join(_texts(report))
    own_words = "".join(path.read_text() for path in Path(facts.__file__).parent.glob("*.py"))
    values = {value for value in texts_of(connected.sandbox) if len(value) >= _SHORTEST_NAME and value not in own_words}
    assert len(values) > 1_000
    assert not [value for value in values if value in said]
    assert connected.sandbox.tenant.id not in said


def texts_of(sandbox: Sandbox) -> set[str]:
    """All texts in the tenant: ids, names, addresses, times."""
    tenant = sandbox.tenant
    rows: list[Any] = [store.live for store in tenant.directory.values()]
    rows += [store.recycle_bin for store in tenant.directory.values()]
    rows += [tenant.lists, [entry.row for log in tenant.logs.values() for entry in log]]
    return set(_texts(rows))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _texts(one)
            yield str(name) if "-" in str(name) else ""  # an id; other names are Graph's own terms
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def test_a_code_that_is_none_of_graphs_is_left_out() -> None:
    assert code_of(GraphError("GET", 400, ("Request_BadRequest",), "")) == "400 Request_BadRequest"
    assert code_of(GraphError("GET", 400, ("Somebody's name",), "")) == "400"


def test_what_is_refused_is_never_the_same(connected: Terminal, tmp_path: Path) -> None:
    connected.sandbox.consent.scopes -= {"AuditLog.Read.All", "ProfilePhoto.Read.All"}

    exit_code, report = report_of(connected, tmp_path)

    said = by_name(report)
    assert exit_code == 0
    for name in ("log_pages", "log_retention", "log_too_old", "sign_in_activity_page", "photo_etags"):
        assert said[name]["result"] == "not seen", said[name]
        assert said[name]["observed"].startswith("refused (403 Auth")
    assert said["page_sizes"]["result"] == "same"


def test_without_a_plan_it_says_so(connected: Terminal, tmp_path: Path) -> None:
    connected.sandbox.consent.premium = False

    _, report = report_of(connected, tmp_path)

    assert by_name(report)["log_order"]["observed"].startswith("the tenant has no plan for it (403 ")


def test_without_a_role_it_says_so(connected: Terminal, tmp_path: Path) -> None:
    connected.sandbox.consent.roles = {"Helpdesk Administrator"}

    _, report = report_of(connected, tmp_path)

    assert by_name(report)["log_order"]["observed"].startswith("the signed-in person has no role for it (403 ")


def test_preferences_are_added_to_the_usual_one(connected: Terminal) -> None:
    connected.run("facts")

    # Several facts ask for this list at once, in any order; one of them for large pages.
    asked = [one for one in connected.sandbox.requests if one.path == "/v1.0/applicationTemplates"]
    preferences = {one.headers["prefer"] for one in asked}
    assert preferences == {
        "include-unknown-enum-members",
        "include-unknown-enum-members, odata.maxpagesize=2800",
    }
    counted = [one for one in connected.sandbox.requests if one.headers.get("consistencylevel") == "eventual"]
    assert counted
    assert all(one.query.get("$count") == "true" for one in counted)


def test_an_empty_list_tells_nothing(connected: Terminal, tmp_path: Path) -> None:
    connected.sandbox.tenant.directory["contacts"].live.clear()

    _, report = report_of(connected, tmp_path)

    contacts = by_name(report)["contacts"]
    assert (contacts["result"], contacts["observed"]) == ("not seen", "the list is empty")


@pytest.mark.parametrize("fault", ["html", "throttled", "unavailable"])
def test_a_graph_that_is_down_in_one_place_stops_nothing_else(connected: Terminal, tmp_path: Path, fault: str) -> None:
    connected.sandbox.faults.often(fault, 1.0, path="/contacts")

    exit_code, report = report_of(connected, tmp_path)

    said = by_name(report)
    assert exit_code == 0
    assert said["contacts"]["result"] == "not seen"
    assert said["contacts"]["observed"].startswith("no usable answer (")
    assert said["subscriptions"]["result"] == "same"


def test_an_answer_of_an_unheard_of_shape_stops_nothing_else(sandbox: Sandbox) -> None:
    def stumble(_: Known) -> Inquiry:
        reply = yield Question("/v1.0/organization")
        return judge(reply.rows[0]["no such property"], "")

    def answer(_: Known) -> Inquiry:
        reply = yield Question("/v1.0/organization")
        return judge(bool(reply.rows), "1 row")

    answers = ask(sandbox, Fact("first", "", stumble, ""), Fact("second", "", answer, ""))

    assert [finding.seen.verdict for finding in answers.findings] == [Verdict.NOT_SEEN, Verdict.SAME]
    assert answers.findings[0].seen.observed == "an answer of an unexpected shape (KeyError)"
    assert answers.requests == 1  # the same question is asked once


def test_the_time_budget_is_kept(sandbox: Sandbox) -> None:
    sandbox.faults.often("throttled", 1.0, path="/auditLogs/*", retry_after="60")
    client = TapWithoutWaits(config=sandbox.settings).client
    client._sleep = client._stop.wait  # as without the test's haste

    asked = [fact for fact in facts.FACTS if fact.name in {"page_sizes", "log_order"}]
    answers = facts.ask_facts(client, asked, Known(client.now()), budget_s=3)
    client.close()

    said = {finding.fact.name: finding.seen for finding in answers.findings}
    assert answers.took_s < 30
    assert said["page_sizes"].verdict is Verdict.SAME
    assert said["log_order"].observed == "no answer within 3 seconds"


def test_ctrl_c_keeps_what_was_learned(sandbox: Sandbox) -> None:
    def interrupt(finding: facts.Finding) -> None:
        if finding.fact.name == "counts":
            raise KeyboardInterrupt

    answers = ask(sandbox, on_finding=interrupt)

    assert answers.was_stopped
    assert [finding.fact for finding in answers.findings] == list(facts.FACTS)
    said = {finding.fact.name: finding.seen for finding in answers.findings}
    assert said["request_id"].verdict is Verdict.SAME
    assert "stopped before the answer came" in {seen.observed for seen in said.values()}


def test_a_signal_ends_the_command_with_its_report(terminal: Terminal, tmp_path: Path) -> None:
    terminal.environment["TAP_ENTRA_REFRESH_TOKEN"] = terminal.sandbox.login.first_refresh_token()
    terminal.sandbox.faults.often("throttled", 1.0, path="/auditLogs/*", retry_after="20")
    path = tmp_path / "facts.json"
    process = terminal.start("facts", "--json", path)
    assert any("request-id" in line for line in iter(process.next_line, ""))

    process.send_signal(signal.SIGINT)

    done = process.end()
    assert done.exit_code == 130, done.errors
    report = json.loads(path.read_text())
    assert report["stopped"]
    assert by_name(report)["request_id"]["result"] == "same"
    assert f"{path} has the same" in done.output


def test_the_state_of_a_run_shows_what_has_changed_since(connected: Terminal, tmp_path: Path) -> None:
    client = TapWithoutWaits(config=connected.sandbox.settings).client
    answer = client.get("/v1.0/users/delta?$select=accountEnabled,createdDateTime,userType&$deltatoken=latest")
    bookmarks = {"users": {"delta_link": answer["@odata.deltaLink"]}, "groups": {"delta_link": "https://evil.example"}}
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"bookmarks": bookmarks}))
    connected.sandbox.tenant.pass_days(2)

    _, report = report_of(connected, tmp_path, "--state", state)

    rows = by_name(report)["later_rows"]
    assert rows["result"] == "same"  # although this link follows fewer properties than most runs
    assert "changed objects" in rows["observed"]


def test_a_report_that_cannot_be_written_is_an_error(connected: Terminal, tmp_path: Path) -> None:
    done = connected.run("facts", "--json", tmp_path)

    assert done.exit_code == 1
    assert str(tmp_path) in done.errors


def test_without_a_sign_in_nothing_is_asked(terminal: Terminal) -> None:
    done = terminal.run("facts")

    assert done.exit_code == 1
    assert "Not signed in" in done.errors
    assert not any(request.path.startswith("/v1.0") for request in terminal.sandbox.requests)
