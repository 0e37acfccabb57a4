/** An act under way: one at a time, its error kept until the next. */
import type { ErrorView } from '$host';

import { announce } from './announce.svelte';
import { asError } from './problem';

export class Doing {
	busy = $state(false);
	error = $state.raw<ErrorView | null>(null);

	/** Does it unless something is being done already; says `done` politely. Returns whether it worked. */
	async run(act: () => Promise<unknown>, done?: () => string): Promise<boolean> {
		if (this.busy) return false;
		[this.busy, this.error] = [true, null];
		try {
			await act();
			if (done) announce(done());
			return true;
		} catch (thrown) {
			this.error = asError(thrown);
			return false;
		} finally {
			this.busy = false;
		}
	}
}
