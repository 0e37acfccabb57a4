/**
 * The one seam to the shell: commands, events and the addresses of page images.
 *
 * Nothing else in the interface imports `@tauri-apps/*`; an ESLint rule holds it to that.
 */
import { convertFileSrc } from '@tauri-apps/api/core';

import { events, type ChangedEvent } from './bindings';

export * from './bindings';

/** Calls back with everything that changed since the last call; returns how to stop. */
export async function onChanged(heard: (changes: ChangedEvent) => void): Promise<() => void> {
	return events.changedEvent.listen((event) => heard(event.payload));
}

/** Where the picture of a page is asked for. Pages count from 0; `scale` is pixels for each point. */
export function pageUrl(sha256: string, page: number, scale: number): string {
	return `${convertFileSrc('', 'page')}${sha256}/${page}?scale=${scale.toFixed(2)}`;
}
