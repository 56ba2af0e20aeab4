import { keyOf, removeCommand, setCommand, shown } from "../../core/messages";
import { repeated } from "../../core/names";
import type { Problem } from "../../core/problems";
import { type Rule, type Written, wrote } from "../../core/rule";
import { isToken } from "../../core/tokens";
import { RegistryEvent, SubscriptionProtocol } from "../events/settings";
import type { AwsDescription } from "../settings";

/** What an endpoint of each protocol looks like, and whether a message may show one that does not. */
const forms: Record<SubscriptionProtocol, { whole: RegExp; words: string; shows: boolean }> = {
  https: {
    whole: /^https:\/\/[^\s/@]+(\/\S*)?$/,
    words: "is not an https:// URL without a user, as in https://hooks.example.com/images",
    // It may hold what lets one post there.
    shows: false,
  },
  email: {
    whole: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
    words: "is not an address, as in team@example.com",
    shows: true,
  },
  sqs: {
    whole: /^arn:aws(-[a-z]+)*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?$/,
    words: "is not the ARN of a queue, as in arn:aws:sqs:eu-central-1:123456789012:images",
    shows: true,
  },
};

/** Endpoints of another form than their protocol's, which SNS would refuse, and subscriptions that appear twice. */
function subscriptionProblems({ aws: { events } }: AwsDescription): Problem[] {
  if (events === undefined) return [];
  const list = ["aws", "events", "subscriptions"];
  const wrong = events.subscriptions.flatMap(({ protocol, endpoint }, index): Problem[] => {
    const { whole, words, shows } = forms[protocol];
    if (isToken(endpoint) || whole.test(endpoint)) return [];
    const path = [...list, index];
    const meant = Object.values(SubscriptionProtocol).find((one) =>
      forms[one].whole.test(endpoint),
    );
    return [
      {
        key: keyOf([...path, "endpoint"]),
        message: shows ? `${shown(endpoint)} ${words}` : words,
        fix: meant === undefined ? undefined : setCommand([...path, "protocol"], meant),
      },
    ];
  });
  return [
    ...wrong,
    ...repeated(
      list,
      events.subscriptions.map(({ protocol, endpoint }) => `${protocol} ${endpoint}`),
      { message: (_, first) => `has the protocol and endpoint of ${first}` },
    ),
  ];
}

/** Events that never come: of public repositories, which send none, and of scans where nothing is scanned. */
function sourceProblems({
  aws: { events, managePrivateRegistry },
  repositories,
  scan,
}: AwsDescription): Problem[] {
  if (events === undefined) return [];
  if (repositories.length === 0) {
    return [
      {
        key: "wharf:aws.events",
        message: "needs a private repository: the ECR Public Gallery sends no events",
        fix: removeCommand(["aws", "events"]),
      },
    ];
  }
  const scans = repositories.some(({ scan: own }) => (own ?? scan)?.onPush ?? true);
  return events.on.includes(RegistryEvent.Findings) && managePrivateRegistry && !scans
    ? [
        {
          key: "wharf:aws.events.on",
          message: `has ${RegistryEvent.Findings}, and no repository is scanned on push`,
          fix: setCommand(["scan", "onPush"], true),
        },
      ]
    : [];
}

/** Severities of findings that nobody asks for. */
function severityProblems({ aws: { events } }: AwsDescription, written: Written): Problem[] {
  const path = ["aws", "events", "severities"];
  if (events === undefined || events.on.includes(RegistryEvent.Findings)) return [];
  return wrote(written, path)
    ? [
        {
          key: keyOf(path),
          message: `have no effect: wharf:aws.events.on has no ${RegistryEvent.Findings}`,
          fix: removeCommand(path),
        },
      ]
    : [];
}

/** Rules about the topic that tells of events. */
export const eventRules: Rule<AwsDescription>[] = [
  { needs: ["aws"], find: subscriptionProblems },
  { needs: ["aws"], find: severityProblems },
  { needs: ["aws", "repositories", "scan"], find: sourceProblems },
];
