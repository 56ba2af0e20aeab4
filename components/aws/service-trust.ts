/**
 * The trust policy of a role that a service of AWS takes on, as JSON.
 * @param sid what it takes the role on for
 * @param service the service's name, as in `ecr` of `ecr.amazonaws.com`
 * @param condition on whose behalf; without one, on any that the service itself allows ("confused deputy" of IAM's user guide)
 */
export function serviceTrust(
  sid: string,
  service: string,
  condition?: Record<string, Record<string, string>>,
): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: sid,
        Effect: "Allow",
        Principal: { Service: `${service}.amazonaws.com` },
        Action: "sts:AssumeRole",
        Condition: condition,
      },
    ],
  });
}
