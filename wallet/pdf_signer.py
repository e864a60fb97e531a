"""The key that certifies PDFs: it says that a file is as the wallet made it, and nothing more.

The certificate is self-signed and names the service. Whether the words in the file are true is decided
by the credentials inside it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from asn1crypto import keys as asn1_keys
from asn1crypto import pem as asn1_pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

_FIELD = "KlusCV"
_REASON = "Integrity of this file; the credentials inside decide what is true"
_CERTIFICATE_YEARS = 20


@dataclass(frozen=True, slots=True)
class PdfSigner:
    """A P-256 key and its self-signed certificate; P-256 because common PDF readers know it."""

    private_key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def generate(cls, service_name: str, *, now: datetime) -> Self:
        """Make a key and a certificate at the set-up of a wallet service."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, service_name)])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=365 * _CERTIFICATE_YEARS))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(), critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(key, certificate)

    @classmethod
    def from_pem(cls, data: bytes, passphrase: bytes | None) -> Self:
        """Read what `to_pem` wrote."""
        key = serialization.load_pem_private_key(data, passphrase)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the key that certifies PDFs is a P-256 key")
        return cls(key, x509.load_pem_x509_certificate(data))

    def to_pem(self, passphrase: bytes | None) -> bytes:
        """Write key and certificate into one file, encrypted when a passphrase is given."""
        encryption: serialization.KeySerializationEncryption = (
            serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
        )
        key = self.private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
        )
        return key + self.certificate.public_bytes(serialization.Encoding.PEM)

    def certify(self, pdf: bytes, *, now: datetime) -> bytes:
        """Certify a PDF against any later change.

        Source: ISO 32000-1, "DocMDP"; access permission 1.
        """
        meta = signers.PdfSignatureMetadata(
            field_name=_FIELD,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=_REASON,
        )
        signer = _DatedSigner(meta, signer=self._cms_signer())
        signer.now = now
        signed = signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
        return bytes(signed.getvalue())

    def _cms_signer(self) -> signers.SimpleSigner:
        """Hand key and certificate over in the form that pyHanko takes."""
        _, _, certificate = asn1_pem.unarmor(self.certificate.public_bytes(serialization.Encoding.PEM))
        private = self.private_key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return signers.SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(certificate),
            signing_key=asn1_keys.PrivateKeyInfo.load(private),
            cert_registry=SimpleCertificateStore(),
        )


class _DatedSigner(signers.PdfSigner):  # type: ignore[misc]
    """Takes the time of signing from outside instead of from the machine's clock."""

    now: datetime

    def init_signing_session(self, *args: Any, **options: Any) -> Any:
        """Set the time of the session that signs."""
        session = super().init_signing_session(*args, **options)
        session.system_time = self.now
        return session


def _key_usage() -> x509.KeyUsage:
    """Allow signatures that commit to content, and nothing else."""
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
