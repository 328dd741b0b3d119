/** Writes a part of a baseline, and proves that it leads to what the parts lead to which it stands for. */
import { join } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import { describeIdentity } from "../../graph/identity.ts";
import { restoreStatements } from "../../graph/restore.ts";
import { readLiveObjects } from "../database/introspect.ts";
import { baselineText } from "../flatten/baseline-text.ts";
import { type Marker, markerText } from "../flatten/markers.ts";
import { readFiles } from "../live/workspace.ts";
import type { Migration } from "../migrations/migration.ts";
import { pinMigration } from "../migrations/pin-migration.ts";
import { buildMigration } from "../migrations/prepare.ts";
import { shownPath } from "../project/scan.ts";
import { openWorkingTree } from "../project/working-tree.ts";
import { wholeState } from "../snapshot/whole-state.ts";
import { scopedContext } from "../tenants/apply-scope.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { basisOf, type Layer, readLayer } from "./flatten-layer.ts";
import { differing, tryValues, unequal } from "./flatten-proof.ts";
import type { FlattenShadow } from "./flatten-shadow.ts";
import { type Flattened, type Flattening, replayed, type Work } from "./flatten-state.ts";
import { madeUp } from "./pinned-parts.ts";

/** Attempts at including what stands in files, before they are left out one after another. */
const attempts = 12;

/** Writes a part of the baseline and its new components, as they are proven. `before`: parts of the baseline that run first. */
export async function writeLayer(
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
  // Both run on one server where they run on one: its roles cannot differ.
  const wanted = await wholeState(state.database, config.ledgerSchema, []);
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
      written: new Set(files.paths),
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
    files.cleanStore();
    pin(work, [...before, part], of);
    const tree = openWorkingTree(config, new Map());
    const trying = { ...flattening, building: { ...flattening.building, tree: () => tree } };
    const own: FlattenShadow[] = [];
    try {
      const found = await replayed(trying, own, [...sharedFirst, part], scope);
      const lines = differing(wanted, await wholeState(found.database, config.ledgerSchema, []));
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
