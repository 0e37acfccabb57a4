/** Recipients × statuses: which cell says what. Transport and status are two layers; a cell names its own. */
import type { StatusCell, TrackingRow, TrackingView } from '$host';
import type { Key } from '$lib/i18n/index.svelte';

/** The columns after the recipient; transport first, then the statuses of the axis in their order. */
export const COLUMNS: { key: Key; code: string | null }[] = [
	{ key: 'col_sent', code: null },
	{ key: 'col_arrived', code: '01' },
	{ key: 'col_accepted', code: '03' },
	{ key: 'col_assigned', code: '04' },
	{ key: 'col_processing', code: '05' },
	{ key: 'col_completed', code: '06' },
];

/** Trả lại. */
const RETURNED = '02';

export type Cell =
	| { kind: 'sent' }
	| { kind: 'status'; cell: StatusCell }
	| { kind: 'none' }
	/** A broken row says what is wrong across the cells that it will not reach. */
	| { kind: 'broken'; span: number; why: 'returned'; cell: StatusCell }
	| { kind: 'broken'; span: number; why: 'failed' | 'unclear' | 'waiting' };

export function cellsOf(row: TrackingRow): Cell[] {
	const { delivery } = row;
	const all = COLUMNS.length;
	if (delivery === 'failed' || delivery === 'unclear' || delivery === 'waiting') {
		return [{ kind: 'broken', span: all, why: delivery }];
	}
	const of = (code: string) => row.cells.find((cell) => cell.code === code);
	const cells = COLUMNS.map(({ code }): Cell => {
		if (code === null) return { kind: 'sent' };
		const cell = of(code);
		return cell ? { kind: 'status', cell } : { kind: 'none' };
	});
	const returned = of(RETURNED);
	if (!returned) return cells;
	const reached = cells.findLastIndex((cell) => cell.kind !== 'none') + 1;
	const from = Math.min(reached, all - 1);
	return [
		...cells.slice(0, from),
		{ kind: 'broken', span: all - from, why: 'returned', cell: returned },
	];
}

/** What a recipient said of what was asked since: 13, 15, 16, which have no column. */
export function answersOf(row: TrackingRow): StatusCell[] {
	const columns = [RETURNED, ...COLUMNS.map(({ code }) => code)];
	return row.cells.filter(({ code }) => !columns.includes(code));
}

/** The line above the matrix: how many stand where; only what is not zero. */
export function summary(view: TrackingView): { key: Key; n: number; tone: string }[] {
	const having = (code: string) =>
		view.rows.filter((row) => row.cells.some((cell) => cell.code === code)).length;
	const being = (delivery: string) => view.rows.filter((row) => row.delivery === delivery).length;
	const counts: { key: Key; n: number; tone: string }[] = [
		{ key: 'sum_recipients', n: view.rows.length, tone: '' },
		{ key: 'sum_accepted', n: having('03'), tone: '' },
		{ key: 'sum_completed', n: having('06'), tone: '' },
		{ key: 'sum_returned', n: having(RETURNED), tone: 'bad' },
		{ key: 'sum_unclear', n: being('unclear'), tone: 'warn' },
		{ key: 'sum_failed', n: being('failed'), tone: 'bad' },
	];
	return counts.filter(({ n }) => n > 0);
}
