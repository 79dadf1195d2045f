"""Records that nobody took, spread as those of a real archive are: few cameras take most pictures.

They are made as rows, for a million of them. The same number gives the same record, always.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from blake3 import blake3

from metaextract_core.catalogue.rows import Row, path_digest

T = TypeVar("T")

MAKES = ("Canon", "NIKON CORPORATION", "SONY", "Apple", "FUJIFILM", "Panasonic", "OLYMPUS", "DJI")
CAMERAS = [(MAKES[number % 8], f"Model {number:03}") for number in range(400)]
LENSES = [f"{10 + 5 * (number % 40)}mm f/{1.4 + number % 7:.1f} {number}" for number in range(600)]
TYPES = (
    *["image/jpeg"] * 70, *["image/x-canon-cr2"] * 12, *["image/png"] * 6, *["video/mp4"] * 5,
    *["application/pdf"] * 4, *["application/dicom"] * 3,
)  # fmt: skip
SIZES = ((6000, 4000), (4032, 3024), (8256, 5504), (1920, 1080), (3000, 2000), (512, 512))
START = dt.datetime(2005, 1, 1)  # noqa: DTZ001 -- a clock on the wall has no zone
_CHOOSE = random.Random(1)
PLACES = [(_CHOOSE.uniform(-55, 65), _CHOOSE.uniform(-180, 180)) for _ in range(300)]
WORDS = [
    f"{a}{b}{c}" for a in "bdfgklmn" for b in ("ar", "el", "in", "os", "ur") for c in range(500)
]
SERIALS = 30_000


def rows(start: int, count: int) -> Iterator[Row]:
    """The records from `start` on."""
    return (_row(number) for number in range(start, start + count))


def _zipf(choose: random.Random, items: Sequence[T]) -> T:
    """The first often, the last rarely: the rank's logarithm is spread evenly."""
    return items[min(len(items) - 1, int(math.exp(choose.random() * math.log(len(items) + 1))) - 1)]


def _row(number: int) -> Row:
    choose = random.Random(number)
    media_type = choose.choice(TYPES)
    hot = _hot(choose, media_type)
    keywords = [_zipf(choose, WORDS) for _ in range(choose.randrange(6))]
    title = " ".join(_zipf(choose, WORDS) for _ in range(choose.randrange(2, 8)))
    folder = f"/archive/{number // 500:06}"
    path = f"{folder}/{_zipf(choose, WORDS)}-{number:09}"
    content = number if choose.random() > 0.03 else choose.randrange(number // 10 + 1)
    found = dict.fromkeys(
        ["archive", path.rsplit("/", 1)[1].partition("-")[0], *title.split(), *keywords]
    )
    fields = list(_fields(choose, media_type, hot, title, keywords))
    body = {
        "file": {"path": path, "size": hot["size"], "media_type": media_type},
        "fields": {one["field"]: {"value": one["text"] or one["number"]} for one in fields},
        "sections": {"exiftool": {"status": "ok", "version": "13.40/1"}},
    }
    data = {f"IFD0:Tag{tag}": {"val": choose.random()} for tag in range(20)}
    status = "ok" if choose.random() > 0.01 else "partial"
    section = {"extractor": "exiftool", "version": "13.40/1", "status": status}
    return Row(
        path=path,
        path_digest=path_digest(path.encode()),
        digest=f"blake3:{blake3(content.to_bytes(8, 'big')).hexdigest()}",
        fingerprint=f"{number:032x}",
        hot={**hot, "failed": 0, "words": " ".join(found), "body": body},
        sections=[{**section, "code": None, "reason": None, "data": data}],
        fields=fields,
    )


def _hot(choose: random.Random, media_type: str) -> dict[str, Any]:
    picture = media_type.startswith("image/")
    camera = picture or media_type == "video/mp4"
    make, model = _zipf(choose, CAMERAS) if camera else (None, None)
    width, height = choose.choice(SIZES) if media_type != "application/pdf" else (None, None)
    latitude = longitude = None
    if camera and choose.random() < 0.5:
        place = _zipf(choose, PLACES)
        latitude, longitude = (round(choose.gauss(part, 0.1), 6) for part in place)
    taken = START + dt.timedelta(seconds=choose.randrange(21 * 365 * 86400))
    dicom = media_type == "application/dicom"
    return {
        "media_type": media_type,
        "size": int(choose.lognormvariate(15, 1)),
        "capture_time": taken if camera else None,
        "make": make,
        "model": model,
        "lens": _zipf(choose, LENSES) if picture and choose.random() < 0.7 else None,
        "serial": f"S{choose.randrange(SERIALS):08}" if picture and choose.random() < 0.6 else None,
        "latitude": latitude,
        "longitude": longitude,
        "width": width,
        "height": height,
        "duration": round(choose.expovariate(1 / 60), 3) if media_type == "video/mp4" else None,
        "phash": choose.getrandbits(64) - (1 << 63) if picture else None,
        "study_uid": f"1.2.840.{choose.randrange(3000)}" if dicom else None,
        "series_uid": f"1.2.840.{choose.randrange(9000)}" if dicom else None,
    }


def _fields(
    choose: random.Random, media_type: str, hot: dict[str, Any], title: str, keywords: list[str]
) -> Iterator[dict[str, Any]]:
    empty = {"position": 0, "text": None, "number": None, "moment": None}
    yield {**empty, "field": "document.title", "text": title}
    for position, word in enumerate(dict.fromkeys(keywords)):
        yield {**empty, "field": "document.keywords", "position": position, "text": word}
    modified = START + dt.timedelta(seconds=choose.randrange(21 * 365 * 86400))
    yield {**empty, "field": "document.modified", "moment": modified}
    software = f"Program {_zipf(choose, range(200))}"
    yield {**empty, "field": "provenance.software", "text": software}
    if hot["make"] is not None:
        yield {**empty, "field": "capture.f_number", "number": 1.0 + choose.randrange(210) / 10}
        yield {**empty, "field": "capture.iso", "number": float(50 << choose.randrange(12))}
        yield {**empty, "field": "capture.focal_length", "number": float(choose.randrange(8, 800))}
        yield {**empty, "field": "capture.flash", "text": choose.choice(("Off", "On", "Auto"))}
    if media_type == "image/jpeg":
        yield {**empty, "field": "image.color_space", "text": choose.choice(("sRGB", "Adobe RGB"))}
