/** Turns a failed render into a diagnostic at the place of its cause, also where that lies inside an include. */
import { type Diagnostic, type DiagnosticCode, MigratorError } from "../../graph/diagnostic.ts";
import type { Refusal } from "./bindings.ts";
import type { TemplateEnvironment } from "./environment.ts";
import { failurePlace, readFailure, type TemplateFailure } from "./failure.ts";
import { computed } from "./filters.ts";
import { lexTemplate } from "./lexer.ts";
import type { Prepared } from "./pieces.ts";
import { positionAt } from "./position.ts";
import type { SourcePlace } from "./source-place.ts";
import { tooLarge } from "./too-large.ts";

export interface ExplainContext {
  /** An environment of its own: explaining overrides templates in it. */
  readonly environment: TemplateEnvironment;
  readonly sourceOf: (name: string) => string | undefined;
  readonly names: () => Iterable<string>;
  /** The file of a template as messages show it. */
  readonly fileOf: (name: string) => string;
}

/** How deep a cause is followed through includes. */
const deepest = 12;

/** The mistake for which rendering `name` fails. */
export function explainFailure(name: string, context: ExplainContext): MigratorError {
  const { environment } = context;
  environment.register(name);
  const broken = brokenDiagnostic(name, context);
  if (broken !== undefined) return broken;
  let failure = attempt(name, context);
  const refusal = environment.refusal();
  const placed = refusal && refusalError(refusal, context);
  if (placed !== undefined) return placed;
  for (let depth = 0; failure?.included != null && depth < deepest; depth++) {
    const inner = followInclude(name, failure, failure.included, context);
    if (inner instanceof MigratorError) return inner;
    if (inner === undefined) break;
    failure = inner;
  }
  if (failure === undefined) {
    return new MigratorError([
      {
        code: "template-error",
        message: "the template failed once and rendered the next time",
        file: context.fileOf(name),
        fix: "run the command again",
      },
    ]);
  }
  const missing = missingName(failure.message);
  const unreadable = missing === null ? undefined : brokenDiagnostic(missing, context);
  return unreadable === undefined
    ? failureDiagnostic(failure, context)
    : placedAt(unreadable, failure, context);
}

/** What is not told of a file is told of the tag that names it. */
function placedAt(error: MigratorError, failure: TemplateFailure, context: ExplainContext): MigratorError {
  const prepared = context.environment.prepared.get(failure.template);
  const found = prepared && failurePlace(failure, prepared);
  if (found === undefined || error.diagnostics.every(({ file }) => file !== undefined)) return error;
  const place = shown(found.place, found.exact, context);
  return new MigratorError(
    error.diagnostics.map((one) => (one.file === undefined ? { ...one, ...place } : one)),
  );
}

/** What this tool itself refused, where it knows at which place. */
export function refusalError(
  refusal: Refusal,
  context: Pick<ExplainContext, "sourceOf" | "fileOf">,
): MigratorError | undefined {
  if (refusal.place === null) return undefined;
  const place = shown(refusal.place, true, context);
  if (refusal.kind === "refused") return new MigratorError([placedDiagnostic(refusal.diagnostic, place)]);
  // A value without a name of its own is best shown where minijinja underlines it.
  if (refusal.path === null) return undefined;
  return new MigratorError([{ code: "template-error", ...undefinedMeaning(refusal.path), ...place }]);
}

/** A mistake in another file than the template keeps its own place, and says who reads that file. */
function placedDiagnostic(diagnostic: Diagnostic, place: ReturnType<typeof shown>): Diagnostic {
  if (diagnostic.file === undefined) return { ...diagnostic, ...place };
  return { ...diagnostic, detail: `read by ${place.file}, line ${place.line}` };
}

/** Renders and reads the error; undefined where there is none. */
function attempt(name: string, context: ExplainContext): TemplateFailure | undefined {
  try {
    context.environment.render(name);
    return undefined;
  } catch (error) {
    const prepared = (template: string): Prepared | undefined => context.environment.prepared.get(template);
    const failure = error instanceof Error ? readFailure(error.message, prepared) : undefined;
    if (failure === undefined) throw error;
    return failure;
  }
}

/**
 * The failure inside an included file. The include tag is replaced by the file's text, so that loop variables and
 * everything else is as it was; where that does not fail (an include that extends), the file is rendered alone.
 */
function followInclude(
  top: string,
  failure: TemplateFailure,
  included: string,
  context: ExplainContext,
): TemplateFailure | MigratorError | undefined {
  const { environment } = context;
  const broken = brokenDiagnostic(included, context);
  if (broken !== undefined) return placedAt(broken, failure, context);
  const outer = environment.prepared.get(failure.template);
  const start = failure.range?.start;
  if (outer !== undefined && start !== undefined) {
    const tag = lexTemplate(outer.text).find((token) => token.start <= start && start < token.end);
    const inlined = tag && environment.inline(failure.template, tag.start, tag.end, included);
    if (inlined !== undefined && tryOverride(failure.template, inlined, environment)) {
      const inner = attempt(top, context);
      if (inner !== undefined) return inner;
      environment.override(failure.template, outer);
    }
  }
  const alone = attempt(included, context);
  return alone === undefined || alone.template === failure.template ? undefined : alone;
}

function tryOverride(name: string, prepared: Prepared, environment: TemplateEnvironment): boolean {
  const before = environment.prepared.get(name);
  try {
    environment.override(name, prepared);
    return true;
  } catch {
    // Two texts that are sound alone need not be sound joined (`extends` in the middle): the caller has another way.
    if (before !== undefined) environment.override(name, before);
    return false;
  }
}

