import type { OutputMap } from "@pulumi/pulumi/automation";
import { acceptedUntil, renewalOf } from "../../components/certificates/validity";
import { keptByEarlierStack, lineOf } from "../adoption/adoption";
import { agree, type Agreement, refuseLosses } from "../stack/planned-losses";
import { expiringUsers } from "../stack/expiring-users";
import { noteCertificate, type CertificateOutputs } from "../certificates/certificate-end";
import { describedBy } from "../stack/description";
import { estimate } from "../../components/description/estimate";
import type { Description } from "../../components/description/schema";
import { accessTable } from "../ui/access-table";
import { costLine } from "../ui/cost";
import { changeLine, isRealChange, tally } from "../stack/operations";
import { outputsOf, valuesOf } from "../stack/outputs";
import { Session, type CommonOptions } from "../ui/session";
import { command, describingFile } from "../stack/stack";
import { openToView } from "../stack/viewed-stack";

/** `wharf preview`: lists what `up` would do, resource by resource, and changes nothing. */
export async function preview(options: CommonOptions & Agreement): Promise<void> {
  const session = new Session(options, { asks: true });
  describingFile(options.stack);
  agree(options);
  const open = await openToView(options.stack, session.progress);
  try {
    session.progress.start("preview", `of stack ${open.name}`);
    const planned = await session.follow(open, "Nothing was changed.", (run) =>
      open.stack.preview({ ...run, refresh: open.standing }),
    );
    const kept = await keptByEarlierStack(open, planned.steps, session);
    const changes = planned
      .changes()
      .filter(isRealChange)
      .filter(({ type, name }) => !kept.some((one) => one.type === type && one.name === name));
    const lines = [
      ...kept.map(
        (one) =>
          `${lineOf(one).trim()} was kept by an earlier stack ${open.name}: up takes it over.`,
      ),
      ...refuseLosses(open.name, planned.steps),
    ];
    const access = accessTable(open.file.config);
    if (access !== "") session.print(`${access}\n`);
    const outputs = open.standing ? await outputsOf(open.stack) : {};
    const standing = outputs.monthlyCost?.value as number | undefined;
    const { args } = describedBy(open.file.config);
    const cost = costLine(args && estimate(args).monthlyDollars, standing, open.name);
    session.print(
      [
        ...(changes.length === 0 ? [] : [...changes.map(changeLine), ""]),
        ...lines,
        ...planned.notes,
        ...expiringUsers(open.file.config),
        ...(cost === "" ? [] : [cost]),
        changes.length === 0
          ? `Stack ${open.name} is as described: nothing to change.`
          : `${tally(changes)}. Deploy with: ${command("up", open.name)}`,
      ].join("\n"),
    );
    session.noteExpiry(outputs.expiresAt?.value as string | undefined);
    await noteCertificate(session, standingOrDescribed(args, outputs));
    session.answer(planned.changes());
  } finally {
    open.close();
  }
}

/** The certificate that the description brings along, which `up` would present; else the deployed one. */
function standingOrDescribed(
  args: Description | undefined,
  outputs: OutputMap,
): CertificateOutputs {
  const { certificate, caCertificate = "" } = args?.tls ?? {};
  if (args !== undefined && certificate !== undefined) {
    return {
      certificateExpiresAt: acceptedUntil(certificate, caCertificate),
      certificateRenewal: renewalOf(args),
    };
  }
  return valuesOf(outputs);
}
