/** Which event triggers a plan fires: they belong to somebody, who is told before it happens. */
import type { Cost } from "../../graph/step.ts";
import type { Row } from "../database/database.ts";

/** The enabled ones, as pg_event_trigger has them; a session may have turned them off (event_triggers, from 17 on). */
export const eventTriggersQuery = `
select evtname::text as name, evtevent::text as event, evttags::text[] as tags
from pg_catalog.pg_event_trigger
where evtevent <> 'login' and coalesce(pg_catalog.current_setting('event_triggers', true), 'on') <> 'off'
  and (evtenabled = 'A' or evtenabled = case pg_catalog.current_setting('session_replication_role') when 'replica' then 'R' else 'O' end::"char")
order by evtname`;

/** One warning for each that fires, with the commands that it hears. `rows` are those of the query. */
export function eventTriggerWarnings(
  rows: readonly Row[],
  statements: readonly string[],
  costs: readonly Cost[],
): readonly string[] {
  const tags = [...new Set(statements.map(commandTag))].sort();
  return rows.flatMap((row) => {
    const event = String(row.event);
    const wanted = Array.isArray(row.tags) ? row.tags.map(String) : null;
    const heard = tags.filter((tag) => fires(event, tag, costs) && (wanted === null || wanted.includes(tag)));
    return heard.length === 0 ? [] : [`event trigger ${row.name} fires: ${event} of ${heard.join(", ")}`];
  });
}

/** What an ALTER drops beside a table's column is told too rarely to be left out. */
function fires(event: string, tag: string, costs: readonly Cost[]): boolean {
  switch (event) {
    case "sql_drop":
      return tag.startsWith("DROP ") || tag === "ALTER TABLE";
    case "table_rewrite":
      return tag === "ALTER TABLE" && costs.some(({ kind }) => kind === "rewrite");
    default:
      return tag !== "" && !silent.test(tag);
  }
}

/** Rows, and settings of the session: no event trigger hears of them. */
const silent = /^(INSERT|UPDATE|DELETE|SELECT|WITH|SET|RESET|LOCK|DO)\b/;

/** The command tag of the tool's own statements, `CREATE VIEW` for CREATE OR REPLACE VIEW. */
function commandTag(sql: string): string {
  const words = sql
    .trimStart()
    .slice(0, 80)
    .toUpperCase()
    .replace(/^CREATE (OR REPLACE )?((RECURSIVE|CONSTRAINT|UNIQUE) )*/, "CREATE ");
  const object = /^(CREATE|ALTER|DROP) (MATERIALIZED VIEW|[A-Z]+)/.exec(words);
  if (object !== null) return object[0];
  return /^(REFRESH MATERIALIZED VIEW|SECURITY LABEL|[A-Z]+)/.exec(words)?.[0] ?? "";
}
