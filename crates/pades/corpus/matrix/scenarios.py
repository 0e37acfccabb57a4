"""Who signs what, when number, date and seal come, and what receivers do (tables A to H)."""

import io

from acts import (
    annotation, at_once, drawn, filled, leader, new, overlay, received, seal, seal_picture, signed_twice_shown, swapped,
    text_added, unseen)
from drafts import (
    CO_BOX, DEPUTY, DRAFTER, FREE_BOX, INITIALS_BOX, INVALID, PERMITTED, SEAL_BOX, TEXT, UNDECIDED, blank_seal,
    draft, exclude, hierarchical, linearized, prepared, text_field)
from make import ALL, CERTIFY, RECEIVER, SEAL, finish, include, security_store, sign, timestamped
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields


def certified():
    """A: the leader certifies."""
    plain = prepared(draft())
    a1_leader = leader(plain, "p2")
    a1 = seal(filled(a1_leader))
    yield "A1", a1, PERMITTED
    blank = leader(prepared(draft(blank=True)), "p2")
    yield "A2", seal(filled(blank)), PERMITTED
    yield "A2i", seal(filled(blank, in_place=True)), PERMITTED
    yield "A2s", seal(filled(leader(blank_seal(plain), "p2"))), PERMITTED
    yield "A3", seal(filled(leader(prepared(draft(need_appearances=True)), "p2"), appearance=False)), PERMITTED
    yield "A3b", seal(filled(a1_leader, appearance=False)), PERMITTED
    yield "A4", seal(filled(leader(plain, "p1"))), INVALID
    p3 = leader(plain, "p3")
    yield "A5", seal(annotation(p3, "FreeText")), PERMITTED
    yield "A6", seal(annotation(a1_leader, "FreeText")), INVALID
    unprepared = leader(prepared(draft(), seal=False), "p2")
    yield "A7", new(filled(unprepared), SEAL, "ky_condau", CO_BOX), PERMITTED
    yield "A7i", unseen(filled(unprepared), SEAL, "ky_condau"), PERMITTED
    below = prepared(hierarchical(draft(text=())))
    yield "A8", seal(filled(leader(below, "p2"), {"vb.so": "125", "vb.ngay": "05"})), PERMITTED
    yield "A9", seal(filled(a1_leader, read_only=True)), PERMITTED
    a10 = at_once(a1_leader)
    yield "A10", a10, PERMITTED
    locking = leader(prepared(draft(), seal=ALL), "p2")
    a11 = seal(filled(locking))
    yield "A11", a11, PERMITTED
    yield "A11t", timestamped(a11), PERMITTED
    a10l = at_once(locking)
    yield "A10L", a10l, PERMITTED
    yield "A10Lt", timestamped(a10l), PERMITTED
    yield "A10Lg", received(a10l), INVALID
    yield "A12", filled(a1, dict(vb_so="999")), INVALID
    yield "A12l", filled(a11, dict(vb_so="999")), INVALID
    yield "A10Ln", filled(a10l, dict(vb_so="999")), INVALID
    yield "A12s", swapped(a11, "ky_condau"), INVALID
    yield "A10Ls", swapped(a10l, "ky_condau"), INVALID
    yield "A12c", overlay(a11), INVALID
    streams = leader(prepared(draft(stream_xrefs=True), seal=ALL), "p2")
    yield "A13", seal(filled(streams)), PERMITTED
    linear = linearized(prepared(draft(), seal=ALL))
    if linear:
        yield "A13h", seal(filled(leader(linear, "p2"))), PERMITTED
    yield "A16", seal(filled(leader(prepared(draft(tagged=True), seal=ALL), "p2"))), PERMITTED


