/** The words of each dialog that asks for a sentence before an act. */
import type { Key } from '$lib/i18n/index.svelte';

import type { Asking } from './desk.svelte';

interface Words {
	title: Key;
	label: Key;
	hint: Key;
	act: Key;
	/** Cannot be undone, or takes something away. */
	danger: boolean;
}

export const ASKS: Record<Asking, Words> = {
	return: {
		title: 'reason_return',
		label: 'reason',
		hint: 'reason_return_hint',
		act: 'act_return',
		danger: true,
	},
	assign: {
		title: 'assign_title',
		label: 'assign_to',
		hint: 'assign_hint',
		act: 'act_assign',
		danger: false,
	},
	void_number: {
		title: 'reason_void',
		label: 'reason',
		hint: 'reason_void_hint',
		act: 'act_void_number',
		danger: true,
	},
	refuse_change: {
		title: 'reason_refuse_change',
		label: 'reason',
		hint: 'reason_refuse_change_hint',
		act: 'act_refuse_change',
		danger: true,
	},
	skip_signer: {
		title: 'reason_skip_signer',
		label: 'reason',
		hint: 'reason_skip_signer_hint',
		act: 'act_skip_signer',
		danger: true,
	},
	back_to_draft: {
		title: 'reason_back_to_draft',
		label: 'reason',
		hint: 'reason_back_to_draft_hint',
		act: 'act_back_to_draft',
		danger: true,
	},
	dismiss: {
		title: 'reason_dismiss',
		label: 'reason',
		hint: 'reason_dismiss_hint',
		act: 'act_dismiss',
		danger: false,
	},
};
