// Every call to the server, one typed function each. A failed call throws `Problem` with the server's stable code and
// sentence; nothing here draws, retries or remembers.
import type {
  AcceptanceRequest, Annotation, AnnotationChange, BulkAction, BulkPreview, BulkRequest, Coding, CodingRequest,
  ComparedDocuments, Comparison, Deliverable, Dialect, Document, DocumentHits, DocumentList, DocumentText, ExceptionPage, Facet,
  FacetRequest, Fault, Filters, Finding, FolderContent, HistoryItem, HitReport, Intake, IntakeOrder, IntakeRun, ListReading,
  Matter, MatterChange, Member, NewAnnotation, NewDeliverable, NewDocumentList, NewHitReport, NewSavedSearch, NewUser, Passage,
  Person, Place, Processing, Progress, QueryReading, RepeatOrder, RetryOrder, Role, SavedSearch, SavedSearchChange, SearchHistory,
  SearchOrder, SearchOrderRequest, SearchPage, SearchRequest, SeenMatches, Selection, Session, TableRequest, Taxonomy, Timeline, TimelineRequest,
  Upload, UploadContent, UploadList, UploadedFile, WhyPart, WrittenFilters,
} from "./types";

import type { BuilderRow, BuiltQuery, Completions, TermHits, TermPage, TermsRequest } from "./types";
import type { Batch, BatchSet, BatchSetPage, BatchSetPreview, BatchSets, NewBatchSet } from "./types";
import type { NewSynonymList, SynonymList } from "./types";

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: { position?: number; line?: number; findings?: Finding[]; retryAfterSeconds?: number } = {},
  ) {
    super(message);
  }
}

/** Names this window, so that it knows its own changes when the server tells everybody. */
export const CLIENT_ID = crypto.randomUUID();

/** Called when the server says that nobody is signed in any more. */
export const onSignedOut: { call: () => void } = { call: () => undefined };

interface Call { method?: string; body?: unknown; turtle?: string; signal?: AbortSignal }

async function send(path: string, { method = "GET", body, turtle, signal }: Call = {}): Promise<Response> {
  const headers: Record<string, string> = { "x-client-id": CLIENT_ID };
  if (turtle !== undefined) headers["content-type"] = "text/turtle";
  else if (body !== undefined) headers["content-type"] = "application/json";
  let response: Response;
  try {
    const content = turtle ?? (body === undefined ? undefined : JSON.stringify(body));
    response = await fetch(`/api/v1${path}`, { method, headers, body: content, signal });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new Problem(0, "unreachable", "the server cannot be reached; check the connection and try again");
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.code === "not_signed_in") onSignedOut.call();
  throw problem;
}

async function problemOf(response: Response): Promise<Problem> {
  const wait = Number(response.headers.get("retry-after"));
  const fault = (await response.json().catch(() => ({}))) as Partial<Fault>;
  const { code = "unexpected", message = `the server answered ${response.status}`, position, line, findings } = fault;
  return new Problem(response.status, code, message, {
    position, line, findings, retryAfterSeconds: wait > 0 ? wait : undefined,
  });
}

async function json<T>(path: string, call?: Call): Promise<T> {
  return (await (await send(path, call)).json()) as T;
}

const text = encodeURIComponent;
const matter = (slug: string) => `/matters/${text(slug)}`;
const document = (slug: string, controlNumber: string) => `${matter(slug)}/documents/${text(controlNumber)}`;

