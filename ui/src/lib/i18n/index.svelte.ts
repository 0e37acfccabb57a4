/** Words: every label of the interface in a typed table, Vietnamese first. */
import type { Text } from '$host';

import { settings } from '../settings.svelte';
import { en } from './en';
import { vi, type Key } from './vi';

export type { Key };

/** The label of this key in the chosen language, `{name}` filled in from `values`. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
	const template: string = (settings.lang === 'en' ? en : vi)[key];
	return template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** A text of Rust in the chosen language. */
export function say(text: Text): string {
	return settings.lang === 'en' ? text.en : text.vi;
}
