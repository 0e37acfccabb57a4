/** Several documents signed with one PIN: what is checked before, what became of each. */
import { commands, type ErrorView, type RowView } from '$host';
import { Doing } from '$lib/doing.svelte';
import { asError } from '$lib/problem';
import { isSeen } from '$lib/seen.svelte';

/** One document on its way through the batch. */
export interface Item {
	row: RowView;
	id: number;
	/** The file that would be signed; unknown until it was checked. */
	sha256: string | null;
	/** Whether the person takes part of it; what cannot be signed is left out. */
	taken: boolean;
	stage: 'checking' | 'ready' | 'blocked' | 'left_out' | 'waiting' | 'signed' | 'failed' | 'not_reached';
	/** Why it is blocked or failed. */
	why: ErrorView | null;
	/** The sentences of checks that did not pass. */
	checks: { vi: string; en: string }[];
}

export class Batch {
	items = $state<Item[]>([]);
	phase = $state<'before' | 'during' | 'after'>('before');
	readonly doing = new Doing();

	taken = $derived(this.items.filter((one) => one.taken));
	unseen = $derived(this.taken.filter((one) => one.sha256 !== null && !isSeen(one.sha256)));
	checking = $derived(this.items.some((one) => one.stage === 'checking'));
	signed = $derived(this.items.filter((one) => one.stage === 'signed').length);
	left = $derived(this.items.filter((one) => one.stage === 'failed' || one.stage === 'not_reached'));

	/** Takes these up and checks each, one after the other: everything before the PIN is asked. */
	async begin(rows: RowView[]): Promise<void> {
		this.phase = 'before';
		this.items = rows.map((row) => ({
			row,
			id: row.key.id,
			sha256: null,
			taken: true,
			stage: 'checking',
			why: null,
			checks: [],
		}));
		for (const item of this.items) await check(item);
	}

	/** Signs what is taken, with one PIN. */
	async sign(): Promise<void> {
		const ids = this.taken.map((one) => one.id);
		if (ids.length === 0 || this.checking) return;
		this.phase = 'during';
		for (const item of this.items) {
			if (item.taken) item.stage = 'waiting';
			else if (item.stage === 'ready') item.stage = 'left_out';
		}
		const ended = await this.doing.run(async () => {
			for (const { id, error } of await commands.sign(ids)) this.#came(id, error);
		});
		// A fault of the token stops the batch: what it did not come to stays as it was.
		for (const item of this.taken) if (item.stage === 'waiting') item.stage = 'not_reached';
		this.phase = 'after';
		if (!ended && this.doing.error?.code === 'cancelled') {
			this.doing.error = null;
			for (const item of this.items) if (item.stage !== 'blocked') item.stage = 'ready';
			this.phase = 'before';
		}
	}

	/** Rust tells of each document as soon as it is signed. */
	wasSigned(id: number): void {
		if (this.phase === 'during') this.#came(id, null);
	}

	#came(id: number, error: ErrorView | null): void {
		const item = this.items.find((one) => one.id === id);
		if (item) [item.stage, item.why] = [error ? 'failed' : 'signed', error];
	}
}

async function check(item: Item): Promise<void> {
	try {
		const { sha256, ready, checks } = await commands.signPreview(item.id);
		item.sha256 = sha256;
		item.checks = checks.filter((one) => one.outcome !== 'passed').map((one) => one.sentence);
		[item.stage, item.taken] = ready ? ['ready', true] : ['blocked', false];
	} catch (thrown) {
		[item.stage, item.taken, item.why] = ['blocked', false, asError(thrown)];
	}
}

/** The results as a table that any office program opens: a line for each document. */
export function report(items: Item[], words: { head: string[]; of: (item: Item) => string }): string {
	const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
	const lines = items.map((one) => [one.row.code, one.row.subject, words.of(one)]);
	return [words.head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n');
}
