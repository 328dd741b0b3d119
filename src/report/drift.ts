/** What was changed in the database, for a person and as JSON. */
import { describeIdentity, type Identity } from "../../graph/identity.ts";
import type { Colors } from "./colors.ts";
import { colorDiff } from "./unified-diff.ts";

export interface DriftEntry {
  readonly identity: Identity;
  /** Null where no file declares it any more. */
  readonly component: string | null;
  readonly reason: string;
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

export function driftJson({ database, project, objects }: DriftReport) {
  return {
    version: 1,
    database,
    project,
    objects: objects.map(({ identity, ...entry }) => ({
      object: describeIdentity(identity),
      identity,
      ...entry,
    })),
    errors: [],
  };
}

export function formatDrift({ database, project, objects }: DriftReport, colors: Colors): string {
  const where = colors.dim(`(${database ?? "no database yet"}, project ${project})`);
  if (objects.length === 0) return `no drift ${where}`;
  const blocks = objects.map(({ identity, component, reason, diff }) => {
    const file = component === null ? "" : `${component}: `;
    const head = `${colors.red("drifted")}  ${describeIdentity(identity)}  ${colors.dim(`${file}${reason}`)}`;
    return diff === "" ? head : `${head}\n${colorDiff(diff.trimEnd(), colors)}`;
  });
  const sum = `${objects.length} drifted ${where}`;
  const next = "sync --take files overwrites it, sync --take database writes it to the files";
  return [...blocks, `${colors.bold(sum)}\n${next}`].join("\n\n");
}
