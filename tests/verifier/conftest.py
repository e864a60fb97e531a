"""Small PDFs and pictures of codes, made on the spot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import qrcode
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi.testclient import TestClient
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from standard.model import Form
from standard.trust import root_json
from tests.world import NOW, RATING_HISTORY, WORK_HISTORY, World, make_world
from verifier.app import create_app
from verifier.database import migrate
from verifier.intake import ChildPool
from verifier.settings import VerifierSettings

PRESENTATION = b'{"type": ["VerifiablePresentation", "KlusCVPresentation"]}'

MakePdf = Callable[..., bytes]


@pytest.fixture
def pool() -> ChildPool:
    return ChildPool(size=2)


@pytest.fixture(scope="session")
def make_pdf() -> MakePdf:
    """`make_pdf(text="…", attachments={name: bytes})`: one page with a real text layer."""

    def make(
        text: str = "148 klussen", attachments: dict[str, bytes] | None = None, stream: bytes | None = None
    ) -> bytes:
        writer = PdfWriter()
        page = writer.add_blank_page(595, 842)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        content = DecodedStreamObject()
        content.set_data(stream or f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(content.flate_encode())
        chosen = {"kluscv.presentation.json": PRESENTATION} if attachments is None else attachments
        for name, data in chosen.items():
            writer.add_attachment(name, data)
        buffer = BytesIO()
        writer.write(buffer)
        return buffer.getvalue()

    return make


@pytest.fixture(scope="session")
def certify() -> Callable[[bytes], bytes]:
    """Certify a PDF so that no change is allowed, as the wallet does."""
    from asn1crypto import keys
    from asn1crypto import x509 as asn1_x509
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
    from pyhanko.sign.fields import MDPPerm, SigFieldSpec
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test wallet")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(pkcs8),
        cert_registry=SimpleCertificateStore(),
    )

    def sign(pdf: bytes) -> bytes:
        metadata = PdfSignatureMetadata(
            field_name="KlusCV", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES, md_algorithm="sha256"
        )
        pdf_signer = PdfSigner(metadata, signer=signer, new_field_spec=SigFieldSpec("KlusCV"))
        buffer = BytesIO()
        pdf_signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=buffer)
        return buffer.getvalue()

    return sign


@pytest.fixture(scope="session")
def qr_picture() -> Callable[[str, int], Image.Image]:
    """`qr_picture(text, module_px)`: a code as our wallet prints it, link in bytes, then digits."""

    def draw(text: str, module_px: int) -> Image.Image:
        link, mark, digits = text.partition("#")
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=module_px, border=4)
        if mark:
            address = qrcode.util.QRData((link + mark).encode(), mode=qrcode.util.MODE_8BIT_BYTE)
            code.add_data(address, optimize=0)
        code.add_data(qrcode.util.QRData(digits or link, mode=qrcode.util.MODE_NUMBER), optimize=0)
        code.make(fit=True)
        return code.make_image().get_image().convert("L")

    return draw


@dataclass(frozen=True)
class Evidence:
    """A world written down: the pinned root and the folder of documents, as files."""

    world: World
    root: Path
    documents: Path

    def write(self) -> None:
        """Write the documents of the world as it is now."""
        for number, content in enumerate(self.world.documents().values()):
            (self.documents / f"{number}.txt").write_bytes(content)

    def copies(self) -> list[str]:
        """Both statements of both organisations."""
        return [
            organisation.issue(statement, Form.SD_JWT, self.world.holder)
            for organisation in self.world.organisations
            for statement in (WORK_HISTORY, RATING_HISTORY)
        ]


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    world = make_world()
    found = Evidence(world, tmp_path / "trust-root.json", tmp_path / "documents")
    found.documents.mkdir()
    found.root.write_bytes(root_json(world.root))
    found.write()
    return found


@pytest.fixture
def settings(evidence: Evidence, tmp_path: Path) -> VerifierSettings:
    """A verifier without a network, under the world's root."""
    return VerifierSettings(
        data_dir=tmp_path / "data", trust_roots=(evidence.root,), documents=evidence.documents, offline=True
    )


@pytest.fixture
def client(settings: VerifierSettings) -> Iterator[TestClient]:
    migrate(settings.resolved_database_url)
    app = create_app(settings)
    service = app.state.service
    app.state.service = replace(service, now=lambda: NOW)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
    service.engine.dispose()
