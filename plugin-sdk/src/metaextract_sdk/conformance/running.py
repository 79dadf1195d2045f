"""Runs an extractor over one file in this process, as a host would, without its protections."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from metaextract_sdk._context import Context
from metaextract_sdk._extractor import Extractor
from metaextract_sdk._fileview import FileView


class NotData(TypeError):
    """A result is no mapping of data; says what."""


def run(
    extractor: type[Extractor],
    path: str | os.PathLike[str],
    media_type: str,
    options: Mapping[str, Any] | None = None,
    sections: Mapping[str, Mapping[str, Any]] | None = None,
    timeout: float | None = None,
) -> dict[str, Any]:
    """What a new instance of `extractor` says of one file, as JSON data.

    Args:
        extractor: the class.
        path: the file.
        media_type: what the file is.
        options: what `Context.options` holds.
        sections: what `Context.sections` holds.
        timeout: seconds until `Context.deadline`; the extractor's own if None.

    Raises:
        NotData: the result is no mapping of data.
        Exception: whatever the extractor raises.
    """
    instance = extractor()
    instance.setup()
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            with tempfile.TemporaryDirectory() as scratch:
                context = Context(
                    deadline=time.monotonic() + (extractor.timeout if timeout is None else timeout),
                    scratch=Path(scratch),
                    options=options,
                    sections=sections,
                )
                view = FileView(fd, Path(path).absolute(), media_type)
                return as_data(instance.extract(view, context))
        finally:
            os.close(fd)
    finally:
        instance.close()


def as_data(result: Any) -> dict[str, Any]:
    """`result` as JSON data.

    Raises:
        NotData: it is no mapping, or holds something that is no data.
    """
    if not isinstance(result, Mapping):
        raise NotData(f"the result is of type {type(result).__name__}, not a mapping")
    try:
        data: dict[str, Any] = json.loads(msgspec.json.encode(_plain(result)))
    except (TypeError, ValueError, RecursionError) as error:
        raise NotData(f"the result is no data: {error}") from error
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value
