/** The profile, the axis and the token: what stands around every view. */
import { commands, type Folder, type SessionView } from '$host';

import { whenChanged } from './changes';
import { Loader } from './loader.svelte';

/** A token that is put in or pulled out is told within this; PKCS#11 modules tell nothing by themselves. */
const REFRESH_MS = 10_000;

class Session extends Loader<SessionView> {
	/** Starts to follow; returns how to stop. */
	follow(): () => void {
		const ask = () => void this.refresh();
		ask();
		const stop = whenChanged(ask);
		const timer = setInterval(ask, REFRESH_MS);
		return () => {
			stop();
			clearInterval(timer);
		};
	}

	refresh(): Promise<void> {
		return this.load(() => commands.session());
	}

	count(folder: Folder): number {
		return this.value?.folders.find((one) => one.folder === folder)?.count ?? 0;
	}
}

export const session = new Session();