function brokenDiagnostic(name: string, context: ExplainContext): MigratorError | undefined {
  const broken = context.environment.broken.get(name);
  switch (broken?.kind) {
    case undefined:
      return undefined;
    case "unreadable":
      return broken.error;
    case "too large":
      return tooLarge(context.fileOf(name));
    case "syntax": {
      const failure = readFailure(broken.message, () => broken.prepared);
      if (failure === undefined) throw new Error(broken.message);
      const found = failurePlace(failure, broken.prepared);
      return new MigratorError([
        {
          code: "template-error",
          message: failure.message.replace(/^syntax error: /, "the template's syntax is wrong: "),
          ...shown(found?.place ?? { name, offset: 0 }, found?.exact ?? false, context),
          fix: fixOf(failure.message),
        },
      ]);
    }
  }
}

function failureDiagnostic(failure: TemplateFailure, context: ExplainContext): MigratorError {
  const prepared = context.environment.prepared.get(failure.template);
  if (prepared === undefined) throw new Error(failure.message);
  const found = failurePlace(failure, prepared);
  const place = found?.place ?? { name: failure.template, offset: 0 };
  const at = shown(place, found?.exact ?? false, context);
  const refusal = context.environment.refusal();
  if (refusal?.kind === "refused") return new MigratorError([placedDiagnostic(refusal.diagnostic, at)]);
  return new MigratorError([{ code: "template-error", ...meaning(failure, prepared, context), ...at }]);
}

function meaning(
  failure: TemplateFailure,
  prepared: Prepared,
  context: ExplainContext,
): Pick<Diagnostic, "message" | "fix"> & { readonly code?: DiagnosticCode } {
  const refusal = context.environment.refusal();
  if (failure.message === "undefined value" || refusal?.kind === "undefined") {
    return undefinedMeaning(underlinedPath(failure, prepared));
  }
  const missing = missingName(failure.message);
  // As Rust writes the mark of a secret.
  if (missing?.startsWith("\\u{10fffd}") === true) {
    const { code, message, fix } = computed();
    return { code, message, fix };
  }
  if (missing !== null) {
    return {
      message: outside(missing)
        ? `"${missing}" lies outside the components folder`
        : `there is no file "${missing}" to include`,
      fix: missingFix(missing, context),
    };
  }
  if (failure.message === "engine ran out of fuel") {
    return {
      message: "the template takes too many steps: it was stopped",
      fix: "make its loops shorter, or write fewer objects from one template",
    };
  }
  if (failure.included !== null) {
    return {
      message: `the included file "${failure.included}" cannot be rendered`,
      fix: "see whether files include each other without end",
    };
  }
  const message = failure.message.replace(/^invalid operation: /, "");
  return { message, fix: fixOf(message) };
}

const fixes: readonly (readonly [RegExp, string])[] = [
  [/^unknown filter/, "use a filter of minijinja, or one of this tool: ident, literal, raw, json, sha256"],
  [/^unknown (test|function|method)/, "use one that minijinja has, or define a macro"],
  [/maximum recursion limits/, "nest fewer blocks and parentheses"],
  [/recursion limit|^cycle in template/, "see whether a macro or a file leads back to itself without end"],
  [/reserved variable|too large|defined twice/, "write another one"],
  [
    /^syntax error/,
    "close every {% block %} and {{ expression }}; text with braces of its own belongs in {% raw %}",
  ],
  [/undefined is not callable/, "see whether the file that is imported has a macro of this name"],
];

function fixOf(message: string): string {
  return fixes.find(([pattern]) => pattern.test(message))?.[1] ?? "correct the template at this place";
}

function undefinedMeaning(path: string | null): Pick<Diagnostic, "message" | "fix"> {
  return {
    message: `${path ?? "a value"} is not defined`,
    fix: `define it under "variables" in migrator.json, in a --vars file or with --var, or give it a default: {{ ${path ?? "x"} | default("…") }}`,
  };
}

/** What minijinja underlined, as far as it is a plain path. */
function underlinedPath(failure: TemplateFailure, prepared: Prepared): string | null {
  if (failure.range === null) return null;
  const { start, end } = failure.range;
  const before = /[\w.]*$/.exec(prepared.text.slice(0, start))?.[0] ?? "";
  const path = before + prepared.text.slice(start, end);
  return /^[\w.]+$/.test(path) && !/^(__|ident$|literal$|json$|default$)/.test(path) ? path : null;
}

function missingName(message: string): string | null {
  return /^template not found: .*?template "(.*)"( does not exist)?$/s.exec(message)?.[1] ?? null;
}

function outside(name: string): boolean {
  return name.startsWith("/") || /^[A-Za-z]:[\\/]/.test(name) || name.split("/").includes("..");
}

function missingFix(missing: string, context: ExplainContext): string {
  const last = missing.slice(missing.lastIndexOf("/") + 1);
  const near = [...context.names()].filter((name) => name === last || name.endsWith(`/${last}`));
  const rule = "a file is named by its path below the components folder, with forward slashes";
  return near.length === 0
    ? rule
    : `${rule}: did you mean ${near
        .slice(0, 3)
        .map((name) => `"${name}"`)
        .join(" or ")}?`;
}

function shown(
  place: SourcePlace,
  exact: boolean,
  context: Pick<ExplainContext, "sourceOf" | "fileOf">,
): Pick<Diagnostic, "file" | "line" | "column"> {
  const { line, column } = positionAt(context.sourceOf(place.name) ?? "", place.offset);
  return { file: context.fileOf(place.name), line, ...(exact ? { column } : {}) };
}
