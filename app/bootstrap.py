"""The only place where the parts of the window are joined."""


def run_window(house: str | None = None) -> int:
    """Open the window on a house (default: the last one, or the training house) and return its exit code."""
    from app.ui.app import run

    return run(house)
