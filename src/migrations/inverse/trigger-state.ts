/** ENABLE and DISABLE of triggers and rules: https://www.postgresql.org/docs/18/sql-altertable.html */
import { quoteLiteral } from "../../../graph/quote.ts";
import type { Altered } from "./altered.ts";
import { type Answer, askBefore } from "./answer.ts";
import { regclass } from "./names.ts";

/** For ALL the triggers of foreign keys count too, whose names nobody writes: they were all enabled, or it cannot be said. */
export function undoTriggerState({ alter, command, name }: Altered): Answer {
  const one = command.name === undefined ? "" : ` AND t.tgname = ${quoteLiteral(command.name)}`;
  const all = /All$/.test(command.subtype ?? "");
  const word = stateWord("t.tgenabled");
  const whole = all
    ? `SELECT 0 AS step, ${quoteLiteral(`${alter} ENABLE TRIGGER ALL`)} AS sql FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = ${regclass(name)} AND t.tgisinternal GROUP BY t.tgrelid HAVING pg_catalog.bool_and(t.tgenabled = 'O')
UNION ALL SELECT 0, ${quoteLiteral(`${alter} DISABLE TRIGGER ALL`)} FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = ${regclass(name)} AND t.tgisinternal GROUP BY t.tgrelid HAVING pg_catalog.bool_and(t.tgenabled = 'D')
UNION ALL `
    : "";
  return askBefore(`SELECT * FROM (${whole}SELECT 1 AS step, ${quoteLiteral(`${alter} `)} || ${word} || ' TRIGGER ' || pg_catalog.quote_ident(t.tgname) AS sql
FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = ${regclass(name)} AND NOT t.tgisinternal${one}) AS steps ORDER BY step, sql`);
}

export function undoRuleState({ alter, command, name }: Altered): Answer {
  return askBefore(
    `SELECT ${quoteLiteral(`${alter} `)} || ${stateWord("t.ev_enabled")} || ' RULE ' || pg_catalog.quote_ident(t.rulename) AS sql
FROM pg_catalog.pg_rewrite AS t WHERE t.ev_class = ${regclass(name)} AND t.rulename = ${quoteLiteral(command.name ?? "")}`,
  );
}

function stateWord(letter: string): string {
  return `CASE ${letter} WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END`;
}
