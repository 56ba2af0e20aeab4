/** The variable without which a stand-in for a cloud previews and reads, and does nothing else. */
export const simulateVariable = "WHARF_SIMULATE_CLOUDS";

/** Its former name, which still counts. */
const formerVariable = "WHARF_ECHO_CLOUDS";

/** Whether stand-ins for clouds may play a deployment through. */
export function mayPlayDeployments(): boolean {
  return [simulateVariable, formerVariable].some((name) => process.env[name] === "1");
}
