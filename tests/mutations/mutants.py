"""Promises, each with a way to break it and the tests that must notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Mutant:
    """One broken promise.

    Attributes:
        breaks: What the tap would do then.
        file: Below tap_entra.
        old, new: Text that stands there once, and what stands there instead.
        tests: Files, or tests in them, of which at least one must fail.
    """

    breaks: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    @property
    def path(self) -> str:
        """From the project's root."""
        return f"tap_entra/{self.file}"

    def applied_to(self, source: str) -> str:
        """The source with the promise broken.

        Raises:
            ValueError: The text is not there, or more than once.
        """
        if source.count(self.old) != 1:
            raise ValueError(f"{self.path}: {source.count(self.old)} times, not once: {self.old!r}")
        return source.replace(self.old, self.new)


MUTANTS = (
    # Rows lost
    Mutant(
        "skips every page but the first and the last",
        "graph/paging.py",
        "        yield page\n        if not page.next_link:\n",
        "        if page.first or not page.next_link:\n            yield page\n        if not page.next_link:\n",
        ("tests/graph/test_paging.py",),
    ),
    Mutant(
        "takes an empty page for the end of a list",
        "graph/paging.py",
        "        yield page\n        if not page.next_link:\n",
        "        yield page\n        if not page.next_link or not page.rows:\n",
        ("tests/graph/test_paging.py",),
    ),
    Mutant(
        "stores a delta link before its round is written",
        "replication/delta.py",
        "            yield from self.live_rows(page, gone)\n            link = page.delta_link\n",
        '            link = page.delta_link\n            state["delta_link"] = link or state["delta_link"]\n'
        "            yield from self.live_rows(page, gone)\n",
        ("tests/replication/test_delta.py",),
    ),
    Mutant(
        "sets the bookmark of a log past windows that are not read yet",
        "replication/sliced.py",
        "        reached = max(self._bookmark() or window.end, window.end)\n",
        "        reached = self.client.now()\n",
        ("tests/replication/test_heavy_logs.py",),
    ),
    Mutant(
        "reads no time again for rows that came late",
        "replication/sliced.py",
        "min(bookmark, now) - overlap",
        "min(bookmark, now)",
        ("tests/replication/test_sliced.py", "tests/replication/test_time.py"),
    ),
    Mutant(
        "leaves out the rows on the boundary of two windows",
        "graph/odata.py",
        "{field} ge {instant(start)}",
        "{field} gt {instant(start)}",
        ("tests/replication/test_heavy_logs.py",),
    ),
    Mutant(
        "believes a bookmark from the future",
        "replication/sliced.py",
        "bookmark <= now + _CLOCKS_DIFFER",
        "bookmark",
        ("tests/replication/test_time.py",),
    ),
    Mutant(
        "moves the bookmark over a log that came back empty",
        "replication/sliced.py",
        "            if rows == 0 and self._has_lost_a_row(read.window):\n                return  # with",
        "            if rows == 0 and self._has_lost_a_row(read.window):\n                pass  # with",
        ("tests/replication/test_time.py",),
    ),
    Mutant(
        "goes on from a delta link that Microsoft has forgotten as if nothing had changed",
        "graph/errors.py",
        "        return self.status == 410 or (self.status in {400, 404} and self.has_code(*_FORGOTTEN))",
        "        return self.status == 410",
        ("tests/graph/test_errors.py", "tests/replication/test_delta.py"),
    ),
    Mutant(
        "takes the part of a batch that stays unanswered for an empty one",
        "replication/batched.py",
        "                unanswered += 1\n                self._tell(answer, unanswered)\n",
        "                pass\n",
        ("tests/replication/test_batched.py",),
    ),
    Mutant(
        "takes a picture that stays unanswered for none",
        "replication/photos.py",
        "            return None, _UNANSWERED\n",
        "            return None, None\n",
        ("tests/replication/test_unanswered_photos.py",),
    ),
    # Live rows deleted, or gone ones kept
    Mutant(
        "activates the version of a list that was cut short",
        "replication/base.py",
        "            self.failure = failure\n",
        "            self.failure = failure\n            self.activate_version()\n",
        ("tests/replication/test_full.py",),
    ),
    Mutant(
        "believes a list that comes back empty or half as long",
        "replication/belief.py",
        "        if any(doubts):\n",
        "        if doubts[1]:\n",
        ("tests/replication/test_full.py",),
    ),
    Mutant(
        "believes a list that is shorter than Microsoft's own count",
        "replication/belief.py",
        "        if any(doubts):\n",
        "        if doubts[0]:\n",
        ("tests/replication/test_belief.py",),
    ),
    Mutant(
        "overwrites all pictures when their service answers that there are none",
        "replication/photos.py",
        '        if Belief(self, "pictures", slack=_FEW).accepts(pictures):\n            yield from held\n',
        "        yield from held\n",
        ("tests/replication/test_belief.py",),
    ),
    Mutant(
        "goes on with an interrupted first round under a new version, which deletes its first half",
        "replication/delta.py",
        '            self.begin_version(state["round_version"])\n',
        '            state["round_version"] = self.begin_version()\n',
        ("tests/replication/test_delta.py",),
    ),
    Mutant(
        "forgets who was removed",
        "replication/delta.py",
        "        self._write_gone({id_: binned.get(id_) for id_ in gone})\n",
        "        binned.clear()\n",
        ("tests/replication/test_removals.py",),
    ),
    Mutant(
        "wipes the name and mail of who left",
        "replication/removals.py",
        "        schema = _narrowed(stream, stream_map, rows[0])\n",
        "        schema = stream_map.transformed_schema\n",
        ("tests/replication/test_removals.py",),
    ),
    Mutant(
        "takes the old manager's removal for the end of the new one",
        "replication/links.py",
        'elif self._targets.get(key, link.get("id")) == link.get("id"):',
        "else:",
        ("tests/replication/test_links.py",),
    ),
    # Trouble not told
    Mutant(
        "swallows a 403 of what was readable before",
        "tap.py",
        "failure.is_refusal and not was_read_before",
        "failure.is_refusal",
        ("tests/replication/test_runs.py",),
    ),
    Mutant(
        "ends with 0 when it was stopped",
        "tap.py",
        "            return 128 + self._signal\n",
        "            return 0\n",
        ("tests/replication/test_runs.py",),
    ),
    Mutant(
        "tells of no hole in a log",
        "replication/run.py",
        "        self.hole = (min(first, start), max(last, end))\n",
        "        self.hole = self.hole\n",
        ("tests/replication/test_retention.py",),
    ),
    # Manners
    Mutant(
        "ignores how long Graph asks to wait",
        "graph/client.py",
        "wait_s = told or backoff_s(tried)",
        "wait_s = backoff_s(tried)",
        ("tests/graph/test_client_retry.py",),
    ),
    Mutant(
        "ignores how long Graph asks to wait inside a batch",
        "graph/batch.py",
        "wait_s = max((wait for wait in told if wait), default=0.5 * 2**self.tried)",
        "wait_s = 0.5 * 2**self.tried",
        ("tests/graph/test_batch_retry.py",),
    ),
    # Leaks
    Mutant(
        "follows a link to another host, token in hand",
        "graph/client.py",
        "        if not self.is_ours(absolute):\n",
        "        if not absolute:\n",
        ("tests/graph/test_client_hosts.py", "tests/test_leaks.py"),
    ),
    Mutant(
        "loses the successor of the refresh token",
        "auth/delegated.py",
        'refresh_token=answer.get("refresh_token") or kept.refresh_token,',
        "refresh_token=kept.refresh_token,",
        ("tests/auth/test_delegated.py",),
    ),
    Mutant(
        "sends the refresh token wherever a redirect points",
        "auth/login.py",
        '"allow_redirects": False',
        '"allow_redirects": True',
        ("tests/test_leaks.py::test_no_redirect_of_the_sign_in_service_leads_a_token_elsewhere",),
    ),
    Mutant(
        "keeps the refresh token where others can read it",
        "auth/cache.py",
        "os.O_EXCL | os.O_CLOEXEC, 0o600)",
        "os.O_EXCL | os.O_CLOEXEC, 0o644)",
        ("tests/auth/test_cache.py",),
    ),
    Mutant(
        "writes page tokens and delta tokens into the log",
        "graph/wire.py",
        '.partition("?")[0]\n        record.args',
        "\n        record.args",
        ("tests/test_leaks.py::test_nothing_private_is_logged_not_even_at_debug",),
    ),
)
