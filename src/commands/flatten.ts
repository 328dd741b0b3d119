/** `flatten`: one migration in the place of many, proven to lead to the same, and components for what it makes. */
import { readFileSync } from "node:fs";
import { MigratorError } from "../../graph/diagnostic.ts";
import { secretSource } from "../config/secret-source.ts";
import { markedScope, mostDifferent } from "../flatten/marked-scope.ts";
import { type Marker, markerText } from "../flatten/markers.ts";
import { loadTemplates } from "../migrations/build.ts";
import { findMigration } from "../migrations/find-migration.ts";
import type { Migration } from "../migrations/migration.ts";
import { buildMigration, isOpen } from "../migrations/prepare.ts";
import { shownPath } from "../project/scan.ts";
import { loadParser } from "../sql/library.ts";
import { scopedContext } from "../tenants/apply-scope.ts";
import { orderParts } from "../tenants/ordered-parts.ts";
import { matrixNamed } from "../tenants/read-scopes.ts";
import type { CommandContext } from "./context.ts";
import {
  baselineFolder,
  baselinePart,
  putAway,
  requireInGit,
  shownFiles,
  WrittenFiles,
  whatToPutAway,
  writeReplaces,
} from "./flatten-files.ts";
import type { Layer } from "./flatten-layer.ts";
import type { FlattenShadow } from "./flatten-shadow.ts";
import {
  type Flattened,
  type Flattening,
  type FlattenOptions,
  replayed,
  type Work,
} from "./flatten-state.ts";
import { writeLayer } from "./flatten-write.ts";
import { requirePinned } from "./migration-new.ts";
import { built, openMigrations } from "./migration-project.ts";
import { knownScopes, madeUp } from "./pinned-parts.ts";
import { shadowSource } from "./shadow-project.ts";
import { tellingErrors } from "./telling-errors.ts";

/** Real values that the baseline is tried for. */
const tried = 2;

export async function flattenCommand(context: CommandContext, options: FlattenOptions): Promise<number> {
  const { output } = context;
  return tellingErrors(context, async () => {
    const flattening = await begin(context, options);
    if (flattening === null) {
      if (output.json) output.result(JSON.stringify({ version: 1, baseline: null, errors: [] }));
      else output.say("there is nothing to flatten");
      return 0;
    }
    await loadParser();
    const report = await flatten(flattening);
    if (output.json) output.result(JSON.stringify({ version: 1, ...report, errors: [] }));
    else {
      const { style } = output;
      if (options.dryRun === true) output.say(Object.values(report.scripts).join("\n"));
      for (const file of report.files)
        output.say(`${options.dryRun === true ? "would write" : "wrote"} ${file}`);
      output.say(
        `${report.replaced} ${report.replaced === 1 ? "part" : "parts"} of migrations ${options.remove === true ? "removed" : `kept in ${report.baseline}/replaced`}`,
      );
      for (const warning of report.warnings) output.say(`  ${style.yellow("warning")}  ${warning}`);
      output.say(style.bold("the baseline and the migrations lead to the same catalogs"));
    }
    return 0;
  });
}

async function begin(context: CommandContext, options: FlattenOptions): Promise<Flattening | null> {
  const opened = await openMigrations(context, options);
  const { project, all, context: building } = opened;
  const { config } = project;
  const { scope } = options;
  if (scope !== undefined) matrixNamed(config, scope);
  const shared = (await built(opened)).map(({ migration }) => migration);
  const order = orderParts(config, all, shared);
  const places = new Map([
    ...order.shared,
    ...order.ofMatrices.map(({ migration, index }) => [migration, index] as const),
  ]);
  const inOrder = [...all].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  const until = options.to === undefined ? undefined : findMigration(inOrder, options.to);
  const last = inOrder.findLastIndex((one) => until === undefined || one.id === until.id);
  const parts = inOrder.slice(0, last + 1);
  const replaced = parts.filter(({ matrix }) => scope === undefined || matrix === scope);
  requireOneModule(config.modules.length, replaced);
  // A baseline alone stands for itself.
  if (replaced.length === 0 || replaced.every(({ replaces }) => replaces.length > 0)) return null;
  const targets = Object.values(config.targets).flatMap(({ variables }) => Object.keys(variables));
  const open = new Set(targets.filter((name) => building.variables[name] !== undefined));
  const markers: Marker[] = [];
  const variables = { ...building.variables };
  const warnings = new Set<string>();
  for (const name of [...open].sort()) {
    const value = variables[name];
    if (typeof value === "string") {
      const text = markerText("target", name);
      variables[name] = text;
      markers.push({ text, expression: name, secret: false, whole: false });
    } else if (value !== undefined && secretSource(value) === undefined)
      warnings.add(
        `${name}, which targets set, is no text: where it was used cannot be told, and its value stands there`,
      );
  }
  return {
    context,
    options,
    opened,
    source: shadowSource(project, options.shadow, context.env),
    parts,
    replaced,
    building: { ...building, variables },
    markers,
    warnings,
  };
}

