import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

import svelteConfig from './svelte.config.js';

/** Refuses imports by pattern, each with the sentence that says why. */
const refuse = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

const TAURI = {
	group: ['@tauri-apps/*'],
	message: 'Only src/host speaks to Tauri, so that the interface runs in any browser.',
};
const BINDINGS = {
	group: ['**/host/*'],
	message: 'Import from $host: the bindings are generated and have one door.',
};
const UPWARDS = {
	group: ['../*', '..'],
	message: 'A feature knows itself (./), $lib and $host; never another feature.',
};
const FEATURES = {
	group: ['$features/*', '**/features/*', '**/views/*'],
	message: 'Arrows point down: views compose features, features use lib.',
};

const STYLE = { selector: 'SvelteAttribute[key.name="style"]', message: 'Use style:name.' };
/** `no-restricted-imports` does not look into `import()`. */
const TAURI_LATER = { selector: 'ImportExpression[source.value=/^@tauri-apps/]', message: TAURI.message };

export default ts.config(
	{ ignores: ['dist', 'src/host/bindings.ts', 'node_modules'] },
	js.configs.recommended,
	ts.configs.recommended,
	svelte.configs.recommended,
	{ languageOptions: { globals: globals.browser } },
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
	},
	{
		rules: {
			'svelte/no-at-html-tags': 'error',
			// `style="…"` in markup is refused by the content policy; `style:name` sets it by script and is not.
			'no-restricted-syntax': ['error', STYLE],
			'no-console': 'error',
			eqeqeq: 'error',
		},
	},
	{ files: ['src/**'], ignores: ['src/host/**'], rules: { 'no-restricted-syntax': ['error', STYLE, TAURI_LATER] } },
	{ files: ['src/**'], rules: refuse(TAURI, BINDINGS) },
	{ files: ['src/lib/**'], rules: refuse(TAURI, BINDINGS, FEATURES) },
	{ files: ['src/features/**'], rules: refuse(TAURI, UPWARDS, FEATURES) },
	{ files: ['src/host/**'], rules: refuse({ group: ['$*', '../*'], message: 'The seam knows only Tauri.' }) },
	{ files: ['*.config.*', 'tests/**'], languageOptions: { globals: globals.node } },
);
