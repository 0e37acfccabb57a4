/** The one line that tells what was done: seen in the foot for a while, spoken politely. */

/** Long enough to read a short sentence twice. */
const SHOWN_MS = 8000;

let line = $state('');
let timer: ReturnType<typeof setTimeout> | undefined;

export function announce(text: string): void {
	line = text;
	clearTimeout(timer);
	timer = setTimeout(() => (line = ''), SHOWN_MS);
}

export function announced(): string {
	return line;
}
