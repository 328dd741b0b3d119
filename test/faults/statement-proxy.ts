/** A proxy that understands enough of PostgreSQL's protocol to stop a session at one of its statements. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { MessageSplitter } from "./messages.ts";

/**
 * What becomes of the connection at the statement: it ends in the middle of the statement's message; the statement passes,
 * and its answer and all after it is lost; or nothing happens to it. What came before the statement has reached the server.
 */
export type Fate = "cut" | "lose the answer" | "go on";

export interface StatementProxyOptions {
  /** The server's port on 127.0.0.1. */
  readonly port: number;
  /**
   * Asked before each statement passes, with its text. While it is answered, nothing passes.
   */
  readonly at: (sql: string) => Promise<Fate> | Fate;
}

export interface StatementProxy {
  through(url: string): string;
  close(): Promise<void>;
}

export async function startStatementProxy({ port, at }: StatementProxyOptions): Promise<StatementProxy> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port, host: "127.0.0.1", noDelay: true });
    for (const socket of [client, upstream]) {
      open.add(socket);
      // The error itself reaches the other side as the end of its connection.
      socket.on("error", () => {});
    }
    upstream.on("data", (data) => {
      if (!client.destroyed) client.write(data);
    });
    upstream.on("close", () => client.destroy());
    const messages = new MessageSplitter("client");
    let turn: Promise<void> = Promise.resolve();
    let cut = false;
    let sql = "";
    const pass = async (message: Buffer): Promise<void> => {
      if (cut) return;
      sql = parsed(message) ?? sql;
      const fate = isExecute(message) ? await at(sql) : "go on";
      if (fate === "go on") {
        upstream.write(message);
        return;
      }
      cut = true;
      client.resetAndDestroy();
      // Not a reset: that would also take what the server has not read yet.
      upstream.end(fate === "cut" ? message.subarray(0, message.length >> 1) : message);
    };
    client.on("data", (data: Buffer) => {
      for (const message of messages.add(data)) turn = turn.then(() => pass(message));
    });
    client.on("close", () => {
      turn = turn.then(() => void upstream.end());
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    through: (url) => {
      const changed = new URL(url);
      changed.hostname = "127.0.0.1";
      changed.port = String(address.port);
      return changed.href;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

const letter = (message: Buffer): string => String.fromCharCode(message[0] ?? 0);

/** The text of a Parse message, null of others; the tool's statements have no names. */
function parsed(message: Buffer): string | null {
  if (letter(message) !== "P") return null;
  const start = message.indexOf(0, 5) + 1;
  return message.toString("utf8", start, message.indexOf(0, start));
}

const isExecute = (message: Buffer): boolean => letter(message) === "E";
