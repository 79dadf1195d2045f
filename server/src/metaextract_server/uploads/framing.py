"""The parts of a form, as they come in.

The splitting itself is `python-multipart`'s: a push parser that keeps no more than a boundary's
length of what it was given, and that bounds the headers of a part by number and size (since 0.0.27,
CVE-2026-42561). aiohttp's own reader is not used, because it cannot be bounded: it skips a preamble
line by line for ever, allows 128 headers of 8 KB for each part, descends into nested multiparts,
counts neither parts nor bytes, and warns where it should refuse.
"""

from __future__ import annotations

from email.message import Message
from typing import Final

from msgspec import Struct
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from metaextract_server.uploads.limits import Limits
from metaextract_server.uploads.names import disposition, header_text
from metaextract_server.uploads.refusals import malformed


class Begin(Struct, frozen=True):
    """A part begins.

    Attributes:
        field: name of the form's field.
        filename: what the client calls the file; None for a plain field.
        media_type: what the client says the content is.
    """

    field: str
    filename: str | None
    media_type: str | None


class End(Struct, frozen=True):
    """The part that began last is over."""


Event = Begin | End | bytes
"""What comes of a form: a part's begin, pieces of its content, its end."""


def boundary_of(content_type: str) -> bytes:
    """The boundary of a ``multipart/form-data`` (RFC 2046 section 5.1.1).

    Raises:
        UploadRefused: there is none, or none that is allowed.
    """
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_param("boundary")
    if not isinstance(boundary, str) or not 1 <= len(boundary) <= 70 or not boundary.isascii():
        raise malformed("The form has no valid boundary.")
    return boundary.encode()


class Framing:
    """Splits a form into its parts.

    Args:
        boundary: the form's.
        limits: of parts, their headers, and what stands outside of them.
    """

    def __init__(self, boundary: bytes, limits: Limits) -> None:
        self._limits: Final = limits
        self._events: list[Event] = []
        self._parts = 0
        self._outside = 0
        self._inside = self._ended = False
        self._name = self._value = b""
        self._headers: dict[str, str] = {}
        self._parser: Final = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
            max_header_count=limits.part_headers,
            max_header_size=limits.part_header,
        )

    def feed(self, data: bytes) -> list[Event]:
        """What `data`, the next bytes of the form, brings.

        Raises:
            UploadRefused: the form is not well formed, or beyond a limit.
        """
        outside = not self._inside
        try:
            self._parser.write(data)
        except FormParserError:
            raise malformed("The form is not well formed, or the headers are too long.") from None
        if outside and not self._inside and not self._events:
            self._outside += len(data)
            if self._outside > self._limits.preamble:
                raise malformed("There is too much outside of the parts of the form.")
        events, self._events = self._events, []
        return events

    def finish(self) -> None:
        """The form is over.

        Raises:
            UploadRefused: it has no end.
        """
        if not self._ended:
            raise malformed("The form ends before its last part does.")

    def _part_begin(self) -> None:
        self._inside = True
        self._parts += 1
        if self._parts > self._limits.parts:
            raise malformed(f"A form may have {self._limits.parts} parts.")
        self._headers = {}

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        name = self._name.decode("ascii", "replace").lower()
        if name in self._headers:
            raise malformed("A part of the form has a header twice.")
        self._headers[name] = header_text(self._value)
        self._name = self._value = b""

    def _headers_finished(self) -> None:
        said = disposition(self._headers.get("content-disposition", ""))
        if "name" not in said:
            raise malformed("A part of the form has no name.")
        media_type = self._headers.get("content-type")
        self._events.append(Begin(said["name"], said.get("filename"), media_type))

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self._events.append(data[start:end])

    def _part_end(self) -> None:
        self._events.append(End())

    def _end(self) -> None:
        self._inside, self._ended = False, True
