//! The fixture itself: every test has an office of its own.

use trien_tests::Office;

#[test]
fn two_offices_share_nothing() {
    let one = Office::new();
    let mut other = Office::new();
    let waiting = |office: &Office| {
        let inbox = office.clerk().ok(["inbox"]);
        inbox["rows"].as_array().map(Vec::len)
    };
    assert_eq!(waiting(&one), Some(3), "the department's letters have come");

    let first = one.clerk().ok(["inbox"])["rows"][0]["key"]["id"].to_string();
    one.clerk().ok(["accept", &first]);
    one.clerk().ok(["sync"]);
    assert_eq!(waiting(&one), Some(2));
    assert_eq!(waiting(&other), Some(3));

    other.stop_axis();
    other.start_axis();
    other.clerk().ok(["sync"]);
    other.clerk().refused(["accept", "999"], "not_found");
}
