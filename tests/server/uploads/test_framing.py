from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.server.uploads.conftest import END, part

from metaextract_server.uploads.framing import Begin, End, Framing, boundary_of
from metaextract_server.uploads.limits import Limits
from metaextract_server.uploads.refusals import UploadRefused


def split(form: bytes, step: int, limits: Limits) -> list[tuple[Begin, bytes]]:
    """The parts of a form that comes `step` bytes at a time."""
    framing = Framing(b"limit", limits)
    parts: list[tuple[Begin, bytes]] = []
    whole = True
    for at in range(0, len(form), step):
        for event in framing.feed(form[at : at + step]):
            if isinstance(event, Begin):
                assert whole
                parts.append((event, b""))
                whole = False
            elif isinstance(event, End):
                whole = True
            else:
                parts[-1] = (parts[-1][0], parts[-1][1] + event)
    framing.finish()
    assert whole
    return parts


contents = st.lists(
    st.one_of(st.binary(), st.sampled_from([b"\r\n", b"\r\n--limi", b"--", b"\r", b"-"])),
    max_size=6,
).map(b"".join)


@given(st.lists(contents.filter(lambda c: b"\r\n--limit" not in b"\r\n" + c)), st.integers(1, 99))
def test_any_content_in_any_pieces_comes_out_as_it_went_in(
    contents: list[bytes], step: int
) -> None:
    form = b"".join(part('name="f"; filename="x"', content) for content in contents) + END
    assert [content for _, content in split(form, step, Limits())] == contents


@pytest.mark.parametrize("step", [1, 1000])
def test_a_part_tells_its_field_name_and_media_type(step: int) -> None:
    form = part('name="a"; filename="b"', b"", "content-type: text/x") + part('name="c"', b"") + END
    assert [begin for begin, _ in split(form, step, Limits())] == [
        Begin("a", "b", "text/x"),
        Begin("c", None, None),
    ]


def refusal(form: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(UploadRefused) as caught:
        split(form, 64, limits or Limits())
    assert (caught.value.code, caught.value.status) == ("VALIDATION_ERROR", 400)
    return caught.value.message


def test_an_endless_preamble_ends_at_its_limit() -> None:
    framing = Framing(b"limit", Limits(preamble=1000))
    for _ in range(15):
        framing.feed(b"\r\n" * 32)
    with pytest.raises(UploadRefused, match="outside"):
        framing.feed(b"\r\n" * 32)


def test_an_endless_epilogue_ends_at_its_limit() -> None:
    assert "outside" in refusal(part('name="a"', b"") + END + b"x" * 2000)


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"something else",
        part('name="a"', b"not ended"),
        part('filename="a"', b"") + END,
        part('name="a"; name="b"', b"") + END,
        b"--limit\r\nX-Other: a\r\n\r\n\r\n" + END,
        b"--limit\r\nNo header\r\n\r\n\r\n" + END,
        part('name="a"', b"", "Content-Disposition: form-data; name=b") + END,
    ],
)
def test_a_form_that_is_not_one_is_refused(form: bytes) -> None:
    assert refusal(form)


def test_limits_of_a_part_are_kept() -> None:
    few = Limits(parts=2, part_headers=2, part_header=128)
    one = part('name="a"', b"", "x: y")
    assert len(split(one * 2 + END, 64, few)) == 2
    assert "2 parts" in refusal(one * 3 + END, few)
    assert refusal(part('name="a"', b"", "x: y", "z: y") + END, few)
    assert refusal(part(f'name="{"a" * 128}"', b"") + END, few)


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        f"multipart/form-data; boundary={'a' * 71}",
    ],
)
def test_a_form_without_a_boundary_is_refused(content_type: str) -> None:
    with pytest.raises(UploadRefused, match="boundary"):
        boundary_of(content_type)


def test_a_boundary_may_stand_in_quotation_marks() -> None:
    assert boundary_of('multipart/form-data; boundary="a b"') == b"a b"
