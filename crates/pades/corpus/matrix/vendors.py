"""What the market's signing programs write: iText and what is built on it, Foxit, scanners, numbers and dates as marks."""

import io
import random

from acts import Drawn, picture_of, seal_picture, times, written
from drafts import (
    CLERK, FREE_BOX, INVALID, LEADER_BOX, LINES, PERMITTED, SEAL_BOX, UNDECIDED, VALID, changed, dictionary, draft, form_of,
    form_xobject)
import make
from make import CERTIFY, LEADER, NAME, RECEIVER, SEAL, security_store, timestamped
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from writers import information, xmp

# The letters that nobody certified.
APPROVED = (
    "V_itext_approval", "V_itext_approval_sealed", "V_itext_approval_arrived", "V_itext_approval_archived",
    "V_foxit_metadata", "V_rewritten_unchanged", "V_scan_copy", "V_scan_twice")


def layered(content, resources=None, box=LEADER_BOX):
    """An appearance in iText's layers: a frame that draws n0, which is empty, and n2, which is what is seen."""
    width, height = box[2] - box[0], box[3] - box[1]

    def forms(w):
        inner = resources(w) if resources else {}
        n0 = w.add_object(form_xobject(w, (0, 0, 100, 100), b"% DSBlank\n"))
        n2 = w.add_object(form_xobject(w, (0, 0, width, height), content, **inner))
        frame = w.add_object(form_xobject(
            w, (0, 0, width, height), b"q 1 0 0 1 0 0 cm /n0 Do Q q 1 0 0 1 0 0 cm /n2 Do Q",
            XObject=dictionary(n0=n0, n2=n2)))
        return {"XObject": dictionary(FRM=frame)}
    return Drawn(b"q 1 0 0 1 0 0 cm /FRM Do Q\n", forms)


def itext(data, party, name, box, content, resources=None, touch=None, **meta):
    """One signature as iText 5 adds it: no chain, no ESS attribute, everything about the file brought up to date."""
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    information(ModDate="D:20261105090000+07'00'", Producer="Microsoft Word; modified using iText 5.5.13")(w)
    if touch:
        touch(w)
    w.update_root()
    meta = signers.PdfSignatureMetadata(field_name=name, md_algorithm="sha256", **meta)
    alone = signers.SimpleSigner(
        signing_cert=party.asn1(), signing_key=party.asn1_key(), cert_registry=make.SimpleCertificateStore())
    signer = signers.PdfSigner(
        meta, alone, stamp_style=layered(content, resources, box),
        new_field_spec=fields.SigFieldSpec(name, on_page=0, box=box))
    return signer.sign_pdf(w, bytes_reserved=8192).getvalue()


def mark(label):
    return f"BT /F1 9 Tf 2 40 Td ({label}) Tj 0 -12 Td (Ngay ky: 05/11/2026) Tj ET".encode()


