/**
 * Dates, sizes and names as an office writes them.
 *
 * Instants are shown in Vietnam time (+07:00, no summer time) wherever the machine stands.
 */
import type { Lang } from './settings.svelte';

const VIETNAM_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

const two = (n: number) => String(n).padStart(2, '0');

/** The parts of an instant on a Vietnamese wall clock; `null` for what is no instant. */
function parts(iso: string) {
	const ms = Date.parse(iso);
	if (Number.isNaN(ms)) return null;
	const at = new Date(ms + VIETNAM_MS);
	return {
		date: `${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`,
		minute: `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`,
		second: two(at.getUTCSeconds()),
		day: Math.floor((ms + VIETNAM_MS) / DAY_MS),
	};
}

/** A civil date, or the Vietnamese day of an instant: `2026-11-20` as `20/11/2026`. */
export function civil(date: string): string {
	const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
	return found ? `${found[3]}/${found[2]}/${found[1]}` : (parts(date)?.date ?? date);
}

/** A civil date as typed, `20/11/2026` as `2026-11-20`; `null` for what is no day of the calendar. */
export function parseCivil(typed: string): string | null {
	const found = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(typed.trim());
	if (!found) return null;
	const [day, month, year] = [Number(found[1]), Number(found[2]), Number(found[3])];
	const date = new Date(Date.UTC(year, month - 1, day));
	const same = date.getUTCDate() === day && date.getUTCMonth() === month - 1;
	return same ? `${year}-${two(month)}-${two(day)}` : null;
}

/** The full form: `20/11/2026 09:52:10`. */
export function full(iso: string): string {
	const at = parts(iso);
	return at ? `${at.date} ${at.minute}:${at.second}` : iso;
}

/** Evidence of Rust as people read it: an instant in full, anything else as it is. */
export function evidence(text: string): string {
	return /^\d{4}-\d{2}-\d{2}T/.test(text) ? full(text) : text;
}

/** The same where little space is: an instant as lists say it, anything else as it is. */
export function moment(text: string, lang: Lang): string {
	return /^\d{4}-\d{2}-\d{2}T/.test(text) ? when(text, lang) : text;
}

/** The hour alone: `09:52`. */
export function clock(iso: string): string {
	return parts(iso)?.minute ?? iso;
}

/** As lists say it: `Hôm nay 09:40`, `Hôm qua 16:20`, then the date. */
export function when(iso: string, lang: Lang, now = Date.now()): string {
	const at = parts(iso);
	if (!at) return iso;
	switch (today(now) - at.day) {
		case 0:
			return `${lang === 'vi' ? 'Hôm nay' : 'Today'} ${at.minute}`;
		case 1:
			return `${lang === 'vi' ? 'Hôm qua' : 'Yesterday'} ${at.minute}`;
		default:
			return at.date;
	}
}

/** The heading above the rows of one day. */
export function dayHeading(iso: string, lang: Lang, now = Date.now()): string {
	const at = parts(iso);
	if (!at) return iso;
	switch (today(now) - at.day) {
		case 0:
			return `${lang === 'vi' ? 'Hôm nay' : 'Today'}, ${at.date}`;
		case 1:
			return lang === 'vi' ? 'Hôm qua' : 'Yesterday';
		default:
			return at.date;
	}
}

/** Words for the days that are left: never a bar to decode. */
export function dueWords(days: number, lang: Lang): string {
	const many = (n: number) => (n === 1 ? 'day' : 'days');
	if (days === 0) return lang === 'vi' ? 'Hôm nay' : 'Today';
	if (days < 0) return lang === 'vi' ? `Quá hạn ${-days} ngày` : `${-days} ${many(-days)} late`;
	return lang === 'vi' ? `Còn ${days} ngày` : `${days} ${many(days)} left`;
}

/** How long a certificate still runs: days under a year, then years and months. */
export function lifetime(days: number, lang: Lang): string {
	if (days < 0) return lang === 'vi' ? 'hết hạn' : 'expired';
	if (days < 365) return lang === 'vi' ? `còn hạn ${days} ngày` : `${days} days left`;
	const months = Math.floor(days / 30.44);
	const [years, rest] = [Math.floor(months / 12), months % 12];
	if (lang === 'vi') return `còn hạn ${years} năm${rest ? ` ${rest} tháng` : ''}`;
	return `${years} y${rest ? ` ${rest} m` : ''} left`;
}

/** A size with a decimal comma in Vietnamese: `214 kB`, `1,8 MB`. */
export function bytes(n: number, lang: Lang): string {
	if (n < 1000) return `${n} B`;
	if (n < 999_500) return `${Math.round(n / 1000)} kB`;
	const text = (n / 1_000_000).toFixed(1).replace(/\.0$/, '');
	return `${lang === 'vi' ? text.replace('.', ',') : text} MB`;
}

/** A file's name shortened in the middle, so that its end stays: codes and types are there. */
export function middle(name: string, most: number): string {
	const letters = [...name];
	if (letters.length <= most) return name;
	const tail = Math.floor((most - 1) / 2);
	return `${letters.slice(0, most - 1 - tail).join('')}…${letters.slice(-tail).join('')}`;
}

function today(now: number): number {
	return Math.floor((now + VIETNAM_MS) / DAY_MS);
}
