#!/usr/bin/env python3
"""One task of a peer, measured inside its process: `peer.py verify|sign|page FILE FOLDER-OR-DPI RUNS`.

Prints {"seconds": [one a run], "peak_kib": N}. One run before them is not counted: it imports and fills caches.
What our side leaves out of its time, loading keys and trust and the private key's own work, is left out here too.
"""

import io
import json
import logging
import sys
import time
from pathlib import Path


def main() -> None:
    task, file, argument, runs = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    once = {"verify": verify, "sign": sign, "page": page}[task](file, argument)
    once()
    seconds = [once() for _ in range(int(runs))]
    print(json.dumps({"seconds": seconds, "peak_kib": peak_kib()}))


def verify(file, folder):
    from asn1crypto import crl, x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    read = lambda name: (Path(folder) / name).read_bytes()

    def once() -> float:
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(read("root.cer"))],
            crls=[crl.CertificateList.load(read(name)) for name in ("root.crl", "issuer.crl")],
            allow_fetching=False,
            revocation_mode="require",
        )
        started = time.perf_counter()
        with open(file, "rb") as stream:
            signatures = PdfFileReader(stream).embedded_regular_signatures
            verdicts = [validate_pdf_signature(signature, context).bottom_line for signature in signatures]
        took = time.perf_counter() - started
        assert verdicts and all(verdicts), "pyHanko does not accept the file"
        return took

    return once


def sign(file, folder):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter

    class Timed(signers.SimpleSigner):
        """Keeps the time of the private key's own work."""

        key_seconds = 0.0

        async def async_sign_raw(self, *arguments, **options):
            started = time.perf_counter()
            try:
                return await super().async_sign_raw(*arguments, **options)
            finally:
                Timed.key_seconds += time.perf_counter() - started

    put = lambda name: str(Path(folder) / name)
    signer = Timed.load(put("leader.key.pem"), put("leader.pem"), ca_chain_files=(put("issuer.pem"),))
    metadata = signers.PdfSignatureMetadata(
        field_name="Peer", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )

    def once() -> float:
        stream = io.BytesIO(Path(file).read_bytes())
        Timed.key_seconds = 0.0
        started = time.perf_counter()
        signers.sign_pdf(IncrementalPdfFileWriter(stream), metadata, signer, in_place=True)
        return time.perf_counter() - started - Timed.key_seconds

    return once


def page(file, dpi):
    import pypdfium2

    def once() -> float:
        started = time.perf_counter()
        document = pypdfium2.PdfDocument(file)
        document[0].render(scale=int(dpi) / 72)
        took = time.perf_counter() - started
        document.close()
        return took

    return once


def peak_kib():
    """The same figure as on our side: ru_maxrss would count the process that started this one."""
    with open("/proc/self/status") as status:
        return next((int(line.split()[1]) for line in status if line.startswith("VmHWM:")), None)


if __name__ == "__main__":
    main()
