# shellcheck shell=bash
# Helpers that the scripts share. Source it; it defines functions and runs nothing.
#
#   say TEXT            one line of progress
#   warn TEXT           one line on stderr
#   die TEXT            the same, and exit 1
#   repo_root           the checkout's top directory
#   cache_root          where big things that outlive the checkout are kept; made if missing
#   hash_of FILE...     a short hash over the names and the content of files
#   as_root COMMAND...  run a command as root: directly, or by a sudo that asks nothing
#   need_packages PKG.. install what is missing
#   run_logged LABEL LOG COMMAND...  run with the output in LOG and a line of progress every 10 s
#   publish SRC DST     move a finished directory into its final place in one step
#   stop_group PID      end a process group and wait until it is gone

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() {
  warn "$*"
  exit 1
}

repo_root() { (cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P); }

cache_root() {
  local dir=${SOOTHE_CACHE:-${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/soothe}
  mkdir -p "$dir"
  (cd "$dir" && pwd -P)
}

# The paths count relative to the first file's directory, so that a moved checkout keeps its key.
hash_of() {
  local base
  base=$(dirname "$1")
  local file
  for file in "$@"; do
    printf '%s\n' "${file#"$base"/}"
    cat -- "$file"
  done | sha256sum | cut -c1-16
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo "$@"
  else
    die "this needs root: run it as root, or first run: $*"
  fi
}

package_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

need_packages() {
  local missing=() name
  for name in "$@"; do
    package_installed "$name" || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing: ${missing[*]}"
  as_root apt-get -q -y -o DPkg::Lock::Timeout=600 update >/dev/null
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 \
    install --no-install-recommends "${missing[@]}" >/dev/null
}

run_logged() {
  local label=$1 log=$2
  shift 2
  local begun=$SECONDS status=0 told=$SECONDS
  say "$label ..."
  "$@" >"$log" 2>&1 </dev/null &
  local pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if [ $((SECONDS - told)) -ge 10 ]; then
      told=$SECONDS
      say "  $label: $((SECONDS - begun)) s, $(wc -l <"$log") lines of output"
    fi
  done
  wait "$pid" || status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 25 "$log" >&2
    warn "$label failed with status $status; the whole output: $log"
    return "$status"
  fi
  say "  $label: done in $((SECONDS - begun)) s"
}

# Readers see either nothing or all of it. A twin that was faster wins.
publish() {
  if ! mv -T "$1" "$2" 2>/dev/null; then
    [ -d "$2" ] || die "cannot move $1 to $2"
    rm -rf "$1"
  fi
}

stop_group() {
  kill -KILL -- "-$1" 2>/dev/null || true
  local tries=0
  while kill -0 -- "-$1" 2>/dev/null && [ $((tries += 1)) -le 100 ]; do
    sleep 0.05
  done
}
