"""Parts of the trust corpus: certificates, lists, OCSP answers, timestamps and CMS, each made by hand so that each can be wrong."""

import base64
import datetime as dt
import hashlib
import io

from asn1crypto import algos, cms, core, crl as asn1_crl, ocsp as asn1_ocsp, tsp, x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID as EKU, NameOID
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.signers import cms_embedder, pdf_byterange

NAME = generic.NameObject
USAGES = ("digital_signature content_commitment key_encipherment data_encipherment key_agreement "
          "key_cert_sign crl_sign encipher_only decipher_only").split()


def day(text):
    parts = [int(p) for p in text.replace(" ", "-").replace(":", "-").split("-")]
    return dt.datetime(*parts, tzinfo=dt.timezone.utc)


def name(common, organisation="Trien corpus", title=None, unit=None):
    parts = [(NameOID.COUNTRY_NAME, "VN"), (NameOID.ORGANIZATION_NAME, organisation)]
    parts += [(NameOID.ORGANIZATIONAL_UNIT_NAME, unit)] if unit else []
    parts += [(NameOID.TITLE, title)] if title else []
    return x509.Name([x509.NameAttribute(*p) for p in parts + [(NameOID.COMMON_NAME, common)]])


def rsa_key(bits=2048):
    return rsa.generate_private_key(65537, bits)


def ec_key(curve=ec.SECP256R1):
    return ec.generate_private_key(curve())


def bits(value):
    return core.OctetBitString(value)


def default_hash(key):
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


