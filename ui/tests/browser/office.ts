/** An invented office: all names of people, offices and codes are made up. */
import type {
	Act,
	BannerView,
	Book,
	CheckView,
	DispatchPreview,
	DocumentKey,
	DocumentView,
	DraftForm,
	ErrorCode,
	ErrorView,
	ExchangeTrouble,
	Folder,
	GhostView,
	MarkKind,
	MessageView,
	OfficeView,
	OrganView,
	PinRequest,
	PlacePreview,
	RegisterPage,
	Role,
	RowView,
	SealPreview,
	SessionView,
	SignatoryView,
	SignPreview,
	StateView,
	StatusCell,
	Text,
	TrackingView,
	VerificationView,
} from '../../src/host';

const text = (vi: string, en = vi): Text => ({ vi, en });
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const SHA = 'ab'.repeat(32);
const SUBJECT = 'Tăng cường phòng cháy, chữa cháy rừng mùa khô 2026 - 2027';

export const error = (code: ErrorCode): ErrorView => ({
	code,
	title: text('Không thấy thiết bị ký'),
	reason: text('Chưa có chữ ký nào được tạo, văn bản vẫn nguyên.'),
	action: text('Cắm lại thiết bị rồi thử lại.'),
	detail: 'CKR_TOKEN_NOT_PRESENT at C_Login, slot 0',
});

const count = (folder: Folder, n: number, attention = false, alarms = 0) => ({ folder, count: n, attention, alarms });

export const office: OfficeView = {
	role: 'clerk',
	organ_name: 'UBND xã Bản Mạ',
	organ_id: 'H99.27',
	person: 'Lò Thị Mai',
	training: false,
	axis: 'https://truc.example.vn/VXPService',
};

export function session(role: Role): SessionView {
	return {
		role,
		organ_name: 'UBND xã An Hòa',
		organ_id: 'H99.27',
		person: role === 'leader' ? 'Vi Đức Thuận' : 'Lò Thị Mai',
		training: true,
		folders: [
			count('to_accept', 12),
			count('registered', 0),
			count('in_progress', 23),
			count('overdue', 2, true),
			count('completed', 140),
			count('returned', 1),
			count('unreadable', 1, true),
			count('drafts', 2),
			count('to_sign', 7),
			count('to_number', 3, true, 1),
			count('to_send', 2),
			count('send_trouble', 1, true),
			count('tracking', 14, true, 2),
		],
		sync: {
			last: ago(0.1),
			next: ago(-0.1),
			running: false,
			interrupted: false,
			error: null,
			waiting: 2,
			unclear: 1,
			clock_skew: 0,
			clock_warning: null,
			troubles: 1,
		},
		token: {
			present: true,
			holder: role === 'leader' ? 'Vi Đức Thuận' : 'UBND xã An Hòa',
			organization: 'UBND xã An Hòa',
			not_after: '2027-06-22',
			days_left: role === 'leader' ? 580 : 214,
			pin: 'ok',
			problem: null,
		},
		handover_folder: '/srv/trinh-ky',
	};
}

const ROWS: [string, string, string, number, number | null, number][] = [
	['UBND tỉnh Mẫu Sơn', '57/CĐ-UBND', 'Ứng phó không khí lạnh tăng cường, mưa tuyết', 3, 0, 1],
	['Sở Nội vụ', '1284/SNV-VTLT', 'Báo cáo kết quả số hóa hồ sơ, giấy tờ năm 2026', 0, 2, 2],
	['Sở Nông nghiệp và Môi trường', '3402/SNNMT-TL', 'Kiểm tra an toàn hồ chứa nước trước mùa khô', 0, 10, 3],
	['Văn phòng UBND tỉnh', '2206/VP-NC', 'Lịch tiếp công dân tháng 12 năm 2026', 0, null, 3],
	['UBND xã Nà Lùng', '188/UBND-KT', 'Phối hợp rà soát mốc giới tuyến đường liên xã', 0, 6, 4],
	['Sở Tài chính', '915/STC-NS', 'Đối chiếu số liệu quyết toán ngân sách xã năm 2025', 0, -1, 26],
	['Sở Y tế', '2077/SYT-NVY', 'Tiêm chủng bổ sung vắc xin sởi cho trẻ dưới 5 tuổi', 1, 4, 27],
	['Sở Giáo dục và Đào tạo', '4120/SGDĐT-TCCB', 'Rà soát biên chế giáo viên các trường', 0, 11, 28],
	['Sở Tư pháp', '1533/STP-HCTP', 'Cập nhật dữ liệu hộ tịch điện tử quý IV', 0, null, 29],
	['Sở Xây dựng', '2764/SXD-QLN', 'Báo cáo hiện trạng nhà ở xã hội, nhà ở công nhân', 0, 1, 30],
	['Thanh tra tỉnh', '640/TTr-NV2', 'Kế hoạch tiếp công dân, xử lý đơn năm 2027', 0, null, 31],
	['Bảo hiểm xã hội tỉnh', '1908/BHXH-QLT', 'Rà soát người tham gia bảo hiểm y tế', 0, 7, 60],
];

