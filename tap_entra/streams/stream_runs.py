"""Stream runs: the result of each stream in each run of this tap."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import RunsStream


class StreamRuns(RunsStream):
    """One row a stream and run, written by the tap itself: no request, always selected, only ever appended."""

    name = "stream_runs"
    primary_keys = ("runId", "stream")
    schema = th.PropertiesList(
        th.Property("runId", th.StringType, required=True, description="Same for all rows of one run of the tap"),
        th.Property("stream", th.StringType, required=True, description="Name of the stream, e.g. sign_ins"),
        th.Property("startedAt", th.DateTimeType, description="When the stream began, UTC"),
        th.Property("finishedAt", th.DateTimeType, description="When it ended, well or not, UTC"),
        th.Property(
            "outcome",
            th.StringType,
            description=(
                "complete: all there was. partial: rows are missing or not trusted. skipped: never readable here. "
                "failed: readable before, not now"
            ),
        ),
        th.Property("rows", th.IntegerType, description="Rows sent in this run, without removals"),
        th.Property("deleted", th.IntegerType, description="Removals sent in this run"),
        th.Property(
            "newestRow",
            th.DateTimeType,
            description="Time of the newest log row read, UTC; null for streams that are not logs",
        ),
        th.Property(
            "gapFrom",
            th.DateTimeType,
            description="Start of a time window of a log that was never read, UTC; null if none",
        ),
        th.Property("gapTo", th.DateTimeType, description="End of the time window of a log that was never read, UTC"),
        th.Property(
            "countedDay",
            th.DateType,
            description="Newest closed day whose sign-ins were compared with Microsoft's count, UTC; null if none was",
        ),
        th.Property(
            "loadedCount", th.IntegerType, description="Rows of that day that were loaded; null if not compared"
        ),
        th.Property(
            "microsoftCount",
            th.IntegerType,
            description="Microsoft's own count of that day, of kinds that are undocumented; null if not known",
        ),
        th.Property(
            "loadedShare", th.NumberType, description="loadedCount divided by microsoftCount; null if not known"
        ),
        th.Property(
            "checkedSince",
            th.DateType,
            description=(
                "For photos that are checked in shares (photo_check_days): the day on which those that wait longest "
                "were checked, UTC; null if this run checked all"
            ),
        ),
        th.Property(
            "wholeSince",
            th.DateTimeType,
            description=(
                "When the read of the whole list began that this run finished, UTC: what was last written before it is "
                "gone. Null if the run read changes alone, or does not trust the list"
            ),
        ),
        th.Property(
            "wholeRows", th.IntegerType, description="Different rows that this read found; null if there was none"
        ),
        th.Property("requests", th.IntegerType, description="Requests of the stream in this run; a batch is one"),
        th.Property(
            "graphCode",
            th.StringType,
            description="Microsoft's error code, or the HTTP status if there is none; null if nothing failed",
        ),
        th.Property("requestId", th.StringType, description="Microsoft's id of the refused request, for their support"),
        th.Property(
            "action", th.StringType, description="What to do about it, in words; null if there is nothing to do"
        ),
    ).to_dict()
