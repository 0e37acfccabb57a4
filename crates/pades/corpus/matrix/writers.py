"""What signing programs touch beside the signature."""

import io

from acts import Drawn, at_once, leader, new, seal
from drafts import INVALID, PERMITTED, SEAL_BOX, VALID, changed, dictionary, draft, form_of, form_xobject, numbers, prepared, text
import make
from make import NAME, SEAL, timestamped
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers


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

    def framed(w):
        """iText's way: the frame of the latest mark among the resources of the form."""
        form = form_of(w)
        form["/DR"] = dictionary(XObject=dictionary(FRM=w.add_object(form_xobject(w, SEAL_BOX, b""))))
        w.update_container(form)
    yield "W_frame_in_resources", touched(leader(prepared(changed(draft(), framed), seal=False)), framed), PERMITTED

    def resources_moved(w):
        page = w.find_page_for_modification(0)[0].get_object()
        page["/Resources"] = w.add_object(generic.DictionaryObject(page["/Resources"]))
        w.update_container(page)
    yield "W_page_resources_moved", touched(plain, resources_moved), PERMITTED

    def text_beside(w, text=b"odt"):
        """LibreOffice's file that can be edited again; signing programs write the entry anew."""
        stream = w.add_object(generic.StreamObject(stream_data=text))
        w.set_custom_trailer_entry(NAME("/AdditionalStreams"), generic.ArrayObject([NAME("/odt"), stream]))
    hybrid = leader(prepared(changed(draft(), text_beside), seal=False))
    yield "W_text_beside", touched(hybrid, text_beside), PERMITTED
    yield "WX_text_beside_changed", touched(hybrid, lambda w: text_beside(w, b"other")), INVALID

    def another_identity(w):
        w._document_id = generic.ArrayObject([generic.ByteStringObject(b"1" * 16)] * 2)
    yield "W_another_identity", touched(plain, another_identity), PERMITTED

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
    def lock_added(w):
        for ref in form_of(w)["/Fields"]:
            if ref.get_object().get("/T") == "ky_condau":
                ref.get_object()["/Lock"] = w.add_object(dictionary(
                    Type=NAME("/SigFieldLock"), Action=NAME("/Include"), Fields=generic.ArrayObject([text("ky_condau")])))
                w.update_container(ref.get_object())
    yield "W_lock_added", touched(leader(prepared(draft())), lock_added, new_field=False), PERMITTED
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
    waiting = leader(changed(prepared(draft(), seal=False), lambda w: fields.append_signature_field(
        w, fields.SigFieldSpec("ky_condau", on_page=0, box=(80, 620, 480, 670)))), "p2")
    yield "WX_prepared_p2_over_text", drawn_in(waiting, b"1 g 0 0 400 50 re f"), INVALID
    yield "W_prepared_p2_frame", drawn_in(waiting, b"0 0 400 50 re S"), PERMITTED
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


def touched(data, touch, party=SEAL, name="ky_condau", box=SEAL_BOX, new_field=True, combined=True, **meta):
    """Signs in one revision with whatever else a writer touches."""
    w = IncrementalPdfFileWriter(io.BytesIO(data))
    touch(w)
    meta = signers.PdfSignatureMetadata(
        field_name=name, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, **meta)
    spec = fields.SigFieldSpec(name, on_page=0, box=box, combine_annotation=combined) if new_field else None
    signer = signers.PdfSigner(meta, make.signer(party), new_field_spec=spec)
    return signer.sign_pdf(w, bytes_reserved=8192).getvalue()


def information(**entries):
    def touch(w):
        info = w.add_object(dictionary(**{key: text(value) for key, value in entries.items()}))
        w.set_info(info.reference)
    return touch


def set_root(key, value):
    def touch(w):
        w.root[NAME("/" + key)] = value(w) if callable(value) else value
        w.update_root()
    return touch


def xmp(title):
    body = f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
     xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
     xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="{title}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
    return generic.StreamObject(
        dictionary(Type=NAME("/Metadata"), Subtype=NAME("/XML")), stream_data=body.encode())


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


def drawn_in(data, content):
    """Signs a field that is there, with an appearance of our own."""
    meta = signers.PdfSignatureMetadata(
        field_name="ky_condau", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES)
    signer = signers.PdfSigner(meta, make.signer(SEAL), stamp_style=Drawn(content))
    return signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), bytes_reserved=8192).getvalue()


def written_anew(data, change, **how):
    """The draft as one clean revision, changed."""
    w = writer.copy_into_new_writer(make.PdfFileReader(io.BytesIO(data)), writer_kwargs=how)
    change(w)
    out = io.BytesIO()
    w.write(out)
    return out.getvalue()