const OUT: Folder[] = ['drafts', 'to_sign', 'signed', 'to_number', 'to_send', 'send_trouble', 'tracking'];

export function rows(folder: Folder): RowView[] {
	if (folder === 'registered') return [];
	const direction = OUT.includes(folder) ? 'outgoing' : 'incoming';
	return ROWS.map(([who, code, subject, urgency, due, hours], i) => ({
		key: { direction, id: i + 1 + 100 * Math.max(0, OUT.indexOf(folder)) },
		who: direction === 'outgoing' ? '9 nơi nhận' : who,
		code: direction === 'outgoing' ? '412/UBND-KT' : code,
		subject,
		urgency,
		due: due === null ? null : '2026-11-22',
		due_in: due,
		at: ago(hours),
		unread: i < 5 && i !== 1,
		hint: null,
		error: null,
	}));
}

const passed = (check: string, vi: string, small: string | null = null): CheckView => ({
	check,
	outcome: 'passed',
	sentence: text(vi),
	small: small === null ? null : text(small),
});

const ACTS: Partial<Record<Folder, Act[]>> = {
	to_accept: ['accept', 'return', 'assign', 'answer'],
	drafts: ['hand_over', 'place', 'attach', 'replace'],
	to_number: ['number_and_seal', 'void_number'],
	to_send: ['dispatch', 'send_replacement'],
	tracking: ['dispatch', 'recall', 'update'],
};

/** Two requests about one document: each is decided by its own buttons. */
export const REQUESTS: BannerView[] = [
	{ kind: 'recall_asked', text: text('Nơi gửi yêu cầu thu hồi'), reason: 'Gửi nhầm nơi nhận', at: ago(2), request: 4, here: true, other: null },
	{ kind: 'recall_asked', text: text('Nơi gửi yêu cầu thu hồi'), reason: 'Sai phụ lục', at: ago(1), request: 7, here: true, other: null },
	{ kind: 'update_asked', text: text('Nơi gửi yêu cầu cập nhật'), reason: 'Lùi hạn trả lời', at: ago(1), request: 9, here: false, other: { direction: 'incoming', id: 5 } },
];

