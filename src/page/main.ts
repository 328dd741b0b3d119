/** Where the page begins: reads the graph out of the document and shows it. */
import type { PageData } from "../../graph/picture/page-data.ts";
import type { LiveMessage, Pending, Save } from "../../graph/picture/save.ts";
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
const saved = document.getElementById("saves")?.textContent;
if (saved !== null && saved !== undefined) followLive(JSON.parse(saved), readPending());
const packed = document.getElementById("texts")?.textContent ?? "";
unpackTexts(packed).then(
  (texts) => app.setTexts(texts),
  (error: unknown) => {
    root.append(h("p", { class: "notice", role: "alert" }, `The texts cannot be unpacked: ${error}`));
  },
);

/** A server keeps this page up to date: each save is an event. A page that lost its server says so. */
function followLive(before: readonly Save[], pending: Pending | null): void {
  for (const save of before) app.addSave(save, false);
  if (pending !== null) app.setPending(pending);
  const lost = h(
    "p",
    { class: "lost", role: "alert", hidden: true },
    "The studio has ended: this is the last state.",
  );
  root.append(lost);
  const known = new Set(before.map((save) => JSON.stringify(save)));
  const events = new EventSource("events");
  events.addEventListener("message", ({ data: text }) => {
    const message: LiveMessage = JSON.parse(text);
    if (message.kind === "pending") {
      app.setPending(message.pending);
      return;
    }
    const { save, page, changed } = message;
    known.add(JSON.stringify(save));
    if (page !== null) app.update(page.data, page.texts, changed);
    app.addSave(save, save.errors.length > 0 || (page !== null && save.steps.length > 0));
  });
  events.addEventListener("open", () => {
    lost.hidden = true;
    void catchUp(known);
  });
  events.addEventListener("error", () => {
    lost.hidden = false;
  });
}

/** In milliseconds: what is on its way has come by then. */
const onItsWay = 300;

/** What was saved before this page listened, or while it could not: then it begins anew. */
async function catchUp(known: ReadonlySet<string>): Promise<void> {
  // A server that has gone is told of by the events' own error.
  const response = await fetch(location.href).catch(() => null);
  if (response?.ok !== true) return;
  const now = new DOMParser().parseFromString(await response.text(), "text/html");
  await new Promise((resolve) => setTimeout(resolve, onItsWay));
  const saves: readonly Save[] = JSON.parse(now.getElementById("saves")?.textContent ?? "[]");
  if (!saves.every((save) => known.has(JSON.stringify(save)))) location.reload();
}

function readPending(): Pending | null {
  const text = document.getElementById("pending")?.textContent ?? "";
  return text === "" ? null : JSON.parse(text);
}
