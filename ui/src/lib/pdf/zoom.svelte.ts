/** How large pages are shown, kept from one document to the next. 1 fits the width. */

const STEPS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4];

class Zoom {
	factor = $state(1);

	in = () => this.#to(STEPS.find((step) => step > this.factor + 0.001));
	out = () => this.#to(STEPS.findLast((step) => step < this.factor - 0.001));
	fit = () => this.#to(1);

	#to(step: number | undefined) {
		if (step !== undefined) this.factor = step;
	}
}

export const zoom = new Zoom();
