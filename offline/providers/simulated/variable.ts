/** The variable without which a stand-in for a cloud previews and reads, and does nothing else. */
export const echoVariable = "WHARF_ECHO_CLOUDS";

/** Whether stand-ins for clouds may play a deployment through. */
export function mayPlayDeployments(): boolean {
  return process.env[echoVariable] === "1";
}
