"""Makes the scenario matrix: who signs what, who changes what afterwards, and the verdict that each file must get.

Usage: python matrix.py FOLDER    (needs pyHanko 0.38 and cryptography; qpdf for one file)

Each row is one file: its id, the verdict by the contract of the report, and pyHanko's own opinion beside it.
The test `verify_matrix` runs this and judges every file; nothing of it is committed.
"""

import io
import json
import logging
import pathlib
import shutil
import subprocess
import sys
import tempfile

from asn1crypto import pem
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

import make
from make import ALL, CERTIFY, LEADER, NAME, RECEIVER, SEAL, finish, include, security_store, sign, timestamped

VALID, PERMITTED, INVALID, UNDECIDED = "valid", "valid_with_permitted_changes", "invalid", "indeterminate"
NUMBERS = dict(vb_so="125", vb_ngay="05")
TEXT = (("vb_so", (130, 738, 170, 753)), ("vb_ngay", (400, 738, 420, 753)))
INITIALS_BOX, LEADER_BOX, SEAL_BOX = (500, 440, 540, 460), (380, 300, 500, 370), (310, 290, 420, 400)
FREE_BOX, CO_BOX = (40, 780, 140, 830), (100, 300, 200, 370)
CLERK = make.Party(make.subject("PHÒNG VĂN THƯ", "Bộ Y tế"), make.ISSUER)
DRAFTER = make.Party(make.subject("Trần Thị Mai", "Bộ Y tế", "Chuyên viên"), make.ISSUER)
DEPUTY = make.Party(make.subject("Lê Văn An", "Bộ Y tế", "Thứ trưởng"), make.ISSUER)

# A forger does not ask whether he may: pyHanko refuses to write what a certification forbids.
signers.PdfSigner._enforce_certification_constraints = lambda *_: None


def numbers(*items):
    return generic.ArrayObject(map(generic.FloatObject, items))


# ---- drafts ----

LINES = (
    (100, 741, "So:"), (176, 741, "/UBND-VP"), (330, 741, "An Hoa, ngay"), (424, 741, "thang 11 nam 2026"),
    (85, 650, "Uy ban nhan dan xa An Hoa de nghi cu can bo tham du cuoc hop ve viec duy tu tuyen duong,"),
    (85, 631, "kinh phi ho tro la 1.000.000.000 dong va thong bao cho cac thon duoc biet."),
    (408, 410, "CHU TICH"), (392, 282, "Nguyen Van Binh"))


def draft(stream_xrefs=False, text=TEXT, tagged=False, need_appearances=False, blank=False, lines=LINES):
    w = writer.PdfFileWriter(stream_xrefs=stream_xrefs)
    font = w.add_object(generic.DictionaryObject({
        NAME("/Type"): NAME("/Font"), NAME("/Subtype"): NAME("/Type1"), NAME("/BaseFont"): NAME("/Times-Roman")}))
    content = "".join(f"BT /F1 13 Tf {x} {y} Td ({line}) Tj ET\n" for x, y, line in lines)
    if tagged:
        content = "/P <</MCID 0>> BDC " + content + " EMC"
    page = writer.PageObject(
        contents=w.add_object(generic.StreamObject(stream_data=content.encode())), media_box=numbers(0, 0, 595, 842),
        resources=generic.DictionaryObject({NAME("/Font"): generic.DictionaryObject({NAME("/F1"): font})}))
    w.insert_page(page)
    if tagged:
        tag(w)
    for name, box in text:
        text_field(w, name, box, blank=blank)
    if need_appearances:
        w.root["/AcroForm"]["/NeedAppearances"] = generic.BooleanObject(True)
    out = io.BytesIO()
    w.write(out)
    return out.getvalue()


def tag(w):
    """A structure tree as LibreOffice writes one: document, paragraph, parent tree."""
    page_ref = w.find_page_for_modification(0)[0]
    tree = generic.DictionaryObject({NAME("/Type"): NAME("/StructTreeRoot")})
    tree_ref = w.add_object(tree)
    document = generic.DictionaryObject({
        NAME("/Type"): NAME("/StructElem"), NAME("/S"): NAME("/Document"), NAME("/P"): tree_ref})
    document_ref = w.add_object(document)
    paragraph = w.add_object(generic.DictionaryObject({
        NAME("/Type"): NAME("/StructElem"), NAME("/S"): NAME("/P"), NAME("/P"): document_ref,
        NAME("/Pg"): page_ref, NAME("/K"): generic.ArrayObject([generic.NumberObject(0)])}))
    document["/K"] = generic.ArrayObject([paragraph])
    tree["/K"] = generic.ArrayObject([document_ref])
    tree["/ParentTree"] = w.add_object(generic.DictionaryObject({NAME("/Nums"): generic.ArrayObject(
        [generic.NumberObject(0), generic.ArrayObject([paragraph])])}))
    tree["/ParentTreeNextKey"] = generic.NumberObject(1)
    page_ref.get_object()["/StructParents"] = generic.NumberObject(0)
    w.root["/StructTreeRoot"] = tree_ref
    w.root["/MarkInfo"] = generic.DictionaryObject({NAME("/Marked"): generic.BooleanObject(True)})


