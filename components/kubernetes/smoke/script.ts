/** Directory of the Job's files: `ca.crt`, `username`, `password`. */
export const smokeDirectory = "/smoke";
/** Repository that the test pushes to, and deletes from. */
export const smokeRepository = "wharf-smoke";

/** What the test shows, by what the registry offers. */
export interface SmokePlan {
  /** `host:port` of the registry. */
  host: string;
  /** Whether the registry speaks TLS. */
  tls: boolean;
  /** Whether a user's name and password are at hand. */
  logsIn: boolean;
  /** Whether clients may pull without a login. */
  isPublic?: boolean;
  /** Whether the registry takes a push. */
  pushes: boolean;
  /** Whether what was pushed may be deleted. */
  deletes: boolean;
}

/**
 * The test as a script for BusyBox and crane. It ends with one sentence that says what failed, and what the registry answered.
 * Passwords are in files; crane verifies the certificate by SSL_CERT_FILE.
 */
export function smokeScript({
  host,
  tls,
  logsIn,
  isPublic = false,
  pushes,
  deletes,
}: SmokePlan): string {
  return [
    preamble(host, tls),
    reached,
    ...(isPublic ? [] : [anonymous]),
    ...(logsIn ? [wrongPassword, login] : []),
    ...(logsIn ? (pushes ? [push, pull] : [list]) : []),
    ...(logsIn && pushes && deletes ? [remove] : []),
    'echo "The registry at $host works."',
    "",
  ].join("\n");
}

/** How often the Service is asked, once a second, before it counts as unreachable: its address and name take a moment to spread. */
const tries = 60;

const preamble = (host: string, tls: boolean) => `set -u
[ -s ${smokeDirectory}/ca.crt ] && export SSL_CERT_FILE=${smokeDirectory}/ca.crt
host='${host}'
image="$host/${smokeRepository}:latest"
registry() { crane ${tls ? "" : "--insecure "}"$@" 2>&1; }
fail() { echo "$1: $(printf %s "$answer" | tail -n 1)"; exit 1; }
refused() { case "$answer" in *UNAUTHORIZED*|*DENIED*|*"401 "*|*"403 "*) return 0;; esac; return 1; }
as() { export DOCKER_CONFIG="/tmp/$1"; }`;

const reached = `as anonymous
left=${tries}
until answer=$(registry catalog "$host") || refused; do
  case "$answer" in *x509:*|*"tls: "*) fail "The certificate of $host is not accepted";; esac
  left=$((left - 1))
  [ "$left" -gt 0 ] || fail "$host cannot be reached"
  sleep 1
done`;

const anonymous = `refused || fail "$host accepts anonymous clients"`;

const wrongPassword = `as impostor
echo "not the password" | registry auth login "$host" --username "$(cat ${smokeDirectory}/username)" --password-stdin >/dev/null
answer=$(registry catalog "$host")
refused || fail "$host accepts a wrong password"`;

const login = `as user
answer=$(registry auth login "$host" --username "$(cat ${smokeDirectory}/username)" --password-stdin < ${smokeDirectory}/password) || fail "The login at $host cannot be prepared"`;

/** Where nothing can be pushed, it is a list that shows whether the user is let in. */
const list = `answer=$(registry catalog "$host") || fail "$host refuses the user $(cat ${smokeDirectory}/username)"`;

// crane says last what it pushed, by its digest.
const push = `cd /tmp
date > canary
tar -cf canary.tar canary
answer=$(registry append --new_layer canary.tar --new_tag "$image") || fail "The push to $host failed"
pushed=$(printf %s "$answer" | tail -n 1)`;

const pull = `answer=$(registry validate --remote "$image") || fail "The pull from $host failed"`;

const remove = `answer=$(registry delete "$pushed") || fail "The deletion at $host failed"`;
