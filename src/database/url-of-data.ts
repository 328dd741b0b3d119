/** A connection URL that comes from data: it chooses a database, and gets nothing of this machine's. */
import { MigratorError } from "../../graph/diagnostic.ts";

/** Others name files here, sockets, or settings of the server. */
const allowed = new Set(["sslmode", "application_name", "connect_timeout"]);

/**
 * The URL to connect with. Without a password in it the server would be sent that of the environment or of the password file. Throws a
 * MigratorError where it asks for more than a database; the URL is not repeated, for it may hold a password.
 */
export function urlOfData(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return text;
  const wrong = [...new Set(url.searchParams.keys())].filter((name) => !allowed.has(name));
  const socket = decodeURIComponent(url.hostname).startsWith("/") || url.hostname === "";
  if (wrong.length > 0 || socket) {
    throw new MigratorError(
      [
        {
          code: "usage",
          message: `the databaseUrl of a value asks for ${wrong.length > 0 ? wrong.join(", ") : "a socket of this machine"}: that is for URLs that migrator.json declares as secrets`,
          fix: `leave it out (a URL may have ${[...allowed].join(", ")}); or declare databaseUrl as a secret in the matrix's variables`,
        },
      ],
      2,
    );
  }
  if (url.password === "") url.password = "none";
  return url.href;
}