def form_of(w):
    if "/AcroForm" not in w.root:
        w.root["/AcroForm"] = w.add_object(generic.DictionaryObject({NAME("/Fields"): generic.ArrayObject()}))
        w.update_root()
    return w.root["/AcroForm"]


def annotate(w, ref, page=0):
    page = w.find_page_for_modification(page)[0].get_object()
    page.setdefault("/Annots", generic.ArrayObject()).append(ref)
    w.update_container(page)


def widget(w, box, **more):
    page_ref = w.find_page_for_modification(0)[0]
    return generic.DictionaryObject({
        NAME("/Type"): NAME("/Annot"), NAME("/Subtype"): NAME("/Widget"), NAME("/F"): generic.NumberObject(4),
        NAME("/P"): page_ref, NAME("/Rect"): numbers(*box), **{NAME("/" + key): value for key, value in more.items()}})


def text_field(w, name, box, blank=False, **more):
    field = widget(
        w, box, FT=NAME("/Tx"), T=generic.TextStringObject(name), DA=generic.TextStringObject("/F1 13 Tf 0 g"), **more)
    if blank:
        field["/AP"] = generic.DictionaryObject({NAME("/N"): w.add_object(form_xobject(w, box, b""))})
    ref = w.add_object(field)
    annotate(w, ref)
    form = form_of(w)
    form["/Fields"].append(ref)
    w.update_container(form)
    return ref


def form_xobject(w, box, content, **resources):
    return generic.StreamObject({
        NAME("/Type"): NAME("/XObject"), NAME("/Subtype"): NAME("/Form"),
        NAME("/BBox"): numbers(0, 0, box[2] - box[0], box[3] - box[1]),
        NAME("/Resources"): generic.DictionaryObject({NAME("/" + k): v for k, v in resources.items()})},
        stream_data=content)


def hierarchical(data):
    """Parent `vb` with the kids `so` and `ngay`."""
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    parent = generic.DictionaryObject({NAME("/T"): generic.TextStringObject("vb"), NAME("/FT"): NAME("/Tx")})
    parent_ref = w.add_object(parent)
    kids = generic.ArrayObject()
    for name, box in TEXT:
        kid = w.add_object(widget(
            w, box, T=generic.TextStringObject(name[3:]), Parent=parent_ref,
            DA=generic.TextStringObject("/F1 13 Tf 0 g")))
        annotate(w, kid)
        kids.append(kid)
    parent["/Kids"] = kids
    form = form_of(w)
    form["/Fields"].append(parent_ref)
    w.update_container(form)
    return finish(w)


def prepared(data, leader=None, seal=None, initials=None, co=None, p=None):
    """Adds the signature fields. Locks are `FieldMDPSpec`s, `False` leaves a field out; `p` is /P of every lock."""
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    for name, box, lock in (
            ("ky_lanhdao", LEADER_BOX, leader), ("ky_condau", SEAL_BOX, seal),
            ("ky_nhay_a", INITIALS_BOX, initials or False), ("ky_dong", CO_BOX, co or False)):
        if lock is not False:
            lock = None if lock is True else lock
            fields.append_signature_field(w, fields.SigFieldSpec(
                name, on_page=0, box=box, field_mdp_spec=lock, doc_mdp_update_value=p))
    return finish(w)


def exclude(*names):
    return fields.FieldMDPSpec(fields.FieldMDPAction.EXCLUDE, fields=list(names))


# ---- acts ----

def look(w, text, box=(0, 0, 40, 15)):
    font = w.add_object(generic.DictionaryObject({
        NAME("/Type"): NAME("/Font"), NAME("/Subtype"): NAME("/Type1"), NAME("/BaseFont"): NAME("/Times-Roman")}))
    return form_xobject(
        w, box, b"/Tx BMC q BT /F1 13 Tf 2 3 Td (" + text.encode() + b") Tj ET Q EMC",
        Font=generic.DictionaryObject({NAME("/F1"): font}))


def fill_in(w, values, appearance=True, read_only=False, in_place=False):
    def visit(refs, prefix):
        for ref in refs:
            field = ref.get_object()
            name = prefix + str(field.get("/T", ""))
            visit(field.get("/Kids", ()), name + ".")
            if name not in values:
                continue
            field["/V"] = generic.TextStringObject(values[name])
            if read_only:
                field["/Ff"] = generic.NumberObject(int(field.get("/Ff", 0)) | 1)
            if in_place:
                stream = field["/AP"]["/N"]
                stream._data, stream._encoded_data = look(w, values[name]).data, None
                stream["/Resources"] = look(w, values[name])["/Resources"]
                w.update_container(stream)
            elif appearance:
                field["/AP"] = generic.DictionaryObject({NAME("/N"): w.add_object(look(w, values[name]))})
            w.update_container(field)
    visit(w.root["/AcroForm"]["/Fields"], "")


def filled(data, values=None, **how):
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    fill_in(w, NUMBERS if values is None else values, **how)
    return finish(w)


