/** What the palette offers and how it is found: every word of the query begins a word of the label. */
import { matches } from '$lib/fold';
import type { IconName } from '$lib/icons';

export interface Command {
	label: string;
	icon: IconName;
	/** Which heading it stands under. */
	group: 'group_acts' | 'group_places';
	keys?: string;
	run: () => void;
}

export function found(commands: Command[], query: string): Command[] {
	return query.trim() === '' ? commands : commands.filter((one) => matches(query, one.label));
}
