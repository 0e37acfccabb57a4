"""Fields of every kind, filled by rule and against it."""

from acts import filled, leader, seal, times, written
from drafts import (
    INVALID, PERMITTED, UNDECIDED, annotate, changed, dictionary, draft, form_of, form_xobject, numbers, prepared,
    text, widget)
from make import NAME
from pyhanko.pdf_utils import generic


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
    # Drawn as 1, 2, 5, and read as 251.
    astray = b"BT /F1 13 Tf 60 3 Td (1) Tj -50 0 Td (2) Tj 20 0 Td (5) Tj ET"
    yield "FX_order", filling(comb, V=text("125"), AP=shows(astray)), INVALID
    turned = with_field(FT=NAME("/Tx"), MK=dictionary(R=generic.NumberObject(90)))
    yield "F_turned", filling(turned, V=text("125"), AP=shows(b"BT /F1 7 Tf 0 1 -1 0 50 1 Tm (125) Tj ET")), PERMITTED
    yield "FX_turned", filling(plain, V=text("16"), AP=shows(b"BT /F1 13 Tf -1 0 0 -1 80 12 Tm (16) Tj ET")), INVALID
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
