/** `flatten`: one migration in the place of many, proven to lead to the same, and components for what it makes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import { describeIdentity } from "../../graph/identity.ts";
import { restoreStatements } from "../../graph/restore.ts";
import { secretSource } from "../config/secret-source.ts";
import { readLiveObjects } from "../database/introspect.ts";
import { baselineText } from "../flatten/baseline-text.ts";
import { hostileScope, type MarkedScope, markedScope } from "../flatten/marked-scope.ts";
import { type Marker, markerText } from "../flatten/markers.ts";
import { readFiles } from "../live/workspace.ts";
import type { BuildContext } from "../migrations/build.ts";
import { findMigration } from "../migrations/find-migration.ts";
import type { Migration } from "../migrations/migration.ts";
import { pinMigration } from "../migrations/pin-migration.ts";
import { buildMigration, isOpen } from "../migrations/prepare.ts";
import type { ShadowSource } from "../migrations/shadow.ts";
import { shownPath } from "../project/scan.ts";
import { openWorkingTree } from "../project/working-tree.ts";
import type { Wanted } from "../snapshot/differences.ts";
import { stateDifferences, type WholeState, wholeState } from "../snapshot/whole-state.ts";
import { loadParser } from "../sql/library.ts";
import { scopedContext } from "../tenants/apply-scope.ts";
import { orderParts } from "../tenants/ordered-parts.ts";
import { matrixNamed } from "../tenants/read-scopes.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
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
import { basisOf, type Layer, readLayer } from "./flatten-layer.ts";
import { type FlattenShadow, replayParts } from "./flatten-shadow.ts";
import { requirePinned } from "./migration-new.ts";
import { built, type MigrationProject, openMigrations } from "./migration-project.ts";
import { knownScopes, madeUp } from "./pinned-parts.ts";
import { shadowSource } from "./shadow-project.ts";
import { tellingErrors } from "./telling-errors.ts";

export interface FlattenOptions extends CommonOptions {
  /** A matrix: its parts alone. */
  readonly scope?: string;
  readonly to?: string;
  readonly name?: string;
  readonly data?: readonly string[];
  readonly shadow?: string;
  readonly remove?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

interface Flattening {
  readonly context: CommandContext;
  readonly options: FlattenOptions;
  readonly opened: MigrationProject;
  readonly source: ShadowSource;
  /** All parts up to the last one, in the order in which they run. */
  readonly parts: readonly Migration[];
  /** Those that the baseline stands for. */
  readonly replaced: readonly Migration[];
  readonly building: BuildContext;
  /** Of variables that targets set, and of secrets. */
  readonly markers: readonly Marker[];
  readonly warnings: Set<string>;
}

/** A matrix that the baseline has a part for. */
interface Flattened {
  readonly matrix: string;
  readonly marked: MarkedScope;
  /** Some of its real values. */
  readonly real: readonly MatrixScope[];
}

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
      const { colors } = output;
      if (options.dryRun === true) output.say(Object.values(report.scripts).join("\n"));
      for (const file of report.files)
        output.say(`${options.dryRun === true ? "would write" : "wrote"} ${file}`);
      output.say(
        `${report.replaced} ${report.replaced === 1 ? "part" : "parts"} of migrations ${options.remove === true ? "removed" : `kept in ${report.baseline}/replaced`}`,
      );
      for (const warning of report.warnings) output.say(`  ${colors.yellow("warning")}  ${warning}`);
      output.say(colors.bold("the baseline and the migrations lead to the same catalogs"));
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
    matrices.push({ matrix, marked, real: known.filter(({ url }) => url === null).slice(0, tried) });
  }
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

interface Work {
  readonly flattening: Flattening;
  readonly files: WrittenFiles;
  readonly folder: string;
  readonly moduleFolder: string;
  readonly shared: FlattenShadow;
  readonly shadows: FlattenShadow[];
}

/** A shadow in which those of `parts` ran that run once, and those of the scope. It is closed with the others. */
async function replayed(
  { context, opened, source, building }: Flattening,
  shadows: FlattenShadow[],
  parts: readonly Migration[],
  scope: MatrixScope | null,
): Promise<FlattenShadow> {
  const scoped = scope === null ? null : scopedContext(building, scope);
  const shadow = await replayParts({
    config: opened.project.config,
    source,
    parts,
    contextOf: ({ matrix }) => (matrix === null ? building : matrix === scope?.matrix ? scoped : null),
    scope,
    secretOf: (name) => markerText("secret", name),
    onNote: (message) => context.output.note(message),
  });
  shadows.push(shadow);
  return shadow;
}

