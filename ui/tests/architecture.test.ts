/** The arrows inside `ui/`: each forbidden import is refused, so the rules are seen to bite. */
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

const eslint = new ESLint();

async function refused(filePath: string, code: string): Promise<boolean> {
	const [result] = await eslint.lintText(code, { filePath });
	const rules = ['no-restricted-imports', 'no-restricted-syntax'];
	return result?.messages.some((one) => rules.includes(one.ruleId ?? '')) ?? false;
}

test.each([
	['src/lib/session.svelte.ts', `import '@tauri-apps/api/core';`],
	['src/views/Clerk.svelte', `<script lang="ts">import '@tauri-apps/api/event';</script>`],
	['src/lib/session.svelte.ts', `await import('@tauri-apps/api/core');`],
	['src/views/Clerk.svelte', `<script lang="ts">void import('@tauri-apps/api/event');</script>`],
	['src/lib/fold.ts', `import '$features/inbox/folders';`],
	['src/lib/fold.ts', `import '../views/Clerk.svelte';`],
	['src/features/seal/loupes.ts', `import '../inbox/folders';`],
	['src/features/seal/loupes.ts', `import '$features/inbox/folders';`],
	['src/features/seal/loupes.ts', `import '../../lib/fold';`],
	['src/views/clerk/asks.ts', `import '../../host/bindings';`],
	['src/host/index.ts', `import '$lib/fold';`],
])('%s refuses %s', async (file, code) => expect(await refused(file, code)).toBe(true), 30_000);

test.each([
	['src/host/index.ts', `import '@tauri-apps/api/core';`],
	['src/host/index.ts', `await import('@tauri-apps/api/core');`],
	['src/features/seal/loupes.ts', `import '$lib/fold'; import '$host'; import './loupes';`],
	['src/views/clerk/asks.ts', `import '$features/inbox/folders';`],
])('%s may import %s', async (file, code) => expect(await refused(file, code)).toBe(false), 30_000);
