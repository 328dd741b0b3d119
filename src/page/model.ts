/** The graph that the page has now, with what is looked up in it again and again. */
import type { Mentions } from "../../graph/picture/impact.ts";
import type { PageData, PageNode, PageText } from "../../graph/picture/page-data.ts";
import { type Neighbours, neighbours, reachable } from "../../graph/picture/visible.ts";

export interface Model extends Neighbours {
  readonly data: PageData;
  /** Null while they are unpacked. */
  readonly texts: readonly PageText[] | null;
  placeOf(key: string | null): number | null;
  node(place: number): PageNode;
  /** Whether `from` needs `to` directly, and only a text says so. */
  isSoft(from: number, to: number): boolean;
  /** All that needs it, directly or not. */
  dependents(place: number): readonly number[];
  /** Whether one of its texts has the word; true while nobody knows. */
  readonly mentions: Mentions;
}

export function createModel(data: PageData, texts: readonly PageText[] | null): Model {
  const places = new Map(data.nodes.map((node, i) => [node.key, i]));
  const around = neighbours(data);
  const hard = new Set(data.edges.flatMap(({ from, to, soft }) => (soft ? [] : [`${from} ${to}`])));
  return {
    ...around,
    data,
    texts,
    placeOf: (key) => (key === null ? null : (places.get(key) ?? null)),
    node(place) {
      const node = data.nodes[place];
      if (node === undefined) throw new Error(`there is no node ${place}`);
      return node;
    },
    isSoft: (from, to) => around.needs[from]?.includes(to) === true && !hard.has(`${from} ${to}`),
    dependents: (place) =>
      [...reachable(place, data.nodes.length, around.neededBy)].filter((one) => one !== place),
    mentions: (place, word) => {
      const text = texts?.[place];
      if (text === undefined) return true;
      const all = `${text.source ?? ""} ${text.definition ?? ""}`.toLowerCase();
      return all.includes(word.toLowerCase());
    },
  };
}

/** Unpacks what `packTexts` packed. */
export async function unpackTexts(base64: string): Promise<readonly PageText[]> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}
