// The run that reads documents into the matter on screen: loaded once, then kept up by the server's events.
import { intake as api } from "../api/client";
import type { Intake, IntakeRun } from "../api/types";

class IntakeState {
  matter = $state<string | null>(null);
  intake = $state.raw<Intake | null>(null);
  problem = $state.raw<unknown>(null);
  /** Whether the card of a run that ended was put away. */
  isPutAway = $state(false);
  /** Moves when a run ends: what it changed is read again. */
  ended = $state(0);

  readonly run = $derived(this.intake?.run ?? null);
  readonly isAtWork = $derived(this.run?.is_at_work ?? false);

  async load(matter: string) {
    if (this.matter !== matter) {
      this.matter = matter;
      this.intake = null;
      this.isPutAway = false;
    }
    try {
      const found = await api.show(matter);
      if (this.matter !== matter) return;
      this.intake = found;
      if (found.run?.is_at_work) this.isPutAway = false;
      this.problem = null;
    } catch (thrown) {
      if (this.matter === matter) this.problem = thrown;
    }
  }

  putAway() {
    this.isPutAway = true;
  }

  /** Takes a run as the server shows it. */
  take(matter: string, run: IntakeRun) {
    if (this.matter !== matter || !this.intake) return;
    const wasAtWork = this.isAtWork;
    this.intake = { ...this.intake, run };
    if (run.is_at_work) this.isPutAway = false;
    if (wasAtWork && !run.is_at_work) this.ended += 1;
  }
}

export const intake = new IntakeState();
