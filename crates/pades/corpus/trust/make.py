"""Makes the trust corpus: signatures, certificates, lists, answers and timestamps, right and wrong. See README.md beside this file.

Usage: python make.py    (needs pyHanko 0.38, cryptography and asn1crypto; writes into this folder)
"""

import hashlib
import json
import pathlib

from asn1crypto import algos, cms, core, crl as asn1_crl, ocsp as asn1_ocsp, pdf as asn1_pdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID as EKU, ObjectIdentifier as OID

from parts import (Party, archive_stamp, attribute, bits, day, draft, ec_key, embed, indefinite, name, rsa_key, signed_data, stamp, store,
                   text, without_store)

for number in ("14", "15", "16"):
    digest = {"14": "sha3_256", "15": "sha3_384", "16": "sha3_512"}[number]
    algos.SignedDigestAlgorithmId._map["2.16.840.1.101.3.4.3." + number] = digest + "_rsa"
    algos.SignedDigestAlgorithmId._map["2.16.840.1.101.3.4.3." + {"14": "10", "15": "11", "16": "12"}[number]] = digest + "_ecdsa"
algos.SignedDigestAlgorithmId._reverse_map = None

HERE = pathlib.Path(__file__).parent
RIGHT, UNSURE, WRONG, PERMITTED = "valid", "indeterminate", "invalid", "valid_with_permitted_changes"

ROOT = Party(name("Corpus Root"), ca=True)
ISSUER = Party(name("Corpus Issuer"), ROOT, ca=True)
PAGE = draft()
RSA = rsa_key()


def signer(common="Nguyễn Văn Bình", issuer=ISSUER, **more):
    more.setdefault("key", RSA)
    return Party(name(common, "UBND xã An Hòa", "Chủ tịch", "Lãnh đạo"), issuer, **more)


def tsa(**more):
    more = {"purposes": [EKU.TIME_STAMPING], "critical_purposes": True, "issuer": ISSUER, **more}
    return Party(name("Corpus TSA"), key=more.pop("key", ec_key()), **more)


LEADER = signer()
TSA = tsa()
ROOT_CRL = ROOT.crl()
CRLS = [ROOT_CRL, ISSUER.crl()]
PDFS, CASES = {}, []


def pdf(key, data):
    PDFS[key] = data
    return key


def case(title, key, verdict, crls=None, ocsps=(), intermediates=(ISSUER,), roots=(ROOT,), at="2026-11-22", reasons=None,
         warnings=None, level=None, trusted=None):
    """`reasons` and `warnings` must be among those given; `crls=None` are the fresh empty lists of root and issuer."""
    entry = {"name": title, "pdf": key, "verdict": verdict, "at": day(at).strftime("%Y-%m-%dT%H:%M:%SZ"),
             "roots": [text(p.der()) for p in roots], "intermediates": [text(p.der()) for p in intermediates],
             "crls": [text(c) for c in (CRLS if crls is None else crls)], "ocsps": [text(o) for o in ocsps]}
    if reasons is not None:
        entry["reasons"] = reasons
    if warnings is not None:
        entry["warnings"] = warnings
    if level:
        entry["level"] = level
    if trusted is not None:
        entry["trusted"] = trusted
    CASES.append(entry)


def signed(party=LEADER, subfilter="/ETSI.CAdES.detached", claimed="2026-11-04 08:00", base=PAGE, field="ky", **more):
    digest = more.get("digest", "sha256")
    return embed(base, field, lambda hashed: signed_data(party, hashed, **more), subfilter, claimed, digest)


def first_version(der, authority=None):
    made = asn1_crl.CertificateList.load(der)
    made["tbs_cert_list"]["version"] = None
    made["signature"] = bits((authority or ISSUER).sign(made["tbs_cert_list"].dump(force=True)))
    return made.dump(force=True)


