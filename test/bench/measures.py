"""The field's measures by NumPy and scikit-learn, written from their definitions, beside ours.

Usage: measures.py MEASURES_JSON

Exits with status 1 where a difference is larger than allowed: 1e-4 for what is defined exactly, the sampling error of
what draws votes, a little for learners that differ.
"""
import json
import sys
import warnings

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.special import digamma
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import adjusted_rand_score, log_loss, mutual_info_score, r2_score
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

warnings.filterwarnings('ignore')
given = json.load(open(sys.argv[1]))
failed = 0
print('| model | measure | ours | Python | difference | allowed |')
print('|---|---|---:|---:|---:|---:|')


def report(model, ours, theirs):
    global failed
    for name in {**theirs, **ours}:
        value, allowed = theirs.get(name, (float('nan'), 0))
        own = ours.get(name, float('nan'))
        difference = abs(own - value)
        wrong = not difference <= allowed
        failed += wrong
        note = ' <- differs' if wrong else ''
        print(f'| {model} | {name} | {own:.4f} | {value:.4f} | {difference:.4f} | {allowed:.4f}{note} |')


def top_gap(matrix):  # [codes, factors]
    ranked = np.sort(matrix, 0)[::-1]
    return np.mean(ranked[0] - (ranked[1] if len(ranked) > 1 else 0))


def entropy(p):
    p = p[p > 0]
    return -(p * np.log(p)).sum()


def certainty(matrix):  # rows weighted by their share; 1 − H of each row in units of the largest
    rows = matrix.sum(1)
    keep = rows > 0
    scores = [1 - entropy(row / row.sum()) / np.log(len(row)) for row in matrix[keep]]
    return np.sum(rows[keep] / matrix.sum() * scores)


def ross(distances, y, k):
    """Ross 2014, equation 3, on the distances themselves: in scikit-learn rounding decides, differently for every scale
    of the values, whether the k-th neighbour counts among those that are nearer."""
    terms = np.zeros(len(y))
    for label in np.unique(y):
        own = np.flatnonzero(y == label)
        near = min(k, len(own) - 1)
        reach = np.sort(distances[np.ix_(own, own)], 1)[:, near]
        within = (distances[own] < reach[:, None]).sum(1)
        terms[own] = digamma(near) - digamma(len(own)) - digamma(within)
    return max(0, digamma(len(y)) + terms.mean())


