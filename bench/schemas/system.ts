/** PostgreSQL's own views, made once more in a schema of their own; they go on reading pg_catalog's tables. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findBinaries, type ServerVersion } from "../../test/servers/binaries.ts";
import type { Schema } from "./schema.ts";
import { schemaOfScript } from "./script.ts";

function shareFile(version: ServerVersion, name: string): string {
  return readFileSync(join(findBinaries(version).folder, "share", "postgresql", name), "utf8");
}

/** The information schema of that version, under another name. */
export function informationSchema(version: ServerVersion): Schema {
  const script = shareFile(version, "information_schema.sql").replaceAll(
    "information_schema.",
    "information.",
  );
  return schemaOfScript({
    name: "information_schema",
    script,
    searchPath: ["information"],
    omit: (statement) => {
      if (/^(insert|update)\b/i.test(statement)) return "it fills a table";
      if (/^(create schema|grant usage on schema|set search_path)\b/i.test(statement))
        return "the schema has another name here";
      return null;
    },
  });
}

/** Their columns of type anyarray are allowed in pg_catalog alone. */
const pseudoTyped = /^create view (pg_stats|pg_stats_ext_exprs)\b/i;

/** The system views of that version. The search_path names their schema before pg_catalog, which has the same names. */
export function systemViews(version: ServerVersion): Schema {
  const script = shareFile(version, "system_views.sql");
  const views = new Set([...script.matchAll(/^CREATE VIEW (\w+)/gim)].map((match) => match[1]));
  return schemaOfScript({
    name: "system_views",
    script,
    searchPath: ["system", "pg_catalog"],
    omit: (statement) => {
      if (pseudoTyped.test(statement)) return "it has columns of a pseudo-type";
      const attached = /^(?:grant|revoke)\b[\s\S]*?\bon\s+(?:function\s+)?(\w+)/i.exec(statement)?.[1];
      return attached !== undefined && !views.has(attached) ? "it would change pg_catalog itself" : null;
    },
  });
}
