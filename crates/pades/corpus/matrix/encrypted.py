"""A17: the letter in a file that is encrypted with AES-256. It has an owner's password alone, so that every reader opens
it; with the user's password it is judged in `corpus/others`."""

from acts import at_once, filled, leader, overlay, seal
from drafts import INVALID, PERMITTED, VALID, draft, prepared
from make import ALL, timestamped
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from writers import written_anew

opens = IncrementalPdfFileWriter.__init__


def opens_encrypted(self, *args, **how):
    opens(self, *args, **how)
    if self.prev.security_handler is not None:
        self.encrypt("")


IncrementalPdfFileWriter.__init__ = opens_encrypted


def encrypted():
    # pyHanko writes integrity codes beside it (ISO/TS 32004).
    plain = written_anew(draft(), lambda w: w.encrypt("chu", ""))
    streams = written_anew(draft(stream_xrefs=True), lambda w: w.encrypt("chu", ""), stream_xrefs=True)
    yield "A17x", at_once(leader(prepared(streams))), PERMITTED
    yield "A17_approval", leader(prepared(plain)), VALID
    sealed = at_once(leader(prepared(plain)))
    yield "A17_at_once", sealed, PERMITTED
    yield "A17_at_once_t", timestamped(sealed), PERMITTED
    signed = leader(prepared(plain, seal=ALL), "p2")
    a17 = seal(filled(signed))
    yield "A17", a17, PERMITTED
    yield "A17l", filled(a17, dict(vb_so="999")), INVALID
    yield "A17c", overlay(a17), INVALID
