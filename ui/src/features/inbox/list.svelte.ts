/** One folder's rows: pages by keyset, newest first, one of them selected. */
import { commands, type DocumentKey, type Folder, type Only, type RowView } from '$host';
import { dayHeading } from '$lib/format';
import { Loader } from '$lib/loader.svelte';
import { settings, type Lang } from '$lib/settings.svelte';

/** What the virtual list draws: a heading for each day, and rows. Heights in rem. */
export type Item =
	| { key: string; height: number; day: string }
	| { key: string; height: number; row: RowView };

/** Two lines at 1.4; the heading of a day in small. */
const ROW_REM = 3.25;
const DAY_REM = 2.125;
const REM_PX = 16;

/** A refresh reads no more rows than this again; what lies below is read when scrolled to. */
const MOST_REFRESHED = 600;

interface Rows {
	rows: RowView[];
	next: string | null;
	total: number;
}

export class DocumentList extends Loader<Rows> {
	folder = $state<Folder>('to_accept');
	only = $state<Only>('all');
	selected = $state.raw<DocumentKey | null>(null);
	#reading = false;

	rows = $derived(this.value?.rows ?? []);
	items = $derived(itemsOf(this.rows, settings.lang, (REM_PX * settings.size) / 100));

	/** Opens a folder, or some of it, and selects its first row. */
	async open(folder: Folder, only: Only = 'all'): Promise<void> {
		this.clear();
		[this.folder, this.only, this.selected] = [folder, only, null];
		await this.load(() => commands.list(folder, only, null));
		this.selected ??= this.rows[0]?.key ?? null;
	}

	/** Reads the next page, if there is one and it is not being read. */
	async more(): Promise<void> {
		const [have, folder, only] = [this.value, this.folder, this.only];
		if (!have?.next || this.#reading) return;
		this.#reading = true;
		try {
			const page = await commands.list(folder, only, have.next);
			if (this.value === have) {
				this.value = { ...page, rows: [...have.rows, ...page.rows] };
			}
		} finally {
			this.#reading = false;
		}
	}

	/** Reads again what is shown, after a change. Whoever was selected stays, or the next in its place. */
	async refresh(): Promise<void> {
		const [folder, only] = [this.folder, this.only];
		const want = Math.min(this.value?.rows.length ?? 0, MOST_REFRESHED);
		const at = this.position;
		await this.load(async () => {
			let page: Rows = await commands.list(folder, only, null);
			while (page.next && page.rows.length < want) {
				const more = await commands.list(folder, only, page.next);
				page = { ...more, rows: [...page.rows, ...more.rows] };
			}
			return page;
		});
		if (this.folder === folder && this.position < 0) {
			this.selected = this.rows[Math.min(Math.max(at, 0), this.rows.length - 1)]?.key ?? null;
		}
	}

	/** Selects the row this many further; stays at the ends. Returns whether it moved. */
	move(by: number): boolean {
		const to = Math.min(Math.max(this.position + by, 0), this.rows.length - 1);
		const row = this.rows[to];
		if (!row || to === this.position) return false;
		this.selected = row.key;
		return true;
	}

	/** Where the selected row stands, −1 if it is not here. */
	get position(): number {
		const key = this.selected && keyOf(this.selected);
		return this.rows.findIndex((row) => keyOf(row.key) === key);
	}
}

export function keyOf(key: DocumentKey): string {
	return `${key.direction}-${key.id}`;
}

/** Rows with a heading before the first of each day. */
export function itemsOf(rows: RowView[], lang: Lang, rem: number, now = Date.now()): Item[] {
	const items: Item[] = [];
	let last = '';
	for (const row of rows) {
		const day = dayHeading(row.at, lang, now);
		if (day !== last) items.push({ key: `day-${day}`, height: DAY_REM * rem, day });
		last = day;
		items.push({ key: keyOf(row.key), height: ROW_REM * rem, row });
	}
	return items;
}
