/**
 * `dist/kubectl-ha`: finds the bundle beside itself, also through symbolic links from elsewhere on PATH, and replaces
 * itself by the project's own Node, so that signals and exit codes are the program's own. What V8 makes of the bundle
 * is kept beside it: that halves the time to start.
 */
export const LAUNCHER = `#!/bin/sh
self=$0
while [ -h "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname "$self")/$target ;;
  esac
done
dist=$(cd "$(dirname "$self")" && pwd -P)
node=$dist/../node_modules/.bin/node
if [ ! -x "$node" ]; then
  echo "error: no Node at $node; run 'npm run build' in $(dirname "$dist")" >&2
  exit 1
fi
NODE_COMPILE_CACHE=$dist/compile-cache exec "$node" "$dist/kubectl-ha.cjs" "$@"
`;
