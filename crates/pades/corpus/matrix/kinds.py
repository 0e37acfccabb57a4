"""Levels, algorithms and kinds of cross-reference."""

from acts import at_once, leader, new, overlay
from cryptography.hazmat.primitives.asymmetric import rsa
from drafts import FREE_BOX, INVALID, PERMITTED, VALID, draft, prepared
import make
from make import CERTIFY, timestamped


def kinds(base, **how):
    """Levels and algorithms on one kind of draft: a signature, then what comes after it."""
    plain = prepared(draft(**how))
    for name, act in (
            ("pades", {}), ("adbe", dict(pades=False)), ("pss", dict(pss=True)), ("sha384", dict(md="sha384")),
            ("sha512", dict(md="sha512")), ("bt", dict(stamp=make.STAMPER)), ("unseen", dict(style=False)),
            ("p2", CERTIFY["p2"])):
        signed = leader(plain, **act)
        sealed = at_once(signed)
        yield f"K_{base}_{name}", signed, VALID
        yield f"K_{base}_{name}_t", timestamped(signed), VALID
        yield f"K_{base}_{name}_seal", sealed, PERMITTED
        yield f"K_{base}_{name}_seal_t", timestamped(sealed), PERMITTED
        yield f"K_{base}_{name}_page", overlay(signed), INVALID
    signed = leader(plain, "p1")
    yield f"K_{base}_p1", signed, VALID
    yield f"K_{base}_p1_t", timestamped(signed), VALID
    yield f"K_{base}_p1_seal", at_once(signed), INVALID


def tables():
    yield from kinds("t")
    # The longest salt that fits, as signers take it: 350 bytes.
    large = make.Party(make.subject("Tran Van Cuong"), make.ISSUER, key=rsa.generate_private_key(65537, 3072))
    yield "K_pss_3072", new(draft(), large, "ky", FREE_BOX, pss=True), VALID
    yield "K_junk", leader(prepared(draft())) + b"0" * 200, INVALID


def streams():
    yield from kinds("x", stream_xrefs=True)


def tagged():
    yield from kinds("s", tagged=True)
