"""Edits the configuration file: comments, order and what is not understood stay as they are."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Collection, MutableMapping
from pathlib import Path

import tomlkit
from tomlkit.items import Array

from metaextract_core.discovery import Candidate
from metaextract_core.errors import SettingsError
from metaextract_core.settings import Settings, parse_settings
from metaextract_core.vetting.vetting import listed


class Configuration:
    """The configuration in `file`, which need not exist yet.

    Raises:
        SettingsError: the file cannot be read or is not valid: a person has to mend it first.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._before = self._read()
        self._document = tomlkit.parse(self._before)

    def disable(self, plugins: Collection[Candidate], name: str) -> str:
        """Deny `plugins`, which `name` means; what was changed, empty if they are all disabled."""
        settings = self._settings().plugins
        if all(
            listed(plugin, settings.deny) or (settings.allow and not listed(plugin, settings.allow))
            for plugin in plugins
        ):
            return ""
        self._list("deny").append(name)
        return f"added {name} to plugins.deny"

    def enable(self, plugins: Collection[Candidate], name: str) -> str:
        """Let `plugins`, which `name` means, run; what was changed, empty if they all may."""
        settings = self._settings().plugins
        changes = []
        in_the_way = [
            item for item in settings.deny if any(listed(plugin, [item]) for plugin in plugins)
        ]
        for item in in_the_way:
            self._list("deny").remove(item)
            changes.append(f"removed {item} from plugins.deny")
        if settings.allow and not all(listed(plugin, settings.allow) for plugin in plugins):
            self._list("allow").append(name)
            changes.append(f"added {name} to plugins.allow")
        return " and ".join(changes)

    def save(self) -> None:
        """Write the file, whole or not at all, if anything was changed.

        A symbolic link stays one; permissions and, as far as may be, the owner are kept.

        Raises:
            SettingsError: it cannot be written.
        """
        text = tomlkit.dumps(self._document)
        if text == self._before:
            return
        parse_settings(text, self._file)
        try:
            _replace(os.path.realpath(self._file), text.encode())
        except OSError as error:
            raise SettingsError(f"{self._file}: cannot be written: {error.strerror}") from error

    def _read(self) -> str:
        try:
            if not stat.S_ISREG(os.stat(self._file).st_mode):
                raise SettingsError(f"{self._file}: is not a regular file, so it is not edited")
            text = self._file.read_bytes().decode()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise SettingsError(f"{self._file}: cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise SettingsError(f"{self._file}: is not UTF-8 text ({error.reason})") from error
        parse_settings(text, self._file)
        return text

    def _settings(self) -> Settings:
        return parse_settings(tomlkit.dumps(self._document), self._file)

    def _list(self, key: str) -> Array:
        """A list of the table ``[plugins]``, added where it is not there."""
        # What a document holds has many types, and `parse_settings` has seen to the right ones.
        plugins: MutableMapping[str, Array] = self._document.setdefault("plugins", tomlkit.table())
        return plugins.setdefault(key, tomlkit.array())


def _replace(path: str, content: bytes) -> None:
    """Give the file at `path` new content, so that readers see the old or the new."""
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    fd, new = tempfile.mkstemp(dir=folder)  # for the owner's eyes alone
    try:
        with open(fd, "wb") as stream:
            with contextlib.suppress(FileNotFoundError):
                old = os.stat(path)
                with contextlib.suppress(PermissionError):
                    os.fchown(fd, old.st_uid, old.st_gid)
                os.fchmod(fd, stat.S_IMODE(old.st_mode))
            stream.write(content)
            stream.flush()
            os.fsync(fd)
        os.replace(new, path)
    except BaseException:
        os.unlink(new)
        raise
