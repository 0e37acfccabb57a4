/** What a person should know although no act of theirs failed; Rust keeps it, the foot counts it. */
import { commands, type Notice } from '$host';

import { whenChanged } from './changes';
import { Loader } from './loader.svelte';

class Notices extends Loader<Notice[]> {
	all = $derived(this.value ?? []);

	/** Starts to follow; returns how to stop. */
	follow(): () => void {
		const ask = () => void this.load(() => commands.notices());
		ask();
		return whenChanged(ask);
	}

	async putAway(id: number): Promise<void> {
		await commands.putAwayNotice(id);
		await this.load(() => commands.notices());
	}
}

export const notices = new Notices();
