/** A text as one word of a POSIX shell: as it is where nothing in it means anything to a shell, in single quotes elsewhere. */
export function shellWord(text: string): string {
  return isPlain(text) ? text : quoted(text);
}

/** A text in single quotes, as every POSIX shell reads it unchanged. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Whether a shell, a YAML file and a Go template all take a text as it is. */
export function isPlain(text: string): boolean {
  return /^[\w./:@%+,=-]+$/.test(text);
}
