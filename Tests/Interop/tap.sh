#!/bin/sh
# tap.sh FOLDER COMMAND…: becomes COMMAND, and keeps a copy of both directions of its pipes in a
# folder of its own below FOLDER. The client's child is COMMAND itself, so that closing the pipes
# and signals mean to it what they always do.
wire=$(mktemp -d "$1/host-XXXXXX") || exit 70
shift
mkfifo "$wire/in" "$wire/out" || exit 70
exec 3<&0
tee "$wire/from-client" <&3 >"$wire/in" 2>/dev/null &
tee "$wire/from-host" <"$wire/out" 2>/dev/null &
exec 3<&-
exec "$@" <"$wire/in" >"$wire/out"
