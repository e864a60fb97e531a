"""The recovery sheet on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from weasyprint import HTML, URLFetcher

from templates.environment import environment
from wallet import accounts
from wallet.errors import NotFoundError
from wallet.vault import Vault

_STYLE: Final = Path(__file__).parent.parent / "templates" / "wallet" / "sheet_paper.css"


def recovery_sheet_pdf(vault: Vault, *, locale: str, wallet_address: str) -> bytes:
    """Write the recovery sheet as PDF, as long as its code is not yet on paper.

    Raises:
        NotFoundError: the worker already has it on paper.
    """
    code = accounts.unsaved_recovery_code(vault)
    if code is None:
        raise NotFoundError("the recovery code is on paper only")
    page = environment(locale).get_template("wallet/sheet_paper.html")
    html = page.render(code=code, account_name=accounts.account_name(vault), address=wallet_address)
    # Nothing on the sheet comes from elsewhere, so nothing is fetched.
    document = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()))
    content: bytes = document.write_pdf(stylesheets=[str(_STYLE)])
    return content
