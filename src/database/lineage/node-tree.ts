/**
 * Reads PostgreSQL's own text form of a query tree (type pg_node_tree, written by src/backend/nodes/outfuncs.c): nodes
 * `{TAG :field value …}`, lists `(…)`, `<>` for nothing. What a field means is up to whoever asks for it.
 */

export type TreeValue = TreeNode | readonly TreeValue[] | string | null;

export interface TreeNode {
  readonly tag: string;
  readonly fields: ReadonlyMap<string, TreeValue>;
}

export function isNode(value: TreeValue | undefined): value is TreeNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: TreeValue | undefined): value is readonly TreeValue[] {
  return Array.isArray(value);
}

export function parseNodeTree(text: string): TreeValue {
  const tokens = /[(){}]|(?:\\[\s\S]|[^\s(){}\\])+/y;
  const space = /\s*/y;
  let at = 0;
  const next = (): string | null => {
    space.lastIndex = at;
    space.exec(text);
    tokens.lastIndex = space.lastIndex;
    const found = tokens.exec(text);
    if (found === null) return null;
    at = tokens.lastIndex;
    return found[0];
  };
  const peek = (): string | null => {
    const before = at;
    const token = next();
    at = before;
    return token;
  };
  const value = (): TreeValue => {
    const token = next();
    if (token === null || token === "<>") return null;
    if (token === "(") {
      const items: TreeValue[] = [];
      for (let head = peek(); head !== null && head !== ")"; head = peek()) items.push(value());
      next();
      return items;
    }
    if (token !== "{") return plain(token);
    const fields = new Map<string, TreeValue>();
    const tag = next() ?? "";
    for (let name = next(); name !== null && name !== "}"; name = next()) {
      fields.set(name.slice(1), value());
      // The bytes of a constant: `:constvalue 4 [ 1 0 0 0 ]`.
      if (peek() === "[") for (let byte = next(); byte !== null && byte !== "]"; byte = next());
    }
    return { tag, fields };
  };
  return value();
}

function plain(token: string): string {
  const bare = token.startsWith('"') ? token.slice(1, -1) : token;
  return bare.includes("\\") ? bare.replaceAll(/\\([\s\S])/g, "$1") : bare;
}
