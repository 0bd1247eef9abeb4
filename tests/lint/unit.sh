#!/bin/bash
# The systemd unit is well formed, and as closed as we say (2.0 of 10 is "OK"; JIT and the network cost the rest).
systemd-analyze security --offline=true --no-pager --threshold=20 config/learnd.service >/dev/null || { echo "config/learnd.service:1: more exposed than 2.0"; exit 1; }
# verify wants the program and its page to be installed.
unit=$(mktemp -d)/learnd.service
sed 's,^ExecStart=.*,ExecStart=/bin/true,; /^Documentation/d' config/learnd.service >"$unit"
said=$(systemd-analyze verify "$unit" 2>&1); status=$?
rm -r "${unit%/*}"
[ $status -eq 0 ] && [ -z "$said" ] || { echo "config/learnd.service:1: $said"; exit 1; }