def annotation(data, subtype, box=(100, 500, 200, 520), content=b"", **more):
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    note = widget(w, box, Contents=generic.TextStringObject("y kien"), **more)
    note["/Subtype"] = NAME("/" + subtype)
    if subtype == "FreeText":
        note["/DA"] = generic.TextStringObject("/F1 12 Tf")
    if content:
        note["/AP"] = generic.DictionaryObject({NAME("/N"): w.add_object(form_xobject(w, box, content))})
    annotate(w, w.add_object(note))
    return finish(w)


def overlay(data):
    """Draws over the page by a further content stream."""
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    page = w.find_page_for_modification(0)[0].get_object()
    more = w.add_object(generic.StreamObject(stream_data=b"1 g 80 620 400 40 re f"))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), more])
    w.update_container(page)
    return finish(w)


def swapped(data, field):
    """Gives a signed field another appearance."""
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    for ref in w.root["/AcroForm"]["/Fields"]:
        found = ref.get_object()
        if found.get("/T") == field:
            found["/AP"] = generic.DictionaryObject({NAME("/N"): w.add_object(look(w, "999"))})
            w.update_container(found)
    return finish(w)


def text_added(data):
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    text_field(w, "vb_moi", (130, 700, 170, 715), V=generic.TextStringObject("999"))
    return finish(w)


def new(data, party, field, box, **how):
    """Signs in a field that nobody prepared."""
    return sign(data, party, field, new=fields.SigFieldSpec(field, on_page=0, box=box), **how)


def unseen(data, party, field):
    return sign(data, party, field, new=fields.SigFieldSpec(field), style=False)


def leader(data, p=None, **how):
    return sign(data, LEADER, "ky_lanhdao", **(CERTIFY[p] if p else {}), **how)


def seal(data, **how):
    return sign(data, SEAL, "ky_condau", **how)


def received(data):
    return new(data, RECEIVER, "ky_den", FREE_BOX)


def marked(w, name, box, content):
    """A new signature field whose appearance is `content`, unsigned."""
    field = widget(w, box, FT=NAME("/Sig"), T=generic.TextStringObject(name))
    field["/F"] = generic.NumberObject(132)
    field["/AP"] = generic.DictionaryObject({
        NAME("/N"): w.add_object(form_xobject(w, box, content))})
    ref = w.add_object(field)
    annotate(w, ref)
    form = form_of(w)
    form["/Fields"].append(ref)
    w.update_container(form)


class Drawn:
    """An appearance of our own, as vendors' signers draw them, in the place of pyHanko's."""

    def __init__(self, content, resources=None):
        self.content, self.resources = content, resources

    def create_stamp(self, w, box, _):
        resources = self.resources(w) if self.resources else {}
        self.normal = w.add_object(form_xobject(w, (0, 0, box.width, box.height), self.content, **resources))
        return self

    def apply_appearance(self, widget):
        widget["/AP"] = generic.DictionaryObject({NAME("/N"): self.normal})


def drawn(data, party, name, box, content, resources=None):
    """Signs in a new field with an appearance of our own."""
    meta = signers.PdfSignatureMetadata(field_name=name, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES)
    signer = signers.PdfSigner(
        meta, make.signer(party), stamp_style=Drawn(content, resources),
        new_field_spec=fields.SigFieldSpec(name, on_page=0, box=box))
    return signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), bytes_reserved=8192).getvalue()


def seal_picture(w, opaque=False):
    """A red ring with a see-through middle, as the law wants it (Decree 30/2020, annex I), or without its mask."""
    side = 60
    ring = bytes(
        255 if 0.9 < ((x - side / 2) ** 2 + (y - side / 2) ** 2) ** 0.5 / (side / 2) < 0.97 else 0
        for y in range(side) for x in range(side))
    picture = {
        NAME("/Type"): NAME("/XObject"), NAME("/Subtype"): NAME("/Image"), NAME("/Width"): generic.NumberObject(side),
        NAME("/Height"): generic.NumberObject(side), NAME("/BitsPerComponent"): generic.NumberObject(8)}
    image = generic.StreamObject({**picture, NAME("/ColorSpace"): NAME("/DeviceRGB")}, stream_data=b"\xd0\0\0" * side * side)
    image.compress()
    if not opaque:
        mask = generic.StreamObject({**picture, NAME("/ColorSpace"): NAME("/DeviceGray")}, stream_data=ring)
        mask.compress()
        image["/SMask"] = w.add_object(mask)
    return {"XObject": generic.DictionaryObject({NAME("/Im"): w.add_object(image)})}


def picture_of(box):
    return f"q {box[2] - box[0]} 0 0 {box[3] - box[1]} 0 0 cm /Im Do Q".encode()


def written(text):
    return f"BT /F1 13 Tf 1 3 Td ({text}) Tj ET".encode()


def times(w):
    return {"Font": generic.DictionaryObject({NAME("/F1"): w.add_object(generic.DictionaryObject({
        NAME("/Type"): NAME("/Font"), NAME("/Subtype"): NAME("/Type1"), NAME("/BaseFont"): NAME("/Times-Roman")}))})}


# ---- rows ----

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


