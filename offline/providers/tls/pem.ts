/** Writes DER as PEM with a newline at the end, lines of 64 characters. */
export function toPem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** Reads the first PEM block; throws a sentence that names `what` where there is none of that label. */
export function fromPem(label: string, pem: string, what: string): ArrayBuffer {
  const block = new RegExp(`-----BEGIN ${label}-----([^-]+)-----END ${label}-----`).exec(pem);
  if (block === null) {
    throw new Error(`${what} is not in PEM format with the label "${label}".`);
  }
  return new Uint8Array(Buffer.from(block[1] ?? "", "base64")).buffer;
}
