"""Compares two answers to one request. What is compared loosely, and why, is told in README.md."""
import json
import re

AGGREGATED = re.compile('^(aggregate|groupBy)')
CHECKED = ('P2009', 'P2012', 'P2013', 'P2019')  # codes of the check of a request against the schema
NOT_SENT = ('Unable to fit integer value', 'for bits input', 'Error creating UUID', 'P1016')


def plain(value, exact=False):
    """An answer without what may differ: the format of numbers and of JSON values; unless `exact`, digits after the twelfth."""
    if isinstance(value, dict):
        if value.get('$type') == 'Json':
            return {'$type': 'Json', 'value': json.loads(value['value'])}
        if value.get('$type') == 'Decimal' and not exact:
            return {'$type': 'Decimal', 'value': '%.12g' % float(value['value'])}
        return {k: plain(v, exact) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v, exact) for v in value]
    if isinstance(value, int) and abs(value) > 2**53:  # a float that was written with all of its digits
        return float(value)
    if isinstance(value, float) and not exact:
        return int(value) if value.is_integer() else float('%.12g' % value)
    return value


def error_of(answer, exact):
    """(code, message, batch index) of an answer's error."""
    item = answer['errors'][0]
    error = item['user_facing_error']
    code, message = error.get('error_code'), error['message']
    if code in CHECKED:
        return 'checked', message, error.get('batch_request_idx')
    # Constraint violations: the driver adapter names the constraint in its own way, that of PostgreSQL keeps the quotes of names.
    if code in ('P2002', 'P2003', 'P2011', 'P2004'):
        message = message.replace('"', '') if exact and code != 'P2011' else None
    elif message and message.startswith('Inconsistent query result: Field '):  # of several, one by chance
        message = re.sub('Field \\w+ is', 'Field is', message)
    elif message:  # MariaDB names the database, and each engine has its own
        message = message.replace('differ_theirs', 'differ_ours')
    return code, message, error.get('batch_request_idx')


def difference(ours, theirs, provider):
    """None, or the kind of difference of two answers."""
    same = lambda one, other: difference(one, other, provider)
    exact = provider == 'postgresql'
    if 'steps' in theirs:
        if len(theirs['steps']) != len(ours.get('steps', ())):
            return 'error'
        # Where there is nothing to do (no rows to take, no change to make) one may not ask the database, and not see that the transaction has failed.
        pairs = [(one, two) for one, two in zip(ours['steps'], theirs['steps']) if ('25P02' in text(one)) == ('25P02' in text(two))]
        return next((k for k in (same(*pair) for pair in pairs) if k), None)
    if 'error' in theirs:  # no request at all
        return None if theirs['error'] in ours.get('message', '') else 'error'
    if 'batchResult' in theirs and 'batchResult' in ours and len(theirs['batchResult']) == len(ours['batchResult']):
        return next((k for k in map(same, ours['batchResult'], theirs['batchResult']) if k), None)
    if 'batchResult' in theirs or 'errors' in theirs or 'errors' in ours or 'is_panic' in ours:
        if not ('errors' in theirs and 'errors' in ours):
            return 'error' if 'errors' in theirs else 'data'
        one, two = error_of(ours, exact), error_of(theirs, exact)
        return None if one == two else 'code' if one[0] != two[0] else 'text'
    if 'errors' in theirs:
        return 'error'
    if exact and re.match('updateMany.*AndReturn$', next(iter(theirs.get('data', [''])))):
        ours, theirs = ({'data': {k: sorted(rows, key=text) for k, rows in answer['data'].items()}} for answer in (ours, theirs))
    if plain(ours, exact) == plain(theirs, exact):
        return None
    if not AGGREGATED.search(next(iter(theirs.get('data', [''])))):
        return 'data'
    is_close = plain(ours) == plain(theirs) if exact else provider == 'sqlite' and close(numbers(ours), numbers(theirs))
    return None if is_close else 'data'


def is_chance(request, ours, theirs):
    """Whether one answers and the other doesn't for a reason that has nothing to do with the request."""
    # PostgreSQL finds out that `json` can't be compared when it compares a row, and does or doesn't get to one.
    no_equality = 'could not identify an equality operator for type json'
    if (no_equality in text(ours)) != (no_equality in text(theirs)):
        return True
    # What doesn't fit the type of a column: the words of the native engine, which the case files have, and of the driver adapter, or its choice to ask
    # the server.
    if any(word in text(ours) for word in NOT_SENT):
        return any(word in text(theirs) for word in ('"P2020"', '22P02', '08P01', '42P02')) or 'P1016' in text(ours)
    # Text that is not JSON: the official engine panics if it gets that far.
    if 'Could not convert argument value Object {\\"$type\\": String(\\"Json' in text(ours):
        return True
    # The official engine reads what belongs to the rows that `distinct` drops, and fails if something of that is missing.
    return 'errors' not in ours and 'Inconsistent query result' in text(theirs) and '"distinct"' in text(request)


def numbers(value):
    """An answer with its tagged numbers as numbers."""
    if isinstance(value, dict):
        if value.get('$type') in ('Decimal', 'BigInt'):
            return float(value['value'])
        return {k: numbers(v) for k, v in value.items()} if value.get('$type') != 'Json' else plain(value)
    return [numbers(v) for v in value] if isinstance(value, list) else value


def close(ours, theirs):
    """The driver adapter takes a column of aggregates for integers if the first one is an integer, and cuts the others. Averages
    of large numbers depend on how SQLite's version adds floating-point numbers."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(close(ours[k], theirs[k]) for k in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(close, ours, theirs))
    try:
        if ours == theirs or isinstance(ours, bool):
            return ours == theirs
        ours, theirs = float(ours), float(theirs)
        return theirs == int(ours) or abs(ours - theirs) <= 1e-12 * abs(theirs)
    except (TypeError, ValueError):
        return False


def shown(ours, theirs, place='', limit=400):
    """The places where two answers differ, for people."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and '$type' not in ours and 'errors' not in {*ours, *theirs}:
        pairs = [(f'{place}.{k}', ours.get(k), theirs.get(k)) for k in {**ours, **theirs}]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = [(f'{place}[{i}]', one, two) for i, (one, two) in enumerate(zip(ours, theirs))]
    else:
        if place.endswith('errors') or (isinstance(ours, dict) and isinstance(theirs, dict) and 'errors' in {*ours, *theirs}):
            ours, theirs = ([e['user_facing_error'] for e in a['errors']] if isinstance(a, dict) and 'errors' in a else a for a in (ours, theirs))
        return '' if ours == theirs else f'  at {place or "the top"}\n    ours:   {text(ours)[:limit]}\n    theirs: {text(theirs)[:limit]}\n'
    return ''.join(shown(one, two, inner, limit) for inner, one, two in pairs if one != two)


def text(value):
    return json.dumps(value, default=repr)
