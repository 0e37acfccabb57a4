import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';
import Facts from '$features/document/Facts.svelte';
import TroublesDialog from '$features/frame/TroublesDialog.svelte';
import TrackingPane from '$features/tracking/TrackingPane.svelte';
import { commands } from '$host';
import VirtualList from '$lib/VirtualList.svelte';

import Broken from './Broken.svelte';
import * as office from './browser/office';
import { all, show } from './stage';

// There is no shell here to tell of changes.
vi.mock('$lib/changes', () => ({ whenChanged: () => () => undefined }));

test('an update that carries the same bytes again shows both files', () => {
	const view = office.document({ direction: 'incoming', id: 2 }, 'clerk');
	const [file] = view.files;
	if (!file) throw new Error('the invented document has a file');
	show(Facts, { document: { ...view, files: [file, file] }, file });
	expect(all('.files li')).toHaveLength(2);
});

test('a recipient that told 01 of the letter and of its recall shows both', async () => {
	const [row] = office.tracking.rows;
	const [cell] = row?.cells ?? [];
	if (!row || !cell) throw new Error('the invented recipient has told something');
	const view = { ...office.tracking, rows: [{ ...row, cells: [cell, cell] }] };
	vi.spyOn(commands, 'tracking').mockResolvedValue(view);
	show(TrackingPane, { document: office.document({ direction: 'outgoing', id: 601 }, 'clerk') });
	await vi.waitFor(() => expect(all('aside li')).toHaveLength(2));
});

test('the same message of the exchange twice is two lines', async () => {
	const [trouble] = office.troubles;
	vi.spyOn(commands, 'exchangeTroubles').mockResolvedValue(trouble ? [trouble, trouble] : []);
	show(TroublesDialog, { onclose: () => undefined });
	await vi.waitFor(() => expect(all('[data-trouble]')).toHaveLength(2));
});

test('a day may head the rows of a list twice', () => {
	const items = [{ key: 'day-1', height: 0 }, { key: 'day-2', height: 0 }, { key: 'day-1', height: 0 }];
	expect(() => show(VirtualList, { items, row: () => undefined })).not.toThrow();
});

test('a pane that cannot be drawn says so, and shows the next document', () => {
	show(Broken, {});
	expect(document.querySelector('[role="alert"]')?.textContent).toContain('Không hiện được phần này');
	expect(document.body.textContent).toContain('beside it');
	document.querySelector<HTMLElement>('[data-next]')?.click();
	flushSync();
	expect(document.querySelector('[role="alert"]')).toBeNull();
	expect(document.body.textContent).toContain('the next one');
});
