"""Measures of disentanglement and classification by scikit-learn, SciPy and NumPy, beside ours.

Usage: judge-measures.py MEASURES_JSON

Exits with status 1 where a difference is larger than the tolerance: 1e-5 for what is defined exactly, more where two
learners differ.
"""
import json
import sys
import warnings

import numpy as np
import scipy.optimize
import scipy.special
import scipy.stats
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import mutual_info_score, r2_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings('ignore')
given = json.load(open(sys.argv[1]))
inputs, ours = given['inputs'], given['ours']
means, factors, labels = np.array(inputs['means']), np.array(inputs['factors']), np.array(inputs['labels'])
train, test = np.array(inputs['train']), np.array(inputs['test'])
columns = {p['name']: slice(p['offset'], p['offset'] + p['size']) for p in inputs['partitions']}
theirs, tolerance = {}, {}


def judge(name, value, within=1e-5):
    theirs[name], tolerance[name] = float(value), within


def discretise(values):  # disentanglement_lib's _histogram_discretize
    return np.stack([np.digitize(v, np.histogram(v, 20)[1][:-1]) for v in values.T])


codes, targets = discretise(means), discretise(factors)
information = np.array([[mutual_info_score(v, z) for v in targets] for z in codes])
entropy = np.array([mutual_info_score(v, v) for v in targets])
ranked = np.sort(information, 0)[::-1]
judge('mig', ((ranked[0] - ranked[1]) / entropy).mean())
squared = information ** 2
largest = squared.max(1)
judge('modularity', (1 - (squared.sum(1) - largest) / (largest * (factors.shape[1] - 1))).mean())


def gap(scores):
    ranked = np.sort(scores, 0)[::-1]
    return (ranked[0] - ranked[1]).mean()


judge('SAP of units', gap(np.array([[np.corrcoef(z, v)[0, 1] ** 2 for v in factors.T] for z in means.T])))
judge('SAP of partitions', gap(np.array([
    [LinearRegression().fit(means[:, c], v).score(means[:, c], v) for v in factors.T] for c in columns.values()])))

models = [GradientBoostingRegressor(random_state=0).fit(means[train], v[train]) for v in factors.T]
importance = np.stack([m.feature_importances_ for m in models], 1)


def certainty(matrix):  # disentanglement_lib's disentanglement(); transposed, completeness()
    return ((1 - scipy.stats.entropy(matrix.T + 1e-11, base=matrix.shape[1])) * matrix.sum(1) / matrix.sum()).sum()


judge('DCI disentanglement', certainty(importance), 0.01)
judge('DCI completeness', certainty(importance.T), 0.01)
judge('DCI informativeness',
      np.mean([r2_score(v[test], m.predict(means[test])) for m, v in zip(models, factors.T)]), 0.005)

for name, c in {**columns, 'all': slice(None)}.items():
    x, y = means[train][:, c], means[test][:, c]
    judge(f'kNN {name}', KNeighborsClassifier(10).fit(x, labels[train]).score(y, labels[test]))
    scaler = StandardScaler().fit(x)
    logistic = LogisticRegression(tol=1e-8, max_iter=1000).fit(scaler.transform(x), labels[train])
    judge(f'logistic {name}', logistic.score(scaler.transform(y), labels[test]))

scaler = StandardScaler().fit(factors[train])
for name, c in columns.items():
    inputs_scaler = StandardScaler().fit(means[train][:, c])
    network = MLPRegressor(hidden_layer_sizes=(64, 64), learning_rate_init=3e-3, max_iter=80, random_state=0)
    network.fit(inputs_scaler.transform(means[train][:, c]), scaler.transform(factors[train]))
    predicted = network.predict(inputs_scaler.transform(means[test][:, c]))
    for k, value in enumerate(r2_score(scaler.transform(factors[test]), predicted, multioutput='raw_values')):
        judge(f'probe R² {name} {k}', value, 0.05)

b = {key: np.array(value) for key, value in inputs['bound'].items()}
mean, log_variance, x = b['mean'].reshape(-1, 2), b['logVariance'].reshape(-1, 2), b['image'].reshape(-1, 5)
noise = b['noise'].reshape(-1, *mean.shape)
latent = mean + np.exp(log_variance / 2) * noise
p = scipy.special.expit(latent @ b['weights'].reshape(2, 5))
likelihood = (x * np.log(p) + (1 - x) * np.log(1 - p)).sum(-1)
weights = likelihood + scipy.stats.norm.logpdf(latent).sum(-1)
weights = weights - scipy.stats.norm.logpdf(latent, mean, np.exp(log_variance / 2)).sum(-1)
judge('IWAE bound', (scipy.special.logsumexp(weights, 0) - np.log(len(noise))).mean())
judge('ELBO', weights.mean())

q = {key: np.array(value).reshape(-1, means.shape[1]) for key, value in inputs['posterior'].items()}
density = scipy.stats.norm.logpdf(q['samples'][:, None], q['means'][None], np.exp(q['logVariances'] / 2)[None])
parts = np.stack([density[:, :, c].sum(-1) for c in columns.values()], -1)
mixture = [scipy.special.logsumexp(d, 1) - np.log(len(d)) for d in (parts.sum(-1), *np.moveaxis(parts, -1, 0))]
judge('TC of posteriors', (mixture[0] - sum(mixture[1:])).mean())

scores = np.array(inputs['scores'])
judge('assignment', scores[scipy.optimize.linear_sum_assignment(scores, maximize=True)].sum())

failed = 0
print(f'{"measure":24}{"ours":>12}{"theirs":>12}{"difference":>12}{"allowed":>10}')
for name, value in theirs.items():
    difference = abs(ours[name] - value)
    failed += difference > tolerance[name]
    note = '' if difference <= tolerance[name] else '  <- differs'
    print(f'{name:24}{ours[name]:12.6f}{value:12.6f}{difference:12.2e}{tolerance[name]:10.0e}{note}')
missing = set(ours) ^ set(theirs)
print(f'{len(theirs)} measures, {failed} differ' + (f'; judged on one side only: {sorted(missing)}' if missing else ''))
sys.exit(1 if failed or missing else 0)
