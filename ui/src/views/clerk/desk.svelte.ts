/** What the clerk's window is doing: which folder or book, which document, which task. */
import {
	commands,
	type Act,
	type Book,
	type DocumentKey,
	type DocumentView,
	type ErrorView,
	type FileView,
	type Folder,
	type OrganView,
} from '$host';
import { DocumentList, keyOf } from '$features/inbox/list.svelte';
import { announce } from '$lib/announce.svelte';
import { Doing } from '$lib/doing.svelte';
import { t, type Key } from '$lib/i18n/index.svelte';
import { Loader } from '$lib/loader.svelte';
import { session } from '$lib/session.svelte';

export type Task =
	| { kind: 'place' | 'seal' | 'dispatch'; document: DocumentView }
	| { kind: 'draft'; answers: { id: number; subject: string; sender: OrganView | null } | null }
	| { kind: 'replace'; document: DocumentView }
	| { kind: 'copy' }
	| { kind: 'verify'; file: FileView; subject: string };

/** Acts that ask for a sentence first. */
export type Asking =
	| 'return' | 'assign' | 'void_number' | 'dismiss' | 'refuse_change' | 'skip_signer' | 'back_to_draft';

export class ClerkDesk {
	readonly list = new DocumentList();
	readonly open = new Loader<DocumentView>();
	readonly doing = new Doing();
	book = $state<Book | null>(null);
	task = $state.raw<Task | null>(null);
	asking = $state.raw<{ act: Asking; document: DocumentView; request: number | null } | null>(null);
	/** A form over a document: what goes with it, what is new about it, what it takes the place of. */
	amending = $state.raw<{ act: 'update' | 'send_replacement' | 'attach' | 'recall'; document: DocumentView } | null>(null);
	/** Where there is room for one pane only: the document, not the list. */
	reading = $state(false);
	/** In *Theo dõi*: the pages instead of the matrix. */
	pages = $state(false);

	/** A document that was opened by name and is not in the folder's list. */
	#elsewhere = $state.raw<DocumentKey | null>(null);