def algorithms():
    for title, party, more in [
        ("ed25519", signer(key=ed25519.Ed25519PrivateKey.generate()), {"digest": "sha512"}),
        ("p521", signer(key=ec_key(ec.SECP521R1)), {}),
        ("p521_sha512", signer(key=ec_key(ec.SECP521R1)), {"digest": "sha512"}),
        ("p384_sha256", signer(key=ec_key(ec.SECP384R1)), {}),
        ("p256_sha512", signer(key=ec_key()), {"digest": "sha512"}),
        ("rsa_sha3_256", LEADER, {"digest": "sha3_256"}),
        ("rsa_sha3_512", LEADER, {"digest": "sha3_512"}),
        ("ecdsa_sha3_384", signer(key=ec_key()), {"digest": "sha3_384"}),
        ("rsa_sha224", LEADER, {"digest": "sha224"}),
        ("pss_salt_20", LEADER, {"pss": 20}),
        ("pss_salt_0_sha384", LEADER, {"pss": 0, "digest": "sha384"}),
        ("rsa_3072", signer(key=rsa_key(3072)), {}),
    ]:
        case(f"algorithm {title}", pdf(title, signed(party, **more)), RIGHT, warnings=[], level="B-B")
    beside = signed(signer(key=ed25519.Ed25519PrivateKey.generate()))
    case("Ed25519 beside SHA-256 (RFC 8419 3.1)", pdf("ed25519_beside_sha256", beside), UNSURE, reasons=["algorithm_unsupported"])
    short = signer(key=rsa_key(1024))
    case("RSA with 1024 bits", pdf("rsa_1024", signed(short)), UNSURE, reasons=["weak_key"])
    md5 = pdf("md5", signed(digest="md5", subfilter="/adbe.pkcs7.detached", with_ess=False))
    case("MD5", md5, UNSURE, reasons=["weak_algorithm"])
    sha1 = pdf("sha1_none", signed(digest="sha1", subfilter="/adbe.pkcs7.detached", with_ess=False))
    case("SHA-1 without proof of age", sha1, UNSURE, reasons=["weak_algorithm"])
    stamped = pdf("sha1_2019", signed(digest="sha1", subfilter="/adbe.pkcs7.detached", with_ess=False, claimed="2019-05-01",
                                      unsigned=[stamp(TSA, "2019-05-01")]))
    case("SHA-1 stamped in 2019", stamped, RIGHT, warnings=["weak_algorithm"])
    imprint = pdf("sha1_2019_all", signed(digest="sha1", subfilter="/adbe.pkcs7.detached", with_ess=False, claimed="2019-05-01",
                                          unsigned=[stamp(TSA, "2019-05-01", digest="sha1", signing="sha1")]))
    case("SHA-1 stamped in 2019 with SHA-1", imprint, RIGHT, warnings=["weak_algorithm"])
    late = pdf("sha1_2025", signed(digest="sha1", subfilter="/adbe.pkcs7.detached", with_ess=False, unsigned=[stamp(TSA, "2025-02-01")]))
    case("SHA-1 stamped in 2025", late, UNSURE, reasons=["weak_algorithm"])
    weak_imprint = pdf("imprint_sha1", signed(unsigned=[stamp(TSA, "2026-11-05", digest="sha1")]))
    case("a SHA-1 imprint of 2026 proves no time", weak_imprint, RIGHT, warnings=["timestamp_not_trusted"], level="B-B", trusted=False)
    weak_ca = Party(name("Weak Issuer"), ROOT, ca=True, digest="sha1")
    weakly = signer(issuer=weak_ca)
    case("an issuer certified with SHA-1", pdf("weak_issuer", signed(weakly)), UNSURE, crls=[ROOT_CRL, weak_ca.crl()],
         intermediates=[weak_ca], reasons=["weak_algorithm"])


