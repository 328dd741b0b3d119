/** Whether the ledger says of the migrations exactly what the files say, in one short answer. */
import { createHash } from "node:crypto";
import { quoteIdentifier } from "../../graph/quote.ts";
import { isAbsent } from "./absent.ts";
import { type Database, DatabaseError } from "./database.ts";

interface AppliedChecksum {
  readonly module: string;
  readonly id: string;
  readonly part: string;
  readonly checksum: string;
}

/** What the ledger is held against. */
export interface SettledDigest {
  readonly digest: string;
  /** `partKey` of what baselines stand for: a ledger may have it, and need not. */
  readonly replaced: readonly string[];
}

/** `partKey` of a row is not among those of the parameter. */
function notReplaced(parameter: string): string {
  return `(pg_catalog.cardinality(${parameter}::pg_catalog.text[]) = 0 or module || '/' || migration || case part when 'up' then '' else '/' || part end <> all (${parameter}::pg_catalog.text[]))`;
}

/**
 * True where the ledger has the migrations of `digest` and no others, each applied or adopted as it is; false also where it cannot be asked.
 * Not in a transaction: where there is no ledger, the question is an error that would end it.
 */
export async function isLedgerOf(
  database: Database,
  schema: string,
  project: string,
  { digest, replaced }: SettledDigest,
): Promise<boolean> {
  try {
    const [row] = await database.query<{ sound: boolean; digest: string }>(
      `select coalesce(pg_catalog.bool_and(state in ('applied', 'adopted') and undone = 0), true) as sound,
         pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(coalesce(pg_catalog.string_agg(
           pg_catalog.to_json(array[module, migration, part, checksum])::text, ',' order by module collate "C", migration collate "C", part collate "C"), ''), 'UTF8')), 'hex') as digest
       from ${quoteIdentifier(schema)}.migration where project = $1 and scope = 'shared' and ${notReplaced("$2")}`,
      [project, replaced],
    );
    return row?.sound === true && row.digest === digest;
  } catch (error) {
    if (error instanceof DatabaseError) return false;
    throw error;
  }
}

/** Of migrations that are applied, in the order of the bytes, as COLLATE "C" has it. */
export function digestOf(migrations: readonly AppliedChecksum[]): string {
  const rows = migrations
    .map(({ module, id, part, checksum }) => ({
      order: Buffer.from(`${module}\0${id}\0${part}`),
      text: JSON.stringify([module, id, part, checksum]),
    }))
    .sort((a, b) => Buffer.compare(a.order, b.order))
    .map(({ text }) => text);
  return createHash("sha256").update(rows.join(",")).digest("hex");
}

export interface ScopeDigest {
  /** `digestOf` its parts, each with its source in the place of a checksum. */
  readonly digest: string;
  /** Every part is applied or adopted. */
  readonly sound: boolean;
}

/** What the ledger has of each value of a matrix, but for what baselines stand for (`replaced`, by `partKey`), by the scope's name; empty where there is no ledger. One question. */
export async function readScopeDigests(
  database: Database,
  schema: string,
  project: string,
  matrix: string,
  replaced: readonly string[],
): Promise<ReadonlyMap<string, ScopeDigest>> {
  try {
    const rows = await database.query<{ scope: string; sound: boolean; digest: string }>(
      `select scope, pg_catalog.bool_and(state in ('applied', 'adopted') and undone = 0) as sound,
         pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.string_agg(
           pg_catalog.to_json(array[module, migration, part, coalesce(source, '')])::text, ',' order by module collate "C", migration collate "C", part collate "C"), 'UTF8')), 'hex') as digest
       from ${quoteIdentifier(schema)}.migration where project = $1 and pg_catalog.starts_with(scope, $2) and ${notReplaced("$3")} group by scope`,
      [project, `${matrix}=`, replaced],
    );
    return new Map(rows.map(({ scope, sound, digest }) => [scope, { sound, digest }]));
  } catch (error) {
    if (isAbsent(error)) return new Map();
    throw error;
  }
}
