#!/usr/bin/env bash
# Gets the program for a step of GitHub's, and names it in the output `patlint`.
#
#   VERSION               such as 0.1.0; "source" builds it from the checkout that this script stands in, which takes Go. Without it: the version of
#                         that checkout, or source where the checkout is the repository that the workflow itself works on.
#   GH_TOKEN              lets gh look up the attestation of the archive. Without it, or without gh, the checksum alone is compared.
#   PATLINT_DOWNLOADS     another place for the folders v0.1.0 and so on of the releases, for machines that do not reach GitHub.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
# shellcheck source=.github/actions/lib.sh
. "$here/lib.sh"

readonly repository=patlint/patlint
downloads=${PATLINT_DOWNLOADS:-https://github.com/$repository/releases/download}
mkdir -p "$RUNNER_TEMP/patlint"
folder=$(cd "$RUNNER_TEMP/patlint" && pwd)

# wanted prints the version to install.
wanted() {
  local version=${VERSION:-}
  if [ -z "$version" ]; then
    local workspace
    workspace=$(cd "$GITHUB_WORKSPACE" && pwd -P)
    case $root/ in
      "$workspace"/*) version=source ;;
      *) version=$(sed -n 's/^const version = "\(.*\)"$/\1/p' "$root/cmd/patlint/main.go") ;;
    esac
  fi
  version=${version#v}
  [[ $version =~ ^(source|[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?)$ ]] || die "the input version takes a release such as 0.1.0, or source, and not \"$version\""
  printf '%s\n' "$version"
}

# platform prints what archives are called for this runner.
platform() {
  local os arch
  case ${RUNNER_OS:-} in
    Linux) os=linux ;;
    macOS) os=darwin ;;
    Windows) os=windows ;;
    *) die "there is no patlint for runners with ${RUNNER_OS:-no known system}; there is one for Linux, macOS and Windows" ;;
  esac
  case ${RUNNER_ARCH:-} in
    X64) arch=amd64 ;;
    ARM64) arch=arm64 ;;
    *) die "there is no patlint for runners of ${RUNNER_ARCH:-no known kind}; there is one for X64 and ARM64" ;;
  esac
  printf '%s_%s\n' "$os" "$arch"
}

# sha256 prints the checksum of a file.
sha256() {
  if command -v sha256sum >/dev/null; then
    sha256sum <"$1" | cut -d ' ' -f 1
  else
    shasum -a 256 <"$1" | cut -d ' ' -f 1
  fi
}

# fetch takes a file of a release, over TLS alone.
fetch() {
  curl --fail --silent --show-error --location --proto '=https' --proto-redir '=https' --retry 3 --max-time 300 --output "$folder/$2" "$downloads/v$1/$2" ||
    die "cannot get $2 of release $1 from $downloads; is there such a release? The input version names another, and source builds it"
}

# attested wants proof that the release workflow of the repository built the archive from the tag of that version, where gh is there to look it up.
attested() {
  if [ -z "${GH_TOKEN:-}" ] || [ "${GITHUB_SERVER_URL:-https://github.com}" != https://github.com ] || ! gh attestation --help >/dev/null 2>&1; then
    echo "$1: its checksum is right; its attestation was not looked up, which takes gh and a token of github.com"
    return
  fi
  muffled gh attestation verify "$folder/$1" --repo "$repository" --signer-workflow "$repository/.github/workflows/release.yml" --source-ref "refs/tags/v$version" ||
    die "$1 has no attestation of the release workflow of $repository; it may not be what was released"
}

# release installs an archive.
release() {
  local version=$1 os_arch archive want got
  os_arch=$(platform)
  archive=patlint_${version}_$os_arch.tar.gz
  [ "${os_arch%_*}" != windows ] || archive=${archive%.tar.gz}.zip
  fetch "$version" checksums.txt
  want=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$folder/checksums.txt")
  [[ $want =~ ^[0-9a-f]{64}$ ]] || die "checksums.txt of release $version says nothing of $archive"
  fetch "$version" "$archive"
  got=$(sha256 "$folder/$archive")
  [ "$got" = "$want" ] || die "$archive is not what was released: its checksum is $got, and checksums.txt says $want"
  attested "$archive"
  case $archive in
    *.zip) (cd "$folder" && unzip -q -o "$archive" patlint.exe) ;;
    *) tar -xzf "$folder/$archive" -C "$folder" patlint ;;
  esac
  rm "$folder/$archive"
}

# source_build builds the checkout.
source_build() {
  command -v go >/dev/null || die 'patlint is built from its source here, which takes Go; put actions/setup-go in front of this step, or name a release in the input version'
  (cd "$root" && CGO_ENABLED=0 go build -trimpath -o "$folder/" ./cmd/patlint)
}

version=$(wanted)
if [ "$version" = source ]; then
  source_build
else
  release "$version"
fi
program=$folder/patlint
[ "${RUNNER_OS:-}" != Windows ] || program=$program.exe
muffled "$program" version
output patlint "$program"
