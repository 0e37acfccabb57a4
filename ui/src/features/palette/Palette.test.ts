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

test('the list goes on at its end, page after page, and a row says what became of its document', async () => {
	const page = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => row(from + i));
	const search = vi.spyOn(commands, 'search').mockImplementation((_, cursor) =>
		Promise.resolve({ rows: cursor ? page(31, 40) : page(1, 30), next: cursor ? null : 'on', total: 40 }),
	);
	shown = mount(Palette, { target: document.body, props: { offered: [], ondocument: vi.fn(), onclose: vi.fn() } });
	const field = document.querySelector('input');
	if (!field) throw new Error('the palette has a field');
	field.value = 'báo cáo';
	field.dispatchEvent(new Event('input', { bubbles: true }));
	const options = () => document.querySelectorAll('[role="option"]').length;
	await vi.waitFor(() => expect(options()).toBe(20));
	expect(document.querySelector('[role="option"]')?.textContent).toContain('Đã thu hồi');
	for (let at = 0; at < 39; at++) {
		field.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }));
		await tick();
		await Promise.resolve();
		flushSync();
	}
	await vi.waitFor(() => expect(options()).toBe(40));
	expect(search).toHaveBeenLastCalledWith('báo cáo', 'on');
});
