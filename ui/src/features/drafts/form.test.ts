import { expect, test } from 'vitest';

import { clean, empty, missing, names, rememberNotation } from './form';

test('a new form lacks its file, its subject and its signatory, and the notation until one was used', () => {
	const lacking = missing(empty(null), null);
	expect(lacking).toEqual(['draft_pdf', 'draft_subject', 'notation', 'draft_signatory']);
	rememberNotation('UBND-VP');
	expect(missing(empty(null), null)).not.toContain('notation');
});

test('people are named one a line', () => {
	expect(names(' Trần Văn  Bé \n\nĐinh Thị Cúc')).toEqual(['Trần Văn Bé', 'Đinh Thị Cúc']);
});

test('a notation is letters and digits with hyphens, in Vietnamese too', () => {
	const form = { ...empty(7), subject: 'Trả lời', signatory: 1 };
	for (const notation of ['UBND-VP', 'QĐ-UBND', 'BC-UBND', 'STC']) {
		expect(missing({ ...form, notation }, 'a.pdf')).toEqual([]);
	}
	for (const notation of ['', '12/UBND', 'UBND-', 'UBND VP']) {
		expect(missing({ ...form, notation }, 'a.pdf')).toEqual(['notation']);
	}
});

test('texts leave composed and without stray spaces', () => {
	const form = { ...empty(null), subject: '  Báo  cáo '.normalize('NFD'), due: '5/12/2026' };
	expect(clean(form)).toMatchObject({ subject: 'Báo cáo', due: '2026-12-05' });
	expect(clean({ ...form, due: '' }).due).toBeNull();
});
