/** Something that is asked of Rust and shown: its value, that it is slow, or why it failed. */
import type { ErrorView } from '$host';

import { asError } from './problem';

/** A wait shorter than this shows nothing: a flash of "loading" is worse than none. */
const QUIET_MS = 150;

export class Loader<T> {
	value = $state.raw<T | null>(null);
	error = $state.raw<ErrorView | null>(null);
	/** True once the wait is long enough to be told. */
	slow = $state(false);
	#turn = 0;

	/** Asks; only the answer to the newest question counts. The old value stays until then. */
	async load(ask: () => Promise<T>): Promise<void> {
		const turn = ++this.#turn;
		const timer = setTimeout(() => (this.slow = turn === this.#turn), QUIET_MS);
		try {
			const value = await ask();
			if (turn === this.#turn) [this.value, this.error] = [value, null];
		} catch (thrown) {
			if (turn === this.#turn) this.error = asError(thrown);
		} finally {
			clearTimeout(timer);
			if (turn === this.#turn) this.slow = false;
		}
	}

	/** Forgets what is shown and every answer under way. */
	clear(): void {
		this.#turn++;
		[this.value, this.error, this.slow] = [null, null, false];
	}
}
