/** How the verdicts look. Each has its own outline; *chưa kết luận được* is amber and never a tick. */
import type { Verdict } from '$host';

import type { IconName } from './icons';

interface Look {
	icon: IconName;
	/** `ok`, `warn`, `bad`, or nothing for a file without signatures. */
	tone: string;
}

export const VERDICTS: Record<Verdict, Look> = {
	valid: { icon: 'circle-check', tone: 'ok' },
	valid_with_permitted_changes: { icon: 'file-check-2', tone: 'ok' },
	invalid: { icon: 'octagon-alert', tone: 'bad' },
	indeterminate: { icon: 'circle-help', tone: 'warn' },
	unsigned: { icon: 'file-text', tone: '' },
	unreadable: { icon: 'file-question-mark', tone: 'warn' },
};
