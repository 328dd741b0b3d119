/** A project of many tenants with 20 views each, and the statements that another tool would run for the same change. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const viewsOfEach = 20;

/** The type of a column that two other views read: another one cannot be had by CREATE OR REPLACE. */
export type ColumnType = "text" | "float8";

export interface TenantProject {
  readonly folder: string;
  write(type: ColumnType): void;
}

/** Names are all as long: one stands in for another in a text. */
export function tenantName(i: number): string {
  return `tenant_${String(i).padStart(4, "0")}`;
}

export function tenantTables(tenants: number): readonly string[] {
  const names = Array.from({ length: tenants }, (_, i) => tenantName(i));
  return [
    "create table public.tenants (name text primary key)",
    ...names.flatMap((name) => [
      `insert into public.tenants values ('${name}')`,
      `create schema ${name}`,
      `create table ${name}.items (id int primary key, name text, amount numeric)`,
    ]),
  ];
}

export function tenantProject(): TenantProject {
  const folder = mkdtempSync(join(tmpdir(), "migrator-bench-tenants-"));
  const components = join(folder, "migrator/components/@tenant");
  mkdirSync(components, { recursive: true });
  const matrix = { query: "select name as schema from public.tenants order by 1" };
  writeFileSync(
    join(folder, "migrator.json"),
    JSON.stringify({ project: "bench", matrices: { tenant: matrix } }),
  );
  const write = (type: ColumnType): void => {
    for (let i = 0; i < viewsOfEach; i++) writeFileSync(join(components, `v${i}.sql`), viewText(i, type));
  };
  return { folder, write };
}

function viewText(i: number, type: ColumnType): string {
  if (i === 0) return `create view v0 as select id, name, amount::${type} as amount from items;\n`;
  if (i < 3) return `create view v${i} as select id, amount from v0 where id > ${i};\n`;
  if (i % 5 === 0) return `create view v${i} as select count(*) as n from v${i - 1};\n`;
  return `create view v${i} as select id, name, ${i} as k from items where id > ${i};\n`;
}

/** What a person would write for one tenant: the views go, and come back. */
export function bareStatements(name: string, type: ColumnType): string {
  const views = [0, 1, 2].map((i) => viewText(i, type)).join("");
  return `begin;\nset local search_path = ${name};\ndrop view v2;\ndrop view v1;\ndrop view v0;\n${views}commit;\n`;
}
