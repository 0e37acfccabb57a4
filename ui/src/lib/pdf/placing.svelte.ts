/** Corrections of where marks stand: shown at once, kept by Rust a moment later, then drawn as they will be. */
import type { BoxView, ErrorView, GhostView, MarkKind, Nudge } from '$host';

import { asError } from '../problem';

/** Points that an arrow moves a mark, without and with Shift. */
export const STEP = 1;
export const LEAP = 10;

/** From the last move until it is kept: a key held down is one correction. */
const REST_MS = 300;

/** What a preview tells of its marks. */
interface Placed {
	ghosts: GhostView[];
	nudges: Nudge[];
}

export class Placing {
	/** The mark that the panel's fields and arrows move. */
	chosen = $state<MarkKind | null>(null);
	/** Why the last correction was refused; the marks are where they were before it. */
	error = $state.raw<ErrorView | null>(null);
	/** A correction is not kept yet: nothing is signed until it is. */
	busy = $state(false);

	#ghosts = $state.raw<GhostView[]>([]);
	#kept = $state.raw<Nudge[]>([]);
	#wanted = $state.raw<Nudge[]>([]);
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** `keep` has the corrections kept and lets a new preview be read. */
	constructor(private readonly keep: (nudges: Nudge[]) => Promise<void>) {}

	/** The marks where the person wants them. */
	ghosts = $derived(this.#ghosts.map((ghost) => this.#moved(ghost)));
	/** Those that can be moved, one of each kind. */
	movable = $derived(
		this.#ghosts.filter(
			(one, at, all) => one.nudge !== null && all.findIndex((other) => other.nudge === one.nudge) === at,
		),
	);
	/** Whether anything stands elsewhere than where it was found. */
	corrected = $derived(this.#wanted.length > 0);

	/** A preview was read. */
	follow({ ghosts, nudges }: Placed): void {
		[this.#ghosts, this.#kept] = [ghosts, nudges];
		if (!this.busy) this.#wanted = nudges;
		this.chosen ??= this.movable[0]?.nudge ?? null;
	}

	/** The box of the chosen mark, where it is wanted. */
	get place(): BoxView | null {
		return this.ghosts.find((one) => one.nudge !== null && one.nudge === this.chosen)?.place ?? null;
	}

	/** Moves a mark by points to the right and up. */
	move(mark: MarkKind, dx: number, dy: number): void {
		const before = of(this.#wanted, mark);
		const others = this.#wanted.filter((one) => one.mark !== mark);
		this.chosen = mark;
		this.#want([...others, { mark, dx: before.dx + dx, dy: before.dy + dy }]);
	}

	/** Every mark back to where it was found. */
	reset(): void {
		this.#want([]);
	}

	#want(nudges: Nudge[]): void {
		[this.#wanted, this.busy] = [nudges, true];
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#keep(nudges), REST_MS);
	}

	async #keep(wanted: Nudge[]): Promise<void> {
		try {
			await this.keep(wanted);
			this.error = null;
			if (this.#wanted !== wanted) return;
			this.#wanted = this.#kept;
		} catch (thrown) {
			if (this.#wanted !== wanted) return;
			[this.error, this.#wanted] = [asError(thrown), this.#kept];
		}
		this.busy = false;
	}

	#moved(ghost: GhostView): GhostView {
		if (ghost.nudge === null) return ghost;
		const [was, now] = [of(this.#kept, ghost.nudge), of(this.#wanted, ghost.nudge)];
		const { x, y } = ghost.place;
		return { ...ghost, place: { ...ghost.place, x: x + now.dx - was.dx, y: y + now.dy - was.dy } };
	}
}

function of(nudges: Nudge[], mark: MarkKind): { dx: number; dy: number } {
	return nudges.find((one) => one.mark === mark) ?? { dx: 0, dy: 0 };
}
