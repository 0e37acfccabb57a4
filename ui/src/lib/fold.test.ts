import { expect, test } from 'vitest';

import { fold, matches } from './fold';

test('marks, the crossed d and the two forms of a letter fold to the same', () => {
	expect(fold('Đề nghị khẩn')).toBe('de nghi khan');
	expect(fold('quyết'.normalize('NFD'))).toBe(fold('quyết'.normalize('NFC')));
	expect(fold('hòa')).toBe(fold('hoà'));
});

test('typing without marks finds the words with them', () => {
	expect(matches('cong van den', 'Công văn đến')).toBe(true);
	expect(matches('van den', 'Công văn đến')).toBe(true);
	expect(matches('an den', 'Công văn đến')).toBe(false);
	expect(matches('', 'Sổ văn bản đi')).toBe(true);
});
