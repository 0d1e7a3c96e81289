"""Each assumption about Graph, turned in the sandbox: `facts` notices it, and a run ends right or with an error."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox import Sandbox
from tap_entra.commands.facts import FACTS, Known, ask_facts
from tap_entra.commands.facts.fact import Verdict
from tap_entra.streams import STREAMS
from tests.conftest import trust
from tests.warehouse import Project, TapWithoutWaits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sandbox.faults import Faults
    from tap_entra.commands.facts import Answers, Fact


def _turn(**switches: object) -> Callable[[Faults], None]:
    """Return what sets switches of `faults.turned`."""

    def turn(faults: Faults) -> None:
        for name, value in switches.items():
            assert hasattr(faults.turned, name)
            setattr(faults.turned, name, value)

    return turn


def _set(where: str = "", **switches: object) -> Callable[[Faults], None]:
    """Return what sets switches of `faults`, or of `faults.odd`."""

    def turn(faults: Faults) -> None:
        for name, value in switches.items():
            assert hasattr(getattr(faults, where) if where else faults, name)
            setattr(getattr(faults, where) if where else faults, name, value)

    return turn


_COUNTED = {one.path.strip("/") for one in STREAMS if getattr(one, "can_be_counted", False)}

#: How each fact is turned. A fact without an entry fails the test that compares the names.
TURNS: dict[str, Callable[[Faults], None]] = {
    "request_id": _turn(hidden_headers={"request-id"}),
    "date": _turn(hidden_headers={"Date"}),
    "resource_units": _turn(hidden_headers={"x-ms-resource-unit"}),
    "page_sizes": _turn(largest_page=500),
    "counts": _set(counts=False),
    "counts_match": _set(miscounts=dict.fromkeys(_COUNTED, 50)),
    "sign_in_activity_page": _set(sign_in_activity_page=120),
    "never_signed_in": _turn(never="0001-01-01T00:00:00Z"),
    "unset": _turn(omits_unset=True),
    "times": _turn(offset=2),
    "small_grant_pages": _set(loses_grants=False),
    "group_organization": _set("odd", refused_properties={"organizationId": 400}),
    "service_principal_created": _turn(shows_created=True),
    "registration_pages": _set(page_limit=20),
    "recycle_bin_names": _turn(bin_hides_names=True),
    "latest_link": _turn(ignores_latest=True),
    "first_round_lists": _set("odd", omits_empty_lists=True),
    "later_rows": _set("odd", partial_rows=1.0),
    "removed_rows": _set("odd", unmarked_removals=1.0),
    "unknown_delta_link": _set(forgotten_statuses=(422,)),
    "casts": _turn(refuses_casts=True),
    "members_without_apps": _turn(lists_app_members=True),
    "delta_members_with_apps": _set(delta_hides_service_principals=True),
    "typed_links": _turn(untyped_links=True),
    "photo_etags": _turn(no_etags=True),
    "photo_bytes_etag": _turn(etag_of_bytes=""),
    "photo_none": _turn(odd_no_photo=422),
    "photo_if_none_match": _turn(heeds_none_match=True),
    "photo_sizes": _turn(gives_smallest=True),
    "log_pages": _turn(largest_log_page=100),
    "log_order": _turn(logs_oldest_first=True),
    "log_sorting": _turn(refuses_log_order=True),
    "log_times": _turn(offset=0),
    "log_bounds": _turn(open_windows=True),
    "log_retention": _set(retention=timedelta(days=7)),
    "log_too_old": _turn(answers_too_old=True),
    "events_of_non_interactive_sign_ins": _turn(ignores_event_types=True),
    "events_of_service_principal_sign_ins": _turn(ignores_event_types=True),
    "events_of_managed_identity_sign_ins": _turn(ignores_event_types=True),
    "app_activity_times": _turn(offset=-8),
    "application_templates": _turn(gone={"applicationTemplates"}),
    "risk_scores": _turn(hides_licence_note=True),
    "subscriptions": _turn(gone={"directory/subscriptions"}),
    "contacts": _turn(gone={"contacts"}),
    "directory_settings": _turn(gone={"groupSettings"}),
    "provisioning_logs": _turn(gone={"auditLogs/provisioning"}),
    "sign_in_summaries": _turn(gone={"auditLogs/getSummarized*"}),
    "sign_in_counts_by_app": _turn(gone={"auditLogs/signInEventsAppSummary"}),
    "sign_in_counts_by_day": _turn(odd_days=True),
    "application_certificates": _set("odd", refused_properties={"keyCredentials": 400}),
    "service_principal_certificates": _set("odd", refused_properties={"keyCredentials": 501}),
    "application_owners": _turn(gone={"applications/*/owners"}),
    "scoped_role_members": _turn(gone={"directory/administrativeUnits/*/scopedRoleMembers"}),
}

#: Facts whose contrary changes values of rows, not which rows there are.
_OTHER_VALUES = {
    "recycle_bin_names",
    "application_certificates",
    "service_principal_certificates",
    "group_organization",
    "log_times",  # to the microsecond
    "never_signed_in",
    "typed_links",
    "photo_etags",
    "photo_sizes",
    "risk_scores",
    "first_round_lists",
    "sign_in_counts_by_day",
}

#: Facts whose contrary keeps a run from being complete.
_ENDS_WITH_AN_ERROR = {
    "application_owners",
    "application_templates",
    "contacts",
    "directory_settings",
    "provisioning_logs",
    "sign_in_counts_by_app",
    "sign_in_summaries",
    "subscriptions",
    "casts",
    "counts_match",
    "events_of_managed_identity_sign_ins",
    "events_of_non_interactive_sign_ins",
    "events_of_service_principal_sign_ins",
    "photo_none",
    "unknown_delta_link",
}


class Company:
    """A company a day after the first delta links were taken."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.project = Project(sandbox)
        self.faults = sandbox.faults
        self.faults.empty_pages = self.faults.duplicate_rows = 0
        self.tap = TapWithoutWaits(config=sandbox.settings)
        self.links = {path: self._link(path) for path in ("/users", "/groups")}
        self.project.tenant.pass_days()

    def ask(self, *facts: Fact) -> Answers:
        """Ask about these facts."""
        client = self.tap.client
        client.get("/v1.0/organization?$select=id")  # tells the time of day
        return ask_facts(client, facts, Known(client.now(), self.links))

    def usual_mistakes(self, *streams: str) -> set[str]:
        """Where a run lacks rows in any case, such as those of a log that are older than Microsoft keeps them."""
        project = Project(self.project.sandbox)
        project.run(*streams)
        return {one for stream in streams for one in project.mistakes(stream)}

    def _link(self, path: str) -> str:
        names = (
            "accountEnabled,createdDateTime,displayName,userPrincipalName,userType"
            if path == "/users"
            else ("createdDateTime,displayName")
        )
        answer = self.tap.client.get(f"/v1.0{path}/delta?$select={names}&$deltatoken=latest")
        return str(answer["@odata.deltaLink"])


