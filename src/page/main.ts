/** Where the page begins: reads the graph out of the document and shows it. */
import type { PageData } from "../../graph/picture/page-data.ts";
import { type App, startApp } from "./app.ts";
import { h } from "./element.ts";
import { unpackTexts } from "./model.ts";

declare global {
  interface Window {
    /** For whoever keeps the page up to date. */
    migratorGraph?: App;
  }
}

const root = h("div", { class: "page" });
document.body.append(root);
const data: PageData = JSON.parse(document.getElementById("graph")?.textContent ?? "");
const app = startApp(root, data);
window.migratorGraph = app;
const packed = document.getElementById("texts")?.textContent ?? "";
unpackTexts(packed).then(
  (texts) => app.setTexts(texts),
  (error: unknown) => {
    root.append(h("p", { class: "notice", role: "alert" }, `The texts cannot be unpacked: ${error}`));
  },
);
