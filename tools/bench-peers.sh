# shellcheck shell=bash
# Other indexers, with the same files in the same run. Each stores and finds something else: tantivy here keeps the
# text, recoll keeps it too, codesearch keeps trigrams of it and no text. Sourced by tools/bench; uses its variables.
# shellcheck disable=SC2154

# installed WHAT COMMAND...  Runs what installs something. When that fails, is false; sets `why` to why there may be no
# figures.
installed() {
  local said
  why="it fails, see above"
  said=$("${@:2}" 2>&1 | tee -a "$log") || { why="cannot install $1: ${said##*$'\n'}" && return 1; }
}

debian_package() { need_packages "$1" && command -v "$2"; }

from_pypi() {
  [[ -x $scratch/venv/bin/pip ]] || { need_packages python3-venv && python3 -m venv "$scratch/venv"; } || return
  "$scratch/venv/bin/pip" install --quiet --disable-pip-version-check "$1"
}

install_tantivy() { installed tantivy from_pypi tantivy; }
install_codesearch() { installed codesearch debian_package codesearch cindex; }
install_recoll() { installed recollcmd debian_package recollcmd recollindex; }

index_with_tantivy() {
  rm -rf "$scratch/tantivy"
  weighed "$scratch/venv/bin/python" "$root/tools/bench-tantivy.py" "$scratch/tantivy" <"$scratch/list"
}

index_with_codesearch() {
  rm -f "$scratch/codesearch"
  CSEARCHINDEX=$scratch/codesearch weighed cindex "$tree"
}

# With its defaults, but for the dictionary of spellings, which it keeps beside the index.
index_with_recoll() {
  rm -rf "$scratch/recoll"
  mkdir "$scratch/recoll.conf.d" 2>/dev/null || true
  printf '%s\n' "topdirs = \"$scratch/part\"" "dbdir = $scratch/recoll" 'noaspell = 1' 'loglevel = 2' \
    >"$scratch/recoll.conf.d/recoll.conf"
  weighed recollindex -c "$scratch/recoll.conf.d" -z
}

# beside NAME FUNCTION WHAT BUDGET DIRECTORY  Indexes the directory in turns with the program and with a peer.
beside() {
  local ours=() theirs=() our_memory=() their_memory=() our_size=() their_size=() i
  for ((i = 0; i < runs; i++)); do
    rm -rf "$INDEXER_DATA_DIR"
    weighed "$program" start "$5" --no-ignore
    ours+=("$took") our_memory+=("$memory") our_size+=("$(size_of "$INDEXER_DATA_DIR/projects")")
    "index_with_$2"
    theirs+=("$took") their_memory+=("$memory") their_size+=("$(size_of "$scratch/$2")")
  done
  compared "first full index$3" "$1" "$4"
  ours=("${our_memory[@]}") theirs=("${their_memory[@]}")
  compared "first full index$3: peak memory" "$1" "" 1 MB
  ours=("${our_size[@]}") theirs=("${their_size[@]}")
  compared "index size$3" "$1" "" 1 MB
}

tantivy() {
  install_tantivy || { unmeasured "first full index beside tantivy" "$why" && return; }
  beside "tantivy, 2 threads" tantivy "" "median<=1.00" "$tree"
}

codesearch() {
  install_codesearch || { unmeasured "first full index beside codesearch" "$why" && return; }
  beside codesearch codesearch "" "median<=1.00" "$tree"
}

# A part of the tree, evenly taken from all of it: recoll takes many times as long as the others.
recoll() {
  local most=2000 files every taken
  install_recoll || { unmeasured "first full index beside recollindex" "$why" && return; }
  files=$(tr -cd '\0' <"$scratch/list" | wc -c)
  every=$(((files + most - 1) / most))
  rm -rf "$scratch/part"
  mkdir "$scratch/part"
  (cd "$tree" && find . -type f -print0 | sort -z | sed -zn "1~${every}p" | xargs -0 cp --parents -t "$scratch/part")
  taken=$(((files + every - 1) / every))
  beside recollindex recoll ", $taken files" "" "$scratch/part"
  ((taken == files)) || left_out "recollindex on the whole tree" "only on $taken of its $files files"
}
