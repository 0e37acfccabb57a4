// interim
import { invoke as __TAURI_INVOKE } from "@tauri-apps/api/core";
import * as __TAURI_EVENT from "@tauri-apps/api/event";
export const commands = {
	session: () => __TAURI_INVOKE<SessionView>("session"),
	list: (folder: Folder, cursor: string | null) => __TAURI_INVOKE<RowPage>("list", { folder, cursor }),
	document: (key: DocumentKey) => __TAURI_INVOKE<DocumentView>("document", { key }),
	search: (text: string, cursor: string | null) => __TAURI_INVOKE<RowPage>("search", { text, cursor }),
	accept: (id: number) => __TAURI_INVOKE<null>("accept", { id }),
	returnIncoming: (id: number, reason: string) => __TAURI_INVOKE<null>("return_incoming", { id, reason }),
	assign: (id: number, to: string) => __TAURI_INVOKE<null>("assign", { id, to }),
	complete: (id: number) => __TAURI_INVOKE<null>("complete", { id }),
	start: (id: number) => __TAURI_INVOKE<null>("start", { id }),
	dismiss: (id: number, reason: string) => __TAURI_INVOKE<null>("dismiss", { id, reason }),
	choosePdf: () => __TAURI_INVOKE<string | null>("choose_pdf"),
	createDraft: (form: DraftForm) => __TAURI_INVOKE<number>("create_draft", { form }),
	signatories: () => __TAURI_INVOKE<SignatoryView[]>("signatories"),
	handOver: (id: number) => __TAURI_INVOKE<null>("hand_over", { id }),
	handoverIn: () => __TAURI_INVOKE<HandoverReport>("handover_in"),
	signPreview: (id: number) => __TAURI_INVOKE<SignPreview>("sign_preview", { id }),
	sign: (ids: number[]) => __TAURI_INVOKE<SignOutcome[]>("sign", { ids }),
	returnDraft: (id: number, reason: string) => __TAURI_INVOKE<null>("return_draft", { id, reason }),
	sealPreview: (id: number) => __TAURI_INVOKE<SealPreview>("seal_preview", { id }),
	numberAndSeal: (id: number) => __TAURI_INVOKE<null>("number_and_seal", { id }),
	voidNumber: (id: number, reason: string) => __TAURI_INVOKE<null>("void_number", { id, reason }),
	organs: (text: string) => __TAURI_INVOKE<OrganView[]>("organs", { text }),
	dispatchPreview: (id: number, recipients: string[]) => __TAURI_INVOKE<DispatchPreview>("dispatch_preview", { id, recipients }),
	dispatch: (id: number, recipients: string[]) => __TAURI_INVOKE<null>("dispatch", { id, recipients }),
	tracking: (id: number) => __TAURI_INVOKE<TrackingView>("tracking", { id }),
	settle: (send: number, decision: UnclearDecision) => __TAURI_INVOKE<null>("settle", { send, decision }),
	retry: (send: number) => __TAURI_INVOKE<null>("retry", { send }),
	syncNow: () => __TAURI_INVOKE<SyncReport>("sync_now"),
	register: (book: Book, year: number, cursor: string | null) => __TAURI_INVOKE<RegisterPage>("register", { book, year, cursor }),
	filePages: (sha256: string) => __TAURI_INVOKE<PageView[]>("file_pages", { sha256 }),
	pinRequest: () => __TAURI_INVOKE<PinQuestion>("pin_request"),
	pinSubmit: (pin: string, finalTry: boolean) => __TAURI_INVOKE<null>("pin_submit", { pin, finalTry }),
	pinCancel: () => __TAURI_INVOKE<null>("pin_cancel"),
};

export const events = {
	changedEvent: { listen: (cb: (event: { payload: ChangedEvent }) => void) => __TAURI_EVENT.listen<ChangedEvent>("changed-event", cb) },
};
export type ChangedEvent = Changed[];
export type SignOutcome = { id: number, error: ErrorView | null };
export type PinQuestion = { request: PinRequest, training: boolean };