def containers():
    plain = signed()
    case("plain", pdf("plain", plain), RIGHT, warnings=[], level="B-B")
    case("plain, nothing given", "plain", UNSURE, crls=[], intermediates=[], roots=[], reasons=["no_trusted_root"])
    case("plain, no lists", "plain", UNSURE, crls=[], reasons=["revocation_unknown"])
    case("plain, no issuer", "plain", UNSURE, intermediates=[], reasons=["chain_not_found"])
    chain = pdf("chain_inside", signed(certs=[LEADER, ISSUER, ROOT]))
    case("the chain in the CMS", chain, RIGHT, intermediates=[], warnings=[])
    case("the chain in the CMS with a root that nobody trusts", chain, UNSURE, intermediates=[], roots=[Party(name("Other"), ca=True)])
    none = pdf("no_certificate", signed(certs=[]))
    case("no certificate inside", none, UNSURE, reasons=["signer_certificate_missing"])
    case("no certificate inside, but given", none, RIGHT, intermediates=[ISSUER, LEADER], level="other")
    case("certificates in the store", pdf("in_store", store(signed(certs=[]), certs=[LEADER, ISSUER])), RIGHT, intermediates=[])
    case("named by its key identifier", pdf("by_key_id", signed(by_key_id=True)), RIGHT)
    case("ESS of the first version", pdf("ess_v1", signed(v1=True)), RIGHT, level="B-B")
    case("ESS of another certificate", pdf("ess_wrong", signed(wrong_ess=True)), WRONG, reasons=["signing_certificate_mismatch"])
    case("no ESS in CAdES", pdf("ess_none", signed(with_ess=False)), UNSURE, reasons=["signing_certificate_absent"])
    bare = pdf("adbe_bare", signed(with_ess=False, subfilter="/adbe.pkcs7.detached", signing_time=day("2026-11-04")))
    case("adbe.pkcs7.detached without ESS", bare, RIGHT, level="other")
    dated = pdf("signing_time", signed(signing_time=day("2026-11-04")))
    case("a signing-time attribute is no baseline", dated, RIGHT, level="other")
    case("no /M is no baseline", pdf("undated", signed(claimed=None)), RIGHT, level="other")
    ber = embed(PAGE, "ky", lambda h: indefinite(signed_data(LEADER, h))[0])
    case("indefinite lengths", pdf("ber", ber), RIGHT)
    protection = {"digest_algorithm": {"algorithm": "sha256"}, "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"})}
    case("algorithm protection", pdf("protected", signed(more=[attribute("cms_algorithm_protection", cms.CMSAlgorithmProtection(protection))])), RIGHT)
    other = {**protection, "digest_algorithm": {"algorithm": "sha512"}}
    case("algorithm protection of others", pdf("protected_wrong", signed(more=[attribute("cms_algorithm_protection", cms.CMSAlgorithmProtection(other))])),
         WRONG, reasons=["algorithm_mismatch"])
    case("content inside", pdf("content_inside", signed(content=b"x")), WRONG, reasons=["cms_has_content"])
    case("no signed attributes", pdf("no_attributes", embed(PAGE, "ky", lambda h: signed_data(LEADER, h, attributes=False, content=b""))), WRONG)

    def old(hashed, **more):
        return signed_data(LEADER, hashlib.sha1(hashed).digest(), digest="sha1", content=hashed, with_ess=False, **more)
    case("adbe.pkcs7.sha1", pdf("pkcs7_sha1", embed(PAGE, "ky", old, "/adbe.pkcs7.sha1", digest="sha1")), UNSURE, reasons=["weak_algorithm"])
    aged = embed(PAGE, "ky", lambda h: old(h, unsigned=[stamp(TSA, "2018-03-01")]), "/adbe.pkcs7.sha1", "2018-03-01", "sha1")
    case("adbe.pkcs7.sha1 stamped in 2018", pdf("pkcs7_sha1_2018", aged), RIGHT, warnings=["weak_algorithm"])
    free = embed(PAGE, "ky", lambda h: old(h, attributes=False, unsigned=[stamp(TSA, "2018-03-01")]), "/adbe.pkcs7.sha1", "2018-03-01", "sha1")
    case("adbe.pkcs7.sha1 without attributes", pdf("pkcs7_sha1_free", free), RIGHT, warnings=["weak_algorithm"])
    lying = embed(PAGE, "ky", lambda h: old(hashlib.sha1(b"other").digest()), "/adbe.pkcs7.sha1", digest="sha1")
    case("adbe.pkcs7.sha1 over other bytes", pdf("pkcs7_sha1_lying", lying), WRONG, reasons=["digest_mismatch"])
    strong = embed(PAGE, "ky", lambda h: signed_data(LEADER, hashlib.sha256(h).digest(), content=h, with_ess=False), "/adbe.pkcs7.sha1", digest="sha1")
    case("adbe.pkcs7.sha1, signed with SHA-256", pdf("pkcs7_sha1_strong", strong), UNSURE, reasons=["weak_algorithm"])


