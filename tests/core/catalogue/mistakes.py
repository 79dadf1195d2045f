"""Filters that mean nothing, and what is said of them."""

from __future__ import annotations

from typing import Final

MARK: Final = "¦"
"""Stands before the character that is to blame."""

_COMPARISON: Final = "expected a comparison such as camera.make = Canon"

MISTAKES: Final = (
    ("has¦", "expected a field"),
    ("has ¦and", "expected a field"),
    ("camera.make¦", "expected an operator such as = or ~"),
    ("camera.make ¦Canon", "expected an operator such as = or ~"),
    ("camera.make ¦not in (a)", "expected an operator such as = or ~"),
    ("¦harbour", "there is no field harbour; texts are searched with text ~ WORDS"),
    ("¦camera.mak", "there is no field camera.mak; did you mean camera.make?"),
    ("has ¦camera.mak", "there is no field camera.mak; did you mean camera.make?"),
    ("¦Camera.Make = x", "there is no field Camera.Make; did you mean camera.make?"),
    ("¦file.pth ~ x", "there is no field file.pth; did you mean file.path?"),
    ("¦qqqqqqq in (x)", "there is no field qqqqqqq; texts are searched with text ~ WORDS"),
    ("camera.make =¦", "expected a value"),
    ("camera.make = ¦= Canon", "expected a value"),
    ("camera.make = ¦and", "expected a value, which needs quotes if it is and"),
    ("camera.make ~ ¦OR", "expected a value, which needs quotes if it is OR"),
    ("camera.make = ¦(a)", "expected a value"),
    ("camera.make = ¦Nikon Corporation", "a value of several words needs quotes"),
    ("camera.make = Canon ¦camera.model = x", 'expected "and" or "or"'),
    ("camera.make = a ¦= b", 'expected "and" or "or"'),
    ("camera.make = a¦, b", 'expected "and" or "or"'),
    ('camera.make = "a" ¦"b"', 'expected "and" or "or"'),
    ("has camera.make ¦has camera.model", 'expected "and" or "or"'),
    ("(has camera.make¦", 'expected "and", "or" or ")"'),
    ("has camera.make¦)", "nothing was opened that this closes"),
    ("has camera.make and¦", _COMPARISON),
    ("has camera.make and ¦or has camera.make", _COMPARISON),
    ("¦and", _COMPARISON),
    ("¦= x", _COMPARISON),
    ("(¦)", _COMPARISON),
    ("not¦", _COMPARISON),
    ("camera.make in¦", 'expected "("'),
    ("camera.make in ¦Canon", 'expected "("'),
    ("camera.make in (¦)", "expected a value"),
    ("camera.make in (a,¦)", "expected a value"),
    ("camera.make in (a¦", 'expected "," or ")"'),
    ("camera.make in (¦a b)", "a value of several words needs quotes"),
    ("gps within¦", "expected a distance such as 2km"),
    ("gps within 2km¦", 'expected "of" and a position'),
    ("gps within 2km near ¦47.37,8.54", 'expected "of" and a position'),
    ("gps within 2km of¦", "expected a latitude"),
    ("gps within 2km of 47.37¦", 'expected ","'),
    ("gps within 2km of 47.37,¦", "expected a longitude"),
    ("gps within ¦2 of 47,8", "a distance needs a unit: m, km, mi or nmi"),
    ("gps within ¦0 km of 47,8", "a distance is more than 0 and at most 20,100 km"),
    ("gps within 2km of ¦91,8", "a latitude is a number from -90 to 90"),
    ("gps within 2km of 47,¦181", "a longitude is a number from -180 to 180"),
    ("¦camera.make within 2km of 47,8", "within is for gps alone"),
    (
        "has ¦gps",
        "gps is compared with within, such as gps within 2km of 47.37,8.54",
    ),
    ("¦text = x", 'text is searched with ~, such as text ~ "old harb*"'),
    ('text ~ ¦"*"', "there is no word in this to look for"),
    ('text ~ ¦"- _ \u0301"', "there is no word in this to look for"),
    ("camera.make = ¦'x", "this quote is not closed"),
    ('camera.make = ¦"x\\"', "this quote is not closed"),
    ("camera.make = O¦'Brien", "this quote is not closed"),
    (
        "camera.make = 'a¦\\n'",
        r"after a backslash stands a quote or a backslash: write \\ for one",
    ),
    ("camera.make ¦< x", "camera.make is a text, which has no order: use =, != or ~"),
    (
        "document.keywords ¦>= x",
        "document.keywords is a list, which has no order: use =, != or ~",
    ),
    (
        "document.encrypted ¦> no",
        "document.encrypted is a boolean, which has no order: use = or !=",
    ),
    (
        "document.encrypted ¦~ no",
        "~ is for texts, and document.encrypted is a boolean: use = or !=",
    ),
    (
        "capture.time ¦~ 2024",
        "~ is for texts, and capture.time is a datetime: use =, !=, <, <=, > or >=",
    ),
    (
        "capture.time = ¦2024-05-01T12:00Z",
        "a time has no zone here: times are compared as the clock on the wall showed them",
    ),
    ("capture.iso in (100, ¦x)", "capture.iso is a number, such as 12, 1.5 or 1/250"),
    ("camera.make = ¦\udcff", "this is half a character, or a byte that is no text"),
)
