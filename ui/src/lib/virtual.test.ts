import { expect, test } from 'vitest';

import { MOST_ROWS, offsetsOf, reveal, visible } from './virtual';

const rows = (n: number) => offsetsOf(Array.from({ length: n }, () => 52));

test('a million rows put a screenful into the page', () => {
	const offsets = rows(1_000_000);
	const [first, last] = visible(offsets, 52 * 500_000, 700);
	expect(first).toBe(500_000 - 8);
	expect(last - first).toBeLessThan(40);
});

test('however high the window, no more rows than allowed', () => {
	const [first, last] = visible(rows(10_000), 0, 1_000_000);
	expect(last - first).toBe(MOST_ROWS);
});

test('an empty list shows nothing', () => {
	expect(visible(offsetsOf([]), 0, 700)).toEqual([0, 0]);
});

test('headings of other heights are counted', () => {
	const offsets = offsetsOf([34, 52, 52, 34, 52]);
	expect(offsets).toEqual([0, 34, 86, 138, 172, 224]);
});

test('a row out of sight is scrolled to, one in sight is left', () => {
	const offsets = rows(100);
	expect(reveal(offsets, 0, 520, 700)).toBe(0);
	expect(reveal(offsets, 50, 0, 700)).toBe(51 * 52 - 700);
	expect(reveal(offsets, 12, 520, 700)).toBeNull();
});
