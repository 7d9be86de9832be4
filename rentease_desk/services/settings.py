"""The property's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec.structs import replace

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import ConflictError, KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import SETTINGS, Property, changed, with_clean_labels
from rentease_desk.domain.settings_file import MAX_SIZE, Difference, differences, settings_file, with_file
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.services.whole_files import replace_file
from rentease_desk.storage.settings import read_property, write_property


class SettingsService:
    """Reads and changes the property's settings."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def ensure(self, defaults: Callable[[], Property]) -> Property:
        """The settings; a database that was just made gets the defaults."""
        with self._desk.db.reading() as connection:
            found = read_property(connection)
        if found is not None:
            return found
        with self._desk.writing() as unit:
            return read_property(unit.connection) or write_property(unit, defaults())

    def get(self) -> Property:
        """The settings as they are now."""
        return self._desk.property()

    def shown(self) -> dict[str, str]:
        """Every setting as text, by its name."""
        settings = self.get()
        return {name: setting.show(settings) for name, setting in SETTINGS.items()}

    def set(self, values: Mapping[str, str]) -> Saved[Property]:
        """Change settings from text, by their names. Raises InputError naming the one that cannot be taken."""
        with self._desk.doing(Permission.SETTINGS) as unit:
            settings = changed(read_property(unit.connection) or Property(), values)
            stored = write_property(unit, settings)
            unit.changes |= Changes(settings=True)
        return Saved(stored, unit.changes)

    def save(self, settings: Property) -> Saved[Property]:
        """Save settings edited in a form. Raises ConflictError ``settings.changed`` if they were changed meanwhile,
        InputError ``text.…`` for the name of a method.
        """
        settings = with_clean_labels(settings)
        with self._desk.doing(Permission.SETTINGS) as unit:
            current = read_property(unit.connection)
            if current is not None and current.version != settings.version:
                raise ConflictError("settings.changed")
            identity = current.identity if current else None
            stored = write_property(unit, replace(settings, identity=identity))
            unit.changes |= Changes(settings=True)
        return Saved(stored, unit.changes)

    # --- as a file

    def export(self, path: Path) -> None:
        """Write all of them into a file, without secrets. Raises KnownError ``file.cannot_write``."""
        self._desk.require(Permission.SETTINGS)
        data = settings_file(self.get())
        replace_file(path, lambda out: out.write(data))

    def compare(self, path: Path) -> tuple[Difference, ...]:
        """What a file would change; nothing is. Raises KnownError ``file.cannot_read``, and InputError."""
        before = self.get()
        return differences(before, with_file(before, _read(path)))

    def adopt(self, path: Path) -> Saved[tuple[Difference, ...]]:
        """Take over what a file says, all or nothing; returns what it changed. Raises as ``compare``."""
        data = _read(path)
        with self._desk.doing(Permission.SETTINGS) as unit:
            before = read_property(unit.connection) or Property()
            after = write_property(unit, with_file(before, data))
            found = differences(before, after)
            unit.changes |= Changes(settings=bool(found))
        return Saved(found, unit.changes)


def _read(path: Path) -> bytes:
    """No more of it than a file of settings has."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_SIZE + 1)
    except OSError as error:
        raise KnownError("file.cannot_read", path=path, reason=error.strerror or error) from error