export function document(key: DocumentKey, role: Role): DocumentView {
	const folder = key.direction === 'incoming' ? 'to_accept' : (OUT[Math.floor(key.id / 100)] ?? 'drafts');
	const fact = (label: string, value: string, small: string | null = null) => ({
		label: text(label),
		value: text(value),
		small: small === null ? null : text(small),
	});
	return {
		key,
		folder,
		subject: role === 'leader' ? SUBJECT : (ROWS[(key.id - 1) % 100]?.[2] ?? SUBJECT),
		code: key.direction === 'incoming' ? (ROWS[key.id - 1]?.[1] ?? '') : '412/UBND-KT',
		urgency: 0,
		facts:
			role === 'leader'
				? [
						fact('Trình', 'Hoàng Thu Hà', 'Phòng Kinh tế, 09:12 hôm nay'),
						fact('Việc', 'Công văn gửi Công an xã, Quân sự xã và 11 thôn'),
						fact('Hạn', 'Hôm nay, 20/11/2026', 'trả lời công văn của Sở NN&MT'),
						fact('Chữ ký', 'Chưa có chữ ký', 'đã có ô số, ngày, chữ ký và dấu'),
					]
				: [
						fact('Nơi gửi', 'Sở Nội vụ', 'H99.06'),
						fact('Ngày', '19/11/2026'),
						fact('Loại', 'Công văn'),
						fact('Người ký', 'Lương Bích Ngà'),
						fact('Hạn trả lời', '22/11/2026', 'còn 2 ngày'),
					],
		files: [
			{ sha256: SHA, name: 'H99.06-1284-SNV-VTLT-2026_signed.pdf', bytes: 214_000, is_pdf: true, attached: false, description: text('Văn bản chính') },
			{ sha256: 'cd'.repeat(32), name: 'phu-luc-so-lieu.xlsx', bytes: 1_800_000, is_pdf: false, attached: true, description: text('Phụ lục') },
		],
		verdict: {
			verdict: 'valid_with_permitted_changes',
			headline: text('HỢP LỆ, CÓ THAY ĐỔI ĐƯỢC PHÉP: đã điền vào ô dành sẵn, đã đóng dấu'),
			title: text('Hợp lệ, có thay đổi được phép'),
			cause: text('Đã điền vào ô dành sẵn, đã đóng dấu'),
			timeline: [text('Lương Bích Ngà ký bản 2'), text('Sở Nội vụ đóng dấu bản 3')],
			warnings: [],
			reasons: [],
			signatures: [
				{ field: 'Leader', signer: 'Lương Bích Ngà', organization: 'Sở Nội vụ', at: ago(20), verdict: 'valid', detail: 'TOTAL-PASSED, RSA 3072, SHA-256' },
				{ field: 'Seal', signer: 'Sở Nội vụ', organization: 'Tỉnh Mẫu Sơn', at: ago(19), verdict: 'valid', detail: 'TOTAL-PASSED, RSA 3072, SHA-256' },
			],
		},
		checks: [
			passed('number', 'Số, ngày khớp gói tin'),
			passed('organ', 'Người ký thuộc Sở Nội vụ'),
			{ check: 'pages', outcome: 'warning', sentence: text('Khai 3 trang, tệp có 2 trang'), small: null },
		],
		banners: folder === 'to_accept' && key.id === 3 ? REQUESTS : [],
		awaited: [],
		timeline: [
			{ text: text('Đã đến'), who: 'Tự động', at: ago(2), code: '01' },
			{ text: text('Mở xem'), who: 'Lò Thị Mai', at: ago(1), code: '' },
			{ text: text('Tiếp nhận, vào sổ số đến 1846'), who: '', at: null, code: '03' },
		],
		acts: role === 'leader' ? ['sign', 'return', 'assign'] : (ACTS[folder] ?? []),
		note: role === 'leader' ? 'Thể thức đã kiểm tra, đạt. Sau khi ký, văn bản lấy số và gửi đi trong sáng nay.' : null,
		answers: null,
		answered_by: [],
		carried_by: [],
		troubles: [],
	};
}

const state = (title: string, verdict: 'valid' | null, changes: string[]): StateView => ({
	title: text(title),
	organization: verdict ? 'Sở Nội vụ' : '',
	at: verdict ? ago(20) : null,
	at_is_trusted: false,
	verdict,
	reasons: [],
	sha256: SHA,
	page: 0,
	changes: changes.map((what) => ({ what: text(what), permitted: true })),
	certificate: verdict && {
		issuer: 'CA công vụ, Ban Cơ yếu Chính phủ',
		not_after: '2029-11-21T17:00:00+07:00',
		status: text('Không bị thu hồi'),
		source: 'CRL 2026-11-22T09:00:00+07:00',
		detail: 'TOTAL-PASSED, RSA 3072, SHA-256',
	},
});

export function verification(): VerificationView {
	const { verdict } = document({ direction: 'incoming', id: 2 }, 'clerk');
	if (!verdict) throw new Error('the invented document is signed');
	return {
		verdict,
		legal: text('Bản gốc điện tử: có chữ ký của người có thẩm quyền và của cơ quan'),
		states: [
			state('Bản trình ký', null, []),
			state('Lương Bích Ngà ký', 'valid', []),
			state('Sở Nội vụ đóng dấu', 'valid', ['Điền ô số', 'Điền ô ngày', 'Điền ô tháng', 'Chữ ký số và hình của chữ ký']),
		],
		hidden: [],
	};
}