	key = $derived(this.#elsewhere ?? this.list.selected);
	/** What is shown is no longer what is selected: nothing may be done with it any more. */
	stale = $derived(
		this.open.value !== null && this.key !== null && keyOf(this.open.value.key) !== keyOf(this.key),
	);
	tracked = $derived(
		!this.pages && ['tracking', 'send_trouble'].includes(this.open.value?.folder ?? ''),
	);

	folder(folder: Folder): void {
		[this.book, this.task, this.#elsewhere, this.pages] = [null, null, null, false];
		this.reading = false;
		void this.list.open(folder);
	}

	showBook(book: Book): void {
		[this.book, this.task] = [book, null];
	}

	/** Reads the selected document, and marks it as opened. */
	async read(): Promise<void> {
		const key = this.key;
		if (!key) return this.open.clear();
		await this.open.load(() => commands.document(key));
		const unread = this.list.rows.some((row) => row.unread && keyOf(row.key) === keyOf(key));
		if (unread && key.direction === 'incoming') await commands.markRead(key.id);
	}

	/** Opens a document wherever it stands now, with its folder: after a task, or found by name. */
	async show(key: DocumentKey): Promise<void> {
		const document = await commands.document(key);
		[this.book, this.task, this.pages] = [null, null, false];
		this.reading = true;
		if (document.folder !== this.list.folder) await this.list.open(document.folder);
		else await this.list.refresh();
		this.list.selected = key;
		this.#elsewhere = this.list.position < 0 ? key : null;
	}

	/** A draft was saved; `error` is why it has not been handed over as well. */
	async saved(key: DocumentKey, error: ErrorView | null): Promise<void> {
		await this.show(key);
		this.doing.error = error;
	}

	/** Who signed which state of a file. */
	verify(file: FileView): void {
		this.task = { kind: 'verify', file, subject: this.open.value?.subject ?? '' };
	}

	move(by: number): void {
		this.#elsewhere = null;
		this.list.move(by);
	}

	/** Does what a button of the toolbar says. */
	async act(act: Act): Promise<void> {
		const document = this.open.value;
		if (!document || this.stale) return;
		const { id } = document.key;
		switch (act) {
			case 'accept':
				return this.#do(() => commands.accept(id), 'done_accept');
			case 'start':
				return this.#do(() => commands.start(id), 'done_start');
			case 'complete':
				return this.#do(() => commands.complete(id), 'done_complete');
			case 'hand_over':
				return this.#do(() => commands.handOver(id, document.note ?? ''), 'done_hand_over');
			case 'answer':
				this.task = { kind: 'draft', answers: await this.#answered(document) };
				return;
			case 'replace':
				this.task = { kind: 'replace', document };
				return;
			case 'place':
				this.task = { kind: 'place', document };
				return;
			case 'number_and_seal':
				this.task = { kind: 'seal', document };
				return;
			case 'dispatch':
				this.task = { kind: 'dispatch', document };
				return;
			case 'return':
			case 'assign':
			case 'void_number':
			case 'dismiss':
			case 'refuse_change':
			case 'skip_signer':
			case 'back_to_draft':
				this.doing.error = null;
				this.asking = { act, document, request: act === 'refuse_change' ? requestOf(document) : null };
				return;
			case 'settle_send':
			case 'retry_send':
				this.pages = false;
				return;
			case 'agree_change':
				return this.#do(() => commands.agreeChange(requestOf(document)), 'done_agree_change');
			case 'take_signed':
				return this.#takeSigned(id);
			case 'take_back':
				return this.#do(() => this.#takeBack(id), 'done_take_back');
			case 'read_again':
				return this.#do(() => commands.readAgain(id), 'done_read_again');
			case 'admit_anyway':
				return this.#do(() => commands.admitAnyway(id), 'done_admit_anyway');
			case 'update':
			case 'recall':
			case 'send_replacement':
			case 'attach':
				this.amending = { act, document };
				return;
			case 'sign':
				return;
		}
	}

	/** Goes on with what asked for a sentence. */
	async answer(text: string): Promise<void> {
		const asking = this.asking;
		if (!asking) return;
		const { id, direction } = asking.document.key;
		const acts: Record<Asking, [() => Promise<unknown>, Key]> = {
			return: [
				() => (direction === 'message' ? commands.returnMessage(id, text) : commands.returnIncoming(id, text)),
				'done_return',
			],
			assign: [() => commands.assign(id, text), 'done_assign'],
			void_number: [() => commands.voidNumber(id, text), 'done_void_number'],
			dismiss: [() => commands.dismiss(id, text), 'done_dismiss'],
			refuse_change: [
				() => commands.refuseChange(asking.request ?? 0, text),
				'done_refuse_change',
			],
			skip_signer: [
				() => commands.skipSigner(id, asking.document.awaited[0] ?? '', text),
				'done_skip_signer',
			],
			back_to_draft: [() => commands.backToDraft(id, text), 'done_back_to_draft'],
		};
		await this.#do(...acts[asking.act]);
		if (!this.doing.error) this.asking = null;
	}

	/** The clerk's word on one of a document's requests. */
	async decide(request: number, agreed: boolean): Promise<void> {
		const document = this.open.value;
		if (!document || this.stale) return;
		if (agreed) return this.#do(() => commands.agreeChange(request), 'done_agree_change');
		this.doing.error = null;
		this.asking = { act: 'refuse_change', document, request };
	}

	/** Tells a status again that did not get through. */
	resend(send: number): Promise<void> {
		return this.#do(() => commands.retry(send), 'done_retry');
	}

	/** F5: the axis, and the packages that the leader's desk has left. */
	async sync(): Promise<void> {
		// A share that hangs keeps nothing from the axis: whatever it brings is told when it comes.
		if (session.value?.handover_folder) void this.#lookIntoFolder();
		await this.doing.run(async () => {
			const { received, statuses, sent } = await commands.syncNow();
			announce(t('synced', { received, statuses, sent }));
		});
		await this.refresh();
	}

	#looking = false;

	/** One look at a time; what is wrong with the folder is among the notices. */
	async #lookIntoFolder(): Promise<void> {
		if (this.#looking) return;
		this.#looking = true;
		try {
			await commands.handoverIn();
			await this.refresh();
		} catch {
			// The rounds look every few seconds, and tell.
		} finally {
			this.#looking = false;
		}
	}

	/** Takes in what the leader's desk has signed or returned. */
	async takeIn(): Promise<void> {
		await this.doing.run(async () => {
			const { taken, refused } = await commands.handoverIn();
			announce(t('taken', { n: taken.length, refused: refused.length }));
		});
		await this.refresh();
	}

	/** Closes a task or a form and shows what it did. */
	finish(): void {
		[this.task, this.amending] = [null, null];
		void this.refresh();
	}

	async refresh(): Promise<void> {
		const before = this.key && keyOf(this.key);
		await Promise.all([session.refresh(), this.list.refresh()]);
		// A selection that moved on is read by whoever watches it; the same one has to be asked again.
		if (this.key && keyOf(this.key) === before) await this.read();
	}

	async #do(act: () => Promise<unknown>, done: Key): Promise<void> {
		const whole = async () => {
			await act();
			await this.refresh();
		};
		await this.doing.run(whole, () => t(done));
	}

	/** A signed file that came without a package; nothing is said where none was picked. */
	async #takeSigned(id: number): Promise<void> {
		let taken = false;
		await this.doing.run(async () => {
			taken = (await commands.takeSigned(id)) !== null;
		});
		if (taken) announce(t('done_take_signed'));
		await this.refresh();
	}

	/** Keeps a copy of a file where the person says. */
	async save(file: FileView): Promise<void> {
		await this.doing.run(async () => {
			const name = await commands.saveFile(file.sha256, file.name);
			if (name) announce(t('done_save_file', { name }));
		});
	}

	/** Whatever of a document has not left. */
	async #takeBack(id: number): Promise<void> {
		const { held } = await commands.tracking(id);
		for (const { send } of held) await commands.takeBack(send);
	}

	/** The sender as the directory knows it, to stand among the recipients of the answer. */
	async #answered(document: DocumentView) {
		const row = this.list.rows.find((one) => keyOf(one.key) === keyOf(document.key));
		const found = row ? await commands.organs(row.who).catch(() => []) : [];
		const sender = found.find((one) => one.name === row?.who) ?? null;
		return { id: document.key.id, subject: document.subject, sender };
	}
}

/** What its sender asks to change and is decided here; the acts say that there is one such request. */
function requestOf(document: DocumentView): number {
	return document.banners.find(({ request, here }) => here && request !== null)?.request ?? 0;
}
