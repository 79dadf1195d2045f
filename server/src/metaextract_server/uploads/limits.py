"""How much of what is taken from a client."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The limits of one upload; every number is reached by somebody who tries.

    Attributes:
        largest: bytes of one file.
        total: bytes of a form, framing included.
        parts: parts of a form, files and plain fields together.
        part_headers: header lines of one part.
        part_header: bytes of one header line of a part, and so of names.
        field: bytes of one plain field.
        preamble: bytes before the first part of a form, and as many after its last.
        throughput: bytes per second that a client must send on average.
        grace: seconds by which a client may fall behind that, at the start and ever after.
        idle: seconds that a client may send nothing at all.
    """

    largest: Annotated[int, Meta(ge=0)] = 10 << 20
    total: Annotated[int, Meta(ge=0)] = 100 << 20
    parts: Annotated[int, Meta(ge=1, le=1000)] = 110
    part_headers: Annotated[int, Meta(ge=1)] = 8
    part_header: Annotated[int, Meta(ge=128)] = 4096
    field: Annotated[int, Meta(ge=0)] = 64 << 10
    preamble: Annotated[int, Meta(ge=0)] = 1024
    throughput: Annotated[float, Meta(gt=0)] = 1024.0
    grace: Annotated[float, Meta(gt=0)] = 20.0
    idle: Annotated[float, Meta(gt=0)] = 20.0