/** What another module made cannot be told from what this one did. */
function requireOneModule(modules: number, replaced: readonly Migration[]): void {
  const names = new Set(replaced.map(({ module }) => module));
  if (modules < 2 || names.size < 2) return;
  throw new MigratorError(
    [
      {
        code: "usage",
        message: `the migrations are of several modules: ${[...names].join(", ")}`,
        fix: "a baseline is of one module: flatten them where each is alone",
      },
    ],
    2,
  );
}

interface FlattenReport {
  readonly baseline: string;
  readonly files: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly replaced: number;
  readonly data: readonly { readonly table: string; readonly written: boolean }[];
  readonly warnings: readonly string[];
}

async function flatten(flattening: Flattening): Promise<FlattenReport> {
  const { context, options, opened, replaced, parts } = flattening;
  const { project, all } = opened;
  const { config } = project;
  const [first] = replaced;
  const last = parts.at(-1);
  if (first === undefined || last === undefined) throw new Error("nothing to flatten");
  const moduleFolder = config.modules.find(({ name }) => name === first.module)?.folder ?? first.folder;
  const taken = new Set(
    all.filter(({ module }) => module === first.module).map(({ timestamp }) => timestamp),
  );
  const folder = baselineFolder(moduleFolder, last, taken, options.name ?? "baseline");
  const moves = whatToPutAway(replaced, all, folder);
  if (options.remove === true && options.force !== true && options.dryRun !== true)
    requireInGit(config, moves);
  const matrices: Flattened[] = [];
  for (const matrix of new Set(replaced.flatMap((one) => one.matrix ?? []))) {
    const known = await knownScopes(context, project, matrix);
    const pattern = known[0] ?? madeUp(flattening.building, matrix);
    const marked = markedScope(config, matrix, [pattern, ...known.slice(1)]);
    for (const name of marked.unmarked)
      flattening.warnings.add(
        `${matrix}: the variable ${name} is no text: where it was used cannot be told, and what ${pattern.key} has stands there`,
      );
    if (known.length === 0)
      flattening.warnings.add(`${matrix}: no value is known, so that none but made-up ones were tried`);
    matrices.push({
      matrix,
      marked,
      real: mostDifferent(
        known.filter(({ url }) => url === null),
        tried,
      ),
    });
  }
  await loadTemplates(parts);
  requireBuilt(flattening, matrices);
  const files = new WrittenFiles();
  files.watchStore(moduleFolder);
  const shadows: FlattenShadow[] = [];
  try {
    const shared = await replayed(flattening, shadows, parts, null);
    const work: Work = { flattening, files, folder, moduleFolder, shared, shadows };
    const done: Layer[] = [];
    const baseline: Migration[] = [];
    if (replaced.some(({ matrix }) => matrix === null)) {
      const part = baselinePart(first.module, folder, moduleFolder, null);
      done.push(await writeLayer(work, part, null, baseline));
      baseline.push(part);
    }
    for (const one of matrices) {
      const part = baselinePart(first.module, folder, moduleFolder, one.matrix);
      done.push(await writeLayer(work, part, one, baseline));
      baseline.push(part);
    }
    const scripts = Object.fromEntries(
      baseline.map(({ up }) => [up.fileName, readFileSync(up.path, "utf8")] as const),
    );
    const written = [...files.paths];
    if (options.dryRun === true) files.undo();
    else {
      writeReplaces(folder, replaced);
      putAway(moves, options.remove === true);
    }
    const data = done.flatMap(({ filled }) => filled);
    const left = data.filter((one) => !one.written).map(({ table }) => table);
    if (left.length > 0)
      flattening.warnings.add(
        `migrations wrote rows that the baseline does not: ${left.join(", ")}; --data TABLE, or --data all, writes them`,
      );
    for (const doubt of done.flatMap(({ doubts }) => doubts)) flattening.warnings.add(doubt);
    return {
      baseline: shownPath(config, folder),
      files: shownFiles(config, written),
      scripts,
      replaced: replaced.length,
      data,
      warnings: [...flattening.warnings],
    };
  } catch (error) {
    files.undo();
    throw error;
  } finally {
    for (const shadow of shadows) await shadow.close();
  }
}

/** What migrations built to when they ran must be known. */
function requireBuilt({ opened, parts, building }: Flattening, matrices: readonly Flattened[]): void {
  const contexts = new Map(
    matrices.map(({ matrix, marked }) => [matrix, scopedContext(building, marked.scope)]),
  );
  const built = parts.flatMap((migration) => {
    const context = migration.matrix === null ? building : contexts.get(migration.matrix);
    return context === undefined ? [] : [buildMigration(context, migration)];
  });
  requirePinned(opened, built.filter(isOpen));
}