class Party:
    """A key with its certificate."""

    numbers = iter(range(0x1000, 0x100000))

    def __init__(self, subject, issuer=None, ca=False, key=None, begin="2015-01-01", end="2120-01-01", usage=None, purposes=None,
                 critical_purposes=False, extensions=(), path_length=None, constraints=True, digest="sha256", issuer_name=None):
        self.name, self.key, self.number = subject, key or ec_key(), next(Party.numbers)
        self.issuer = issuer or self
        build = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer_name or self.issuer.name)
                 .public_key(self.key.public_key()).serial_number(self.number)
                 .not_valid_before(day(begin)).not_valid_after(day(end)))
        if constraints:
            build = build.add_extension(x509.BasicConstraints(ca, path_length), True)
        usage = usage or (["key_cert_sign", "crl_sign"] if ca else ["digital_signature", "content_commitment"])
        build = build.add_extension(x509.KeyUsage(**{u: u in usage for u in USAGES}), True)
        build = build.add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
        if purposes:
            build = build.add_extension(x509.ExtendedKeyUsage(purposes), critical_purposes)
        for extension, critical in extensions:
            build = build.add_extension(extension, critical)
        self.encoded = build.sign(self.issuer.key, default_hash(self.issuer.key)).public_bytes(serialization.Encoding.DER)
        if digest != "sha256":
            # The library refuses to sign with weak digests, so it is done by hand.
            made = self.asn1()
            made["tbs_certificate"]["signature"] = made["signature_algorithm"] = scheme_of(self.issuer, digest, False)
            made["signature_value"] = bits(self.issuer.sign(made["tbs_certificate"].dump(force=True), digest))
            self.encoded = made.dump(force=True)
        self.cert = x509.load_der_x509_certificate(self.encoded)

    def der(self):
        return self.encoded

    def asn1(self):
        return asn1_x509.Certificate.load(self.der())

    def sign(self, message, digest="sha256", pss=False):
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(message)
        algorithm = getattr(hashes, digest.upper())()
        if isinstance(self.key, rsa.RSAPrivateKey):
            pad = padding.PSS(padding.MGF1(algorithm), pss) if pss is not False else padding.PKCS1v15()
            return self.key.sign(message, pad, algorithm)
        return self.key.sign(message, ec.ECDSA(algorithm))

    def crl(self, revoked=(), this="2026-11-20", next="2026-12-20", number=1, extensions=(), key=None, issuer=None, digest=None):
        """`revoked`: (party, day, reason or None, issuer of the entry or None)."""
        build = x509.CertificateRevocationListBuilder().issuer_name((issuer or self).name).last_update(day(this)).next_update(day(next))
        if number is not None:
            build = build.add_extension(x509.CRLNumber(number), False)
        for extension, critical in extensions:
            build = build.add_extension(extension, critical)
        for party, since, reason, of in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(party.number).revocation_date(day(since))
            if reason:
                entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags[reason]), False)
            if of:
                entry = entry.add_extension(x509.CertificateIssuer([x509.DirectoryName(of.name)]), True)
            build = build.add_revoked_certificate(entry.build())
        key = key or self.key
        return build.sign(key, digest or default_hash(key)).public_bytes(serialization.Encoding.DER)

    def ocsp(self, subject, status="good", this="2026-11-21", next="2026-11-24", responder=None, since=None, reason=None,
             by_key=False, digest=hashes.SHA1, certs=None, nonce=False, produced=None, issuer=None):
        """An answer about `subject`, a certificate of this issuer, signed by it or by `responder`."""
        responder = responder or self
        states = {"good": ocsp.OCSPCertStatus.GOOD, "revoked": ocsp.OCSPCertStatus.REVOKED, "unknown": ocsp.OCSPCertStatus.UNKNOWN}
        build = ocsp.OCSPResponseBuilder().add_response(
            cert=subject.cert, issuer=(issuer or self).cert, algorithm=digest(), cert_status=states[status],
            this_update=day(this), next_update=day(next) if next else None,
            revocation_time=day(since) if since else None,
            revocation_reason=x509.ReasonFlags[reason] if reason else None)
        build = build.responder_id(ocsp.OCSPResponderEncoding.HASH if by_key else ocsp.OCSPResponderEncoding.NAME, responder.cert)
        if responder is not self or certs:
            build = build.certificates([p.cert for p in (certs or [responder])])
        if nonce:
            build = build.add_extension(x509.OCSPNonce(b"0123456789abcdef"), False)
        made = build.sign(responder.key, default_hash(responder.key)).public_bytes(serialization.Encoding.DER)
        # The library writes the clock's time as producedAt; a corpus needs the day of the answer.
        response = asn1_ocsp.OCSPResponse.load(made)
        basic = response["response_bytes"]["response"].parsed
        basic["tbs_response_data"]["produced_at"] = day(produced or this)
        tbs = basic["tbs_response_data"].dump(force=True)
        basic["signature"] = bits(responder.sign(tbs))
        response["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
        return response.dump(force=True)


def attribute(kind, *values):
    return cms.CMSAttribute({"type": kind, "values": values})


def ess(party, digest="sha256", v1=False, wrong=False):
    der = party.der() + (b"x" if wrong else b"")
    if v1:
        return attribute("signing_certificate", tsp.SigningCertificate({"certs": [{"cert_hash": hashlib.sha1(der).digest()}]}))
    found = {"cert_hash": hashlib.new(digest, der).digest()}
    if digest != "sha256":
        found["hash_algorithm"] = {"algorithm": digest}
    return attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [found]}))


SCHEMES = {
    "rsa": lambda d: {"algorithm": "rsassa_pkcs1v15"},
    "rsa_named": lambda d: {"algorithm": d + "_rsa"},
    "ecdsa": lambda d: {"algorithm": d + "_ecdsa"},
    "ed25519": lambda d: {"algorithm": "ed25519"},
}
SHA3_RSA = {"sha3_256": "2.16.840.1.101.3.4.3.14", "sha3_384": "2.16.840.1.101.3.4.3.15", "sha3_512": "2.16.840.1.101.3.4.3.16"}
SHA3_ECDSA = {"sha3_256": "2.16.840.1.101.3.4.3.10", "sha3_384": "2.16.840.1.101.3.4.3.11", "sha3_512": "2.16.840.1.101.3.4.3.12"}