def lists():
    stamped = pdf("stamped", signed(unsigned=[stamp(TSA, "2026-11-05")]))
    case("stamped", stamped, RIGHT, warnings=[], level="B-T", trusted=True)
    def both(title, plain_verdict, stamped_verdict, *crls, **more):
        for key, verdict in (("plain", plain_verdict), ("stamped", stamped_verdict)):
            if verdict:
                case(f"{title}, {key}", key, verdict, crls=[ROOT_CRL, *crls], **more)
    both("list overdue", UNSURE, UNSURE, ISSUER.crl(this="2026-09-01", next="2026-10-01"))
    both("revoked before", WRONG, WRONG, ISSUER.crl([(LEADER, "2026-11-01", None, None)]), reasons=["certificate_revoked"])
    both("revoked after", WRONG, RIGHT, ISSUER.crl([(LEADER, "2026-11-10", "key_compromise", None)]))
    both("revoked in the future", RIGHT, RIGHT, ISSUER.crl([(LEADER, "2026-11-25", None, None)]))
    both("revoked on an overdue list", WRONG, None, ISSUER.crl([(LEADER, "2026-09-01", None, None)], this="2026-09-01", next="2026-10-01"))
    both("on hold", UNSURE, UNSURE, ISSUER.crl([(LEADER, "2026-11-01", "certificate_hold", None)]), reasons=["certificate_on_hold"])
    both("held once, free since", RIGHT, RIGHT, ISSUER.crl([(LEADER, "2026-11-01", "certificate_hold", None)], this="2026-11-02", next="2026-11-12"), ISSUER.crl(number=2))
    both("the issuer revoked", WRONG, WRONG, ISSUER.crl(), ROOT.crl([(ISSUER, "2026-11-01", None, None)]), reasons=["issuer_revoked"])
    both("of the first version", RIGHT, RIGHT, first_version(ISSUER.crl(number=None)))
    both("of the first version, revoked", WRONG, None, first_version(ISSUER.crl([(LEADER, "2026-11-01", None, None)], number=None)))
    base = ISSUER.crl(number=5)
    def delta(*revoked, since=5, number=6, **more):
        return ISSUER.crl(revoked, number=number, extensions=[(x509.DeltaCRLIndicator(since), True)], **more)
    both("changes revoke", WRONG, None, base, delta((LEADER, "2026-11-21", None, None)))
    both("changes alone revoke", WRONG, None, delta((LEADER, "2026-11-21", None, None)))
    both("changes alone are silent", UNSURE, None, delta())
    both("changes are silent", RIGHT, RIGHT, base, delta())
    held = ISSUER.crl([(LEADER, "2026-11-01", "certificate_hold", None)], number=5)
    both("changes release", RIGHT, RIGHT, held, delta((LEADER, "2026-11-01", "remove_from_crl", None), this="2026-11-21"))
    both("changes of another list release nothing", UNSURE, None, held, delta((LEADER, "2026-11-01", "remove_from_crl", None), since=6, number=7))

    def scoped(**more):
        point = dict(full_name=None, relative_name=None, only_contains_user_certs=False, only_contains_ca_certs=False,
                     only_some_reasons=None, indirect_crl=False, only_contains_attribute_certs=False)
        return (x509.IssuingDistributionPoint(**{**point, **more}), True)
    both("for users", RIGHT, None, ISSUER.crl(extensions=[scoped(only_contains_user_certs=True)]))
    both("for authorities", UNSURE, None, ISSUER.crl(extensions=[scoped(only_contains_ca_certs=True)]))
    both("for attributes", UNSURE, None, ISSUER.crl(extensions=[scoped(only_contains_attribute_certs=True)]))
    place = [x509.UniformResourceIdentifier("http://crl.example.vn/a.crl")]
    both("of another place", UNSURE, None, ISSUER.crl(extensions=[scoped(full_name=place)]))
    some = frozenset([x509.ReasonFlags.key_compromise])
    both("for some reasons", UNSURE, None, ISSUER.crl(extensions=[scoped(only_some_reasons=some)]))
    rest = frozenset(set(x509.ReasonFlags) - {x509.ReasonFlags.key_compromise, x509.ReasonFlags.unspecified, x509.ReasonFlags.remove_from_crl})
    both("for some and the other reasons", RIGHT, None, ISSUER.crl(extensions=[scoped(only_some_reasons=some)]),
         ISSUER.crl(extensions=[scoped(only_some_reasons=rest)]))
    both("an extension that is not known", UNSURE, None, ISSUER.crl(extensions=[(x509.UnrecognizedExtension(OID("1.3.6.1.4.1.32473.9"), b"\x05\0"), True)]))
    both("by a stranger of the same name", UNSURE, None, ISSUER.crl(key=ec_key()))
    both("by the signer", UNSURE, None, LEADER.crl(issuer=ISSUER))
    apart = Party(name("Corpus Issuer"), ROOT, ca=False, usage=["crl_sign"])
    both("by a key that is not at hand", UNSURE, None, apart.crl())
    case("by a key of its own", "plain", RIGHT, crls=[ROOT_CRL, apart.crl()], intermediates=[ISSUER, apart])
    stranger = Party(name("Corpus Issuer"), Party(name("Corpus Root"), ca=True), usage=["crl_sign"])
    case("by a key that another root certified", "plain", UNSURE, crls=[ROOT_CRL, stranger.crl()], intermediates=[ISSUER, stranger])
    weak = Party(name("Corpus Issuer"), ROOT, ca=False, usage=["digital_signature"])
    case("by a key that may not sign lists", "plain", UNSURE, crls=[ROOT_CRL, weak.crl()], intermediates=[ISSUER, weak])

    lister = Party(name("Corpus Lists"), ROOT, usage=["crl_sign"])
    points = x509.CRLDistributionPoints([x509.DistributionPoint(full_name=place, relative_name=None, reasons=None, crl_issuer=[x509.DirectoryName(lister.name)])])
    indirect = signer(extensions=[(points, False)])
    pdf("indirect", signed(indirect))
    def listed(*revoked, **more):
        return lister.crl(revoked, extensions=[scoped(full_name=place, indirect_crl=True, **more)])
    given = dict(intermediates=[ISSUER, lister])
    case("an indirect list", "indirect", RIGHT, crls=[ROOT_CRL, listed()], **given)
    case("an indirect list revokes", "indirect", WRONG, crls=[ROOT_CRL, listed((indirect, "2026-11-01", None, ISSUER))], **given)
    case("an indirect list revokes another's", "indirect", RIGHT, crls=[ROOT_CRL, listed((indirect, "2026-11-01", None, ROOT))], **given)
    case("an indirect list that does not say so", "indirect", UNSURE, crls=[ROOT_CRL, lister.crl()], **given)
    case("an indirect list that nobody named", "plain", UNSURE, crls=[ROOT_CRL, listed()], **given)


