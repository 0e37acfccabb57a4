import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { commands, type RowView, type SignPreview } from '$host';

import BatchTask from './BatchTask.svelte';

// There is no shell here to tell of changes.
vi.mock('$lib/changes', () => ({ whenChanged: () => () => undefined }));

let shown: Record<string, unknown> | null = null;

afterEach(() => {
	if (shown) void unmount(shown);
	shown = null;
	vi.restoreAllMocks();
});

const row = (id: number): RowView => ({
	key: { direction: 'outgoing', id },
	who: 'Sở Nội vụ',
	code: 'UBND-VP',
	subject: `Báo cáo số ${id}`,
	urgency: 0,
	due: null,
	due_in: null,
	at: '2026-11-20T08:00:00Z',
	unread: false,
	hint: null,
	error: null,
});

const preview = (id: number): SignPreview => ({
	key: { direction: 'outgoing', id },
	sha256: `${id}`,
	shown: `${id}`,
	pages: 1,
	ghosts: [],
	nudges: [],
	checks: [],
	ready: id !== 3,
});

test('the queue is one tab stop; Shift and the arrows take or leave the next as this one', async () => {
	vi.spyOn(commands, 'signPreview').mockImplementation((id) => Promise.resolve(preview(id)));
	const props = { rows: [1, 2, 3, 4].map(row), onback: vi.fn(), onread: vi.fn() };
	shown = mount(BatchTask, { target: document.body, props });
	await vi.waitFor(() => {
		flushSync();
		// The third cannot be signed: it has no box.
		expect(document.querySelectorAll('input[type="checkbox"]')).toHaveLength(3);
	});
	const boxes = [...document.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')];
	expect(boxes.map((box) => box.tabIndex)).toEqual([0, -1, -1]);

	const press = async (shiftKey: boolean) => {
		const event = new KeyboardEvent('keydown', { key: 'ArrowDown', shiftKey, bubbles: true, cancelable: true });
		document.activeElement?.dispatchEvent(event);
		await tick();
	};
	boxes[0]?.focus();
	boxes[0]?.click();
	await press(true);
	await press(false);
	expect(boxes.map((box) => box.checked)).toEqual([false, false, true]);
	expect(document.activeElement).toBe(boxes[2]);
});
