/** What is asked of a value before its components are looked at: whether they are as the ledger says that they were brought along. */
import type { ScopeQuestion } from "../database/scope-states.ts";
import type { ScopeReader } from "../live/scope-files.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { scopedFolder } from "../tenants/scoped-name.ts";
import type { FilesDigest } from "../tenants/settled-files.ts";
import { version } from "./version.ts";

/** What its files say to this version of the tool; null where one of them cannot be read. */
export function digestFor(reader: ScopeReader, scope: MatrixScope): FilesDigest | null {
  const said = reader.digest(scope);
  return said === null ? null : { ...said, whole: `${version} ${said.whole}` };
}

export function questionOf(scope: MatrixScope, { whole }: FilesDigest): ScopeQuestion {
  const { name, searchPath } = scope;
  return { name, searchPath, files: whole, folder: scopedFolder(scope) };
}