def at_once(data, **how):
    return seal(data, fills=NUMBERS, **how)


def blank_seal(data):
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    for ref in w.root["/AcroForm"]["/Fields"]:
        field = ref.get_object()
        if field.get("/T") == "ky_condau":
            field["/AP"] = generic.DictionaryObject({NAME("/N"): w.add_object(form_xobject(w, SEAL_BOX, b""))})
            w.update_container(field)
    return finish(w)


def linearized(data):
    if not shutil.which("qpdf"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "a.pdf"), pathlib.Path(folder, "b.pdf")
        source.write_bytes(data)
        subprocess.run(["qpdf", "--linearize", source, target], check=True)
        return target.read_bytes()


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
    def made(p=None, **how):
        return leader(prepared(draft(**how), leader=include("ky_lanhdao"), seal=include(*sealed_names), p=p))
    h1_leader = made()
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
    h2 = at_once(made(p=fields.MDPPerm.FILL_FORMS))
    yield "H2", h2, PERMITTED
    yield "H2g", received(h2), PERMITTED
    for kind, how in (("x", dict(stream_xrefs=True)), ("tagged", dict(tagged=True))):
        signed = made(**how)
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


def ministry():
    """The pattern of 2026: the drafter certifies with P = 2, every later signer adds a field of his own."""
    lines = (
        (100, 741, "So:"), (176, 741, "/BYT-VP"), (330, 741, "Ha Noi, ngay"), (424, 741, "thang"), (482, 741, "nam 2026"),
        *LINES[4:6], (400, 410, "THU TRUONG"), (415, 282, "Le Van An"))
    base = draft(text=(), lines=lines)
    first = new(base, DRAFTER, "Signature1", (520, 605, 550, 625), **CERTIFY["p2"])
    deputy_box = (385, 296, 485, 366)
    stroke = b"0 0 0.8 RG 1.5 w 10 20 m 30 60 50 10 70 40 c 80 50 90 20 95 30 c S"
    second = drawn(first, DEPUTY, "Signature2", deputy_box, stroke)
    third = second
    for name, box, text in (
            ("Signature3", (128, 737, 168, 751), "125"), ("Signature4", (404, 737, 424, 751), "05"),
            ("Signature5", (459, 737, 479, 751), "11")):
        third = drawn(third, CLERK, name, box, written(text), times)
    seal_box = (308, 280, 418, 390)
    def sealed(data, box=seal_box, opaque=False, party=SEAL):
        return drawn(data, party, "Signature6", box, picture_of(box), lambda w: seal_picture(w, opaque))
    yield "M1", second, PERMITTED
    yield "M2", third, PERMITTED
    whole = sealed(third)
    yield "M3", whole, PERMITTED
    yield "M3t", timestamped(whole), PERMITTED
    yield "M3d", security_store(whole), PERMITTED
    # A seal of 42 mm whose ring runs over the title and the name beside the leader's mark.
    yield "M4", sealed(third, (350, 276, 469, 395)), PERMITTED
    yield "M5", sealed(third, (345, 285, 455, 425)), PERMITTED
    # The deputy's mark reaches into the printed name.
    yield "M6", sealed(drawn(first, DEPUTY, "Signature2", (385, 276, 485, 356), stroke)), PERMITTED
    # The marks of number and day touch their neighbours' boxes, not their ink.
    yield "M7", drawn(second, CLERK, "Signature3", (116, 735, 178, 752), b"BT /F1 13 Tf 16 5 Td (125) Tj ET", times), PERMITTED
    body = (80, 620, 250, 665)
    yield "MX1", sealed(third, body, opaque=True), INVALID
    yield "MX2", drawn(third, SEAL, "Signature6", body, b"1 g 0 0 170 45 re f"), INVALID
    yield "MX3", drawn(second, CLERK, "Signature3", (84, 627, 480, 645), written("kinh phi ho tro la 9.000.000.000 dong va"), times), INVALID
    yield "MX4", sealed(third, (0, 0, 595, 842)), INVALID
    yield "MX5", drawn(second, CLERK, "Signature3", (150, 628, 300, 642), b"2 w 0 7 m 150 7 l S"), INVALID
    yield "MX6", drawn(second, CLERK, "Signature3", (480, 737, 540, 752), written("nam 2030"), times), INVALID
    yield "MX7", drawn(third, SEAL, "Signature6", (380, 292, 490, 372), b"1 g 0 0 110 80 re f"), INVALID
    yield "MX8", unsigned_mark(third, body, b"1 g 0 0 170 45 re f"), INVALID
    yield "MX9", unsigned_mark(third, FREE_BOX, b""), INVALID
    yield "MX10", annotation(whole, "FreeText", box=FREE_BOX), INVALID
    yield "MX11", filled_signature_gap(whole), INVALID
    stranger = make.Party(make.subject("BO Y TE", "Bo Y te"))
    yield "MX12", sealed(third, party=stranger), UNDECIDED


def unsigned_mark(data, box, content):
    """A later signature field that shows something and is not signed."""
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    marked(w, "Signature6", box, content)
    return finish(w)


