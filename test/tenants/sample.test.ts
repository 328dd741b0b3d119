/** The sample project with three tenants: what README's Tenants section runs, on the embedded database and on servers. */
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";
import { EVERYWHERE, freshDatabase } from "../servers/database.ts";

const sample = join(import.meta.dirname, "../../tenants-sample");

describe.each(EVERYWHERE)("on %s", { timeout: 240_000 }, (where) => {
  test("three tenants are made, a fourth comes, a migration is written for all, and one goes", async () => {
    const folder = temporaryFolder({});
    cpSync(sample, folder, { recursive: true });
    const fresh = where === "embedded" ? null : await freshDatabase(where);
    const env = fresh === null ? {} : { DATABASE_URL: fresh.url ?? "" };
    const run = async (...args: readonly string[]) => {
      const ran = await runCli(folder, args, { env });
      expect([args, ran.code, ran.stderr]).toEqual([args, 0, expect.not.stringContaining("error")]);
      return ran.stdout;
    };
    await run("apply");
    const list = JSON.parse(await run("tenant", "list", "--json"));
    expect(list.values).toMatchObject(
      ["acme", "globex", "initech"].map((key) => ({ key, state: "current", lacks: 0 })),
    );
    await run("tenant", "add", "umbrella", "--var", "currency=GBP");
    expect(await run("graph", "umbrella.summary")).toContain("order_total");
    expect(await run("plan", "--json")).toContain('"steps":[]');
    const made = JSON.parse(await run("migration", "new", "summaries", "--changed", "--json"));
    const migrations = join(folder, "migrator/migrations");
    const written = readdirSync(migrations).find((name) => name.endsWith("-summaries")) ?? "";
    expect(readdirSync(join(migrations, written)).filter((name) => name.startsWith("up"))).toEqual([
      "up.sql.jinja",
      "up.tenant.sql.jinja",
    ]);
    expect(made.warnings).toEqual([]);
    await run("migration", "test", "summaries");
    expect(await run("apply")).toContain("4 values of matrices: 4 without changes");
    await run("tenant", "remove", "umbrella", "--yes");
    expect(JSON.parse(await run("tenant", "list", "--json")).values).toHaveLength(3);
    await fresh?.drop();
  });
});
