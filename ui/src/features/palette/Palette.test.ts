import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { commands, type RowView } from '$host';

import Palette from './Palette.svelte';

let shown: Record<string, unknown> | null = null;

afterEach(() => {
	if (shown) void unmount(shown);
	shown = null;
	vi.restoreAllMocks();
});

const row = (id: number): RowView => ({
	key: { direction: 'incoming', id },
	who: 'Sở Nội vụ',
	code: `${id}/SNV`,
	subject: `Báo cáo số ${id}`,
	urgency: 0,
	due: null,
	due_in: null,
	at: '2026-11-20T08:00:00Z',
	unread: false,
	hint: id === 1 ? { vi: 'Đã thu hồi', en: 'Recalled' } : null,
	error: null,
});

function type(text: string): HTMLInputElement {
	const field = document.querySelector('input');
	if (!field) throw new Error('the palette has a field');
	field.value = text;
	field.dispatchEvent(new Event('input', { bubbles: true }));
	flushSync();
	return field;
}

const press = (field: HTMLInputElement, key: string) =>
	field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

test('Enter before the answer opens what is found for the whole text, not what its beginning had found', async () => {
	const found: Record<string, RowView[]> = { '12': [row(12)], '125': [row(125)] };
	vi.spyOn(commands, 'search').mockImplementation((text) =>
		Promise.resolve({ rows: found[text] ?? [], next: null, total: 1 }),
	);
	const ondocument = vi.fn();
	shown = mount(Palette, { target: document.body, props: { offered: [], ondocument, onclose: vi.fn() } });
	press(type('12'), 'Enter');
	expect(ondocument).not.toHaveBeenCalled();
	await vi.waitFor(() => expect(ondocument).toHaveBeenLastCalledWith(row(12)));
	press(type('125'), 'Enter');
	await vi.waitFor(() => expect(ondocument).toHaveBeenLastCalledWith(row(125)));
	expect(ondocument).toHaveBeenCalledTimes(2);
});

test('the list goes on at its end, page after page, and a row says what became of its document', async () => {
	const page = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => row(from + i));
	const search = vi.spyOn(commands, 'search').mockImplementation((_, cursor) =>
		Promise.resolve({ rows: cursor ? page(31, 40) : page(1, 30), next: cursor ? null : 'on', total: 40 }),
	);
	shown = mount(Palette, { target: document.body, props: { offered: [], ondocument: vi.fn(), onclose: vi.fn() } });
	const field = type('báo cáo');
	const options = () => document.querySelectorAll('[role="option"]').length;
	await vi.waitFor(() => expect(options()).toBe(20));
	expect(document.querySelector('[role="option"]')?.textContent).toContain('Đã thu hồi');
	for (let at = 0; at < 39; at++) {
		press(field, 'ArrowDown');
		await tick();
		await Promise.resolve();
		flushSync();
	}
	await vi.waitFor(() => expect(options()).toBe(40));
	expect(search).toHaveBeenLastCalledWith('báo cáo', 'on');
});
