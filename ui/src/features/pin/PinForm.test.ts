import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import type { PinRequest, PinView } from '$host';

import PinForm from './PinForm.svelte';

let shown: Record<string, unknown> | null = null;

afterEach(() => {
	if (shown) void unmount(shown);
	shown = null;
});

function open(pin: PinView, asked: Partial<PinRequest> = {}) {
	const request: PinRequest = {
		documents: ['Báo cáo kết quả số hóa hồ sơ'],
		act: { vi: 'Ký', en: 'Sign' },
		holder: 'Vi Đức Thuận',
		organization: 'UBND xã An Hòa',
		not_after: '2027-12-27T10:46:32+07:00',
		pin,
		token: 'Token lãnh đạo',
		...asked,
	};
	const [onsubmit, oncancel] = [vi.fn(), vi.fn()];
	shown = mount(PinForm, { target: document.body, props: { request, onsubmit, oncancel } });
	flushSync();
	const find = <T extends Element>(selector: string) => document.querySelector<T>(selector);
	const type = (text: string) => {
		const field = find<HTMLInputElement>('#pin');
		if (!field) throw new Error('no field');
		field.value = text;
		field.dispatchEvent(new Event('input', { bubbles: true }));
		flushSync();
	};
	const button = () => find<HTMLButtonElement>('[data-act="pin"]');
	const submit = () => {
		find('form')?.dispatchEvent(new SubmitEvent('submit', { cancelable: true, bubbles: true }));
		flushSync();
	};
	return { onsubmit, oncancel, find, type, button, submit };
}

test('the window names document, person, certificate and token', () => {
	open('ok');
	const text = document.body.textContent;
	for (const named of ['Báo cáo kết quả', 'Vi Đức Thuận', '27/12/2027', 'Token lãnh đạo']) {
		expect(text).toContain(named);
	}
});

test('what is asked about no document is headed by the act', () => {
	const act = { vi: 'Kết nối với Trục liên thông văn bản', en: 'Connect to the document axis' };
	const { find } = open('ok', { documents: [], act });
	expect(find('h1')?.textContent.trim()).toBe(act.vi);
});

test('a PIN is sent once and does not stay in the field', () => {
	const { onsubmit, type, submit, find, button } = open('ok');
	expect(button()?.disabled).toBe(true);
	type('123456');
	submit();
	submit();
	expect(onsubmit).toHaveBeenCalledExactlyOnceWith('123456', false);
	expect(find<HTMLInputElement>('#pin')?.value).toBe('');
});

test('a last try must be confirmed first', () => {
	const { onsubmit, type, submit, find } = open('last_try');
	type('123456');
	submit();
	expect(onsubmit).not.toHaveBeenCalled();
	find<HTMLInputElement>('[type="checkbox"]')?.click();
	flushSync();
	submit();
	expect(onsubmit).toHaveBeenCalledExactlyOnceWith('123456', true);
});

test('a locked token has no field, and nothing to submit', () => {
	const { onsubmit, submit, find, button } = open('locked');
	expect(find('#pin')).toBeNull();
	submit();
	expect(onsubmit).not.toHaveBeenCalled();
	expect(button()?.disabled).toBe(true);
	expect(find('[role="alert"]')).not.toBeNull();
});

test('a token with its own pad is asked there', () => {
	const { onsubmit, submit, find } = open('on_device');
	expect(find('#pin')).toBeNull();
	submit();
	expect(onsubmit).toHaveBeenCalledExactlyOnceWith('', false);
});
