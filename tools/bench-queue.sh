# shellcheck shell=bash
# The queue's lines of tools/bench: claim and complete, in one process and in four. Sourced by it; uses its variables.
# shellcheck disable=SC2154

queue_jobs=3000

# our_own SUITE VARIABLE  Figures of what the program has no verb for: a suite of the tests writes them, as one JSON
# object, to the file that the environment variable names. Sets `figures`; or `why`, and is false.
our_own() {
  local file=$scratch/$1.json bundle=$root/.build/release/indexerPackageTests.xctest configuration=debug
  why="no figures from $1 of the tests"
  [[ ! -e $bundle ]] || configuration=release
  rm -f "$file"
  env "$2=$file" INDEXER_BENCH_JOBS=$queue_jobs timeout 600 swift test --package-path "$root" -c "$configuration" \
    --skip-build --disable-xctest --filter "$1" >>"$log" 2>&1 || true # what counts is whether it wrote its figures
  [[ -s $file ]] || return
  figures=$(jq -c --arg build "$configuration" '. + {build: $build}' "$file")
}

# The figures of a debug build are shown as such: what holds there holds.
build_of() { [[ $(jq -r .build <<<"$figures") == release ]] || printf ', debug build'; }

plain_loop() {
  rm -f "$scratch"/plain.db*
  "$scratch/bench-queue" "$scratch/plain.db" "$queue_jobs" "$1" "$root"/schema/queue_*.sql
}

litequeue() {
  rm -f "$scratch"/litequeue.db*
  "$scratch/venv/bin/python" "$root/tools/bench-litequeue.py" "$scratch/litequeue.db" "$queue_jobs"
}

# numbers FILTER FILE  What the filter finds in each object of the file, a line each.
numbers() { jq -r "($1)? // empty" "$2"; }

rate='.jobs / .seconds'
least_share='.shares | min * length / add' # of the process that got least; 1 is a fair share

queue() {
  local of=$scratch/queue lite=yes missing='' build='' i
  local beside_lite="claim + complete beside litequeue"
  rm -rf "$of"
  mkdir "$of"
  touch "$of/one" "$of/four"
  cc -O2 "$root/tools/bench-queue.c" -lsqlite3 -o "$scratch/bench-queue"
  installed litequeue from_pypi litequeue || { lite='' && unmeasured "$beside_lite" "$why"; }
  for ((i = 0; i < runs; i++)); do
    plain_loop 1 >>"$of/plain-one"
    plain_loop 4 >>"$of/plain-four" || say "the plain loop failed in four processes"
    [[ -z $lite ]] || litequeue >>"$of/litequeue" || { lite='' && unmeasured "$beside_lite" "it fails, see above"; }
    [[ -z $missing ]] || continue
    our_own QueueBench INDEXER_BENCH_QUEUE || { missing=$why && continue; }
    build=$(build_of)
    jq -c 'del(.four)' <<<"$figures" >>"$of/one"
    jq -c '.four // empty' <<<"$figures" >>"$of/four"
  done
  missing=${missing:-QueueBench left figures out}
  one_process
  four_processes "least share of a fair one" "$least_share" "min>=0.50"
  four_processes "p99 of a claim, ms" .claim_ms.p99 "max<=50"
  four_processes "longest wait for a claim, ms" .claim_ms.max ""
}

# Only for queue, whose variables these use: rows of our figures beside those of others, a number for each run.
one_process() {
  local ours theirs line="claim + complete, 1 process$build"
  mapfile -t ours < <(numbers "$rate" "$of/one")
  mapfile -t theirs < <(numbers "$rate" "$of/plain-one")
  if ((${#ours[@]} < runs)); then
    unmeasured "$line" "$missing" "plain SQL loop $(spread 1 "${theirs[@]}") jobs/s"
    return
  fi
  compared "$line" "plain SQL loop" "median>=0.80" 1 "jobs/s"
  [[ -n $lite ]] || return 0
  mapfile -t theirs < <(numbers "$rate" "$of/litequeue")
  compared "$line" "litequeue, pop + done" "" 1 "jobs/s"
}

# four_processes LINE FILTER BUDGET
four_processes() {
  local ours theirs line="4 processes$build: $1" against="plain SQL loop: fails"
  mapfile -t ours < <(numbers "$2" "$of/four")
  mapfile -t theirs < <(numbers "$2" "$of/plain-four")
  ((${#theirs[@]} == 0)) || against="plain SQL loop $(spread 1 "${theirs[@]}")"
  if ((${#ours[@]} < runs)); then
    unmeasured "$line" "$missing" "$against"
  else
    row "$line" "" "$against" "$3" "${ours[@]}"
  fi
}
