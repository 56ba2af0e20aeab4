import { randomBytes } from "node:crypto";

const form = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z-[0-9a-f]{8}$/;

/**
 * A new id for a token. It begins with the minute by which the token has expired, so that whoever reads a list of revoked ids knows
 * which of them nobody need refuse any more: `20270131T1200Z-4b7d2f19`.
 */
export function newTokenId(expiresAt: Date): string {
  const minute = new Date(Math.ceil(expiresAt.getTime() / 60_000) * 60_000).toISOString();
  const end = minute.slice(0, 16).replace(/[-:]/g, "");
  return `${end}Z-${randomBytes(4).toString("hex")}`;
}

/** When the token of an id has expired; undefined where it is not an id of `wharf token create`. */
export function endOf(id: string): Date | undefined {
  const found = form.exec(id);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute] = found;
  const end = new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  return Number.isNaN(end.getTime()) ? undefined : end;
}

/** Of revoked ids, those whose tokens have not expired by themselves; one of another form is kept. */
export function stillRevoked(ids: readonly string[], now = new Date()): string[] {
  return ids.filter((id) => {
    const end = endOf(id);
    return end === undefined || end > now;
  });
}
