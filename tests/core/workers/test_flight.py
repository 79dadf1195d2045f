"""Host and worker see the same page."""

from __future__ import annotations

import os
import tempfile
import time

from metaextract_core.workers.flight import Flight, FlightPage


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


def test_a_reader_never_sees_half_a_note() -> None:
    """A note whose parts do not belong together would have the host kill a healthy worker."""
    with tempfile.TemporaryFile() as file:
        file.truncate(FlightPage.SIZE)
        host = FlightPage(file.fileno())
        pid = os.fork()
        if pid == 0:
            worker = FlightPage(file.fileno())
            for number in range(1, 200_000):
                worker.note(number, number, float(number))
            os._exit(0)
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            flight = host.read()
            assert flight.extractor == flight.file == flight.timeout
            assert bool(flight.started) == bool(flight.file)
        assert host.read().file == 199_999
        host.close()


def test_a_page_that_never_holds_a_whole_note_does_not_hold_up_the_host() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"\x07" * FlightPage.SIZE)
        file.flush()
        page = FlightPage(file.fileno())
        assert page.read() == Flight()
        page.close()


def test_progress_belongs_to_the_step_that_was_noted_last() -> None:
    with tempfile.TemporaryFile() as file:
        file.truncate(FlightPage.SIZE)
        page = FlightPage(file.fileno())
        page.note(3, 7, 2.5)
        page.progress(5, 5 << 30)
        flight = page.read()
        assert (flight.extractor, flight.done, flight.total) == (3, 5, 5 << 30)
        page.note(4, 7, 2.5)
        assert (page.read().done, page.read().total) == (0, 0)
        page.close()


def test_progress_that_cannot_be_true_is_not_noted() -> None:
    """What an extractor says must not cost its section."""
    with tempfile.TemporaryFile() as file:
        file.truncate(FlightPage.SIZE)
        page = FlightPage(file.fileno())
        page.progress(1, 2)
        page.progress(-1, 1 << 80)
        assert (page.read().done, page.read().total) == (1, 2)
        page.close()
