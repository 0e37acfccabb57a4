import type { Book } from '$host';

/** How wide the ten columns of each book are; `auto` shares what is left. In rem, to grow with the text. */
const OUTGOING = ['7rem', '6rem', 'auto', '7rem', '9.5rem', '6rem', '4.5rem', '6rem', '6.5rem', '6rem'];
const INCOMING = ['6rem', '4.5rem', '9rem', '7.5rem', '6rem', 'auto', '8rem', '6rem', '5.5rem', '6rem'];

export function widthsOf(book: Book): string[] {
	return book === 'outgoing' ? OUTGOING : INCOMING;
}

/** Which column has the number by which a line is found. */
export function numberColumn(book: Book): number {
	return book === 'outgoing' ? 0 : 1;
}
