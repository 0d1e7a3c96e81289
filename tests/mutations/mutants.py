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
        tests: Below tests, of which at least one must fail.
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
        ("graph/test_paging.py::test_reads_every_page_and_marks_the_first",),
    ),
    Mutant(
        "takes an empty page for the end of a list",
        "graph/paging.py",
        "        yield page\n        if not page.next_link:\n",
        "        yield page\n        if not page.next_link or not page.rows:\n",
        ("graph/test_paging.py::test_an_empty_page_with_a_next_link_is_not_the_end",),
    ),
    Mutant(
        "stores a delta link before its round is written",
        "replication/delta_round.py",
        "            yield from source.read(page, self.removed)\n            self._next_link = page.delta_link\n",
        '            state["delta_link"] = self._next_link = page.delta_link or state["delta_link"]\n'
        "            yield from source.read(page, self.removed)\n",
        ("replication/test_delta.py::test_the_delta_link_is_stored_only_after_the_whole_round_was_written",),
    ),
    Mutant(
        "sets the bookmark of a log past windows that are not read yet",
        "replication/sliced.py",
        "        reached = max(self._bookmark() or window.end, window.end)\n",
        "        reached = self.client.now()\n",
        ("replication/test_heavy_logs.py::test_a_run_that_was_stopped_goes_on_at_the_oldest_unfinished_window",),
    ),
    Mutant(
        "reads no time again for rows that came late",
        "replication/sliced.py",
        "min(bookmark, now) - overlap",
        "min(bookmark, now)",
        ("replication/test_sliced.py::test_rows_that_arrived_late_are_caught_by_the_overlap",),
    ),
    Mutant(
        "leaves out the rows on the boundary of two windows",
        "graph/odata.py",
        "{field} ge {instant(start)}",
        "{field} gt {instant(start)}",
        ("replication/test_heavy_logs.py::test_a_row_on_a_boundary_is_not_lost",),
    ),
    Mutant(
        "accepts a bookmark from the future",
        "replication/sliced.py",
        "bookmark <= now + _CLOCKS_DIFFER",
        "bookmark",
        ("replication/test_time.py::test_a_bookmark_from_the_future_is_ignored",),
    ),
    Mutant(
        "moves the bookmark over a log that came back empty",
        "replication/sliced.py",
        "            if rows == 0 and self._has_lost_a_row(read.window):\n                return False\n",
        "            if rows == 0 and self._has_lost_a_row(read.window):\n                pass\n",
        ("replication/test_time.py::test_a_log_that_comes_back_empty_though_it_had_rows_moves_no_bookmark",),
    ),
    Mutant(
        "goes on from a delta link that Microsoft has forgotten as if nothing had changed",
        "graph/errors.py",
        "        return self.status in {HTTPStatus.GONE, HTTPStatus.REQUEST_URI_TOO_LONG} or (\n",
        "        return self.status == HTTPStatus.GONE or (\n            False and\n",
        (
            "graph/test_errors.py::test_knows_a_forgotten_delta_link_in_every_spelling",
            "replication/test_delta.py::test_a_forgotten_link_means_everything_again_and_marks_what_vanished",
        ),
    ),
    Mutant(
        "takes the part of a batch that stays unanswered for an empty one",
        "replication/batched.py",
        "                unanswered += 1\n                self._tell(error, unanswered)\n",
        "                pass\n",
        ("replication/test_batched.py::test_an_app_whose_answer_stays_out_keeps_all_from_being_marked_as_removed",),
    ),
    Mutant(
        "takes a picture that stays unanswered for none",
        "replication/photos.py",
        "            return None, _UNANSWERED\n",
        "            return None, None\n",
        ("replication/test_unanswered_photos.py::test_a_picture_read_before_stays_while_it_is_unanswered",),
    ),
    # Live rows deleted, or gone ones kept
    Mutant(
        "activates the version of a list that was cut short",
        "replication/base.py",
        "            self.failure = failure\n",
        "            self.failure = failure\n            self.activate_version()\n",
        ("replication/test_full.py::test_a_list_that_ended_between_two_pages_activates_nothing",),
    ),
    Mutant(
        "accepts a list that comes back empty or half as long",
        "replication/list_guard.py",
        "        if shrank or is_short:\n",
        "        if is_short:\n",
        ("replication/test_full.py::test_a_list_that_shrank_to_less_than_half_deletes_nothing_yet",),
    ),
    Mutant(
        "accepts a list that is shorter than Microsoft's own count",
        "replication/list_guard.py",
        "        if shrank or is_short:\n",
        "        if shrank:\n",
        ("replication/test_list_guard.py::test_a_full_warehouse_survives_a_lost_state_and_a_cut_list_on_the_same_day",),
    ),
    Mutant(
        "accepts a list without a count that lost a third",
        "replication/list_guard.py",
        "is_steady and self._lacks_many(found)",
        "False",
        ("replication/test_odd_lists.py::test_a_list_without_a_count_that_lost_a_third_waits_for_the_next_run",),
    ),
    Mutant(
        "counts a row twice that came twice",
        "replication/delta_round.py",
        '            state["round_rows"] -= self._distinct.repeated\n',
        "            pass\n",
        ("replication/test_odd_lists.py::test_pages_that_overlap_are_counted_once",),
    ),
    Mutant(
        "tolerates a missing row where a page came twice",
        "replication/list_guard.py",
        "(0 if repeated_pages else few)",
        "few",
        ("replication/test_odd_lists.py::test_a_page_served_twice_in_an_initial_sync_is_noticed",),
    ),
    Mutant(
        "deletes everybody whom one delta round removes",
        "replication/delta_round.py",
        "            if self._source.accepts_removals(len(self.removed)):\n",
        "            if True:\n",
        ("replication/test_odd_lists.py::test_a_round_that_removes_all_users_deletes_none",),
    ),
    Mutant(
        "overwrites all pictures when their service answers that there are none",
        "replication/photos.py",
        '        if ShrinkGuard(self, "pictures", slack=_FEW).accepts(pictures):\n            yield from held\n',
        "        yield from held\n",
        ("replication/test_list_guard.py::test_pictures_that_have_all_gone_overnight_stay_until_that_is_said_twice",),
    ),
    Mutant(
        "goes on with an interrupted initial sync under a new version, which deletes its first half",
        "replication/delta_round.py",
        "            self._source.begin_version(self._state[_VERSION])\n",
        "            self._state[_VERSION] = self._source.begin_version()\n",
        (
            "replication/test_delta.py::test_an_interrupted_initial_sync_goes_on_under_its_own_version_and_loses_nothing",
        ),
    ),
    Mutant(
        "forgets who was removed",
        "replication/delta_round.py",
        "                self._source.write_removals(self.removed, initial=False)\n",
        "                self.removed.clear()\n",
        ("replication/test_removals.py::test_leavers_keep_name_and_mail",),
    ),
    Mutant(
        "takes a property that a delta row lacks for null",
        "replication/delta.py",
        "        return live if self._round.is_list else self._partial.whole(live)\n",
        "        return live\n",
        ("replication/test_partial_objects.py::test_a_row_with_a_name_alone_changes_the_name_alone",),
    ),
    Mutant(
        "keeps an object alive that Graph does not find when it is read again",
        "replication/partial_objects.py",
        "                removed[id_] = _REMOVED\n",
        "                continue\n",
        ("replication/test_partial_objects.py::test_an_object_that_is_not_found_is_soft_deleted_and_keeps_its_values",),
    ),
    Mutant(
        "forgets a change that it could not read whole",
        "replication/delta.py",
        "keep_link=bool(self._partial.unread)",
        "keep_link=False",
        (
            "replication/test_partial_objects.py::test_an_object_that_cannot_be_read_again_keeps_its_values_until_it_can",
        ),
    ),
    Mutant(
        "wipes the name and mail of who left",
        "singer/removals.py",
        "        schema = _narrowed(stream, stream_map, sent[0])\n",
        "        schema = stream_map.transformed_schema\n",
        ("replication/test_removals.py::test_leavers_keep_name_and_mail",),
    ),
    Mutant(
        "takes the old manager's removal for the end of the new one",
        "replication/links.py",
        'elif self._children.get(key, lower(link.get("id"))) == lower(link.get("id")):',
        "else:",
        ("replication/test_links.py::test_a_change_of_manager_is_judged_whole",),
    ),
    Mutant(
        "takes a refusal by groups for groups without apps",
        "replication/links.py",
        "(answer.status == HTTPStatus.FORBIDDEN and hidden[id_])",
        "answer.status == HTTPStatus.FORBIDDEN",
        ("replication/test_app_members.py::test_a_refusal_by_groups_that_hide_nothing_takes_no_app_away",),
    ),
    Mutant(
        "accepts an initial sync that ends without a link",
        "replication/delta_round.py",
        "if self._reads_list and not state.get(_LINK):",
        "if False:",
        ("replication/test_list_guard.py::test_an_initial_sync_that_ends_without_a_link_deletes_nothing",),
    ),
    Mutant(
        "accepts that apps are gone which were listed a moment before",
        "replication/batched.py",
        "if missing > tolerated(len(paths)):",
        "if False:",
        ("replication/test_list_guard.py::test_apps_that_are_unknown_a_moment_after_they_were_listed_lose_no_access",),
    ),
    Mutant(
        "takes a refusal in the middle of a first load for a choice",
        "run.py",
        " and not was_read_before and not result.rows",
        " and not was_read_before",
        ("replication/test_runs.py::test_a_refusal_in_the_middle_of_a_first_load_is_no_choice",),
    ),
    Mutant(
        "goes on from the end of a log that came back empty",
        "replication/sliced.py",
        "if bookmark and self._newest_row():",
        "if bookmark:",
        ("replication/test_sliced.py::test_a_log_that_came_back_empty_the_first_time_is_asked_for_whole_again",),
    ),
    Mutant(
        "accepts a shorter list where Microsoft is too busy to count",
        "replication/list_guard.py",
        "return self._is_uncountable(found, error)",
        "return False",
        ("replication/test_list_guard.py::test_a_shorter_list_is_unconfirmed_once_while_nothing_can_be_counted",),
    ),
    Mutant(
        "writes an older version when the clock goes back",
        "replication/base.py",
        "max(int(time.time() * 1000), last + 1)",
        "int(time.time() * 1000) + 0 * last",
        ("replication/test_full.py::test_a_version_is_newer_than_the_last_though_the_clock_went_back",),
    ),
    Mutant(
        "moves the bookmark of a log back to the overlap",
        "replication/sliced.py",
        "        reached = max(self._bookmark() or window.end, window.end)\n",
        "        reached = window.end\n",
        ("replication/test_heavy_logs.py::test_the_bookmark_stays_while_windows_of_the_overlap_are_read_again",),
    ),
    Mutant(
        "puts the refresh token in place before it is on the disk",
        "auth/cache.py",
        "        file.flush()\n        os.fsync(file.fileno())\n",
        "        file.flush()\n",
        ("auth/test_cache.py::test_what_is_kept_reaches_the_disk_before_it_takes_the_old_ones_place",),
    ),
    # Trouble not told
    Mutant(
        "swallows a 403 of what was readable before",
        "run.py",
        "failure.is_refusal and not was_read_before",
        "failure.is_refusal",
        ("replication/test_runs.py::test_what_was_read_before_fails_when_it_is_refused_and_keeps_its_bookmark",),
    ),
    Mutant(
        "ends with 0 when it was stopped",
        "run.py",
        "            return 128 + self.signal\n",
        "            return 0\n",
        ("replication/test_runs.py::test_a_sigterm_ends_with_state_a_row_for_every_stream_and_143",),
    ),
    Mutant(
        "tells of no gap in a log",
        "reporting/outcome.py",
        "        self.gap = (min(first, start), max(last, end))\n",
        "        self.gap = self.gap\n",
        ("replication/test_retention.py::test_a_bookmark_beyond_the_retention_leaves_a_gap",),
    ),
    # Manners
    Mutant(
        "ignores how long Graph asks to wait",
        "graph/client.py",
        "wait_s = told or backoff_s(tried)",
        "wait_s = backoff_s(tried)",
        ("graph/test_client_retry.py::test_waits_as_long_as_graph_asks_then_carries_on",),
    ),
    Mutant(
        "ignores how long Graph asks to wait inside a batch",
        "graph/batch.py",
        "else max((wait for wait in told if wait), default=0.5 * 2**self.tried)",
        "else 0.5 * 2**self.tried",
        ("graph/test_batch_retry.py::test_only_what_was_throttled_is_asked_again_after_the_longest_wait",),
    ),
    # Runs without end: the limit of the test notices
    Mutant(
        "reads pages that lead in a circle for ever",
        "graph/paging.py",
        "if hash(page.next_link) in seen:",
        "if not page.next_link:",
        ("graph/test_paging.py::test_next_links_in_a_circle_are_an_error",),
    ),
    Mutant(
        "tries again without end",
        "graph/client.py",
        "if max(time.monotonic() - began + wait_s, waited_s) > self.retry_budget_s:",
        "if wait_s < 0:",
        ("graph/test_client_retry.py::test_gives_up_when_the_waits_have_spent_the_budget",),
    ),
    # Leaks
    Mutant(
        "follows a link to another host, token in hand",
        "graph/host.py",
        "        if self.is_ours(link):\n            return\n",
        "        if link:\n            return\n",
        (
            "graph/test_client_hosts.py::test_a_next_link_to_another_host_is_not_followed",
            "test_leaks.py::test_no_link_of_graph_leads_the_token_elsewhere",
        ),
    ),
    Mutant(
        "talks to a host that cannot prove who it is",
        "graph/host.py",
        "stream=False, verify=None, cert=None",
        "stream=False, verify=False, cert=None",
        ("graph/test_client_hosts.py::test_sends_nothing_to_a_host_that_cannot_prove_itself",),
    ),
    Mutant(
        "loses the successor of the refresh token",
        "auth/delegated.py",
        'refresh_token=answer.get("refresh_token") or kept.refresh_token,',
        "refresh_token=kept.refresh_token,",
        ("auth/test_delegated.py::test_runs_go_on_when_each_token_is_good_only_once",),
    ),
    Mutant(
        "sends the refresh token wherever a redirect points",
        "auth/msal_http.py",
        '"allow_redirects": False',
        '"allow_redirects": True',
        ("test_leaks.py::test_no_redirect_of_the_sign_in_service_leads_a_token_elsewhere",),
    ),
    Mutant(
        "keeps the refresh token where others can read it",
        "auth/cache.py",
        "os.O_EXCL | os.O_CLOEXEC, 0o600)",
        "os.O_EXCL | os.O_CLOEXEC, 0o644)",
        ("auth/test_cache.py::test_only_the_owner_can_read_what_is_kept",),
    ),
    Mutant(
        "writes page tokens and delta tokens into the log",
        "graph/host.py",
        '.partition("?")[0]\n        record.args',
        "\n        record.args",
        ("test_leaks.py::test_nothing_private_is_logged_not_even_at_debug",),
    ),
    # Odd answers
    Mutant(
        "takes the year 1 for a date",
        "graph/values.py",
        "    if moment.year == 1:\n        return None\n",
        "",
        ("graph/test_values.py::test_year_one_means_never_and_is_no_misfit",),
    ),
    Mutant(
        "drops the offset of a time",
        "graph/values.py",
        "return moment - _offset(offset)",
        "return moment",
        ("graph/test_values.py::test_a_time_in_any_spelling_is_the_same_moment_in_utc",),
    ),
    Mutant(
        "lets a text pass for a list",
        "graph/columns.py",
        "return _NO_LIST.search(_BREAK.join(values)) is None",
        "return values is not None",
        ("graph/test_values.py::test_any_other_value_costs_its_cell_and_is_counted",),
    ),
    Mutant(
        "cuts a message at a line break in Graph's JSON",
        "graph/odata.py",
        'if b"\\n" in content or b"\\r" in content else content',
        "if not content else content",
        ("graph/test_values.py::test_a_page_that_fits_is_not_taken_apart",),
    ),
    Mutant(
        "gives up all parts of a batch for one",
        "graph/batch.py",
        "        if len(self.left) > 1:\n            middle",
        "        if len(self.left) > 20:\n            middle",
        ("graph/test_batch.py::test_a_part_that_makes_its_batch_unreadable_costs_itself",),
    ),
    Mutant(
        "gives up a day for one refused filter",
        "replication/log_retention.py",
        "if not self._has_asked_twice:",
        "if self._has_asked_twice:",
        ("cases/test_cases.py::test_a_filter_that_is_refused_once_costs_no_day",),
    ),
    Mutant(
        "takes a local time for one in UTC",
        "graph/columns.py",
        'if not text.count("Z\\n") == text.count("T") == text.count("\\n") == len(times):',
        'if not text.count("T") == text.count("\\n") == len(times):',
        ("graph/test_values.py::test_a_time_in_any_spelling_is_the_same_moment_in_utc",),
    ),
    Mutant(
        "takes a few refusals by mistake for a retention of seven days",
        "replication/log_retention.py",
        "_PROOF = 10",
        "_PROOF = 1",
        ("replication/test_retention.py::test_a_mistake_after_a_pause_of_nine_days_is_no_retention",),
    ),
    Mutant(
        "forgets the time that was refused",
        "replication/sliced.py",
        'self._keep("refused", self._retention.text())',
        'self._keep("refused", None)',
        ("replication/test_retention.py::test_time_that_was_refused_by_mistake_comes_with_the_next_run",),
    ),
    Mutant(
        "ends with 0 although log rows were refused",
        "replication/sliced.py",
        "if refused and self._retention.is_news:",
        "if not refused and self._retention.is_news:",
        ("replication/test_retention.py::test_time_that_was_refused_by_mistake_comes_with_the_next_run",),
    ),
    Mutant(
        "forgets the time that Microsoft could not give",
        "replication/log_gaps.py",
        "            if max(start, oldest) < min(end, newest):\n",
        "            if end < start:\n",
        (
            "replication/test_retention.py::test_a_row_that_could_not_be_read_comes_later_although_the_overlap_is_past_it",
        ),
    ),
    Mutant(
        "takes a page that came before for the next one",
        "graph/paging.py",
        "        if mark not in self._seen:\n",
        "        if mark:\n",
        ("graph/test_paging.py::test_a_page_that_came_before_is_asked_for_again",),
    ),
    Mutant(
        "keeps the photo of a user whose removal is not marked",
        "replication/photos.py",
        "                self._changed_ids.add(user_id)\n",
        "                pass\n",
        ("replication/test_odd_lists.py::test_a_deleted_user_without_removed_loses_the_photo_too",),
    ),
    Mutant(
        "gives up a list for one refused property",
        "replication/refused_columns.py",
        "return finder.among(others) if finder.is_accepted([]) else []",
        "return []",
        ("replication/test_unknown_columns.py::test_a_property_that_is_refused_in_any_words_costs_itself",),
    ),
    Mutant(
        "repeats a name that Graph quotes",
        "graph/errors.py",
        'else f"{before}(a name)"',
        "else found[0]",
        ("graph/test_errors.py::test_what_graph_quotes_is_masked_unless_it_is_a_term_of_graphs_own",),
    ),
    # Facts about a tenant
    Mutant(
        "writes sign-ins of another kind",
        "replication/event_types.py",
        "if isinstance(types, list) and types and event_type not in types:",
        "if not event_type:",
        ("commands/test_turned_facts.py::test_a_run_with_a_turned_assumption_ends_right_or_says_what_is_wrong",),
    ),
    Mutant(
        "gives up a list for its page size",
        "graph/paging.py",
        "page_url == url != odata.without_top(url)",
        "page_url == url == odata.without_top(url)",
        ("commands/test_turned_facts.py::test_a_run_with_a_turned_assumption_ends_right_or_says_what_is_wrong",),
    ),
    Mutant(
        "takes a refusal for a fact",
        "commands/facts/fact.py",
        'return not_seen(f"refused ({code_of(error)})")',
        'return judge(holds=True, observed="")',
        ("commands/test_facts.py::test_what_is_refused_is_never_the_same",),
    ),
    Mutant(
        "names a person in a report",
        "commands/facts/fact.py",
        'error.code if _CODE.fullmatch(error.code) else ""',
        "error.code",
        ("commands/test_facts.py::test_a_code_that_is_none_of_graphs_is_left_out",),
    ),
    Mutant(
        "deletes rows after a page with rows that are none",
        "replication/list_guard.py",
        "    return lost > 0\n",
        "    return False\n",
        ("cases/test_cases.py::test_rows_that_are_none_delete_none_and_cost_only_themselves",),
    ),
    Mutant(
        "marks links as removed although some came in no usable form",
        "replication/links.py",
        "not self._has_unusable() and",
        "(self._has_unusable() or True) and",
        ("cases/test_cases.py::test_links_in_no_usable_form_remove_none",),
    ),
    Mutant(
        "takes an id in capitals for another object",
        "graph/decoder.py",
        "        if text != text.lower():\n",
        "        if False:\n",
        ("cases/test_cases.py::test_an_id_in_another_case_is_the_same_object",),
    ),
    Mutant(
        "takes a list in a parent for whole although Graph names its next page",
        "replication/expanded.py",
        ' and not parent.get(f"{relation}@odata.nextLink")',
        "",
        ("cases/test_cases.py::test_a_broken_list_of_links_costs_itself",),
    ),
    Mutant(
        "passes a day on that is none",
        "graph/values.py",
        '    "date": (str, _fit_day),\n',
        '    "date": (str, None),\n',
        ("graph/test_values.py::test_any_other_value_costs_its_cell_and_is_counted",),
    ),
)
