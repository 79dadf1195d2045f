"""Records as JSON Lines: all that they hold, one object a line."""

from __future__ import annotations

from typing import IO

from metaextract_core.exporting.values import as_json
from metaextract_core.record import Record


class Lines:
    """JSON Lines on a stream, in UTF-8, as `metaextract extract --format jsonl` writes them."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, record: Record) -> None:
        """Write one line."""
        self._stream.write(as_json(record) + b"\n")