def answers():
    def ask(title, verdict, *ocsps, key="plain", crls=(ROOT_CRL,), **more):
        case(f"OCSP {title}", key, verdict, crls=crls, ocsps=ocsps, **more)
    def responder(**more):
        more = {"issuer": ISSUER, "purposes": [EKU.OCSP_SIGNING], "extensions": [(x509.OCSPNoCheck(), False)], **more}
        return Party(name("Corpus OCSP"), **more)
    good = responder()
    ask("by the issuer", RIGHT, ISSUER.ocsp(LEADER), warnings=[])
    ask("by a delegate", RIGHT, ISSUER.ocsp(LEADER, responder=good))
    ask("by a delegate, by its key", RIGHT, ISSUER.ocsp(LEADER, responder=good, by_key=True))
    ask("by the issuer, by its key, SHA-256", RIGHT, ISSUER.ocsp(LEADER, by_key=True, digest=hashes.SHA256))
    ask("with a nonce", RIGHT, ISSUER.ocsp(LEADER, responder=good, nonce=True))
    ask("revoked", WRONG, ISSUER.ocsp(LEADER, "revoked", since="2026-11-01"), reasons=["certificate_revoked"])
    ask("revoked, and a list that does not know yet", WRONG, ISSUER.ocsp(LEADER, "revoked", since="2026-11-01"), crls=CRLS)
    ask("unknown", UNSURE, ISSUER.ocsp(LEADER, "unknown"), reasons=["revocation_unknown"])
    ask("unknown, and a list that knows", RIGHT, ISSUER.ocsp(LEADER, "unknown"), crls=CRLS)
    ask("about another", UNSURE, ISSUER.ocsp(TSA))
    ask("overdue", UNSURE, ISSUER.ocsp(LEADER, this="2026-11-01", next="2026-11-02"))
    ask("without an end, of today", RIGHT, ISSUER.ocsp(LEADER, this="2026-11-21 12:00", next=None))
    ask("without an end, of last week", UNSURE, ISSUER.ocsp(LEADER, this="2026-11-14", next=None))
    ask("by a delegate for e-mail", UNSURE, ISSUER.ocsp(LEADER, responder=responder(purposes=[EKU.EMAIL_PROTECTION])))
    ask("by a delegate for nothing", UNSURE, ISSUER.ocsp(LEADER, responder=responder(purposes=None)))
    ask("by a delegate of the root", UNSURE, ISSUER.ocsp(LEADER, responder=responder(issuer=ROOT)))
    ask("by a delegate of a stranger", UNSURE, ISSUER.ocsp(LEADER, responder=responder(issuer=Party(name("Corpus Issuer"), ROOT, ca=True, key=ec_key()))))
    ask("by the signer itself", UNSURE, ISSUER.ocsp(LEADER, responder=LEADER))
    ask("by a delegate that expired before", UNSURE, ISSUER.ocsp(LEADER, responder=responder(end="2026-11-01")))
    asked = responder(extensions=[])
    ask("by a delegate that must be asked after", UNSURE, ISSUER.ocsp(LEADER, responder=asked))
    ask("by a delegate that is on no list", RIGHT, ISSUER.ocsp(LEADER, responder=asked), crls=CRLS)
    ask("by a delegate that was revoked", UNSURE, ISSUER.ocsp(LEADER, responder=asked), ISSUER.ocsp(asked, "revoked", since="2026-11-01"))
    ask("held, then good", RIGHT, ISSUER.ocsp(LEADER, "revoked", since="2026-10-01", reason="certificate_hold", this="2026-10-02"), ISSUER.ocsp(LEADER))
    about_tsa = ISSUER.ocsp(TSA, this="2026-11-06", next="2026-12-06")
    ask("of the day after the stamp, overdue now", RIGHT, ISSUER.ocsp(LEADER, this="2026-11-06", next="2026-11-07"), about_tsa, key="stamped", level="B-T")
    ask("revoked after the stamp", RIGHT, ISSUER.ocsp(LEADER, "revoked", since="2026-11-10"), about_tsa, key="stamped", warnings=["certificate_revoked_later"])
    inside = {"ocsp": [asn1_ocsp.OCSPResponse.load(ISSUER.ocsp(LEADER))], "crl": [asn1_crl.CertificateList.load(ROOT_CRL)]}
    archived = signed(subfilter="/adbe.pkcs7.detached", adobe=asn1_pdf.RevocationInfoArchival(inside))
    case("Adobe's revocation values", pdf("adobe_values", archived), RIGHT, crls=[])


