/** Which parts of the page are enlarged: the number, the date, the seal over the signature, a copy's text in its corner. */
import type { BoxView, GhostView, PageView, Text } from '$host';
import { around } from '$lib/pdf/geometry';

export interface LoupeView {
	page: PageView;
	part: BoxView;
	caption: Text;
}

/** Points across a loupe: the line of the number with its words, or the block of the signature. */
const WIDTH = 235;
/** A line of text with some air; a copy's lines in its corner; the signature from the title to the name. */
const HEIGHT = { line: 27, corner: 70, block: 180 } as const;
/** The signature stands to the right of its seal, so the loupe looks that far to the right. */
const ASIDE = 44;

export function loupes(ghosts: GhostView[], pages: PageView[]): LoupeView[] {
	const groups = [
		{ of: ghosts.filter((one) => one.what === 'number'), height: HEIGHT.line, aside: 0 },
		{ of: ghosts.filter((one) => one.what === 'day' || one.what === 'month'), height: HEIGHT.line, aside: 0 },
		{ of: ghosts.filter((one) => one.what === 'seal'), height: HEIGHT.block, aside: ASIDE },
		{ of: ghosts.filter((one) => one.what === 'corner'), height: HEIGHT.corner, aside: 0 },
	];
	return groups.flatMap(({ of, height, aside }) => {
		const first = of[0];
		const page = first && pages[first.place.page];
		const whole = page && around(of.map((one) => one.place));
		return whole ? [{ page, part: glass(whole, page, height, aside), caption: first.caption }] : [];
	});
}

/** The part under the glass: centred on what is shown, kept on the page. */
function glass(box: BoxView, page: PageView, height: number, aside: number): BoxView {
	const keep = (at: number, length: number, most: number) => Math.min(Math.max(at, 0), most - length);
	return {
		page: box.page,
		x: keep(box.x + box.width / 2 + aside - WIDTH / 2, WIDTH, page.width),
		y: keep(box.y + box.height / 2 - height / 2, height, page.height),
		width: WIDTH,
		height,
	};
}