def market():
    """One letter from the drafter's initials to the receiver's stamp, by the programs that offices have."""
    base = draft(text=())
    for kind, first in (("approval", {}), ("p2", CERTIFY["p2"])):
        signed = itext(base, LEADER, "Signature1", LEADER_BOX, mark("Nguyen Van Binh"), times, **first)
        yield f"V_itext_{kind}", signed, VALID
        numbered = itext(signed, CLERK, "Signature2", (128, 737, 168, 751), written("125"), times)
        dated = itext(numbered, CLERK, "Signature3", (404, 737, 422, 751), written("05"), times)
        sealed = itext(dated, SEAL, "Signature4", SEAL_BOX, picture_of((0, 0, 110, 110)), seal_picture)
        yield f"V_itext_{kind}_sealed", sealed, PERMITTED
        arrived = itext(sealed, RECEIVER, "Signature5", FREE_BOX, mark("DEN so 77"), times)
        yield f"V_itext_{kind}_arrived", arrived, PERMITTED
        yield f"V_itext_{kind}_archived", timestamped(security_store(arrived)), PERMITTED

    def described(w):
        w.root["/Metadata"] = w.add_object(xmp("b"))
        form_of(w)["/NeedAppearances"] = generic.BooleanObject(False)
        w.update_container(form_of(w))
    foxit = itext(base, LEADER, "Signature1", LEADER_BOX, mark("Nguyen Van Binh"), times)
    yield "V_foxit_metadata", itext(foxit, SEAL, "Signature2", SEAL_BOX, b"", None, described), PERMITTED

    def rewritten(w):
        w.mark_update(w.find_page_for_modification(0)[0].get_object()["/Resources"]["/Font"].raw_get("/F1"))
    yield "V_rewritten_unchanged", itext(foxit, SEAL, "Signature2", SEAL_BOX, b"", None, rewritten), PERMITTED

    def scanned(w):
        """The page is one picture, as scanners make it."""
        page = w.find_page_for_modification(0)[0].get_object()
        picture = generic.StreamObject({
            NAME("/Type"): NAME("/XObject"), NAME("/Subtype"): NAME("/Image"), NAME("/Width"): generic.NumberObject(8),
            NAME("/Height"): generic.NumberObject(8), NAME("/BitsPerComponent"): generic.NumberObject(8),
            NAME("/ColorSpace"): NAME("/DeviceGray")}, stream_data=bytes(range(64)))
        page["/Resources"]["/XObject"] = dictionary(Im0=w.add_object(picture))
        content = generic.StreamObject(stream_data=b"q 595 0 0 842 0 0 cm /Im0 Do Q")
        page["/Contents"] = w.add_object(content)
        w.update_container(page)
    scan = changed(draft(text=()), scanned)
    copied = itext(scan, SEAL, "Signature1", (400, 780, 580, 830), mark("UBND xa An Hoa"), times)
    yield "V_scan_copy", copied, VALID
    yield "V_scan_twice", itext(copied, RECEIVER, "Signature2", FREE_BOX, mark("DEN"), times), PERMITTED
    certified = itext(scan, LEADER, "Signature1", LEADER_BOX, mark("Nguyen Van Binh"), times, **CERTIFY["p2"])
    # Dark all over: a ring on it hides nothing that could be told apart.
    yield "V_scan_p2", itext(certified, SEAL, "Signature2", SEAL_BOX, picture_of((0, 0, 110, 110)), seal_picture), PERMITTED

    photo = changed(draft(text=()), photographed)
    certified = itext(photo, LEADER, "Signature1", (380, 300, 500, 370), mark("Nguyen Van Binh"), times, **CERTIFY["p2"])

    def marked(box, content, resources=times):
        return itext(certified, CLERK, "Signature2", box, content, resources)
    yield "V_scan_p2_number", marked((120, 735, 165, 751), written("125")), PERMITTED
    yield "V_scan_p2_seal", marked(SEAL_BOX, picture_of((0, 0, 110, 110)), seal_picture), PERMITTED
    yield "VU_scan_p2_ring_over_title", marked((380, 310, 490, 420), picture_of((0, 0, 110, 110)), seal_picture), UNDECIDED
    yield "VX_scan_p2_hidden", marked((80, 620, 250, 665), b"1 g 0 0 170 45 re f"), INVALID
    yield "VX_scan_p2_amount", marked((200, 628, 300, 642), written("9.000.000.000")), INVALID
    yield "VU_scan_p2_half", marked((330, 744, 400, 758), b"0 0 70 14 re f"), UNDECIDED


def photographed(w):
    """The letter as a scanner of 72 dpi sees it: grey, a little dirty, each letter a block, dots where the number goes."""
    width, height, dirt = 595, 842, random.Random(1)
    pixels = bytearray(238 + dirt.randrange(-8, 9) for _ in range(width * height))

    def paint(x, y, across, up):
        for row in range(height - y - up, height - y):
            pixels[row * width + x:row * width + x + across] = bytes([40]) * across
    for x, y, line in LINES:
        for at in range(len(line)):
            paint(x + 6 * at, y, 4, 8)
    for x in range(120, 168, 3):
        paint(x, 740, 1, 1)
    picture = generic.StreamObject({
        NAME("/Type"): NAME("/XObject"), NAME("/Subtype"): NAME("/Image"), NAME("/Width"): generic.NumberObject(width),
        NAME("/Height"): generic.NumberObject(height), NAME("/BitsPerComponent"): generic.NumberObject(8),
        NAME("/ColorSpace"): NAME("/DeviceGray")}, stream_data=bytes(pixels))
    picture.compress()
    page = w.find_page_for_modification(0)[0].get_object()
    page["/Resources"]["/XObject"] = dictionary(Im0=w.add_object(picture))
    page["/Contents"] = w.add_object(generic.StreamObject(stream_data=b"q 595 0 0 842 0 0 cm /Im0 Do Q"))
    w.update_container(page)
