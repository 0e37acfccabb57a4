"""Makes the corpus: signed PDFs by pyHanko over a PKI of its own. See README.md beside this file.

Usage: python make.py    (needs pyHanko 0.38 and cryptography; writes into this folder)
"""

import datetime as dt
import io
import json
import pathlib

from asn1crypto import crl as asn1_crl, keys, pem, x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps, validation
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

HERE = pathlib.Path(__file__).parent
BEGIN = dt.datetime(2015, 1, 1, tzinfo=dt.timezone.utc)
END = dt.datetime(2120, 1, 1, tzinfo=dt.timezone.utc)
NAME, PDF_NAME = generic.NameObject, generic.pdf_name


def subject(name, organisation="Trien corpus", title=None):
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)]
    if title:
        parts.append(x509.NameAttribute(NameOID.TITLE, title))
    return x509.Name(parts + [x509.NameAttribute(NameOID.COMMON_NAME, name)])


class Party:
    """A key with its certificate."""

    serial = 100

    def __init__(self, name, issuer=None, ca=False, key=None, tsa=False):
        Party.serial += 1
        self.name, self.key, self.number = name, key or ec.generate_private_key(ec.SECP256R1()), Party.serial
        above = issuer or self
        build = x509.CertificateBuilder().subject_name(name).issuer_name(above.name)
        build = build.public_key(self.key.public_key()).serial_number(self.number)
        build = build.not_valid_before(BEGIN).not_valid_after(END)
        build = build.add_extension(x509.BasicConstraints(ca, None), True)
        usage = dict.fromkeys(
            "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
            "key_cert_sign crl_sign encipher_only decipher_only".split(), False)
        usage.update({"key_cert_sign": True, "crl_sign": True} if ca else {"digital_signature": True, "content_commitment": True})
        build = build.add_extension(x509.KeyUsage(**usage), True)
        build = build.add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
        if tsa:
            build = build.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
        self.cert = build.sign(above.key, hashes.SHA256())

    def der(self):
        return self.cert.public_bytes(serialization.Encoding.DER)

    def asn1(self):
        return asn1_x509.Certificate.load(self.der())

    def asn1_key(self):
        pkcs8 = self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return keys.PrivateKeyInfo.load(pkcs8)

    def crl(self, revoked=None, since=None):
        build = x509.CertificateRevocationListBuilder().issuer_name(self.name).last_update(BEGIN).next_update(END)
        build = build.add_extension(x509.CRLNumber(1), False)
        if revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(revoked.number).revocation_date(since).build()
            build = build.add_revoked_certificate(entry)
        return build.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


ROOT = Party(subject("Corpus Root"), ca=True)
ISSUER = Party(subject("Corpus Issuer"), ROOT, ca=True)
LEADER = Party(subject("Nguyễn Văn Bình", "UBND xã An Hòa", "Chủ tịch"), ISSUER, key=rsa.generate_private_key(65537, 2048))
SEAL = Party(subject("UBND xã An Hòa", "UBND xã An Hòa"), ISSUER)
RECEIVER = Party(subject("UBND xã Bình Minh", "UBND xã Bình Minh"), ISSUER)
TSA = Party(subject("Corpus TSA"), ISSUER, key=rsa.generate_private_key(65537, 2048), tsa=True)
STORE = SimpleCertificateStore.from_certs([ROOT.asn1(), ISSUER.asn1(), TSA.asn1()])


def stamper(*moment):
    return timestamps.DummyTimeStamper(
        tsa_cert=TSA.asn1(), tsa_key=TSA.asn1_key(),
        certs_to_embed=SimpleCertificateStore.from_certs([ISSUER.asn1(), ROOT.asn1()]),
        fixed_dt=dt.datetime(*moment, tzinfo=dt.timezone.utc))


STAMPER = stamper(2026, 11, 5, 2, 0)


def context():
    crls = [asn1_crl.CertificateList.load(p.crl()) for p in (ROOT, ISSUER)]
    return ValidationContext(
        trust_roots=[ROOT.asn1()], other_certs=[ISSUER.asn1(), TSA.asn1()], crls=crls, revocation_mode="hard-fail",
        moment=dt.datetime(2026, 11, 22, tzinfo=dt.timezone.utc))


def signer(party, pss=False):
    return signers.SimpleSigner(
        signing_cert=party.asn1(), signing_key=party.asn1_key(), cert_registry=STORE, prefer_pss=pss, embed_roots=False)


