/** A component as a migration has it pinned. */
import { placementOf } from "../project/placement.ts";
import { renderOnce } from "../template/renderer.ts";
import type { RenderContext } from "./build-context.ts";
import { buildServices } from "./build-services.ts";
import type { Migration } from "./migration.ts";
import { type Pin, pinnedVariables } from "./pin.ts";
import { readStored } from "./pin-store.ts";
import { decodeText } from "./text.ts";

/**
 * Undefined where the migration is not pinned to it. Of a template what it rendered to then, with the files and variables
 * that are pinned beside it. Throws a MigratorError.
 */
export function pinnedComponent(
  context: RenderContext,
  migration: Migration,
  pin: Pin,
  name: string,
): Uint8Array | undefined {
  const bytesOf = (file: string): Uint8Array | undefined => {
    const hash = pin.files.get(file);
    return hash === undefined ? undefined : readStored(context.config, migration.store, hash, file);
  };
  const placement = placementOf(name);
  const bytes = bytesOf(name);
  if (bytes === undefined || (placement.kind !== "component" && placement.kind !== "scoped")) return bytes;
  if (!placement.template || (placement.kind === "scoped" && context.scope === undefined)) return bytes;
  const fileOf = (file: string) => `${file}@${migration.id}`;
  const rendered = renderOnce(
    name,
    {
      get(file) {
        const found = bytesOf(file);
        return found === undefined ? undefined : decodeText(found, fileOf(file));
      },
      keys: () => pin.files.keys(),
    },
    { ...pinnedVariables(context.config, context.variables, pin), ...context.scope?.variables },
    fileOf,
    buildServices(context, migration, migration.up, pin),
  );
  return Buffer.from(rendered.text);
}
