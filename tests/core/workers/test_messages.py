"""Frames arrive whole however the stream is cut."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.workers.messages import (
    MAX_FRAME,
    FrameBuffer,
    Job,
    Report,
    frame,
    receive_job,
    report_decoder,
)


@given(st.lists(st.integers(1, 40)), st.integers(0, 5))
def test_frames_survive_any_cutting_of_the_stream(cuts: list[int], count: int) -> None:
    reports = [Report([], [], done=bool(number % 2)) for number in range(count)]
    stream = b"".join(map(frame, reports))
    buffer = FrameBuffer()
    bodies: list[bytes] = []
    for cut in [*cuts, len(stream)]:
        part, stream = stream[:cut], stream[cut:]
        bodies += buffer.feed(part)
    assert [report_decoder.decode(body) for body in bodies] == reports


def test_an_announced_frame_beyond_the_limit_is_refused_before_it_arrives() -> None:
    with pytest.raises(ValueError, match=f"a frame of {MAX_FRAME + 1} bytes"):
        FrameBuffer().feed((MAX_FRAME + 1).to_bytes(4, "big"))


def test_a_job_is_received_and_the_end_of_the_stream_is_none() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(frame(Job([], "together", 2.5)))
        ours.shutdown(socket.SHUT_WR)
        assert receive_job(theirs) == Job([], "together", 2.5)
        assert receive_job(theirs) is None
