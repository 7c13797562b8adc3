# shellcheck shell=bash
# Shared by the scripts of this folder; sourced, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Everything the scripts write that is not a build output: database, logs, process ids.
STATE=${CARRIERPAY_HOME:-$ROOT/.carrierpay}
LOG=$STATE/log
umask 022

say() { printf '%s\n' "$*" >&2; }
fail() { printf '%s: %s\n' "${0##*/}" "$1" >&2; exit "${2:-1}"; }

# Prints the comment block at the top of the calling script: the help stands where the code is read.
help_text() { awk 'NR == 1 { next } /^#/ { sub(/^# ?/, ""); print; next } { exit }' "$0"; }

is_root() { [ "$(id -u)" = 0 ]; }

need_linux() {
  [ "$(uname -s)" = Linux ] || fail "runs on Linux (Debian or Ubuntu), not on $(uname -s). Use a Linux machine or container with the .NET 10 SDK."
}

need_state() {
  mkdir -p "$STATE" "$LOG" 2>/dev/null || true
  if [ -w "$STATE" ] && [ -w "$LOG" ]; then return; fi
  fail "cannot write to $STATE (it belongs to $(stat -c %U "$STATE" 2>/dev/null || echo nobody)). Run as that user, or set CARRIERPAY_HOME to a folder of your own."
}

# The SDK that global.json asks for, or a sentence that says what is missing. Gives dotnet a home where there is none (containers, setpriv).
need_dotnet() {
  local candidate asked
  if ! command -v dotnet >/dev/null; then
    for candidate in "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet; do
      if [ -n "$candidate" ] && [ -x "$candidate/dotnet" ]; then PATH=$candidate:$PATH; break; fi
    done
  fi
  command -v dotnet >/dev/null || fail "the .NET 10 SDK was not found. Install it (Ubuntu: apt install dotnet-sdk-10.0; others: https://dot.net/download) and put dotnet on the PATH."
  if [ -z "${HOME:-}" ] || [ ! -w "${HOME:-/}" ]; then
    need_state
    mkdir -p "$STATE/home"; export HOME=$STATE/home DOTNET_CLI_HOME=$STATE/home
  fi
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_CLI_UI_LANGUAGE=en
  if ! (cd "$ROOT" && dotnet --version >/dev/null 2>&1); then
    asked=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' "$ROOT/global.json")
    fail "this needs the .NET SDK $asked or a later 10.0 one; installed: $(dotnet --list-sdks 2>/dev/null | awk '{ printf "%s%s", (NR > 1 ? ", " : ""), $1 }' | grep . || echo none). See https://dot.net/download"
  fi
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# need_port PORT SETTING WHAT
need_port() {
  case $1 in ''|*[!0-9]*) fail "$2 is '$1', which is not a port number" ;; esac
  { [ "$1" -ge 1 ] && [ "$1" -le 65535 ]; } || fail "$2 is $1; ports go from 1 to 65535"
  ! port_taken "$1" || fail "port $1 ($3) is in use by another program. Stop it, or set $2 to another port." 4
}

# The first free port at or above $1.
free_port() {
  local port=$1
  while port_taken "$port"; do port=$((port + 1)); done
  echo "$port"
}

