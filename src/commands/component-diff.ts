/** `component diff`: what the files would make of the database, as PostgreSQL prints it, against what is there now. */
import { compareIdentities, describeIdentity, identityKey } from "../../graph/identity.ts";
import type { LiveObject } from "../../graph/live.ts";
import { colorDiff } from "../report/color-diff.ts";
import type { Style } from "../report/style.ts";
import { unifiedDiff } from "../report/unified-diff.ts";
import { withProject } from "./component-project.ts";
import { type Rehearsed, rehearse } from "./component-rehearsal.ts";
import { selectComponents } from "./component-track.ts";
import type { CommandContext, CommonOptions } from "./context.ts";

interface ObjectDiff {
  readonly object: string;
  readonly component: string | null;
  /** A unified diff; empty where both say the same. */
  readonly diff: string;
}

export async function diffComponents(
  context: CommandContext,
  options: CommonOptions,
  paths: readonly string[],
): Promise<number> {
  const { output } = context;
  const diffs = await withProject(context, options, async (opened) => {
    const { desired, project, files } = opened;
    const named = files.components.map(({ component }) => component);
    const wanted =
      paths.length === 0 ? null : new Set(selectComponents(context.folder, project.config, named, paths));
    const found = await rehearse(opened, (message) => output.note(message));
    return found
      .filter(({ component }) => wanted === null || (component !== null && wanted.has(component)))
      .sort((a, b) => compareIdentities(a.identity, b.identity))
      .map((one) => diffObject(one, desired.objects.has(identityKey(one.identity))));
  });
  if (output.json) output.result(JSON.stringify({ version: 1, objects: diffs, errors: [] }));
  else output.say(formatDiffs(diffs, output.style));
  return 0;
}

function diffObject({ identity, component, before, after }: Rehearsed, declared: boolean): ObjectDiff {
  const object = describeIdentity(identity);
  const now = printed(before);
  const then = printed(after);
  const file = declared ? (component ?? "") : `${component} (gone)`;
  const diff = unifiedDiff(
    { name: before === null ? "/dev/null" : `database: ${object}`, text: now },
    { name: after === null ? "/dev/null" : `files: ${file}`, text: then },
  );
  return { object, component, diff };
}

function printed(live: LiveObject | null): string {
  return live === null ? "" : `${live.definition.sql}\n`;
}

function formatDiffs(diffs: readonly ObjectDiff[], style: Style): string {
  const differing = diffs.filter(({ diff }) => diff !== "");
  if (differing.length === 0) return "no difference";
  return differing.map(({ diff }) => colorDiff(diff.trimEnd(), style, style.width)).join("\n\n");
}
