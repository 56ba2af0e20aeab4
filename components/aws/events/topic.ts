import { createHash } from "node:crypto";
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget";
import { Key } from "@pulumi/aws/kms/key";
import { Topic } from "@pulumi/aws/sns/topic";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription";
import * as pulumi from "@pulumi/pulumi";

import { accountAdministers } from "../encryption";
import { nameOf, stackTags, within } from "../names";
import type { Place } from "../place";
import type { AwsDescription } from "../settings";
import { eventSelections } from "./patterns";
import { type EventSubscription, SubscriptionProtocol } from "./settings";

/** Who is told of events in the repositories, and by what. */
export interface Events {
  /** The topic that others may subscribe to as well. */
  topic: Topic;
  /** The key that encrypts its messages. */
  key: Key;
  /** The rules of EventBridge that select the events. */
  rules: EventRule[];
  subscriptions: TopicSubscription[];
}

/** The topic of a description's events; undefined where it asks for none. */
export function createEvents(
  name: string,
  args: AwsDescription,
  place: Place,
  opts: pulumi.CustomResourceOptions,
): Events | undefined {
  const { events } = args.aws;
  if (events === undefined) return undefined;
  const key = createTopicKey(name, args, place, opts);
  const topic = new Topic(
    `${name}-events`,
    {
      name: nameOf("topic", args.namePrefix, "events"),
      kmsMasterKeyId: key.arn,
      tags: stackTags(args),
    },
    opts,
  );
  const policy = new TopicPolicy(
    `${name}-events-policy`,
    { arn: topic.arn, policy: topic.arn.apply(topicPolicy) },
    opts,
  );
  const rules = eventSelections(args, events).map(({ part, description, patternAt }) => {
    const rule = new EventRule(
      `${name}-events-${part}`,
      {
        name: nameOf("eventRule", args.namePrefix, `events-${part}`),
        description: within(512, description),
        eventPattern: place.accountId().apply((account) => patternAt({ ...place, account })),
        tags: stackTags(args),
      },
      opts,
    );
    // No role: AWS says that deliveries to encrypted topics may fail with one ("Using resource-based policies").
    new EventTarget(
      `${name}-events-${part}-target`,
      { rule: rule.name, targetId: "topic", arn: topic.arn },
      { ...opts, dependsOn: [policy] },
    );
    return rule;
  });
  const subscriptions = events.subscriptions.map(
    (subscription) =>
      new TopicSubscription(
        `${name}-events-${subscription.protocol}-${digitsOf(subscription)}`,
        {
          topic: topic.arn,
          protocol: subscription.protocol,
          // The URL of a chat's or a pager's webhook is all that one needs to post there.
          endpoint:
            subscription.protocol === SubscriptionProtocol.Https
              ? pulumi.secret(subscription.endpoint)
              : subscription.endpoint,
        },
        opts,
      ),
  );
  return { topic, key, rules, subscriptions };
}

/** Six digits that tell a subscription from others, whatever their order; the endpoint itself may be secret. */
function digitsOf({ protocol, endpoint }: EventSubscription): string {
  return createHash("sha256").update(`${protocol} ${endpoint}`).digest("hex").slice(0, 6);
}

/**
 * A key for nothing but the topic. SNS's own, `alias/aws/sns`, does not let EventBridge publish, and a key policy cannot say for which
 * rule or account EventBridge uses the key: `aws:SourceArn` and `aws:SourceAccount` are not supported for encrypted topics of
 * EventBridge, which would drop every event ("Managing Amazon SNS encryption keys and costs"). So the key of the images is not used.
 * What it protects is in transit, so that it is not kept with the images.
 */
function createTopicKey(
  name: string,
  args: AwsDescription,
  { partition, ...place }: Place,
  opts: pulumi.CustomResourceOptions,
): Key {
  return new Key(
    `${name}-events-key`,
    {
      description: within(8192, `Events of the Wharf stack ${args.stack}`),
      enableKeyRotation: true,
      deletionWindowInDays: 7,
      policy: place.accountId().apply((account) =>
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            accountAdministers(partition, account),
            {
              Sid: "EventsPublish",
              Effect: "Allow",
              Principal: { Service: "events.amazonaws.com" },
              Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
              Resource: "*",
            },
          ],
        }),
      ),
      tags: stackTags(args),
    },
    opts,
  );
}

/**
 * Only EventBridge publishes, beside whom the account's IAM allows it, and nobody without TLS. The permission has no condition: "You
 * can't use Condition blocks in Amazon SNS topic policies for EventBridge" (its user guide), whose requests have no
 * `aws:SourceArn`. A rule of another account needs a role for a topic, so that this permission does not admit it.
 */
function topicPolicy(topic: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "EventsPublish",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topic,
      },
      {
        Sid: "OnlyByTls",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: topic,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
