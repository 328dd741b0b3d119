/** `doctor`: looks at the set-up from the configuration to the database, and says of each part what is wrong and what to do. */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Database } from "../database/database.ts";
import { type Files, fileMistakes, readFiles } from "../live/workspace.ts";
import { counted } from "../report/amounts.ts";
import { formatDiagnostic } from "../report/code-frame.ts";
import { type Check, doctorJson, formatChecks } from "../report/doctor.ts";
import {
  type CommandContext,
  type CommonOptions,
  connect,
  isMissing,
  openProject,
  type Project,
} from "./context.ts";
import { checkDatabase } from "./doctor-database.ts";
import { checkPool } from "./doctor-pool.ts";

/** Returns 1 where something is wrong. */
export async function doctor(context: CommandContext, options: CommonOptions): Promise<number> {
  const { output } = context;
  const checks: Check[] = [checkNode(process.versions.node)];
  const project = await looked(checks, "configuration", () => openProject(context, options));
  if (project !== null) {
    checks.push(describeConfig(context, project));
    const files = await looked(checks, "components", () => readFiles(project.config, project));
    if (files !== null) checks.push(describeFiles(files));
    await checkTarget(checks, project, files);
  }
  const root = project?.config.root ?? context.folder;
  if (output.json) output.result(JSON.stringify(doctorJson(checks)));
  else {
    output.say(
      formatChecks(checks, output.style, (diagnostic, style) =>
        formatDiagnostic(diagnostic, style, (file) => readSource(root, file)),
      ),
    );
  }
  return checks.some(({ state }) => state === "wrong") ? 1 : 0;
}

/** package.json's engines. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19))
    return { check: "node", state: "ok", message: `Node.js ${version}` };
  return {
    check: "node",
    state: "wrong",
    message: `Node.js ${version} is too old`,
    fix: "install Node.js 20.19 or newer",
  };
}

/** Null where it fails; the check then says why. */
async function looked<T>(checks: Check[], check: string, look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    checks.push({ check, state: "wrong", message: "cannot be used", diagnostics: error.diagnostics });
    return null;
  }
}

function describeConfig(context: CommandContext, { config, target }: Project): Check {
  const file = config.file === null ? null : relative(context.folder, config.file) || config.file;
  const name = target.kind === "server" && target.name !== null ? `, target ${target.name}` : "";
  const message = `${file ?? "no migrator.json, the defaults hold"}: project ${config.project}, searchPath ${config.searchPath.join(", ")}${name}`;
  if (file !== null) return { check: "configuration", state: "ok", message };
  return { check: "configuration", state: "note", message, fix: "run migrator init to write one" };
}

function describeFiles(files: Files): Check {
  const check = "components";
  const mistakes = fileMistakes(files);
  if (mistakes.length > 0) {
    const message = `${mistakes.length} ${mistakes.length === 1 ? "mistake" : "mistakes"}`;
    return { check, state: "wrong", message, diagnostics: mistakes };
  }
  const objects = files.components.reduce((sum, { facts }) => sum + facts.parsed.objects.length, 0);
  return {
    check,
    state: "ok",
    message: `${counted(files.components.length, "component")}, ${counted(objects, "object")}`,
  };
}

async function checkTarget(checks: Check[], project: Project, files: Files | null): Promise<void> {
  const { target } = project;
  if (isMissing(target)) {
    checks.push({
      check: "database",
      state: "ok",
      message: "none is named: the embedded one is made at the first sync",
    });
    return;
  }
  const database = await looked(checks, "database", () => connect(target));
  if (database === null) return;
  try {
    checks.push({
      check: "database",
      state: "ok",
      message: `${database.description}, ${serverVersion(database)}`,
    });
    if (!database.embedded) {
      const second = await looked(checks, "pooler", () => connect(target));
      if (second !== null) {
        try {
          checks.push(await checkPool(database, second));
        } finally {
          await second.close();
        }
      }
    }
    checks.push(...(await checkDatabase(database, project, files)));
  } finally {
    await database.close();
  }
}

function serverVersion({ version }: Database): string {
  return `PostgreSQL ${Math.floor(version / 10_000)}.${version % 10_000}`;
}

function readSource(root: string, file: string): string | null {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    // The message stands without its frame.
    return null;
  }
}
