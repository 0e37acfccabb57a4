import { expect, test } from 'vitest';
import type { GhostView } from '$host';

import { loupes } from './loupes';

const A4 = { width: 595, height: 842 };
const text = { vi: 'Số', en: 'Number' };
const ghost = (what: string, x: number, y: number, width: number, height: number): GhostView => ({
	what,
	place: { page: 0, x, y, width, height },
	text: '412',
	image: '',
	caption: text,
	nudge: null,
});

test('number, date and seal have a loupe each, day and month share theirs', () => {
	const all = [
		ghost('number', 120, 700, 30, 14),
		ghost('day', 380, 680, 16, 14),
		ghost('month', 440, 680, 16, 14),
		ghost('seal', 300, 200, 102, 102),
	];
	const [number, date, seal] = loupes(all, [A4]);
	expect(number?.part).toMatchObject({ x: 135 - 235 / 2, y: 707 - 27 / 2, width: 235, height: 27 });
	expect(date?.part.x).toBe(418 - 235 / 2);
	expect(seal?.part.height).toBe(180);
});

test('a copy has a loupe over the text in its corner', () => {
	const [corner, more] = loupes([ghost('corner', 354, 790, 198, 36)], [A4]);
	expect(corner?.part).toMatchObject({ x: 453 - 235 / 2, y: 842 - 70, height: 70 });
	expect(more).toBeUndefined();
});

test('what stands on no page has no loupe', () => {
	expect(loupes([ghost('number', 0, 0, 10, 10)], [])).toEqual([]);
});

test('a loupe stays on the page', () => {
	const [number] = loupes([ghost('number', 10, 830, 30, 10)], [A4]);
	expect(number?.part).toMatchObject({ x: 0, y: 842 - 27 });
});