# Host and port of the first address in a Kestrel list: http://127.0.0.1:5080;http://... -> 127.0.0.1 5080
url_port() { local first=${1%%;*}; first=${first#*://}; first=${first%%/*}; echo "${first##*:}"; }

# http_get URL: the body on stdout; fails unless the status is 200. Needs no curl.
http_get() (
  local rest=${1#http://} host path status line
  host=${rest%%/*}; path=${rest#"$host"}; path=${path:-/}
  exec 3<>"/dev/tcp/${host%:*}/${host##*:}" || return 1
  printf 'GET %s HTTP/1.0\r\nHost: %s\r\nAccept: */*\r\n\r\n' "$path" "$host" >&3
  read -r -t 10 _ status _ <&3 || return 1
  while read -r -t 10 line <&3; do [ -n "${line%$'\r'}" ] || break; done
  timeout 10 cat <&3
  [ "$status" = 200 ]
) 2>/dev/null

# apt_install PACKAGE...: as root on Debian and Ubuntu; another apt may be at work, and one retry mends a cut download.
apt_install() {
  local try
  export DEBIAN_FRONTEND=noninteractive
  for try in 1 2; do
    if apt-get -o DPkg::Lock::Timeout=600 update -qq >>"$LOG/apt.log" 2>&1 </dev/null &&
       apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends "$@" >>"$LOG/apt.log" 2>&1 </dev/null; then return 0; fi
    [ "$try" = 2 ] || sleep 5
  done
  tail -n 15 "$LOG/apt.log" >&2
  return 1
}

# node_smpp: prints the node_modules folder that holds npm's smpp, installed there once. Fails where there is no node or npm cannot get it.
node_smpp() {
  local home=$STATE/node-smpp
  if [ ! -d "$home/node_modules/smpp" ]; then
    command -v node >/dev/null && command -v npm >/dev/null || return 1
    mkdir -p "$home"
    npm install --prefix "$home" --no-save --no-audit --no-fund --ignore-scripts smpp@0.5.1 >"$LOG/node-smpp.log" 2>&1 </dev/null || return 1
  fi
  echo "$home/node_modules"
}

# node_iso8583: prints the node_modules folder that holds npm's iso_8583, the judge of our bank messages; as node_smpp.
node_iso8583() {
  local home=$STATE/node-iso8583
  if [ ! -d "$home/node_modules/iso_8583" ]; then
    command -v node >/dev/null && command -v npm >/dev/null || return 1
    mkdir -p "$home"
    npm install --prefix "$home" --no-save --no-audit --no-fund --ignore-scripts iso_8583@2.6.7 >"$LOG/node-iso8583.log" 2>&1 </dev/null || return 1
  fi
  echo "$home/node_modules"
}

# shellcheck disable=SC2034  # used by the scripts that source this
HOST_DLL=$ROOT/artifacts/bin/Host/release/CarrierPay.Engine.Host.dll
# shellcheck disable=SC2034
ADMIN_DLL=$ROOT/artifacts/bin/Admin/release/CarrierPay.Admin.dll

simulator_settings() {
  export Simulator__Smsc__Port=${Simulator__Smsc__Port:-2775}
  export Simulator__Smsc__SystemId=${Simulator__Smsc__SystemId:-carrierpay}
  export Simulator__Smsc__Password=${Simulator__Smsc__Password:-secret}
  export Simulator__ShortCodes=${Simulator__ShortCodes:-500}
  export Simulator__Web__Urls=${Simulator__Web__Urls:-http://127.0.0.1:5090}
  export Simulator__Ocs__Port=${Simulator__Ocs__Port:-3868}
  export Simulator__Bank__Port=${Simulator__Bank__Port:-8583}
}

# Where nothing else is set, the engine works with the database and the simulator of this checkout.
engine_settings() {
  simulator_settings
  if [ -z "${CarrierPay__Database__ConnectionString:-}" ]; then
    CarrierPay__Database__ConnectionString=$("$ROOT/scripts/db" url)
    export CarrierPay__Database__ConnectionString
  fi
  export CarrierPay__Api__Urls=${CarrierPay__Api__Urls:-http://127.0.0.1:5080}
  export CarrierPay__Installation__Currency=${CarrierPay__Installation__Currency:-EUR}
  if [ -z "${CarrierPay__Smpp__Links__0__Host:-}" ]; then
    export CarrierPay__Smpp__Links__0__Host=127.0.0.1
    export CarrierPay__Smpp__Links__0__Port=$Simulator__Smsc__Port
    export CarrierPay__Smpp__Links__0__SystemId=$Simulator__Smsc__SystemId
    export CarrierPay__Smpp__Links__0__Password=$Simulator__Smsc__Password
    export CarrierPay__Smpp__Links__0__ShortCodes=$Simulator__ShortCodes
    export CarrierPay__Smpp__Links__0__UssdProfile=${CarrierPay__Smpp__Links__0__UssdProfile-${Simulator__Ussd__Profile-its_session_info}}
    # The simulator's merchants live on this machine; real ones do not.
    export CarrierPay__Merchants__AllowPrivateAddresses=${CarrierPay__Merchants__AllowPrivateAddresses:-true}
  fi
  if [ -z "${CarrierPay__Diameter__Peers__0__Host:-}" ]; then
    export CarrierPay__Diameter__Peers__0__Host=127.0.0.1
    export CarrierPay__Diameter__Peers__0__Port=$Simulator__Ocs__Port
    export CarrierPay__Diameter__Peers__0__Realm=operator.example
  fi
  if [ -z "${CarrierPay__Iso8583__Banks__0__Code:-}" ]; then
    export CarrierPay__Iso8583__Banks__0__Code=DEMO
    export CarrierPay__Iso8583__Banks__0__Host=127.0.0.1
    export CarrierPay__Iso8583__Banks__0__Port=$Simulator__Bank__Port
  fi
  # Not below the folder from which a script happens to be called.
  export CarrierPay__Secrets__KeyFolder=${CarrierPay__Secrets__KeyFolder:-$STATE/keys}
  export CarrierPay__RatedFiles__Folder=${CarrierPay__RatedFiles__Folder:-$STATE/rated-files/out}
  export CarrierPay__RatedFiles__AnswersFolder=${CarrierPay__RatedFiles__AnswersFolder:-$STATE/rated-files/in}
}
