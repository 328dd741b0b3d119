/** What the template of a migration may ask for: from the project as it is, or as it was when the migration was pinned. */
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { environmentReader, fileReader } from "../project/template-services.ts";
import type { RenderServices } from "../template/services.ts";
import { generateUuid, uuidOf } from "../template/uuid.ts";
import type { BuildContext } from "./build-context.ts";
import { type Migration, type Script, scriptLabel } from "./migration.ts";
import { notPinned } from "./not-pinned.ts";
import { oneDeclaration } from "./one-declaration.ts";
import type { Pin } from "./pin.ts";
import { readStored } from "./pin-store.ts";
import { pinnedName } from "./pinned-name.ts";

export function buildServices(
  context: Pick<BuildContext, "config" | "env" | "scope">,
  migration: Migration,
  script: Script,
  pin: Pin | null,
): RenderServices {
  const { config, env, scope } = context;
  const pathOf = (name: string): string =>
    name.startsWith("./") ? join(migration.folder, name) : join(config.componentsFolder, name);
  const declaration: RenderServices["declaration"] = (text, which, form) =>
    oneDeclaration(text, which, form, config.searchPath);
  if (pin === null) {
    return {
      declaration,
      readFile: fileReader(config, pathOf),
      environment: environmentReader(config, env),
      generate: generateUuid,
      secrets: "placeholder",
      wholeName: scope?.schema ?? null,
    };
  }
  const generated = pin.values.generated[scriptLabel(script)] ?? [];
  let next = 0;
  return {
    declaration,
    readFile: (path, from) => {
      const beside = /^\.[\\/]/.test(path);
      const absolute = resolve(beside ? dirname(pathOf(from)) : config.root, path);
      const name = relative(config.root, absolute).split(sep).join("/");
      const hash = isAbsolute(path) ? undefined : pin.files.get(pinnedName(config, name));
      if (hash === undefined) throw notPinned(`the file "${path}"`, config, migration);
      return { name, bytes: readStored(config, migration.store, hash, name) };
    },
    environment: (name) => {
      const { environment } = pin.values;
      if (!Object.hasOwn(environment, name))
        throw notPinned(`the environment variable ${name}`, config, migration);
      return environment[name] ?? undefined;
    },
    generate: () => {
      const value = generated[next++];
      if (value === undefined) throw notPinned("a value that differs each time", config, migration);
      return scope === undefined ? value : uuidOf(value, scope.name);
    },
    secrets: "placeholder",
    wholeName: scope?.schema ?? null,
  };
}
