import { keepVariable } from "../../components/certificates/validity";
import { nothingChanged } from "../../components/core/problems";
import { TlsMode } from "../../components/model/tls";
import { noteCertificate, whenPresented } from "../certificates/certificate-end";
import { essentials } from "../stack/description";
import { Failure, refusal } from "../failure";
import { changeLine } from "../stack/operations";
import { readOutputs } from "../stack/outputs";
import { besideRenewal, heldCertificates, isDueNow } from "../certificates/renewal";
import { Session, type CommonOptions } from "../ui/session";
import { holdStack } from "../stack/stack-lock";
import { command, describingFile, openStack, type OpenStack } from "../stack/stack";
import { readState } from "../stack/state-reading";
import { prepare, up } from "./up";

/**
 * `wharf renew`: renews the stack's own certificates that are due, and nothing else; for a timer. It does nothing where none is
 * due, and tells of a certificate that only its owner, or cert-manager, can renew.
 * @throws Failure where such a certificate is due, or `up` would change more than what follows from a renewal
 */
export async function renew(options: CommonOptions): Promise<void> {
  const session = new Session(options);
  const { progress } = session;
  const open = await openStack(options.stack, progress);
  const outputs = await readOutputs(open);
  const { certificateExpiresAt, certificateRenewal } = outputs;
  if (certificateExpiresAt === "") {
    return nothingDue(`Stack ${open.name} has no certificate that Wharf manages.`);
  }
  if (certificateRenewal === undefined) {
    throw new Failure(
      `The last up of stack ${open.name} was by an older Wharf, which did not note how its certificate is renewed. Run once: ${command("up", open.name)}`,
    );
  }
  if (certificateRenewal.mode !== TlsMode.SelfSigned) {
    const { line, until } = await whenPresented(outputs, open.name);
    if (line !== "") throw new Failure(line);
    return nothingDue(`The certificate of stack ${open.name} is valid until ${until}.`);
  }
  const held = heldCertificates(await readState(open));
  const due = held.filter((one) => isDueNow(one));
  if (due.length === 0) {
    const [first = ""] = held.map(({ renewFrom }) => renewFrom).sort();
    return nothingDue(`No certificate of stack ${open.name} is due before ${first.slice(0, 10)}.`);
  }

  session.mustBeAnswerable();
  await holdStack(open.name, progress);
  await prepare(open, essentials(describingFile(open.name).config), session);
  await refuseMore(
    open,
    session,
    due.some(({ ends }) => Date.parse(ends) <= Date.now()),
  );
  progress.line(
    `Due: ${due.map(({ name, ends }) => `${name} (until ${ends.slice(0, 10)})`).join(", ")}`,
  );
  await up(options);
  if (due.some(({ isCa }) => isCa) && !options.json) {
    progress.line(
      `The CA keeps its key: clients with the old certificate accept the registry until that expires. Give them the new one before: ${command("trust", open.name)}`,
    );
  }

  async function nothingDue(message: string): Promise<void> {
    session.print(`${message} ${nothingChanged}`);
    session.answer({ stack: options.stack, changes: [] });
    await noteCertificate(session, outputs);
  }
}

/**
 * Looks what `up` would do if no certificate were due.
 * @param ended whether a certificate has ended already, so that it is renewed even so, with all that presents it
 * @throws Failure where that is anything at all
 */
async function refuseMore(open: OpenStack, session: Session, ended: boolean): Promise<void> {
  session.progress.start("renew", "checking whether anything else would change");
  process.env[keepVariable] = "1";
  try {
    const planned = await session.follow(open, nothingChanged, (run) =>
      open.stack.preview({ ...run, refresh: true }),
    );
    const more = besideRenewal(planned.changes(), ended);
    session.progress.clear();
    if (more.length === 0) return;
    throw refusal(
      [
        `Stack ${open.name} is not as described, and a renewal only changes certificates. ${nothingChanged}`,
        ...more.map(changeLine),
        `Deploy it together with the renewal: ${command("up", open.name)}`,
      ].join("\n"),
    );
  } finally {
    delete process.env[keepVariable];
  }
}
