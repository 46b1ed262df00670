# shellcheck shell=bash
# The service's lines of tools/bench. Sourced by it; uses its variables.
# shellcheck disable=SC2154

service() {
  local of=$scratch/service.json
  if ! python3 "$root/tools/bench-service.py" "$program" "$scratch" "$runs" >"$of" 2>>"$log"; then
    unmeasured "the service" "it failed, see the log"
    return
  fi
  service_row "upload until it is found, ms" found ""
  service_row "taken out until it is not found, ms" gone ""
  service_row "100 sources indexed again, ms" again ""
  service_row "switch to a project of 10,000 sources, ms" switch "max<=1000"
}

# service_row LINE KEY BUDGET
service_row() {
  local times
  mapfile -t times < <(jq ".$2[]" "$of")
  row "$1" "" "" "$3" "${times[@]}"
}
