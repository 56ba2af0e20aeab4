import { caFile } from "./trust-hosts";

/** Where the DaemonSet's pods find the script and what it writes. */
export const trustDirectory = "/trust";
/** Where they find the node's directory. */
export const nodeDirectory = "/certs.d";
/** Name of the script. */
export const trustScriptFile = "trust.sh";

/**
 * Writes the hosts.toml and the CA of every host into the node's directory, in the words that every POSIX shell has. Called with
 * `keep` it writes, waits to be told to end and then removes what it wrote; called with `check` it fails unless all is there.
 *
 * The first line of each file names the stack and the pod: a comment to containerd, and no part of the PEM block to those that
 * read the CA. Another's file is never touched. A pod that takes over writes its own line, so that the one before it, which ends
 * later, leaves the files.
 */
export function trustScript(stack: string): string {
  return `set -u
mark='# Kept by Wharf for the stack ${stack}; pod'
own="$mark $POD_UID"

first() { head -n 1 "$1"; }
ours() { case "$(first "$1")" in "$mark "*) return 0;; esac; return 1; }
body() { tail -n +2 "$1"; }
same() { [ -f "$2" ] && ours "$2" && [ "$(cat "$1")" = "$(body "$2")" ]; }
each() {
  number=0 failed=0
  while read -r host; do
    [ ! -f ${trustDirectory}/ca.crt ] || "$1" ${trustDirectory}/ca.crt "${nodeDirectory}/$host/${caFile}" || failed=1
    "$1" ${trustDirectory}/hosts-$number.toml "${nodeDirectory}/$host/hosts.toml" || failed=1
    number=$((number + 1))
  done < ${trustDirectory}/hosts
  return $failed
}

# A reader sees the file before or the file after, whole.
write() {
  if [ -e "$2" ] && ! ours "$2"; then
    echo "$2 on the node $NODE_NAME is another's: remove it, or leave this name to it"
    return 1
  fi
  mkdir -p "$(dirname "$2")" && { echo "$own"; cat "$1"; } > "$2.wharf" && mv "$2.wharf" "$2" && same "$1" "$2"
}
listed() {
  [ "\${2##*/}" != ${caFile} ] || [ -f ${trustDirectory}/ca.crt ] || return 1
  while read -r host; do [ "$host" != "$1" ] || return 0; done < ${trustDirectory}/hosts
  return 1
}
remove() {
  rm -f "$1" "$1.wharf"
  rmdir "$(dirname "$1")" 2>/dev/null
}
files() {
  for file in ${nodeDirectory}/*/hosts.toml ${nodeDirectory}/*/${caFile}; do [ ! -f "$file" ] || echo "$file"; done
}
forget() {
  files | while read -r file; do listed "$(basename "$(dirname "$file")")" "$file" || { ours "$file" && remove "$file"; }; done
}
end() {
  files | while read -r file; do [ "$(first "$file")" != "$own" ] || remove "$file"; done
  exit 0
}

case "$1" in
  check) each same;;
  keep)
    trap end TERM INT
    each write || exit 1
    forget
    echo "The node $NODE_NAME trusts $(tr '\\n' ' ' < ${trustDirectory}/hosts)"
    while :; do sleep 3600 & wait $!; done;;
esac
`;
}
