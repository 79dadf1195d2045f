"""What files are taken for.

Measured against ExifTool 12.57 (with Archive::Zip) over its own and Tika's test files: it names a
type for 580 of 677. Six of these are packages of other programs, which it calls Word documents as
it does all that it does not know. Of the other 574 we give the same type for 488, a more exact one
of that kind for 82, and 4 differ. The signatures were grown on these files: on others expect less.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metaextract_core.identify import EMPTY, UNKNOWN, Identity, media_type_matches
from metaextract_core.identify.families import canonical, is_kind_of
from metaextract_core.identify.signatures import SIGNATURES

CORPORA = Path(
    os.environ.get(
        "METAEXTRACT_CORPORA", Path(__file__).resolve().parents[4] / "shared" / "corpora"
    )
)
needs_corpora = pytest.mark.skipif(
    not CORPORA.is_dir(), reason=f"no test files in {CORPORA} (METAEXTRACT_CORPORA)"
)
needs_exiftool = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="exiftool is not installed"
)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"

Look = Callable[..., Identity]
Identified = Callable[[Path], Identity]


def test_content_decides_and_a_wrong_name_is_reported(look: Look) -> None:
    """F19."""
    assert look(JPEG, "holiday.png") == Identity("image/jpeg", "content", "image/png")
    assert look(b"Plain words.\n", "letter.odt") == Identity(
        "text/plain", "content", "application/vnd.oasis.opendocument.text"
    )


@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "a.unheard-of", "noname", ".jpg", "a."])
def test_a_right_name_or_one_that_promises_nothing_is_no_finding(look: Look, name: str) -> None:
    assert look(JPEG, name) == Identity("image/jpeg", "content")


def test_the_name_decides_where_the_content_says_nothing(look: Look) -> None:
    assert look(b"\x00\x01\x02\x03", "a.tga") == Identity("image/x-tga", "name")
    assert look(b"\x00\x01\x02\x03", "a.unheard-of") == Identity(UNKNOWN, "none")


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b"a,b\n1,2\n", "a.csv", "text/csv"),
        (b"# Title\n", "a.md", "text/markdown"),
        (b"[1, 2]\n", "a.json", "application/json"),
        (b"From: me\nTo: you\n", "a.mbox", "application/mbox"),
        (b"const x: number = 1\n", "a.ts", "text/x-typescript"),
        (b"II*\x00\x08\x00\x00\x00\x00\x00", "a.nef", "image/x-nikon-nef"),
    ],
)
def test_the_name_refines_what_the_content_says_in_general(
    look: Look, content: bytes, name: str, media_type: str
) -> None:
    assert look(content, name) == Identity(media_type, "name")


def test_an_empty_file_has_a_type_of_its_own_whatever_its_name(look: Look) -> None:
    assert look(b"", "a.jpg") == Identity(EMPTY, "content")


def test_a_name_more_general_than_the_content_is_no_mismatch(look: Look) -> None:
    svg = b"<?xml version='1.0'?><svg xmlns='x'/>"
    assert look(svg, "a.xml") == Identity("image/svg+xml", "content")


@pytest.mark.parametrize(
    ("pattern", "media_type", "matches"),
    [
        ("image/jpeg", "image/jpeg", True),
        ("image/jpeg", "image/png", False),
        ("Image/JPEG", "image/jpeg", True),
        ("image/*", "image/png", True),
        ("image/*", "imagery/png", False),
        ("image/*", "video/mp4", False),
        ("*/*", "application/octet-stream", True),
        ("audio/wav", "audio/x-wav", True),
        ("application/x-bzip", "application/bzip2", True),
        ("video/x-matroska", "video/matroska", True),
        ("image/*", "application/vnd.adobe.photoshop", True),
    ],
)
def test_patterns_match_exactly_by_family_and_by_other_names(
    pattern: str, media_type: str, matches: bool
) -> None:
    assert media_type_matches(pattern, media_type) is matches


MAGICS = st.sampled_from([signature.magic for signature in SIGNATURES])
CONTENTS = st.builds(
    lambda magic, rest, keep: (magic + rest)[: keep or None],
    MAGICS | st.sampled_from([b"<?xml ?><", b""]),
    st.binary(max_size=600) | st.text(max_size=200).map(str.encode),
    st.integers(0, 700),
)


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=CONTENTS, name=st.sampled_from(["a", "a.docx", "a.jpg", "a.txt", "a.mp3"]))
def test_any_content_gets_an_answer(look: Look, content: bytes, name: str) -> None:
    identity = look(content, name)
    assert identity.media_type.count("/") == 1
    assert identity.source in ("content", "name", "none")
    assert identity.name_media_type != identity.media_type


@needs_corpora
def test_real_files_cut_off_anywhere_get_an_answer(look: Look) -> None:
    for path in sorted(CORPORA.rglob("*.*"))[::5]:
        if path.is_file():
            content = path.read_bytes()[:100_000]
            for keep in (1, 3, 9, 31, 100, 511, 600, 1500, 5000, len(content) * 2 // 3):
                assert look(content[:keep], path.name).media_type


# ExifTool names the container where it knows no more, and has no type for some.
GENERAL = {"image/vnd.fpx": "application/x-ole-storage"}
NO_OPINION = {None, "application/octet-stream", "application/unknown"}


def is_no_word_document(path: Path) -> bool:
    """Whether it is a whole package of another kind, which ExifTool calls Word if it knows none."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return b"wordprocessingml.document.main" not in archive.read("[Content_Types].xml")


@needs_corpora
@needs_exiftool
def test_agrees_with_exiftool_on_real_files(identified: Identified) -> None:
    run = subprocess.run(
        ["exiftool", "-json", "-MIMEType", "-r", "-ext", "*", "."],
        cwd=CORPORA,
        capture_output=True,
        check=False,
    )
    theirs = {entry["SourceFile"]: entry.get("MIMEType") for entry in json.loads(run.stdout)}
    compared, differing = 0, []
    for name, their in theirs.items():
        if their in NO_OPINION or (their == DOCX and is_no_word_document(CORPORA / name)):
            continue
        compared += 1
        expected = canonical(GENERAL.get(their, their).lower())
        ours = identified(CORPORA / name).media_type
        if ours != expected and not is_kind_of(ours, expected):
            differing.append(f"{name}: ExifTool {expected}, here {ours}")
    agreement = 1 - len(differing) / compared
    assert compared > 500
    assert agreement >= 0.99, "\n".join([f"{agreement:.3f} of {compared}", *differing])
