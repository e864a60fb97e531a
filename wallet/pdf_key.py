"""The key and certificate that certify PDFs: they belong to this wallet service and say integrity only."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_KEY, _CERTIFICATE = "pdf-key.pem", "pdf-certificate.pem"
_OWNER_ONLY = 0o600
_VALIDITY = timedelta(days=3653)
_COMMON_NAME = "KlusCV wallet (integrity only)"


def pdf_key(data_dir: Path, *, now: datetime) -> tuple[bytes, bytes]:
    """Read the private key and its certificate, both PEM; make them at the first call.

    The private key is readable by its owner alone.
    """
    key_path, certificate_path = data_dir / _KEY, data_dir / _CERTIFICATE
    if not certificate_path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        key, certificate = _make(now)
        _write(key_path, key, _OWNER_ONLY)
        _write(certificate_path, certificate, 0o644)
    return key_path.read_bytes(), certificate_path.read_bytes()


def _make(now: datetime) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _COMMON_NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _VALIDITY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signing_only(), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem, certificate.public_bytes(serialization.Encoding.PEM)


def _signing_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file whole or not at all, never readable to others for a moment."""
    beside = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    beside.replace(path)
