"""`metaextract plugins info`."""

from __future__ import annotations

from tests.zoo.installation import Installation


def test_info_tells_what_is_known(few: Installation) -> None:
    """The descriptor of an extractor, and for one that is not well the reason and the mend."""
    run = few.run("plugins", "info", "missing-tool")
    words = " ".join(run.stdout.split())
    for fact in (
        "state unavailable",
        "MX107 the program no-such-program is not on PATH",
        "fix: apt-get install no-such-program",
        "distribution zoo-missing-tool 1.0",
        "entry point metaextract.extractors: missing-tool = zoo_missing_tool:It",
        "description An animal of the zoo.",
        "media types text/plain",
        "timeout 30 s",
        "memory 512 MiB",
    ):
        assert fact in words
