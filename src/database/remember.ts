/** Statements that write what the ledger remembers: of objects, and of what was done. */
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Identity, ObjectKind } from "../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { scopeOfComponent } from "../tenants/scoped-name.ts";
import { columnsOf } from "./identity-columns.ts";
import { versionOfKinds } from "./row-versions.ts";

/** Of a row `o` of the ledger, and another one `l`. */
export const sameObject = `l.kind = o.kind and l.schema = o.schema and l.relation = o.relation and l.name = o.name and l.arguments = o.arguments`;

/** What the history tells of a step. */
export interface ToldStep {
  readonly kind: string;
  readonly object: string;
  readonly reason: string;
  readonly sql: readonly string[];
}

/** `name`: the ledger's schema, quoted. */
export function forgetStatements(
  name: string,
  project: string,
  forgotten: readonly { readonly identity: Identity; readonly scope: string }[],
): readonly string[] {
  if (forgotten.length === 0) return [];
  const rows = json(forgotten.map(({ identity, scope }) => ({ scope, ...columnsOf(identity) })));
  return [
    `delete from ${name}.object o using jsonb_to_recordset(${rows}) as l(scope text, kind text, schema text, relation text, name text, arguments text[])
  where o.project = ${quoteLiteral(project)} and o.scope = l.scope and ${sameObject}`,
  ];
}

/** The statement that writes a line of the history. */
export function runStatement(
  schema: string,
  project: string,
  command: string,
  steps: readonly ToldStep[],
): string {
  return runRow(schema, project, command, stepsToRemember(steps));
}

/** The same; `steps`: an expression, as `stepsToRemember` gives one. */
export function runRow(schema: string, project: string, command: string, steps: string): string {
  return `insert into ${quoteIdentifier(schema)}.run (project, command, steps) values (${quoteLiteral(project)}, ${quoteLiteral(command)}, ${steps})`;
}

export function stepsToRemember(steps: readonly ToldStep[]): string {
  // A new object's text stands in its definition.
  return json(steps.map((step) => (step.kind === "create" ? { ...step, sql: [] } : step)));
}

/** The objects as `rememberRows` reads them. */
export function rowsToRemember(objects: readonly DeclaredObject[]): string {
  return json(
    objects.map((object) => ({
      scope: scopeOfComponent(object.component),
      ...columnsOf(object.identity),
      component: object.component,
      hash: object.hash,
      attachments_hash: attachmentsHash(object),
      definition: { sql: object.sql, name: object.name, orReplace: object.orReplace, parts: object.parts },
      attachments: object.attachments.map(({ kind, key, hash, undo, inline }) => ({
        kind,
        key,
        hash,
        undo,
        inline,
      })),
    })),
  );
}

/** Remembers objects as they are now. `rows`: an expression; `versions`: a query for them, or the kinds of objects that are looked up by their names. */
export function rememberRows(
  name: string,
  project: string,
  rows: string,
  versions: string | readonly ObjectKind[],
): string {
  const asked = typeof versions === "string";
  const record = `jsonb_to_recordset(${rows}) as o(scope text, kind text, schema text, relation text, name text, arguments text[],
    component text, hash text, attachments_hash text, definition jsonb, attachments jsonb)`;
  const version = asked ? "l.version" : versionOfKinds(versions);
  const join = asked ? ` left join l on ${sameObject}` : "";
  const head = asked ? `with l as materialized (${versions})\n  ` : "";
  return `${head}insert into ${name}.object (project, scope, kind, schema, relation, name, arguments, component, hash, attachments_hash, definition, attachments, version)
  select ${quoteLiteral(project)}, o.scope, o.kind, o.schema, o.relation, o.name, o.arguments, o.component, o.hash, o.attachments_hash, o.definition, o.attachments, ${version}
  from ${record}${join}
  on conflict (project, scope, kind, schema, relation, name, arguments) do update set component = excluded.component, hash = excluded.hash,
    attachments_hash = excluded.attachments_hash, definition = excluded.definition, attachments = excluded.attachments,
    version = excluded.version, applied_at = now()`;
}

/** One text for all attachments: equal while the file attaches the same. */
export function attachmentsHash(object: DeclaredObject): string {
  return object.attachments
    .map((attachment) => `${attachment.key}=${attachment.hash}`)
    .sort()
    .join("\n");
}

function json(value: unknown): string {
  return `${quoteLiteral(JSON.stringify(value))}::jsonb`;
}
