"""`--save`: records into the catalogue while they are made."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from metaextract_core.cli import console
from metaextract_core.errors import CatalogueError
from metaextract_core.record import Result

if TYPE_CHECKING:
    from metaextract_core.catalogue.catalogue import Catalogue

_AT_ONCE: Final = 200
_OFTEN: Final = 1.0
"""Seconds after which records are saved that are waiting for others."""


class Keeper:
    """Takes records and saves them in few transactions.

    Attributes:
        saved: what came of them so far.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        from metaextract_core.catalogue.saving import Saved

        self._catalogue = catalogue
        self._waiting: list[Result] = []
        self.saved = Saved()

    def through(self, results: Iterable[Result]) -> Iterator[Result]:
        """The same results, each after its record is saved.

        Raises:
            CatalogueError: the database cannot be used.
        """
        since = time.monotonic()
        try:
            for result in results:
                self._waiting.append(result)
                if len(self._waiting) >= _AT_ONCE or time.monotonic() - since > _OFTEN:
                    yield from self._flush()
                    since = time.monotonic()
        except CatalogueError:
            raise
        except BaseException:
            self._flush()
            raise
        yield from self._flush()

    def _flush(self) -> list[Result]:
        waiting, self._waiting = self._waiting, []
        try:
            found = self._catalogue.save(result.record for result in waiting)
        except CatalogueError as error:
            raise CatalogueError(
                f"{error}; {len(waiting)} records are not saved: repeat the command, and files "
                "that were read already are not read again"
            ) from error
        self.saved.new += found.new
        self.saved.changed += found.changed
        self.saved.unchanged += found.unchanged
        return waiting


@contextlib.contextmanager
def keeping(save: bool, database: str | None, *, quiet: bool) -> Iterator[Keeper | None]:
    """What saves records, until the end of the block; None where nothing is to be saved."""
    if not save:
        yield None
        return
    from metaextract_core.catalogue.catalogue import Catalogue

    with Catalogue(database) as catalogue:
        keeper = Keeper(catalogue)
        yield keeper
        if not quiet:
            saved = keeper.saved
            console.say(
                f"{catalogue.name}: {saved.new} files are new, {saved.changed} changed, "
                f"{saved.unchanged} unchanged"
            )
