import { z } from "zod";
import { inputOf } from "../../core/tokens";

/** What the topic tells of: images that were pushed, and vulnerabilities that a scan found. */
export const RegistryEvent = { Push: "push", Findings: "findings" } as const;
export type RegistryEvent = (typeof RegistryEvent)[keyof typeof RegistryEvent];

/** How SNS delivers a message. */
export const SubscriptionProtocol = { Https: "https", Email: "email", Sqs: "sqs" } as const;
export type SubscriptionProtocol = (typeof SubscriptionProtocol)[keyof typeof SubscriptionProtocol];

/** Severities that the events of both scanners count: Inspector's have no others. */
const severities = ["critical", "high", "medium"] as const;

const subscription = z.strictObject({
  protocol: z.enum(SubscriptionProtocol).meta({
    description:
      "How events are delivered: `https` posts them, `email` sends them, `sqs` puts them in a queue.",
  }),
  endpoint: inputOf(
    z.string().min(1).meta({
      description:
        "Where they are delivered: an https:// URL, an address, or the ARN of a queue of SQS, whose own policy has to allow SNS. SNS asks a URL or an address for a confirmation first.",
    }),
  ),
});

/** A checked subscription. */
export type EventSubscription = z.output<typeof subscription>;

/** Schema of `wharf:aws.events`: a topic of SNS that tells of events in the stack's repositories. */
export const eventSettings = z.strictObject({
  on: z
    .array(z.enum(RegistryEvent))
    .min(1)
    .default([RegistryEvent.Push, RegistryEvent.Findings])
    .meta({
      description:
        "What the topic tells of: `push` images that were pushed, `findings` scans that found vulnerabilities. Defaults to both.",
    }),
  severities: z.array(z.enum(severities)).min(1).default(["critical", "high"]).meta({
    description:
      "Severities of the vulnerabilities that the topic tells of, with `findings`. Defaults to critical and high.",
  }),
  subscriptions: z.array(subscription).default([]).meta({
    description:
      "Who is told. Defaults to nobody, for a topic that is subscribed to elsewhere, by its ARN in the stack's notes.",
  }),
});

/** Checked settings of the topic. */
export type EventSettings = z.output<typeof eventSettings>;
