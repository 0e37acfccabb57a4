//! What a page looks like and says, with the real PDFium.

mod support;

use std::thread;

use support::{Pixels, document, renderer, whole};
use trien_render::{PageSize, Picture, PixelRect};

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255, 255, 255];

#[test]
fn sizes_are_as_shown() {
    let pages = renderer().open(&document()).unwrap().pages;
    let size = |width, height| PageSize { width, height };
    assert_eq!(pages, [size(595.0, 842.0), size(842.0, 595.0)]);
}

#[test]
fn signature_appearances_fields_and_stamps_are_drawn() {
    let picture = renderer().render(&document(), &whole(0, 1.0)).unwrap();
    assert_eq!((picture.width, picture.height), (595, 842));
    let pixels = Pixels::of(&picture.png);
    // The middle of each mark is 325 points up.
    assert_eq!(pixels.at(150, 842 - 325), RED);
    assert_eq!(pixels.at(350, 842 - 325), BLUE);
    assert_eq!(pixels.at(500, 842 - 325), GREEN);
    assert_eq!(pixels.at(250, 842 - 325), WHITE);
}

#[test]
fn vietnamese_text_is_read_and_stands_where_its_ink_is() {
    let renderer = renderer();
    let text = renderer.text(&document(), 0).unwrap();
    let lines = text.lines();
    assert_eq!(lines[0].text, "ỦY BAN NHÂN DÂN XÃ ĐẮK LẮK");
    assert_eq!(lines[0].text.matches(' ').count(), 6);
    let last = lines.last().unwrap();
    assert_eq!(last.text, "Kính gửi: Sở Nội vụ, đồng chí Nguyễn Thị Hường");
    let number = text.find("Số:");
    assert_eq!(number.len(), 1);
    let first = text.chars[number[0].start];
    assert_eq!(
        (first.origin.0.round(), first.origin.1.round()),
        (72.0, 720.0)
    );
    assert_eq!(first.size.round(), 14.0);

    let picture = renderer.render(&document(), &whole(0, 2.0)).unwrap();
    let shown = text.geometry.to_shown(&text.rect_of(number[0].clone()));
    let pixels = Pixels::of(&picture.png);
    let ink = pixels.ink(
        2.0 * shown.x0,
        2.0 * shown.y0,
        2.0 * shown.x1,
        2.0 * shown.y1,
    );
    assert!(ink > 50, "{ink} dark pixels under `Số:` at {shown:?}");
}

#[test]
fn a_turned_page_has_its_text_in_user_space_and_its_ink_where_shown() {
    let renderer = renderer();
    let text = renderer.text(&document(), 1).unwrap();
    assert_eq!(text.geometry.rotation, 90);
    assert_eq!(text.lines()[0].text, "Trang hai xoay ngang");
    let first = text.chars[0];
    assert_eq!(
        (first.origin.0.round(), first.origin.1.round()),
        (110.0, 720.0)
    );

    let picture = renderer.render(&document(), &whole(1, 1.0)).unwrap();
    let shown = text.geometry.to_shown(&text.lines()[0].rect);
    let pixels = Pixels::of(&picture.png);
    let everywhere = pixels.ink(0.0, 0.0, 842.0, 595.0);
    let inside = pixels.ink(shown.x0, shown.y0, shown.x1, shown.y1);
    assert!(
        everywhere > 100 && inside == everywhere,
        "{inside} of {everywhere}"
    );
    assert_eq!(renderer.page(&document(), 1).unwrap(), text.geometry);
}

#[test]
fn a_part_is_cut_from_the_whole_with_its_fields() {
    let renderer = renderer();
    let whole_page = renderer.render(&document(), &whole(0, 2.0)).unwrap();
    let clip = PixelRect {
        x: 500,
        y: 950,
        width: 400,
        height: 300,
    };
    let picture = Picture {
        page: 0,
        scale: 2.0,
        clip: Some(clip),
    };
    let part = renderer.render(&document(), &picture).unwrap();
    assert_eq!((part.width, part.height), (400, 300));
    let (whole_page, part) = (Pixels::of(&whole_page.png), Pixels::of(&part.png));
    let differ = |x: u32, y: u32| part.at(x, y) != whole_page.at(x + 500, y + 950);
    let different = (0..300)
        .flat_map(|y| (0..400).map(move |x| (x, y)))
        .filter(|(x, y)| differ(*x, *y));
    assert_eq!(different.count(), 0);
    assert_eq!(
        part.at(200, 84),
        BLUE,
        "the filled field is in the part too"
    );
}

#[test]
fn a_file_that_changed_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::copy(document(), &path).unwrap();
    let renderer = renderer();
    assert_eq!(renderer.open(&path).unwrap().pages.len(), 2);
    std::fs::write(&path, support::pdf("", "", &[])).unwrap();
    assert_eq!(renderer.open(&path).unwrap().pages.len(), 1);
}

#[test]
fn one_handle_serves_many_threads() {
    let renderer = renderer();
    let expected = renderer.render(&document(), &whole(0, 1.0)).unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            let renderer = renderer.clone();
            let expected = &expected;
            scope.spawn(move || {
                for _ in 0..3 {
                    let picture = renderer.render(&document(), &whole(0, 1.0)).unwrap();
                    assert_eq!(&picture, expected);
                }
            });
        }
    });
}
