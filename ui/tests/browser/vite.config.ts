/** `npm run look`: the interface in a plain browser over fixtures. Never part of what ships. */
import { fileURLToPath } from 'node:url';
import { mergeConfig, type UserConfig } from 'vite';

import base from '../../vite.config';

export default mergeConfig(base as UserConfig, {
	root: fileURLToPath(new URL('../..', import.meta.url)),
	plugins: [
		{
			name: 'fixtures',
			transformIndexHtml: () => [
				{
					tag: 'script',
					attrs: { type: 'module', src: '/tests/browser/fixtures.ts' },
					injectTo: 'head-prepend',
				},
			],
		},
	],
	server: { port: 5199, strictPort: true },
});