const ORGANS: OrganView[] = [
	['H99.31', 'UBND phường Tân Thịnh', 'Tỉnh Mẫu Sơn'],
	['H99.34', 'UBND phường Tam Hưng', 'Tỉnh Mẫu Sơn'],
	['H98.17', 'UBND phường Tân Thịnh', 'Tỉnh Bắc Lĩnh'],
	['H99.12.08', 'UBND thị trấn Tân Thịnh', 'Tỉnh Mẫu Sơn'],
	['H99.09', 'Sở Nông nghiệp và Môi trường', 'Tỉnh Mẫu Sơn'],
	['H99.06', 'Sở Nội vụ', 'Tỉnh Mẫu Sơn'],
].map(([id = '', name = '', parent = '']) => ({
	id,
	name,
	parent,
	closed: id === 'H99.12.08',
	lookalike: id === 'H98.17' ? text('Trùng tên, khác tỉnh') : null,
}));

export const organs = (asked: string) =>
	ORGANS.filter((one) => one.name.toLowerCase().includes(asked.toLowerCase()));

export const SIGNATORIES: SignatoryView[] = [
	{ id: 1, full_name: 'Vi Đức Thuận', competence: 'TM. ỦY BAN NHÂN DÂN', position: 'CHỦ TỊCH' },
	{ id: 2, full_name: 'Triệu Minh Khôi', competence: 'KT. CHỦ TỊCH', position: 'PHÓ CHỦ TỊCH' },
];

export const DRAFT: DraftForm = {
	subject: SUBJECT,
	notation: 'UBND-KT',
	kind: 'Công văn',
	urgency: 0,
	due: '2026-11-30',
	signatory: 1,
	recipients: [],
	answers: null,
	note: '',
};

const drawn = (svg: string) => `data:image/svg+xml,${encodeURIComponent(svg)}`;
const SIGNATURE = drawn(
	'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100" fill="none" stroke="#1f4fa8" stroke-width="3"><path d="M22 34c8 16 16 32 24 38 8-14 16-36 32-54-12 22-20 40-18 50 2 7 10-4 15-12-2 8 0 13 5 11 7-3 9-14 14-14 4 0-1 11 5 12 8 1 12-22 25-44"/></svg>',
);
const SEAL = drawn(
	'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" fill="none" stroke="#c81e1e"><circle cx="50" cy="50" r="48" stroke-width="2.4"/><circle cx="50" cy="50" r="33"/><path fill="#c81e1e" d="M50 26l5.6 17.2h18.1L59.1 53.9l5.6 17.2L50 60.5 35.3 71.1l5.6-17.2L26.3 43.2h18.1z"/></svg>',
);

const ghost = (
	what: string,
	box: number[],
	printed: string,
	image: string,
	caption: string,
	nudge: MarkKind | null = null,
): GhostView => ({
	what,
	place: { page: 0, x: box[0] ?? 0, y: box[1] ?? 0, width: box[2] ?? 0, height: box[3] ?? 0 },
	text: printed,
	image,
	caption: text(caption),
	nudge,
});

