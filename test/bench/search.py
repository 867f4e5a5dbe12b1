"""Answers searches in an index, line by line, for search.ts: by NumPy and by faiss's flat index."""
import json
import sys
import time

import numpy as np

folder, k, library = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with open(f'{folder}/index.json') as file:
    header = json.load(file)
deviations = np.array(header['deviations']['data'])
columns = [np.fromfile(f"{folder}/partitions/{p['name']}.f32", '<f4').reshape(-1, p['size'])
           for p in header['partitions']]
slices = [slice(p['offset'], p['offset'] + p['size']) for p in header['partitions']]
versions = f'NumPy {np.__version__}'
if library == 'faiss':
    import faiss
    versions += f', faiss {faiss.__version__} ({faiss.get_compile_options().strip()}), ' \
        f'{faiss.omp_get_max_threads()} threads'
print(versions, flush=True)
scaled, indexes = {}, {}


def prepared(weights):
    """The columns that count, scaled, and faiss's index of them: made once for each set of weights."""
    if weights not in scaled:
        used = [(c / deviations[s]).astype('f4') * np.sqrt(abs(w)).astype('f4')
                for c, s, w in zip(columns, slices, weights) if w != 0]
        signs = np.concatenate([np.full(c.shape[1], np.sign(w), 'f4') for c, w in
                                zip(used, [w for w in weights if w != 0])])
        scaled.clear()
        indexes.clear()
        scaled[weights] = np.ascontiguousarray(np.concatenate(used, 1)), signs
        if library == 'faiss' and (signs > 0).all():
            indexes[weights] = faiss.IndexFlatL2(len(signs))
            indexes[weights].add(scaled[weights][0])
    return scaled[weights], indexes.get(weights)


def exact(latent, weights):
    """Rows in order of their distance in float64, by row where these are equal."""
    total = np.zeros(header['count'])
    for column, s, weight in zip(columns, slices, weights):
        if weight != 0:
            total += weight * (((column.astype('f8') - latent[s]) / deviations[s]) ** 2).sum(1)
    near = np.flatnonzero(total <= np.partition(total, min(k, len(total)) - 1)[min(k, len(total)) - 1])
    return near[np.lexsort((near, total[near]))][:k].tolist()


for line in sys.stdin:
    request = json.loads(line)
    latent, weights = np.array(request['latent'], 'f4'), tuple(request['weights'])
    (values, signs), index = prepared(weights)
    query = np.concatenate([(latent[s] / deviations[s] * np.sqrt(abs(w))).astype('f4')
                            for s, w in zip(slices, weights) if w != 0])
    start = time.perf_counter()
    difference = values - query
    distances = (difference * difference) @ signs
    near = np.argpartition(distances, min(k, len(distances)) - 1)[:k]
    near = near[np.argsort(distances[near], kind='stable')]
    answer = {'numpy': (time.perf_counter() - start) * 1e3, 'rows': exact(latent, weights)}
    if index is not None:
        start = time.perf_counter()
        index.search(query[None], k)
        answer['faiss'] = (time.perf_counter() - start) * 1e3
    print(json.dumps(answer), flush=True)
