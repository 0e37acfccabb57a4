/** F6: from pane to pane in reading order, each marked `data-pane`. */

/** Focuses the next pane (`by` 1) or the one before (−1), round the window. */
export function cyclePane(by: 1 | -1): void {
	const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter(
		(pane) => pane.checkVisibility() && !pane.querySelector('[data-pane]'),
	);
	const at = panes.findIndex((pane) => pane.contains(document.activeElement));
	const next = panes.at((at + by) % panes.length);
	const inside = next?.querySelector<HTMLElement>('[aria-current], [aria-selected="true"] button');
	const target = next?.tabIndex === 0 ? next : (inside ?? next);
	if (target && target === next && target.tabIndex < 0) target.tabIndex = -1;
	target?.focus();
}
