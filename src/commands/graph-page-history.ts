/** What the ledger tells of every object's past, for the page of the graph. */
import type { PageEvent } from "../../graph/picture/page-data.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import { isAbsent } from "../database/absent.ts";
import type { Database } from "../database/database.ts";

/** An object's older past is what `history` is for. */
const mostEvents = 20;

interface EventRow {
  readonly object: string;
  readonly at: Date;
  readonly what: string;
  readonly source: string;
  readonly by: string;
  readonly reason: string;
  readonly [column: string]: unknown;
}

/** By what pg_identify_object prints for the object; the newest first. Outside of a transaction. */
export async function readPageHistory(
  database: Database,
  ledgerSchema: string,
  project: string,
): Promise<ReadonlyMap<string, readonly PageEvent[]>> {
  const found = new Map<string, PageEvent[]>();
  for (const { object, at, what, source, by, reason } of await readEvents(database, ledgerSchema, project)) {
    const event = { at: at.toISOString(), what, source, by, reason };
    const events = found.get(object);
    if (events === undefined) found.set(object, [event]);
    else events.push(event);
  }
  return found;
}

async function readEvents(
  database: Database,
  ledgerSchema: string,
  project: string,
): Promise<readonly EventRow[]> {
  try {
    return await database.query<EventRow>(
      `select object, at, what, source, by, reason from (
         select s.step->>'object' as object, r.started_at as at, s.step->>'kind' as what, r.command as source, r.role as by,
           s.step->>'reason' as reason, r.id,
           row_number() over (partition by s.step->>'object' order by r.id desc) as place
         from ${quoteIdentifier(ledgerSchema)}.run r cross join lateral pg_catalog.jsonb_array_elements(r.steps) as s(step)
         where r.project = $1) e
       where place <= ${mostEvents} order by id desc, place`,
      [project],
    );
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
