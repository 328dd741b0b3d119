/** The rights on what the planned objects name: new owners, languages, and the schemas of what they read. */
import type { DeclaredObject } from "../../../graph/declared.ts";
import { describeIdentity } from "../../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import type { Database } from "../database.ts";
import type { Lack } from "./lack.ts";
import type { PlannedObject } from "./own-objects.ts";
import { grantMembership, grantOn, type Role, setRight } from "./role.ts";

interface Wish {
  readonly i: number;
  readonly kind: "owner" | "language" | "schema";
  /** A role as SQL writes it, a language, a schema. */
  readonly name: string;
  readonly schema: string;
}

export async function namedLacks(
  database: Database,
  role: Role,
  planned: readonly PlannedObject[],
): Promise<readonly Lack[]> {
  const wishes = planned.flatMap(({ declared, definition }, i) =>
    declared === null ? [] : wishesOf(declared, definition).map((wish) => ({ ...wish, i })),
  );
  if (wishes.length === 0) return [];
  const [rows] = await database.batch([
    `select w.i, w.kind, w.name, w.schema, r.rolname as role, r.oid is null or r.rolname = current_user or pg_catalog.pg_has_role(r.oid, ${setRight(role)}) as settable,
       r.oid is null or n.oid is null or pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE') as creates,
       l.oid is null or pg_catalog.has_language_privilege(l.oid, 'USAGE') as speaks, l.oid is null or l.lanpltrusted as trusted,
       s.oid is null or pg_catalog.has_schema_privilege(s.oid, 'USAGE') as reads
     from pg_catalog.jsonb_to_recordset(${quoteLiteral(JSON.stringify(wishes))}::pg_catalog.jsonb) as w(i int, kind text, name text, schema text)
     left join pg_catalog.pg_roles r on w.kind = 'owner' and (pg_catalog.quote_ident(r.rolname) = w.name or (w.name !~ '"' and r.rolname = pg_catalog.lower(w.name)))
     left join pg_catalog.pg_namespace n on w.kind = 'owner' and n.nspname = w.schema
     left join pg_catalog.pg_language l on w.kind = 'language' and l.lanname = w.name
     left join pg_catalog.pg_namespace s on w.kind = 'schema' and s.nspname = w.name
     order by w.i`,
  ]);
  return (rows ?? []).flatMap((row) => {
    const object = planned[Number(row.i)];
    return object?.declared ? lacksOf(role, object.declared, row) : [];
  });
}

function wishesOf(declared: DeclaredObject, definition: boolean): readonly Omit<Wish, "i">[] {
  const { schema } = declared.identity;
  const owners = declared.attachments.flatMap(({ kind, sql }): Omit<Wish, "i">[] => {
    const name = kind === "owner" ? /\sOWNER TO (.+)$/is.exec(sql)?.[1]?.trim() : undefined;
    return name === undefined ? [] : [{ kind: "owner", name, schema }];
  });
  if (!definition) return owners;
  const { parts } = declared;
  const languages: Omit<Wish, "i">[] =
    parts.kind === "function" || parts.kind === "procedure"
      ? [{ kind: "language", name: parts.language, schema }]
      : [];
  const named = declared.references.flatMap((reference) =>
    reference.strength === "hard" && (reference.kind === "relation" || reference.kind === "routine")
      ? (reference.schema ?? [])
      : [],
  );
  const schemas = [...new Set(named)].map((name): Omit<Wish, "i"> => ({ kind: "schema", name, schema }));
  return [...owners, ...languages, ...schemas];
}

function lacksOf(
  role: Role,
  declared: DeclaredObject,
  row: Readonly<Record<string, unknown>>,
): readonly Lack[] {
  const { component } = declared;
  const what = describeIdentity(declared.identity);
  const { schema } = declared.identity;
  const name = String(row.name);
  const lacks: Lack[] = [];
  const add = (message: string, mend: string, offset = declared.offset) =>
    lacks.push({ message, mend, component, offset });
  switch (row.kind) {
    case "owner": {
      const owner = String(row.role);
      const offset = declared.attachments.find(({ kind }) => kind === "owner")?.offset;
      if (row.settable !== true) {
        add(
          `${what} cannot be given to ${owner}: role ${role.name} may not act as it`,
          grantMembership(owner, role),
          offset,
        );
      }
      if (row.creates !== true) {
        add(
          `${what} cannot be given to ${owner}: that role lacks CREATE on schema ${schema}`,
          grantOn("CREATE", `SCHEMA ${quoteIdentifier(schema)}`, owner),
          offset,
        );
      }
      return lacks;
    }
    case "language":
      if (row.trusted !== true) {
        add(
          `${what} is written in ${name}, in which only a superuser may write`,
          `ALTER ROLE ${quoteIdentifier(role.name)} SUPERUSER`,
        );
      } else if (row.speaks !== true) {
        add(
          `role ${role.name} lacks USAGE on language ${name}, in which ${what} is written`,
          grantOn("USAGE", `LANGUAGE ${quoteIdentifier(name)}`, role.name),
        );
      }
      return lacks;
    default:
      if (row.reads !== true) {
        add(
          `role ${role.name} lacks USAGE on schema ${name}, which ${what} names`,
          grantOn("USAGE", `SCHEMA ${quoteIdentifier(name)}`, role.name),
        );
      }
      return lacks;
  }
}
