#!/usr/bin/env python3
"""Judge the signatures of a PDF by pyHanko, with its default difference policy and nothing fetched.

Prints one JSON object a line for each signature, in the order of signing; of several files an array a line for each
file. Exits 0 if every signature is intact,
valid, trusted and followed by permitted changes only; 1 if one is not or there is none; 2 if the file cannot be
judged. Without a CRL no certificate is trusted, not even one that names no place to fetch it from.
"""

import argparse
import json
import logging
import sys
from datetime import datetime

from asn1crypto import crl, pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext


def main() -> int:
    options = arguments()
    logging.disable(logging.CRITICAL)  # the verdict is on standard output, pyHanko's own tale is not asked for
    if options.ltv:
        return long_term(options)
    context = ValidationContext(
        trust_roots=certificates(options.root),
        other_certs=certificates(options.intermediate),
        crls=[der for path in options.crl for der in load(path, crl.CertificateList)],
        allow_fetching=False,
        revocation_mode="require",
        moment=options.at,
    )
    if len(options.pdf) == 1:
        verdicts = judge_file(options.pdf[0], context)
        for verdict in verdicts:
            print(json.dumps(verdict, ensure_ascii=False))
        return status_of(verdicts)
    files = [judge_file(pdf, context) for pdf in options.pdf]
    for verdicts in files:
        print(json.dumps(verdicts, ensure_ascii=False))
    return max(status_of(verdicts) for verdicts in files)


def judge_file(pdf, context) -> list:
    with open(pdf, "rb") as file:
        try:
            signatures = PdfFileReader(file).embedded_regular_signatures
        except Exception as fault:  # whatever pyHanko stumbles over, the file is not judged
            return [{"error": f"{type(fault).__name__}: {fault}"}]
        return [judge(signature, context) for signature in signatures]


def status_of(verdicts) -> int:
    if any("ok" not in verdict for verdict in verdicts):
        return 2
    return 0 if verdicts and all(verdict["ok"] for verdict in verdicts) else 1


def long_term(options) -> int:
    """By the security store of the file itself: nothing but the roots comes from outside."""
    roots = certificates(options.root)
    verdicts = []
    with open(options.pdf[0], "rb") as file:
        reader = PdfFileReader(file)
        store = DocumentSecurityStore.read_dss(reader)

        def context():
            settings = {"trust_roots": roots, "allow_fetching": False, "revocation_mode": "require"}
            return store.as_validation_context(settings)

        archived = []
        for stamp in reader.embedded_timestamp_signatures:
            status = validate_pdf_timestamp(stamp, context())
            archived.append(bool(status.intact and status.valid and status.trusted))
        for signature in reader.embedded_regular_signatures:
            verdict = {**judge(signature, context()), "document_timestamps": archived}
            status = validate_pdf_signature(signature, signer_validation_context=context())
            stamp = status.timestamp_validity
            verdict["timestamp"] = bool(stamp and stamp.intact and stamp.valid and stamp.trusted)
            verdicts.append(verdict)
    for verdict in verdicts:
        print(json.dumps(verdict, ensure_ascii=False))
    return 0 if verdicts and all(verdict["ok"] and verdict["timestamp"] for verdict in verdicts) else 1


def judge(signature, context) -> dict:
    try:
        status = validate_pdf_signature(signature, signer_validation_context=context)
    except Exception as fault:  # an exception is a refusal, never a pass
        return {"field": signature.field_name, "ok": False, "error": f"{type(fault).__name__}: {fault}"}
    level = status.modification_level
    return {
        "field": signature.field_name,
        "ok": bool(status.bottom_line),
        "intact": bool(status.intact),
        "valid": bool(status.valid),
        "trusted": bool(status.trusted),
        "revoked": bool(status.revoked),
        "coverage": status.coverage.name,
        "modification_level": level.name if level is not None else None,
        "docmdp_ok": status.docmdp_ok,
        "signer": status.signing_cert.subject.human_friendly,
        "md_algorithm": status.md_algorithm,
        "mechanism": status.pkcs7_signature_mechanism,
        "claimed_time": str(status.signer_reported_dt) if status.signer_reported_dt else None,
        "summary": status.summary(),
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pdf", nargs="+")
    parser.add_argument("--root", action="append", default=[], help="trusted root, PEM or DER")
    parser.add_argument("--intermediate", action="append", default=[], help="other certificate, PEM or DER")
    parser.add_argument("--crl", action="append", default=[], help="revocation list, PEM or DER")
    parser.add_argument("--ltv", action="store_true", help="judge by the evidence in the file alone, offline")
    parser.add_argument("--at", type=datetime.fromisoformat, help="moment of judging, RFC 3339; now if left out")
    return parser.parse_args()


def certificates(paths):
    return [certificate for path in paths for certificate in load(path, x509.Certificate)]


def load(path, kind):
    with open(path, "rb") as file:
        data = file.read()
    if pem.detect(data):
        return [kind.load(der) for _, _, der in pem.unarmor(data, multiple=True)]
    return [kind.load(data)]


if __name__ == "__main__":
    sys.exit(main())
