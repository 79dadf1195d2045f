"""Watcher: keeps the catalogue of folders current while their files come, change and go."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final, Unpack

from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.errors import CatalogueError, MetaExtractError
from metaextract_core.kernel import How, Kernel
from metaextract_core.record import Record

_ATTEMPTS: Final = 5
"""Readings of a file that changes meanwhile before what was read is kept as it is."""
_STEP: Final = 200
"""Milliseconds between looks at what has come; what comes within them is looked at together."""

_MANY: Final = "; Linux watches fs.inotify.max_user_watches folders at most"


class WatchError(MetaExtractError):
    """Folders cannot be watched."""


class Watcher:
    """Reads what is new in folders once it rests, and notes what is gone.

    Args:
        kernel: to read with.
        catalogue: to keep.
        folders: to watch, with all that is below them.
        settle: seconds for which a file has to stay as it is before it is read, so that nobody
            reads half of a file that is still being written.
        resync: seconds after which everything is compared anew, for no system promises to tell of
            every change.
        tell: told, in one line, what was done and what went wrong.
        how: as for `Kernel.extract`.
    """

    def __init__(
        self,
        kernel: Kernel,
        catalogue: Catalogue,
        folders: Collection[str],
        *,
        settle: float,
        resync: float,
        tell: Callable[[str], None],
        **how: Unpack[How],
    ) -> None:
        self._kernel = kernel
        self._catalogue = catalogue
        self._folders = [os.path.abspath(folder) for folder in folders]
        self._settle = settle
        self._resync = resync
        self._tell = tell
        self._how = how
        self._waiting: dict[str, float] = {}
        self._attempts: dict[str, int] = {}
        self._synced = time.monotonic()
        self._stop = threading.Event()

    def sync(self) -> None:
        """Compare the folders with the catalogue: read what is new or changed, note what is gone.

        A folder that is not there is left alone: a disk that is not mounted has lost no files.
        """
        there = [folder for folder in self._folders if os.path.isdir(folder)]
        for folder in self._folders:
            if folder not in there:
                self._tell(f"{folder}: there is no such folder; what is known of it stays")
        self._read(there)
        gone = [
            path
            for folder in there
            for path in self._catalogue.paths_under(folder)
            if not os.path.lexists(path)
        ]
        self._forget(gone)

    def run(self, stop: threading.Event) -> None:
        """Compare the folders with the catalogue, and watch them from then on until `stop` is set.

        Raises:
            WatchError: the system does not let us.
        """
        import watchfiles

        self._stop = stop
        watching = False
        try:
            for changes in watchfiles.watch(
                *self._folders,
                watch_filter=None,
                debounce=_STEP,
                step=_STEP // 4,
                stop_event=stop,
                rust_timeout=_STEP,
                yield_on_timeout=True,
                raise_interrupt=True,
            ):
                if not watching:
                    # Only now: what changes before it is watched, nobody would tell of.
                    watching = True
                    self._synced = time.monotonic()
                    self.sync()
                    self._tell("watching " + ", ".join(self._folders))
                self._notice(path for _, path in changes)
                self._try_what_is_due()
        except (OSError, RuntimeError) as error:
            many = "" if isinstance(error, FileNotFoundError) else _MANY
            raise WatchError(f"these folders cannot be watched: {error}{many}") from error

    def _notice(self, paths: Iterable[str]) -> None:
        due = time.monotonic() + self._settle
        for path in paths:
            if not self._is_ours(path):
                self._waiting[path] = due

    def _is_ours(self, path: str) -> bool:
        """Whether it is a file of the catalogue itself, which changes with everything we save."""
        return path.startswith(self._catalogue.name)

    def _try_what_is_due(self) -> None:
        now = time.monotonic()
        due = [path for path, at in self._waiting.items() if at <= now]
        resync = now - self._synced >= self._resync
        if not due and not resync:
            return
        try:
            if resync:
                self._synced = now
                self.sync()
            self._settled(due)
        except CatalogueError as error:
            # What is due is tried again: it is still waiting.
            self._tell(str(error))
            self._notice(due)

    def _settled(self, due: Iterable[str]) -> None:
        """Read what is there and rests, and forget what is gone."""
        there, gone = [], []
        for path in due:
            del self._waiting[path]  # it comes again where it changes while it is read
            if not os.path.lexists(path):
                gone += [path, *self._catalogue.paths_under(path)]
            elif self._rests(path):
                there.append(path)
            else:
                self._notice([path])
        self._forget(gone)
        self._read(_outermost(there))

    def _rests(self, path: str) -> bool:
        """Whether a file has not changed for as long as it has to rest."""
        try:
            status = os.lstat(path)
        except OSError:
            return False
        # A clock that was set back must not keep a file waiting for ever.
        return not 0 <= time.time() - status.st_mtime < self._settle

    def _read(self, paths: Collection[str]) -> None:
        if not paths:
            return
        # Whoever ends it need not wait for all the files of a folder.
        results = self._kernel.results(paths, cancelled=self._stop.is_set, **self._how)
        saved = self._catalogue.save(self._whole(result.record for result in results))
        if saved.new or saved.changed:
            self._tell(f"{saved.new} files are new, {saved.changed} changed")

    def _whole(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records of files that did not change while they were read; the others wait again."""
        for record in records:
            path = os.fsdecode(os.path.abspath(record.file.raw_path))
            if self._is_ours(path) or not os.path.lexists(path):
                continue  # what went while it was read is no file that cannot be read
            attempts = self._attempts.get(path, 0) + 1
            if isinstance(record.file.changed, str) and attempts < _ATTEMPTS:
                self._attempts[path] = attempts
                self._notice([path])
                continue
            self._attempts.pop(path, None)
            yield record

    def _forget(self, paths: Collection[str]) -> None:
        if paths and (gone := self._catalogue.forget(paths)):
            self._tell(f"{gone} files are gone")


def _outermost(paths: Collection[str]) -> list[str]:
    """Those that do not lie below another: a folder is read with all that is in it."""
    known = set(paths)
    return [path for path in paths if not any(above in known for above in _above(path))]


def _above(path: str) -> Iterator[str]:
    while (folder := os.path.dirname(path)) != path:
        yield folder
        path = folder
