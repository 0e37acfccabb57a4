"""Drafts: one page of a letter, its text fields and its signature fields."""

import io
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import make  # noqa: E402
from make import NAME, finish  # noqa: E402
from pyhanko.pdf_utils import generic, writer  # noqa: E402
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: E402
from pyhanko.sign import fields  # noqa: E402

VALID, PERMITTED, INVALID, UNDECIDED = "valid", "valid_with_permitted_changes", "invalid", "indeterminate"
NUMBERS = dict(vb_so="125", vb_ngay="05")
TEXT = (("vb_so", (130, 738, 170, 753)), ("vb_ngay", (400, 738, 420, 753)))
INITIALS_BOX, LEADER_BOX, SEAL_BOX = (500, 440, 540, 460), (380, 300, 500, 370), (310, 290, 420, 400)
FREE_BOX, CO_BOX = (40, 780, 140, 830), (100, 300, 200, 370)
CLERK = make.Party(make.subject("PHÒNG VĂN THƯ", "Bộ Y tế"), make.ISSUER)
DRAFTER = make.Party(make.subject("Trần Thị Mai", "Bộ Y tế", "Chuyên viên"), make.ISSUER)
DEPUTY = make.Party(make.subject("Lê Văn An", "Bộ Y tế", "Thứ trưởng"), make.ISSUER)
LINES = (
    (100, 741, "So:"), (176, 741, "/UBND-VP"), (330, 741, "An Hoa, ngay"), (424, 741, "thang 11 nam 2026"),
    (85, 650, "Uy ban nhan dan xa An Hoa de nghi cu can bo tham du cuoc hop ve viec duy tu tuyen duong,"),
    (85, 631, "kinh phi ho tro la 1.000.000.000 dong va thong bao cho cac thon duoc biet."),
    (408, 410, "CHU TICH"), (392, 282, "Nguyen Van Binh"))


def numbers(*items):
    return generic.ArrayObject(map(generic.FloatObject, items))


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


def dictionary(**entries):
    return generic.DictionaryObject({NAME("/" + key): value for key, value in entries.items()})


def text(value):
    return generic.TextStringObject(value)


def changed(data, change):
    """A draft changed before anyone signs."""
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    change(w)
    return finish(w)
