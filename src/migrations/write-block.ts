/** Writes the steps of a plan as the block of a migration: SQL with each step's reason, components by include. */
import { describeSubject, subjectKey } from "../../graph/bystander.ts";
import type { DeclaredObject } from "../../graph/declared.ts";
import { createStatement } from "../../graph/definition.ts";
import type { Desired } from "../../graph/desired.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Step } from "../../graph/step.ts";
import { rawText } from "../template/raw-text.ts";
import { declarationForms } from "../template/services.ts";
import { marks } from "./block-marks.ts";
import { declarationStatement } from "./one-declaration.ts";
import { templateOfMarks } from "./value-texts.ts";

export interface BlockInput {
  readonly steps: readonly Step[];
  /** What the components declare that the steps make. */
  readonly desired: Desired;
  /** The objects of a component in the order of its text. */
  readonly objectsOf: (component: string) => readonly DeclaredObject[];
  /** What `{% include %}` names the component by. */
  readonly includeName: (component: string) => string;
  /** Statements that a live target runs too, in their order. */
  readonly around: readonly string[];
  /** What is lost when it runs. */
  readonly losses: readonly string[];
  /** Files and folders that the block is about, in its first line; null: everything that changed. */
  readonly components: readonly string[] | null;
  /** Schemas that it makes first, or drops last: idempotent ones. */
  readonly schemas: { readonly made: readonly string[]; readonly dropped: readonly string[] };
  /** The schema of the value that stands for all of its matrix, and that a template puts that of each in its place; null: shared. */
  readonly schema: string | null;
  /** Statements that differ by the value, as a template says them: with marks (see `marked`). */
  readonly valueTexts: ReadonlyMap<string, string>;
  /** Components that changed: those that no step includes are pinned all the same. */
  readonly pinned: ReadonlySet<string>;
}

/** Empty where there is no step. */
export function writeBlock(input: BlockInput): string {
  const { steps, components, schemas } = input;
  if (steps.length === 0) return "";
  const around = [...input.around];
  const written = steps.flatMap((step) => [...writeStep(input, step, around), ""]);
  const lines = [
    components === null ? marks.block : `${marks.block} ${JSON.stringify(components)}`,
    "-- written by migrator migration new; migrator migration refresh writes it anew",
    ...input.losses.map((loss) => `-- this loses: ${comment(input, loss)}`),
    "",
    ...schemas.made.flatMap((name) => [
      ...[
        `-- create schema ${comment(input, name)}: components stand in it`,
        `create schema ${ident(name)};`,
        "",
      ],
    ]),
    ...written,
    ...schemas.dropped.flatMap((name) => [
      ...[
        `-- drop schema ${comment(input, name)}: no component stands in it`,
        `drop schema ${ident(name)};`,
        "",
      ],
    ]),
    ...pins(input, written),
    marks.endBlock,
    "",
  ];
  return lines.join("\n");
}

function ident(name: string): string {
  return rawText(quoteIdentifier(name));
}

/** What the next migration begins with is the text of each component, and not only the statements that led to it. */
function pins({ pinned, includeName }: BlockInput, written: readonly string[]): readonly string[] {
  const text = written.join("\n");
  const lines = [...pinned]
    .map((component) => `{% include ${JSON.stringify(includeName(component))} %}`)
    .filter((line) => !text.includes(line));
  return lines.length === 0
    ? []
    : [
        "{# These changed too: the statements above lead to what they say. #}",
        `{% set pinned %}`,
        ...lines,
        "{% endset %}",
        "",
      ];
}

function writeStep(input: BlockInput, step: Step, around: string[]): readonly string[] {
  const head = [`-- ${step.kind} ${comment(input, `${describeSubject(step.identity)}: ${step.reason}`)}`];
  if (step.kept !== undefined && step.kept.length > 0)
    head.push(`--   kept: ${comment(input, step.kept.join(", "))}`);
  const declared = input.desired.objects.get(subjectKey(step.identity));
  if (step.kind === "create" && declared !== undefined && isWhole(input, step, declared))
    return [...head, ...include(input, declared.component)];
  return [
    ...head,
    ...step.sql.flatMap((sql): readonly string[] => {
      if (sql === around[0]) {
        around.shift();
        return [marks.statement, ...statement(input, sql), marks.endStatement];
      }
      return (declared === undefined ? null : taken(input, declared, sql)) ?? statement(input, sql);
    }),
  ];
}

/** Whether the step does just what running the component would do. */
function isWhole(input: BlockInput, step: Step, declared: DeclaredObject): boolean {
  const own = declared.attachments.filter(({ inline }) => !inline);
  return (
    input.objectsOf(declared.component).length === 1 &&
    own.every(({ component }) => component === declared.component) &&
    step.sql[0] === createStatement(declared) &&
    step.sql.length === 1 + own.length &&
    own.every(({ sql }) => step.sql.includes(sql))
  );
}

function include({ includeName }: BlockInput, component: string): readonly string[] {
  // The last statement of a file may lack its semicolon, and may end with a comment.
  return [`{% include ${JSON.stringify(includeName(component))} %}`, ";"];
}

/** A CREATE statement of a component, taken out of it; null for any other statement. */
function taken(input: BlockInput, declared: DeclaredObject, sql: string): readonly string[] | null {
  const form = declarationForms.find((one) => sql === declarationStatement(declared, one));
  if (form === undefined) return null;
  const objects = input.objectsOf(declared.component);
  const which = objects.findIndex(({ offset }) => offset === declared.offset) + 1;
  if (which === 0) return null;
  const argument = objects.length === 1 ? "" : `(${which})`;
  const name = JSON.stringify(input.includeName(declared.component));
  return [`{% filter ${form}${argument} %}{% include ${name} %}{% endfilter %}`];
}

function statement({ schema, valueTexts }: BlockInput, sql: string): readonly string[] {
  const text = schema === null ? rawText(sql) : ofEachValue(valueTexts.get(sql) ?? sql, schema);
  // A comment at its end would swallow the semicolon.
  return /--[^\n]*$/.test(sql) ? [text, ";"] : [`${text};`];
}

function ofEachValue(sql: string, schema: string): string {
  const own = (text: string): string =>
    text.split(quoteIdentifier(schema)).map(rawText).join("{{ schema | ident }}");
  return templateOfMarks(sql, own);
}

/** On one line, and with nothing in it that the template would read. */
function comment({ schema }: BlockInput, text: string): string {
  const named = schema === null ? text : text.replaceAll(`${quoteIdentifier(schema)}.`, "");
  return named.replaceAll(/\s+/g, " ").replaceAll(/\{(?=[{%#])/g, "{ ");
}
