"""What a client calls a file: text to show, never a place to write to."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from metaextract_server.uploads.refusals import malformed

UNNAMED: Final = "unnamed"
"""What a file is called that came without a name."""

_PARAMETER: Final = re.compile(
    r"""\s*;\s*([!#$%&'+\-.^_`|~0-9A-Za-z]+)(\*?)\s*=\s*("(?:[^"\\]|\\.)*"|"[^"]*"|[^;\s"]*)""",
    re.DOTALL,
)
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
    _, mark, rest = value.partition(";")
    rest = mark + rest.rstrip("; \t")
    position = 0
    while position < len(rest):
        match = _PARAMETER.match(rest, position)
        if match is None:
            raise malformed("A Content-Disposition is not well formed.")
        position = match.end()
        name, star, text = match[1].lower(), match[2], match[3]
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
