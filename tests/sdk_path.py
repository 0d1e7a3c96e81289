"""The command `tap-entra` with the SDK's own writer, for which there is no fast path: what rows are to be like."""

from __future__ import annotations

from typing import Any

from singer_sdk.contrib.msgspec import MsgSpecWriter

from tap_entra.tap import TapEntra


class SdkPathTap(TapEntra):
    """The tap, with every row going through the SDK."""

    message_writer_class: Any = MsgSpecWriter


if __name__ == "__main__":
    SdkPathTap.cli()
