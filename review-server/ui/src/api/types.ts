// The shapes the server sends, under the names the rest of the interface uses. All of them come from the server's own
// description, so that a change there is a compile error here: run `npm run types` after it changes.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type User = Schemas["SignedInUser"];
export type Person = Schemas["User"];
export type Session = Schemas["Session"];
export type Matter = Schemas["Matter"];
export type Role = Schemas["RoleName"];
export type Progress = Schemas["Progress"];
export type Filters = Schemas["Filters"];
export type Sort = Schemas["SortName"];
export type SearchRequest = Schemas["SearchRequest"];
export type SearchPage = Schemas["SearchResult"];
export type Warning = Schemas["QueryWarning"];
export type Hit = Schemas["Hit"];
export type Facet = Schemas["Facet"];
export type Document = Schemas["Document"];
export type DocumentText = Schemas["CanonicalText"];
export type DocumentHits = Schemas["DocumentHits"];
export type Place = Schemas["PassageRequest"];
export type Passage = Schemas["Passage"];
export type CodedConcept = Schemas["RecordedConcept"];
export type CodingRequest = Schemas["CodingRequest"];
export type Coding = Schemas["Coding"];
export type Annotation = Schemas["Annotation"];
export type NewAnnotation = Schemas["NewAnnotation"];
export type AnnotationChange = Schemas["AnnotationChange"];
export type HistoryItem = Schemas["HistoryItem"];
export type Concept = Schemas["Concept"];
export type Taxonomy = Schemas["Taxonomy"];
export type Finding = Schemas["TaxonomyFinding"];
export type Processing = Schemas["Processing"];
export type ExceptionItem = Schemas["MatterException"];
export type ExceptionPage = Schemas["ExceptionList"];
export type Deliverable = Schemas["Deliverable"];
export type NewDeliverable = Schemas["NewDeliverable"];
export type Member = Schemas["MatterMember"];
export type NewUser = Schemas["NewUser"];
export type Change = Schemas["Change"];
export type Fault = Schemas["ErrorBody"];
