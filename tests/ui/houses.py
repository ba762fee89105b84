"""Small houses, kept in `tests.support.houses`."""

from tests.support.houses import NAMES, NIGHT, ROOMS, STAFF, House, small_house

__all__ = ["NAMES", "NIGHT", "ROOMS", "STAFF", "House", "small_house"]