def draft(stream_xrefs=False, fields_too=True):
    """One page with two empty text fields and two signature fields, laid out as profile H1 wants it."""
    w = writer.PdfFileWriter(stream_xrefs=stream_xrefs)
    font = w.add_object(generic.DictionaryObject({
        NAME("/Type"): NAME("/Font"), NAME("/Subtype"): NAME("/Type1"), NAME("/BaseFont"): NAME("/Times-Roman")}))
    content = generic.StreamObject(stream_data=b"BT /F1 13 Tf 100 741 Td (So: /UBND-VP) Tj ET")
    page = writer.PageObject(
        contents=w.add_object(content), media_box=generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
        resources=generic.DictionaryObject({NAME("/Font"): generic.DictionaryObject({NAME("/F1"): font})}))
    w.insert_page(page)
    if fields_too:
        for name, x in (("vb_so", 130), ("vb_ngay", 400)):
            text_field(w, name, x)
    out = io.BytesIO()
    w.write(out)
    return out.getvalue()


def text_field(w, name, x, value=None):
    page_ref = w.find_page_for_modification(0)[0]
    page = page_ref.get_object()
    widget = generic.DictionaryObject({
        NAME("/Type"): NAME("/Annot"), NAME("/Subtype"): NAME("/Widget"), NAME("/FT"): NAME("/Tx"),
        NAME("/T"): generic.TextStringObject(name), NAME("/F"): generic.NumberObject(4), NAME("/P"): page_ref,
        NAME("/Rect"): generic.ArrayObject(map(generic.NumberObject, (x, 738, x + 40, 753))),
        NAME("/DA"): generic.TextStringObject("/F1 13 Tf 0 g")})
    if value:
        widget["/V"] = generic.TextStringObject(value)
        widget["/AP"] = generic.DictionaryObject({NAME("/N"): w.add_object(look(w, value))})
    ref = w.add_object(widget)
    page.setdefault("/Annots", generic.ArrayObject()).append(ref)
    w.update_container(page)
    root = w.root
    if "/AcroForm" not in root:
        root["/AcroForm"] = w.add_object(generic.DictionaryObject({NAME("/Fields"): generic.ArrayObject()}))
        w.update_root()
    form = root["/AcroForm"]
    form["/Fields"].append(ref)
    w.update_container(form)