/** Attempts at including what stands in files, before they are left out one after another. */
const attempts = 12;

/** Writes a part of the baseline and its new components, as they are proven. `before`: parts of the baseline that run first. */
async function writeLayer(
  work: Work,
  part: Migration,
  of: Flattened | null,
  before: readonly Migration[],
): Promise<Layer> {
  const { flattening, files, folder, shared, shadows } = work;
  const { opened, options, parts, markers } = flattening;
  const { project } = opened;
  const { config } = project;
  const scope = of?.marked.scope ?? null;
  const state = scope === null ? shared : await replayed(flattening, shadows, parts, scope);
  const wanted = await wholeState(state.database, config.ledgerSchema);
  const basis = scope === null ? new Map() : await basisOf(project, shared);
  const all = [...markers, ...secretMarkers(flattening, scope), ...(of?.marked.markers ?? [])];
  const present = await readFiles(config, project);
  const excluded = new Set<string>();
  const extras = new Map<string, readonly string[]>();
  const once = before.filter(({ matrix }) => matrix === null);
  const sharedFirst =
    scope === null ? [] : once.length > 0 ? once : parts.filter(({ matrix }) => matrix === null);
  for (let attempt = 1; ; attempt++) {
    const layer = await readLayer({
      project,
      files: present,
      shadow: state,
      scope,
      markers: all,
      basis,
      data: options.data ?? [],
      excluded,
    });
    const nodes = layer.nodes.map((node) => ({
      ...node,
      sql: [...node.sql, ...(extras.get(node.id) ?? [])],
    }));
    const { text, doubts } = baselineText(nodes, layer.includes, all);
    requireWhole(text, all);
    files.makeFolder(folder);
    files.write(part.up.path, text);
    for (const [component, content] of layer.components)
      files.write(join(config.componentsFolder, component), content);
    pin(work, [...before, part], of);
    const tree = openWorkingTree(config, new Map());
    const trying = { ...flattening, building: { ...flattening.building, tree: () => tree } };
    const own: FlattenShadow[] = [];
    try {
      const found = await replayed(trying, own, [...sharedFirst, part], scope);
      const lines = differing(wanted, await wholeState(found.database, config.ledgerSchema));
      if (lines.length === 0) {
        if (of !== null) await tryValues(trying, work, sharedFirst, part, of);
        return { ...layer, doubts: [...layer.doubts, ...doubts] };
      }
      if (attempt === attempts || layer.included.size === 0) throw unequal(part, lines);
      const identities = [...layer.included].flatMap(([component, some]) =>
        some.map((one) => [component, one] as const),
      );
      await found.database.batch(["begin"]);
      const now = await readLiveObjects(
        found.database,
        identities.map(([, identity]) => identity),
      );
      await found.database.batch(["rollback"]);
      const lacking = new Map<string, string[]>();
      for (const { live } of layer.objects) {
        const home = identities.find(
          ([, identity]) => describeIdentity(identity) === describeIdentity(live.identity),
        );
        const other = [...now.values()].find(
          ({ identity }) => describeIdentity(identity) === describeIdentity(live.identity),
        );
        if (home === undefined || other === undefined) continue;
        const statements = restoreStatements(live, other, () => true);
        const id = `file:${home[0]}`;
        if (statements.length > 0) lacking.set(id, [...(lacking.get(id) ?? []), ...statements]);
      }
      if (attempt === 1 && lacking.size > 0) {
        for (const [id, statements] of lacking) extras.set(id, statements);
        continue;
      }
      const guilty = identities.filter(([, identity]) =>
        lines.some((line) => line.includes(describeIdentity(identity))),
      );
      if (guilty.length === 0 && excluded.size > 0) throw unequal(part, lines);
      for (const [component] of guilty.length > 0 ? guilty : identities) excluded.add(component);
      extras.clear();
    } catch (error) {
      const culprit = error instanceof MigratorError ? includedFile(flattening, layer, error) : null;
      if (culprit === null) throw error;
      excluded.add(culprit);
    } finally {
      for (const shadow of own) await shadow.close();
    }
  }
}