def filled_signature_gap(data):
    """The last signature's value is altered: its field no longer verifies."""
    at = data.rindex(b"/Contents <") + 11
    return data[:at + 400] + (b"0" if data[at + 400:at + 401] != b"0" else b"1") + data[at + 401:]


def annotated():
    """EAA: what annotations may do where P = 3 permits them."""
    p3 = leader(prepared(draft()), "p3")
    over, free = (80, 620, 480, 670), (100, 500, 200, 520)
    white = b"1 g 0 0 400 50 re f"
    for kind in ("FreeText", "Stamp"):
        yield f"EAA_{kind}_over", annotation(p3, kind, over, white), INVALID
        yield f"EAA_{kind}_free", annotation(p3, kind, free, b"0 0 100 20 re S"), PERMITTED
    yield "EAA_Redact", annotation(p3, "Redact", over, white), INVALID
    yield "EAA_Link", annotation(p3, "Link", over), INVALID
    yield "EAA_Square_filled", annotation(p3, "Square", over, IC=numbers(1, 1, 1)), INVALID
    yield "EAA_Text", annotation(p3, "Text", (550, 700, 570, 720)), PERMITTED
    quads = numbers(85, 665, 480, 665, 85, 645, 480, 645)
    yield "EAA_Highlight", annotation(p3, "Highlight", (85, 645, 480, 665), QuadPoints=quads, C=numbers(1, 1, 0)), PERMITTED
    script = generic.DictionaryObject({NAME("/S"): NAME("/JavaScript"), NAME("/JS"): generic.TextStringObject("app.alert(1)")})
    yield "EAA_Text_script", annotation(p3, "Text", (550, 700, 570, 720), A=script), INVALID
    yield "EAA_covered_by_seal", seal(annotation(p3, "FreeText", over, white)), INVALID


def touched(data, touch, party=SEAL, name="ky_condau", box=SEAL_BOX, new_field=True, combined=True, **meta):
    """Signs in one revision with whatever else a writer touches."""
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    touch(w)
    meta = signers.PdfSignatureMetadata(
        field_name=name, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, **meta)
    spec = fields.SigFieldSpec(name, on_page=0, box=box, combine_annotation=combined) if new_field else None
    signer = signers.PdfSigner(meta, make.signer(party), new_field_spec=spec)
    return signer.sign_pdf(w, bytes_reserved=8192).getvalue()


def set_root(key, value):
    def touch(w):
        w.root[NAME("/" + key)] = value(w) if callable(value) else value
        w.update_root()
    return touch


def dictionary(**entries):
    return generic.DictionaryObject({NAME("/" + key): value for key, value in entries.items()})


def text(value):
    return generic.TextStringObject(value)


def xmp(title):
    body = f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
     xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
     xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="{title}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
    return generic.StreamObject(
        dictionary(Type=NAME("/Metadata"), Subtype=NAME("/XML")), stream_data=body.encode())


def changed(data, change):
    """A draft changed before anyone signs."""
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    change(w)
    return finish(w)


