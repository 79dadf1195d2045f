"""Host and worker see the same page."""

from __future__ import annotations

import tempfile
import time

from metaextract_core.workers.flight import FlightPage


def test_what_one_side_notes_the_other_reads() -> None:
    with tempfile.TemporaryFile() as file:
        file.truncate(FlightPage.SIZE)
        worker, host = FlightPage(file.fileno()), FlightPage(file.fileno())
        before = time.monotonic()
        worker.note(3, 7, 2.5, importing=True)
        flight = host.read()
        assert (flight.extractor, flight.file, flight.timeout) == (3, 7, 2.5)
        assert flight.importing
        assert before <= flight.started <= time.monotonic()
        worker.close()
        host.close()
