"""`metaextract plugins list`."""

from __future__ import annotations

from tests.zoo.installation import Installation


def test_list_and_check_say_the_same(few: Installation) -> None:
    """They differ in their exit status alone."""
    listed, checked = few.run("plugins", "list"), few.run("plugins", "check")
    assert listed.stdout == checked.stdout
    assert (listed.returncode, checked.returncode) == (0, 1)