export const sealPreview: SealPreview = {
	key: { direction: 'outgoing', id: 301 },
	sha256: SHA,
	shown: SHA,
	pages: 2,
	series: text('Văn bản đi 2026, dãy số chung'),
	number: 412,
	printed: '412',
	reserved: false,
	notation: 'UBND-KT',
	date: '2026-11-20',
	ghosts: [
		ghost('number', [144, 729, 32, 15], '412', '', 'Số, trong ô đã chuẩn bị', 'number'),
		ghost('day', [413, 729, 20, 15], '20', '', 'Ngày, tháng', 'date'),
		ghost('month', [472, 729, 20, 15], '11', '', 'Ngày, tháng', 'date'),
		ghost('seal', [312, 224, 102, 102], '', SEAL, 'Dấu 36 mm, trùm 1/3 chữ ký về bên trái'),
	],
	nudges: [],
	gate: [
		passed('signature', 'Chữ ký của lãnh đạo hợp lệ', 'Vi Đức Thuận, 20/11/2026 09:52:10 +07:00'),
		passed('person', 'Đúng người có thẩm quyền', 'Chứng thư khớp họ tên và chức danh trên trang'),
		passed('changes', 'Không có thay đổi sau khi lãnh đạo ký', 'Mọi byte của tệp đều được tính đến'),
		passed('boxes', 'Ô số, ngày, dấu đã có trước khi ký', 'Điền vào không làm mất chữ ký'),
		passed('number', 'Số 412/UBND-KT chưa dùng trong năm'),
		passed('token', 'Con dấu của cơ quan đã cắm', 'UBND xã An Hòa, còn hạn 214 ngày'),
		passed('clock', 'Đồng hồ máy lệch 0,4 giây so với trục'),
	],
	ready: true,
};

export const signPreview: SignPreview = {
	key: { direction: 'outgoing', id: 101 },
	sha256: SHA,
	shown: SHA,
	pages: 2,
	ghosts: [ghost('signature', [355, 232, 130, 65], '', SIGNATURE, 'Giữa chức danh và họ tên', 'signature')],
	nudges: [],
	checks: [
		passed('lint', 'Không có phần ẩn, không có tệp gắn kèm'),
		passed('person', 'Người ký có trong danh sách người có thẩm quyền'),
	],
	ready: true,
};

export const placePreview: PlacePreview = {
	key: { direction: 'outgoing', id: 201 },
	sha256: SHA,
	pages: 2,
	ghosts: [
		ghost('number', [144, 729, 32, 15], '', '', 'Ô số', 'number'),
		ghost('day', [413, 729, 20, 15], '', '', 'Ô ngày', 'date'),
		ghost('month', [472, 729, 20, 15], '', '', 'Ô tháng', 'date'),
		ghost('signature', [355, 232, 130, 65], '', '', 'Ô chữ ký', 'signature'),
		ghost('seal', [312, 224, 102, 102], '', SEAL, 'Ô dấu', 'seal'),
	],
	nudges: [],
};

export function dispatchPreview(recipients: string[]): DispatchPreview {
	const ids = recipients.length > 0 ? recipients : ['H99.31', 'H99.09', 'H98.17'];
	return {
		key: { direction: 'outgoing', id: 401 },
		recipients: ORGANS.filter((one) => ids.includes(one.id)),
		checks: [
			passed('sealed', 'Chữ ký lãnh đạo và dấu hợp lệ'),
			passed('number', 'Số, ngày trên trang khớp sổ'),
			passed('sender', 'Mã nơi gửi đã đăng ký: H99.27'),
			passed('size', 'Gói 1,8 MB, dưới mức 50 MB'),
		],
		ready: true,
	};
}

const cell = (code: string, vi: string, hours: number, description = ''): StatusCell => ({
	code,
	text: text(vi),
	at: ago(hours),
	description,
	raw: SHA,
});
const arrived = cell('01', 'Đã đến', 5);
const accepted = cell('03', 'Tiếp nhận, vào sổ', 4);

