"""What a client calls a file: text to show, never a place to write to."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

from metaextract_server.uploads.refusals import UploadRefused, malformed

UNNAMED: Final = "unnamed"
"""What a file is called that came without a name."""

_TOKEN: Final = frozenset("!#$%&'+-.^_`|~" + string.digits + string.ascii_letters)
"""Characters of the names of parameters (RFC 9110 section 5.6.2), but ``*``, which marks them."""
_CONTROLS: Final = re.compile("[\0-\x1f\x7f]")


def disposition(value: str) -> dict[str, str]:
    """The parameters of a ``Content-Disposition`` (RFC 6266; RFC 7578 section 4.2 in forms).

    A parameter in the extended form (RFC 8187, ``filename*=UTF-8''...``) has precedence over the
    plain one of the same name (RFC 6266 section 4.3). Names of parameters come in lower case.

    Raises:
        UploadRefused: it is not well formed, or says a thing twice.
    """
    plain: dict[str, str] = {}
    extended: dict[str, str] = {}
    for name, star, text in _parameters(value):
        found = extended if star else plain
        if name in found:
            raise malformed(f"A Content-Disposition has {name} twice.")
        found[name] = _extended(text) if star else _plain(text)
    return plain | extended


def shown_name(name: str | None) -> str:
    """The last part of a client's name for a file.

    Folders are cut off (RFC 6266 section 4.3), whichever slash they are written with. Control
    characters, which neither databases nor terminals bear, become U+FFFD.
    """
    last = re.split(r"[/\\]", name or "")[-1]
    last = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", last)
    return UNNAMED if last in {"", ".", ".."} else last


def header_text(value: bytes) -> str:
    """The text of a header line: UTF-8 as browsers send it, or else Latin-1 as HTTP once said."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _parameters(value: str) -> Iterator[tuple[str, str, str]]:
    """Name, ``*`` or nothing, and value of each; in time that grows with the header's length."""
    rest = value.partition(";")[2].strip("; \t")
    while rest:
        name, equals, rest = rest.partition("=")
        name, rest = name.strip().lower(), rest.lstrip()
        star = "*" if name.endswith("*") else ""
        name = name.removesuffix("*")
        end = _closing(rest) + 1 if rest.startswith('"') else (rest + ";").index(";")
        text, rest = rest[:end].rstrip(), rest[end:].lstrip()
        quoted = text.startswith('"')
        if not (name and equals and _TOKEN.issuperset(name)) or (
            not quoted and any(char.isspace() or char == '"' for char in text)
        ):
            raise _not_well_formed()
        if rest and not rest.startswith(";"):
            raise _not_well_formed()
        yield name, star, text
        rest = rest.removeprefix(";").lstrip()


def _closing(text: str) -> int:
    """Where the quotation mark is that belongs to the one at the start."""
    position = 1
    while position < len(text):
        if text[position] == '"':
            return position
        position += 2 if text[position] == "\\" else 1
    # Browsers write backslashes as they are, one before the mark that closes as well.
    position = text.find('"', 1)
    if position < 0:
        raise _not_well_formed()
    return position


def _not_well_formed() -> UploadRefused:
    return malformed("A Content-Disposition is not well formed.")


def _plain(text: str) -> str:
    if not text.startswith('"'):
        return text
    # Browsers write %22 for a quotation mark and leave other per cent signs alone (WHATWG HTML,
    # multipart/form-data encoding); everybody else puts a backslash before it.
    return re.sub(r'\\(["\\])', r"\1", text[1:-1]).replace("%22", '"')


def _extended(text: str) -> str:
    charset, _, rest = text.partition("'")
    _, mark, encoded = rest.partition("'")
    if not mark or charset.lower() not in {"utf-8", "iso-8859-1"}:
        raise malformed("An extended parameter of a Content-Disposition is not well formed.")
    try:
        return unquote_to_bytes(encoded).decode(charset)
    except UnicodeDecodeError:
        raise malformed("A name in a Content-Disposition is not in its encoding.") from None
