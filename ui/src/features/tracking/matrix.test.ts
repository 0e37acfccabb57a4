import { expect, test } from 'vitest';
import type { DeliveryView, TrackingRow } from '$host';

import { answersOf, cellsOf, summary } from './matrix';

const row = (delivery: DeliveryView, ...codes: string[]): TrackingRow => ({
	organ_id: 'H99.09',
	organ_name: 'Sở Nông nghiệp và Môi trường',
	delivery,
	cells: codes.map((code) => ({
		code,
		text: { vi: code, en: code },
		at: '2026-11-20T10:02:00+07:00',
		description: '',
		raw: '',
	})),
	operations: [],
	silent: null,
});

test('a status stands in its own column, what is not yet there is empty', () => {
	const kinds = cellsOf(row('fetched', '01', '03', '05')).map((cell) => cell.kind);
	expect(kinds).toEqual(['sent', 'status', 'status', 'none', 'status', 'none']);
});

test('a return takes the cells that will not be reached', () => {
	const cells = cellsOf(row('fetched', '01', '02'));
	expect(cells).toHaveLength(3);
	expect(cells[2]).toMatchObject({ kind: 'broken', span: 4, why: 'returned' });
});

test('a lost answer is neither sent nor failed', () => {
	expect(cellsOf(row('unclear'))).toEqual([{ kind: 'broken', span: 6, why: 'unclear' }]);
});

test('what was asked since takes no column of the document itself', () => {
	const asked = row('fetched', '01', '03', '15');
	expect(cellsOf(asked).map((cell) => cell.kind)).toEqual(['sent', 'status', 'status', 'none', 'none', 'none']);
	expect(answersOf(asked).map((cell) => cell.code)).toEqual(['15']);
});

test('the summary leaves out what is zero', () => {
	const view = {
		key: { direction: 'outgoing', id: 1 } as const,
		rows: [row('fetched', '01', '03', '06'), row('failed')],
		troubles: [],
		held: [],
		deadline: null,
	};
	expect(summary(view).map(({ key, n }) => [key, n])).toEqual([
		['sum_recipients', 2],
		['sum_accepted', 1],
		['sum_completed', 1],
		['sum_failed', 1],
	]);
});
