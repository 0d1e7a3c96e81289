"""Reports of a run: the outcome of each stream, the closing summary, progress lines."""

from tap_entra.reporting.outcome import DayCount, Outcome, StreamResult
from tap_entra.reporting.progress import Extent, Progress
from tap_entra.reporting.summary import RunSummary

__all__ = ["DayCount", "Extent", "Outcome", "Progress", "RunSummary", "StreamResult"]
