"""The file with the key that certifies PDFs: made at the wallet's set-up, readable by its owner alone."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Final

from wallet.pdf_signer import PdfSigner

_FILE: Final = "pdf-signer.pem"
_SERVICE: Final = "KlusCV wallet"


def pdf_signer(data_dir: Path, *, now: datetime) -> PdfSigner:
    """Read the key and its certificate; make them at the first call."""
    path = data_dir / _FILE
    if not path.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, PdfSigner.generate(_SERVICE, now=now).to_pem(None))
    return PdfSigner.from_pem(path.read_bytes(), None)


def _write_once(path: Path, content: bytes) -> None:
    """Write a file whole, never readable to others; whoever comes second leaves the first one's alone."""
    beside = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
