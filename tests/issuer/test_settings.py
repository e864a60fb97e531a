"""Settings refuse what would be unsafe to run with."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from issuer.settings import IssuerSettings


@pytest.mark.parametrize(
    "address",
    [
        "http://issuer.example",
        "ftp://127.0.0.1",
        "https://issuer.example/",
        "https://issuer.example?x=1",
        "https://issuer.example/a",
    ],
)
def test_an_address_is_https_or_this_machine(address: str) -> None:
    with pytest.raises(ValidationError):
        IssuerSettings(base_url=address)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", ""])
def test_a_time_zone_exists(zone: str) -> None:
    with pytest.raises(ValidationError):
        IssuerSettings(time_zone=zone)


def test_https_makes_cookies_secure() -> None:
    assert IssuerSettings(base_url="https://issuer.example").secure_cookies
    assert not IssuerSettings(base_url="http://localhost:8101").secure_cookies


def test_the_database_is_a_file_in_the_data_folder_unless_named() -> None:
    assert IssuerSettings().database.startswith("sqlite:////")
    named = IssuerSettings(database_url="postgresql+psycopg://db.example/issuer")
    assert named.database == "postgresql+psycopg://db.example/issuer"