def writers():
    """What signing programs touch beside the signature, each one by itself."""
    plain = leader(prepared(draft(), seal=False))
    yield "W_extensions", touched(plain, set_root("Extensions", dictionary(ADBE=dictionary(
        BaseVersion=NAME("/1.7"), ExtensionLevel=generic.NumberObject(8))))), PERMITTED
    yield "W_version", touched(plain, set_root("Version", NAME("/2.0"))), PERMITTED
    yield "W_metadata_new", touched(plain, set_root("Metadata", lambda w: w.add_object(xmp("a")))), PERMITTED
    described = leader(prepared(changed(draft(), set_root("Metadata", lambda w: w.add_object(xmp("a")))), seal=False))

    def rewrite_metadata(w):
        stream = w.root["/Metadata"]
        stream._data, stream._encoded_data = xmp("a").data + b" ", None
        w.update_container(stream)
    yield "W_metadata_in_place", touched(described, rewrite_metadata), PERMITTED

    def information(**entries):
        def touch(w):
            info = w.add_object(dictionary(**{key: text(value) for key, value in entries.items()}))
            w.set_info(info.reference)
        return touch
    yield "W_info_date", touched(plain, information(ModDate="D:20261105090000+07'00'", Producer="Acrobat")), PERMITTED
    yield "W_info_title", touched(plain, information(Title="Cong van", ModDate="D:20261105090000+07'00'")), PERMITTED

    def tabs(w):
        page = w.find_page_for_modification(0)[0].get_object()
        page["/Tabs"] = NAME("/S")
        w.update_container(page)
    yield "W_tabs", touched(plain, tabs), PERMITTED

    def font(w):
        return w.add_object(dictionary(Type=NAME("/Font"), Subtype=NAME("/Type1"), BaseFont=NAME("/Helvetica")))

    def more_fonts(w):
        form = form_of(w)
        form["/DR"] = dictionary(Font=dictionary(Helv=font(w)))
        form["/DA"] = text("/Helv 0 Tf 0 g")
        w.update_container(form)
    yield "W_resources_new", touched(plain, more_fonts), PERMITTED

    def shared_resources(w):
        form = form_of(w)
        form["/DR"] = w.add_object(dictionary(Font=w.add_object(dictionary(Helv=font(w)))))
        w.update_container(form)
    indirect = leader(prepared(changed(draft(), shared_resources), seal=False))

    def grow_in_place(w):
        fonts = form_of(w)["/DR"]["/Font"]
        fonts["/ZaDb"] = font(w)
        w.update_container(fonts)
    yield "W_resources_in_place", touched(indirect, grow_in_place), PERMITTED

    def swap_in_place(w):
        fonts = form_of(w)["/DR"]["/Font"]
        fonts["/Helv"] = font(w)
        w.update_container(fonts)
    yield "WX_resources_swapped", touched(indirect, swap_in_place), INVALID

    def form_moved(w):
        w.root["/AcroForm"] = w.add_object(generic.DictionaryObject(dict(form_of(w))))
        w.update_root()
    yield "W_form_moved", touched(plain, form_moved), PERMITTED

    def form_direct(w):
        w.root["/AcroForm"] = generic.DictionaryObject(dict(form_of(w)))
        w.update_root()
    yield "W_form_direct", touched(plain, form_direct), PERMITTED

    def annots_apart(w):
        page = w.find_page_for_modification(0)[0].get_object()
        page["/Annots"] = w.add_object(generic.ArrayObject(page["/Annots"]))
        w.update_container(page)
    yield "W_annots_indirect_before", new(
        leader(prepared(changed(draft(), annots_apart), seal=False)), SEAL, "ky_condau", SEAL_BOX), PERMITTED
    yield "W_annots_made_indirect", touched(plain, annots_apart), PERMITTED
    yield "W_unused_object", touched(plain, lambda w: w.add_object(dictionary(Left=text("behind")))), PERMITTED
    yield "WX_unused_page", touched(plain, lambda w: w.add_object(dictionary(Type=NAME("/Page")))), INVALID
    yield "W_split", touched(plain, lambda w: None, combined=False), PERMITTED
    certified_leader = leader(prepared(draft(), seal=False), "p2")
    yield "W_split_p2", touched(certified_leader, lambda w: None, combined=False), PERMITTED

    def field_first(data, combined):
        return changed(data, lambda w: fields.append_signature_field(w, fields.SigFieldSpec(
            "ky_condau", on_page=0, box=SEAL_BOX, combine_annotation=combined)))
    for name, combined in (("", True), ("_split", False)):
        yield f"W_prepared{name}", seal(leader(field_first(prepared(draft(), seal=False), combined))), PERMITTED
        yield f"W_two_steps{name}", seal(field_first(plain, combined)), PERMITTED
        yield f"W_two_steps_p2{name}", seal(field_first(certified_leader, combined)), PERMITTED
        yield f"W_unsigned_field{name}", field_first(plain, combined), PERMITTED
        yield f"WX_unsigned_field_p2{name}", field_first(certified_leader, combined), INVALID
    yield "WX_two_steps_p2_over_text", drawn_in(changed(certified_leader, lambda w: fields.append_signature_field(
        w, fields.SigFieldSpec("ky_condau", on_page=0, box=(80, 620, 480, 670)))), b"1 g 0 0 400 50 re f"), INVALID
    tagged = leader(prepared(draft(tagged=True), seal=False))
    yield "W_structure", touched(tagged, described_widget), PERMITTED
    yield "W_structure_t", timestamped(touched(tagged, described_widget)), PERMITTED
    yield "WX_structure_content", touched(tagged, lambda w: described_widget(w, steal=True)), INVALID

    def usage_rights(w):
        rights = w.add_object(dictionary(
            Type=NAME("/Sig"), Filter=NAME("/Adobe.PPKLite"), SubFilter=NAME("/adbe.pkcs7.detached"),
            ByteRange=numbers(0, 1, 2, 3), Contents=generic.ByteStringObject(b"0" * 40),
            Reference=generic.ArrayObject([dictionary(Type=NAME("/SigRef"), TransformMethod=NAME("/UR3"))])))
        w.root["/Perms"] = dictionary(UR3=rights)
        w.update_root()
    enabled = prepared(written_anew(draft(), usage_rights))
    yield "W_usage_rights", leader(enabled), VALID
    yield "W_usage_rights_seal", at_once(leader(enabled)), PERMITTED

    def rights_gone(w):
        del w.root["/Perms"]
        w.update_root()
    yield "W_usage_rights_gone", touched(leader(enabled), rights_gone, new_field=False), PERMITTED
    p2 = leader(prepared(draft()), "p2")
    yield "WX_certification_gone", touched(p2, rights_gone, new_field=False), INVALID
    yield "WX_mark_info_content", touched(tagged, set_root("Lang", text("vi"))), INVALID
    yield "W_mark_info", touched(plain, set_root("MarkInfo", dictionary(Marked=generic.BooleanObject(True)))), PERMITTED

    def no_page(w):
        for ref in form_of(w)["/Fields"]:
            ref.get_object().pop("/P", None)
    yield "W_widgets_without_page", at_once(leader(prepared(written_anew(draft(), no_page)))), PERMITTED


