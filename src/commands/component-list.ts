/** `component list`: every component, whether it is tracked, its objects and how they stand. */
import { compareText } from "../../graph/compare.ts";
import { describeIdentity } from "../../graph/identity.ts";
import type { Database } from "../database/database.ts";
import type { Colors } from "../report/colors.ts";
import type { ObjectState, ProjectStatus } from "../report/status.ts";
import { sharedScope } from "../tenants/scope.ts";
import { describeScope, fileOfComponent } from "../tenants/scoped-name.ts";
import { type OpenPart, withProjectAsItIs } from "./component-project.ts";
import { type CommandContext, type CommonOptions, throwMistakes } from "./context.ts";
import { forEachPart } from "./open-parts.ts";
import type { ScopeOptions } from "./scope-options.ts";
import { readStatus } from "./status-objects.ts";

interface ListedComponent {
  readonly component: string;
  /** Of a value of a matrix; absent for what is shared. */
  readonly scope?: string;
  readonly tracked: boolean;
  readonly objects: readonly { readonly object: string; readonly state: ObjectState | "untracked" }[];
}

export async function listComponents(
  context: CommandContext,
  options: CommonOptions & ScopeOptions,
): Promise<number> {
  const { output } = context;
  const onWait = (message: string) => output.note(message);
  const { found, errors } = await withProjectAsItIs(context, options, (opened) =>
    forEachPart(context, opened, options, async (part) =>
      collect(part, await readStatus(part, { unmanaged: false, onWait })),
    ),
  );
  const components = found.flatMap(({ scope, result }) =>
    result.map((one) => ({
      ...one,
      component: fileOfComponent(one.component),
      ...(scope === sharedScope ? {} : { scope }),
    })),
  );
  if (output.json) output.result(JSON.stringify({ version: 1, components, errors }));
  else output.say(formatList(components, output.colors));
  throwMistakes(errors);
  return 0;
}

/** The files in their order, and among them those that vanished and whose objects are still there. */
function collect(
  { files, untracked }: OpenPart<Database | null>,
  status: ProjectStatus,
): readonly ListedComponent[] {
  const listed = new Map<string, ListedComponent>();
  const statesOf = new Map<string, { readonly object: string; readonly state: ObjectState }[]>();
  for (const { identity, component, state } of status.objects) {
    if (component === null) continue;
    const states = statesOf.get(component) ?? [];
    states.push({ object: describeIdentity(identity), state });
    statesOf.set(component, states);
  }
  for (const { component, facts } of files.components) {
    const tracked = !untracked.has(component);
    const objects = facts.parsed.objects.map(({ identity }) => ({
      object: describeIdentity(identity),
      state: "untracked" as const,
    }));
    listed.set(component, {
      component,
      tracked,
      objects: tracked ? (statesOf.get(component) ?? []) : objects,
    });
  }
  for (const [component, objects] of statesOf) {
    if (!listed.has(component)) listed.set(component, { component, tracked: true, objects });
  }
  return [...listed.values()].sort((a, b) => compareText(a.component, b.component));
}

function formatList(components: readonly ListedComponent[], colors: Colors): string {
  const named = components.map((one) => ({
    ...one,
    component: one.component + (one.scope === undefined ? "" : ` (${describeScope(one.scope)})`),
  }));
  const width = Math.min(60, Math.max(0, ...named.map(({ component }) => component.length)));
  const lines = named.flatMap(({ component, objects, tracked }) => {
    const rows = objects.map(({ object, state }) => {
      const shown = state === "unchanged" || state === "untracked" ? colors.dim(state) : colors.yellow(state);
      return `${object}  ${shown}`;
    });
    if (rows.length === 0) rows.push(colors.dim(tracked ? "no object of its own" : "untracked"));
    return rows.map((row, i) => `${(i === 0 ? component : "").padEnd(width)}  ${row}`);
  });
  if (lines.length === 0) return "no components";
  return lines.join("\n");
}
