/** Renders templates for a test. */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { createRenderer, type Rendered } from "../../src/template/renderer.ts";
import { noServices, type RenderServices } from "../../src/template/services.ts";

export interface Given {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly services?: Partial<RenderServices>;
  readonly name?: string;
}

/** A text alone is `a.sql.jinja`. */
export function render(files: string | Readonly<Record<string, string>>, given: Given = {}): Rendered {
  const sources = new Map(Object.entries(typeof files === "string" ? { "a.sql.jinja": files } : files));
  const services = { ...noServices, ...given.services };
  return createRenderer(sources, given.variables ?? {}, undefined, services).render(
    given.name ?? "a.sql.jinja",
  );
}

export function renderText(files: string | Readonly<Record<string, string>>, given: Given = {}): string {
  return render(files, given).text;
}

/** The mistake for which it does not render. */
export function mistakeOf(files: string | Readonly<Record<string, string>>, given: Given = {}): Diagnostic {
  try {
    render(files, given);
  } catch (error) {
    if (error instanceof MigratorError && error.diagnostics[0] !== undefined) return error.diagnostics[0];
    throw error;
  }
  throw new Error("it rendered");
}