def drawn_in(data, content):
    """Signs a field that is there, with an appearance of our own."""
    meta = signers.PdfSignatureMetadata(
        field_name="ky_condau", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES)
    signer = signers.PdfSigner(meta, make.signer(SEAL), stamp_style=Drawn(content))
    return signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), bytes_reserved=8192).getvalue()


def described_widget(w, steal=False):
    """An element for the new field in the structure tree, with its entry in the parent tree."""
    tree = w.root["/StructTreeRoot"]
    document = tree["/K"][0]
    element = w.add_object(dictionary(
        Type=NAME("/StructElem"), S=NAME("/Form"), P=tree.raw_get("/K")[0],
        K=generic.NumberObject(0) if steal else dictionary(Type=NAME("/OBJR"), Obj=w.add_object(dictionary()))))
    document["/K"].append(element)
    w.update_container(document)
    numbers_of = tree["/ParentTree"]
    numbers_of["/Nums"].extend([generic.NumberObject(1), element])
    w.update_container(numbers_of)
    tree["/ParentTreeNextKey"] = generic.NumberObject(2)
    w.update_container(tree)


def written_anew(data, change):
    """The draft as one clean revision, changed."""
    w = writer.copy_into_new_writer(make.PdfFileReader(io.BytesIO(data)))
    change(w)
    out = io.BytesIO()
    w.write(out)
    return out.getvalue()


def forms():
    """Fields of every kind, filled by rule and against it, then sealed."""
    box = (130, 700, 230, 715)

    def with_field(**more):
        def add(w):
            field = widget(w, box, T=text("o"), DA=text("/F1 13 Tf 0 g"), **more)
            ref = w.add_object(field)
            annotate(w, ref)
            form_of(w)["/Fields"].append(ref)
            w.update_container(form_of(w))
        return leader(prepared(changed(draft(text=()), add)))

    def filling(data, sealed=True, **values):
        def fill(w):
            for ref in form_of(w)["/Fields"]:
                field = ref.get_object()
                if field.get("/T") == "o":
                    for key, value in values.items():
                        field["/" + key] = value(w) if callable(value) else value
                    w.update_container(field)
        data = changed(data, fill)
        return seal(data) if sealed else data

    def shows(content):
        return lambda w: dictionary(N=w.add_object(form_xobject(w, (0, 0, 100, 15), content, **times(w))))

    def states(w):
        on, off = (w.add_object(form_xobject(w, (0, 0, 10, 10), content)) for content in (b"0 0 10 10 re f", b""))
        return dictionary(N=dictionary(Yes=on, Off=off))

    def boxed(**more):
        def add(w):
            ref = w.add_object(widget(w, (130, 700, 140, 710), T=text("o"), FT=NAME("/Btn"), AP=states(w), **more))
            annotate(w, ref)
            form_of(w)["/Fields"].append(ref)
            w.update_container(form_of(w))
        return leader(prepared(changed(draft(text=()), add)))
    check = boxed(AS=NAME("/Off"))
    yield "F_check", filling(check, V=NAME("/Yes"), AS=NAME("/Yes")), PERMITTED
    yield "F_check_off", filling(boxed(V=NAME("/Yes"), AS=NAME("/Yes")), V=NAME("/Off"), AS=NAME("/Off")), PERMITTED
    yield "FX_check_unsealed", filling(boxed(V=NAME("/Yes"), AS=NAME("/Yes")), False, V=NAME("/Off"), AS=NAME("/Off")), INVALID
    yield "FX_check_shown_only", filling(check, AS=NAME("/Yes")), INVALID
    yield "FX_check_value_only", filling(check, V=NAME("/Yes")), INVALID
    yield "FU_check_unsealed", filling(check, False, V=NAME("/Yes"), AS=NAME("/Yes")), UNDECIDED
    yield "FX_push_button", filling(boxed(Ff=generic.NumberObject(1 << 16)), AP=states), INVALID
    options = generic.ArrayObject([
        generic.ArrayObject([text("1"), text("Mot")]), generic.ArrayObject([text("2"), text("Hai")])])
    combo = with_field(FT=NAME("/Ch"), Ff=generic.NumberObject(1 << 17), Opt=options)
    yield "F_combo", filling(combo, V=text("2"), AP=shows(written("Hai"))), PERMITTED
    yield "FX_combo_lies", filling(combo, V=text("2"), AP=shows(written("Mot"))), INVALID
    listed = with_field(FT=NAME("/Ch"), Opt=options)
    indices = generic.ArrayObject([generic.NumberObject(1)])
    two = b"BT /F1 13 Tf 1 3 Td (Mot) Tj 0 -13 Td (Hai) Tj ET"
    yield "F_list", filling(listed, V=text("2"), I=indices, AP=shows(two)), PERMITTED
    yield "FX_list_index_lies", filling(listed, V=text("1"), I=indices, AP=shows(two)), INVALID
    plain = with_field(FT=NAME("/Tx"))
    comb = with_field(FT=NAME("/Tx"), Ff=generic.NumberObject(1 << 24), MaxLen=generic.NumberObject(5))
    apart = b"BT /F1 13 Tf 1 3 Td (1) Tj 20 0 Td (2) Tj 20 0 Td (5) Tj ET"
    yield "F_comb", filling(comb, V=text("125"), AP=shows(apart)), PERMITTED
    lines = with_field(FT=NAME("/Tx"), Ff=generic.NumberObject(1 << 12))
    yield "F_multiline", filling(lines, V=text("mot\rhai"), AP=shows(b"BT /F1 9 Tf 1 9 Td (mot) Tj 0 -9 Td (hai) Tj ET")), PERMITTED
    rich = with_field(FT=NAME("/Tx"), Ff=generic.NumberObject(1 << 25))
    says = "<body xmlns='http://www.w3.org/1999/xhtml'><p>1<b>25</b></p></body>"
    yield "F_rich", filling(rich, V=text("125"), RV=text(says), AP=shows(written("125"))), PERMITTED
    yield "FX_rich_lies", filling(rich, V=text("125"), RV=text(says.replace("25", "99")), AP=shows(written("125"))), INVALID
    secret = with_field(FT=NAME("/Tx"), Ff=generic.NumberObject(1 << 13))
    yield "F_password", filling(secret, V=text("125"), AP=shows(written("***"))), PERMITTED
    yield "FX_lies", filling(plain, V=text("125"), AP=shows(written("999"))), INVALID

    def lying_font(**entries):
        def resources(w):
            font = dictionary(Type=NAME("/Font"), Subtype=NAME("/Type1"), BaseFont=NAME("/Times-Roman"))
            for key, value in entries.items():
                font["/" + key] = value(w)
            return dictionary(N=w.add_object(form_xobject(
                w, (0, 0, 100, 15), written("999"), Font=dictionary(F1=w.add_object(font)))))
        return resources
    says_one = b"begincmap 1 beginbfchar <39> <0031> endbfchar endcmap"
    yield "FX_to_unicode_lies", filling(plain, V=text("111"), AP=lying_font(
        ToUnicode=lambda w: w.add_object(generic.StreamObject(stream_data=says_one)))), INVALID
    draws_one = generic.ArrayObject([generic.NumberObject(0x39), NAME("/one")])
    yield "FX_differences_lie", filling(plain, V=text("999"), AP=lying_font(
        Encoding=lambda w: dictionary(Type=NAME("/Encoding"), Differences=draws_one))), INVALID
    yield "F_differences", filling(plain, V=text("111"), AP=lying_font(
        Encoding=lambda w: dictionary(Type=NAME("/Encoding"), Differences=draws_one))), PERMITTED
    yield "FX_no_ff", filling(plain, V=text("125"), AP=shows(written("125")), Ff=generic.NumberObject(2)), INVALID
    yield "FX_da", filling(plain, V=text("125"), AP=shows(written("125")), DA=text("/F1 40 Tf")), INVALID
    yield "FX_rect", filling(plain, V=text("125"), AP=shows(written("125")), Rect=numbers(80, 620, 480, 670)), INVALID
    yield "FX_action", filling(plain, V=text("125"), AP=shows(written("125")), AA=dictionary()), INVALID
    yield "F_need_appearances", seal(filled(changed(
        leader(prepared(draft())), lambda w: (form_of(w).__setitem__(
            NAME("/NeedAppearances"), generic.BooleanObject(True)), w.update_container(form_of(w)))),
        appearance=False)), PERMITTED


