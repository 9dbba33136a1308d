// The taxonomies of the matter on screen, and quick look-ups of concepts.
import { taxonomies as api } from "../api/client";
import type { Concept, Taxonomy } from "../api/types";
import { digitConcepts } from "../model/taxonomy";
import { preferences } from "./preferences.svelte";

class TaxonomiesState {
  matter = $state("");
  list = $state.raw<Taxonomy[] | null>(null);
  problem = $state.raw<unknown>(null);

  concepts = $derived<Concept[]>((this.list ?? []).flatMap((taxonomy) => taxonomy.concepts));
  byIri = $derived(new Map(this.concepts.map((concept) => [concept.iri, concept])));
  digits = $derived(digitConcepts(this.concepts, preferences.pinsOf(this.matter)));

  async load(matter: string) {
    if (matter !== this.matter) this.list = null;
    this.matter = matter;
    this.problem = null;
    try {
      const list = await api.list(matter);
      if (this.matter === matter) this.list = list;
    } catch (thrown) {
      this.problem = thrown;
    }
  }

  label(iri: string): string {
    return this.byIri.get(iri)?.label ?? iri.replace(/^.*[/#]/, "");
  }

  colour(iri: string): number | null {
    return this.byIri.get(iri)?.colour ?? null;
  }
}

export const taxonomies = new TaxonomiesState();
