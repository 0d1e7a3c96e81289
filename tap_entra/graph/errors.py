"""Reasons of a refused request of Microsoft Graph: by its status first, then by its code at every depth.

Source: https://learn.microsoft.com/graph/errors
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Worth another try, because the same question may be answered a moment later.
TRANSIENT = frozenset({408, 424, 429, 500, 502, 503, 504, 509})

_FORGOTTEN = ("syncstatenotfound", "resyncrequired", "syncstateinvalid", "resyncchangesapplydifferences")
#: OData's own words, which have no code of their own beside BadRequest.
_UNKNOWN_PROPERTY = re.compile(r"Could not find a property named '(\w+)' on type")
#: As in "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive."
_PAGE_SIZE = re.compile(r"\bpage ?size\b|\$top\b|'Top'", re.IGNORECASE)
#: Graph's own words may name a person; logs do not.
_ADDRESS = re.compile(r"[^\s'\"<>(){}]+@[^\s'\"<>(){}]+")
#: An apostrophe within a word opens no quotation. The last two pairs are typographic quotation marks.
_QUOTED = re.compile(
    '(\\w*\\s?)(?:(?<!\\w)\'(.*?)\'(?!\\w)|"([^"]*)"|\u2018([^\u2019]*)\u2019|\u201c([^\u201d]*)\u201d)'
)
#: A name without quotation marks: two or more words with a capital letter after the kind of an object.
_UNQUOTED = re.compile(
    r"\b((?i:users?|groups?|members?|owners?|persons?|principals?|guests?|managers?|accounts?|mailbox|devices?|named|name)"
    r"(?:\s+(?:of|for|is))?:?\s+)(?:[A-Z\u00c0-\u00de][\w'\u2019.-]*)(?:\s+[A-Z\u00c0-\u00de][\w'\u2019-]*)+"
)
#: After these words stands a term of Graph's own.
_TERM_FOLLOWS = re.compile(
    r"(?:named|property|segment|type|option|parameter|operator|function|field)\s?", re.IGNORECASE
)
_TERM = re.compile(r"[$@]?[a-z]+(?:[A-Z]\w*)+|\$\w+|@odata\.\w+|(?:#?microsoft\.graph\.|Edm\.)[\w.]+", re.ASCII)
_NAME = re.compile(r"[$@#]?[\w.]+", re.ASCII)
_ID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
#: Seen of Privileged Identity Management, with the code UnknownError around it.
_CODE_IN_MESSAGE = re.compile(r'\{"errorCode":"(\w+)"', re.ASCII)
_CODE_CHARACTERS = 100
#: The second is Privileged Identity Management's, which answers 400. It puts its codes into the message, too.
_PLAN = ("authentication_requestfromnonpremiumtenantorb2ctenant", "aadpremiumlicenserequired")
#: Identity Protection and Conditional Access: their code is that of any 403.
_NOT_LICENSED = re.compile(r"tenant is not licensed for this feature", re.IGNORECASE)
_ROLE = ("authentication_requestfromunsupporteduserrole",)
_SCOPE = (
    "authorization_requestdenied",
    "authentication_msgraphpermissionmissing",
    "permissionscopenotgranted",
    "authentication_applicationhasnodirectoryreadaccess",
    "authentication_applicationhasnoreadauditlogdataaccess",
    "accessdenied",
    "erroraccessdenied",
    "forbidden",
)


class GraphError(Exception):
    """Graph refused a request, or did not give a usable answer in the time it was given.

    Attributes:
        what: What was asked, e.g. "GET /v1.0/users": method and path, never the query (it may hold a token).
        status: The HTTP status; 0 when there was no HTTP answer at all.
        codes: The error's codes, the outermost first; Graph nests more specific ones inside. May be empty.
        message: What Graph wrote, one line, without anybody's address.
        request_id: To quote to Microsoft's support; may be empty.
    """

    def __init__(self, what: str, status: int, codes: tuple[str, ...], message: str, request_id: str = "") -> None:
        self.what = _ID.sub("{id}", "".join(filter(str.isprintable, what)))
        self.status = status
        self.codes = codes
        self.message = message
        self.request_id = request_id
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        answer = " ".join(filter(None, [str(self.status) if self.status else "", self.code]))
        quoted = f': "{self.message}"' if self.message else ""
        request = f" (request-id {self.request_id})" if self.request_id else ""
        return f"Graph answered {answer or 'nothing usable'} to {self.what}{quoted}{request}"

    @property
    def code(self) -> str:
        """The first code that says something; empty when Graph gave none."""
        return next((code for code in self.codes if code), "")

    def has_code(self, *fragments: str) -> bool:
        """Whether a code at any depth contains one of the fragments, whatever its case."""
        return any(fragment in code.lower() for code in self.codes for fragment in fragments)

    @property
    def is_transient(self) -> bool:
        """Graph was busy, broken or out of reach: the question itself was not refused."""
        return self.status == 0 or self.status in TRANSIENT or self.status == HTTPStatus.OK  # a 200 that is an error

    @property
    def is_unreadable(self) -> bool:
        """A 200 without a usable answer: cut or invalid JSON, or an error object."""
        return self.status == HTTPStatus.OK

    @property
    def is_broken_list(self) -> bool:
        """Graph answered, but what came is no list: a link that cannot be followed, a loop, an object without id."""
        return self.has_code("nolink", "foreignhost", "pageloop", "nokey")

    @property
    def is_unauthenticated(self) -> bool:
        """The token was not accepted, not even a fresh one."""
        return self.status == HTTPStatus.UNAUTHORIZED

    @property
    def lacks_plan(self) -> bool:
        """The tenant has no Entra ID P1 or P2. Also seen by mistake in tenants that have one."""
        return self.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN} and (
            self.has_code(*_PLAN) or _NOT_LICENSED.search(self.message) is not None
        )

    @property
    def lacks_role(self) -> bool:
        """The signed-in person holds no directory role that may read this."""
        return self.status == HTTPStatus.FORBIDDEN and self.has_code(*_ROLE)

    @property
    def lacks_scope(self) -> bool:
        """The token lacks a permission."""
        return (
            self.status == HTTPStatus.FORBIDDEN
            and not self.lacks_plan
            and not self.lacks_role
            and self.has_code(*_SCOPE)
        )

    @property
    def is_refusal(self) -> bool:
        """This tenant, person or app may not read this: asking again will not help today."""
        return self.status in {402, 403} or self.lacks_plan

    @property
    def is_forgotten_delta(self) -> bool:
        """Graph has forgotten this delta link; it says so in several spellings.

        Source: https://learn.microsoft.com/graph/delta-query-overview (40X with syncStateNotFound, or 410). A link that
        is too long for a request (414) is of no use either.
        """
        return self.status in {HTTPStatus.GONE, HTTPStatus.REQUEST_URI_TOO_LONG} or (
            self.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND} and self.has_code(*_FORGOTTEN)
        )

    @property
    def is_useless_delta_link(self) -> bool:
        """Forgotten, cut, too long, or for a property that is no longer known: only reading everything helps.

        A delta link is opaque and needs no valid query of ours, so any of these answers is about the link itself.
        """
        return self.is_forgotten_delta or self.status in {400, 404}

    @property
    def is_lost_page(self) -> bool:
        """A page token expired or is unknown; only meaningful as the answer to a nextLink.

        A nextLink is opaque and needs no valid query of ours, so any 400, 404 or 410 to it is about its token.
        Seen: Directory_ExpiredPageToken, DirectoryPageTokenNotFoundException, "Token not found", "Invalid Skip Token".
        """
        return self.status in {400, 404, 410}

    @property
    def is_invalid_filter(self) -> bool:
        """The filter was not accepted: for logs, also the answer to a start before Microsoft's retention."""
        return self.status == HTTPStatus.BAD_REQUEST and "filter" in self.message.lower()

    @property
    def is_refused_page_size(self) -> bool:
        """The `$top` was not accepted. Most page sizes are documented, some are only known from use."""
        return self.status == HTTPStatus.BAD_REQUEST and _PAGE_SIZE.search(self.message) is not None

    @property
    def unknown_property(self) -> str | None:
        """The property that was asked for and that this Graph does not know; None if that is not what is wrong."""
        found = _UNKNOWN_PROPERTY.search(self.message) if self.status == HTTPStatus.BAD_REQUEST else None
        return found[1] if found else None


