import type { ErrorView } from '$host';

/** What a rejected command carries: an `ErrorView` of Rust, or an internal error for anything else. */
export function asError(thrown: unknown): ErrorView {
	if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'title' in thrown) {
		return thrown as ErrorView;
	}
	return {
		code: 'internal',
		title: { vi: 'Triện gặp lỗi bên trong', en: 'Triện met an internal error' },
		reason: { vi: 'Việc vừa rồi đã dừng.', en: 'The last act was stopped.' },
		action: { vi: 'Thử lại.', en: 'Try again.' },
		detail: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
	};
}

/** What a pane says that could not be drawn: the document itself is as it was. */
export function cannotShow(thrown: unknown): ErrorView {
	return {
		...asError(thrown),
		title: { vi: 'Không hiện được phần này', en: 'This part cannot be shown' },
		reason: { vi: 'Văn bản và dữ liệu vẫn nguyên.', en: 'The document and its data are as they were.' },
		action: {
			vi: 'Thử lại, hoặc mở văn bản khác; báo cho người quản trị kèm phần Chi tiết.',
			en: 'Try again, or open another document; tell the administrator with what Detail says.',
		},
	};
}
