/** What a person chose about the window itself. Kept by the webview, shared by both windows. */

export type Lang = 'vi' | 'en';
export type Theme = 'system' | 'light' | 'dark';
export type Size = 100 | 115 | 130;

const STORED = 'trien.settings';

class Settings {
	lang = $state<Lang>('vi');
	theme = $state<Theme>('system');
	size = $state<Size>(100);

	constructor() {
		const stored = read();
		if (stored.lang === 'en') this.lang = 'en';
		if (stored.theme === 'light' || stored.theme === 'dark') this.theme = stored.theme;
		if (stored.size === 115 || stored.size === 130) this.size = stored.size;
	}

	/** Puts the choices on the page and keeps them. Call it inside an effect. */
	apply(): void {
		const root = document.documentElement;
		root.lang = this.lang;
		root.style.fontSize = `${this.size}%`;
		if (this.theme === 'system') delete root.dataset.theme;
		else root.dataset.theme = this.theme;
		const { lang, theme, size } = this;
		localStorage.setItem(STORED, JSON.stringify({ lang, theme, size }));
	}
}

function read(): { lang?: unknown; theme?: unknown; size?: unknown } {
	try {
		const value: unknown = JSON.parse(localStorage.getItem(STORED) ?? '{}');
		return typeof value === 'object' && value !== null ? value : {};
	} catch {
		return {};
	}
}

export const settings = new Settings();
