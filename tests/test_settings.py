"""A variable that no service knows is refused: it would leave a default in force, unnoticed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from issuer.settings import IssuerSettings
from verifier.settings import VerifierSettings
from wallet.settings import WalletSettings

SETTINGS = (IssuerSettings, VerifierSettings, WalletSettings)


@pytest.mark.parametrize(
    ("settings", "variable", "meant"),
    [
        (VerifierSettings, "VERIFIER_TRUST_ROOT", "VERIFIER_TRUST_ROOTS"),
        (WalletSettings, "WALLET_TRUST_ROOT", "WALLET_TRUST_ROOTS"),
        (IssuerSettings, "ISSUER_DATABASE", "ISSUER_DATABASE_URL"),
        (VerifierSettings, "verifier_offlin", "VERIFIER_OFFLINE"),
    ],
)
def test_a_misspelt_or_old_name_is_refused_and_the_right_one_named(
    monkeypatch: pytest.MonkeyPatch, settings: type, variable: str, meant: str
) -> None:
    monkeypatch.setenv(variable, "x")
    with pytest.raises(ValidationError, match=f"{variable} is not a setting; {meant} is"):
        settings()


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_setting_has_its_variable(monkeypatch: pytest.MonkeyPatch, settings: type) -> None:
    prefix = settings.model_config["env_prefix"]
    monkeypatch.setenv(f"{prefix}BASE_URL", "https://kluscv.example")
    monkeypatch.setenv("OTHER_TRUST_ROOT", "x")
    assert settings().base_url == "https://kluscv.example"


def test_the_wallets_commands_keep_the_variable_of_the_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WALLET_PASSPHRASE", "een lange zin")
    assert WalletSettings().port == 8102


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_refusal_repeats_no_secret(monkeypatch: pytest.MonkeyPatch, settings: type) -> None:
    prefix = settings.model_config["env_prefix"]
    monkeypatch.setenv(f"{prefix}NO_SUCH_THING", "een geheim")
    monkeypatch.setenv("ISSUER_KEYS_PASSPHRASE", "een geheim")
    with pytest.raises(ValidationError) as caught:
        settings()
    assert "geheim" not in str(caught.value)


def test_the_command_says_it_in_one_line(tmp_path: Path) -> None:
    environment = {**os.environ, "VERIFIER_TRUST_ROOT": "/etc/root.json"}
    answer = subprocess.run(
        [sys.executable, "-m", "kluscv", "verifier", "migrate"],
        env=environment, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 64
    assert "VERIFIER_TRUST_ROOT is not a setting; VERIFIER_TRUST_ROOTS is" in answer.stderr
    assert "Traceback" not in answer.stderr
