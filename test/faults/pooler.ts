/** A pooler in transaction mode, as PgBouncer's: each transaction of a client has another of its server sessions. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { MessageSplitter } from "./messages.ts";

export interface Pooler {
  readonly port: number;
  /** How often a client went on with another server session. */
  turns(): number;
  close(): Promise<void>;
}

/** Each client has `sessions` of its own at the server on that port, and takes turns among them. */
export async function startPooler(port: number, sessions: number): Promise<Pooler> {
  const open = new Set<Socket>();
  let turns = 0;
  const server = createServer({ noDelay: true }, (client) => {
    open.add(client);
    client.on("error", () => {});
    const upstreams = Array.from({ length: sessions }, () =>
      connect({ port, host: "127.0.0.1", noDelay: true }),
    );
    let current = 0;
    let startup: Buffer | null = null;
    const started = new Set<Socket>();
    for (const [i, upstream] of upstreams.entries()) {
      open.add(upstream);
      upstream.on("error", () => {});
      upstream.on("close", () => client.destroy());
      const messages = new MessageSplitter("server");
      upstream.on("data", (data: Buffer) => {
        for (const message of messages.add(data)) {
          const ready = message[0] === readyForQuery;
          // What the others say of their start is the same as the first one says.
          if (started.has(upstream) || i === 0) client.write(message);
          if (ready && started.has(upstream) && message[5] === idle) {
            current = (i + 1) % sessions;
            turns++;
          }
          if (ready) started.add(upstream);
        }
      });
    }
    client.on("data", (data: Buffer) => {
      if (startup === null) for (const upstream of upstreams) upstream.write(data);
      else upstreams[current]?.write(data);
      startup ??= data;
    });
    client.on("close", () => {
      for (const upstream of upstreams) upstream.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    turns: () => turns,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** The letters of ReadyForQuery and of its state outside of a transaction. */
const readyForQuery = "Z".charCodeAt(0);
const idle = "I".charCodeAt(0);
