# Runs a program, and ends it with all that it started when it is asked to (SIGTERM), or when whoever
# holds the other end of standard input is gone, however that came. Its exit code is the program's.
exec 3<&0
if command -v setsid >/dev/null 2>&1; then
  # A session of its own: Ctrl-C on the terminal does not reach it, and all of it can be ended at once.
  setsid "$@" 3<&- </dev/null &
  program=$!
  all=-$program
else
  "$@" 3<&- </dev/null &
  program=$!
  all=$program
fi

send() {
  kill -s "$1" -- "$all" 2>/dev/null || kill -s "$1" "$program" 2>/dev/null
}

(
  while read -r _; do :; done
  send TERM
  sleep 5
  send KILL
) <&3 3<&- >/dev/null 2>&1 &
watch=$!
exec 3<&-
trap 'send TERM' TERM
trap : INT HUP

wait "$program"
code=$?
# A signal ends the wait before the program has ended.
while kill -s 0 "$program" 2>/dev/null; do
  wait "$program"
  code=$?
done
[ "$all" = "$program" ] || kill -s KILL -- "$all" 2>/dev/null
kill -s KILL "$watch" 2>/dev/null
exit "$code"
