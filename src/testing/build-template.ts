/** Brings an empty database to the state of a project's files: migrations, components, and what the test adds. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { applyLive } from "../commands/apply-live.ts";
import { connect, type Project } from "../commands/context.ts";
import { projectScopes } from "../commands/project-scopes.ts";
import type { Target } from "../config/target.ts";
import { DatabaseError } from "../database/database.ts";
import { makingRoles } from "../database/making-roles.ts";
import { componentsPath } from "../database/search-path.ts";
import { describeError } from "../live/describe-error.ts";
import { readMigrations } from "../migrations/read-migrations.ts";
import { loadParser } from "../sql/library.ts";
import { splitStatements } from "../sql/split-statements.ts";
import { isMadeByScript } from "../tenants/made-by-script.ts";
import type { TestProject } from "./test-project.ts";

/** Throws a MigratorError with every mistake. */
export async function buildTemplate(test: TestProject, target: Target): Promise<void> {
  const project: Project = { ...test.project, target };
  await prepare(test, project);
  await run(project, test.base);
  await applied(test, project);
  await run(project, test.seed);
}

async function run({ target, config }: Project, scripts: readonly string[]): Promise<void> {
  if (scripts.length === 0) return;
  await loadParser();
  const database = await connect(target);
  try {
    const statements = scripts.flatMap(splitStatements);
    await database.batch(["begin", componentsPath(config.searchPath), ...statements, "commit"]);
  } catch (error) {
    throw error instanceof DatabaseError ? new MigratorError([describeError(error)]) : error;
  } finally {
    await database.close();
  }
}

/** Roles, and the schemas of the values that the test gives. */
async function prepare({ context, roles, matrices }: TestProject, project: Project): Promise<void> {
  const database = await connect(project.target);
  try {
    for (const role of roles) await database.batch([makeRole(role)]);
    const { all } = readMigrations(project.config);
    for (const matrix of matrices.filter((one) => !isMadeByScript(all, one))) {
      const scopes = await projectScopes(context, project, matrix, async () => database);
      const schemas = scopes.flatMap(({ schema }) => schema ?? []);
      await database.batch(schemas.map((schema) => `create schema if not exists ${quoteIdentifier(schema)}`));
    }
  } finally {
    await database.close();
  }
}

/** Roles belong to the whole server: another test may make the same one at this moment. */
function makeRole(role: string): string {
  return `do $$begin
    if not exists (select from pg_catalog.pg_roles where rolname = ${quoteLiteral(role)}) then
      execute pg_catalog.format('create role %I nologin', ${quoteLiteral(role)});
    end if;
  exception when duplicate_object or unique_violation then null;
  end$$`;
}

/** The embedded database has no roles but those that somebody made: what is named and missing is made, as in a shadow. */
async function applied({ context }: TestProject, project: Project): Promise<void> {
  const work = async (): Promise<void> => {
    const run = { command: "apply", rehearsal: false } as const;
    const code = await applyLive(context, { yes: true, allow: allCosts }, project, run);
    if (code === 0) return;
    throw new MigratorError([
      { code: "migration", message: "the migrations could not be applied to every value" },
    ]);
  };
  const missing = (error: unknown) => (project.target.kind === "embedded" ? missingRole(error) : null);
  await makingRoles(work, missing, async (role) => {
    const database = await connect(project.target);
    try {
      await database.batch([makeRole(role)]);
    } finally {
      await database.close();
    }
  });
}

/** In an empty database nothing costs. */
const allCosts = ["rebuild-index", "revalidate", "rewrite", "repopulate"];

function missingRole(error: unknown): string | null {
  if (!(error instanceof MigratorError)) return null;
  const found = error.diagnostics.map(({ message }) => /role "(.*)" does not exist/s.exec(message)?.[1]);
  return found.find((role) => role !== undefined) ?? null;
}