def kinds():
    """Levels, algorithms, kinds of cross-reference: one signature, then what comes after it."""
    for base, how in (("t", {}), ("x", dict(stream_xrefs=True)), ("s", dict(tagged=True))):
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
    signed = leader(prepared(draft()))
    yield "K_number", filled(at_once(signed), dict(vb_so="999")), INVALID
    yield "K_junk", signed + b"0" * 200, INVALID


# Where pyHanko has no rule, comparing says nothing: it permits no visible field after a certification
# and no comment at all (one file each stands for that in `exceptions.json`), does not compare values
# with looks, and refuses what most writers touch beside a signature.
NOT_COMPARED = {ministry: {"M3"}, annotated: {"EAA_Text"}, writers: set(), forms: set()}


def main(folder):
    folder = pathlib.Path(folder)
    matrix = {}
    for group in (certified, approved, profile_h1, ministry, annotated, writers, forms, kinds):
        for name, data, verdict in group():
            (folder / f"{name}.pdf").write_bytes(data)
            matrix[name] = {"verdict": verdict}
            if name in NOT_COMPARED.get(group, {name}):
                matrix[name]["pyhanko"] = make.second_opinion(data)
    (folder / "matrix.json").write_text(json.dumps(matrix, ensure_ascii=False))
    (folder / "root.pem").write_bytes(pem.armor("CERTIFICATE", make.ROOT.der()))
    (folder / "issuer.pem").write_bytes(pem.armor("CERTIFICATE", make.ISSUER.der()))
    crls = (pem.armor("X509 CRL", party.crl()) for party in (make.ROOT, make.ISSUER))
    (folder / "crls.pem").write_bytes(b"".join(crls))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main(sys.argv[1])
