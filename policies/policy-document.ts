import { withoutNulls } from "./known";

/** Whom a statement names: everybody, or names by their kind. */
export type Principal = string | Record<string, string | string[]>;

/** A statement of an IAM policy document, as far as rules read it. */
export interface Statement {
  Sid?: string;
  Effect?: string;
  Principal?: Principal;
  NotPrincipal?: Principal;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]> | undefined>;
}

/** The statements of a document that is text or an object; none where it cannot be read. */
export function statementsOf(document: unknown): Statement[] {
  const { Statement: statements } = parsed(document) as { Statement?: Statement | Statement[] };
  return list(statements).filter((one) => typeof one === "object" && one !== null);
}

/** The statements that allow something, of a document that is text or an object; none where it cannot be read. */
export function allowed(document: unknown): Statement[] {
  return statementsOf(document).filter(({ Effect }) => Effect === "Allow");
}

/** A JSON document that is text or an object already; empty where it cannot be read, which the platform refuses by itself. */
export function parsed(document: unknown): object {
  if (typeof document !== "string") return (document as object | undefined) ?? {};
  try {
    return withoutNulls((JSON.parse(document) as object | null) ?? {});
  } catch {
    return {};
  }
}

/** One or several as a list. */
export function list<T>(value: T | readonly T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? [...(value as readonly T[])] : [value as T];
}

/** How a statement is called in a message. */
export function nameOf({ Sid }: Statement, index: number): string {
  return Sid === undefined ? `statement ${index + 1}` : `statement ${Sid}`;
}
