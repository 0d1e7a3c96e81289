"""The command against real services on loopback: JSON and Teams webhooks over HTTPS, mail over SMTP, PostgreSQL."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.messages import Delivery
from tests.environments import ROOT
from tests.notify.conftest import held_lock

if TYPE_CHECKING:
    from tests.notify.conftest import Inbox, Notify, Views, WebReceiver

pytestmark = [pytest.mark.e2e]
SECRET = "planted-secret-7313"


def json_url(web: WebReceiver) -> str:
    return f"jsons://user:{SECRET}@localhost:{web.port}/{SECRET}"


def teams_url(web: WebReceiver) -> str:
    return f"workflows://localhost:{web.port}/{SECRET}/{SECRET}"


def test_each_service_gets_each_message_once(
    notify: Notify, web: WebReceiver, inbox: tuple[Inbox, int], views: Views
) -> None:
    box, port = inbox
    mail = f"mailto://127.0.0.1:{port}?from=tap@example.com&to=boss@example.com&mode=insecure"
    urls = f"{json_url(web)} {teams_url(web)} {mail}"

    runs = [notify(ENTRA_NOTIFY_URLS=urls, ENTRA_PAGES_URL="https://people.example/") for _ in range(2)]

    assert [run.returncode for run in runs] == [0, 0], runs[0].stderr
    plain, card = web.bodies
    assert plain["title"] == "The directory of Larkspur is in"
    assert plain["message"] == ("2 active accounts, 1 app, sign-ins since 25 October 2026.\nhttps://people.example")
    assert card["attachments"][0]["content"]["type"] == "AdaptiveCard"
    assert "2 active accounts" in str(card)
    (letter,) = box.mails
    assert letter["Subject"] == "The directory of Larkspur is in"
    assert "2 active accounts, 1 app" in letter.as_string()
    assert SECRET not in "".join(run.stdout + run.stderr for run in runs)
    (stored,) = views.run("select string_agg(told::text, ' ') from entra_notify.told")
    assert SECRET not in stored[0]


def test_what_a_scheduler_knows_is_sent_to_each_address_also_without_a_warehouse(
    notify: Notify, web: WebReceiver
) -> None:
    urls = f"{json_url(web)} {teams_url(web)}"

    done = notify(
        "say",
        "2 of 200 tenants failed",
        stdin="fabrikam, northwind" + "." * 2_000,
        ENTRA_NOTIFY_URLS=urls,
        ENTRA_NOTIFY_DATABASE_URL="postgresql://127.0.0.1:1/nowhere",
    )

    assert (done.returncode, done.stderr) == (0, "")
    plain, card = web.bodies
    assert plain["title"] == "2 of 200 tenants failed"
    assert plain["message"].startswith("fabrikam, northwind.")
    assert len(plain["message"]) == 1_000
    assert "fabrikam" in str(card)
    web.status = 500
    assert notify("say", "again", ENTRA_NOTIFY_URLS=urls).returncode == 1


def test_a_problem_its_end_and_the_week_are_sent_in_their_time(notify: Notify, web: WebReceiver, views: Views) -> None:
    notify.variables["ENTRA_NOTIFY_URLS"] = json_url(web)
    notify()
    views.stream("sign_ins", "action required", "could be read before (Forbidden)", "Consent again.")
    notify()
    notify()
    views.days_pass(7)
    notify()
    views.stream("sign_ins", "active")
    notify()
    notify()

    assert [body["title"] for body in web.bodies][1:] == [
        "Action required: data is not up to date",
        "Action required: data is not up to date",
        "All is well again",
    ]
    assert web.bodies[1]["message"] == (
        "Sign-ins with the person present: could be read before (Forbidden). Consent again."
    )


def test_the_week_is_sent_on_its_day(notify: Notify, web: WebReceiver, views: Views) -> None:
    (today,) = views.run("select trim(to_char(now() at time zone 'utc', 'day'))")
    views.run(
        "insert into entra_views.insights values ('unused_licence', null, true, 40, 'EUR'),"
        " ('unused_licence', null, true, 35.5, 'EUR'), ('unused_licence', null, true, null, null),"
        " ('unused_licence', 'another', true, 9, 'EUR'), ('unused_licence', null, false, 9, 'EUR')"
    )
    views.run("insert into entra_views.news values ('consent'), ('consent'), ('new app'), ('leaver')")

    notify(ENTRA_NOTIFY_URLS=json_url(web))
    notify(ENTRA_NOTIFY_URLS=json_url(web), ENTRA_NOTIFY_WEEKDAY=today[0])
    notify(ENTRA_NOTIFY_URLS=json_url(web), ENTRA_NOTIFY_WEEKDAY=today[0])

    weeks = [body["message"] for body in web.bodies if body["title"] == "The week in Larkspur"]
    assert weeks == [
        "In the last days: 1 new app, 2 consents, 1 leaver.\nUnused licences: 3, 75.50 EUR a month",
    ]


@pytest.mark.parametrize("status", [500, 403])
def test_an_address_that_refuses_is_tried_again_and_stops_no_other(
    notify: Notify, web: WebReceiver, inbox: tuple[Inbox, int], status: int
) -> None:
    box, port = inbox
    mail = f"mailto://127.0.0.1:{port}?from=tap@example.com&to=boss@example.com&mode=insecure"
    notify.variables["ENTRA_NOTIFY_URLS"] = f"{json_url(web)} {mail}"
    web.status = status

    refused = notify()
    web.status = 200
    accepted = notify()

    assert (refused.returncode, accepted.returncode) == (1, 0)
    assert "Address 1 has not accepted: The directory of Larkspur is in. The next run tries again." in refused.stderr
    assert len(box.mails) == 1
    assert len(web.bodies) >= 2
    assert SECRET not in refused.stdout + refused.stderr


def test_a_role_that_may_read_the_views_and_write_its_own_schema_is_enough(
    notify: Notify, web: WebReceiver, views: Views
) -> None:
    (grants,) = re.findall(
        "```text\n(create role .*?)```", (ROOT / "docs" / "notify.md").read_text(encoding="utf-8"), re.DOTALL
    )
    role = f"notify_{uuid.uuid4().hex[:8]}"
    # The schema keeps its name: a word alone is the role.
    views.run(re.sub(r"(?<!schema )\bentra_notify\b", role, grants))

    done = notify(ENTRA_NOTIFY_URLS=json_url(web), ENTRA_NOTIFY_DATABASE_URL=views.url.replace("postgres@", f"{role}@"))

    assert (done.returncode, len(web.bodies)) == (0, 1), done.stderr
    views.run(f"drop owned by {role} cascade; drop role {role}")


def test_a_service_that_never_answers_ends_in_time(notify: Notify, silent_port: int) -> None:
    done = notify(ENTRA_NOTIFY_URLS=f"json://127.0.0.1:{silent_port}/{SECRET}?rto=1&cto=1")

    assert done.returncode == 1
    assert "Address 1 has not accepted" in done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_a_service_that_is_not_there_is_reported(notify: Notify) -> None:
    assert notify(ENTRA_NOTIFY_URLS="json://127.0.0.1:1/hook").returncode == 1


def test_an_unknown_address_is_an_error_at_once_and_never_printed(notify: Notify, web: WebReceiver) -> None:
    done = notify(ENTRA_NOTIFY_URLS=f"{json_url(web)} unheardof://{SECRET}")

    assert done.returncode == 2
    assert done.stderr == "Apprise does not know address 2 of ENTRA_NOTIFY_URLS. See docs/notify.md.\n"
    assert web.requests == []


def test_no_address_is_an_error(notify: Notify) -> None:
    done = notify()

    assert done.returncode == 2
    assert "Set ENTRA_NOTIFY_URLS" in done.stderr


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"ENTRA_NOTIFY_WEEKDAY": "mon"}, "ENTRA_NOTIFY_WEEKDAY: 'mon' is not a day of the week"),
        ({"ENTRA_PING_URL": SECRET}, "ENTRA_PING_URL: the value does not start with https://"),
        ({"ENTRA_VIEWS_SCHEMA": "a b"}, "ENTRA_VIEWS_SCHEMA: 'a b' is not the name of a schema"),
        ({"ENTRA_NOTIFY_DATABASE_URL": ""}, "The warehouse is not named."),
    ],
)
def test_a_wrong_setting_is_named(notify: Notify, variables: dict[str, str], sentence: str) -> None:
    done = notify(ENTRA_NOTIFY_URLS="json://localhost", **variables)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert SECRET not in done.stderr


def test_two_processes_never_send_the_same(notify: Notify, web: WebReceiver, views: Views) -> None:
    with held_lock(views.url):
        done = notify(ENTRA_NOTIFY_URLS=json_url(web))

    assert (done.returncode, done.stderr) == (0, "Another process is sending; it sends what is new.\n")
    assert web.requests == []


def test_a_preview_sends_and_remembers_nothing(notify: Notify, web: WebReceiver) -> None:
    previews = [notify("preview", ENTRA_NOTIFY_URLS=json_url(web), ENTRA_PING_URL=ping(web)) for _ in range(2)]

    assert previews[0].stdout == previews[1].stdout
    assert previews[0].stdout.startswith("To address 1: The directory of Larkspur is in\n2 active accounts")
    assert web.requests == []


def test_an_address_can_be_tried(notify: Notify, web: WebReceiver) -> None:
    done = notify("test", ENTRA_NOTIFY_URLS=f"{json_url(web)} json://127.0.0.1:1/hook")

    assert done.returncode == 1
    assert done.stderr == "Address 1: accepted.\nAddress 2: not accepted.\n"
    assert web.bodies[0]["title"] == "tap-entra: it works"


def ping(web: WebReceiver) -> str:
    return f"https://localhost:{web.port}/ping/{SECRET}"


def pings(web: WebReceiver) -> list[str]:
    return [request.path.partition(SECRET)[2] for request in web.requests if request.method == "GET"]


def test_a_dead_mans_switch_hears_of_start_and_success(notify: Notify, web: WebReceiver) -> None:
    notify(ENTRA_NOTIFY_URLS=json_url(web), ENTRA_PING_URL=ping(web))

    assert pings(web) == ["/start", ""]


def test_a_dead_mans_switch_hears_of_a_failure(notify: Notify, web: WebReceiver) -> None:
    failed = notify(ENTRA_NOTIFY_URLS="json://127.0.0.1:1/hook", ENTRA_PING_URL=ping(web))
    web.delivery = Delivery.RESET
    lost = notify(ENTRA_NOTIFY_URLS="json://127.0.0.1:1/hook", ENTRA_PING_URL=ping(web))

    assert pings(web)[:2] == ["/start", "/fail"]
    assert "The ping failed: ConnectionError." in lost.stderr
    assert SECRET not in failed.stderr + lost.stderr


def test_a_warehouse_that_does_not_answer_is_a_failure_without_its_password(notify: Notify, web: WebReceiver) -> None:
    url = f"postgresql://reader:{SECRET}@127.0.0.1:1/warehouse"

    done = notify(ENTRA_NOTIFY_URLS=json_url(web), ENTRA_NOTIFY_DATABASE_URL=url, ENTRA_PING_URL=ping(web))

    assert done.returncode == 1
    assert done.stderr.startswith("The warehouse does not answer, or refuses (OperationalError).")
    assert SECRET not in done.stderr
    assert pings(web) == ["/start", "/fail"]


def test_views_that_were_never_built_are_no_news(notify: Notify, web: WebReceiver, views: Views) -> None:
    views.run("drop schema entra_views cascade")

    done = notify(ENTRA_NOTIFY_URLS=json_url(web))

    assert (done.returncode, done.stderr) == (0, "The views were never built, so there is nothing to send yet.\n")


def test_a_sign_in_about_to_expire_is_reported_where_the_tap_runs(
    notify: Notify, web: WebReceiver, tmp_path: Any
) -> None:
    tap = tmp_path / "tap-entra-auth"
    status = '{"action_required": true, "problem": "The sign-in expires in 12 days.", "action": "Run connect."}'
    tap.write_text(f"#!/bin/sh\necho '{status}'\n")
    tap.chmod(0o755)

    notify(ENTRA_NOTIFY_URLS=json_url(web), ENTRA_PAGES_AUTH=str(tap))

    assert [body["title"] for body in web.bodies] == ["The directory of Larkspur is in", "Action required: the sign-in"]
