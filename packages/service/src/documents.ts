export type { DocumentChange } from "./documents/change.ts";
export { deletionsOf } from "./documents/change-set.ts";
export { readDeclared } from "./documents/content.ts";
export { documentIdOf } from "./documents/identity.ts";
export {
  type DocumentPlan,
  type PlannedRevision,
  type PlanPorts,
  planDocument,
  planOnApi,
} from "./documents/plan-document.ts";
export { renameDocument } from "./documents/rename.ts";
