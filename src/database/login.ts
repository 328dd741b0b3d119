/**
 * node-postgres throws out of a socket's event, where nobody can catch it, when a server asks for a way of logging in
 * that it does not know. Here that becomes an error of the connection.
 */
import type { Duplex } from "node:stream";
import type { Client, Connection } from "pg";

/** The part of node-postgres that its types leave out: where it begins to read what a server sends, TLS or not. */
interface ReadingConnection extends Connection {
  attachListeners(stream: Duplex): void;
}

/** To be called before `connect`. Until the client has logged in, what cannot be read destroys the socket with its error. */
export function guardLogin(client: Client): void {
  const connection = client.connection as ReadingConnection;
  const attach = connection.attachListeners.bind(connection);
  let loggedIn = false;
  connection.once("readyForQuery", () => {
    loggedIn = true;
  });
  connection.attachListeners = (stream) => {
    const before = new Set(stream.listeners("data"));
    attach(stream);
    for (const read of stream.listeners("data").filter((listener) => !before.has(listener))) {
      stream.off("data", read as (chunk: unknown) => void);
      stream.on("data", (chunk) => {
        try {
          read(chunk);
        } catch (error) {
          if (loggedIn) throw error;
          stream.destroy(error instanceof Error ? error : new Error(String(error)));
        }
      });
    }
  };
}

/**
 * The authentication requests of the protocol that node-postgres does not answer, by their codes
 * (https://www.postgresql.org/docs/18/protocol-message-formats.html).
 */
const requests: Readonly<Record<string, string>> = {
  "2": "Kerberos V5",
  "6": "SCM credentials",
  "7": "GSSAPI",
  "8": "GSSAPI",
  "9": "SSPI",
};

/** What the server wants in place of a password: `GSSAPI`; null where that was not the reason. */
export function unknownLogin(message: string): string | null {
  const code = /^Unknown authenticationOk message type (\d+)$/.exec(message)?.[1];
  return code === undefined ? null : (requests[code] ?? `a way of logging in with the number ${code}`);
}
