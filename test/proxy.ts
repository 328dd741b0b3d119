/** A TCP proxy on loopback: makes a near server as slow to answer as a far one, and cuts connections for fault tests. */

import { type AddressInfo, connect, createServer, type Socket } from "node:net";

type Direction = "to-server" | "to-client";

export interface ProxyOptions {
  /** The server's port on 127.0.0.1. */
  readonly port: number;
  /** What one round trip takes longer, in milliseconds; half of it each way. What is on its way stays in order. */
  readonly roundTrip?: number;
  /** Sees each piece of data before it goes on; "cut" ends both sides at once and the piece is lost. */
  readonly inspect?: (direction: Direction, data: Buffer) => "pass" | "cut";
}

export interface Proxy {
  readonly port: number;
  /** `url` with the proxy in the place of its host and port. */
  through(url: string): string;
  /** Ends all connections with a reset, as a failing network does. New ones are accepted. */
  cut(): void;
  close(): Promise<void>;
}

export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const open = new Set<Socket>();
  const cut = (): void => {
    for (const socket of open) socket.resetAndDestroy();
    open.clear();
  };
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: options.port, host: "127.0.0.1", noDelay: true });
    const pair = [client, upstream];
    const cutPair = (): void => {
      for (const socket of pair) {
        open.delete(socket);
        socket.resetAndDestroy();
      }
    };
    for (const socket of pair) {
      open.add(socket);
      // The error itself reaches the client as the end of its connection.
      socket.on("error", () => {});
    }
    relay(client, upstream, "to-server", options, cutPair);
    relay(upstream, client, "to-client", options, cutPair);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    through: (url) => {
      const changed = new URL(url);
      changed.hostname = "127.0.0.1";
      changed.port = String(port);
      return changed.href;
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

function relay(
  from: Socket,
  to: Socket,
  direction: Direction,
  options: ProxyOptions,
  cutPair: () => void,
): void {
  const delay = (options.roundTrip ?? 0) / 2;
  const later = (work: () => void): void => {
    if (delay > 0) setTimeout(work, delay);
    else work();
  };
  from.on("data", (data: Buffer) => {
    later(() => {
      if (to.destroyed) return;
      if (options.inspect?.(direction, data) === "cut") cutPair();
      else to.write(data);
    });
  });
  from.on("close", () => later(() => to.destroy()));
}
