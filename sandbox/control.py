"""For shell scripts: let days pass and ask for the truth, over HTTP on the Graph port.

It needs no token: only this machine reaches 127.0.0.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.messages import Request, Response, json_response

if TYPE_CHECKING:
    from sandbox.tenant.tenant import Tenant

ROOT = "/sandbox/"


def answer_control(tenant: Tenant, request: Request) -> Response:
    """`POST /sandbox/days?count=N` and `GET /sandbox/truth/{stream}`."""
    action, _, rest = request.path.removeprefix(ROOT).partition("/")
    if (request.method, action) == ("POST", "days"):
        count = request.query.get("count", "1")
        if not count.isdecimal():
            return json_response({"error": "count is a number of days"}, 400)
        tenant.pass_days(int(count))
        return json_response({"now": tenant.now().isoformat(), "revision": tenant.revision})
    if (request.method, action) == ("GET", "truth"):
        try:
            return json_response(tenant.truth(rest))
        except KeyError:
            return json_response({"error": f"there is no stream '{rest}'"}, 404)
    return json_response({"error": "POST /sandbox/days?count=1, GET /sandbox/truth/{stream}"}, 404)
