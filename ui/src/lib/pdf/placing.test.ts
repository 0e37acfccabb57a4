import { beforeEach, expect, test, vi } from 'vitest';
import type { GhostView, MarkKind, Nudge } from '$host';

import { Placing } from './placing.svelte';

const ghost = (what: string, nudge: MarkKind | null, x: number, y: number): GhostView => ({
	what,
	place: { page: 0, x, y, width: 20, height: 10 },
	text: '',
	image: '',
	caption: { vi: what, en: what },
	nudge,
});
const GHOSTS = [ghost('day', 'date', 400, 700), ghost('month', 'date', 450, 700), ghost('seal', null, 300, 200)];

beforeEach(() => {
	vi.useFakeTimers();
});

test('a mark moves at once and is kept once, after the last step', async () => {
	const kept: Nudge[][] = [];
	const placing = new Placing(async (nudges) => {
		kept.push(nudges);
		placing.follow({ ghosts: GHOSTS.map((one) => (one.nudge ? ghost(one.what, one.nudge, one.place.x + 2, 700) : one)), nudges });
	});
	placing.follow({ ghosts: GHOSTS, nudges: [] });
	placing.move('date', 1, 0);
	placing.move('date', 1, 0);
	expect(placing.ghosts.map((one) => one.place.x)).toEqual([402, 452, 300]);
	expect(placing.busy).toBe(true);
	await vi.runAllTimersAsync();
	expect(kept).toEqual([[{ mark: 'date', dx: 2, dy: 0 }]]);
	expect(placing.ghosts.map((one) => one.place.x)).toEqual([402, 452, 300]);
	expect([placing.busy, placing.corrected]).toEqual([false, true]);
});

test('what is refused stands again where it was', async () => {
	const placing = new Placing(() => Promise.reject(new Error('off the page')));
	placing.follow({ ghosts: GHOSTS, nudges: [] });
	placing.move('date', 0, 500);
	await vi.runAllTimersAsync();
	expect(placing.ghosts[0]?.place.y).toBe(700);
	expect(placing.error).not.toBeNull();
	expect([placing.busy, placing.corrected]).toEqual([false, false]);
});

test('what a signature holds in its place is not offered', () => {
	const placing = new Placing(() => Promise.resolve());
	placing.follow({ ghosts: GHOSTS, nudges: [] });
	expect(placing.movable.map((one) => one.what)).toEqual(['day']);
});