def scheme_of(party, digest, pss):
    if pss is not False:
        parameters = {"hash_algorithm": {"algorithm": digest}, "salt_length": pss,
                      "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": digest}}}
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})
    if isinstance(party.key, ed25519.Ed25519PrivateKey):
        return algos.SignedDigestAlgorithm({"algorithm": "ed25519"})
    is_rsa = isinstance(party.key, rsa.RSAPrivateKey)
    if digest in SHA3_RSA:
        return algos.SignedDigestAlgorithm({"algorithm": (SHA3_RSA if is_rsa else SHA3_ECDSA)[digest]})
    return algos.SignedDigestAlgorithm(SCHEMES["rsa" if is_rsa else "ecdsa"](digest))


def signed_data(party, digest_value, digest="sha256", pss=False, content=None, content_type="data", with_ess=True, v1=False,
                wrong_ess=False, certs=None, crls=(), ocsps=(), by_key_id=False, unsigned=(), more=(), attributes=True,
                adobe=None, signing_time=None, tamper=None):
    """A whole ContentInfo; `digest_value` is that of the content outside, or of `content`."""
    algorithm = {"algorithm": digest}
    signed = [attribute("content_type", content_type), attribute("message_digest", digest_value)]
    signed += [ess(party, digest if digest in ("sha256", "sha384", "sha512") else "sha256", v1, wrong_ess)] if with_ess else []
    signed += [attribute("signing_time", cms.Time({"utc_time": core.UTCTime(signing_time)}))] if signing_time else []
    signed += [attribute("adobe_revocation_info_archival", adobe)] if adobe else []
    signed = cms.CMSAttributes(sorted(signed + list(more), key=lambda a: a.dump()))
    message = signed.dump() if attributes else content
    value = party.sign(message, digest, pss)
    signer = {
        "version": "v3" if by_key_id else "v1", "digest_algorithm": algorithm,
        "signature_algorithm": scheme_of(party, digest, pss), "signature": value,
        "sid": cms.SignerIdentifier("subject_key_identifier", party.asn1().key_identifier) if by_key_id else
        cms.SignerIdentifier("issuer_and_serial_number", {"issuer": party.asn1().issuer, "serial_number": party.number})}
    if attributes:
        signer["signed_attrs"] = signed
    unsigned = [make(value) if callable(make) else make for make in unsigned]
    if unsigned:
        signer["unsigned_attrs"] = unsigned
    data = {
        "version": "v3" if content_type != "data" or by_key_id else "v1", "digest_algorithms": [algorithm],
        "encap_content_info": {"content_type": content_type, **({"content": content} if content is not None else {})},
        "certificates": [asn1_x509.Certificate.load(p.der()) for p in (certs if certs is not None else [party])],
        "signer_infos": [signer]}
    if crls or ocsps:
        lists = [cms.RevocationInfoChoice("certificate_list", asn1_crl.CertificateList.load(c)) for c in crls]
        others = [cms.RevocationInfoChoice("other", {"other_rev_info_format": "ocsp_response",
                                                     "other_rev_info": asn1_ocsp.OCSPResponse.load(o)}) for o in ocsps]
        data["crls"] = cms.RevocationInfoChoices(lists + others)
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump()


def indefinite(der):
    """The same in BER: every constructed element with an indefinite length."""
    tag, header = der[0], 2
    length = der[1]
    if length & 0x80:
        count = length & 0x7F
        length, header = int.from_bytes(der[2:2 + count], "big"), 2 + count
    body, rest = der[header:header + length], der[header + length:]
    if tag & 0x20:
        pieces = b""
        while body:
            made, body = indefinite(body)
            pieces += made
        return bytes([tag, 0x80]) + pieces + b"\0\0", rest
    return der[:header + length], rest


