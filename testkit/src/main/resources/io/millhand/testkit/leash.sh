# SPDX-License-Identifier: Apache-2.0
# Becomes the command "$4"...; before, forks a watcher that ends it when the parent, who holds the other end of stdin, is gone.
# $1 tenths of a second between TERM and KILL (0: KILL at once), $2 a folder to delete then, or '', $3 the command's stdin.
grace=$1
folder=$2
input=$3
shift 3
pid=$$
exec 3<&0
(
  trap '' HUP INT QUIT TERM
  while read -r _; do :; done
  # The pipe is also closed when the command ended by itself: then there is nothing to do, and its folder is still wanted.
  kill -0 "$pid" || exit 0
  if [ "$grace" -gt 0 ]; then
    kill -TERM "$pid"
    kill -CONT "$pid"
    i=0
    while [ "$i" -lt "$grace" ] && kill -0 "$pid"; do
      sleep 0.1
      i=$((i + 1))
    done
  fi
  kill -KILL "$pid"
  [ -z "$folder" ] || rm -rf -- "$folder"
) <&3 3<&- >/dev/null 2>&1 &
exec "$@" <"$input" 3<&-
