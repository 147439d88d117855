#!/usr/bin/env bash
# disk_full.sh STORE_WRITER: a real disk of 4 MiB that fills up under load. The store rejects writes and says why;
# everything acknowledged still exists when there is space again, and after the disk could not be written at all. Exit
# code 77, skipped, if no small disk can be mounted.
set -euo pipefail
writer=$1
if [ "${2:-}" != mounted ]; then
    unshare --mount true 2>/dev/null || { echo "skipped: needs root, to mount a small disk"; exit 77; }
    exec unshare --mount "$0" "$writer" mounted
fi
work=$(mktemp -d)
trap 'umount "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
mkdir "$work/disk"
mount -t tmpfs -o size=4m,mode=0700 tmpfs "$work/disk"

for round in 1 2 3; do
    ended=0
    "$writer" "$work/disk/state" "round$round" 8 >>"$work/said" 2>"$work/error" || ended=$?
    [ $ended != 5 ] || { echo "the store refuses, and says that it can be written" >&2; exit 1; }
    [ $ended = 3 ] || { echo "the disk did not get full: exit code $ended: $(cat "$work/error")" >&2; exit 1; }
    grep -q "full" "$work/error" || { echo "not told that the disk is full: $(cat "$work/error")" >&2; exit 1; }
    mount -o "remount,size=$((4 + 4 * round))m" "$work/disk"
    "$writer" "$work/disk/state" check <"$work/said"
done

# On a disk that cannot be written at all no store can be opened, and none is harmed.
mount -o remount,ro "$work/disk"
ended=0
"$writer" "$work/disk/state" readonly 1 >/dev/null 2>"$work/error" || ended=$?
[ $ended = 4 ] && grep -q "$work/disk/state" "$work/error" ||
    { echo "not told that the disk is read-only, exit code $ended: $(cat "$work/error")" >&2; exit 1; }
mount -o remount,rw "$work/disk"
"$writer" "$work/disk/state" check <"$work/said"
