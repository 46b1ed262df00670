# shellcheck shell=bash
# The lines of tools/bench on documents: how long reading them takes beside the converter alone. Sourced by it; uses its
# variables.
# shellcheck disable=SC2034,SC2154

documents() {
  local of=$scratch/documents duckdb=$scratch/venv/bin/duckdb
  if ! installed reportlab from_pypi reportlab || ! installed duckdb-cli from_pypi duckdb-cli ||
    ! installed poppler-utils debian_package poppler-utils pdftotext; then
    unmeasured "reading of documents" "$why"
    return
  fi
  if [[ ! -e $of/rows-3.parquet ]]; then
    rm -rf "$of"
    "$scratch/venv/bin/python" "$root/tools/bench-documents.py" "$of" "$duckdb" <"$scratch/list" >>"$log"
  fi
  reading PDF pdftotext alone_pdftotext "$of"/*.pdf
  reading Parquet DuckDB alone_duckdb "$of"/*.parquet
}

alone_pdftotext() {
  local file
  for file in "$@"; do pdftotext -enc UTF-8 "$file" - >/dev/null; done
}

# One thread each, as a shard's thread has it.
alone_duckdb() {
  local file
  for file in "$@"; do
    "$duckdb" -no-init -batch -c "SET threads = 1; COPY (FROM '$file') TO '/dev/stdout' (FORMAT csv)" >/dev/null
  done
}

# reading FORMAT NAME ALONE FILE...  A row: the units of all files, one after another, against the converter ALONE.
reading() {
  local ours=() theirs=() line="reading $1, $(($# - 3)) files" i
  for ((i = 0; i < runs; i++)); do
    printf '%s\n' "${@:4}" >"$scratch/read"
    export INDEXER_BENCH_FILES=$scratch/read INDEXER_BENCH_PROGRAM=$program
    PATH=$scratch/venv/bin:$PATH our_own ExtractionBench INDEXER_BENCH_EXTRACTION || {
      unmeasured "$line" "$why"
      return
    }
    ours+=("$(jq '.seconds * 1000' <<<"$figures")")
    timed "$3" "${@:4}"
    theirs+=("$took")
  done
  compared "$line, $(du -cb "${@:4}" | awk 'END { printf "%.1f", $1 / 1e6 }') MB" "$2 alone" "median<=1.20"
}