def measure(m):
    rng = np.random.default_rng(1)
    z, v, codes = np.array(m['means']), np.array(m['factors']), np.array(m['codes'])
    train, test, discrete = np.array(m['train']), np.array(m['test']), np.array(m['isDiscrete'])
    blocks = [slice(p['offset'], p['offset'] + p['size']) for p in m['partitions']]
    units = [slice(j, j + 1) for j in range(z.shape[1])]
    n, K = codes.shape
    # Trees of few images hang on single ones.
    trees_differ = .01 * max(1, np.sqrt(2000 / len(train)))
    out = {}
    bins = np.stack([np.digitize(u, np.histogram(u, 20)[1][:-1]) for u in z.T])
    information = np.array([[mutual_info_score(codes[:, k], b) for k in range(K)] for b in bins])
    H = np.array([mutual_info_score(codes[:, k], codes[:, k]) for k in range(K)])
    out['mig by unit'] = top_gap(information / H), 1e-3

    square = information ** 2
    best = square.max(1)
    with np.errstate(all='ignore'):
        out['modularity by unit'] = np.nan_to_num(1 - (square.sum(1) - best) / (best * (K - 1))).mean(), 1e-3

    def sap(level):
        scores = np.zeros((len(level), K))
        for i, c in enumerate(level):
            for k in range(K):
                if discrete[k]:
                    svm = LinearSVC(C=0.01, class_weight='balanced', tol=1e-8, max_iter=100000)
                    scores[i, k] = svm.fit(z[train][:, c], codes[train, k]).score(z[test][:, c], codes[test, k])
                else:
                    scores[i, k] = LinearRegression().fit(z[:, c], v[:, k]).score(z[:, c], v[:, k])
        return top_gap(scores)
    out['sap by unit'] = sap(units), .005
    out['sap by partition'] = sap(blocks), .005

    importance, known = np.zeros((z.shape[1], K)), []
    for k in range(K):
        if discrete[k]:
            trees = GradientBoostingClassifier(random_state=0).fit(z[train], codes[train, k])
            known.append(trees.score(z[test], codes[test, k]))
        else:
            trees = GradientBoostingRegressor(random_state=0).fit(z[train], v[train, k])
            known.append(r2_score(v[test, k], trees.predict(z[test])))
        importance[:, k] = trees.feature_importances_
    out['disentanglement by unit'] = certainty(importance), trees_differ
    out['completeness by unit'] = certainty(importance.T), trees_differ
    out['informativeness by unit'] = np.mean(known), trees_differ
    grouped = np.stack([importance[:, g].mean(1) for g in m['groups']], 1)
    grouped = np.stack([grouped[c].sum(0) for c in blocks])
    if (grouped.sum(1) / grouped.sum()).max() <= .95:
        out['disentanglement by partition'] = certainty(grouped), trees_differ
    out['completeness by partition'] = certainty(grouped.T), trees_differ

    deviation = np.abs(z - z.mean(0)).max(0)
    score = np.zeros((z.shape[1], K))
    for k in range(K):
        worst = [np.percentile(np.abs(z[codes[:, k] == c] - z[codes[:, k] == c].mean(0)), 99, axis=0)
                 for c in np.unique(codes[:, k])]
        score[:, k] = 1 - np.mean(worst, 0) / deviation
    out['irs by unit'] = np.average(score.max(1), weights=deviation), 1e-3

    if discrete.all():
        votes, spread = m['votes'], z.var(0, ddof=1)
        rows = [[np.flatnonzero(codes[:, k] == c) for c in range(codes[:, k].max() + 1)] for k in range(K)]

        def share(k, row, size):
            return rng.choice(rows[k][codes[row, k]], size)

        def factor_vae(level):
            voters = [[u for u in range(c.start, c.stop) if np.sqrt(spread[u]) >= .05] for c in level]
            def cast(count):
                table = np.zeros((len(level), K))
                for _ in range(count):
                    k = rng.integers(K)
                    part = z[share(k, rng.integers(n), 64)].var(0, ddof=1) / spread
                    table[np.argmin([part[u].mean() if len(u) else np.inf for u in voters]), k] += 1
                return table
            learnt, judged = cast(votes), cast(votes // 2)
            return judged[np.arange(len(level)), learnt.argmax(1)].sum() / judged.sum()
        # Three standard deviations of the difference of two accuracies.
        sampling = 3 * np.sqrt(2 * .25 / (votes / 2))
        out['factorVae by unit'] = factor_vae(units), sampling
        out['factorVae by partition'] = factor_vae(blocks), sampling

        def pairs(count):
            x, y = np.zeros((count, z.shape[1])), rng.integers(K, size=count)
            for i, k in enumerate(y):
                first = rng.integers(n, size=64)
                second = np.array([share(k, row, None) for row in first])
                x[i] = np.abs(z[first] - z[second]).mean(0)
            return x, y
        (x, y), (unseen, truth) = pairs(votes), pairs(votes // 2)
        out['betaVae by unit'] = LogisticRegression(max_iter=1000).fit(x, y).score(unseen, truth), sampling

        x, y = z[train], codes[train]
        nmi = np.zeros((K, z.shape[1]))
        for j, unit in enumerate(x.T):
            distances = np.abs(unit[:, None] - unit)
            nmi[:, j] = [ross(distances, y[:, k], 10) for k in range(K)]
        nmi /= np.array([mutual_info_score(y[:, k], y[:, k]) for k in range(K)])[:, None]
        ranges = x.max(0) - x.min(0)
        pruned = nmi[:, ranges > ranges.max() / 20]
        D = pruned.shape[1]
        with np.errstate(all='ignore'):
            share_of = pruned.max(0) / pruned.sum(0)
            out['infoM by unit'] = (np.nanmean(share_of) - 1 / K) / (1 - 1 / K), 1e-4
        out['infoC by unit'] = (np.mean(pruned.max(1) / pruned.sum(1)) - 1 / D) / (1 - 1 / D), 1e-4
        explicit = []
        for k in range(K):
            def loss(inputs):
                model = LogisticRegression(penalty=None, class_weight='balanced', max_iter=100).fit(inputs, y[:, k])
                return log_loss(y[:, k], model.predict_proba(inputs))
            null = loss(np.zeros_like(x))
            explicit.append((null - loss(StandardScaler().fit_transform(x))) / null)
        out['infoE by unit'] = np.mean(explicit), .01
    return out


def overlaps(truth, predicted):
    things = [t for t in np.unique(truth) if t > 0]
    segments = [s for s in np.unique(predicted) if s > 0]
    iou = np.zeros((len(things), max(1, len(segments))))
    for i, t in enumerate(things):
        for j, s in enumerate(segments):
            a, b = truth == t, predicted == s
            iou[i, j] = (a & b).sum() / (a | b).sum()
    matched = iou[linear_sum_assignment(iou, maximize=True)].sum() / len(things)
    return matched, iou.max(1).mean()


def detections(labels):
    found = []
    for s in np.unique(labels):
        rows, columns = np.nonzero(labels == s)
        if s == 0 or len(rows) < np.ceil(.001 * labels.size):
            continue
        box = [rows.min(), rows.max() + 1, columns.min(), columns.max() + 1]
        found.append(((rows.mean() + .5, columns.mean() + .5), ((box[0] + box[1]) / 2, (box[2] + box[3]) / 2),
                      np.hypot(box[1] - box[0], box[3] - box[2])))
    return found


def segment(scenes):
    h, w, c = (scenes['shape'][key] for key in ('height', 'width', 'channels'))
    fg, ari, iou, best, counts, found, n_things, n_segments = [], [], [], [], [], 0, 0, 0
    errors = {'mseOnThings': [], 'mseOnBackground': [], 'mseOnRing': []}
    for scene in scenes['drawn']:
        truth, predicted = (np.array(scene[key]).reshape(h, w) for key in ('truth', 'predicted'))
        error = (np.array(scene['image']) - np.array(scene['decoded'])).reshape(h, w, c) ** 2
        thing = truth > 0
        if thing.any():
            fg.append(adjusted_rand_score(truth[thing], predicted[thing]))
            ari.append(adjusted_rand_score(truth.ravel(), predicted.ravel()))
            matched, over = overlaps(truth, predicted)
            iou.append(matched)
            best.append(over)
        things, segments = detections(truth), detections(predicted)
        near = np.array([[np.hypot(*np.subtract(s[0], t[1])) <= t[2] / 2 for s in segments] for t in things])
        if near.size:
            found += near[linear_sum_assignment(near, maximize=True)].sum()
        n_things, n_segments = n_things + len(things), n_segments + len(segments)
        counts.append((len(things), len(segments)))
        padded = np.pad(thing, 2)
        ring = np.any([padded[i:i + h, j:j + w] for i in range(5) for j in range(5)], 0) & ~thing
        for name, where in zip(errors, (thing, ~thing, ring)):
            errors[name].append(error[where])
    counts = np.array(counts)
    precision, recall = found / n_segments, found / n_things
    exact = {
        'fgAri': np.mean(fg), 'ari': np.mean(ari), 'meanIou': np.mean(iou), 'meanBestOverlap': np.mean(best),
        'countRight': (counts[:, 0] == counts[:, 1]).mean(),
        'countRightByChance': max(np.bincount(counts[:, 0])) / len(counts),
        'precision': precision, 'recall': recall, 'f1': 2 * precision * recall / (precision + recall),
        **{name: np.concatenate(parts).mean() for name, parts in errors.items()},
    }
    return {name: (value, 1e-6) for name, value in exact.items()}


for m in given['models']:
    report(m['name'], m['ours'], measure(m))
report('drawn segmentations', given['scenes']['ours'], segment(given['scenes']))
print(f'{failed} differ by more than allowed')
sys.exit(1 if failed else 0)
