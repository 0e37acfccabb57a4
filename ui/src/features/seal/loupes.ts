/** Which parts of the page are enlarged: the number, the date, the seal over the signature. */
import type { BoxView, GhostView, PageView, Text } from '$host';
import { around } from '$lib/pdf/geometry';

export interface LoupeView {
	page: PageView;
	part: BoxView;
	caption: Text;
}

/** Points around what is shown, enough for the words beside it: `Số:` and the notation, the day's words. */
const MARGIN = { number: 46, date: 34, seal: 22 } as const;
/** A loupe of a text is a strip, this high. */
const STRIP = 24;

export function loupes(ghosts: GhostView[], pages: PageView[]): LoupeView[] {
	const groups = [
		{ margin: MARGIN.number, strip: true, of: ghosts.filter((one) => one.what === 'number') },
		{ margin: MARGIN.date, strip: true, of: ghosts.filter((one) => ['day', 'month'].includes(one.what)) },
		{ margin: MARGIN.seal, strip: false, of: ghosts.filter((one) => one.what === 'seal') },
	];
	return groups.flatMap(({ margin, strip, of }) => {
		const first = of[0];
		const page = first && pages[first.place.page];
		const whole = page && around(of.map((one) => one.place), page, margin);
		return whole ? [{ page, part: strip ? stripOf(whole) : whole, caption: first.caption }] : [];
	});
}

/** The middle of a box, as high as a line of text with some air. */
function stripOf(box: BoxView): BoxView {
	return { ...box, y: box.y + (box.height - STRIP) / 2, height: STRIP };
}