def token(tsa, data, when, digest="sha256", imprint_of=None, extension=None, version="v1", **more):
    """An RFC 3161 token of `tsa` over `data`."""
    info = {
        "version": version, "policy": "1.3.6.1.4.1.32473.1", "gen_time": when, "serial_number": 4711,
        "message_imprint": {"hash_algorithm": {"algorithm": digest}, "hashed_message": hashlib.new(digest, imprint_of or data).digest()}}
    if extension:
        info["extensions"] = [extension]
    info = tsp.TSTInfo(info).dump()
    signing = more.pop("signing", "sha256")
    more.setdefault("certs", [tsa])
    return signed_data(tsa, hashlib.new(signing, info).digest(), digest=signing, content=core.ParsableOctetString(info),
                       content_type="tst_info", **more)


def stamp(tsa, when, **more):
    """The unsigned attribute with a token over the signature's value."""
    return lambda value: attribute("signature_time_stamp_token", cms.ContentInfo.load(token(tsa, value, day(when), **more)))


def draft():
    w = writer.PdfFileWriter(stream_xrefs=False)
    font = w.add_object(generic.DictionaryObject({
        NAME("/Type"): NAME("/Font"), NAME("/Subtype"): NAME("/Type1"), NAME("/BaseFont"): NAME("/Times-Roman")}))
    content = generic.StreamObject(stream_data=b"BT /F1 13 Tf 100 741 Td (So: 12/UBND-VP) Tj ET")
    page = writer.PageObject(
        contents=w.add_object(content), media_box=generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
        resources=generic.DictionaryObject({NAME("/Font"): generic.DictionaryObject({NAME("/F1"): font})}))
    w.insert_page(page)
    out = io.BytesIO()
    w.write(out)
    return out.getvalue()


def embed(data, field, make, subfilter="/ETSI.CAdES.detached", claimed="2026-11-04 08:00", digest="sha256", kind="/Sig"):
    """Signs with whatever `make(digest of the byte range)` gives."""
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    sig = cms_embedder.PdfCMSEmbedder().write_cms(field_name=field, writer=w)
    next(sig)
    value = pdf_byterange.PdfSignedData(obj_type=NAME(kind), timestamp=day(claimed) if claimed else None, bytes_reserved=2 * 5120)
    value["/SubFilter"] = NAME(subfilter)
    sig.send(cms_embedder.SigObjSetup(sig_placeholder=value))
    hashed, out = sig.send(cms_embedder.SigIOSetup(md_algorithm=digest, in_place=False))
    sig.send(make(hashed.document_digest))
    return out.getvalue()


def archive_stamp(data, tsa, when, field, **more):
    def make(digest):
        info_more = dict(more)
        info = tsp.TSTInfo({
            "version": "v1", "policy": "1.3.6.1.4.1.32473.1", "gen_time": day(when), "serial_number": 4712,
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}}).dump()
        info_more.setdefault("certs", [tsa])
        return signed_data(tsa, hashlib.sha256(info).digest(), content=core.ParsableOctetString(info), content_type="tst_info", **info_more)
    return embed(data, field, make, subfilter="/ETSI.RFC3161", claimed=None, kind="/DocTimeStamp")


def store(data, certs=(), crls=(), ocsps=()):
    """A security store in a revision of its own."""
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    def streams(items):
        return generic.ArrayObject([w.add_object(generic.StreamObject(stream_data=i)) for i in items])
    w.root["/DSS"] = w.add_object(generic.DictionaryObject({
        NAME("/Certs"): streams([p.der() for p in certs]), NAME("/CRLs"): streams(crls), NAME("/OCSPs"): streams(ocsps)}))
    w.update_root()
    out = io.BytesIO()
    w.write(out)
    return out.getvalue()


def without_store(data):
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    del w.root["/DSS"]
    w.update_root()
    out = io.BytesIO()
    w.write(out)
    return out.getvalue()


def text(der):
    return base64.b64encode(der).decode()
