"""Plots of measured figures as SVG, for pages that show them beside their tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

_FONT: Final = "font-family='sans-serif' font-size='13' fill='#222'"
_OURS, _THEIRS, _LINE = "#1f6feb", "#9aa4af", "#d0d7de"
_LEFT, _WIDTH, _ROW = 290, 800, 26
_AREA: Final = _WIDTH - _LEFT - 90


class Bar(NamedTuple):
    """One bar: what it stands for, how long it is, what is written at its end."""

    label: str
    value: float
    text: str
    ours: bool = False


def bars(title: str, rows: Sequence[Bar], *, mark: float | None = None) -> str:
    """Horizontal bars from zero, on a scale that all share.

    Args:
        title: with the unit.
        rows: from top to bottom.
        mark: a value where a dashed line goes through all of them.
    """
    most = max(*(row.value for row in rows), mark or 0.0)
    height = 50 + _ROW * len(rows)
    parts = [_text(12, 22, title, weight="bold")]
    if mark is not None:
        at = _LEFT + mark / most * _AREA
        parts.append(_line(at, 32, at, height - 10, dashed=True))
    for place, row in enumerate(rows):
        top = 38 + _ROW * place
        width = max(1.0, row.value / most * _AREA)
        color = _OURS if row.ours else _THEIRS
        parts += [
            _text(_LEFT - 8, top + 14, row.label, anchor="end"),
            f"<rect x='{_LEFT}' y='{top}' width='{width:.1f}' height='18' fill='{color}'/>",
            _text(_LEFT + width + 6, top + 14, row.text),
        ]
    return _svg(height, parts)


class Line(NamedTuple):
    """A line through points, and its name."""

    label: str
    points: Sequence[tuple[float, float]]
    ours: bool = False


def lines(title: str, drawn: Sequence[Line], *, across: str) -> str:
    """Lines over a common scale; both axes begin at zero.

    Args:
        title: with the unit of the values.
        drawn: each named at its end.
        across: what the points go along, with its unit.
    """
    height, left, bottom = 300, 60, 250
    most_x = max(x for line in drawn for x, _ in line.points)
    step = _step(max(y for line in drawn for _, y in line.points))
    most_y = 5 * step
    room, tall = _WIDTH - left - 150, bottom - 50
    parts = [_text(12, 22, title, weight="bold")]
    for number in range(6):
        level = bottom - tall * number / 5
        parts += [
            _line(left, level, left + room, level),
            _text(left - 8, level + 4, f"{number * step:g}", anchor="end"),
        ]
    for quarter in range(5):
        place = left + room * quarter / 4
        parts.append(_text(place, bottom + 20, f"{most_x * quarter / 4:,.0f}", anchor="middle"))
    parts.append(_text(left + room / 2, bottom + 40, across, anchor="middle"))
    for line in drawn:
        color = _OURS if line.ours else _THEIRS
        places = [(left + x / most_x * room, bottom - y / most_y * tall) for x, y in line.points]
        drawn_ = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts += [
            f"<polyline points='{drawn_}' fill='none' stroke='{color}' stroke-width='2'/>",
            _text(places[-1][0] + 6, places[-1][1] + 4, line.label),
        ]
    return _svg(height, parts)


def _step(most: float) -> float:
    """The least of 1, 2, 5, 10, 20, 50 and so on, of which five are more than `most`."""
    power = 10.0 ** math.floor(math.log10(most / 5))
    return next(power * factor for factor in (1, 2, 5, 10) if 5 * power * factor > most)


def _svg(height: int, parts: Sequence[str]) -> str:
    size = f"width='{_WIDTH}' height='{height}' viewBox='0 0 {_WIDTH} {height}'"
    ground = f"<rect width='{_WIDTH}' height='{height}' fill='white'/>"  # dark pages are dark
    inside = "\n".join([ground, *parts])
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size}>\n{inside}\n</svg>\n"


def _text(x: float, y: float, text: str, *, anchor: str = "start", weight: str = "normal") -> str:
    place = f"x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' font-weight='{weight}'"
    return f"<text {place} {_FONT}>{escape(text)}</text>"


def _line(x: float, y: float, to_x: float, to_y: float, *, dashed: bool = False) -> str:
    style = "stroke='#c9302c' stroke-dasharray='5 4'" if dashed else f"stroke='{_LINE}'"
    return f"<line x1='{x:.1f}' y1='{y:.1f}' x2='{to_x:.1f}' y2='{to_y:.1f}' {style}/>"
