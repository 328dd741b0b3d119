/** What the inputs about migrations are made of. */
import { createHash } from "node:crypto";
import type { BadInput, Content } from "../bad-input.ts";

export const below = "migrator/migrations/";
export const one = "20240101000000-one";
export const two = "20240102000000-two";
export const apply = ["migration", "apply"];
export const table = "create table t (id int);\n";
export const view = "create view a as select 1 as x;";

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Files below migrator/migrations/. */
function files(of: Readonly<Record<string, Content | null>>): Readonly<Record<string, Content | null>> {
  return Object.fromEntries(Object.entries(of).map(([name, content]) => [below + name, content]));
}

type More = Omit<BadInput, "name" | "gives" | "files"> & {
  readonly files?: Readonly<Record<string, Content | null>>;
};

export function bad(
  name: string,
  of: Readonly<Record<string, Content | null>>,
  gives: BadInput["gives"],
  more: More = {},
): BadInput {
  return { name, run: apply, gives, ...more, files: { ...files(of), ...more.files } };
}

/** One migration with this script. */
export function script(name: string, up: Content, gives: BadInput["gives"], more: More = {}): BadInput {
  return bad(name, { [`${one}/up.sql`]: up }, gives, more);
}

export function template(name: string, up: Content, gives: BadInput["gives"], more: More = {}): BadInput {
  return bad(name, { [`${one}/up.sql.jinja`]: up }, gives, more);
}

export const stored = `pinned_components/${sha256(view).slice(0, 2)}/${sha256(view)}`;

/** A pinned migration that includes a view. */
const pinned = {
  [`${one}/up.sql.jinja`]: '{% include "a.sql" %}',
  [`${one}/pinned_files`]: `${sha256(view)} a.sql\n`,
  [stored]: view,
};

export function pin(
  name: string,
  of: Readonly<Record<string, Content | null>>,
  gives: BadInput["gives"],
  more: More = {},
): BadInput {
  return bad(name, { ...pinned, ...of }, gives, { components: { "a.sql": view }, ...more });
}

/** An applied migration, changed afterwards. */
export function applied(
  name: string,
  later: Readonly<Record<string, Content | null>>,
  run: readonly string[],
  gives: BadInput["gives"],
  more: More & { readonly up?: string; readonly down?: string } = {},
): BadInput {
  const { up = table, down = "drop table t;\n", ...rest } = more;
  return bad(name, { [`${one}/up.sql`]: up, [`${one}/down.sql`]: down }, gives, {
    first: [apply],
    later: files(later),
    run,
    ...rest,
  });
}

export function usage(name: string, run: readonly string[], more: More = {}): BadInput {
  return bad(name, { [`${one}/up.sql`]: table }, "usage", { run, exit: 2, ...more });
}

export const at = (file: string): string => below + file;
export const block = (text: string): string =>
  `-- migrator: components\n${text}\n-- migrator: end components\n`;
