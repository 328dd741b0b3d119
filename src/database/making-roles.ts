/** Work in a throw-away database, which has none of the roles of the real one. */

/** Runs `work` again as often as a role is missing, which is made then. `made`: those that were. Throws what else goes wrong. */
export async function makingRoles<T>(
  work: () => Promise<T>,
  missing: (error: unknown) => string | null,
  make: (role: string) => Promise<void>,
): Promise<{ readonly result: T; readonly made: ReadonlySet<string> }> {
  const made = new Set<string>();
  for (;;) {
    try {
      return { result: await work(), made };
    } catch (error) {
      const role = missing(error);
      if (role === null || made.has(role)) throw error;
      made.add(role);
      await make(role);
    }
  }
}
