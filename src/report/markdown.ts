/**
 * Text from elsewhere in Markdown as GitHub reads it. Whatever could begin markup stands as a character reference, which
 * CommonMark takes for text (https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references).
 */

/** As text within a line or a table's cell. It mentions nobody, and links nothing. */
export function plain(text: string, most = 300): string {
  const clipped = clip(text, most);
  // A list may begin with what stands first. An underscore behind its reference is in no word any more.
  const [first = ""] = /^[^\p{L}]/u.exec(clipped) ?? [];
  const special = /[^\p{L}\p{N} .,;:'"()/=?%+-]/u;
  const escaped = `${first === "" ? "" : reference(first)}${encode(clipped.slice(first.length), special)}`;
  // GitHub looks for mentions and issues in the page that Markdown became: a comment between ends the word.
  return escaped.replaceAll(/&#(?:64|35);/g, "$&<!-- -->");
}

/** A name, within a line or a table's cell. */
export function code(text: string, most = 200): string {
  return `<code>${encode(clip(text, most), /[^\p{L}\p{N} .,;:'()/=?%+-]/u)}</code>`;
}

/** A block of code: its fence is longer than any within. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Folded; `summary` is Markdown within a line. */
export function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** Cells are Markdown without a line's end. */
export function tableHead(cells: readonly string[]): readonly string[] {
  return [tableRow(cells), tableRow(cells.map(() => "---"))];
}

export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** As many of the lines as have room (in UTF-16 units), and a last one that tells of the others. */
export function asManyAs(
  lines: readonly string[],
  room: number,
  more: (left: number) => string,
): readonly string[] {
  const whole = lines.reduce((sum, line) => sum + line.length + 1, 0);
  if (whole <= room) return lines;
  const kept: string[] = [];
  let left = room - more(lines.length).length - 1;
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) break;
    kept.push(line);
  }
  return [...kept, more(lines.length - kept.length)];
}

/** A line of its own: what would end it, rule a terminal or turn the direction of writing is written as in JSON. */
export function oneLine(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

function clip(text: string, most: number): string {
  const line = oneLine(text.replaceAll(/\r?\n/g, " "));
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join("")}…`;
}

/** An underscore within a word emphasizes nothing. A colon before slashes, and the dot behind www, make links. */
function encode(text: string, special: RegExp): string {
  return text
    .split(/((?<=[\p{L}\p{N}])_(?=[\p{L}\p{N}])|…)/u)
    .map((part, index) =>
      index % 2 === 1 ? part : Array.from(part, (one) => (special.test(one) ? reference(one) : one)).join(""),
    )
    .join("")
    .replaceAll(/:(?=\/\/)|(?<=\bwww)\./gi, reference);
}

function reference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