export type DocumentView = {
	key: DocumentKey,
	folder: Folder,
	subject: string,
	code: string,
	urgency: number,
	facts: FactView[],
	files: FileView[],
	verdict: VerdictView | null,
	checks: CheckView[],
	timeline: TimelineEntry[],
	acts: Act[],
	note: string | null,
	answers: DocumentKey | null,
	answered_by: DocumentKey[],
};

export type FactView = {
	label: Text,
	value: string,
	small: string | null,
};

export type FileView = {
	sha256: string,
	name: string,
	bytes: number,
	is_pdf: boolean,
	description: string,
};

export type PageView = {
	width: number,
	height: number,
};

export type VerdictView = {
	verdict: Verdict,
	headline: Text,
	timeline: Text[],
	warnings: Text[],
	reasons: Text[],
	signatures: SignatureView[],
};

export type SignatureView = {
	field: string,
	signer: string,
	organization: string,
	at: string | null,
	verdict: Verdict,
	detail: string,
};

export type CheckView = {
	check: string,
	outcome: CheckOutcome,
	sentence: Text,
	small: string | null,
};

export type TimelineEntry = {
	text: Text,
	who: string,
	at: string | null,
	code: string,
};

export type TrackingRow = {
	organ_id: string,
	organ_name: string,
	delivery: DeliveryView,
	cells: StatusCell[],
};

export type StatusCell = {
	code: string,
	text: Text,
	at: string,
	description: string,
};

export type TrackingView = {
	key: DocumentKey,
	rows: TrackingRow[],
	troubles: SendTrouble[],
};

export type SendTrouble = {
	send: number,
	unclear: boolean,
	error: ErrorView,
	recipients: string[],
};

export type DraftForm = {
	subject: string,
	notation: string,
	kind: string,
	urgency: number,
	due: string | null,
	signatory: number,
	recipients: string[],
	answers: number | null,
	note: string,
};

export type SignatoryView = {
	id: number,
	full_name: string,
	competence: string,
	position: string,
};

export type BoxView = {
	page: number,
	x: number,
	y: number,
	width: number,
	height: number,
};

export type GhostView = {
	what: string,
	place: BoxView,
	text: string,
	image: string,
	caption: Text,
};

export type SignPreview = {
	key: DocumentKey,
	sha256: string,
	pages: number,
	ghosts: GhostView[],
	checks: CheckView[],
	ready: boolean,
};

export type SealPreview = {
	key: DocumentKey,
	sha256: string,
	pages: number,
	series: Text,
	number: number,
	printed: string,
	reserved: boolean,
	notation: string,
	date: string,
	ghosts: GhostView[],
	gate: CheckView[],
	ready: boolean,
};

export type OrganView = {
	id: string,
	name: string,
	parent: string,
	closed: boolean,
	lookalike: Text | null,
};

export type DispatchPreview = {
	key: DocumentKey,
	recipients: OrganView[],
	checks: CheckView[],
	ready: boolean,
};

export type SyncReport = {
	received: number,
	duplicates: number,
	unreadable: number,
	statuses: number,
	sent: number,
	troubles: number,
};

export type HandoverReport = {
	taken: DocumentKey[],
	refused: Text[],
};

export type DocumentKey = {
	direction: Direction,
	id: number,
};

export type RowView = {
	key: DocumentKey,
	who: string,
	code: string,
	subject: string,
	urgency: number,
	due: string | null,
	due_in: number | null,
	at: string,
	unread: boolean,
	hint: Text | null,
};

export type RowPage = {
	rows: RowView[],
	next: string | null,
	total: number,
};

export type RegisterPage = {
	book: Book,
	year: number,
	columns: string[],
	rows: (string[])[],
	next: string | null,
};

export type Text = {
	vi: string,
	en: string,
};