def stamps():
    revoked = tsa()
    def stamped(title, verdict, authority, when="2026-11-05", crls=None, party=LEADER, claimed="2026-11-04", at="2026-11-22", intermediates=(ISSUER,),
                reasons=None, warnings=None, level=None, trusted=False, **more):
        key = "tsa_" + title.replace(" ", "_").replace(",", "")
        made = signed(party, claimed=claimed, unsigned=[stamp(authority, when, **more)])
        case(f"timestamp {title}", pdf(key, made), verdict, crls=crls, at=at, intermediates=intermediates, reasons=reasons, warnings=warnings, level=level, trusted=trusted)
    lost = dict(warnings=["timestamp_not_trusted"], level="B-B")
    broken = dict(warnings=["timestamp_broken"], level="B-B")
    stamped("for e-mail", RIGHT, tsa(purposes=[EKU.EMAIL_PROTECTION]), **lost)
    stamped("for two things", RIGHT, tsa(purposes=[EKU.TIME_STAMPING, EKU.EMAIL_PROTECTION]), **lost)
    stamped("for time, not critical", RIGHT, tsa(critical_purposes=False), **lost)
    stamped("for nothing", RIGHT, tsa(purposes=None), **lost)
    stamped("of an authority that expired", RIGHT, tsa(end="2026-11-10"), **lost)
    stamped("before the authority was", RIGHT, tsa(begin="2026-11-10"), **lost)
    stamped("of a stranger", RIGHT, tsa(issuer=Party(name("Corpus Issuer"), ROOT, ca=True)), **lost)
    stamped("of an authority that was robbed", RIGHT, revoked, crls=[ROOT_CRL, ISSUER.crl([(revoked, "2026-11-10", "key_compromise", None)])], **lost)
    stamped("of an authority that closed later", RIGHT, revoked, crls=[ROOT_CRL, ISSUER.crl([(revoked, "2026-11-10", "cessation_of_operation", None)])], trusted=True, level="B-T")
    stamped("of an authority that closed before", RIGHT, revoked, crls=[ROOT_CRL, ISSUER.crl([(revoked, "2026-11-01", "cessation_of_operation", None)])], **lost)
    stamped("over other bytes", RIGHT, TSA, imprint_of=b"other", **broken)
    stamped("with a critical extension", RIGHT, TSA, extension={"extn_id": "1.3.6.1.4.1.32473.9", "critical": True, "extn_value": core.OctetString(b"\x05\0")}, **broken)
    stamped("of tomorrow", RIGHT, TSA, when="2026-11-23", **lost)
    stamped("four minutes ahead", RIGHT, TSA, when="2026-11-22 00:04", trusted=True, level="B-T")
    stamped("of the minutes before the signer's certificate", RIGHT, TSA, when="2026-11-04 23:55", party=signer(begin="2026-11-05"), claimed="2026-11-05", trusted=True, level="B-T")
    stamped("with ESS of another", RIGHT, TSA, wrong_ess=True, **broken)
    stamped("before the signer's certificate", WRONG, TSA, party=signer(begin="2026-11-10"), trusted=True, reasons=["certificate_not_yet_valid"])
    copied = embed(PDFS["plain"], "ky2", lambda h: signed_data(LEADER, h, unsigned=[lambda _: stamp(TSA, "2026-11-05")(b"signature of another")]))
    case("a timestamp copied from another signature", pdf("copied_stamp", copied), PERMITTED, warnings=["timestamp_broken"])


def expired():
    gone = signer(begin="2020-01-01", end="2022-01-01")
    def old(title, verdict, crls, claimed="2021-05-01", unsigned=(), **more):
        key = "expired_" + title.replace(" ", "_").replace(",", "")
        case(f"expired signer {title}", pdf(key, signed(gone, claimed=claimed, unsigned=list(unsigned))), verdict, crls=[ROOT_CRL, *crls], **more)
    lasting = ISSUER.crl(this="2021-06-01", next="2030-01-01")
    fresh = ISSUER.crl()
    kept = ISSUER.crl(extensions=[(x509.UnrecognizedExtension(OID("2.5.29.60"), b"\x18\x0f20150101000000Z"), False)])
    old("without stamp, a list that still covers it", RIGHT, [lasting], warnings=["certificate_expired"])
    old("without stamp, a list that remembers", RIGHT, [kept], warnings=["certificate_expired"])
    old("without stamp, a list of today", UNSURE, [fresh], reasons=["revocation_unknown"])
    old("claimed after its end", UNSURE, [lasting], claimed="2023-01-01", reasons=["certificate_expired"])
    old("claimed never", UNSURE, [lasting], claimed=None, reasons=["certificate_expired"])
    in_time, too_late = stamp(TSA, "2021-05-01"), stamp(TSA, "2023-01-01")
    both = ISSUER.crl(this="2021-06-01", next="2021-07-01")
    old("stamped, a list of the month after", RIGHT, [both, lasting], unsigned=[in_time], level="B-T", warnings=[])
    old("stamped, a list of today", UNSURE, [fresh], unsigned=[in_time], reasons=["revocation_unknown"])
    old("stamped after its end", UNSURE, [lasting], unsigned=[too_late], reasons=["certificate_expired"])
    listed = ISSUER.crl([(gone, "2021-04-01", None, None)], this="2021-06-01", next="2030-01-01")
    old("stamped after it was revoked", WRONG, [listed], unsigned=[in_time], reasons=["certificate_revoked"])


