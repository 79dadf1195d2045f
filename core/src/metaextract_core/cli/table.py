"""Records as a person likes to read them: canonical fields first, conflicts marked."""

from __future__ import annotations

from typing import Any, TextIO

from msgspec import UNSET
from rich.console import Group
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from metaextract_core.cli.console import rich_console, safe, shorten
from metaextract_core.record import Field, Record, Result, Section, Unread

_MAX_VALUE = 400
"""Characters of one value; JSON has the whole."""
_UNITS = ("B", "kB", "MB", "GB", "TB")
_PLAIN_WIDTH = 120
"""Columns where the output is no terminal."""


class Table:
    """Writes one block for each record."""

    def __init__(self, stream: TextIO, *, everything: bool) -> None:
        self._stream = stream
        self._console = rich_console(stream)
        if not self._console.is_terminal:
            self._console = rich_console(stream, width=_PLAIN_WIDTH)
        self._everything = everything

    def write(self, result: Result) -> None:
        """Write one record and an empty line."""
        with self._console.capture() as captured:
            self._console.print(self._block(result.record))
        lines = [line.rstrip() for line in captured.get().splitlines()]
        self._stream.write("\n".join(lines) + "\n\n")

    def _block(self, record: Record) -> Group:
        parts: list[Any] = [_heading(record)]
        if isinstance(record.file.error, str):
            parts.append(
                Padding(Text(safe(record.file.error), style="red"), (0, 0, 0, 2), expand=False)
            )
        if isinstance(record.file.changed, str):
            changed = Text(safe(f"changed {record.file.changed}"), style="red")
            parts.append(Padding(changed, (0, 0, 0, 2), expand=False))
        if record.fields:
            parts.append(Padding(_fields(record.fields), (0, 0, 0, 2), expand=False))
        if self._everything:
            if record.unread:
                parts.append(Padding(_unread(record.unread), (0, 0, 0, 2), expand=False))
            parts += [
                Padding(_section(name, section), (0, 0, 0, 2), expand=False)
                for name, section in record.sections.items()
            ]
        elif record.sections:
            parts.append(Padding(_sections(record.sections), (0, 0, 0, 2), expand=False))
        return Group(*parts)


def _heading(record: Record) -> Text:
    info = record.file
    text = Text(safe(info.path), style="bold")
    details = [info.media_type or "", human_size(info.size) if info.size is not None else ""]
    text.append("  " + "  ".join(filter(None, details)), style="dim not bold")
    if isinstance(info.name_media_type, str):
        text.append(f"  its name says {info.name_media_type}", style="yellow not bold")
    return text


def _fields(fields: dict[str, Field]) -> RichTable:
    """What the content says first; what any file has comes last."""
    table = RichTable.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="cyan")
    table.add_column(overflow="fold")
    for name, field in sorted(fields.items(), key=lambda item: item[0].startswith("file.")):
        value = Text(_shown(name, field.value))
        if isinstance(field.unit, str):
            value.append(f" {field.unit}", style="dim")
        if field.agreement == "conflict":
            for source in field.sources:
                if not source.chosen and source.value != field.value:
                    other = _shown(name, source.value)
                    place = f"{safe(source.extractor)} {safe(source.tag)}"
                    value.append(f"\n≠ {other}  {place}", style="yellow")
        table.add_row(safe(name), value)
    return table


def _unread(values: list[Unread]) -> RichTable:
    """Values that would speak of a field if they could be read."""
    table = RichTable.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="cyan")
    table.add_column(overflow="fold", style="yellow")
    for value in values:
        raw = f"{_value(value.raw)}  " if value.raw is not UNSET else ""
        place = f"{safe(value.extractor)} {safe(value.tag)}"
        said = f"unread: {raw}{place}: {safe(value.reason)}"
        table.add_row(Text(safe(value.field)), Text(said))
    return table


def _shown(name: str, value: Any) -> str:
    """A field's value; an exposure of a fraction of a second as photographers write it."""
    if name == "capture.exposure_time" and isinstance(value, float) and 0 < value <= 0.25:
        return f"1/{1 / value:.0f}"
    return _value(value)


def _sections(sections: dict[str, Section]) -> Text:
    """One line on who answered; a further one for each that has something to explain."""
    line = Text("read by ", style="dim")
    line.append(
        ", ".join(
            f"{safe(name)} {section.duration_ms:.0f} ms"
            for name, section in sections.items()
            if section.status in ("ok", "partial")
        )
        or "nobody"
    )
    for name, section in sections.items():
        if section.status not in ("ok", "skipped"):
            reason = f" {safe(section.reason)}" if isinstance(section.reason, str) else ""
            line.append(f"\n{safe(name)}: {section.status}:{reason}", style="not dim yellow")
    return line


def _section(name: str, section: Section) -> RichTable:
    table = RichTable.grid(padding=(0, 2))
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=44)
    table.add_column(overflow="fold")
    reason = f": {section.reason}" if isinstance(section.reason, str) else ""
    table.add_row(
        Text(safe(f"[{name}]"), style="bold"),
        Text(safe(f"{section.status}{reason}  {section.duration_ms:.1f} ms"), style="dim"),
    )
    for warning in section.warnings:
        table.add_row("", Text(safe(f"warning: {warning}"), style="yellow"))
    for tag, value in section.data.items():
        table.add_row(Text(safe(tag)), Text(_value(value)))
    return table


def _value(value: Any) -> str:
    if isinstance(value, dict) and value.keys() == {"val", "num"}:
        value = value["val"]
    if isinstance(value, dict) and "base64" in value:
        value = value.get("text", f"{value.get('bytes', '?')} bytes")
    if isinstance(value, list):
        return shorten(", ".join(_value(item) for item in value), _MAX_VALUE)
    if isinstance(value, dict):
        inner = "; ".join(f"{safe(str(key))}: {_value(item)}" for key, item in value.items())
        return shorten(inner, _MAX_VALUE)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12g}"
    return shorten(safe(" ".join(str(value).split())), _MAX_VALUE)


def human_size(size: int) -> str:
    """Bytes in the unit that a person would choose, decimal as drives and the SI count."""
    power = 0
    while round(size / 1000**power, 1) >= 1000 and power < len(_UNITS) - 1:
        power += 1
    return f"{size} B" if not power else f"{size / 1000**power:.1f} {_UNITS[power]}"
