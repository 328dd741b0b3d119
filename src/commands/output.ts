/** Where a command writes: standard output for results, standard error for everything else. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Telling } from "../live/working.ts";
import { formatDiagnostic } from "../report/code-frame.ts";
import type { Streams } from "../report/mask.ts";
import { formatSentence } from "../report/sentence.ts";
import { type Style, styleOf } from "../report/style.ts";
import { type TerminalStream, terminalOf } from "../report/terminal.ts";
import { createLiveLine, noLiveLine } from "./live-line.ts";
import type { Reporter } from "./reporter.ts";

export interface Output extends Telling {
  readonly json: boolean;
  readonly quiet: boolean;
  /** What standard output can show. */
  readonly style: Style;
  /** The result: printed also with --quiet where it was asked for (--json, --sql). */
  result(text: string): void;
  /** A result in which what is secret was hidden before it was packed: it is written as it is, for a mask could break it. */
  packed?(text: string): void;
  /** For a person; silent with --quiet and with --json. */
  say(text: string): void;
  /** What is worth knowing beside the result; on standard error. */
  note(text: string): void;
  /** On standard error, once it takes long; silent with --quiet and with --json. */
  working: Telling["working"];
  /** Mistakes, each with its code frame; `root` is the folder that their files are relative to. */
  fail(diagnostics: readonly Diagnostic[], root: string): void;
  /** Milliseconds since the command began. */
  elapsed(): number;
  /** Where else the run is told, with --report; mistakes reach it through `fail`. */
  readonly reporter: Reporter | null;
}

export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** False for --no-color. */
  readonly color?: boolean;
}

/** `unmasked` are the same streams without their mask; left out, everything passes through `streams`. */
export function createOutput(
  options: OutputOptions,
  streams: Streams,
  unmasked: Streams = streams,
  reporter: Reporter | null = null,
): Output {
  const json = options.json === true;
  const quiet = options.quiet === true;
  const terminal = (stream: TerminalStream) =>
    terminalOf({ stream, env: streams.env, platform: process.platform, color: options.color !== false });
  const errors = terminal(streams.stderr);
  const errorStyle = styleOf(errors);
  const live =
    json || quiet
      ? noLiveLine
      : createLiveLine({
          style: errorStyle,
          interactive: errors.interactive,
          write: (text) => streams.stderr.write(text),
          now: () => performance.now(),
        });
  const began = performance.now();
  const printed = (text: string): string => reporter?.printed(text) ?? text;
  const print = (stream: { write(text: string): unknown }, text: string): void => {
    live.clear();
    stream.write(`${text}\n`);
  };
  return {
    json,
    quiet,
    style: styleOf(terminal(streams.stdout)),
    result: (text) => print(streams.stdout, text),
    packed: (text) => print(unmasked.stdout, text),
    say: (text) => {
      if (!json && !quiet) print(streams.stdout, printed(text));
    },
    note: (text) => {
      if (!quiet) print(streams.stderr, printed(formatSentences(text, errorStyle)));
    },
    working: live.at,
    elapsed: () => performance.now() - began,
    fail: (diagnostics, root) => {
      const blocks = diagnostics.map((diagnostic) =>
        formatDiagnostic(diagnostic, errorStyle, (file) => readSource(root, file)),
      );
      if (blocks.length > 0) print(streams.stderr, printed(blocks.join("\n\n")));
      reporter?.fail(diagnostics, root);
    },
    reporter,
  };
}

function formatSentences(text: string, style: Style): string {
  const lines = text.split("\n").map((line) => formatSentence([{ text: line }], style));
  return lines.join("\n");
}

/** Null where the file went meanwhile: the message stands without its frame. */
function readSource(root: string, file: string): string | null {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return null;
  }
}
