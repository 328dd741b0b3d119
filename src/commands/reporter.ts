/** With `--report github`: what a run tells beside its own output, where people of that place look. */
import { lstatSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Environment } from "../config/target.ts";
import {
  type Annotation,
  type AnnotationLevel,
  annotationCommand,
  annotationText,
  withoutCommands,
} from "../report/github-command.ts";
import { appendSummary } from "../report/job-summary.ts";
import { mistakesMarkdown } from "../report/mistakes-markdown.ts";

export interface Reporter {
  /** What is printed for a person, so that nothing in it is taken for a command. */
  printed(text: string): string;
  /** Mistakes at their places; `root` is the folder that their files are relative to. They stand in the summary too, unless it tells them otherwise. */
  fail(diagnostics: readonly Diagnostic[], root: string): void;
  /** Warnings of a run of `command`. */
  warn(command: string, warnings: readonly string[]): void;
  /** What is no mistake of a file, at its place where it has one. */
  tell(level: AnnotationLevel, title: string, told: readonly Told[], root: string): void;
  /** Markdown of at most `limit` UTF-16 units for the summary of the job. */
  summarize(make: (limit: number) => string): void;
}

interface Told extends Pick<Diagnostic, "line" | "column"> {
  readonly message: string;
  readonly file?: string | undefined;
}

export interface ReporterWorld {
  readonly env: Environment;
  /** Hides secrets. */
  readonly mask: (text: string) => string;
  /** Writes to standard error, which hides secrets itself. */
  readonly write: (text: string) => void;
}

export function githubReporter({ env, mask, write }: ReporterWorld): Reporter {
  const annotate = (annotation: Annotation): void => write(`${annotationCommand(annotation)}\n`);
  const summarize: Reporter["summarize"] = (make) => {
    const file = env.GITHUB_STEP_SUMMARY;
    if (file === undefined || file === "") return;
    try {
      appendSummary(file, (limit) => mask(make(limit)));
    } catch (error) {
      // The run itself went as it did: only its summary is missing.
      const message = `the summary of the job cannot be written: ${error instanceof Error ? error.message : String(error)}`;
      annotate({ level: "warning", title: "migrator", message });
    }
  };
  return {
    printed: withoutCommands,
    fail(diagnostics, root) {
      for (const one of diagnostics)
        annotate({
          level: "error",
          title: one.code,
          message: annotationText(one),
          ...placeOf(one, root, env),
        });
      if (diagnostics.length > 0) summarize((limit) => mistakesMarkdown(diagnostics, limit));
    },
    warn(command, warnings) {
      for (const message of warnings) annotate({ level: "warning", title: `migrator ${command}`, message });
    },
    tell(level, title, told, root) {
      for (const one of told) annotate({ level, title, message: one.message, ...placeOf(one, root, env) });
    },
    summarize,
  };
}

/** GitHub takes a file relative to the root of the repository. What lies outside of that stands as it was told. */
function placeOf(
  { file, line, column }: Pick<Told, "file" | "line" | "column">,
  root: string,
  env: Environment,
): Pick<Annotation, "file" | "line" | "column"> {
  if (file === undefined) return {};
  const absolute = resolve(root, file);
  const inside = relative(repositoryOf(dirname(absolute)) ?? env.GITHUB_WORKSPACE ?? root, absolute);
  const shown = inside.startsWith("..") ? file : inside;
  return { file: shown.split(sep).join("/"), ...(line && { line }), ...(column && { column }) };
}

/** A work tree's .git is a file. */
function repositoryOf(folder: string): string | null {
  for (let current = folder; ; current = dirname(current)) {
    if (lstatSync(join(current, ".git"), { throwIfNoEntry: false }) !== undefined) return current;
    if (dirname(current) === current) return null;
  }
}
