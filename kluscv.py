"""The command line: composes the services, nothing else imports it."""

from __future__ import annotations

import typer

from demo.cli import demo
from issuer.cli import app as issuer
from verifier.cli import VerifyCommand, verify
from verifier.cli import app as verifier
from verifier.steward import app as trust
from wallet.cli import app as wallet

app = typer.Typer(
    name="kluscv",
    help="KlusCV: portable, verifiable work history. Platforms issue, workers hold, employers verify.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo)
app.command("verify", cls=VerifyCommand)(verify)
app.add_typer(issuer, name="issuer")
app.add_typer(wallet, name="wallet")
app.add_typer(verifier, name="verifier")
app.add_typer(trust, name="trust")


def main() -> None:
    """Run `kluscv`."""
    app()


if __name__ == "__main__":
    main()
