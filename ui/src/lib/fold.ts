/**
 * Search without marks: `cong van den` finds *Công văn đến*. The rule is that of `domain::text::fold`:
 * decompose, drop combining marks, đ to d, lower case.
 */
export function fold(text: string): string {
	return text
		.normalize('NFD')
		.replace(/\p{M}/gu, '')
		.replace(/[đĐ]/g, 'd')
		.toLowerCase()
		.trim();
}

/** Whether every word of the query begins a word of the text, marks ignored. */
export function matches(query: string, text: string): boolean {
	const words = fold(text).split(/[^\p{L}\p{N}]+/u);
	return fold(query)
		.split(/\s+/)
		.every((part) => words.some((word) => word.startsWith(part)));
}
