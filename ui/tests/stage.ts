/** Shows components in a page of their own and takes them away after each test. */
import { flushSync, mount, unmount, type Component } from 'svelte';
import { afterEach, vi } from 'vitest';

const shown: Record<string, unknown>[] = [];

afterEach(() => {
	for (const one of shown.splice(0)) void unmount(one);
	document.body.replaceChildren();
	vi.restoreAllMocks();
});

/** Draws a component. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- components of any properties are mounted here.
export function show(component: Component<any>, props: Record<string, unknown>): void {
	shown.push(mount(component, { target: document.body, props }));
	flushSync();
}

/** The elements that a selector finds, in their order. */
export const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
