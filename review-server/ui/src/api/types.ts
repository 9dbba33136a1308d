// The shapes the server sends, under the names the rest of the interface uses.

export interface User { id: number; name: string; display_name: string; is_administrator: boolean }
export interface Session { user: User }
export type Right =
  | "see_progress" | "read_documents" | "code" | "annotate" | "manage_taxonomies"
  | "prepare_deliverables" | "release_deliverables" | "read_audit" | "manage_members";
export interface Matter {
  slug: string; name: string; client: string; role: string; rights: string[];
  documents: number; prefix: string; description: string;
}
export interface Progress {
  documents: number; coded: number; annotated: number; annotations: number; exceptions: number; empty: number;
  by_custodian: { custodian: string; documents: number; coded: number }[];
  by_concept: { concept: string; label: string; documents: number }[];
  deliverables_released: number;
}
export interface Filters {
  custodian?: string[]; type?: string[]; year?: string[]; language?: string[]; concept?: string[];
  uncoded?: boolean; annotated?: boolean;
}
export type Sort = "relevance" | "control_number" | "date_ascending" | "date_descending";
export interface Warning { message: string; start: number; end: number }
export interface Snippet { text: string; highlights: number[][] }
export interface Hit {
  control_number: string; ordinal: number; title: string; path: string; custodian: string; type: string;
  type_label: string; date?: string | null; language?: string | null; score: number; snippets: Snippet[];
  concepts: string[]; annotations: number; exceptions: number; family_size: number; is_attachment: boolean;
}
export interface SearchPage {
  total: number; canonical: string; warnings: Warning[]; hits: Hit[]; next_cursor?: string | null;
}
export interface FacetValue { value: string; label: string; count: number }
export interface Facet { field: string; values: FacetValue[] }
export interface Page {
  number: number; start: number; frame: number[]; rotate: number; width: number; height: number;
  quality: number; engine: string;
}
export interface ProcessingException {
  stage: string; kind: string; reason: string; tool: string; page?: number | null;
}
export interface FamilyMember {
  control_number: string; title: string; type: string; is_current: boolean; is_parent: boolean;
}
export interface Location { custodian: string; path: string; is_duplicate: boolean }
export interface Document {
  control_number: string; ordinal: number; title: string; file_name: string; path: string; type: string;
  type_label: string; media_type: string; custodian: string; custodians: string[]; size_bytes: number;
  sha256: string; md5: string; sha1: string; date?: string | null; language?: string | null; is_empty: boolean;
  text_revision: number; text_code_points: number; pages: Page[]; has_boxes: boolean; has_page_view: boolean;
  metadata: Record<string, unknown>; family: FamilyMember[]; locations: Location[];
  exceptions: ProcessingException[];
}
export interface DocumentText { revision: number; sha256: string; text: string }
export interface PageQuads { page: number; quads: number[][] }
export interface HitQuads { page: number; quads: { hit: number; quad: number[] }[] }
export interface DocumentHits { ranges: number[][]; pages: HitQuads[] }
export interface Passage { start: number; end: number; quote: string; pages: PageQuads[] }
export interface CodedConcept { concept: string; by: string; at: string }
export interface Annotation {
  id: number; control_number: string; start: number; end: number; quote: string; page?: number | null;
  pages: PageQuads[]; concepts: string[]; note: string; author: string; author_name: string;
  created_at: string; changed_at: string; deleted: boolean;
}
export interface HistoryItem {
  at: string; by: string; by_name: string; action: string; concept?: string | null;
  annotation?: number | null; note?: string | null; quote?: string | null;
}
export interface Concept {
  iri: string; label: string; notation?: string | null; alt_labels: string[]; definition?: string | null;
  scope_note?: string | null; broader: string[]; narrower: string[]; depth: number; top: string; colour: number;
  documents: number;
}
export interface Taxonomy {
  id: number; iri: string; title: string; description?: string | null; language: string; concepts: Concept[];
  warnings: Finding[];
}
export interface Finding { severity: string; rule: string; subject: string; message: string }
export interface ExceptionItem {
  path: string; custodian: string; control_number?: string | null; stage: string; kind: string; reason: string;
  tool: string; page?: number | null;
}
export interface Deliverable {
  id: number; title: string; kind: string; source: { query: string };
  state: "preparing" | "ready" | "failed" | "released" | "withdrawn"; created_at: string; created_by: string;
  released_at?: string | null; size_bytes?: number | null; sha256?: string | null; documents: number;
  annotations: number; files: number; error?: string | null;
}
export interface Member { user: string; display_name: string; role: string }
export interface Change { control_number: string; what: "coding" | "annotation"; by: string; client_id?: string | null }
