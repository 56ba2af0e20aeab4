import { accessMatrix } from "../../components/access/matrix";
import { selfHosted } from "../../components/model/environment";
import { partOf } from "../stack/description";
import type { StackConfig } from "../stack/stack-config";
import { terminalTable } from "./table";

/**
 * Who may do what with each repository, as a table; empty where users log in by name and password, and where nobody is named.
 * A description that is wrong here gives none: the program reports it with all else.
 */
export function accessTable(config: StackConfig): string {
  const parsed = partOf(config, ["target", "access", "repositories"]);
  if (parsed === undefined || selfHosted.includes(parsed.target)) return "";
  const rows = accessMatrix(parsed);
  if (rows.length === 0) return "";
  const mark = (may: boolean) => (may ? "yes" : "-");
  return terminalTable(
    ["repository", "pull", "push", "admin", "principal"],
    rows.map(({ repository, principal, pull, push, admin }) => [
      ...[repository, mark(pull), mark(push), mark(admin), principal],
    ]),
  );
}
