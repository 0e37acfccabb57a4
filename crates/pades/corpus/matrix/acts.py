"""Acts on drafts and signed files: signing, filling, commenting, forging."""

import io

from drafts import LEADER_BOX, FREE_BOX, NUMBERS, annotate, form_of, form_xobject, numbers, widget, text_field
import make
from make import CERTIFY, LEADER, NAME, RECEIVER, SEAL, finish, sign
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

# A forger does not ask whether he may: pyHanko refuses to write what a certification forbids.
signers.PdfSigner._enforce_certification_constraints = lambda *_: None


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
            name = prefix + str(field["/T"] if "/T" in field else "")
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


class TwoWidgets(Drawn):
    """D4: the one signature is shown in two places."""

    def create_stamp(self, w, box, _):
        self.writer = w
        return super().create_stamp(w, box, _)

    def apply_appearance(self, widget):
        super().apply_appearance(widget)
        field = form_of(self.writer)["/Fields"].raw_get(-1)
        widget["/Parent"] = field
        second = generic.DictionaryObject(widget)
        second["/Rect"] = numbers(100, 300, 160, 340)
        ref = self.writer.add_object(second)
        annotate(self.writer, ref)
        field.get_object()["/Kids"].append(ref)


def signed_twice_shown(data, party, name, box):
    """Signs in a new field with two widgets."""
    meta = signers.PdfSignatureMetadata(field_name=name, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES)
    signer = signers.PdfSigner(
        meta, make.signer(party), stamp_style=TwoWidgets(b"0 0 10 10 re S"),
        new_field_spec=fields.SigFieldSpec(name, on_page=0, box=box, combine_annotation=False))
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


def at_once(data, **how):
    return seal(data, fills=NUMBERS, **how)


def unsigned_mark(data, box, content):
    """A later signature field that shows something and is not signed."""
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    marked(w, "Signature6", box, content)
    return finish(w)


def filled_signature_gap(data):
    """The last signature's value is altered: its field no longer verifies."""
    at = data.rindex(b"/Contents <") + 11
    return data[:at + 400] + (b"0" if data[at + 400:at + 401] != b"0" else b"1") + data[at + 401:]
