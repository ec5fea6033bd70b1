"""The wide mix of queries.py: what generate.py leaves out. More native types, values at the edge of what they hold, full-text search and
order by relevance, relation load strategies, raw queries with typed parameters, isolation levels."""
import json

import generate
from generate import Field, tagged

# Native types beyond those of generate.py.
NATIVE = {
    'postgresql': {'Int': ['SmallInt', 'Integer'], 'String': ['Uuid', 'VarChar(20)', 'Text', 'Inet', 'Bit(4)', 'VarBit(6)'],
                   'Float': ['Real', 'DoublePrecision'], 'Decimal': ['Decimal(12, 3)', 'Decimal(20, 10)', 'Decimal(5, 0)'], 'Json': ['Json', 'JsonB'],
                   'DateTime': ['Timestamptz(6)', 'Timestamp(6)', 'Timestamptz(0)', 'Date', 'Time(6)', 'Timetz(3)'], 'BigInt': ['BigInt'], 'Bytes': ['ByteA']},
    'mysql': {'Int': ['UnsignedInt', 'UnsignedSmallInt', 'UnsignedTinyInt', 'Year', 'TinyInt'], 'String': ['VarChar(20)', 'LongText', 'MediumText', 'VarChar(191)'],
              'Float': ['Float', 'Double'], 'Decimal': ['Decimal(12, 3)', 'Decimal(20, 10)', 'Decimal(5, 0)'], 'BigInt': ['UnsignedBigInt'],
              'DateTime': ['DateTime(6)', 'Timestamp(3)', 'Timestamp(0)', 'Date', 'Time(0)'], 'Bytes': ['LongBlob', 'VarBinary(20)', 'Binary(4)'], 'Boolean': ['TinyInt']},
}
EPOCH = [tagged('DateTime', t) for t in ('1999-12-31T23:59:59.500Z', '2020-02-29T12:34:56.789012Z', '2037-01-19T03:14:08+14:00')]  # in reach of a timestamp
FIXED = {'Timestamp(3)': EPOCH, 'Timestamp(0)': EPOCH, 'Inet': ['10.0.0.1', '192.168.1.0', '::1'], 'Bit(4)': ['0101', '1111'], 'VarBit(6)': ['0', '010101', ''], 'Year': [1999, 2020, 2155],
         'Binary(4)': [tagged('Bytes', 'YWJjZA=='), tagged('Bytes', 'AAAAAA==')]}
