"""One small house with someone in every role."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.houses import EVERY_ROLE, House, small_house

HOPE = {"restricted": True, "allergies": "Penicillin", "evacuation": "Two staff on stairs"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Sunday 22 November, 23:05; five women in, of whom Hope is restricted and nobody is listed. Priya is at the desk."""
    made = small_house(tmp_path / "house", staff=EVERY_ROLE, told=[("Hope", HOPE)])
    yield made
    made.desk.store.close()
