/** What was changed in the database, for a person and as JSON. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import { describeIdentity, type Identity } from "../../graph/identity.ts";
import { sharedScope } from "../tenants/scope.ts";
import { describeScope, fileOfComponent } from "../tenants/scoped-name.ts";
import { colorDiff } from "./color-diff.ts";
import { formatRows, type Row } from "./rows.ts";
import { formatSentence } from "./sentence.ts";
import type { Style } from "./style.ts";
import { tookPhrases } from "./took.ts";

export interface DriftEntry {
  readonly identity: Identity;
  /** Null where no file declares it any more. */
  readonly component: string | null;
  /** Where it declares it, relative to the project's root. */
  readonly place: Pick<Diagnostic, "file" | "line" | "column"> | null;
  /** Of a value of a matrix; absent for what is shared. */
  readonly scope?: string;
  readonly reason: string;
  /** The database has it no more: a sync makes it again without being asked. */
  readonly missing: boolean;
  /** Keys of the attachments that differ. */
  readonly attachments: readonly string[];
  /** From what the files say to what the database has, definition and attachments, as PostgreSQL prints them. */
  readonly diff: string;
}

export interface DriftReport {
  /** What the database is called; null where there is none yet. */
  readonly database: string | null;
  readonly project: string;
  readonly objects: readonly DriftEntry[];
}

/** Those of all scopes in one. */
export function joinDrift(
  found: readonly { readonly scope: string; readonly result: DriftReport }[],
): DriftReport | null {
  const [first] = found;
  if (first === undefined) return null;
  const objects = found.flatMap(({ scope, result }) =>
    scope === sharedScope
      ? result.objects
      : result.objects.map((one) => ({
          ...one,
          component: one.component === null ? null : fileOfComponent(one.component),
          scope,
        })),
  );
  return { ...first.result, objects };
}

export function driftJson({ database, project, objects }: DriftReport, errors: readonly Diagnostic[] = []) {
  return {
    version: 1,
    database,
    project,
    objects: objects.map(({ identity, place: _, ...entry }) => ({
      object: describeIdentity(identity),
      identity,
      ...entry,
    })),
    errors,
  };
}

export function formatDrift(
  { database, project, objects }: DriftReport,
  style: Style,
  took?: number,
): string {
  const where = { text: ` (${database ?? "no database yet"}, project ${project})`, paint: style.dim };
  const time = tookPhrases(took, style);
  if (objects.length === 0) return formatSentence([{ text: "no drift" }, where, ...time], style);
  const blocks = objects.map(({ identity, component, reason, diff, scope, missing }) => {
    const of = scope === undefined ? "" : ` (${describeScope(scope)})`;
    const file = component === null ? "" : `${component}${of}: `;
    const row: Row = {
      kind: "row",
      mark: style.marks.warning,
      word: missing ? "missing" : "drifted",
      paint: missing ? style.yellow : style.red,
      name: describeIdentity(identity),
      note: `${file}${reason}`,
      ...(diff === "" ? {} : { block: colorDiff(diff.trimEnd(), style, style.width).split("\n") }),
    };
    return formatRows([row], style).join("\n");
  });
  const missing = objects.filter((one) => one.missing).length;
  const drifted = objects.length - missing;
  const counts = [
    ...(drifted > 0 ? [`${drifted} drifted`] : []),
    ...(missing > 0 ? [`${missing} missing`] : []),
  ].join(", ");
  const sum = formatSentence([{ text: counts, paint: style.bold }, where, ...time], style);
  const next =
    missing === 0
      ? "sync --take files overwrites it, sync --take database writes it to the files"
      : `${drifted > 0 ? "sync --take files overwrites what drifted, " : ""}sync makes again what is missing, sync --take database writes the database's state to the files`;
  return [...blocks, `${sum}\n${formatSentence([{ text: next }], style)}`].join("\n\n");
}
