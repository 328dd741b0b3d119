/** What a terminal can show: read once where the process is known, and passed as data to all that prints. */

export interface Terminal {
  /** Columns; null where lines are never broken: a pipe, a file, a log. */
  readonly width: number | null;
  readonly color: boolean;
  /** False: nothing but ASCII. */
  readonly unicode: boolean;
  /** Lines can be written over. */
  readonly interactive: boolean;
}

/** For a file or a program that reads on. */
export const plainTerminal: Terminal = { width: null, color: false, unicode: false, interactive: false };

/** An output of the process, as far as its abilities go. */
export interface TerminalStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface TerminalFacts {
  readonly stream: TerminalStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As in process.platform. */
  readonly platform: string;
  /** False for --no-color. */
  readonly color: boolean;
}

/** Narrower ones are treated as if they were so wide: every form needs some room. */
const narrowest = 40;

/**
 * Colour by --no-color, NO_COLOR (no-color.org), FORCE_COLOR, TERM, and whether anybody looks. Unicode as the locale says (POSIX:
 * LC_ALL before LC_CTYPE before LANG), on Windows by the terminal. In CI lines are neither broken nor written over.
 */
export function terminalOf({ stream, env, platform, color }: TerminalFacts): Terminal {
  const looked = stream.isTTY === true;
  const ci = isSet(env.CI) && env.CI !== "false" && env.CI !== "0";
  const dumb = env.TERM === "dumb";
  const forced = isSet(env.FORCE_COLOR) && env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  const refused = !color || isSet(env.NO_COLOR) || env.FORCE_COLOR === "0" || env.FORCE_COLOR === "false";
  return {
    width: looked && !ci ? Math.max(narrowest, stream.columns ?? 80) : null,
    color: !refused && (forced || (looked && !dumb)),
    unicode: showsUnicode(env, platform),
    interactive: looked && !ci && !dumb,
  };
}

function showsUnicode(env: TerminalFacts["env"], platform: string): boolean {
  if (env.TERM === "linux") return false;
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(isSet);
  if (locale !== undefined) return /utf-?8/i.test(locale);
  if (platform === "darwin") return true;
  if (platform !== "win32") return false;
  return (
    isSet(env.WT_SESSION) ||
    env.TERM_PROGRAM === "vscode" ||
    isSet(env.ConEmuTask) ||
    env.TERM === "xterm-256color"
  );
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
