import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { en } from '../src/lib/i18n/en';
import { vi } from '../src/lib/i18n/vi';

const names = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test('both languages fill in the same names', () => {
	for (const [key, text] of Object.entries(vi)) {
		expect(names(en[key as keyof typeof vi]), key).toEqual(names(text));
	}
});

test('words are composed, without exclamation marks and without "thành công"', () => {
	for (const text of Object.values(vi)) {
		expect(text).toBe(text.normalize('NFC'));
		expect(text).not.toMatch(/!|thành công/i);
	}
});

test('every outline that is named is drawn, and the other way round', () => {
	const css = readFileSync('src/styles/icons.css', 'utf8');
	const source = readFileSync('src/lib/icons.ts', 'utf8');
	const drawn = [...css.matchAll(/^\.i-([a-z0-9-]+)/gm)].map((found) => found[1]);
	const named = [...source.matchAll(/'([a-z0-9-]+)'/g)].map((found) => found[1]);
	expect(named.sort()).toEqual(drawn.sort());
});
