/** Patterns for keys and schemas: `*` is any text, `?` one character. */

/** Whether a text as a whole fits the pattern. */
export function matcher(pattern: string): (text: string) => boolean {
  const parts = Array.from(pattern.matchAll(/[*?]|[^*?]+/g), ([part]) => {
    if (part === "*") return ".*";
    return part === "?" ? "." : part.replaceAll(/[\\^$.+()[\]{}|/]/g, "\\$&");
  });
  const expression = new RegExp(`^${parts.join("")}$`, "su");
  return (text) => expression.test(text);
}

export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}
