/** What `gradgen --help` prints. */
export const helpText = `gradgen writes the derivatives of marked TypeScript functions beside them, as TypeScript.

Usage
  gradgen [paths…]          files, folders or globs; default: the files of the tsconfig
  gradgen init              set a project up: configuration, scripts, .gitattributes, ignore files; overwrites nothing
  gradgen explain CODE      what a message means, with an example and the rewrite that works
  gradgen why NAME [paths…] what the derivative of a function records and what it computes again, line by line
  gradgen clean [paths…]    delete generated files whose source is gone or no longer marked (--dry-run: list them)

What to do
  --check                   write nothing; exit 1 where a generated file is missing, stale or edited: for CI
  --verify                  run each derivative at sample points and compare it with differences of the function itself;
                            a file with a wrong one is not written. Points come from \`@sample 1, [2, 3]\` in the doc
                            comment, else from NAME.points.ts beside the file, else they are guessed from the types
  --list                    what is marked, which parameters are inputs, what is made, what is not and why; writes nothing
  --stats                   operations, ratio to the function, memory recorded, time per pass; writes nothing
  --print-ir [after=PASS]   print the intermediate form after one pass or after all; writes nothing
  --print-ir diff=PASS      print what one pass changed
  --dry-run                 say what would be written, write nothing
  --force                   compile what is fresh, too, and overwrite generated files that were edited by hand
  --all                     every exported function counts as marked; what cannot be compiled is listed and no error
  --strict                  treat warnings as errors

What is written
  --out-dir FOLDER          into a folder that mirrors the tree, instead of beside the sources
  --emit ts|js              TypeScript, or JavaScript with declarations (default: ts)
  --runtime import|inline   import gradgen/runtime, or make each file self-contained (default: import)
  --source-map none|file|inline
                            lead from generated lines to yours: in a file, which node reads for JavaScript, or in the
                            text, which tsx, esbuild and Vite read too (default: none)
  --math exact|fast         compute values with the operations that you wrote, bit for bit, or with the kernels of
                            gradgen/math in the place of Math.exp and its like (default: exact)

Surroundings
  -p, --tsconfig PATH       use this tsconfig (default: the nearest one)
  --config PATH             use this configuration (default: the nearest gradgen.config.ts, .mts, .js or .mjs);
                            every option above is a key there, --out-dir as outDir; --no-NAME takes one back
  --format pretty|tsc|json|github
                            how messages are printed; github: annotations of a workflow (default: pretty)
  -v, --version             print the version
  -h, --help                print this

Only --verify and the configuration run your code.

Exit status
  0  done      1  errors, or not fresh under --check      2  wrong usage, bad configuration, internal error
`;
