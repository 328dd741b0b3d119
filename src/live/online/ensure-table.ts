/** The ledger's table of what is prepared is made by the first run that needs it. */
import { quoteIdentifier, quoteLiteral, quoteName } from "../../../graph/quote.ts";
import { ledgerSchema as ledgerStatements } from "../../database/ledger.ts";
import { preparedTable } from "../../database/prepared-rows.ts";
import { refuseLacks } from "../../database/rights/lack.ts";
import { grantOn } from "../../database/rights/role.ts";
import type { SyncInput } from "../sync.ts";

/** In a transaction. */
export async function ensureTable({ database, ledgerSchema }: SyncInput): Promise<void> {
  const name = quoteLiteral(ledgerSchema);
  const [rows] = await database.batch([
    `select to_regclass(${quoteLiteral(quoteName(ledgerSchema, "prepared"))}) is null as missing, current_user::text as role,
       exists (select from pg_namespace where nspname = ${name} and not has_schema_privilege(oid, 'CREATE')) as closed,
       to_regclass(${quoteLiteral(quoteName(ledgerSchema, "project"))}) is null as fresh`,
  ]);
  const found = rows?.[0];
  if (found?.missing !== true) return;
  if (found.closed === true) {
    const role = String(found.role);
    refuseLacks([
      {
        message: `role ${role} lacks CREATE on schema ${ledgerSchema}, to keep there what is built side by side`,
        mend: grantOn("CREATE", `SCHEMA ${quoteIdentifier(ledgerSchema)}`, role),
        component: null,
        offset: null,
      },
    ]);
  }
  await database.batch([
    ...(found.fresh === true ? ledgerStatements(ledgerSchema) : []),
    preparedTable(ledgerSchema),
  ]);
}