def approved():
    """B: the leader approves, with locks."""
    def row(lock, seal_lock=None, p=None):
        return leader(prepared(draft(), leader=lock, seal=seal_lock, p=p))
    names = ("vb_so", "vb_ngay", "ky_condau")
    yield "B1", at_once(row(exclude(*names))), PERMITTED
    yield "B1L", at_once(row(exclude(*names), ALL)), PERMITTED
    yield "B2", at_once(row(ALL)), INVALID
    yield "B3", at_once(row(include("ky_lanhdao"))), PERMITTED
    yield "B4", at_once(row(None)), PERMITTED
    yield "B5", at_once(row(exclude(*names), p=fields.MDPPerm.FILL_FORMS)), PERMITTED
    yield "B6", seal(text_added(row(None))), INVALID
    yield "B7", at_once(row(exclude(*names), p=fields.MDPPerm.NO_CHANGES)), INVALID
    approval = row(None)
    yield "C1", seal(annotation(approval, "FreeText")), INVALID
    yield "C2", seal(annotation(approval, "Stamp", content=b"0 0 100 20 re f")), INVALID
    yield "C3", seal(overlay(approval)), INVALID
    outside = prepared(draft(text=()), seal=False)
    d1 = new(leader(outside), SEAL, "ky_so", (130, 738, 170, 753))
    yield "D1", new(d1, SEAL, "ky_condau", SEAL_BOX), PERMITTED
    whole = (0, 0, 595, 842)
    act = b"q 110 0 0 110 300 290 cm /Im Do Q"
    yield "D2", drawn(leader(outside), SEAL, "ky_condau", whole, act, seal_picture), PERMITTED
    yield "D4", signed_twice_shown(leader(outside), SEAL, "ky_condau", SEAL_BOX), INVALID
    yield "D2c", drawn(leader(outside, "p2"), SEAL, "ky_condau", whole, act, seal_picture), INVALID
    initials = prepared(draft(), initials=True, co=True)
    first = sign(initials, DRAFTER, "ky_nhay_a")
    yield "F1", at_once(leader(first, "p2")), INVALID
    both = prepared(draft(), leader=exclude(*names), seal=ALL, initials=True)
    yield "F2", at_once(leader(sign(both, DRAFTER, "ky_nhay_a", **CERTIFY["p2"]))), PERMITTED
    yield "F3", at_once(sign(leader(first), DEPUTY, "ky_dong")), PERMITTED
    yield "F4", at_once(leader(sign(first, DEPUTY, "ky_dong"))), PERMITTED
    raw = sign(draft(text=()), DRAFTER, "ky_nhay_a", new=fields.SigFieldSpec("ky_nhay_a", on_page=0, box=INITIALS_BOX))
    late = IncrementalPdfFileWriter(io.BytesIO(raw))
    for name, box in TEXT:
        text_field(late, name, box)
    yield "F5", at_once(leader(prepared(finish(late)))), INVALID


def profile_h1():
    """H and G: Include locks, fill and seal in one revision, and what receivers do."""
    sealed_names = ("vb_so", "vb_ngay", "ky_lanhdao", "ky_condau")
    def signed_draft(p=None, **how):
        return leader(prepared(draft(**how), leader=include("ky_lanhdao"), seal=include(*sealed_names), p=p))
    h1_leader = signed_draft()
    h1 = at_once(h1_leader)
    h1d, h1t = security_store(h1), timestamped(h1)
    yield "H1", h1, PERMITTED
    yield "H1d", h1d, PERMITTED
    yield "H1t", h1t, PERMITTED
    yield "H1lta", timestamped(h1d), PERMITTED
    yield "H1g", received(h1), PERMITTED
    yield "H1dg", received(h1d), PERMITTED
    yield "H1gt", timestamped(received(h1)), PERMITTED
    yield "H1n", filled(h1, dict(vb_so="999")), INVALID
    yield "H1s", swapped(h1, "ky_lanhdao"), INVALID
    yield "H1e", text_added(h1), INVALID
    yield "H1f", annotation(h1, "FreeText", box=(80, 620, 480, 670)), INVALID
    yield "H1u", filled(h1_leader), UNDECIDED
    h2 = at_once(signed_draft(p=fields.MDPPerm.FILL_FORMS))
    yield "H2", h2, PERMITTED
    yield "H2g", received(h2), PERMITTED
    for kind, how in (("x", dict(stream_xrefs=True)), ("tagged", dict(tagged=True))):
        signed = signed_draft(**how)
        yield f"H1{kind}", at_once(signed), PERMITTED
        yield f"H1{kind}t", timestamped(at_once(signed)), PERMITTED
        yield f"H1{kind}g", received(at_once(signed)), PERMITTED
        yield f"H1{kind}n", filled(at_once(signed), dict(vb_so="999")), INVALID
    p2 = leader(prepared(draft()), "p2")
    a11 = seal(filled(leader(prepared(draft(), seal=ALL), "p2")))
    yield "G1", annotation(a11, "FreeText", box=FREE_BOX), INVALID
    yield "G2", received(at_once(p2)), PERMITTED
    yield "G3", received(a11), INVALID
    closed = leader(prepared(draft(), leader=exclude("vb_so", "vb_ngay", "ky_condau")))
    yield "G4", received(at_once(closed)), INVALID
    closed = leader(prepared(draft(), leader=exclude("vb_so", "vb_ngay", "ky_condau"), seal=ALL))
    yield "G4L", received(at_once(closed)), INVALID
    yield "G6", unseen(a11, RECEIVER, "ky_den"), INVALID