@pytest.fixture
def company(new_sandbox: Callable[..., Sandbox]) -> Company:
    return Company(new_sandbox(users=40, sign_ins=500))


@pytest.fixture(scope="module")
def _asked_company() -> Iterator[Company]:
    with Sandbox(users=40, sign_ins=500, seed=7) as sandbox, pytest.MonkeyPatch.context() as patch:
        trust(sandbox, patch)
        yield Company(sandbox)


@pytest.fixture
def asked_company(_asked_company: Company, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """One company for all questions; its switches are set back after each test."""
    trust(_asked_company.project.sandbox, monkeypatch)
    faults = _asked_company.faults
    before = [(one, dict(vars(one))) for one in (faults, faults.odd, faults.turned)]
    yield _asked_company
    for one, switches in before:
        vars(one).update(switches)


def observed(answers: Answers) -> dict[str, str]:
    """The findings by fact, for the message of a failed test."""
    return {finding.fact.name: f"{finding.seen.verdict.value}: {finding.seen.observed}" for finding in answers.findings}


def test_a_graph_that_is_as_assumed_gives_the_same_in_each_row(asked_company: Company) -> None:
    answers = asked_company.ask(*FACTS)

    assert not {name: seen for name, seen in observed(answers).items() if not seen.startswith("same")}
    assert len(answers.findings) == len({fact.name for fact in FACTS}) == len(FACTS)
    assert all(request.method == "GET" for request in asked_company.project.sandbox.requests if "/v1.0" in request.path)


def test_each_fact_can_be_turned() -> None:
    assert TURNS.keys() == {fact.name for fact in FACTS}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_a_turned_assumption_is_noticed(asked_company: Company, fact: Fact) -> None:
    TURNS[fact.name](asked_company.faults)

    answers = asked_company.ask(fact)

    assert [finding.seen.verdict for finding in answers.findings] == [Verdict.OTHER], observed(answers)


@pytest.mark.slow
@pytest.mark.parametrize("fact", [fact for fact in FACTS if fact.streams], ids=lambda fact: fact.name)
def test_a_run_with_a_turned_assumption_ends_right_or_says_what_is_wrong(company: Company, fact: Fact) -> None:
    project, usual = company.project, company.usual_mistakes(*fact.streams)
    if fact.name in {"later_rows", "removed_rows", "unknown_delta_link"}:
        project.run(*fact.streams)  # what they are about comes after a first run
        project.tenant.pass_days(8 if fact.name == "unknown_delta_link" else 1)
    TURNS[fact.name](company.faults)

    run = project.run(*fact.streams)

    for stream in fact.streams:
        report = run.reports[stream]
        if report["outcome"] != "complete":
            assert fact.name in _ENDS_WITH_AN_ERROR, report
            assert report["action"]
            assert "defect" not in report["action"]
        elif not report["gapFrom"]:  # else the run says which time it lacks
            mistakes = set(project.mistakes(stream)) - usual
            assert not lost(mistakes, ignores_values=fact.name in _OTHER_VALUES)


def lost(mistakes: Iterable[str], *, ignores_values: bool) -> list[str]:
    """The mistakes that count: rows, and values unless the turned assumption is about them."""
    return [one for one in mistakes if not ignores_values or one.endswith((" lacks", " lives"))]
