/** The folders of the clerk's face: their words, icons, order and what an empty one says. */
import type { Folder } from '$host';
import type { Key } from '$lib/i18n/index.svelte';
import type { IconName } from '$lib/icons';

export const ICONS: Record<Folder, IconName> = {
	to_accept: 'inbox',
	registered: 'book-open-check',
	in_progress: 'loader',
	overdue: 'clock-alert',
	completed: 'circle-check',
	returned: 'corner-up-left',
	unreadable: 'file-question-mark',
	duplicates: 'copy',
	drafts: 'file-pen-line',
	to_sign: 'pen-line',
	signed: 'badge-check',
	to_number: 'stamp',
	to_send: 'send',
	send_trouble: 'triangle-alert',
	tracking: 'radar',
};

const INCOMING: readonly Folder[] = [
	'to_accept',
	'registered',
	'in_progress',
	'overdue',
	'completed',
	'returned',
	'unreadable',
	'duplicates',
];

export function isIncoming(folder: Folder): boolean {
	return INCOMING.includes(folder);
}

/** Folders that can show their urgent or their dated ones only: what is late, unread or doubled is few. */
export function hasSome(folder: Folder): boolean {
	return isIncoming(folder) && !['overdue', 'unreadable', 'duplicates'].includes(folder);
}

/** The label of a folder: the table of words has a line for each. */
export function labelOf(folder: Folder): Key {
	return folder;
}
