/** `component list`: every component, whether it is tracked, its objects and how they stand. */
import { compareText } from "../../graph/compare.ts";
import { describeIdentity } from "../../graph/identity.ts";
import type { Database } from "../database/database.ts";
import { formatRows, type Row } from "../report/rows.ts";
import { markOf, type ObjectState, type ProjectStatus } from "../report/status.ts";
import type { Style } from "../report/style.ts";
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
  else output.say(formatList(components, output.style));
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

function formatList(components: readonly ListedComponent[], style: Style): string {
  if (components.length === 0) return "no components";
  const rows = components.flatMap(({ component, scope, objects, tracked }): readonly Row[] => {
    const name = component + (scope === undefined ? "" : ` (${describeScope(scope)})`);
    const idle = { kind: "row", mark: style.marks.same, paint: style.dim } as const;
    if (objects.length === 0)
      return [
        { ...idle, word: tracked ? "empty" : "untracked", name, note: tracked ? "no object of its own" : "" },
      ];
    return objects.map(({ object, state }, at) => ({
      ...idle,
      ...(state === "untracked" ? {} : markOf(state, style)),
      word: state,
      name: at === 0 ? name : "",
      note: object,
    }));
  });
  return formatRows(rows, style).join("\n");
}
