# shellcheck shell=bash
# Helpers that the scripts share. Source it; it defines functions and runs nothing.
#
#   say TEXT            one line of progress
#   warn TEXT           one line on stderr
#   die TEXT            the same, and exit 1
#   repo_root           the checkout's top directory
#   cache_root          where big things that outlive the checkout are kept; made if missing
#   hash_of FILE...     a short hash over the names and the content of files
#   as_root COMMAND...  run a command as root: directly, or by sudo, which may ask where there is a terminal
#   need_packages PKG.. install what is missing, without starting its services
#   run_logged LABEL LOG COMMAND...  run with the output in LOG and a line of progress every 10 s; whatever it started
#                                    ends with it, on an interrupt too, and what it left running is a failure
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
  local home=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
  local dir=${SOOTHE_CACHE:-${XDG_CACHE_HOME:-$home/.cache}/soothe}
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
  elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
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
  say "installing (it may take some minutes): ${missing[*]}"
  (as_root true) 2>/dev/null || die "that needs root; run it as root, or first run: apt-get install ${missing[*]}"
  local log masked='' apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600)
  log=$(mktemp)
  if [ -d /run/systemd/system ] && [[ " ${missing[*]} " == *" mosquitto "* ]]; then
    masked=mosquitto.service
    as_root systemctl --runtime --quiet mask "$masked"
  fi
  if ! { as_root "${apt[@]}" update && as_root "${apt[@]}" install --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1 </dev/null; then
    tail -n 25 "$log" >&2
    die "the packages could not be installed; the whole output: $log"
  fi
  rm "$log"
  if [ -n "$masked" ]; then
    as_root systemctl --runtime --quiet unmask "$masked"
    say "the system's own broker was not started: systemctl start $masked"
  fi
}

# The processes that have MARK in their environment: a group is easily left, this is inherited by every child.
marked() {
  grep -lzsxF -- "$1" /proc/[0-9]*/environ | sed -E 's#^/proc/([0-9]+)/environ$#\1#' || true
}

# What is still there after two seconds of grace: named, and ended.
left_running() { # MARK
  local tries=0 pids pid
  while pids=$(marked "$1") && [ -n "$pids" ] && [ $((tries += 1)) -le 20 ]; do sleep 0.1; done
  for pid in $pids; do
    printf 'left running: %s %s\n' "$pid" "$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline")"
    kill -KILL "$pid" 2>/dev/null || true
  done
}

# SIGTERM, 5 s to clean up, SIGKILL.
end_run() { # GROUP MARK
  local tries=0
  kill -TERM -- "-$1" 2>/dev/null || true
  while kill -0 -- "-$1" 2>/dev/null && [ $((tries += 1)) -le 100 ]; do sleep 0.05; done
  stop_group "$1"
  left_running "$2" >/dev/null
}

last_line() {
  tail -c 2000 "$1" | tr -d '\r\033' | grep -v '^[[:space:]]*$' | tail -n 1 | cut -c1-90 || true
}

# In a group of its own: an interrupt at the terminal reaches this script only, which then ends the group.
run_logged() {
  local label=$1 log=$2
  shift 2
  local begun=$SECONDS status=0 told=$SECONDS mark="SOOTHE_RUN_$$_$RANDOM" traps pid left
  traps=$(trap -p INT TERM HUP)
  say "$label ..."
  set -m
  (
    set +m
    export "$mark=1"
    "$@"
  ) >"$log" 2>&1 </dev/null &
  pid=$!
  set +m
  # shellcheck disable=SC2064 # both are known now
  trap "trap '' INT TERM HUP; end_run $pid $mark=1; warn '$label: interrupted'; exit 130" INT TERM HUP
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if [ $((SECONDS - told)) -ge 10 ]; then
      told=$SECONDS
      say "  $label: $((SECONDS - begun)) s: $(last_line "$log")"
    fi
  done
  wait "$pid" || status=$?
  left=$(left_running "$mark=1")
  trap - INT TERM HUP
  eval "$traps"
  if [ -n "$left" ]; then
    printf '%s\n' "$left" >>"$log"
    [ "$status" -ne 0 ] || status=1
  fi
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
