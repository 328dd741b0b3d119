/** What a generated block expects to hang on the objects that it makes anew or drops: `block.json` beside the scripts. */
import { lstatSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { describeIdentity, type Identity, identityKey } from "../../graph/identity.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Config } from "../config/config.ts";
import { readText } from "../config/read-text.ts";
import type { Database } from "../database/database.ts";
import { shownPath } from "../project/scan.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { shadowSchema } from "../tenants/shadow-scope.ts";
import type { Hanging } from "./hanging.ts";
import type { Migration, Script } from "./migration.ts";

export interface Expectation extends Hanging {
  readonly identity: Identity;
  /** The block only replaces it: a replace clears a view's options, and leaves everything else. */
  readonly replaced?: true;
}

export type Expectations = Readonly<Record<Script["direction"], readonly Expectation[]>>;

/** Of a part of a matrix the schema of the value that stands for all is in the place of each. */
function fileNameOf({ part }: Pick<Migration, "part">): string {
  return part === "up" ? "block.json" : `block${part.slice("up".length)}.json`;
}

/** Both empty where there is no such file. Throws a MigratorError for one that cannot be read. */
export function readExpectations(
  config: Config,
  { folder, part }: Pick<Migration, "folder" | "part">,
): Expectations {
  const path = join(folder, fileNameOf({ part }));
  // Most have none, and an error costs more than a look.
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return { up: [], down: [] };
  const file = shownPath(config, path);
  const read = readText(path, file);
  if (read.kind === "mistake") {
    if (read.missing) return { up: [], down: [] };
    throw new MigratorError([read.mistake]);
  }
  const found = parsed(read.text);
  if (found !== null) return found;
  throw new MigratorError([
    {
      code: "migration",
      message: "what the generated block expects cannot be read",
      file,
      fix: "run migrator migration refresh, or bring the file back from version control",
    },
  ]);
}

/** Null for what `writeExpectations` does not write. */
function parsed(text: string): Expectations | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (!isRecord(value)) return null;
  const { up, down } = value;
  return isExpected(up) && isExpected(down) ? { up, down } : null;
}

function isExpected(value: unknown): value is readonly Expectation[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one: unknown) =>
        isRecord(one) &&
        isIdentity(one.identity) &&
        isTexts(one.dependents) &&
        isRecord(one.attachments) &&
        isTexts(Object.values(one.attachments)),
    )
  );
}

function isIdentity(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { kind, schema, name, relation, arguments: types } = value;
  const own = typeof kind === "string" ? parts.get(kind) : undefined;
  if (own === undefined || typeof schema !== "string" || typeof name !== "string") return false;
  return own === "none" || (own === "relation" ? typeof relation === "string" : isTexts(types));
}

/** What an identity of each kind has beside schema and name. */
const parts: ReadonlyMap<string, "none" | "arguments" | "relation"> = new Map([
  ["view", "none"],
  ["materialized view", "none"],
  ["function", "arguments"],
  ["procedure", "arguments"],
  ["aggregate", "arguments"],
  ["trigger", "relation"],
  ["rule", "relation"],
  ["policy", "relation"],
]);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** Names the texts that a value has beside its schema: `${plan}` is each value's own. */
export function namingTexts(expectations: Expectations, scope: MatrixScope | null): Expectations {
  if (scope === null) return expectations;
  const names = Object.entries(scope.variables).flatMap(([name, value]) =>
    typeof value === "string" && value !== "" && value !== scope.schema ? [[value, name] as const] : [],
  );
  const said = new Map(names);
  if (said.size === 0) return expectations;
  const escaped = [...said.keys()].map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const words = new RegExp(`(?<![\\w$])(?:${escaped.join("|")})(?![\\w$])`, "g");
  return mapTexts(expectations, null, (text) => text.replaceAll(words, (found) => `\${${said.get(found)}}`));
}

/** What a part of a matrix expects, for one value of it. */
export function expectedOfScope(
  expectations: Expectations,
  { matrix, schema, variables }: MatrixScope,
): Expectations {
  const standIn = shadowSchema(matrix);
  const move = schema === null ? null : { from: standIn, to: schema };
  return mapTexts(expectations, move, (given) => {
    const moved =
      move === null ? given : given.replaceAll(quoteIdentifier(standIn), () => quoteIdentifier(move.to));
    return moved.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (whole, name: string) => {
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      return typeof value === "string" ? value : whole;
    });
  });
}

function mapTexts(
  { up, down }: Expectations,
  move: { readonly from: string; readonly to: string } | null,
  text: (given: string) => string,
): Expectations {
  const mapped = (expected: readonly Expectation[]): readonly Expectation[] =>
    expected.map(({ identity, dependents, attachments, replaced }) => {
      const own =
        move !== null && identity.schema === move.from ? { ...identity, schema: move.to } : identity;
      return {
        identity: "arguments" in own ? { ...own, arguments: own.arguments.map(text) } : own,
        ...(replaced === true ? { replaced } : {}),
        dependents: dependents.map(text),
        attachments: Object.fromEntries(
          Object.entries(attachments).map(([what, value]) => [text(what), text(value)]),
        ),
      };
    });
  return { up: mapped(up), down: mapped(down) };
}

export function writeExpectations(
  { folder, part }: Pick<Migration, "folder" | "part">,
  expectations: Expectations,
): void {
  const path = join(folder, fileNameOf({ part }));
  if (expectations.up.length + expectations.down.length === 0) rmSync(path, { force: true });
  else writeFileSync(path, `${JSON.stringify(expectations, null, 2)}\n`);
}

/**
 * Throws a MigratorError that lists what a block would lose or meet. In the transaction in which it is to run. `carriable`: it could
 * be taken along.
 */
export async function requireExpected(
  database: Database,
  id: string,
  expected: readonly Expectation[],
  carriable: boolean,
): Promise<void> {
  // What reads the catalogs is loaded for a block alone.
  const { clearedByReplace, readHanging, unexpected } = await import("./hanging.ts");
  const found = await readHanging(
    database,
    expected.map(({ identity }) => identity),
  );
  const lines = expected.flatMap((one) => {
    const now = found.get(identityKey(one.identity));
    if (now === undefined) return [];
    return unexpected(describeIdentity(one.identity), one, one.replaced ? clearedByReplace(now) : now);
  });
  if (lines.length === 0) return;
  const problem: Diagnostic = {
    code: "migration-state",
    message: `migration ${id}: the database has what its generated block does not know`,
    detail: lines.join("\n"),
    fix: `${carriable ? "take it along with --carry-unmanaged; or drop it" : "drop it"}, or bring it into a migration or component and run migrator migration refresh`,
  };
  throw new MigratorError([problem]);
}