def archives():
    long_ago = dict(begin="2018-01-01", end="2022-01-01")
    gone, old_tsa = signer(**long_ago), tsa(**long_ago)
    mid_tsa = tsa(begin="2020-01-01", end="2025-01-01")
    evidence = dict(certs=[gone, ISSUER, old_tsa], crls=[ROOT.crl(this="2020-06-01", next="2020-08-01"), ISSUER.crl(this="2020-06-01", next="2020-08-01")])
    base = signed(gone, claimed="2020-05-01", unsigned=[stamp(old_tsa, "2020-05-01")])
    lt = store(base, **evidence)
    fresh = [ROOT.crl(), ISSUER.crl()]
    case("archive: expired with its timestamp", pdf("archive_lt", lt), UNSURE, crls=fresh, intermediates=[], level="B-B")
    first = archive_stamp(lt, mid_tsa, "2020-06-15", "luu1")
    case("archive: its timestamp too", pdf("archive_one", first), UNSURE, crls=fresh, intermediates=[])
    more = store(first, certs=[gone, ISSUER, old_tsa, mid_tsa], crls=evidence["crls"] + [ROOT.crl(this="2024-06-01", next="2024-07-01", number=9), ISSUER.crl(this="2024-06-01", next="2024-07-01", number=9)])
    second = archive_stamp(more, TSA, "2024-06-15", "luu2", certs=[TSA, ISSUER])
    case("archive: refreshed in time", pdf("archive_two", second), RIGHT, crls=fresh, intermediates=[], level="B-LTA", trusted=True, warnings=[])
    case("archive: no lists of today", "archive_two", UNSURE, crls=[], intermediates=[])
    dropped = without_store(second)
    case("archive: the store dropped", pdf("archive_dropped", dropped), RIGHT, crls=fresh, intermediates=[])
    now = store(signed(unsigned=[stamp(TSA, "2026-11-05")]), certs=[LEADER, ISSUER, TSA], crls=CRLS)
    case("long term", pdf("long_term", now), RIGHT, crls=[], intermediates=[], level="B-LT", warnings=[])
    case("long term, archived", pdf("long_term_archive", archive_stamp(now, TSA, "2026-11-21", "luu")), RIGHT, crls=[], intermediates=[], level="B-LTA", warnings=[])
    early = archive_stamp(signed(), TSA, "2026-11-06", "luu")
    case("a document timestamp alone", pdf("document_stamp", early), RIGHT, level="B-T", trusted=True)
    part = store(signed(unsigned=[stamp(TSA, "2026-11-05")]), certs=[LEADER, ISSUER, TSA], crls=CRLS[:1])
    case("half a store", pdf("half_store", part), RIGHT, level="B-T")
    wrong = archive_stamp(signed(), tsa(purposes=[EKU.EMAIL_PROTECTION]), "2026-11-06", "luu")
    case("a document timestamp that is not trusted", pdf("document_stamp_wrong", wrong), RIGHT, level="B-B", warnings=["timestamp_not_trusted"])
    answered = store(signed(unsigned=[stamp(TSA, "2026-11-05")]), certs=[LEADER, ISSUER, TSA], crls=CRLS[:1], ocsps=[ISSUER.ocsp(LEADER), ISSUER.ocsp(TSA)])
    case("long term by OCSP", pdf("long_term_ocsp", answered), RIGHT, crls=[], intermediates=[], level="B-LT")


