"""Paper out of the window: to the printer, or as a file in the person's own documents; and the grab pack from anywhere."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import platformdirs
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

from app.domain.papers import Paper
from app.domain.results import Refused
from app.ui.dialogs import TellSheet
from app.ui.pdf import print_pdf
from app.ui.sitting import Sitting

_NOT_ENCRYPTED = "The file is not encrypted: delete it when it is no longer needed."


def has_printer() -> bool:
    """Whether this computer can print at all."""
    return bool(QPrinterInfo.availablePrinterNames())


def choose_printer(parent: QWidget) -> QPrinter | None:
    """The printer that the person chooses; None where she thinks better of it."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    return printer if QPrintDialog(printer, parent).exec() else None


def save_paper(sitting: Sitting, name: str, content: bytes) -> None:
    """Save a PDF in the person's documents and say where. `name` names nobody; nothing is ever written over."""
    folder = platformdirs.user_documents_path() / "Daybook"
    path = folder / f"{name}.pdf"
    try:
        write_new(path, content)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        sitting.tell(
            f"It could not be saved in {folder} ({why}). Print it, or free some space.",
            "red",
        )
        return
    sitting.tell(f"Saved: {path}. {_NOT_ENCRYPTED}", "green")


def write_new(path: Path, content: bytes) -> None:
    """Write a file that was not there, whole or not at all. Raises OSError (FileExistsError where it is there)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    try:
        with half.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            raise FileExistsError(17, "there already", str(path))
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def make_grab_pack(sitting: Sitting, parent: QWidget) -> None:
    """The grab pack in one action: to the printer where there is one, else saved; numbered and named for whoever asked."""
    from app.services.grab import MakeGrabPack, grab_pdf

    use: Callable[[Paper, bytes], object] = partial(_saved, sitting)
    if has_printer():
        printer = choose_printer(parent)
        if printer is None:
            return
        use = partial(_printed, sitting, printer)

    def work() -> Refused | tuple[Paper, bytes]:
        done = sitting.desk.do(MakeGrabPack())
        if isinstance(done, Refused):
            return done
        made = grab_pdf(sitting.desk, done.view.number)
        assert made is not None
        return made

    def made(result: Refused | tuple[Paper, bytes]) -> None:
        if isinstance(result, Refused):
            TellSheet(parent, "Not done", result).open()
            return
        use(*result)
        sitting.committed.emit()

    sitting.jobs.write(work, made, owner=sitting, doing="Making the grab pack")


def _saved(sitting: Sitting, kept: Paper, content: bytes) -> None:
    save_paper(sitting, f"{kept.named} copy {kept.copies[-1].number}", content)


def _printed(sitting: Sitting, printer: QPrinter, kept: Paper, content: bytes) -> None:
    print_pdf(content, printer)
    sitting.tell(f"{kept.named} is at the printer.", "green")
