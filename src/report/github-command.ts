/**
 * Commands to the runner of GitHub Actions: lines that it reads from the output of a step
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands). It reads standard error too, so
 * that results on standard output stay whole.
 */
import type { Diagnostic } from "../../graph/diagnostic.ts";

export type AnnotationLevel = "error" | "warning" | "notice";

export interface Annotation extends Pick<Diagnostic, "line" | "column"> {
  readonly level: AnnotationLevel;
  readonly title: string;
  readonly message: string;
  /** Relative to the root of the repository, with slashes. */
  readonly file?: string | undefined;
}

/** `::error file=a.sql,line=1,col=2,title=drift::message` */
export function annotationCommand({ level, title, message, file, line, column }: Annotation): string {
  const places = { file, line: file && line, col: file && line && column };
  const properties = Object.entries({ ...places, title })
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${level} ${properties.join(",")}::${escapeData(message)}`;
}

/** Text of no command: a name in it that looks like one is kept apart by a character that nobody sees. */
export function withoutCommands(text: string): string {
  return text.replaceAll(/^(\s*:)(?=:)/gm, "$1\u200b").replaceAll("##[", "##\u200b[");
}

/** A mistake as the page of a commit shows it: what is wrong, what PostgreSQL said, what to do. */
export function annotationText({ message, detail, fix, scope }: Diagnostic): string {
  return [
    scope === undefined ? message : `${message} (${scope})`,
    ...(detail === undefined ? [] : [detail]),
    ...(fix === undefined ? [] : [`fix: ${fix}`]),
  ].join("\n");
}

/** As `escapeData` of @actions/core does. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** As `escapeProperty` of @actions/core does. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
