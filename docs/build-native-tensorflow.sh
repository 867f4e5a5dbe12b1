#!/usr/bin/env bash
# Compiles the addon of @tensorflow/tfjs-node-gpu (or tfjs-node) against the TensorFlow of a Python environment, in place of the TensorFlow 2.9 that the
# package downloads. See native-tensorflow.md.
#
#   docs/build-native-tensorflow.sh [PACKAGE] [TENSORFLOW]
#
# PACKAGE     @tensorflow/tfjs-node-gpu (default) or @tensorflow/tfjs-node
# TENSORFLOW  folder of the Python package tensorflow; default: that of the python3 on the PATH
set -euo pipefail
package=${1:-@tensorflow/tfjs-node-gpu}
version=4.22.0 # of TensorFlow.js, as in trainer/package.json
fail () { echo "$1" >&2; exit 1; }
[[ $package == @tensorflow/tfjs-node || $package == @tensorflow/tfjs-node-gpu ]] || fail "expected @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node for PACKAGE but received $package"
tensorflow=${2:-$(python3 -c 'from importlib.util import find_spec; found = find_spec("tensorflow"); print(found.submodule_search_locations[0] if found else "")')}
[[ -e $tensorflow/libtensorflow_cc.so.2 && -e $tensorflow/include/tensorflow/c/c_api.h ]] ||
  fail "expected the folder of the Python package tensorflow for TENSORFLOW but received ${tensorflow:-nothing (python3 has no module tensorflow)}"
tensorflow=$(realpath "$tensorflow")

cd "$(dirname "$0")/.."
npm install --no-save --ignore-scripts "$package@$version"
cd "node_modules/$package"
mkdir -p deps/lib
ln -sfn "$tensorflow/include" deps/include
# The names that the addon is linked by; when it runs, it looks for the libraries where they are, since there they find CUDA's.
ln -sfn "$tensorflow/libtensorflow_cc.so.2" deps/lib/libtensorflow.so
ln -sfn "$tensorflow/libtensorflow_framework.so.2" deps/lib/libtensorflow_framework.so
LDFLAGS="-Wl,-rpath,$tensorflow ${LDFLAGS:-}" npx --no-install node-pre-gyp install --build-from-source
cd - >/dev/null
node --input-type=module -e "
import { createRequire } from 'node:module'
import util from 'node:util'
// Gone since Node.js 23; the trainer defines them too.
util.isNullOrUndefined ??= value => value === null || value === undefined
util.isArray ??= Array.isArray
const tf = createRequire(process.cwd() + '/trainer/package.json')('$package')
await tf.ready()
const [sum] = await tf.sum([1, 2, 3]).data()
if (tf.getBackend() !== 'tensorflow' || sum !== 6) throw new Error('expected the backend tensorflow to add up to 6 but found ' + sum + ' by ' + tf.getBackend())
console.log('$package works, by TensorFlow ' + tf.backend().binding.TF_Version)
"
