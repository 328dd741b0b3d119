/** Takes apart what `graph --format html` prints. */
import { gunzipSync } from "node:zlib";
import type { PageData, PageText } from "../../graph/picture/page-data.ts";

export function readPage(html: string): { readonly data: PageData; readonly texts: readonly PageText[] } {
  const texts = gunzipSync(Buffer.from(scriptOf(html, "texts"), "base64")).toString();
  return { data: JSON.parse(scriptOf(html, "graph")), texts: JSON.parse(texts) };
}

function scriptOf(html: string, id: string): string {
  const found = new RegExp(`<script type="[^"]*" id="${id}">(.*?)</script>`, "s").exec(html);
  if (found?.[1] === undefined) throw new Error(`the page has no script element with the id ${id}`);
  return found[1];
}
