#!/usr/bin/env python3
"""Differential tests: ours and the official package must say the same of a schema. See README.md.

    run.py --build build --oracle FOLDER --cases ../shared/cases [--stride N] [--providers sqlite,…] [--kinds dmmf,…]

The default takes every 4th schema of SQLite and every 25th of the others; `--stride 1` takes all (some minutes).
Prints the schemas that differ and closes with `N passed, N failed`.
"""
import argparse
import sys

import psl


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    psl.add_arguments(parser)
    parser.add_argument('--stride', type=int, help='every Nth schema')
    parser.add_argument('--kinds', default='validate,lint,format,config,dmmf')
    options = parser.parse_args()
    passed = failed = 0
    sets = {'psl cases': psl.psl_schemas(options.cases)[::options.stride or 1]}
    for provider in options.providers.split(','):
        stride = options.stride or (4 if provider == 'sqlite' else 25)
        sets[provider] = psl.case_schemas(options.cases, [provider])[::stride]
    ours, theirs = psl.programs(options)
    for kind in options.kinds.split(','):
        for name, texts in sets.items():
            calls = [psl.CALLS[kind](text) for text in texts]
            good = bad = 0
            for text, got, want in zip(texts, psl.answers(ours, calls), psl.answers(theirs, calls)):
                same = psl.same_answer(kind, got, want)
                good, bad = good + same, bad + (not same)
                if not same and bad <= options.show:
                    print(f'  differs: {kind}: {text[:300]!r}…')
            print(f'{kind}, {name}: {good} equal, {bad} different', flush=True)
            passed, failed = passed + good, failed + bad
    print(f'{passed} passed, {failed} failed')
    sys.exit(bool(failed))


main()
