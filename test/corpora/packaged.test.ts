/** Large schemas that come with packages: PostgreSQL's own views, and pgTAP. */
import { beforeAll, describe, expect, test } from "vitest";
import { pgtap } from "../../bench/schemas/pgtap.ts";
import { informationSchema, systemViews } from "../../bench/schemas/system.ts";
import { loadParser } from "../../src/sql/parse-component.ts";
import { buildTimeout, buildTwice, versionsFor } from "./build.ts";

beforeAll(loadParser);

const options = { timeout: buildTimeout };

describe.each(versionsFor(0))("on %s", (version) => {
  test("the information schema", options, () => buildTwice(informationSchema(version), version));

  test("the system views", options, async () => {
    await buildTwice(systemViews(version), version, async (database) => {
      // Names that pg_catalog has too must have been bound to the views of this schema.
      const [row] = await database.query<{ readonly edges: number }>(
        `select count(distinct (r.ev_class, d.refobjid))::int as edges
         from pg_rewrite r join pg_depend d on d.objid = r.oid and d.classid = 'pg_rewrite'::regclass
         join pg_class c on c.oid = d.refobjid
         where c.relnamespace = 'system'::regnamespace and d.refobjid <> r.ev_class`,
      );
      expect(row?.edges).toBeGreaterThan(10);
    });
  });
});

describe.each(versionsFor(1))("on %s", (version) => {
  test("pgTAP", options, () => buildTwice(pgtap(), version));
});