def paths():
    def path(title, verdict, party, above=(ISSUER,), crls=None, roots=(ROOT,), **more):
        key = "path_" + title.replace(" ", "_").replace(",", "")
        lists = CRLS + [p.crl() for p in above if p is not ISSUER] if crls is None else crls
        case(f"path {title}", pdf(key, signed(party)), verdict, crls=lists, intermediates=above, roots=roots, **more)
    path("for servers", UNSURE, signer(purposes=[EKU.SERVER_AUTH]), reasons=["key_usage_wrong"])
    path("for e-mail", RIGHT, signer(purposes=[EKU.CLIENT_AUTH, EKU.EMAIL_PROTECTION]), warnings=[])
    path("for documents", RIGHT, signer(purposes=[OID("1.3.6.1.5.5.7.3.36")]))
    path("for time", UNSURE, signer(purposes=[EKU.TIME_STAMPING]), reasons=["key_usage_wrong"])
    path("for encryption", UNSURE, signer(usage=["key_encipherment"]), reasons=["key_usage_wrong"])
    path("for commitment alone", RIGHT, signer(usage=["content_commitment"]))
    path("an extension that is not known", UNSURE, signer(extensions=[(x509.UnrecognizedExtension(OID("1.3.6.1.4.1.32473.9"), b"\x05\0"), True)]), reasons=["chain_not_understood"])
    no_ca = signer("Người ký khác", usage=["digital_signature", "key_cert_sign", "crl_sign"])
    path("under a person", UNSURE, signer(issuer=no_ca), above=[ISSUER, no_ca], reasons=["chain_constraint"])
    unsigning = Party(name("Sub"), ISSUER, ca=True, usage=["crl_sign"])
    path("under one that may not certify", UNSURE, signer(issuer=unsigning), above=[ISSUER, unsigning])
    short = Party(name("Short"), ROOT, ca=True, path_length=0)
    below = Party(name("Below"), short, ca=True)
    path("too long", UNSURE, signer(issuer=below), above=[short, below], reasons=["chain_constraint"])
    def constrained(permitted=None, excluded=None):
        return Party(name("Constrained"), ROOT, ca=True, extensions=[(x509.NameConstraints(permitted, excluded), True)])
    here = x509.DirectoryName(x509.Name(list(name("x", "UBND xã An Hòa"))[:2]))
    other = x509.DirectoryName(x509.Name(list(name("x", "Ai đó"))[:2]))
    for title, verdict, authority in [("inside its names", RIGHT, constrained([here])), ("outside its names", UNSURE, constrained([other])),
                                      ("among excluded names", UNSURE, constrained(None, [here]))]:
        path(title, verdict, signer(issuer=authority), above=[authority])
    mail = lambda text: [(x509.SubjectAlternativeName([x509.RFC822Name(text)]), False)]
    upn = lambda text: [(x509.SubjectAlternativeName([x509.OtherName(OID("1.3.6.1.4.1.311.20.2.3"), b"\x0c" + bytes([len(text)]) + text.encode())]), False)]
    mails = constrained([x509.RFC822Name("example.vn")])
    path("mail inside", RIGHT, signer(issuer=mails, extensions=mail("an@example.vn")), above=[mails])
    path("mail outside", UNSURE, signer(issuer=mails, extensions=mail("an@elsewhere.vn")), above=[mails])
    upns = constrained([x509.OtherName(OID("1.3.6.1.4.1.311.20.2.3"), b"\x0c\x0aexample.vn")])
    path("principal inside", RIGHT, signer(issuer=upns, extensions=upn("an@example.vn")), above=[upns])
    path("principal outside", UNSURE, signer(issuer=upns, extensions=upn("an@elsewhere.vn")), above=[upns])
    own = Party(name("Tự ký"), key=RSA)
    path("self-signed", UNSURE, own, reasons=["chain_not_found"])
    path("self-signed and trusted", RIGHT, own, roots=[own])
    direct = signer(issuer=ROOT)
    path("directly under the root", RIGHT, direct, above=[])
    path("the issuer itself trusted", RIGHT, signer(), above=[], roots=[ISSUER])
    twin = Party(name("Corpus Issuer"), ROOT, ca=True, key=ISSUER.key, begin="2015-01-01", end="2020-01-01")
    path("with an older certificate of the issuer before", RIGHT, signer(), above=[twin, ISSUER], warnings=[])
    one, two = Party(name("One"), ROOT, ca=True), Party(name("Two"), ROOT, ca=True)
    across = [Party(name("One"), two, ca=True, key=one.key), Party(name("Two"), one, ca=True, key=two.key)]
    path("through certificates that go in circles", UNSURE, signer(issuer=one), above=across, crls=CRLS, reasons=["chain_not_found"])
    path("through circles with a way out", RIGHT, signer(issuer=one), above=[*across, one, two], crls=[*CRLS, one.crl(), two.crl()])
    policies = lambda *oids: (x509.CertificatePolicies([x509.PolicyInformation(OID(o), None) for o in oids]), False)
    demand = (x509.PolicyConstraints(0, None), True)
    demanding = Party(name("Demanding"), ROOT, ca=True, extensions=[demand, policies("1.3.6.1.4.1.32473.1")])
    path("a policy that is demanded", RIGHT, signer(issuer=demanding, extensions=[policies("1.3.6.1.4.1.32473.1")]), above=[demanding])
    path("another policy than is demanded", UNSURE, signer(issuer=demanding, extensions=[policies("1.3.6.1.4.1.32473.2")]), above=[demanding], reasons=["chain_constraint"])
    path("no policy where one is demanded", UNSURE, signer(issuer=demanding), above=[demanding])
    future = signer(begin="2026-12-01")
    path("not valid yet", UNSURE, future, reasons=["certificate_not_yet_valid"])


def main():
    for part in (algorithms, containers, lists, answers, stamps, expired, archives, paths):
        part()
    for old in HERE.glob("*.pdf"):
        old.unlink()
    for key, data in PDFS.items():
        (HERE / f"{key}.pdf").write_bytes(data)
    (HERE / "cases.json").write_text(json.dumps(CASES, indent=1, ensure_ascii=False) + "\n")


main()
