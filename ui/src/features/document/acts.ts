/** What can be done with a document: the words on the button and its outline. */
import type { Act } from '$host';
import type { Key } from '$lib/i18n/index.svelte';
import type { IconName } from '$lib/icons';

export const ACTS: Record<Act, { label: Key; icon: IconName }> = {
	accept: { label: 'act_accept', icon: 'book-open-check' },
	return: { label: 'act_return', icon: 'corner-up-left' },
	assign: { label: 'act_assign', icon: 'forward' },
	start: { label: 'act_start', icon: 'loader' },
	complete: { label: 'act_complete', icon: 'circle-check' },
	answer: { label: 'act_answer', icon: 'file-pen-line' },
	place: { label: 'act_place', icon: 'move' },
	attach: { label: 'act_attach', icon: 'paperclip' },
	replace: { label: 'act_replace', icon: 'file-pen-line' },
	hand_over: { label: 'act_hand_over', icon: 'pen-line' },
	take_signed: { label: 'act_take_signed', icon: 'download' },
	skip_signer: { label: 'act_skip_signer', icon: 'forward' },
	back_to_draft: { label: 'act_back_to_draft', icon: 'undo-2' },
	sign: { label: 'act_sign', icon: 'pen-line' },
	number_and_seal: { label: 'act_number_and_seal', icon: 'stamp' },
	dispatch: { label: 'act_dispatch', icon: 'send' },
	void_number: { label: 'act_void_number', icon: 'x' },
	settle_send: { label: 'act_settle_send', icon: 'circle-help' },
	retry_send: { label: 'act_retry_send', icon: 'rotate-cw' },
	read_again: { label: 'act_read_again', icon: 'rotate-cw' },
	dismiss: { label: 'act_dismiss', icon: 'archive' },
	agree_change: { label: 'act_agree_change', icon: 'circle-check' },
	refuse_change: { label: 'act_refuse_change', icon: 'x' },
	admit_anyway: { label: 'act_admit_anyway', icon: 'inbox' },
	take_back: { label: 'act_take_back', icon: 'corner-up-left' },
	recall: { label: 'act_recall', icon: 'corner-up-left' },
	update: { label: 'act_update', icon: 'rotate-cw' },
	send_replacement: { label: 'act_send_replacement', icon: 'send' },
};
