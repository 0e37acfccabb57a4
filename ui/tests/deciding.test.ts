import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';
import RecallDialog from '$features/amend/RecallDialog.svelte';
import Facts from '$features/document/Facts.svelte';
import { commands } from '$host';
import { session } from '$lib/session.svelte';

import { ClerkDesk } from '../src/views/clerk/desk.svelte';
import * as office from './browser/office';
import { all, show } from './stage';

// There is no shell here to tell of changes.
vi.mock('$lib/changes', () => ({ whenChanged: () => () => undefined }));

test('each of two requests is answered by its own buttons, and a package by itself', () => {
	const view = { ...office.document({ direction: 'incoming', id: 2 }, 'clerk'), banners: office.REQUESTS };
	const ondecide = vi.fn();
	show(Facts, { document: view, file: null, ondecide });
	const agree = all('[data-decide="agree"]');
	expect(agree).toHaveLength(2);
	agree[1]?.click();
	all('[data-decide="refuse"]')[0]?.click();
	expect(ondecide.mock.calls).toEqual([
		[7, true],
		[4, false],
	]);
});

test('a recall goes to everybody until somebody is left out', async () => {
	vi.spyOn(commands, 'tracking').mockResolvedValue(office.tracking);
	const recall = vi.spyOn(commands, 'recall').mockResolvedValue({ direction: 'outgoing', id: 601 });
	const view = office.document({ direction: 'outgoing', id: 601 }, 'clerk');
	show(RecallDialog, { document: view, onclose: vi.fn(), ondone: vi.fn() });
	await vi.waitFor(() => expect(all('[data-holder]')).toHaveLength(5));
	const why = document.querySelector('textarea');
	if (!why) throw new Error('it asks why');
	why.value = 'Gửi nhầm';
	why.dispatchEvent(new Event('input', { bubbles: true }));
	for (const holder of all('[data-holder]').slice(1)) holder.click();
	flushSync();
	all('[data-act="recall-now"]')[0]?.click();
	await vi.waitFor(() => expect(recall).toHaveBeenCalledWith(601, ['H99.09'], 'Gửi nhầm'));
});

test('a hand-over folder that hangs keeps nothing from the axis', async () => {
	session.value = office.session('clerk');
	vi.spyOn(commands, 'handoverIn').mockReturnValue(new Promise(() => undefined));
	vi.spyOn(commands, 'session').mockResolvedValue(office.session('clerk'));
	vi.spyOn(commands, 'list').mockResolvedValue({ rows: [], next: null, total: 0 });
	const report = { received: 2, duplicates: 0, unreadable: 0, statuses: 5, sent: 1, troubles: 0, notices: [] };
	const sync = vi.spyOn(commands, 'syncNow').mockResolvedValue(report);
	await new ClerkDesk().sync();
	expect(sync).toHaveBeenCalledOnce();
});

test('a package that cannot be read goes back to the axis, not to a sender of a document', async () => {
	vi.spyOn(commands, 'session').mockResolvedValue(office.session('clerk'));
	vi.spyOn(commands, 'list').mockResolvedValue({ rows: [], next: null, total: 0 });
	const back = vi.spyOn(commands, 'returnMessage').mockResolvedValue(null);
	const key = { direction: 'message' as const, id: 3 };
	const desk = new ClerkDesk();
	desk.asking = { act: 'return', document: { ...office.document(key, 'clerk'), key }, request: null };
	await desk.answer('Tệp hỏng, gửi lại');
	expect(back).toHaveBeenCalledWith(3, 'Tệp hỏng, gửi lại');
	expect(desk.asking).toBeNull();
});
