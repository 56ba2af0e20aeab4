import { partOf } from "./description";
import { distanceTo } from "../ui/expiry";
import type { StackConfig } from "./stack-config";

/** How long before the end of a user it is told, in days. */
const warnDays = 14;
const dayMs = 86_400_000;

/** A sentence on each user of a description who expires soon, or has expired: whoever logs in as that user is refused then. */
export function expiringUsers(config: StackConfig, now = Date.now()): string[] {
  const users = partOf(config, ["users"])?.users ?? [];
  return users.flatMap(({ name, expires }, index) => {
    // From the beginning of the day, UTC.
    const end = expires === undefined ? NaN : Date.parse(expires);
    if (Number.isNaN(end) || end - now > warnDays * dayMs) return [];
    const verb = end > now ? "expires" : "expired";
    const later = new Date(now + 90 * dayMs).toISOString().slice(0, 10);
    return [
      `User ${name} ${verb} ${distanceTo(new Date(end).toISOString(), now)}; a later day: pulumi config set --path 'wharf:users[${index}].expires' ${later} --stack ${config.stack}`,
    ];
  });
}
