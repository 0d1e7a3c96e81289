"""Change detection for photos: one short digest per bucket of user ids."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from tap_entra.replication.photo_digests import BUCKETS, Digests, bucket_of, digest

IDS = [str(uuid.UUID(int=number)) for number in range(50_000)]


def test_a_bucket_is_the_same_on_every_machine() -> None:
    assert bucket_of("8b081ef6-4792-4def-b2c9-c363a1bf41d5") == "V1"


def test_ids_are_spread_over_all_buckets() -> None:
    buckets = [bucket_of(id_) for id_ in IDS]

    assert len(set(buckets)) == BUCKETS
    assert max(buckets.count(bucket) for bucket in set(buckets[:100])) < 40


@given(st.lists(st.text()), st.lists(st.text()))
def test_what_differs_has_another_digest(some: list[str], others: list[str]) -> None:
    assert (digest(some) == digest(others)) == ("\n".join(some) == "\n".join(others))


def test_digests_outlive_being_written_and_read() -> None:
    digests = Digests()
    digests.keep("ab", digest(["x"]))
    digests.keep("-_", digest(["y"]))

    again = Digests(str(digests))

    assert again.matches("ab", digest(["x"]))
    assert again.matches("-_", digest(["y"]))
    assert not again.matches("ab", digest(["y"]))
    assert str(again) == str(digests)


def test_a_forgotten_bucket_matches_nothing() -> None:
    digests = Digests()
    digests.keep("ab", digest(["x"]))

    digests.forget("ab")
    digests.forget("ab")

    assert not digests.matches("ab", digest(["x"]))
    assert str(digests) == ""


def test_only_the_buckets_that_hold_somebody_are_kept() -> None:
    digests = Digests("ab01234567cd01234567")

    digests.only(["cd", "ef"])

    assert str(digests) == "cd01234567"


def test_no_state_is_no_digest() -> None:
    assert str(Digests(None)) == ""
    assert not Digests("").matches("ab", digest(["x"]))


def test_digests_of_any_tenant_stay_under_64_kb() -> None:
    digests = Digests()
    for id_ in IDS:
        digests.keep(bucket_of(id_), digest([id_]))

    assert len(str(digests)) < 64 * 1024
