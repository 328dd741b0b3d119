/** The outcomes as a table, and what was refused. */
import { median } from "../median.ts";
import { type EditName, editNames } from "./edits.ts";
import type { EditOutcome } from "./measure.ts";

export function closuresReport(outcomes: readonly EditOutcome[], serverVersion: string): string {
  const schemas = [...new Set(outcomes.map((one) => one.schema))];
  const rows = schemas.flatMap((schema) =>
    editNames.map((edit) =>
      tableRow(
        schema,
        edit,
        outcomes.filter((one) => one.schema === schema && one.edit === edit),
      ),
    ),
  );
  return `# Changes of shape on real schemas

For every view and materialized view that something needs: one column appended, renamed (a column that dependents read, where there is
one; their texts follow), removed (one that no dependent reads) and given a wider type (one that dependents read, where
there is one), each alone and rehearsed on PostgreSQL ${serverVersion}. *Closure* counts the views, materialized views and functions that
dropping the view with all that depends on it would take, itself included: what has to be dropped and made again without rebinding.
*Recreated* counts objects that were dropped and made again, *rebound* those that were replaced in place. A refusal with
\`statement-refused\` is the edit's own: a text that was not edited names what the edit took away.
Written by \`npm run bench -- --closures\`.

| schema | edit | tried | refused | no such column | recreated median / max | rebound median / max | steps median / max | closure median / max |
|---|---|---|---|---|---|---|---|---|
${rows.join("\n")}

## Refused

${refusals(outcomes)}
`;
}

function tableRow(schema: string, edit: EditName, outcomes: readonly EditOutcome[]): string {
  const planned = outcomes.flatMap((one) =>
    one.result.kind === "planned" ? [{ ...one.result, closure: one.closure }] : [],
  );
  const refused = outcomes.filter((one) => one.result.kind === "refused").length;
  const cell = (numbers: readonly number[]) =>
    numbers.length === 0 ? "–" : `${median(numbers)} / ${Math.max(...numbers)}`;
  const cells = [
    schema,
    edit,
    planned.length + refused,
    refused,
    outcomes.length - planned.length - refused,
    cell(planned.map((one) => one.recreated)),
    cell(planned.map((one) => one.rebound)),
    cell(planned.map((one) => one.steps)),
    cell(planned.map((one) => one.closure)),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Equal reasons of one schema and edit once, with how often and the first view. */
function refusals(outcomes: readonly EditOutcome[]): string {
  const groups = new Map<string, { readonly first: EditOutcome; readonly reason: string; count: number }>();
  for (const one of outcomes) {
    if (one.result.kind !== "refused") continue;
    const key = `${one.schema} ${one.edit} ${one.result.reason.replace(/\d+/g, "N").slice(0, 80)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: one, reason: one.result.reason, count: 1 });
    else group.count++;
  }
  if (groups.size === 0) return "Nothing.";
  return [...groups.values()]
    .map(({ first, reason, count }) => {
      const column = first.column === null ? "" : `, column ${first.column}`;
      return `- ${first.schema}, ${first.edit}, ${count} times, first ${first.view}${column}: ${reason.replace(/\s+/g, " ").slice(0, 600)}`;
    })
    .join("\n");
}
