// Who is signed in, and which matters they are on.
import { matters, onSignedOut, session as api } from "../api/client";
import type { Matter, User } from "../api/types";

class SessionState {
  user = $state.raw<User | null>(null);
  known = $state(false);
  /** True when a session ended under the user's hands: the sign-in page says so and leads back. */
  expired = $state(false);
  matters = $state.raw<Matter[] | null>(null);
  problem = $state.raw<unknown>(null);

  constructor() {
    onSignedOut.call = () => {
      if (this.user) this.expired = true;
      this.#forget();
    };
  }

  async start() {
    try {
      this.user = (await api.current()).user;
      await this.loadMatters();
    } catch {
      this.#forget();
    } finally {
      this.known = true;
    }
  }

  async signIn(name: string, password: string) {
    this.user = (await api.signIn(name, password)).user;
    this.expired = false;
    await this.loadMatters();
  }

  async signOut() {
    await api.signOut();
    this.expired = false;
    this.#forget();
  }

  async loadMatters() {
    this.problem = null;
    try {
      this.matters = await matters.list();
    } catch (thrown) {
      this.problem = thrown;
    }
  }

  matter(slug: string): Matter | undefined {
    return this.matters?.find((matter) => matter.slug === slug);
  }

  #forget() {
    this.user = null;
    this.matters = null;
  }
}

export const session = new SessionState();
