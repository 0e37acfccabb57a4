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
