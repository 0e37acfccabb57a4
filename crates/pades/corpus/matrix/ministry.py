"""The ministries' pattern of 2026, and comments where P = 3 permits them: marks that hide and marks that do not."""

from acts import (
    annotation, drawn, filled_signature_gap, leader, new, picture_of, seal, seal_picture, times, unsigned_mark,
    written)
from drafts import (
    CLERK, DEPUTY, DRAFTER, FREE_BOX, INVALID, LINES, PERMITTED, UNDECIDED, draft, numbers, prepared, text)
import make
from make import CERTIFY, NAME, SEAL, security_store, timestamped
from pyhanko.pdf_utils import generic


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
    # A number put down by hand leans on the stroke behind it.
    yield "M8", drawn(second, CLERK, "Signature3", (140, 737, 180, 751), b"BT /F1 13 Tf 17.3 4 Td (125) Tj ET", times), PERMITTED
    # The template has dots where the number goes.
    dotted = draft(text=(), lines=((100, 741, "So: ............../BYT-VP"), *lines[5:]))
    dotted = new(dotted, DRAFTER, "Signature1", (520, 605, 550, 625), **CERTIFY["p2"])
    yield "M9", drawn(dotted, CLERK, "Signature3", (122, 737, 162, 751), written("125"), times), PERMITTED
    # A bar over a figure makes a 1 a 7: not told apart from a mark that leans on its line.
    yield "MU1", drawn(first, CLERK, "Signature3", (495, 737, 535, 757), b"0 11 8 1.2 re f"), UNDECIDED
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
