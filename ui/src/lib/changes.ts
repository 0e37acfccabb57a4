/** What changed in Rust, told to whoever shows it. */
import { onChanged, type ChangedEvent } from '$host';

type Listener = (changes: ChangedEvent) => void;

const listeners = new Set<Listener>();
let started = false;

/** Hears every change from now on; returns how to stop. */
export function whenChanged(listener: Listener): () => void {
	if (!started) {
		started = true;
		void onChanged((changes) => listeners.forEach((one) => one(changes)));
	}
	listeners.add(listener);
	return () => listeners.delete(listener);
}
