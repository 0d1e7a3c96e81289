"""The pages a person sees: plain HTML forms, each of which posts back to where it came from."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from sandbox.messages import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def account_page(accounts: Iterable[str]) -> Response:
    """Asks who signs in: some accounts to pick from, and a field for any other."""
    picks = "".join(_button("account", account, account) for account in accounts)
    other = '<form method="post"><input name="account" placeholder="Another account"><button>Next</button></form>'
    return _page("Pick an account", f'<form method="post">{picks}{_button("cancel", "1", "Cancel")}</form>{other}')


def consent_page(account: str, app: str, permissions: Iterable[str]) -> Response:
    """Asks an administrator to accept what the app wants."""
    listed = "".join(f"<li>{escape(permission)}</li>" for permission in permissions)
    form = (
        f'<form method="post">{_hidden({"account": account})}'
        f"{_button('consent', 'accept', 'Accept')}{_button('cancel', '1', 'Cancel')}</form>"
    )
    return _page("Permissions requested", f"<p>{escape(app)}, for your whole organization:</p><ul>{listed}</ul>{form}")


def approval_page(account: str) -> Response:
    """Tells a person who is not an administrator that an administrator has to consent."""
    back = _button("cancel", "1", "Return to the application")
    form = f'<form method="post">{_hidden({"account": account})}{back}</form>'
    text = "The app needs permission to access resources in your organization that only an admin can grant."
    return _page("Need admin approval", f"<p>{text}</p>{form}")


def device_page(message: str = "") -> Response:
    """Asks for the code that a device shows, and who signs in."""
    fields = '<input name="user_code" placeholder="Code"><input name="account" placeholder="Account">'
    form = f'<form method="post">{fields}<button>Next</button>{_button("cancel", "1", "Cancel")}</form>'
    return _page("Enter code", f"<p>{escape(message)}</p>{form}")


def message_page(title: str, text: str, status: int = 200) -> Response:
    """Only tells something; there is nothing left to do on it."""
    return _page(title, f"<p>{escape(text)}</p>", status)


def post_back(url: str, fields: Mapping[str, str]) -> Response:
    """Sends the browser on with a form that submits itself: the answer stays out of the address bar."""
    fallback = "<noscript><button>Continue</button></noscript>"
    form = f'<form method="post" action="{escape(url)}">{_hidden(fields)}{fallback}</form>'
    return _page("Working...", f"{form}<script>document.forms[0].submit()</script>")


def _page(title: str, body: str, status: int = 200) -> Response:
    title = escape(title)
    html = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
    return Response(status, html.encode(), {"Content-Type": "text/html; charset=utf-8"})


def _button(name: str, value: str, label: str) -> str:
    return f'<button name="{name}" value="{escape(value)}">{escape(label)}</button>'


def _hidden(fields: Mapping[str, str]) -> str:
    return "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())
