/** Which files the person has opened: a mark before signing many at once. Kept by the webview. */
import { SvelteSet } from 'svelte/reactivity';

const STORED = 'trien.seen';
/** More files than a leader signs in a year of busy days are not remembered. */
const MOST = 2000;

const hashes = new SvelteSet<string>(read());

/** The file of this hash was opened and its pages shown. */
export function markSeen(sha256: string): void {
	if (hashes.has(sha256)) return;
	hashes.add(sha256);
	localStorage.setItem(STORED, JSON.stringify([...hashes].slice(-MOST)));
}

export function isSeen(sha256: string): boolean {
	return hashes.has(sha256);
}

function read(): string[] {
	try {
		const value: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]');
		return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
	} catch {
		return [];
	}
}
