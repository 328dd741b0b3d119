/** Databases of the shapes of larger real systems, built from nothing. */
import { describe, expect, test } from "vitest";
import { missingReason, sharedFolder } from "../../bench/schemas/shared-folder.ts";
import { shapeDatabase } from "../../bench/shapes/database.ts";
import { columnName, type Names, nameShape, schemaName } from "../../bench/shapes/names.ts";
import { readShape, type Shape, shapeNames } from "../../bench/shapes/shape.ts";
import type { Database } from "../../src/database/database.ts";
import { buildTimeout, buildTwice, versionsFor } from "./build.ts";

const folder = sharedFolder("shapes");
if (folder === null) console.log(`the shapes are not built: ${missingReason("shapes")}`);

for (const [index, name] of shapeNames.entries()) {
  describe.skipIf(folder === null).each(versionsFor(index))(`${name} on %s`, (version) => {
    test("builds, and then there is nothing to do", { timeout: buildTimeout }, async () => {
      const shape = readShape(folder ?? "", name);
      await buildTwice(shapeDatabase(shape), version, async (database) => {
        const names = nameShape(shape);
        expect(await columnTypes(database)).toEqual(expectedTypes(shape, names));
        expect(await columnUses(database)).toEqual(expectedUses(shape, names));
      });
    });
  });
}

/** Relation to its columns' types. */
async function columnTypes(database: Database): Promise<Readonly<Record<string, readonly string[]>>> {
  const rows = await database.query<{ readonly relation: string; readonly types: readonly string[] }>(
    `select c.relname::text as relation,
       coalesce(json_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum) filter (where a.attnum > 0), '[]') as types
     from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'v', 'm') group by c.relname`,
    [schemaName],
  );
  return Object.fromEntries(rows.map(({ relation, types }) => [relation, types]));
}

function expectedTypes(shape: Shape, names: Names): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    shape.relations.map((relation) => [names.relation(relation.id), relation.columns.map(names.type)]),
  );
}

/** `view relation column` for each column that a view's query reads. */
async function columnUses(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ readonly use: string }>(
    `select distinct v.relname || ' ' || c.relname || ' ' || a.attname as use
     from pg_rewrite r join pg_class v on v.oid = r.ev_class and v.relkind in ('v', 'm')
     join pg_depend d on d.objid = r.oid and d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass
     join pg_class c on c.oid = d.refobjid and c.oid <> v.oid
     join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
     where r.rulename = '_RETURN' and v.relnamespace = $1::regnamespace and d.refobjsubid > 0`,
    [schemaName],
  );
  return rows.map(({ use }) => use).sort();
}

function expectedUses(shape: Shape, names: Names): readonly string[] {
  return shape.uses
    .flatMap(([view, relation, columns]) =>
      columns.map((column) => `${names.relation(view)} ${names.relation(relation)} ${columnName(column)}`),
    )
    .sort();
}