EDGES = {
    'Int': [2147483647, -2147483648, 32767, 65535, 255, -128, 2147483648, 1.0, 1e3],
    'BigInt': [tagged('BigInt', '9223372036854775807'), tagged('BigInt', '-9223372036854775808'), tagged('BigInt', '9223372036854775808'), 5],
    'Float': [1e300, 5e-324, 0.1, 123456789.12345679, 1, tagged('Decimal', '2.5')],
    'Decimal': [tagged('Decimal', '12345678901234567890.123456789'), tagged('Decimal', '-0.0000000001'), tagged('Decimal', '1e5'), 3, 2.25],
    'String': ["it's", '"', '\\', 'a\\b', '😀', 'line\nbreak', 'x' * 25, ' ', 'NULL', 'ß', 'İ'],
    'DateTime': [tagged('DateTime', t) for t in ('0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2020-02-29T12:34:56.789012Z', '2038-01-19T03:14:08+14:00', '1970-01-01T00:00:00Z')]
    + ['2020-01-01T00:00:00Z'],
    'Bytes': [tagged('Bytes', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBka'), tagged('Bytes', '//79')],
    'Json': [tagged('Json', t) for t in ('null', '"\\u00e9"', '{"b":1,"a":2}', '[]', '{}', '[[1],{"a":null}]', '"it\'s"')],
    'Boolean': [True, False],
}
WORDS = ['fast', 'slow dog', 'cat & dog', 'cat | dog', 'dog']


class Schema(generate.Schema):
    native = NATIVE

    def scalars_of(self, model):
        super().scalars_of(model)
        for field in model.fields.values():  # joined, the official engine reads NULL as JSON's null: see docs/differences.md
            field.optional = field.optional and field.type != 'Json'

    def literal(self, field):
        if field.native in FIXED:
            return self.random.choice(FIXED[field.native])
        if field.native and field.native.startswith('Unsigned'):
            value = self.random.choice([0, 1, 2, 30, 200])
            return tagged('BigInt', str(value)) if field.type == 'BigInt' else value
        return super().literal(field)

    def edge(self, field):
        """A value that may not fit."""
        if field.type not in EDGES or field.native in ('Uuid', *FIXED):
            return self.literal(field)
        value = self.random.choice(EDGES[field.type])
        early = field.type == 'DateTime' and self.provider == 'mysql' and '0001' in str(value)  # the driver adapter takes year 1 for 2001
        return self.literal(field) if early else value

    @property
    def features(self):
        return {'postgresql': ['relationJoins', 'fullTextSearchPostgres', 'nativeDistinct'], 'mysql': ['fullTextIndex'], 'sqlite': ['relationJoins']}[self.provider]

    def psl(self):
        text = super().psl().replace('provider = "prisma-client-js"', f'provider = "prisma-client-js"\n  previewFeatures = {json.dumps(self.features)}')
        return text


class Requests(generate.Requests):
    def value(self, field):
        if field.of:
            return self.value(field.of[1])
        return self.schema.edge(field) if self.chance(.12) else self.schema.literal(field)

    def is_searched(self, field):
        return self.schema.provider == 'postgresql' and field.type == 'String' and not field.list and field.native in (None, 'Text', 'VarChar(20)')

    def scalar(self, model, field, depth=0):
        if self.is_searched(field) and not depth and self.chance(.1):
            return {'search': self.pick(*WORDS)}
        return super().scalar(model, field, depth)

    def order(self, model, depth=0):
        searched = [f.name for f in model.fields.values() if self.is_searched(f)]
        if searched and not depth and self.chance(.1):
            return {'_relevance': {'fields': self.some(searched), 'search': self.pick(*WORDS), 'sort': self.pick('asc', 'desc')}}
        return super().order(model, depth)

    def read(self, model):
        action, arguments, selection = super().read(model)
        if self.schema.provider != 'mysql' and action.startswith('find') and self.chance(.5):
            arguments['relationLoadStrategy'] = self.pick('join', 'join', 'query')
        return action, arguments, selection

    def write(self, model):
        action, arguments, selection = super().write(model)
        if action in ('createOne', 'updateOne', 'upsertOne', 'deleteOne') and self.schema.provider != 'mysql' and self.chance(.2):
            arguments['relationLoadStrategy'] = self.pick('join', 'query')
        return action, arguments, selection

    def read_arguments(self, model, distinct=True):
        result = super().read_arguments(model, distinct)
        if 'distinct' in result and 'relationJoins' in self.schema.features:  # from the end: see docs/differences.md
            result['take'] = abs(result.get('take', 3))
        return result

    # Raw queries

    def raw_value(self):
        """(a parameter as clients send it, its type in PostgreSQL)."""
        typed = lambda kind, value: {'prisma__type': kind, 'prisma__value': value}
        return self.pick((1, 'int'), (-5, 'bigint'), (2.5, 'double precision'), ('text', 'text'), ("it's", 'text'), (True, 'boolean'), (None, 'text'), ('é😀', 'text'),
                         (typed('bigint', '9007199254740993'), 'bigint'), (typed('decimal', '1.50'), 'numeric'), (typed('date', '2020-01-01T00:00:00.123Z'), 'timestamptz'),
                         (typed('bytes', 'YWI='), 'bytea'), ([1, 2], 'int[]'), (['a', 'b'], 'text[]'), ({'a': [1, None]}, 'jsonb'),
                         (typed('date', '2020-01-01T00:00:00.123Z'), 'timestamp'), (typed('date', '2020-01-01T00:00:00Z'), 'date'), (1e300, 'double precision'),
                         ('00000000-0000-4000-8000-000000000001', 'uuid'), (7, 'smallint'), (1.5, 'real'))

    def raw(self):
        server = self.schema.provider == 'postgresql'
        values = [self.raw_value() for _ in range(self.random.randint(1, 3))]
        model = self.random.choice(self.schema.models)
        quote = '`' if self.schema.provider == 'mysql' else '"'
        table, column = quote + model.table + quote, quote + model.ids[0].column + quote
        # Of MariaDB's parameters, of enums and of its JSON the driver adapters guess other types.
        guessed = ('Color',) if server else ('Color', 'Json', 'Boolean', 'DateTime')
        kind = self.pick('values', 'values', 'all', 'write') if server else self.pick('all', 'write')
        if kind == 'all' and model.ids[0].type not in guessed and self.chance(.3):
            kind = 'rows'
        if kind == 'values':
            columns = [f'${i}::{t} AS c{i}' if server else f'? AS c{i}' for i, (_, t) in enumerate(values, 1)]
            query, parameters = 'SELECT ' + ', '.join(columns), [v for v, _ in values]
        elif kind == 'rows':
            query, parameters = f'SELECT {column} AS k, count(*) AS n FROM {table} GROUP BY 1 ORDER BY 1 LIMIT {"$1" if server else "?"}', [self.random.randint(0, 3)]
        elif kind == 'all':
            fields = [f for f in model.fields.values() if f.type not in guessed] or model.ids
            columns = ', '.join(quote + f.column + quote for f in fields)
            query, parameters = f'SELECT {columns} FROM {table} ORDER BY ' + ', '.join(quote + f.column + quote for f in model.ids), []
        else:
            query, parameters = f'UPDATE {table} SET {column} = {column} WHERE {column} IS NOT NULL', []
        action = self.pick('queryRaw', 'executeRaw') if kind != 'write' else 'executeRaw'
        return {'action': action, 'query': {'arguments': {'query': query, 'parameters': json.dumps(parameters)}, 'selection': {}}}

    def one(self, writes):
        if self.chance(.05):
            return self.raw()
        return super().one(writes)

    def request(self):
        request = super().request()
        if self.chance(.02):
            levels = ['ReadUncommitted', 'ReadCommitted', 'RepeatableRead', 'Serializable', 'Nope', 'read committed']
            steps = [self.one(self.chance(.5)) for _ in range(self.random.randint(1, 3))]
            if self.chance(.5):
                return {'batch': steps, 'transaction': {'isolationLevel': self.pick(*levels)}}
            return {'steps': steps, 'end': self.pick('commit', 'rollback'), 'isolation_level': self.pick(*levels[:4])}
        return request
