/** `component track` and `component untrack`: which files the tool leaves alone. Neither touches a database. */
import { isAbsolute, relative, resolve, sep } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { suggestWord } from "../config/nearest.ts";
import { readUntracked, writeUntracked } from "../live/tracking.ts";
import { untrackedFile } from "../live/untracked-file.ts";
import { scanProject, shownPath } from "../project/scan.ts";
import { type CommandContext, type CommonOptions, throwMistakes } from "./context.ts";
import { tellingErrors } from "./telling-errors.ts";

export async function trackComponents(
  context: CommandContext,
  options: CommonOptions,
  paths: readonly string[],
): Promise<number> {
  return changeList(context, options, paths, true);
}

export async function untrackComponents(
  context: CommandContext,
  options: CommonOptions,
  paths: readonly string[],
): Promise<number> {
  return changeList(context, options, paths, false);
}

async function changeList(
  context: CommandContext,
  options: CommonOptions,
  paths: readonly string[],
  track: boolean,
): Promise<number> {
  const { output } = context;
  return tellingErrors(context, async () => {
    const config = await loadConfig({ config: options.config, folder: context.folder });
    const before = readUntracked(config);
    const scan = scanProject(config);
    throwMistakes(scan.unlisted);
    // What was untracked and then deleted can be named too.
    const known = [
      ...scan.files
        .filter(({ placement }) => placement.kind === "component" || placement.kind === "scoped")
        .map(({ name }) => name),
      ...before,
    ];
    const named = selectComponents(context.folder, config, [...new Set(known)], paths);
    const changed = named.filter((component) => before.has(component) === track);
    const after = new Set(before);
    for (const component of changed) {
      if (track) after.delete(component);
      else after.add(component);
    }
    if (changed.length > 0) writeUntracked(config, after);
    if (output.json) output.result(JSON.stringify(result(track, changed, named)));
    else output.say(describe(config, track, changed, named));
    return 0;
  });
}

function result(track: boolean, changed: readonly string[], named: readonly string[]) {
  const unchanged = named.filter((component) => !changed.includes(component));
  return { version: 1, [track ? "tracked" : "untracked"]: changed, unchanged, errors: [] };
}

function describe(
  config: Config,
  track: boolean,
  changed: readonly string[],
  named: readonly string[],
): string {
  const lines = named.map((component) => {
    if (changed.includes(component)) return `${track ? "tracked" : "untracked"}  ${component}`;
    return `${component} was ${track ? "tracked" : "untracked"} already`;
  });
  if (changed.length > 0) {
    lines.push(
      track
        ? "sync compares them with the database again"
        : `sync leaves them and their objects alone (listed in ${shownPath(config, untrackedFile(config))})`,
    );
  }
  return lines.join("\n");
}

/** The components at these files and below these folders; a path that names none is a usage error. */
export function selectComponents(
  folder: string,
  config: Config,
  known: readonly string[],
  paths: readonly string[],
): readonly string[] {
  const found = new Set<string>();
  const missing: string[] = [];
  for (const path of paths) {
    const name = relative(config.componentsFolder, resolve(folder, path)).split(sep).join("/");
    const inside = name !== ".." && !name.startsWith("../") && !isAbsolute(name);
    const some = known.filter((one) => inside && (name === "" || one === name || one.startsWith(`${name}/`)));
    // A path as the tool shows it: below components/.
    const own = some.length > 0 ? some : known.filter((one) => one === path || one.startsWith(`${path}/`));
    for (const one of own) found.add(one);
    if (own.length === 0) missing.push(path);
  }
  if (missing.length > 0) {
    const shown = shownPath(config, config.componentsFolder);
    throw new MigratorError(
      missing.map((path) => {
        const suggestion = suggestWord(path, known);
        const fix = suggestion.startsWith("did you mean")
          ? suggestion
          : `name files or folders below ${shown}`;
        return { code: "usage", message: `no component at ${path}`, fix };
      }),
      2,
    );
  }
  return [...found].sort();
}
