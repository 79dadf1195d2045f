"""Windows of a file, read without disturbing each other."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metaextract_sdk import FileView

OpenView = Callable[[bytes], AbstractContextManager[FileView]]

# The file is written anew for each example, so that the shared folder does no harm.
shared_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def test_it_says_what_the_host_knows(view: OpenView) -> None:
    with view(b"abc") as file:
        assert (file.name, file.size, file.media_type) == ("photo.jpg", 3, "image/jpeg")
        assert os.fstat(file.fileno()).st_size == 3


@shared_folder
@given(content=st.binary(max_size=64), offset=st.integers(0, 80), length=st.integers(0, 80))
def test_read_is_a_slice_of_the_content(
    view: OpenView, content: bytes, offset: int, length: int
) -> None:
    with view(content) as file:
        assert file.read(offset, length) == content[offset : offset + length]


def test_read_at_an_impossible_offset_is_an_os_error(view: OpenView) -> None:
    with view(b"abc") as file, pytest.raises(OSError, match="Invalid argument"):
        file.read(-1, 1)


@shared_folder
@given(content=st.binary(max_size=64), size=st.integers(1, 80))
def test_windows_are_the_whole_content_in_order(view: OpenView, content: bytes, size: int) -> None:
    with view(content) as file:
        windows = [bytes(window) for window in file.windows(size)]
    assert b"".join(windows) == content
    assert all(1 <= len(window) <= size for window in windows)


def test_a_window_cannot_be_written_to(view: OpenView) -> None:
    with view(b"abc") as file:
        assert all(window.readonly for window in file.windows())


def test_a_file_that_grew_is_read_to_its_new_end(view: OpenView) -> None:
    with view(b"abc") as file:
        with open(file.path, "ab") as more:
            more.write(b"def")
        assert b"".join(bytes(window) for window in file.windows()) == b"abcdef"


def test_the_view_stays_on_the_file_that_was_opened(view: OpenView) -> None:
    with view(b"the first") as file:
        other = file.path.with_name("other")
        other.write_bytes(b"another")
        other.replace(file.path)
        assert file.read(0, 100) == b"the first"


def test_readers_keep_their_own_positions(view: OpenView) -> None:
    with view(b"0123456789") as file, file.open() as one, file.open() as other:
        assert one.read(4) == b"0123"
        assert other.read(2) == b"01"
        assert file.read(5, 2) == b"56"
        assert one.read(2) == b"45"


def test_closing_a_reader_leaves_the_view_open(view: OpenView) -> None:
    with view(b"abc") as file:
        file.open().close()
        assert file.read(0, 3) == b"abc"


@shared_folder
@given(
    content=st.binary(max_size=64),
    moves=st.lists(
        st.tuples(
            st.integers(-80, 80),
            st.sampled_from([os.SEEK_SET, os.SEEK_CUR, os.SEEK_END]),
            st.integers(0, 80),
        )
    ),
)
def test_a_reader_behaves_like_a_file_in_memory(
    view: OpenView, content: bytes, moves: list[tuple[int, int, int]]
) -> None:
    model = io.BytesIO(content)
    with view(content) as file, file.open() as reader:
        for offset, whence, length in moves:
            base = {os.SEEK_SET: 0, os.SEEK_CUR: model.tell(), os.SEEK_END: len(content)}[whence]
            if base + offset < 0:
                with pytest.raises(ValueError, match="negative seek"):
                    reader.seek(offset, whence)
                continue
            assert reader.seek(offset, whence) == model.seek(offset, whence)
            assert reader.read(length) == model.read(length)
            assert reader.tell() == model.tell()


def test_a_reader_cannot_write(view: OpenView) -> None:
    with view(b"abc") as file, file.open() as reader:
        assert not reader.writable()
        assert reader.seekable()
