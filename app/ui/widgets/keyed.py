"""What a Qt model of keyed things has, be they rows or tiles: where each is, and the least that changed when new ones come."""

from collections.abc import Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Any


class KeyedModel:
    """Mixed into a Qt model. Each of its `things` has a `key` and may be a `section`, which is a heading only."""

    things: tuple[Any, ...] = ()
    _place: Mapping[Hashable, int] = MappingProxyType({})

    def place(self, key: Hashable) -> int | None:
        """The number of what has this key."""
        return self._place.get(key)

    def replace(self, things: Sequence[Any]) -> list[int] | None:
        """Take new things. Returns the numbers of those that changed, or None when things came, went or moved: only then
        is the model reset."""
        fresh, held = tuple(things), self.things
        if [thing.key for thing in fresh] != [thing.key for thing in held]:
            self.beginResetModel()  # type: ignore[attr-defined]
            self.things = fresh
            self._place = {thing.key: number for number, thing in enumerate(fresh)}
            self.endResetModel()  # type: ignore[attr-defined]
            return None
        self.things = fresh
        return [i for i, (old, new) in enumerate(zip(held, fresh, strict=True)) if old != new]
