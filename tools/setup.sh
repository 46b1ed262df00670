# shellcheck shell=bash
# What the other tools share: where the checkout is, what it needs from the system, and the release build.
# Sourced, not run. Everything said here goes to stderr, because stdout belongs to the program that is run.

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$root/.build/indexer/indexer # the release build, put here in one rename: whoever runs it sees all of it

# g++ brings the C library's headers and start files, without which no Swift program links.
build_packages=(g++ pkg-config libsqlite3-dev libxxhash-dev libzstd-dev libstemmer-dev
  libzip-dev libxml2-dev libfreexl-dev libgmime-3.0-dev zlib1g-dev libsodium-dev)

# What the toolchain itself is linked with; asked for only when it does not run.
swift_packages=(libncurses6 libcurl4 libxml2 libsqlite3-0 tzdata)

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() {
  say "$@"
  exit 1
}

# need_packages NAME...  Installs those Debian packages that are missing, as root or through sudo.
need_packages() {
  local have missing=() name as_root=() log=$root/.build/setup.log
  if ! command -v dpkg-query >/dev/null; then
    say "not a Debian system: make sure that what these packages hold is there: $*"
    return
  fi
  have=" $(dpkg-query -W -f='${Package}=${db:Status-Status} ' "$@" 2>/dev/null || true)"
  for name; do [[ $have == *" $name=installed "* ]] || missing+=("$name"); done
  ((${#missing[@]})) || return 0

  local wanted="apt-get install ${missing[*]}"
  command -v apt-get >/dev/null || die "there is no apt-get here; install by hand: ${missing[*]}"
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "there is no sudo here; run as root: $wanted"
    as_root=(sudo)
    [[ -t 2 ]] || as_root+=(-n) # nobody there to type a password: fail instead of waiting for one
  fi
  mkdir -p "${log%/*}"
  say "installing Debian packages: ${missing[*]}"
  install_packages || { "${as_root[@]}" apt-get update && install_packages; } >>"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    die "the installation failed (all of it in $log); run as root: apt-get update && $wanted"
  }
}

# Only for need_packages, whose variables it uses. Waits for another apt-get instead of failing.
install_packages() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "${missing[@]}" </dev/null >>"$log" 2>&1
}

need_swift() {
  local how="install Swift 6.2 or later: https://www.swift.org/install/linux" said version
  command -v swift >/dev/null || die "there is no swift on PATH; $how"
  swift --version >/dev/null 2>&1 || need_packages "${swift_packages[@]}" 9>&-
  said=$(swift --version 2>&1) || die "swift does not run: $said"
  version=$(sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' <<<"$said")
  [[ $(printf '%s\n' 6.2 "$version" | sort -V | head -n 1) == 6.2 ]] || die "swift $version is too old; $how"
}

# Names, sizes and times of everything the program is built from. A list, not the newest time: it also notices
# deleted files, and files that came with an old time.
sources() {
  (cd "$root" && find Package.swift Sources schema tools/setup.sh -type f -printf '%p %s %T@\n' | LC_ALL=C sort)
}

# build_release  Brings $program up to date with the sources; takes some 10 ms when it is.
build_release() {
  local stamp=${program%/*}/sources before
  before=$(sources)
  [[ -x $program && -f $stamp && $(<"$stamp") == "$before" ]] && return
  mkdir -p "${program%/*}"
  exec 9>"${program%/*}/lock"
  flock 9
  before=$(sources) # somebody else may have built while this one waited
  if [[ ! -x $program || ! -f $stamp || $(<"$stamp") != "$before" ]]; then
    need_swift
    need_packages "${build_packages[@]}" 9>&- # a service that starts must not keep the lock
    build_program
    # The list from before the build: what was edited during it is built next time.
    printf '%s\n' "$before" >"$stamp"
  fi
  exec 9>&-
}

build_program() {
  # The static standard library makes a program that also runs where there is no toolchain.
  local build=(swift build --package-path "$root" -c release --product indexer --static-swift-stdlib)
  local log=${program%/*}/build.log
  say "building indexer, which takes some minutes the first time"
  if [[ -t 2 ]]; then
    "${build[@]}" >&2 9>&- || die "the build failed"
  elif ! "${build[@]}" >"$log" 2>&1 </dev/null 9>&-; then
    grep -E '^[^ ].*error:' "$log" | sort -u >&2 || tail -n 20 "$log" >&2
    die "the build failed; all of it in $log"
  fi
  cp "$("${build[@]}" --show-bin-path)/indexer" "$program.new"
  mv -f "$program.new" "$program"
}