def look(w, text):
    font = w.add_object(generic.DictionaryObject({
        NAME("/Type"): NAME("/Font"), NAME("/Subtype"): NAME("/Type1"), NAME("/BaseFont"): NAME("/Times-Roman")}))
    return generic.StreamObject({
        NAME("/Type"): NAME("/XObject"), NAME("/Subtype"): NAME("/Form"),
        NAME("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 40, 15))),
        NAME("/Resources"): generic.DictionaryObject({NAME("/Font"): generic.DictionaryObject({NAME("/F1"): font})})},
        stream_data=b"/Tx BMC q BT /F1 13 Tf 2 3 Td (" + text.encode() + b") Tj ET Q EMC")


def prepare(data, *specs):
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    for spec in specs:
        fields.append_signature_field(w, spec)
    return finish(w)


def spec(name, lock=None, box=(400, 300, 500, 380)):
    return fields.SigFieldSpec(name, on_page=0, box=box, field_mdp_spec=lock)


def include(*names):
    return fields.FieldMDPSpec(fields.FieldMDPAction.INCLUDE, fields=list(names))


ALL = fields.FieldMDPSpec(fields.FieldMDPAction.ALL)


def finish(w):
    out = io.BytesIO()
    w.write(out)
    return out.getvalue()


def fill(data, **values):
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    fill_in(w, **values)
    return finish(w)


def fill_in(w, **values):
    for ref in w.root["/AcroForm"]["/Fields"]:
        field = ref.get_object()
        if "/T" in field and field["/T"] in values:
            text = values[field["/T"]]
            field["/V"] = generic.TextStringObject(text)
            field["/AP"] = generic.DictionaryObject({NAME("/N"): w.add_object(look(w, text))})
            w.update_container(field)


def sign(data, party, field, new=None, fills=None, stamp=None, pss=False, pades=True, style=True, **meta):
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    if fills:
        fill_in(w, **fills)
    if pades:
        meta.setdefault("subfilter", fields.SigSeedSubFilter.PADES)
    meta = signers.PdfSignatureMetadata(field_name=field, md_algorithm=meta.pop("md", "sha256"), **meta)
    pdf_signer = signers.PdfSigner(
        meta, signer(party, pss), timestamper=stamp, new_field_spec=new,
        stamp_style=TextStampStyle(stamp_text="ky so", background=None) if style else None)
    return pdf_signer.sign_pdf(w, bytes_reserved=None if stamp or meta.embed_validation_info else 8192).getvalue()


def timestamped(data):
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    return signers.PdfTimeStamper(STAMPER).timestamp_pdf(w, "sha256").getvalue()


def security_store(data):
    reader = PdfFileReader(io.BytesIO(data))
    out = io.BytesIO()
    validation.add_validation_info(reader.embedded_signatures[-1], context(), output=out)
    return out.getvalue()


def free_text(data):
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    ref = w.find_page_for_modification(0)[0]
    page = ref.get_object()
    note = w.add_object(generic.DictionaryObject({
        NAME("/Type"): NAME("/Annot"), NAME("/Subtype"): NAME("/FreeText"), NAME("/P"): ref,
        NAME("/Rect"): generic.ArrayObject(map(generic.NumberObject, (100, 500, 200, 520))),
        NAME("/Contents"): generic.TextStringObject("y kien"), NAME("/DA"): generic.TextStringObject("/F1 12 Tf")}))
    page["/Annots"].append(note)
    w.update_container(page)
    return finish(w)


CERTIFY = {f"p{p}": dict(certify=True, docmdp_permissions=fields.MDPPerm(p)) for p in (1, 2, 3)}
NUMBERS = dict(vb_so="125", vb_ngay="05")


def leader_field(lock=None):
    return spec("ky_lanhdao", lock)


def seal_field(lock=None):
    return spec("ky_condau", lock, (330, 290, 430, 390))


def corpus():
    plain = prepare(draft(), leader_field(), seal_field())
    h1 = prepare(draft(), leader_field(include("ky_lanhdao")), seal_field(include("vb_so", "vb_ngay", "ky_lanhdao", "ky_condau")))
    h1_leader = sign(h1, LEADER, "ky_lanhdao")
    h1_sealed = sign(h1_leader, SEAL, "ky_condau", fills=NUMBERS)
    permitted = "valid_with_permitted_changes"
    yield "approval_pades", sign(plain, LEADER, "ky_lanhdao"), "valid"
    yield "approval_pss_sha512", sign(plain, LEADER, "ky_lanhdao", pss=True, md="sha512"), "valid"
    yield "approval_ecdsa_sha384", sign(plain, SEAL, "ky_condau", md="sha384"), "valid"
    yield "approval_adbe", sign(plain, LEADER, "ky_lanhdao", pades=False), "valid"
    yield "b_t", sign(plain, LEADER, "ky_lanhdao", stamp=STAMPER), "valid"
    yield "sha1", sign(plain, LEADER, "ky_lanhdao", pades=False, md="sha1"), "indeterminate"
    old = stamper(2019, 6, 1)
    yield "sha1_stamped_2019", sign(plain, LEADER, "ky_lanhdao", pades=False, md="sha1", stamp=old), "valid"
    yield "h1", h1_sealed, permitted
    h1_lt = security_store(h1_sealed)
    yield "h1d_security_store", h1_lt, permitted
    yield "h1t_document_timestamp", timestamped(h1_sealed), permitted
    yield "h1_lta", timestamped(h1_lt), permitted
    yield "h1g_receiver", sign(h1_sealed, RECEIVER, "ky_den", new=spec("ky_den", box=(40, 780, 140, 830))), permitted
    yield "h1n_number_changed", fill(h1_sealed, vb_so="999"), "invalid"
    yield "filled_without_seal", fill(h1_leader, **NUMBERS), "indeterminate"
    yield "h1_xref_stream", sign(sign(prepare(draft(True), leader_field(include("ky_lanhdao")), seal_field()),
                                      LEADER, "ky_lanhdao"), SEAL, "ky_condau", fills=NUMBERS), permitted
    for p in ("p2", "p3"):
        certified = sign(plain, LEADER, "ky_lanhdao", **CERTIFY[p])
        yield f"a10_certified_{p}", sign(certified, SEAL, "ky_condau", fills=NUMBERS), permitted
    p1 = sign(plain, LEADER, "ky_lanhdao", **CERTIFY["p1"])
    yield "a4_p1_filled", fill(p1, **NUMBERS), "invalid"
    yield "p1_document_timestamp", timestamped(p1), "valid"
    p2 = sign(plain, LEADER, "ky_lanhdao", **CERTIFY["p2"])
    yield "a6_p2_comment", free_text(p2), "invalid"
    yield "a7i_p2_new_invisible_signature", sign(
        p2, SEAL, "ky_moi", new=fields.SigFieldSpec("ky_moi"), style=False), permitted
    ministry = sign(prepare(draft(fields_too=False), leader_field()), LEADER, "ky_lanhdao", **CERTIFY["p2"])
    for name, box in (("ky_so", (270, 738, 305, 753)), ("ky_ngay", (400, 738, 420, 752)), ("ky_condau", (330, 290, 430, 390))):
        ministry = sign(ministry, SEAL, name, new=spec(name, box=box))
    yield "p2_ministry_signatures_as_marks", ministry, permitted
    yield "a7_p2_signature_over_text", sign(p2, SEAL, "ky_moi", new=spec("ky_moi", box=(90, 730, 200, 760))), "invalid"
    p3 = sign(plain, LEADER, "ky_lanhdao", **CERTIFY["p3"])
    yield "p3_comment", free_text(p3), permitted
    yield "c1_approval_comment", free_text(sign(plain, LEADER, "ky_lanhdao")), "invalid"
    d1 = sign(prepare(draft(fields_too=False), leader_field()), LEADER, "ky_lanhdao")
    d1 = sign(d1, SEAL, "ky_so", new=spec("ky_so", box=(130, 738, 170, 753)))
    yield "d1_signatures_as_marks", sign(d1, SEAL, "ky_condau", new=spec("ky_condau")), permitted
    locked = prepare(draft(), leader_field(ALL), seal_field())
    yield "b2_lock_all_then_fill", fill(sign(locked, LEADER, "ky_lanhdao"), **NUMBERS), "invalid"
    sealed_all = prepare(draft(), leader_field(), seal_field(ALL))
    a11 = sign(fill(sign(sealed_all, LEADER, "ky_lanhdao"), **NUMBERS), SEAL, "ky_condau")
    yield "a11_lock_all", a11, permitted
    yield "a11t_lock_all_document_timestamp", timestamped(a11), permitted
    yield "a11g_lock_all_receiver", sign(a11, RECEIVER, "ky_den", new=spec("ky_den", box=(40, 780, 140, 830))), "invalid"
    prefilled = prepare(fill(draft(), **NUMBERS), leader_field(include("vb_so")), seal_field())
    yield "lock_over_filled_field", sign(sign(prefilled, LEADER, "ky_lanhdao"), SEAL, "ky_condau"), permitted


def second_opinion(data):
    """pyHanko's verdict on each signature: intact, trusted, and level of later modifications."""
    found, trusted = [], context()
    reader = PdfFileReader(io.BytesIO(data))
    if reader.encrypted:
        reader.decrypt("")
    for embedded in reader.embedded_regular_signatures:
        try:
            status = validation.validate_pdf_signature(embedded, trusted, trusted)
            level = status.modification_level
            found.append({"field": embedded.field_name, "ok": bool(status.bottom_line), "modification": level.name if level else None})
        except Exception as error:
            found.append({"field": embedded.field_name, "ok": False, "modification": type(error).__name__})
    return found


def main():
    expected = {}
    for name, data, verdict in corpus():
        (HERE / f"{name}.pdf").write_bytes(data)
        expected[name] = {"verdict": verdict, "pyhanko": second_opinion(data)}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")
    (HERE / "root.pem").write_bytes(pem.armor("CERTIFICATE", ROOT.der()))
    (HERE / "issuer.pem").write_bytes(pem.armor("CERTIFICATE", ISSUER.der()))
    (HERE / "crls.pem").write_bytes(b"".join(pem.armor("X509 CRL", p.crl()) for p in (ROOT, ISSUER)))
    for name, day in (("before", 1), ("after", 10)):
        since = dt.datetime(2026, 11, day, tzinfo=dt.timezone.utc)
        lists = (ROOT.crl(), ISSUER.crl(LEADER, since))
        (HERE / f"crls_leader_revoked_{name}.pem").write_bytes(b"".join(pem.armor("X509 CRL", crl) for crl in lists))


if __name__ == "__main__":
    main()
