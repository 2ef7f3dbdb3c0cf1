/** What `gradgen --help` prints. */
export const helpText = `gradgen writes the derivatives of marked TypeScript functions beside them, as TypeScript.

Usage
  gradgen [paths…]          files, folders or globs; default: the files of the tsconfig

Options
  --check                   write nothing; exit 1 where a generated file is missing, stale or edited
  --dry-run                 say what would be written, write nothing
  --force                   overwrite generated files that were edited by hand
  --strict                  treat warnings as errors
  --format pretty|tsc|json  how messages are printed (default: pretty)
  --print-ir [after=PASS]   print the intermediate form after one pass or after all; writes nothing
  -p, --tsconfig PATH       use this tsconfig (default: the nearest one)
  -v, --version             print the version
  -h, --help                print this

Exit status
  0  done      1  errors, or not fresh under --check      2  wrong usage, bad configuration, internal error
`;
