import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { resolveTarget } from "../../src/config/target.ts";
import { temporaryFolder } from "./folder.ts";

async function project(settings: unknown) {
  return await loadConfig({ folder: temporaryFolder({ "migrator.json": JSON.stringify(settings) }) });
}

const targets = {
  dev: { url: { env: "DEV_URL" } },
  prod: { url: { env: "PROD_URL" }, components: "migrated", protected: true },
  fixed: { url: "postgres://fixed/x", components: "migrated" },
};
const dev = "postgres://dev/x";
const other = "postgres://other/x";

describe("precedence", () => {
  test("--database-url, --target, DATABASE_URL, PG*, the default target, the embedded database", async () => {
    const config = await project({ targets, defaultTarget: "dev" });
    const env = { DATABASE_URL: "postgres://env/x", PGHOST: "h", DEV_URL: dev };
    expect(resolveTarget(config, { databaseUrl: other }, env)).toEqual({
      kind: "server",
      url: other,
      name: null,
      components: "live",
      protected: false,
    });
    expect(resolveTarget(config, { target: "fixed" }, env)).toMatchObject({
      url: "postgres://fixed/x",
      name: "fixed",
    });
    expect(resolveTarget(config, {}, env)).toMatchObject({ url: "postgres://env/x", name: null });
    expect(resolveTarget(config, {}, { ...env, DATABASE_URL: "" })).toMatchObject({ url: null, name: null });
    expect(resolveTarget(config, {}, { DEV_URL: dev })).toMatchObject({ url: dev, name: "dev" });
    const bare = await project({});
    expect(resolveTarget(bare, {}, {})).toEqual({
      kind: "embedded",
      folder: join(bare.stateFolder, "database"),
    });
  });

  test.each(["PGHOST", "PGDATABASE", "PGUSER", "PGPORT", "PGSERVICE"])("%s alone", async (name) => {
    expect(resolveTarget(await project({}), {}, { [name]: "x" })).toMatchObject({
      kind: "server",
      url: null,
    });
  });

  test("--database-url beside --target keeps the target's rules", async () => {
    const config = await project({ targets });
    expect(resolveTarget(config, { databaseUrl: other, target: "prod" }, {})).toEqual({
      kind: "server",
      url: other,
      name: "prod",
      components: "migrated",
      protected: true,
    });
  });

  test("a URL that is a target's is that target, the protected one first", async () => {
    const config = await project({ targets, defaultTarget: "dev" });
    const env = { PROD_URL: other, DEV_URL: other };
    for (const target of [
      resolveTarget(config, { databaseUrl: other }, env),
      resolveTarget(config, {}, { ...env, DATABASE_URL: other }),
    ]) {
      expect(target).toMatchObject({ name: "prod", components: "migrated", protected: true });
    }
  });
});

describe("mistakes", () => {
  test("an unknown target, also one that every object has", async () => {
    const config = await project({ targets });
    expect(() => resolveTarget(config, { target: "pord" }, {})).toThrow(
      expect.objectContaining({
        exitCode: 2,
        diagnostics: [expect.objectContaining({ fix: 'did you mean "prod"?' })],
      }),
    );
    expect(() => resolveTarget(config, { target: "constructor" }, {})).toThrow('no target "constructor"');
  });

  test("a variable that is not set, and what is no URL, never shown", async () => {
    const config = await project({ targets });
    expect(() => resolveTarget(config, { target: "prod" }, {})).toThrow("PROD_URL is not set");
    const secret = "host=db password=hunter2";
    let message = "";
    try {
      resolveTarget(config, { databaseUrl: secret }, {});
    } catch (error) {
      message = JSON.stringify(error);
    }
    expect(message).toContain("--database-url is no connection URL");
    expect(message).not.toContain("hunter2");
  });
});
