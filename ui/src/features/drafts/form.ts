/** The form of a draft: what it starts with, and what is still missing. */
import type { DraftForm, SignatoryView } from '$host';
import { parseCivil } from '$lib/format';
import type { Key } from '$lib/i18n/index.svelte';

/** Where the notation of the last draft is kept: an office writes the same few. */
const NOTATION = 'trien.notation';

export function rememberNotation(notation: string): void {
	localStorage.setItem(NOTATION, notation);
}

/** One name a line, as typed. */
export function names(typed: string): string[] {
	const lines = typed.split('\n').map((line) => line.trim().replace(/\s+/g, ' ').normalize('NFC'));
	return lines.filter((line) => line !== '');
}

export function empty(answers: number | null): DraftForm {
	return {
		subject: '',
		notation: localStorage.getItem(NOTATION) ?? '',
		kind: 'Công văn',
		urgency: 0,
		due: null,
		signatory: 0,
		initials: [],
		co_signers: [],
		recipients: [],
		answers,
		note: '',
	};
}

/** As it is sent: composed letters, no stray spaces. */
export function tidy(text: string): string {
	return text.trim().replace(/\s+/g, ' ').normalize('NFC');
}

/** Letters and digits in parts: `UBND-VP`. */
export function isNotation(text: string): boolean {
	return /^\p{L}[\p{L}\p{N}]*(-[\p{L}\p{N}]+)*$/u.test(text.trim());
}

/** What has to be filled before it can be saved, by the label of the field. */
export function missing(form: DraftForm, file: string | null): Key[] {
	const all: [Key, boolean][] = [
		['draft_pdf', file === null],
		['draft_subject', form.subject.trim() === ''],
		['notation', !isNotation(form.notation)],
		['draft_due', !!form.due && parseCivil(form.due) === null],
		['draft_signatory', form.signatory === 0],
	];
	return all.filter(([, lacking]) => lacking).map(([key]) => key);
}

/** As it is sent: every text tidy, the date as the calendar writes it. */
export function clean(form: DraftForm): DraftForm {
	return {
		...form,
		subject: tidy(form.subject),
		notation: tidy(form.notation),
		note: form.note.trim().normalize('NFC'),
		due: form.due ? parseCivil(form.due) : null,
	};
}

/** A signatory in one line. */
export function signatoryLine(one: SignatoryView): string {
	return [one.full_name, one.position].filter(Boolean).join(', ');
}
