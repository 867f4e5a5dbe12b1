"""Optuna's side of `npm run bench:tune`: the best value after so many trials, by problem, sampler and seed, as JSON."""
import json
import math
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)

ALPHA = [1, 1.2, 3, 3.2]
A = [
    [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
]
P = [
    [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991], [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
]


def branin(trial):
    x, y = trial.suggest_float('x', -5, 10), trial.suggest_float('y', 0, 15)
    bend = y - 5.1 / (4 * math.pi ** 2) * x ** 2 + 5 / math.pi * x - 6
    return bend ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann_6(trial):
    x = [trial.suggest_float(f'x{i}', 0, 1) for i in range(6)]
    return -sum(
        alpha * math.exp(-sum(a * (x[j] - P[i][j] / 10000) ** 2 for j, a in enumerate(A[i])))
        for i, alpha in enumerate(ALPHA)
    )


def conditional(trial):
    kind = trial.suggest_categorical('kind', ['curved', 'straight', 'flat'])
    common = 2 * (trial.suggest_float('shared', 0, 1) - 0.3) ** 2
    if kind == 'curved':
        rate = trial.suggest_float('rate', 1e-5, 1, log=True)
        depth = trial.suggest_int('depth', 1, 12)
        return common + (math.log10(rate) + 2.3) ** 2 + 0.1 * (depth - 9) ** 2
    if kind == 'straight':
        return common + 0.5 + 0.5 * (trial.suggest_float('slope', -5, 5) - 2) ** 2
    return common + 2


PROBLEMS = {'branin': branin, 'hartmann-6': hartmann_6, 'conditional': conditional}


def sampler_of(name, seed):
    if name == 'random':
        return optuna.samplers.RandomSampler(seed=seed)
    # Before Optuna 5 these were off unless asked for: as strong as it gets is what we compare with.
    return optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True)


def main():
    settings = json.loads(sys.argv[1])
    results = {}
    for problem in settings['problems']:
        for name in settings['samplers']:
            best = []
            for seed in range(settings['seeds']):
                study = optuna.create_study(sampler=sampler_of(name, settings['first'] + seed))
                study.optimize(PROBLEMS[problem], n_trials=settings['trials'])
                best.append(study.best_value)
            results[f'{problem} {name}'] = best
    print(json.dumps({'version': optuna.__version__, 'results': results}))


if __name__ == '__main__':
    main()