export const tracking: TrackingView = {
	key: { direction: 'outgoing', id: 601 },
	rows: [
		{ organ_id: 'H99.09', organ_name: 'Sở Nông nghiệp và Môi trường', delivery: 'fetched', cells: [arrived, accepted, cell('04', 'Phân công Chi cục Kiểm lâm', 2), cell('05', 'Đang xử lý', 1), cell('15', 'Đồng ý cập nhật, lấy lại', 0.5)], operations: [{ text: text('Cập nhật', 'Update'), delivery: 'fetched', at: ago(1) }], silent: null },
		{ organ_id: 'H99.09.04', organ_name: 'Chi cục Kiểm lâm', delivery: 'fetched', cells: [arrived, accepted, cell('06', 'Hoàn thành', 1)], operations: [{ text: text('Cập nhật', 'Update'), delivery: 'failed', at: null }, { text: text('Thu hồi', 'Recall'), delivery: 'waiting', at: null }], silent: null },
		{ organ_id: 'H99.31', organ_name: 'UBND phường Tân Thịnh', delivery: 'on_axis', cells: [], operations: [], silent: text('Chưa báo đã đến (01); gọi điện hỏi nơi nhận') },
		{ organ_id: 'H99.29', organ_name: 'UBND xã Khe Vài', delivery: 'fetched', cells: [arrived, cell('02', 'Trả lại', 3, 'thiếu phụ lục 1')], operations: [], silent: null },
		{ organ_id: 'H99.33', organ_name: 'UBND xã Tả Ngần', delivery: 'unclear', cells: [], operations: [], silent: null },
	],
	troubles: [
		{ send: 9, unclear: true, error: { ...error('send_unclear'), title: text('Chưa rõ Trục đã nhận hay chưa'), reason: text('Câu trả lời bị mất sau khi gói đã rời máy. Gói không tự gửi lại để tránh gửi hai lần.') }, recipients: ['H99.33'] },
		{ send: 10, unclear: false, error: { ...error('axis_refused'), title: text('Trục không nhận gói'), reason: text('Mã nơi nhận không có trên Trục. Gói không tự gửi lại.') }, recipients: ['H99.09.04'] },
	],
	held: [],
	deadline: null,
};

export const message: MessageView = {
	text: '<?xml version="1.0" encoding="UTF-8"?>\n<edXML:edXML xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">\n  <edXML:edXMLEnvelope>\n    <edXML:edXMLHeader>\n      <edXML:Status>\n        <edXML:ResponseFor>\n          <edXML:OrganId>H99.27</edXML:OrganId>\n          <edXML:Code>412/UBND-KT</edXML:Code>\n        </edXML:ResponseFor>\n        <edXML:StatusCode>03</edXML:StatusCode>\n        <edXML:Description>Đã tiếp nhận</edXML:Description>\n      </edXML:Status>\n    </edXML:edXMLHeader>\n  </edXML:edXMLEnvelope>\n</edXML:edXML>\n',
	bytes: 812,
	whole: true,
};

export const troubles: ExchangeTrouble[] = [
	{
		dismissal: 'status:7',
		kind: 'unknown_document',
		send: null,
		key: '000.00.35.H99,2026/11/12,77/STC-NS',
		who: 'Sở Tài chính',
		text: text('Trạng thái 03 cho văn bản không có ở đây: đã tiếp nhận'),
		at: ago(3),
	},
];

export function register(book: Book, year: number, find: string): RegisterPage {
	return {
		book,
		year,
		years: [2026, 2025],
		columns: ['Số, ký hiệu', 'Ngày tháng', 'Tên loại và trích yếu nội dung', 'Người ký', 'Nơi nhận văn bản', 'Đơn vị, người nhận bản lưu', 'Số lượng bản', 'Ngày chuyển', 'Ký nhận', 'Ghi chú'],
		rows: [
			['412/UBND-KT', '20/11/2026', `Công văn: ${SUBJECT}`, 'Vi Đức Thuận', 'Sở NN&MT; Chi cục Kiểm lâm; các xã giáp ranh', 'VT, Phòng Kinh tế', '10', '20/11/2026', '9 nơi, trên trục', ''],
			['411/GM-UBND', '20/11/2026', 'Giấy mời: Họp giao ban tháng 11 năm 2026', 'Triệu Minh Khôi', 'Trưởng các thôn', 'VT, Văn phòng', '18', '20/11/2026', '2 nơi, trên trục', '16 bản giấy'],
			['409/UBND-VP', '19/11/2026', '', '', '', '', '', '', '', 'Hủy 19/11/2026: văn bản rút lại trước khi gửi'],
		].filter((row) => row.join(' ').toLowerCase().includes(find.toLowerCase())),
		next: null,
	};
}

export const pinRequest: PinRequest = {
	documents: [SUBJECT],
	act: text('Ký', 'Sign'),
	holder: 'Vi Đức Thuận',
	organization: 'Chủ tịch, UBND xã An Hòa',
	not_after: '2028-06-30',
	pin: 'ok',
	token: 'USB Token 01',
};
