"""A PDF on the screen and to the printer, page by page, from memory: no temporary file is ever written."""

import pypdfium2 as pdfium
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.ui.theme import colour, px

#: Dots per point on paper at 300 dots per inch.
_PAPER = 300 / 72


def page_images(content: bytes, scale: float) -> list[QImage]:
    """Each page as a picture; `scale` is pixels per point. May run off the GUI thread."""
    document = pdfium.PdfDocument(content)
    try:
        return [_image(page, scale) for page in document]
    finally:
        document.close()


def _image(page: pdfium.PdfPage, scale: float) -> QImage:
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
    pixels = bytes(bitmap.buffer)
    image = QImage(pixels, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGBX8888)
    return image.copy()


def print_pdf(content: bytes, printer: QPrinter) -> None:
    """Send every page to the printer, fitted to its paper."""
    painter = QPainter(printer)
    try:
        for number, image in enumerate(page_images(content, _PAPER)):
            if number:
                printer.newPage()
            page = QRectF(painter.viewport())
            size = image.size().scaled(page.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            painter.drawImage(QRectF(0, 0, size.width(), size.height()), image)
    finally:
        painter.end()


class PdfView(QWidget):
    """The pages of a PDF under one another, as wide as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(px(12))
        self._layout.addStretch(1)
        self.setAccessibleName("Preview")

    def show_pages(self, images: list[QImage], text: str = "") -> None:
        """Show these pages in place of the last; `text` is what a screen reader says."""
        while self._layout.count() > 1:
            item = self._layout.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.deleteLater()
        for image in images:
            self._layout.insertWidget(self._layout.count() - 1, _PageImage(image))
        self.setAccessibleDescription(text)


class _PageImage(QWidget):
    def __init__(self, image: QImage) -> None:
        super().__init__()
        self._picture = image
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(width * self._picture.height() / max(self._picture.width(), 1))

    def sizeHint(self) -> QSize:
        return QSize(px(560), self.heightForWidth(px(560)))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(320), self.heightForWidth(px(320)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), self._picture)
        painter.setPen(colour("line"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