class LinkError(GraphError):
    """Graph named a link that cannot be followed. Like a lost page token, it costs the pages so far."""

    def __init__(self, what: str, link: Any) -> None:
        named = "".join(filter(str.isprintable, str(link).partition("?")[0][:60]))
        super().__init__(what, 0, ("noLink",), f"it named {named!r}, which is not a link to a page")

    @property
    def is_transient(self) -> bool:
        """Never: the same answer would come again."""
        return False

    @property
    def is_lost_page(self) -> bool:
        """Always: only a read from the first page can name another link."""
        return True


class ForeignHostError(LinkError):
    """Graph named a link on another host. It was not followed, because the token must not leave Graph."""

    def __init__(self, what: str, host: str) -> None:
        GraphError.__init__(self, what, 0, ("foreignHost",), f"it named a link to {host}, which was not followed")


class StoppedError(Exception):
    """The run was asked to stop while it waited for Graph."""


def graph_error(what: str, status: int, body: Any, request_id: str = "") -> GraphError:
    """Read an error out of any body: Graph's own shape, another JSON, or none (pass None for HTML and the like)."""
    error = body.get("error") if isinstance(body, dict) else None
    codes = tuple(_codes(error))
    message = ""
    if isinstance(error, dict):
        message = str(error.get("message") or "")
        if found := _CODE_IN_MESSAGE.match(message):
            codes += (plain(found[1]),)
        inner = inner_error(error)
        if isinstance(inner, dict):
            message = message or str(inner.get("message") or "")
            request_id = request_id or str(inner.get("request-id") or "")
    return GraphError(what, status, codes, anonymous(message)[:400], plain(request_id))


def anonymous(message: str) -> str:
    """Return what Graph wrote as one line without control characters, addresses, ids, and what it quotes.

    Quoted terms of Graph's own stay, such as the name of a property. Without quotation marks, a name is only known by
    the word before it, such as user or group.
    """
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in message).split())
    unquoted = _UNQUOTED.sub(r"\1(a name)", _QUOTED.sub(_masked, _ADDRESS.sub("(an account)", words)))
    return _ID.sub("(an id)", unquoted)


def _masked(found: re.Match[str]) -> str:
    before, *texts = found.groups()
    text = next(text for text in texts if text is not None)
    is_term = _TERM.fullmatch(text) or (_TERM_FOLLOWS.fullmatch(before) and _NAME.fullmatch(text))
    return found[0] if is_term or text in {"(an account)", "(an id)"} else f"{before}(a name)"


def plain(text: str) -> str:
    """Return a code or an id without what only a broken or malicious answer would hold."""
    return "".join(filter(str.isprintable, text))[:_CODE_CHARACTERS]


def inner_error(error: Any) -> Any:
    """Return the error within an error: Graph spells the nesting both ways."""
    return (error.get("innerError") or error.get("innererror")) if isinstance(error, dict) else None


def _codes(error: Any) -> Iterator[str]:
    # To any depth: Graph puts the telling code at any of them.
    while isinstance(error, dict):
        yield plain(str(error.get("code") or ""))
        error = inner_error(error)
