// A counter that moves when something in the matter changed: screens that show totals read again when it does, at
// most once a second and a half.

const PAUSE_MS = 1500;

class Live {
  turn = $state(0);
  #waiting = false;

  changed() {
    if (this.#waiting) return;
    this.#waiting = true;
    setTimeout(() => {
      this.#waiting = false;
      this.turn += 1;
    }, PAUSE_MS);
  }
}

export const live = new Live();