/** The included file that a statement of was refused. */
function includedFile({ opened }: Flattening, layer: Layer, error: MigratorError): string | null {
  const { config } = opened.project;
  const files = new Set(error.diagnostics.map(({ file }) => file));
  for (const component of layer.included.keys())
    if (files.has(shownPath(config, join(config.componentsFolder, component)))) return component;
  return null;
}

/** Of the secrets that the scripts name. */
function secretMarkers(
  { building, parts, markers }: Flattening,
  scope: MatrixScope | null,
): readonly Marker[] {
  const context = scope === null ? building : scopedContext(building, scope);
  const names = new Set(
    parts
      .filter(({ matrix }) => matrix === null || matrix === scope?.matrix)
      .flatMap((one) =>
        Object.keys(buildMigration(one.matrix === null ? building : context, one).up.secrets),
      ),
  );
  return [...names]
    .sort()
    .map((name) => ({ text: markerText("secret", name), expression: name, secret: true, whole: false }))
    .filter(({ text }) => !markers.some((one) => one.text === text));
}

/** Throws where a name was cut off in the middle of a marker. */
function requireWhole(text: string, markers: readonly Marker[]): void {
  const cut = markers.find((marker) => text.includes(marker.text.slice(0, -2)));
  if (cut === undefined) return;
  throw new MigratorError([
    {
      code: "migration",
      message: `a name that holds the variable ${cut.expression} is cut off at 63 bytes, or stands where it cannot be put back`,
      fix: "make the name shorter in the migration that writes it",
    },
  ]);
}

function pin({ flattening }: Work, parts: readonly Migration[], of: Flattened | null): void {
  const { opened } = flattening;
  const { config } = opened.project;
  const tree = openWorkingTree(config, new Map());
  const context = { ...opened.context, tree: () => tree };
  const pinned = parts.map((migration) => ({
    migration,
    contexts:
      migration.matrix === null
        ? [context]
        : [
            scopedContext(
              context,
              of?.matrix === migration.matrix
                ? (of.real[0] ?? of.marked.scope)
                : madeUp(context, migration.matrix),
            ),
          ],
  }));
  const [first, ...rest] = pinned;
  if (first !== undefined) pinMigration([first, ...rest]);
}

/** The values of sequences, and what only rows that are not there any more explain. */
const counts: Wanted = (_object, fact) => !/pg_attribute\.(atthasmissing|attmissingval)$/.test(fact);

function differing(wanted: WholeState, found: WholeState): readonly string[] {
  const still = ({ snapshot, others }: WholeState): WholeState => ({
    snapshot,
    others: others.filter((line) => !line.startsWith("reached: ")),
  });
  return stateDifferences(still(wanted), still(found), counts);
}

/** The part for real values, and for one whose texts are hostile, against the parts that it stands for. */
async function tryValues(
  trying: Flattening,
  { flattening }: Work,
  sharedFirst: readonly Migration[],
  part: Migration,
  { matrix, marked, real }: Flattened,
): Promise<void> {
  const { opened, parts } = flattening;
  const { config } = opened.project;
  for (const scope of [...real, hostileScope(marked, config)]) {
    const shadows: FlattenShadow[] = [];
    try {
      let old: FlattenShadow;
      try {
        old = await replayed(flattening, shadows, parts, scope);
      } catch (error) {
        // What the migrations themselves cannot do is not the baseline's to do.
        if (!(error instanceof MigratorError) || real.includes(scope)) throw error;
        flattening.warnings.add(
          `${matrix}: the parts do not take a value with quotes in its texts: ${error.message}`,
        );
        continue;
      }
      const made = await replayed(trying, shadows, [...sharedFirst, part], scope);
      const lines = differing(
        await wholeState(old.database, config.ledgerSchema),
        await wholeState(made.database, config.ledgerSchema),
      );
      if (lines.length > 0) throw unequal(part, lines, scope.name);
    } finally {
      for (const shadow of shadows) await shadow.close();
    }
  }
}

function unequal({ up }: Migration, lines: readonly string[], whose?: string): MigratorError {
  return new MigratorError([
    {
      code: "migration-state",
      message: `the baseline ${up.fileName} would not lead to what the migrations lead to${whose === undefined ? "" : `, for ${whose}`}; nothing was written`,
      detail: lines.slice(0, 40).join("\n"),
      fix: "flatten up to an earlier migration with --to, or tell us of what is not kept",
    },
  ]);
}
