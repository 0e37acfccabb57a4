import { expect, test, vi } from 'vitest';

import { active, chordOf, handle, register } from './keys';

const press = (key: string, more: KeyboardEventInit = {}) =>
	new KeyboardEvent('keydown', { key, cancelable: true, ...more });

test('no single letter becomes a shortcut', () => {
	const one = { chord: 'K', says: () => '', run: () => undefined };
	expect(() => register(one)).toThrow('no single letters');
	expect(() => register({ ...one, chord: 'Shift+K' })).toThrow('no single letters');
});

test('keys are left alone while a tone is being composed', () => {
	const run = vi.fn();
	const release = register({ chord: 'Ctrl+K', says: () => '', run });
	expect(chordOf(press('k', { ctrlKey: true, isComposing: true }))).toBeNull();
	expect(handle(press('k', { ctrlKey: true, isComposing: true }))).toBe(false);
	expect(handle(press('k', { ctrlKey: true }))).toBe(true);
	expect(run).toHaveBeenCalledOnce();
	release();
});

test('the newest shortcut of a chord acts, and leaves with its task', () => {
	const [below, above] = [vi.fn(), vi.fn()];
	const releaseBelow = register({ chord: 'Ctrl+Enter', says: () => 'below', run: below });
	const releaseAbove = register({ chord: 'Ctrl+Enter', says: () => 'above', run: above });
	handle(press('Enter', { ctrlKey: true }));
	expect(active().map((one) => one.says())).toEqual(['above']);
	releaseAbove();
	handle(press('Enter', { ctrlKey: true }));
	expect([below, above].map((f) => f.mock.calls.length)).toEqual([1, 1]);
	releaseBelow();
});

test('a shortcut that declines leaves the key to the one before', () => {
	const run = vi.fn();
	const releases = [
		register({ chord: 'Escape', says: () => '', run }),
		register({ chord: 'Escape', says: () => '', run: () => false }),
	];
	handle(press('Escape'));
	expect(run).toHaveBeenCalledOnce();
	for (const release of releases) release();
});
