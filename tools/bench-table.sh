# shellcheck shell=bash
# How tools/bench times, and what it prints: one table, and at the end all that is missing from it.
# Sourced. The variables of others are those of tools/bench.
# shellcheck disable=SC2034,SC2154

columns='| %-50s | %-26s | %-36s | %7s | %7s | %7s | %7s | %-24s | %-5s |\n'

# timed COMMAND...  Sets `took` to the milliseconds that it took.
timed() {
  local from=${EPOCHREALTIME/./}
  "$@" >>"$log" 2>&1 || { tail -n 5 "$log" >&2 && die "failed: $*"; }
  took=$(((${EPOCHREALTIME/./} - from) / 1000))
}

# weighed PROGRAM...  As timed, and sets `memory` to the most MB that the process had.
weighed() {
  timed command time -f %M -o "$scratch/memory" "$@"
  memory=$(awk 'END { printf "%.1f", $1 / 1024 }' "$scratch/memory")
}

size_of() { du -sb "$1" | awk '{ printf "%.1f", $1 / 1e6 }'; }

# spread DIVISOR NUMBER...  min/median/max of the numbers, each divided.
spread() {
  printf '%s\n' "${@:2}" | sort -g | awk -v by="$1" '
    function shown(x) { return sprintf(x < 10 ? "%.2f" : x < 100 ? "%.1f" : "%.0f", x) }
    { n[NR] = $1 / by }
    END { print shown(n[1]) "/" shown((n[int((NR + 1) / 2)] + n[int(NR / 2) + 1]) / 2) "/" shown(n[NR]) }'
}

# ratios OURS THEIRS  Each number of the array OURS divided by its pair in the array THEIRS, a line each.
ratios() {
  local -n above=$1 below=$2
  local i
  for i in "${!above[@]}"; do awk "BEGIN { print ${above[i]} / ${below[i]} }"; done
}

table_head() {
  # shellcheck disable=SC2059
  printf "$columns" line indexer against min median p99 max budget holds
  printf '|---|---|---|--:|--:|--:|--:|---|---|\n'
}

# row LINE OURS AGAINST BUDGET NUMBER...
# BUDGET is any of min, median, p99 and max with a bound, as in 'median<=10 p99<=120': what the line is judged by. Of
# fewer than a hundred numbers there is no p99 to show.
row() {
  local cells
  mapfile -t cells < <(printf '%s\n' "${@:5}" | sort -g | awk -v budget="$4" '
    function shown(x) { return sprintf(x < 10 ? "%.2f" : x < 100 ? "%.1f" : "%.0f", x) }
    function verdict(    terms, count, i, value, bound) {
      count = split(budget, terms, " ")
      for (i = 1; i <= count; i++) {
        match(terms[i], /[<>]=/)
        value = of[substr(terms[i], 1, RSTART - 1)]
        bound = substr(terms[i], RSTART + 2) + 0
        if (terms[i] ~ />=/ ? value < bound : value > bound) return "NO"
      }
      return count ? "yes" : "-"
    }
    { n[NR] = $1 + 0 }
    END {
      of["min"] = n[1]
      of["median"] = (n[int((NR + 1) / 2)] + n[int(NR / 2) + 1]) / 2
      of["p99"] = n[int((NR * 99 + 99) / 100)]
      of["max"] = n[NR]
      print shown(of["min"]); print shown(of["median"]); print NR < 100 ? "-" : shown(of["p99"])
      print shown(of["max"]); print verdict()
    }')
  # shellcheck disable=SC2059
  printf "$columns" "$1" "$2" "$3" "${cells[@]:0:4}" "${4:--}" "${cells[4]}"
}

# compared LINE NAME BUDGET [DIVISOR UNIT]  A row of the pairs in `ours` and `theirs`: milliseconds, shown as seconds,
# when not said otherwise.
compared() {
  local pairs
  mapfile -t pairs < <(ratios ours theirs)
  row "$1" "$(spread "${4-1000}" "${ours[@]}") ${5-s}" "$2 $(spread "${4-1000}" "${theirs[@]}") ${5-s}" "$3" \
    "${pairs[@]}"
}

# unmeasured LINE WHY [AGAINST]  A row without figures; also named below the table.
unmeasured() {
  # shellcheck disable=SC2059
  printf "$columns" "$1" "not measured: $2" "${3-}" - - - - - -
  left_out "$1" "$2"
}

# left_out LINE WHY  For what is named below the table only.
left_out() { printf '%s (%s)\n' "$1" "$2" >>"$scratch/left-out"; }

# section NAME FUNCTION...  Measures with each function in a shell of its own. What fails there is missing from the
# table, and the rest goes on; sets `failed` then.
section() {
  local status function
  if [[ -n $only && $only != *" $1 "* ]]; then
    left_out "$1" "not asked for"
    return
  fi
  for function in "${@:2}"; do
    set +e
    (
      set -e
      trap clear_up EXIT
      "$function"
    )
    status=$?
    set -e
    ((status == 0)) || { failed=1 && unmeasured "the rest of: $1, $function" "failed, see above and $log"; }
  done
}

# Ends what a section left running.
clear_up() {
  [[ -z ${watcher-} ]] || kill "$watcher" 2>/dev/null || true
  # A job that has ended cannot be cancelled; one that has not still writes until it is.
  if [[ -n ${id-} ]] && "$program" cancel "$id" >>"$log" 2>&1; then await cancelled || true; fi
  watcher='' id=''
}

table_end() {
  touch "$scratch/left-out"
  awk '{ all = all (NR > 1 ? "; " : "") $0 } END { print "\nNot measured: " (NR ? all : "nothing is missing") }' \
    "$scratch/left-out"
}
