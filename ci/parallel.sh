#!/usr/bin/env bash
# Checks every repository of a folder in a process of its own, with GNU parallel, and makes one SARIF file of the reports.
#
#   parallel.sh FOLDER [SARIF]
#
# Exits with 1 where there are findings, with 3 where a repository could not be analysed; what could be is merged all the same.
set -euo pipefail
folder="$1" merged="${2:-connect-lint.sarif}"
reports="$(mktemp -d)"
trap 'rm -rf "$reports"' EXIT

# `parallel` exits with the number of jobs that did not exit with 0, so its log is asked
parallel --joblog "$reports/jobs.tsv" --timeout 600 \
  connect-lint check --quiet --output "sarif=$reports/{/}.sarif" {} ::: "${folder%/}"/* || true
connect-lint merge --output "$merged" "$reports"/*.sarif

# columns: 7 the exit code, 8 the signal (a job that ran out of time has -1 or 15), 9 the command
awk -F '\t' '
  NR > 1 && ($7 > 1 || $7 < 0 || $8 > 0) { print "not analysed: " $9 > "/dev/stderr"; code = 3 }
  NR > 1 && $7 == 1 && !code { code = 1 }
  END { exit code }
' "$reports/jobs.tsv"