export type SessionView = {
	role: Role,
	organ_name: string,
	organ_id: string,
	person: string,
	training: boolean,
	folders: FolderView[],
	sync: SyncView,
	token: TokenView,
	handover_folder: string | null,
};

export type FolderView = {
	folder: Folder,
	count: number,
	attention: boolean,
};

export type SyncView = {
	last: string | null,
	next: string | null,
	running: boolean,
	error: ErrorView | null,
	waiting: number,
	unclear: number,
	clock_skew: number | null,
};

export type TokenView = {
	present: boolean,
	holder: string,
	organization: string,
	not_after: string | null,
	days_left: number | null,
	pin: PinView,
	problem: Text | null,
};

export type PinRequest = {
	documents: string[],
	act: Text,
	holder: string,
	organization: string,
	not_after: string,
	pin: PinView,
	token: string,
};

export type ErrorView = {
	code: ErrorCode,
	title: Text,
	reason: Text,
	action: Text,
	detail: string,
};

export type Verdict = "valid" | "valid_with_permitted_changes" | "invalid" | "indeterminate" | "unsigned" | "unreadable";

export type CheckOutcome = "passed" | "warning" | "failed";

export type Act = "accept" | "return" | "assign" | "complete" | "answer" | "hand_over" | "sign" | "number_and_seal" | "dispatch" | "void_number" | "settle_send" | "retry_send" | "dismiss";

export type DeliveryView = "waiting" | "on_axis" | "fetched" | "unclear" | "failed";

export type UnclearDecision = "count_as_sent" | "send_again";

export type Folder = "to_accept" | "registered" | "in_progress" | "completed" | "returned" | "unreadable" | "drafts" | "to_sign" | "signed" | "to_number" | "to_send" | "send_trouble" | "tracking";

export type Direction = "incoming" | "outgoing";

export type Book = "outgoing" | "incoming";

export type Role = "leader" | "clerk";

export type PinView = "ok" | "entered_wrong_before" | "last_try" | "locked" | "on_device";

export type ErrorCode = "not_a_pdf" | "pdf_encrypted" | "pdf_broken" | "pdf_locked_by_certification" | "pdf_already_signed" | "pdf_active_content" | "pdf_xfa" | "pdf_foreign_fields" | "pdf_junk_before_header" | "pdf_unsafe" | "no_place_for_number" | "no_place_for_date" | "no_place_for_signature" | "number_too_long" | "pin_incorrect" | "pin_locked" | "pin_last_try" | "token_absent" | "token_removed" | "token_module_missing" | "token_module_broken" | "token_key_missing" | "token_timeout" | "token_device" | "certificate_expired" | "certificate_unsuitable" | "cancelled" | "leader_signature_missing" | "leader_signature_broken" | "leader_not_signatory" | "leader_certificate_expired" | "leader_certificate_revoked" | "leader_signature_unknown" | "field_filled_after_leader" | "changed_after_leader" | "seal_not_organisation" | "own_output_invalid" | "package_not_xml" | "package_has_dtd" | "package_lacks_attachment" | "package_unsafe_name" | "package_looks_secret" | "package_invalid" | "axis_unreachable" | "axis_not_json" | "axis_timed_out" | "axis_refused" | "axis_bad_secret" | "send_unclear" | "send_interrupted" | "receive_resumed" | "acknowledge_resumed" | "number_still_reserved" | "signature_not_finished" | "duplicate_document" | "disk_full" | "already_open" | "profile_busy" | "store_newer" | "store_corrupt" | "store_failed" | "secret_store_locked" | "secret_store_absent" | "secret_missing" | "handover_folder_missing" | "handover_damaged" | "handover_not_ours" | "render_failed" | "renderer_missing" | "not_found" | "not_now" | "reason_missing" | "no_recipients" | "not_sealed" | "number_void" | "bad_argument" | "internal";

export type Changed = { what: "document"; key: DocumentKey } | { what: "lists" } | { what: "sync" } | { what: "token" };
