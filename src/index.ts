/** The library: the pure engine, and what the command line is made of. */
export type { AppliedObject } from "../graph/applied.ts";
export type { Attachment, DeclaredObject, ParsedComponent } from "../graph/declared.ts";
export { type Desired, desiredState } from "../graph/desired.ts";
export { type Diagnostic, type DiagnosticCode, MigratorError } from "../graph/diagnostic.ts";
export { describeIdentity, type Identity, identityKey } from "../graph/identity.ts";
export type { Dependent, LiveObject } from "../graph/live.ts";
export { type PassResult, type PlanInput, planChanges } from "../graph/plan/plan.ts";
export type { Answer, Planning, Request } from "../graph/request.ts";
export { type Cost, PlanError, type Problem, type Step, type StepKind } from "../graph/step.ts";
export type { Config } from "./config/config.ts";
export { loadConfig } from "./config/load.ts";
export { type Database, DatabaseError } from "./database/database.ts";
export { openEmbedded } from "./database/embedded.ts";
export { connectServer } from "./database/server.ts";
export { type SyncInput, type SyncResult, syncComponents } from "./live/sync.ts";
export { assembleFiles, type Files, fileMistakes, readFiles } from "./live/workspace.ts";
export { loadParser, parseComponent } from "./sql/parse-component.ts";
