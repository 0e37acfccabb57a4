import { expect, test } from 'vitest';

import { bytes, civil, clock, dayHeading, dueWords, evidence, full, lifetime, middle, parseCivil, when } from './format';

const NOW = Date.parse('2026-11-20T09:00:00+07:00');

test('instants are told in Vietnam time wherever they were written', () => {
	expect(full('2026-11-20T02:52:10Z')).toBe('20/11/2026 09:52:10');
	expect(clock('2026-11-19T23:59:00+07:00')).toBe('23:59');
	expect(full('not a time')).toBe('not a time');
	expect(evidence('2026-11-20T02:52:10Z')).toBe('20/11/2026 09:52:10');
	expect(evidence('0 s')).toBe('0 s');
});

test('today and yesterday have words, other days their date', () => {
	expect(when('2026-11-20T08:40:00+07:00', 'vi', NOW)).toBe('Hôm nay 08:40');
	expect(when('2026-11-19T16:20:00+07:00', 'vi', NOW)).toBe('Hôm qua 16:20');
	expect(when('2026-11-18T16:20:00+07:00', 'vi', NOW)).toBe('18/11/2026');
	// 23:30 UTC of the 19th is 06:30 of the 20th here.
	expect(when('2026-11-19T23:30:00Z', 'en', NOW)).toBe('Today 06:30');
	expect(dayHeading('2026-11-20T08:40:00+07:00', 'vi', NOW)).toBe('Hôm nay, 20/11/2026');
});

test('a due date is words', () => {
	expect(dueWords(2, 'vi')).toBe('Còn 2 ngày');
	expect(dueWords(0, 'vi')).toBe('Hôm nay');
	expect(dueWords(-1, 'vi')).toBe('Quá hạn 1 ngày');
	expect(dueWords(-1, 'en')).toBe('1 day late');
});

test('a certificate has days, then years and months', () => {
	expect(lifetime(214, 'vi')).toBe('còn hạn 214 ngày');
	expect(lifetime(580, 'vi')).toBe('còn hạn 1 năm 7 tháng');
	expect(lifetime(-1, 'vi')).toBe('hết hạn');
});

test('civil dates are shown and read as they are written in Vietnam', () => {
	expect(civil('2026-11-20')).toBe('20/11/2026');
	expect(civil('2027-12-26T20:00:00Z')).toBe('27/12/2027');
	expect(parseCivil('5/3/2026')).toBe('2026-03-05');
	expect(parseCivil('31/02/2026')).toBeNull();
	expect(parseCivil('2026-11-20')).toBeNull();
});

test('sizes have a decimal comma in Vietnamese', () => {
	expect(bytes(214_300, 'vi')).toBe('214 kB');
	expect(bytes(1_800_000, 'vi')).toBe('1,8 MB');
	expect(bytes(2_000_000, 'en')).toBe('2 MB');
});

test('a long name keeps its beginning and its end', () => {
	const short = middle('H99.27-412-UBND-KT-2026_signed.pdf', 20);
	expect([...short]).toHaveLength(20);
	expect(short).toMatch(/^H99\.27-412…/);
	expect(short).toMatch(/igned\.pdf$/);
});
