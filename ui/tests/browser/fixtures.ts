/** Stands in for the shell: answers every command with an invented office. For looking only. */
import type { Book, DocumentKey, DocumentView, Folder, Only, OrganView, RowView, SessionView } from '../../src/host';
import * as data from './office';

const asked = new URLSearchParams(location.search);
const role = asked.get('role') === 'leader' ? 'leader' : 'clerk';
const settings = { theme: asked.get('theme') ?? 'system', lang: asked.get('lang') ?? 'vi' };
localStorage.setItem('trien.settings', JSON.stringify({ ...settings, size: 100 }));

interface Arguments {
	folder: Folder;
	key: DocumentKey;
	text: string;
	recipients: string[];
	book: Book;
	only: Only;
	year: number;
	find: string;
}

const answers: Record<string, (args: Arguments) => unknown> = {
	session: (): SessionView | Promise<never> =>
		asked.has('first') ? Promise.reject(data.error('no_profile')) : data.session(role),
	list: ({ folder, only }): { rows: RowView[]; next: null; total: number } => {
		const passes = { all: () => true, urgent: (row: RowView) => row.urgency > 0, dated: (row: RowView) => row.due !== null };
		const rows = data.rows(folder).filter(passes[only]);
		return { rows, next: null, total: rows.length };
	},
	search: () => ({ rows: data.rows('to_accept').slice(0, 3), next: null, total: 3 }),
	document: ({ key }): DocumentView => data.document(key, role),
	file_pages: () => [
		{ width: 595, height: 842 },
		{ width: 595, height: 842 },
	],
	organs: ({ text }): OrganView[] => data.organs(text),
	signatories: () => data.SIGNATORIES,
	choose_pdf: () => 'du-thao-phong-chay-chua-chay-rung-mua-kho-2026-2027.pdf',
	sign_preview: () => data.signPreview,
	sign: () => new Promise(() => undefined),
	place_preview: () => data.placePreview,
	seal_preview: () => data.sealPreview,
	dispatch_preview: ({ recipients }) => data.dispatchPreview(recipients),
	verification: () => data.verification(),
	changed_pages: () => [0],
	notices: () => [{ id: 1, about: 'Báo cáo công tác văn thư', told: data.error('handover_damaged') }],
	phrase_request: () => ({ wanted: asked.get('wanted') ?? 'open_file', again: asked.has('again') }),
	office: () => data.office,
	draft_form: () => ({ form: data.DRAFT, recipients: data.organs('sở') }),
	tracking: () => data.tracking,
	message_text: () => data.message,
	register: ({ book, year, find }) => data.register(book, year, find),
	exchange_troubles: () => data.troubles,
	pin_request: () => ({ request: { ...data.pinRequest, pin: asked.get('pin') ?? 'ok' }, training: true }),
	sync_now: () => ({ received: 2, duplicates: 0, unreadable: 0, statuses: 5, sent: 1, troubles: 0, notices: [] }),
	handover_in: () => ({ taken: [], refused: [] }),
	number_and_seal: () => Promise.reject(data.error('token_absent')),
};

let callbacks = 0;
Object.assign(window, {
	__TAURI_INTERNALS__: {
		metadata: { currentWindow: { label: 'main' }, currentWebview: { label: 'main' } },
		transformCallback: () => ++callbacks,
		unregisterCallback: () => undefined,
		convertFileSrc: () => '/tests/browser/page.svg?',
		invoke: async (command: string, args: Arguments) => {
			if (command.startsWith('plugin:')) return 1;
			const answer = answers[command];
			return answer ? structuredClone(await answer(args)) : null;
		},
	},
	__TAURI_EVENT_PLUGIN_INTERNALS__: { unregisterListener: () => undefined },
});
