"""A generator with one fault, which is its argument."""

import json
import os
import sys
import time

fault = sys.argv[1]


def answer(request, **rest):
    print(json.dumps({'jsonrpc': '2.0', 'id': request['id'], **rest}), file=sys.stderr, flush=True)


if fault == 'crash':
    sys.exit('boom at start')
if fault == 'exit':
    sys.exit(0)
for line in sys.stdin:
    request = json.loads(line)
    if request['method'] == 'getManifest':
        if fault == 'manifest-error':
            answer(request, error={'code': -32000, 'message': 'no manifest today', 'data': {'stack': 'x'}})
        elif fault == 'null-manifest':
            answer(request, result={'manifest': None})
        elif fault == 'needs-another':
            answer(request, result={'manifest': {'prettyName': 'N', 'defaultOutput': './n', 'requiresGenerators': ['other']}})
        elif fault == 'no-output':
            answer(request, result={'manifest': {'prettyName': 'N'}})
        elif fault == 'wrong-id':
            answer({'id': 'one'}, result={'manifest': {}})
        else:
            if fault == 'garbage':
                print('garbage on stdout', flush=True)
                print('garbage on stderr\n\n[1,2]\n{"id":99}\nnull', file=sys.stderr, flush=True)
            answer(request, result={'manifest': {'prettyName': 'Faulty', 'defaultOutput': './faulty'}})
    elif fault == 'generate-error':
        answer(request, error={'code': -32000, 'message': 'cannot generate\nsecond line', 'data': {'stack': 'x'}})
    elif fault == 'generate-crash':
        print('trace line 1\ntrace line 2', file=sys.stderr, flush=True)
        sys.exit(3)
    elif fault == 'generate-exit':
        sys.exit(0)
    elif fault == 'signal':
        os.kill(os.getpid(), 11)
    elif fault == 'slow':
        time.sleep(2)
        answer(request, result=None)
    elif fault == 'stays':
        answer(request, result=None)
        sys.stdin.close()
        time.sleep(60)
    else:
        answer(request, result=None)
