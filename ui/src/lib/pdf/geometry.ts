/** From PDF points (origin bottom left) to places on a page that is shown at any size. */
import type { BoxView, GhostView, PageView } from '$host';

/** A4 in points, for a page whose size is not known yet. */
export const A4: PageView = { width: 595, height: 842 };

/** Pixels are asked for in these steps, so that dragging a pane's edge does not draw each width anew. */
const SCALE_STEP = 0.25;

/** More pixels than this for a point are never asked for: 4 on a page of A4 is 8 million pixels. */
const MOST_SCALE = 4;

/** The scale to ask for, given the width on screen and the screen's density. */
export function scaleFor(cssWidth: number, page: PageView, density: number): number {
	const exact = (cssWidth * density) / page.width;
	const stepped = Math.ceil(exact / SCALE_STEP) * SCALE_STEP;
	return Math.min(MOST_SCALE, Math.max(SCALE_STEP, stepped));
}

/** A box in percent of the page, origin top left. */
export function percent(box: BoxView, page: PageView) {
	return {
		left: (box.x / page.width) * 100,
		top: ((page.height - box.y - box.height) / page.height) * 100,
		width: (box.width / page.width) * 100,
		height: (box.height / page.height) * 100,
	};
}

/** The smallest box around boxes of one page. */
export function around(boxes: BoxView[]): BoxView | null {
	const first = boxes[0];
	if (!first) return null;
	const x = Math.min(...boxes.map((b) => b.x));
	const y = Math.min(...boxes.map((b) => b.y));
	const right = Math.max(...boxes.map((b) => b.x + b.width));
	const top = Math.max(...boxes.map((b) => b.y + b.height));
	return { page: first.page, x, y, width: right - x, height: top - y };
}

/** The box of something that the page shows by itself. */
export function outline(ghost: GhostView): GhostView {
	return { ...ghost, text: '', image: '' };
}