/** A sentence for people from anything thrown. */
export function sentence(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const words = message.replace(/`([^`]*)`/g, "“$1”");
  return words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? "" : ".");
}

export const session = {
  current: () => json<Session>("/session"),
  signIn: (name: string, password: string) => json<Session>("/session", { method: "POST", body: { name, password } }),
  signOut: () => send("/session", { method: "DELETE" }),
  changePassword: (current: string, replacement: string) =>
    send("/session/password", { method: "PUT", body: { current, new: replacement } }),
};

export const matters = {
  list: async () => (await json<{ items: Matter[] }>("/matters")).items,
  show: (slug: string) => json<Matter>(matter(slug)),
  change: (slug: string, body: MatterChange) => json<Matter>(matter(slug), { method: "PATCH", body }),
  progress: (slug: string) => json<Progress>(`${matter(slug)}/progress`),
  processing: (slug: string) => json<Processing>(`${matter(slug)}/processing`),
  eventsPath: (slug: string) => `/api/v1${matter(slug)}/events`,
};

/** Which exceptions are wanted. */
export interface ExceptionFilter { kind?: string; stage?: string; custodian?: string; accepted?: boolean }

function asked(values: Record<string, string | number | boolean | null | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const words = given.map(([name, value]) => `${name}=${text(String(value))}`);
  return words.length > 0 ? `?${words.join("&")}` : "";
}

export const exceptions = {
  list: (slug: string, filter: ExceptionFilter, cursor: string | null) =>
    json<ExceptionPage>(`${matter(slug)}/exceptions${asked({ ...filter, cursor, limit: 200 })}`),
  exportPath: (slug: string, filter: ExceptionFilter) => `/api/v1${matter(slug)}/exceptions/export${asked({ ...filter })}`,
  accept: (slug: string, body: AcceptanceRequest) =>
    json<{ exceptions: number }>(`${matter(slug)}/exceptions/acceptance`, { method: "POST", body }),
};

export const intake = {
  show: (slug: string) => json<Intake>(`${matter(slug)}/intake`),
  start: (slug: string, body: IntakeOrder) => json<IntakeRun>(`${matter(slug)}/intake`, { method: "POST", body }),
  retry: (slug: string, body: RetryOrder) => json<IntakeRun>(`${matter(slug)}/intake/retry`, { method: "POST", body }),
  repeat: (slug: string, run: number, body: RepeatOrder) =>
    json<IntakeRun>(`${matter(slug)}/runs/${run}/repeat`, { method: "POST", body }),
  steer: (slug: string, word: "pause" | "resume" | "cancel") =>
    json<IntakeRun>(`${matter(slug)}/intake/${word}`, { method: "POST" }),
  folder: (slug: string, path: string | null) => json<FolderContent>(`${matter(slug)}/intake/folders${asked({ path })}`),
};

export const uploads = {
  list: (slug: string) => json<UploadList>(`${matter(slug)}/uploads`),
  begin: (slug: string) => json<Upload>(`${matter(slug)}/uploads`, { method: "POST" }),
  show: (slug: string, name: string) => json<UploadContent>(`${matter(slug)}/uploads/${text(name)}`),
  remove: (slug: string, name: string) => json<void>(`${matter(slug)}/uploads/${text(name)}`, { method: "DELETE" }),
  put: (slug: string, name: string, path: string, file: File, signal: AbortSignal, sent: (bytes: number) => void) =>
    sendFile(`/api/v1${matter(slug)}/uploads/${text(name)}/file${asked({ path, modified_ms: file.lastModified })}`, file, signal, sent),
};

/** Sends a file as it is, saying how much of it has left: `fetch` cannot tell that. */
function sendFile(path: string, file: File, signal: AbortSignal, sent: (bytes: number) => void): Promise<UploadedFile> {
  return new Promise((keep, refuse) => {
    const request = new XMLHttpRequest();
    const unreachable = () => refuse(new Problem(0, "unreachable", "the server cannot be reached; check the connection and try again"));
    request.open("PUT", path);
    request.setRequestHeader("x-client-id", CLIENT_ID);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.onprogress = (event) => sent(event.loaded);
    request.onerror = unreachable;
    request.onabort = unreachable;
    request.onload = () => {
      if (request.status === 200) return keep(JSON.parse(request.responseText) as UploadedFile);
      problemOf(new Response(request.responseText || null, { status: Math.max(200, request.status) })).then(refuse, refuse);
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

export const search = {
  run: (slug: string, request: SearchRequest, signal?: AbortSignal) =>
    json<SearchPage>(`${matter(slug)}/search`, { method: "POST", body: request, signal }),
  facets: async (slug: string, body: FacetRequest, signal?: AbortSignal) =>
    (await json<{ facets: Facet[] }>(`${matter(slug)}/facets`, { method: "POST", body, signal })).facets,
  asQuery: (slug: string, body: Asked & { filters: Filters }) =>
    json<WrittenFilters>(`${matter(slug)}/search/as-query`, { method: "POST", body }),
  order: (slug: string, body: SearchOrderRequest, signal?: AbortSignal) =>
    json<SearchOrder>(`${matter(slug)}/search/order`, { method: "POST", body, signal }),
  timeline: (slug: string, body: TimelineRequest, signal?: AbortSignal) =>
    json<Timeline>(`${matter(slug)}/timeline`, { method: "POST", body, signal }),
  read: (slug: string, body: Asked, signal?: AbortSignal) =>
    json<QueryReading>(`${matter(slug)}/query`, { method: "POST", body, signal }),
  readList: (slug: string, terms: string, dialect: Dialect, signal?: AbortSignal) =>
    json<ListReading>(`${matter(slug)}/query/list`, { method: "POST", body: { terms, dialect }, signal }),
  complete: (slug: string, body: { text: string; position: number; dialect?: Dialect }, signal?: AbortSignal) =>
    json<Completions>(`${matter(slug)}/query/completions`, { method: "POST", body, signal }),
  build: (slug: string, rows: readonly BuilderRow[], signal?: AbortSignal) =>
    json<BuiltQuery>(`${matter(slug)}/query/build`, { method: "POST", body: { rows }, signal }),
  rows: (slug: string, body: Asked) => json<{ rows: BuilderRow[] | null }>(`${matter(slug)}/query/rows`, { method: "POST", body }),
  terms: (slug: string, body: TermsRequest, signal?: AbortSignal) =>
    json<TermPage>(`${matter(slug)}/terms`, { method: "POST", body, signal }),
  why: (slug: string, number: string, asked: Asked) =>
    json<WhyPart>(`${matter(slug)}/why`, { method: "POST", body: { ...asked, control_number: number } }),
};

/** A query and how it is read. */
export interface Asked { query: string; dialect?: Dialect }

export const synonyms = {
  show: (slug: string) => json<SynonymList>(`${matter(slug)}/synonyms`),
  exportPath: (slug: string) => `/api/v1${matter(slug)}/synonyms/export`,
  put: (slug: string, body: NewSynonymList) => json<SynonymList>(`${matter(slug)}/synonyms`, { method: "PUT", body }),
};

export const savedSearches = {
  list: async (slug: string) => (await json<{ items: SavedSearch[] }>(`${matter(slug)}/saved-searches`)).items,
  add: (slug: string, body: NewSavedSearch) =>
    json<SavedSearch>(`${matter(slug)}/saved-searches`, { method: "POST", body }),
  change: (slug: string, id: number, body: SavedSearchChange) =>
    json<SavedSearch>(`${matter(slug)}/saved-searches/${id}`, { method: "PATCH", body }),
  remove: (slug: string, id: number) => send(`${matter(slug)}/saved-searches/${id}`, { method: "DELETE" }),
};

/** Being told of new matches of a saved search. */
export const followed = {
  begin: (slug: string, id: number) => send(`${matter(slug)}/saved-searches/${id}/subscription`, { method: "PUT" }),
  end: (slug: string, id: number) => send(`${matter(slug)}/saved-searches/${id}/subscription`, { method: "DELETE" }),
  seen: (slug: string, id: number) => json<SeenMatches>(`${matter(slug)}/saved-searches/${id}/seen`, { method: "POST" }),
};

/** What is done with many documents at once. */
export const bulk = {
  list: async (slug: string) => (await json<{ items: BulkAction[] }>(`${matter(slug)}/bulk`)).items,
  show: (slug: string, id: number) => json<BulkAction>(`${matter(slug)}/bulk/${id}`),
  preview: (slug: string, body: BulkRequest, signal?: AbortSignal) =>
    json<BulkPreview>(`${matter(slug)}/bulk/preview`, { method: "POST", body, signal }),
  begin: (slug: string, body: BulkRequest) => json<BulkAction>(`${matter(slug)}/bulk`, { method: "POST", body }),
  undo: (slug: string, id: number) => json<BulkAction>(`${matter(slug)}/bulk/${id}/undo`, { method: "POST" }),
  table: async (slug: string, body: TableRequest) =>
    (await send(`${matter(slug)}/bulk/export`, { method: "POST", body })).blob(),
  numbers: async (slug: string, body: Selection) =>
    (await json<{ control_numbers: string[] }>(`${matter(slug)}/bulk/control-numbers`, { method: "POST", body })).control_numbers,
};

/** Documents split for review, and taking one part after the other. */
export const batches = {
  list: (slug: string) => json<BatchSets>(`${matter(slug)}/batch-sets`),
  show: (slug: string, id: number, cursor?: string | null) => json<BatchSetPage>(`${matter(slug)}/batch-sets/${id}${asked({ cursor, limit: 100 })}`),
  preview: (slug: string, body: NewBatchSet, signal?: AbortSignal) =>
    json<BatchSetPreview>(`${matter(slug)}/batch-sets/preview`, { method: "POST", body, signal }),
  make: (slug: string, body: NewBatchSet) => json<BatchSet>(`${matter(slug)}/batch-sets`, { method: "POST", body }),
  withdraw: (slug: string, id: number) => json<BatchSet>(`${matter(slug)}/batch-sets/${id}/withdraw`, { method: "POST" }),
  restore: (slug: string, id: number) => json<BatchSet>(`${matter(slug)}/batch-sets/${id}/restore`, { method: "POST" }),
  next: (slug: string, id: number) => json<Batch>(`${matter(slug)}/batch-sets/${id}/check-out-next`, { method: "POST" }),
  /** To somebody by sign-in name, or to oneself. */
  checkOut: (slug: string, id: number, holder?: string) =>
    json<Batch>(`${matter(slug)}/batches/${id}/check-out`, { method: "POST", body: holder ? { for: holder } : {} }),
  checkIn: (slug: string, id: number, anyway: boolean) => json<Batch>(`${matter(slug)}/batches/${id}/check-in`, { method: "POST", body: { anyway } }),
  release: (slug: string, id: number) => json<Batch>(`${matter(slug)}/batches/${id}/release`, { method: "POST" }),
};

export const documentLists = {
  list: async (slug: string) => (await json<{ items: DocumentList[] }>(`${matter(slug)}/document-lists`)).items,
  keep: (slug: string, body: NewDocumentList) =>
    json<DocumentList>(`${matter(slug)}/document-lists`, { method: "POST", body }),
};

export const searchHistory = {
  show: (slug: string) => json<SearchHistory>(`${matter(slug)}/search-history`),
  keep: (slug: string, is_kept: boolean) =>
    json<SearchHistory>(`${matter(slug)}/search-history`, { method: "PUT", body: { is_kept } }),
  clear: (slug: string) => send(`${matter(slug)}/search-history`, { method: "DELETE" }),
};

export const hitReports = {
  list: async (slug: string) => (await json<{ items: HitReport[] }>(`${matter(slug)}/hit-reports`)).items,
  show: (slug: string, id: number) => json<HitReport>(`${matter(slug)}/hit-reports/${id}`),
  add: (slug: string, body: NewHitReport) => json<HitReport>(`${matter(slug)}/hit-reports`, { method: "POST", body }),
  rerun: (slug: string, id: number) =>
    json<HitReport>(`${matter(slug)}/hit-reports/${id}/rerun`, { method: "POST", body: {} }),
  compare: (slug: string, id: number, other: number) =>
    json<Comparison>(`${matter(slug)}/hit-reports/${id}/compare${asked({ with: other })}`),
  compareDocuments: (slug: string, id: number, other: number, term: string) =>
    json<ComparedDocuments>(`${matter(slug)}/hit-reports/${id}/compare/documents${asked({ with: other, term })}`),
  exportPath: (slug: string, id: number, format: "xlsx" | "csv" | "json") =>
    `/api/v1${matter(slug)}/hit-reports/${id}/export${asked({ format })}`,
};

export const documents = {
  show: (slug: string, number: string) => json<Document>(document(slug, number)),
  text: (slug: string, number: string) => json<DocumentText>(`${document(slug, number)}/text`),
  hits: (slug: string, number: string, body: Asked) =>
    json<DocumentHits>(`${document(slug, number)}/hits`, { method: "POST", body }),
  terms: async (slug: string, number: string, body: { query: string; dialect: string }) =>
    (await json<{ terms: TermHits[] }>(`${document(slug, number)}/terms`, { method: "POST", body })).terms,
  passage: (slug: string, number: string, place: Place) =>
    json<Passage>(`${document(slug, number)}/passage`, { method: "POST", body: place }),
  history: async (slug: string, number: string) =>
    (await json<{ items: HistoryItem[] }>(`${document(slug, number)}/history`)).items,
  nativePath: (slug: string, number: string) => `/api/v1${document(slug, number)}/native`,
  downloadPath: (slug: string, number: string) => `/api/v1${document(slug, number)}/native?download=1`,
};

export const coding = {
  show: async (slug: string, number: string) =>
    (await json<Coding>(`${document(slug, number)}/coding`)).concepts,
  record: async (slug: string, number: string, body: CodingRequest) =>
    (await json<Coding>(`${document(slug, number)}/coding`, { method: "POST", body })).concepts,
};

export const annotations = {
  list: async (slug: string, number: string) =>
    (await json<{ items: Annotation[] }>(`${document(slug, number)}/annotations`)).items,
  add: (slug: string, number: string, body: NewAnnotation) =>
    json<Annotation>(`${document(slug, number)}/annotations`, { method: "POST", body }),
  change: (slug: string, id: number, body: AnnotationChange) =>
    json<Annotation>(`${matter(slug)}/annotations/${id}`, { method: "PATCH", body }),
  remove: (slug: string, id: number) => json<Annotation>(`${matter(slug)}/annotations/${id}`, { method: "DELETE" }),
  restore: (slug: string, id: number) =>
    json<Annotation>(`${matter(slug)}/annotations/${id}/restore`, { method: "POST" }),
};

export const taxonomies = {
  list: async (slug: string) => (await json<{ items: Taxonomy[] }>(`${matter(slug)}/taxonomies`)).items,
  add: (slug: string, turtle: string) => json<Taxonomy>(`${matter(slug)}/taxonomies`, { method: "POST", turtle }),
};

export const deliverables = {
  list: async (slug: string) => (await json<{ items: Deliverable[] }>(`${matter(slug)}/deliverables`)).items,
  add: (slug: string, body: NewDeliverable) =>
    json<Deliverable>(`${matter(slug)}/deliverables`, { method: "POST", body }),
  release: (slug: string, id: number) =>
    json<Deliverable>(`${matter(slug)}/deliverables/${id}/release`, { method: "POST" }),
  withdraw: (slug: string, id: number) =>
    json<Deliverable>(`${matter(slug)}/deliverables/${id}/withdraw`, { method: "POST" }),
  downloadPath: (slug: string, id: number) => `/api/v1${matter(slug)}/deliverables/${id}/download`,
};

export const members = {
  list: async (slug: string) => (await json<{ items: Member[] }>(`${matter(slug)}/members`)).items,
  put: (slug: string, name: string, role: Role) =>
    send(`${matter(slug)}/members/${text(name)}`, { method: "PUT", body: { role } }),
  remove: (slug: string, name: string) => send(`${matter(slug)}/members/${text(name)}`, { method: "DELETE" }),
  users: async () => (await json<{ items: Person[] }>("/users")).items,
  addUser: (body: NewUser) => send("/users", { method: "POST", body }),
};
