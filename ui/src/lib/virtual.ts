/** Which rows of a long list are in the page: a few around what is seen, never more than `MOST_ROWS`. */

/** More rows than this are never in the DOM: screen readers and layout slow down long before. */
export const MOST_ROWS = 200;

/** Rows drawn beyond each edge, so that a quick scroll does not show white. */
const OVERSCAN = 8;

/** Where each row starts, and where the last one ends: `heights.length + 1` numbers. */
export function offsetsOf(heights: readonly number[]): number[] {
	const offsets = [0];
	let at = 0;
	for (const height of heights) offsets.push((at += height));
	return offsets;
}

/** The half-open range of rows to draw for this scroll position. */
export function visible(offsets: readonly number[], top: number, height: number): [number, number] {
	const count = offsets.length - 1;
	if (count <= 0) return [0, 0];
	const first = Math.max(0, rowAt(offsets, top) - OVERSCAN);
	const last = Math.min(count, rowAt(offsets, top + height) + 1 + OVERSCAN);
	return [first, Math.min(last, first + MOST_ROWS)];
}

/** How far to scroll so that a row is in sight; `null` where it is already. */
export function reveal(
	offsets: readonly number[],
	row: number,
	top: number,
	height: number,
): number | null {
	const [start, end] = [offsets[row] ?? 0, offsets[row + 1] ?? 0];
	if (start < top) return start;
	return end > top + height ? end - height : null;
}

/** The row at this height, by halving. */
function rowAt(offsets: readonly number[], y: number): number {
	let [low, high] = [0, offsets.length - 2];
	while (low < high) {
		const mid = (low + high + 1) >> 1;
		if ((offsets[mid] ?? 0) <= y) low = mid;
		else high = mid - 1;
	}
	return Math.max(0, low);
}
