"""What an extractor raises, and what travels with it."""

from __future__ import annotations

from metaextract_sdk import ExtractError, Unavailable


def test_a_fault_of_the_file_is_failed_unless_said_otherwise() -> None:
    error = ExtractError("the header is cut short")
    assert (error.reason, error.status, error.data) == ("the header is cut short", "failed", None)
    assert str(error) == "the header is cut short"


def test_what_was_read_before_the_fault_is_kept() -> None:
    error = ExtractError("the second frame is damaged", status="skipped", data={"Frames": 1})
    assert error.status == "skipped"
    assert error.data == {"Frames": 1}


def test_what_is_missing_comes_with_its_mend() -> None:
    error = Unavailable("ExifTool is missing", fix="apt-get install libimage-exiftool-perl")
    assert str(error) == error.reason == "ExifTool is missing"
    assert error.fix == "apt-get install libimage-exiftool-perl"
    assert Unavailable("no such luck").fix == ""


def test_a_missing_tool_is_not_taken_for_a_damaged_file() -> None:
    assert not issubclass(Unavailable, ExtractError)
    assert not issubclass(ExtractError, Unavailable)
