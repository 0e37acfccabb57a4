"""Makes the scenario matrix: who signs what, who changes what afterwards, and the verdict that each file must get.

Usage: python matrix FOLDER    (needs pyHanko 0.38 and cryptography; qpdf for one file)

Each row is one file: its id, the verdict by the contract of the report, and pyHanko's own opinion beside it.
The test `verifying::matrix` runs this and judges every file; nothing of it is committed.
"""

import json
import logging
import multiprocessing
import pathlib
import sys
from concurrent import futures

import drafts  # finds `make`
import encrypted
import forms
import kinds
import make
import ministry
import scenarios
import vendors
import writers
from asn1crypto import pem

# Where pyHanko has no rule, comparing says nothing: it permits no visible field after a certification
# and no comment at all (one file each stands for that in `exceptions.json`), does not compare values
# with looks, and refuses what most writers touch beside a signature.
NOT_COMPARED = {
    ministry.ministry: {"M3"}, ministry.annotated: {"EAA_Text"}, writers.writers: set(), forms.forms: set(),
    vendors.market: set(vendors.APPROVED)}


def made(group, folder):
    """Writes the files of a group; its rows."""
    matrix = {}
    for name, data, verdict in group():
        (folder / f"{name}.pdf").write_bytes(data)
        matrix[name] = {"verdict": verdict}
        if name in NOT_COMPARED.get(group, {name}):
            matrix[name]["pyhanko"] = make.second_opinion(data)
    return matrix


def main(folder):
    folder = pathlib.Path(folder)
    groups = (
        kinds.tables, kinds.streams, kinds.tagged, writers.writers, forms.forms, scenarios.certified,
        scenarios.approved, scenarios.profile_h1, ministry.ministry, ministry.annotated,
        encrypted.encrypted, vendors.market)
    matrix = {}
    # A fork has the same keys.
    with futures.ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as workers:
        for rows in workers.map(made, groups, [folder] * len(groups)):
            matrix.update(rows)
    (folder / "matrix.json").write_text(json.dumps(matrix, ensure_ascii=False))
    (folder / "root.pem").write_bytes(pem.armor("CERTIFICATE", make.ROOT.der()))
    (folder / "issuer.pem").write_bytes(pem.armor("CERTIFICATE", make.ISSUER.der()))
    crls = (pem.armor("X509 CRL", party.crl()) for party in (make.ROOT, make.ISSUER))
    (folder / "crls.pem").write_bytes(b"".join(crls))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main(sys.argv[1])
