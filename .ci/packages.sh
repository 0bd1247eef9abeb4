#!/bin/sh
# Installs what packages.txt names for the words given and is not there yet: .ci/packages.sh run build
# All it says goes to stderr. When nothing is missing it takes a few milliseconds, so every build can ask.
set -eu

if ! command -v dpkg-query >/dev/null; then
    echo "not a Debian: the libraries in .ci/packages.txt are taken to be there" >&2
    exit 0
fi
wanted=$(for word in "$@"; do sed -n "s/^$word //p" "${0%/*}/packages.txt"; done)
there=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null | sed -n 's/^installed //p')
missing=
for package in $wanted; do
    case " $(echo $there) " in *" $package "*) ;; *) missing="$missing $package" ;; esac
done
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
# apt reads stdin if it can, and that belongs to the conversation.
apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 "$@" </dev/null >&2; }
echo "installing$missing" >&2
apt install -y --no-install-recommends $missing || { apt update && apt install -y --no-install-recommends $missing; }
