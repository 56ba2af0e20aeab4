import { endpointRows } from "./endpoint";
import { keyRows } from "./keys";
import type { Row } from "./row";
import { storageRows } from "./storage";
import { tlsRows } from "./tls";
import { userRows } from "./users";

/** Descriptions that are refused by what they say, with the report of each below its first line. */
export const descriptionRows: Row[] = [
  ...keyRows,
  ...endpointRows,
  ...userRows,
  ...tlsRows,
  ...storageRows,
];

export { hostRows } from "./host";
export type { Place, Row } from "./row";
export { certificateRows } from "./tls";
