//! axe-core over what a window shows: the rules of WCAG 2.2 A and AA.

use std::path::Path;

use serde_json::Value;

use crate::driver::Window;

/// Comes with the interface's own tools (`npm ci` in `ui/`).
const AXE: &str = "../ui/node_modules/axe-core/axe.min.js";
/// What keeps somebody from reading or doing something.
const SERIOUS: [&str; 2] = ["serious", "critical"];
const RUN: &str = r#"
    const [done] = arguments;
    const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    axe.run(document, { resultTypes: ['violations'], runOnly: rules }).then(
        ({ violations }) => done(violations.map(({ id, impact, help, nodes }) =>
            ({ id, impact, help, where: nodes.map((node) => node.html) }))),
        (error) => done(String(error)));"#;

/// Checks what is shown now.
///
/// # Panics
/// Where a rule is broken that keeps somebody out.
pub async fn check(window: &Window, what: &str) {
    let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join(AXE);
    let axe = std::fs::read_to_string(axe).expect("axe-core: npm ci in ui/");
    window.run(&format!("{axe}; window.axe = axe;")).await;
    let violations = window.run_async(RUN).await;
    let found = violations
        .as_array()
        .unwrap_or_else(|| panic!("{what}: {violations}"));
    let serious: Vec<&Value> = found
        .iter()
        .filter(|one| SERIOUS.iter().any(|impact| one["impact"] == *impact))
        .collect();
    assert!(serious.is_empty(), "{what}: {serious:#?}");
}
