/**
 * One registry of shortcuts. Chords and function keys only: Telex and VNI turn single letters into
 * tones, and WCAG 2.1.4 wants single keys switchable.
 */

export interface Shortcut {
	/** `Ctrl+K`, `Alt+1`, `F5`, `Escape`. */
	chord: string;
	/** What it does, for the sheet of shortcuts; asked when shown, so that it follows the language. */
	says: () => string;
	/** Does it; `false` leaves the key to the one registered before. */
	run: () => void | boolean;
}

const shortcuts: Shortcut[] = [];

/** Adds shortcuts; the newest of a chord is asked first. Returns how to remove them. */
export function register(...added: Shortcut[]): () => void {
	for (const { chord } of added) {
		if (!allowed(chord)) throw new Error(`no single letters: ${chord}`);
	}
	shortcuts.push(...added);
	return () => {
		for (const one of added) shortcuts.splice(shortcuts.indexOf(one), 1);
	};
}

/** Every shortcut that would act now, newest of each chord only. */
export function active(): Shortcut[] {
	return [...new Map(shortcuts.map((one) => [one.chord, one])).values()];
}

/** The chord of an event, `null` while a Vietnamese input method is composing. */
export function chordOf(event: KeyboardEvent): string | null {
	// 229 is what browsers send for keys that an input method has taken.
	if (event.isComposing || event.keyCode === 229) return null;
	const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
	const parts = [event.ctrlKey && 'Ctrl', event.altKey && 'Alt', event.shiftKey && 'Shift', key];
	return parts.filter(Boolean).join('+');
}

/** Acts on a key; returns whether a shortcut took it. */
export function handle(event: KeyboardEvent): boolean {
	const chord = chordOf(event);
	if (chord === null || event.defaultPrevented || movesCaret(event)) return false;
	for (const one of shortcuts.toReversed()) {
		if (one.chord === chord && one.run() !== false) {
			event.preventDefault();
			return true;
		}
	}
	return false;
}

/** Ctrl and an arrow go by words in a field; no shortcut takes them there. */
function movesCaret(event: KeyboardEvent): boolean {
	const field = event.target instanceof Element && event.target.closest('input, textarea, select');
	return !!field && event.key.startsWith('Arrow');
}

function allowed(chord: string): boolean {
	return /^(Ctrl|Alt)\+|^(Shift\+)?F\d+$|^Escape$/.test(chord);
}
