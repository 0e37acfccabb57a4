import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
	plugins: [svelte()],
	resolve: {
		alias: {
			$host: here('./src/host/index.ts'),
			$lib: here('./src/lib'),
			$features: here('./src/features'),
		},
		// Under vitest, Svelte's own entry is the browser's: components mount, they are not rendered on a server.
		...(process.env.VITEST ? { conditions: ['browser'] } : {}),
	},
	build: {
		// Each window its page: those of the PIN and of the pass-phrase load nothing of the main one.
		rollupOptions: {
			input: { main: here('./index.html'), pin: here('./pin.html'), phrase: here('./phrase.html') },
		},
		// Safari 16 is older than any WebKitGTK or WebView2 that Tauri 2 runs on.
		target: 'safari16',
		// The policy allows fonts from 'self' only, so nothing is inlined as a data: URL.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
	},
	test: { environment: 'happy-dom', include: ['src/**/*.test.ts', 'tests/*.test.ts'] },
});
