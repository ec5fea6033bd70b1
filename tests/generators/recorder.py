"""A generator that writes all that it is asked to the file RECORD: what a `prisma generate` says to its generators."""

import json
import os
import sys

MANIFEST = '{"prettyName": "Recorder", "defaultOutput": "./recorded", "version": "1.2.3"}'

calls = []
for line in sys.stdin:
    request = json.loads(line)
    calls.append({**request, 'cwd': os.getcwd(), 'invoked': os.environ.get('PRISMA_GENERATOR_INVOCATION')})
    with open(os.environ['RECORD'] + ''.join(sys.argv[1:]), 'w', encoding='utf-8') as file:
        json.dump(calls, file)
    result = None
    if request['method'] == 'getManifest':
        result = {'manifest': json.loads(os.environ.get('MANIFEST') or MANIFEST)}
    print(json.dumps({'jsonrpc': '2.0', 'id': request['id'], 'result': result}), file=sys.stderr, flush=True)
