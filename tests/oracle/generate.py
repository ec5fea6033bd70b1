"""Random schemas, rows and JSON-protocol requests for queries.py. Everything comes from one random.Random."""

import datetime
import json

NUMBERS = ('Int', 'BigInt', 'Float', 'Decimal')
SCALARS = ('Int', 'String', 'Boolean', 'Float', 'DateTime', 'BigInt', 'Decimal', 'Bytes', 'Json', 'Color')
# Native types: their names, and how often.
NATIVE = {
    'postgresql': {'Int': ['SmallInt'], 'String': ['Uuid', 'VarChar(20)', 'Char(4)'], 'Float': ['Real'], 'Decimal': ['Decimal(12, 3)'], 'Json': ['Json'],
                   'DateTime': ['Timestamptz(3)', 'Timestamp(0)', 'Date', 'Time(3)']},
    'mysql': {'Int': ['SmallInt', 'TinyInt', 'MediumInt'], 'String': ['VarChar(20)', 'Char(4)', 'Text', 'TinyText'], 'Float': ['Float'], 'Decimal': ['Decimal(12, 3)'],
              'DateTime': ['DateTime(0)', 'Date', 'Time(3)'], 'Bytes': ['Blob', 'VarBinary(20)'], 'Boolean': ['TinyInt', 'Bit(1)']},
}
UUIDS = [f'00000000-0000-4000-8000-0000000000{i:02}' for i in range(16)]
COLORS, STORED_COLORS = ('RED', 'GREEN', 'BLUE'), ('RED', 'green', 'BLUE')
ROWS = 6


class Field:
    def __init__(self, name, type_, optional=False, default=None, unique=False, mapped=None, of=None, native=None, is_list=False):
        self.name, self.type, self.optional, self.default, self.unique = name, type_, optional, default, unique
        self.native, self.list = native, is_list
        self.column = mapped or name
        self.of = of  # (model, field) that a foreign key refers to

    def psl(self):
        words = [self.name, self.type + ('[]' if self.list else '?' if self.optional else '')]
        words += [f'@db.{self.native}'] * bool(self.native)
        words += ['@unique'] * bool(self.unique)
        words += [f'@default({self.default})'] if self.default is not None else []
        words += [f'@map("{self.column}")'] if self.column != self.name else []
        return '  ' + ' '.join(words)

    @property
    def required(self):
        return not self.optional and not self.list and self.default is None

    @property
    def ordered(self):
        return self.type != 'Json' and not self.list


class Link:
    """One side of a relation. `local` has its foreign key's fields, if they are on this side."""

    def __init__(self, name, model, target, many, optional, relation, local=(), refers=()):
        self.name, self.model, self.target, self.many, self.optional = name, model, target, many, optional
        self.relation, self.local, self.refers = relation, list(local), list(refers)
        self.other = None
        self.actions = ''

    def psl(self):
        words = [self.name, self.target.name + ('[]' if self.many else '?' if self.optional else '')]
        if self.local:
            names = lambda fields: ', '.join(f.name for f in fields)
            words.append(f'@relation("{self.relation}", fields: [{names(self.local)}], references: [{names(self.refers)}]{self.actions})')
        else:
            words.append(f'@relation("{self.relation}")')
        return '  ' + ' '.join(words)


class Model:
    def __init__(self, name):
        self.name, self.table = name, name
        self.fields, self.links, self.ids, self.uniques = {}, {}, [], []
        self.id_name = None
        self.named = set()  # compound uniques with a name of their own

    def add(self, field):
        self.fields[field.name] = field
        return field

    def criteria(self):
        """The unique criteria, each a (name of the compound or None, fields)."""
        return [(None if len(self.ids) == 1 else self.id_name or '_'.join(f.name for f in self.ids), self.ids)] + self.uniques

    def psl(self):
        lines = []
        for field in self.fields.values():
            lines.append(field.psl() + (' @id' if self.ids == [field] else ''))
        lines += [link.psl() for link in self.links.values()]
        if len(self.ids) > 1:
            name = f', name: "{self.id_name}"' if self.id_name else ''
            lines.append(f"  @@id([{', '.join(f.name for f in self.ids)}]{name})")
        for name, fields in self.uniques:
            if name:
                named = f', name: "{name}", map: "{self.name}_{name}_map"' if name in self.named else ''
                lines.append(f"  @@unique([{', '.join(f.name for f in fields)}]{named})")
        if self.table != self.name:
            lines.append(f'  @@map("{self.table}")')
        return f'model {self.name} {{\n' + '\n'.join(lines) + '\n}\n'


class Schema:
    native = NATIVE

    def __init__(self, random, mode=None, provider='sqlite'):
        self.random, self.provider = random, provider
        self.emulated = random.random() < .2
        if mode:
            self.emulated = mode == 'prisma'
        self.models = [Model(n) for n in ('User', 'Post', 'Tag', 'Item', 'Note')[:random.randint(2, 4)]]
        for model in self.models:
            self.scalars_of(model)
        self.pairs = []  # implicit many-to-many: (relation, side A, side B)
        for i in range(random.randint(2, len(self.models) + 2)):
            self.relation(i)

    def literal(self, field):
        return literal(self.random, field)

    def chance(self, p):
        return self.random.random() < p

    def scalars_of(self, model):
        kind = self.random.choice(['auto', 'auto', 'auto', 'int', 'text', 'pair', 'big', 'date', 'enum'])
        if self.chance(.15):
            model.table = model.name.lower() + '_rows'
        if kind == 'pair':
            model.ids = [model.add(Field('a', 'Int')), model.add(Field('b', 'String'))]
            model.id_name = 'key' if self.chance(.3) else None
        elif kind == 'enum':
            model.ids = [model.add(Field('kind', 'Color')), model.add(Field('n', 'BigInt' if self.chance(.3) else 'Int'))]
        else:
            types = {'text': 'String', 'big': 'BigInt', 'date': 'DateTime'}
            native = 'Uuid' if kind == 'text' and self.provider == 'postgresql' and self.chance(.5) else None
            model.ids = [model.add(Field('id', types.get(kind, 'Int'), default='autoincrement()' if kind == 'auto' else None,
                                         mapped='the_id' if self.chance(.1) else None, native=native))]
        if self.chance(.5):
            model.uniques.append((None, [model.add(Field('u', self.random.choice(['Int', 'String']), unique=True, optional=self.chance(.3)))]))
        for type_ in ['Int', 'String'] + self.random.sample(SCALARS, self.random.randint(1, 6)):
            name = type_[0].lower() + type_[1:].lower()[:2]
            while name in model.fields:
                name += '2'
            default = None
            if self.chance(.3):
                default = {'Int': '7', 'String': '"d"', 'Boolean': 'true', 'Float': '1.5', 'Color': 'RED', 'BigInt': '3', 'Decimal': '2.5'}.get(type_)
            optional, mapped = self.chance(.6), name + '_col' if self.chance(.1) else None
            native = self.random.choice(self.native[self.provider][type_]) if type_ in self.native.get(self.provider, ()) and self.chance(.3) else None
            if native in ('Uuid', 'Text', 'TinyText', 'LongText', 'MediumText', 'Inet', 'Bit(4)', 'VarBit(6)', 'Year'):
                default = None
            field = model.add(Field(name, type_, optional, default, mapped=mapped, native=native))
            if self.provider == 'postgresql' and name not in ('int', 'str') and self.chance(.3):
                field.list, field.optional, field.default = True, False, None
                if type_ in ('Int', 'String', 'Color') and native != 'Uuid' and self.chance(.4):
                    field.default = {'Int': '[1, 2]', 'String': '["a", "b"]', 'Color': '[RED]'}[type_]
        if self.chance(.25):
            model.uniques.append(('int_str', [model.fields['int'], model.fields['str']]))
            model.fields['int'].optional = model.fields['str'].optional = False
            if model.fields['str'].native in ('Char(4)', 'Text', 'TinyText', 'LongText', 'MediumText'):  # of CHAR: see docs/differences.md
                model.fields['str'].native = None
        if self.chance(.2):
            fields = [model.add(Field(name, type_)) for name, type_ in self.random.sample([('ua', 'DateTime'), ('ub', 'Color'), ('uc', 'BigInt'), ('ud', 'Int')], 2)]
            name = 'both' if self.chance(.5) else '_'.join(f.name for f in fields)
            model.named |= {'both'} & {name}
            model.uniques.append((name, fields))

    def relation(self, i):
        random = self.random
        one, other = random.choice(self.models), random.choice(self.models)
        kind = random.choice(['many', 'many', 'many', 'one', 'pairs'])
        if self.emulated:  # cycles and NoAction are not allowed
            one, other = sorted(random.sample(self.models, 2), key=self.models.index, reverse=True)
        name, here, back = f'R{i}', f'r{i}', f'b{i}'
        if kind == 'pairs' and len(one.ids) == len(other.ids) == 1:
            a, b = Link(here, one, other, True, False, name), Link(back, other, one, True, False, name)
            # A is the model (or, of itself, the field) that comes first by name.
            first = (a, b) if (one.name, here) < (other.name, back) or one.name < other.name else (b, a)
            if one is other:
                first = (b, a)
            self.pairs.append((name, *first))
        else:
            optional = self.chance(.5) or one is other
            choices = [f for _, f in other.criteria() if not any(x.optional for x in f)]
            refers = choices[0] if self.chance(.8) else random.choice(choices)
            local = [one.add(Field(f'{here}_{f.name}', f.type, optional=optional, of=(other, f), native=f.native)) for f in refers]
            if kind != 'many':
                if len(local) == 1:
                    local[0].unique = True
                    one.uniques.append((None, local))
                else:
                    one.uniques.append(('_'.join(f.name for f in local), local))
            a = Link(here, one, other, False, optional, name, local, refers)
            b = Link(back, other, one, kind == 'many', True, name)
            may_default = len(local) == 1 and local[0].type == 'Int' and not local[0].unique and not self.emulated
            for word in ('onDelete', 'onUpdate'):
                action = random.choice([None, None, 'Cascade', 'Restrict'] + ['NoAction'] * (not self.emulated) + ['SetNull'] * optional + ['SetDefault'] * may_default)
                if action == 'SetDefault':
                    local[0].default = '1'
                a.actions += f', {word}: {action}' if action else ''
        a.other, b.other = b, a
        one.links[here], other.links[back] = a, b

    def psl(self):
        mode = '\n  relationMode = "prisma"' if self.emulated else ''
        head = f'datasource db {{\n  provider = "{self.provider}"\n  url = env("DATABASE_URL"){mode}\n}}\n\ngenerator client {{\n  provider = "prisma-client-js"\n}}\n'
        return '\n'.join([head, 'enum Color {\n  RED\n  GREEN @map("green")\n  BLUE\n}\n'] + [m.psl() for m in self.models])

    def rows(self):
        """Statements that fill the tables: (SQL, values, their types)."""
        values = {}
        for model in self.models:
            for i in range(1, ROWS + 1):
                for f in model.fields.values():
                    unique = f in model.ids or any(f in fields for _, fields in model.uniques)
                    values[model.name, i, f.name] = None if f.of else stored(self, f, i if unique else None)
        references = []
        for model in self.models:
            for i in range(1, ROWS + 1):
                for link in model.links.values():
                    if not link.local or (link.optional and self.chance(.3)):
                        continue
                    j = i if any(f in fields for _, fields in model.uniques for f in link.local) else self.random.randint(1, ROWS)
                    references += [((model.name, i, f.name), (link.target.name, j, to.name)) for f, to in zip(link.local, link.refers)]
        for _ in self.models:  # what is referred to may be a foreign key itself
            for cell, referred in references:
                values[cell] = values[referred]
        statements = []
        for model in self.models:
            fields = list(model.fields.values())
            columns = ', '.join(f'"{f.column}"' for f in fields)
            for i in range(1, ROWS + 1):
                statements.append((f'INSERT INTO "{model.table}" ({columns}) VALUES ({", ".join("?" * len(fields))})',
                                   [values[model.name, i, f.name] for f in fields], [f.type for f in fields]))
        for name, a, b in self.pairs:
            for i, j in sorted({(self.random.randint(1, ROWS), self.random.randint(1, ROWS)) for _ in range(8)}):
                statements.append((f'INSERT INTO "_{name}" ("A", "B") VALUES (?, ?)',
                                   [values[a.model.name, i, a.model.ids[0].name], values[b.model.name, j, b.model.ids[0].name]],
                                   [a.model.ids[0].type, b.model.ids[0].type]))
        return statements


def stored(schema, field, i):
    """A column's value as the database has it; of unique fields one for each i."""
    if i is not None:
        return nth(field, i)[1]
    if field.optional and schema.chance(.3):
        return None
    if field.list:
        one = Field(field.name, field.type, native=field.native)
        return [stored(schema, one, None) for _ in range(schema.random.randint(0, 3))]
    value = schema.literal(field)
    if field.type == 'DateTime':
        moment = datetime.datetime.fromisoformat(value['value'].replace('Z', '+00:00'))
        return round(moment.timestamp() * 1000)
    if isinstance(value, dict):
        text = value['value']
        return {'BigInt': int, 'Decimal': float, 'Bytes': lambda _: b'ab', 'Json': str}[field.type](text)
    if field.type == 'Color':
        return {'GREEN': 'green'}.get(value, value)
    return int(value) if isinstance(value, bool) else value


def nth(field, i):
    """The value of a unique field that belongs to row i: (as in requests, as stored)."""
    if field.native == 'Uuid':
        return UUIDS[i], UUIDS[i]
    if field.type == 'String':
        return f'k{i}', f'k{i}'
    if field.type == 'BigInt':
        return tagged('BigInt', str(i)), i
    if field.type == 'DateTime':
        return tagged('DateTime', f'2020-01-{i:02}T00:00:00.000Z'), 1577836800000 + (i - 1) * 86400000
    if field.type == 'Color':
        return COLORS[i % 3], STORED_COLORS[i % 3]
    return i, i


def tagged(tag, value):
    return {'$type': tag, 'value': value}


def literal(random, field):
    choose, type_ = random.choice, field.type
    if field.native == 'Uuid':
        return choose(UUIDS[:8])
    if type_ == 'Int':
        return choose([0, 1, 2, 3, 4, 5, 6, 7, 30, -1])
    if type_ == 'String':
        return choose(['', 'A', 'B', 'a', 'ab', 'Ba', '_', '%', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'é'])
    if type_ == 'Boolean':
        return choose([True, False])
    if type_ == 'Float':
        return choose([1, 2.5, -0.25, 0, 1e10])
    if type_ == 'Decimal':
        return tagged('Decimal', choose(['1.5', '2', '0.1', '-3']))
    if type_ == 'BigInt':
        return tagged('BigInt', choose(['5', '9007199254740993', '-1']))
    if type_ == 'Bytes':
        return tagged('Bytes', choose(['YWI=', '', '/w==']))
    if type_ == 'Json':
        return tagged('Json', choose(['{"a":1}', '[1,"x"]', '"s"', '3', 'true', '{"a":{"b":[null]}}']))
    if type_ == 'DateTime':
        return tagged('DateTime', choose(['2020-01-01T00:00:00.123Z', '2021-01-01T00:00:00+01:00', '1969-12-31T23:59:59.500Z']))
    return choose(['RED', 'GREEN', 'BLUE'])


class Requests:
    def __init__(self, schema, random):
        self.schema, self.random = schema, random

    def chance(self, p):
        return self.random.random() < p

    def pick(self, *choices):
        return self.random.choice(choices)

    def some(self, items, low=1, high=2):
        items = list(items)
        return self.random.sample(items, min(len(items), self.random.randint(low, high)))

    def value(self, field):
        if field.of:
            return self.value(field.of[1])
        return self.schema.literal(field)

    def values(self, field):
        return [self.value(field) for _ in range(self.random.randint(0, 3))]

    # Filters

    def scalar(self, model, field, depth=0):
        type_, server = field.type, self.schema.provider == 'postgresql'
        if field.list:
            return self.list_filter(model, field)
        if type_ == 'Json':
            null = tagged('Enum', self.pick('DbNull', 'JsonNull', 'AnyNull'))
            if self.chance(.4):
                return self.json_filter(field)
            return {self.pick('equals', 'not'): null if self.chance(.3) else self.value(field)}
        if self.chance(.2):
            return self.value(field)
        if self.chance(.1) and field.optional:
            return None
        ops = ['equals', 'not'] + ['in', 'notIn'] * (type_ != 'Boolean')
        if type_ in NUMBERS + ('String', 'DateTime'):
            ops += ['lt', 'lte', 'gt', 'gte']
        if type_ == 'String' and field.native != 'Uuid':
            ops += ['contains', 'startsWith', 'endsWith']
        result = {}
        if type_ == 'String' and server and not depth and self.chance(.3):
            result['mode'] = self.pick('insensitive', 'insensitive', 'default')
        for op in self.some(ops):
            if op in ('in', 'notIn'):
                result[op] = [self.value(field) for _ in range(self.random.randint(0, 3))]
                if field.optional and self.chance(.05):
                    result[op] = None
            elif op == 'not' and depth < 2 and self.chance(.4):
                result[op] = self.scalar(model, field, depth + 1)
            elif op in ('equals', 'not') and field.optional and self.chance(.3):
                result[op] = None
            elif self.chance(.12) and type_ != 'Bytes':
                same = [f.name for f in model.fields.values() if f.type == type_ and not f.list]
                result[op] = tagged('FieldRef', {'_ref': self.random.choice(same), '_container': model.name})
            else:
                result[op] = self.value(field)
        return result

    def list_filter(self, model, field):
        if self.chance(.15):
            return self.values(field)
        result = {}
        for op in self.some(['equals', 'has', 'hasEvery', 'hasSome', 'isEmpty'], 1, 2 if self.chance(.05) else 1):
            same = [f.name for f in model.fields.values() if f.type == field.type and f.list == (op != 'has')]
            if op not in ('isEmpty', 'equals') and self.chance(.12) and same and field.type not in ('Bytes', 'Json'):
                result[op] = tagged('FieldRef', {'_ref': self.random.choice(same), '_container': model.name})
            else:
                result[op] = self.chance(.5) if op == 'isEmpty' else self.value(field) if op == 'has' else self.values(field)
        return result

    def json_filter(self, field):
        ops = ['equals', 'not', 'string_contains', 'string_starts_with', 'string_ends_with', 'array_starts_with', 'array_ends_with']
        if self.schema.provider == 'postgresql':
            result = {'path': self.pick(['a'], ['a', 'b'], ['0'], ['1'], ['x'], [])} if self.chance(.6) else {}
            op = self.pick(*ops, 'array_contains', 'lt', 'gte')
            if op.startswith('string') and self.chance(.3):
                result['mode'] = 'insensitive'
        else:
            result = {'path': self.pick('$.a', '$.a.b', '$[0]', '$[1]', '$.x')} if self.chance(.6) else {}
            op = self.pick(*ops)
        if op.startswith('string'):
            result[op] = self.pick('s', 'x', 'a', '')
        else:
            result[op] = tagged('Json', self.pick('1', '"x"', '[null]', 'null', '{"b":[null]}')) if self.chance(.7) else self.value(field)
        return result

    def where(self, model, depth=0):
        result = {}
        for _ in range(self.pick(0, 1, 1, 2)):
            r = self.random.random()
            if r < .25 and depth < 3:
                key = self.pick('AND', 'OR', 'NOT')
                several = key == 'OR' or self.chance(.7)
                result[key] = [self.where(model, depth + 1) for _ in range(self.random.randint(0, 2))] if several else self.where(model, depth + 1)
            elif r < .6 and depth < 3 and model.links:
                link = self.random.choice(list(model.links.values()))
                inner = self.where(link.target, depth + 1)
                if link.many:
                    result[link.name] = {op: inner for op in self.some(['some', 'every', 'none'], 1, 1)}
                elif link.optional and self.chance(.25):
                    result[link.name] = self.pick(None, {'is': None}, {'isNot': None})
                else:
                    result[link.name] = {self.pick('is', 'isNot'): inner} if self.chance(.7) else inner
            else:
                field = self.random.choice(list(model.fields.values()))
                result[field.name] = self.scalar(model, field)
        return result

    def plain(self, model, where):
        """Where actions are emulated, no filters over relations in writes: see docs/differences.md."""
        return {k: v for k, v in where.items() if k in model.fields} if self.schema.emulated else where

    def unique(self, model, extended=False):
        name, fields = self.random.choice(model.criteria())
        if any(f.optional for f in fields) and name:
            name, fields = model.criteria()[0]
        values = {f.name: self.value(f) for f in fields}
        if (name or fields == model.ids) and not any(f.of for f in fields) and 'int_str' != name and self.chance(.8):
            i = self.random.randint(1, ROWS)
            values = {f.name: nth(f, i)[0] for f in fields}
        result = {name: values} if name else values
        if extended and self.chance(.2):
            alone = {f.name for _, fields in model.criteria() for f in fields if len(fields) == 1}
            result = {**{k: v for k, v in self.plain(model, self.where(model)).items() if k not in alone}, **result}
        return result

    # Reads

    def order(self, model, depth=0):
        if model.links and self.chance(.3) and depth < 2:
            link = self.random.choice(list(model.links.values()))
            return {link.name: {'_count': self.pick('asc', 'desc')} if link.many else self.order(link.target, depth + 1)}
        field = self.random.choice([f for f in model.fields.values() if f.ordered])
        direction = self.pick('asc', 'desc')
        if field.optional and self.chance(.4):
            return {field.name: {'sort': direction, 'nulls': self.pick('first', 'last')}}
        return {field.name: direction}

    def read_arguments(self, model, distinct=True):
        result = {}
        if self.chance(.5):
            result['where'] = self.where(model)
        result['orderBy'] = [self.order(model) for _ in range(self.pick(0, 1, 1, 2))] + [{f.name: self.pick('asc', 'desc')} for f in model.ids]
        if self.chance(.35):
            result['take'] = self.pick(0, 1, 2, 3, 5, -1, -2, -4)
        if self.chance(.25):
            result['skip'] = self.pick(0, 1, 2)
        if self.chance(.2):
            result['cursor'] = self.unique(model)
        if distinct and self.chance(.15):
            result['distinct'] = [f.name for f in self.some([f for f in model.fields.values() if f.ordered])]
        return result

    def selection(self, model, depth=0, lists=True):
        if self.chance(.5):
            result = {'$scalars': True}
            if self.chance(.1):
                result[self.random.choice(list(model.fields))] = False
        else:
            result = {name: True for name in self.some(model.fields, 1, len(model.fields))}
        links = [l for l in model.links.values() if lists or not l.many]
        if depth < 3:
            for link in self.some(links, 0, 2):
                if self.chance(.15):
                    result[link.name] = True
                    if link.many:
                        result[link.name] = {'arguments': {'orderBy': [{f.name: 'asc'} for f in link.target.ids]}, 'selection': {'$scalars': True}}
                    continue
                arguments = self.read_arguments(link.target) if link.many else {'where': self.where(link.target)} if link.optional and self.chance(.3) else {}
                result[link.name] = {'arguments': arguments, 'selection': self.selection(link.target, depth + 1)}
        many = [l for l in links if l.many]
        if many and self.chance(.25):
            counts = {l.name: self.pick(True, {'arguments': {'where': self.where(l.target)}, 'selection': {}}) for l in self.some(many)}
            result['_count'] = {'arguments': {}, 'selection': counts}
        return result

    def aggregates(self, model):
        result = {}
        for key in self.some(['_count', '_avg', '_sum', '_min', '_max'], 1, 3):
            fields = [f for f in model.fields.values()]
            if key in ('_avg', '_sum'):
                fields = [f for f in fields if f.type in NUMBERS and not f.list]
            elif key in ('_min', '_max'):
                fields = [f for f in fields if f.type not in ('Json', 'Bytes', 'Boolean') and f.native != 'Uuid' and not f.list]
            names = [f.name for f in fields] + ['_all'] * (key == '_count')
            if names:
                result[key] = {'arguments': {}, 'selection': {n: True for n in self.some(names)}}
        return result or {'_count': {'arguments': {}, 'selection': {'_all': True}}}

    def read(self, model):
        kind = self.pick(*['findMany'] * 6, 'findFirst', 'findUnique', 'aggregate', 'groupBy')
        if kind == 'findMany':
            return kind, self.read_arguments(model), self.selection(model)
        if kind == 'findFirst':
            return kind + self.pick('', 'OrThrow'), self.read_arguments(model), self.selection(model)
        if kind == 'findUnique':
            return kind + self.pick('', 'OrThrow'), {'where': self.unique(model, True)}, self.selection(model)
        if kind == 'aggregate':
            arguments, selection = self.read_arguments(model, False), self.aggregates(model)
            # With `skip` 0 the official engine asks another statement than with 1, and MariaDB takes the least of an enum from an index, by another order.
            enums = [name for key in ('_min', '_max') for name in selection.get(key, {}).get('selection', ()) if model.fields[name].type == 'Color']
            if self.schema.provider == 'mysql' and enums and arguments.get('skip') == 0:
                del arguments['skip']
            return kind, arguments, selection
        by = self.some([f for f in model.fields.values() if f.type not in ('Json', 'Bytes') and not f.list])
        arguments = {'by': [f.name for f in by], 'orderBy': [{f.name: self.pick('asc', 'desc')} for f in by]}
        if self.chance(.4) and by[0].type != 'Boolean' and by[0].native != 'Uuid':
            arguments['orderBy'].insert(0, {self.pick('_count', '_max', '_min'): {by[0].name: self.pick('asc', 'desc')}})
        if self.chance(.5):
            arguments['where'] = self.where(model)
        if self.chance(.3):
            arguments['take'] = self.pick(1, 2, -1)
        if self.chance(.2):
            arguments['skip'] = 1
        if self.chance(.4):
            having = {}
            number = self.random.choice([f for f in model.fields.values() if f.type in ('Int', 'Float') and not f.list])
            having[number.name] = {self.pick('_sum', '_max', '_count', '_avg', '_min'): {self.pick('gt', 'lte', 'equals', 'not'): self.pick(1, 2, 3)}}
            if self.chance(.3):
                having[by[0].name] = self.scalar(model, by[0])
            arguments['having'] = {self.pick('AND', 'OR', 'NOT'): [having]} if self.chance(.2) else having
        return kind, arguments, {**{f.name: True for f in by}, **self.aggregates(model)}

    # Writes

    def new(self, field, id_=False):
        if id_ or field.unique:
            return nth(field, self.random.randint(1, 14))[0]
        if field.of:
            return self.new(field.of[1], True)
        if field.list:
            return {'set': self.values(field)} if self.chance(.4) else self.values(field)
        if field.optional and self.chance(.1):
            return tagged('Enum', self.pick('DbNull', 'JsonNull')) if field.type == 'Json' else None
        return self.value(field)

    def create(self, model, depth=0, without=None, nested=True):
        """Data for a new record; `without`: the link that the parent sets."""
        unchecked = not nested or self.chance(.3)
        result = {}
        keys = {f.name for l in model.links.values() for f in l.local}
        skip = {f.name for f in without.local} if without else set()
        for field in model.fields.values():
            if field.name in skip or (field.name in keys and not unchecked):
                continue
            if field.default == 'autoincrement()':
                if unchecked and nested and self.chance(.15):  # of many, the order of statements would be random
                    result[field.name] = self.new(field, True)
                continue
            if field.required and not self.chance(.01) or self.chance(.4):
                result[field.name] = self.new(field, field in model.ids)
        if not nested:
            return result
        for link in model.links.values():
            if link is without or (link.local and unchecked):
                continue
            must = link.local and not link.optional
            if not must and (depth > 1 or self.chance(.7)):
                continue
            result[link.name] = self.create_link(link, depth)
        return result

    @staticmethod
    def alike(rows):
        """Rows with the same fields: the official engine inserts the others in groups, in an order that changes from run to run."""
        return [{k: v for k, v in row.items() if all(k in other for other in rows)} for row in rows]

    def skipping(self, arguments):
        if self.schema.provider != 'sqlite' and self.chance(.3):
            arguments['skipDuplicates'] = self.chance(.8)
        return arguments

    def create_link(self, link, depth):
        ops = {}
        kinds = ['create', 'connect', 'connectOrCreate'] if depth < 2 else ['connect']
        if link.many and link.other.local:
            kinds = kinds + ['createMany']
        for kind in self.some(kinds, 1, 2 if link.many else 1):
            if kind == 'createMany':
                ops[kind] = self.skipping({'data': self.alike([self.create(link.target, depth + 1, link.other, nested=False) for _ in range(self.random.randint(1, 2))])})
            else:
                ops[kind] = self.several(link, lambda k=kind: self.create_item(link, k, depth))
        return ops

    def several(self, link, make):
        if not link.many or self.chance(.3):
            return make()
        return [make() for _ in range(self.random.randint(0, 2))]

    def create_item(self, link, kind, depth):
        if kind == 'create':
            return self.create(link.target, depth + 1, link.other)
        if kind == 'connect':
            return self.unique(link.target, True)
        return {'where': self.unique(link.target), 'create': self.create(link.target, depth + 1, link.other)}

    def change(self, field):
        if field.list and self.chance(.4):
            return {'push': self.value(field) if self.chance(.5) else self.values(field)}
        if field.list:
            return self.new(field)
        if field.type in NUMBERS and self.chance(.4):
            return {self.pick('increment', 'decrement', 'multiply', 'divide', 'set'): self.value(field) if field.type != 'Int' else self.pick(1, 2, 3)}
        return {'set': self.new(field)} if self.chance(.2) and field.type != 'Json' else self.new(field)

    def update(self, model, depth=0, without=None, nested=True):
        unchecked = not nested or self.chance(.3)
        keys = {f.name for l in model.links.values() for f in l.local}
        skip = {f.name for f in without.local} if without else set()
        fields = [f for f in model.fields.values() if f.name not in skip and (unchecked or f.name not in keys)]
        if not self.chance(.15):
            fields = [f for f in fields if f not in model.ids]
        result = {f.name: self.change(f) for f in self.some(fields, 0, 3)}
        if nested:
            links = [l for l in model.links.values() if l is not without and not (l.local and unchecked)]
            for link in self.some(links, 0, 1 if depth else 2):
                if depth < 3:
                    result[link.name] = self.update_link(link, depth)
        return result

    def update_link(self, link, depth):
        target, back = link.target, link.other
        ops = {}
        kinds = ['create', 'connect', 'connectOrCreate', 'update', 'upsert']
        if link.many:
            kinds += ['set', 'disconnect', 'delete', 'updateMany', 'deleteMany'] + ['createMany'] * bool(back.local)
        elif link.optional:
            kinds += ['disconnect', 'delete']
        for kind in self.some(kinds, 1, 2 if link.many else 1):
            if kind in ('create', 'connect', 'connectOrCreate'):
                ops[kind] = self.several(link, lambda k=kind: self.create_item(link, k, depth))
            elif kind == 'createMany':
                ops[kind] = {'data': self.alike([self.create(target, depth + 1, back, nested=False) for _ in range(self.random.randint(0, 2))])}
            elif kind == 'update':
                def item():
                    data = self.update(target, depth + 1, back)
                    if link.many:
                        return {'where': self.unique(target, True), 'data': data}
                    return data if self.chance(.5) else {'where': self.where(target), 'data': data}
                ops[kind] = self.several(link, item)
                if isinstance(ops[kind], list):  # without empty ones: see docs/differences.md
                    ops[kind] = [item for item in ops[kind] if item.get('data', item)]
            elif kind == 'upsert':
                def item():
                    result = {'create': self.create(target, depth + 1, back), 'update': self.update(target, depth + 1, back)}
                    # To-one with `where`: see docs/differences.md.
                    if link.many or (not link.local and self.chance(.3)):
                        result['where'] = self.unique(target) if link.many else self.where(target)
                    return result
                ops[kind] = self.several(link, item)
            elif kind in ('set', 'disconnect', 'delete'):
                ops[kind] = self.several(link, lambda: self.unique(target, True)) if link.many else self.pick(True, True, False, self.where(target))
            elif kind == 'updateMany':
                ops[kind] = self.several(link, lambda: {'where': self.where(target), 'data': self.update(target, depth + 1, back, nested=False)})
            else:
                ops[kind] = self.several(link, lambda: self.where(target))
        return ops

    def write(self, model):
        kind = self.pick('createOne', 'createOne', 'updateOne', 'updateOne', 'updateOne', 'upsertOne', 'deleteOne', 'createMany', 'createManyAndReturn',
                         'updateMany', 'updateManyAndReturn', 'deleteMany')
        if self.schema.provider == 'mysql':
            kind = kind.removesuffix('AndReturn')
        counts = {'count': True}
        rows = lambda: self.alike([self.create(model, nested=False) for _ in range(self.random.randint(0, 3))])
        if kind == 'createOne':
            return kind, {'data': self.create(model)}, self.selection(model)
        if kind == 'updateOne':
            return kind, {'where': self.unique(model, True), 'data': self.update(model)}, self.selection(model)
        if kind == 'upsertOne':
            where = self.unique(model, True)
            create = self.create(model)
            if self.chance(.4):
                create.update({k: v for k, v in where.items() if k in model.fields and not isinstance(v, dict) and k in create})
            return kind, {'where': where, 'create': create, 'update': self.update(model)}, self.selection(model)
        if kind == 'deleteOne':
            return kind, {'where': self.unique(model, True)}, self.selection(model)
        if kind == 'createMany':
            return kind, self.skipping({'data': rows()}), counts
        if kind == 'createManyAndReturn':
            return kind, self.skipping({'data': rows()}), self.selection(model, 3, lists=False)
        arguments = {'where': self.plain(model, self.where(model))} if self.chance(.8) else {}
        if kind != 'deleteMany':
            arguments['data'] = self.update(model, nested=False)
        if self.chance(.15) and not self.schema.emulated:  # see docs/differences.md
            arguments['limit'] = self.pick(0, 1, 2, -1)
            if 'where' in arguments and self.schema.provider != 'sqlite':  # which ones, depends on how the database joins
                arguments['where'] = {k: v for k, v in arguments['where'].items() if k in model.fields}
        return kind, arguments, self.selection(model, 3, lists=False) if kind == 'updateManyAndReturn' else counts

    # Wrong requests

    def spoil(self, request):
        """Breaks one place of a request."""
        places = []

        def walk(node):
            if isinstance(node, dict):
                for key in node:
                    if key == 'orderBy' and self.schema.provider != 'sqlite':  # rows without order come in any
                        continue
                    places.append((node, key))
                    walk(node[key])
            elif isinstance(node, list):
                for i, item in enumerate(node):
                    places.append((node, i))
                    walk(item)

        walk(request['query'])
        node, key = self.random.choice(places[2:] or places)
        way = self.random.randint(0, 4)
        if way == 0 and isinstance(node, dict):
            node['nope'] = node.pop(key)
        elif way == 1 and isinstance(node, dict) and '$type' not in node and key not in ('arguments', 'selection'):
            del node[key]
        elif way == 2:
            node[key] = self.pick(None, 1, 'x', True, [], {}, 1.5, [1], {'x': 1}, -1, 2**30)
        elif way == 3:
            node[key] = [node[key]]
        elif isinstance(node, dict):
            node[self.pick('extra', 'AND', 'id', 'set', 'where', 'take', 'skip')] = self.pick(1, {}, [], 'x', None)
        return request

    def one(self, writes):
        model = self.random.choice(self.schema.models)
        action, arguments, selection = self.write(model) if writes else self.read(model)
        return {'modelName': model.name, 'action': action, 'query': {'arguments': arguments, 'selection': selection}}

    def compacted(self):
        """findUnique requests that differ in nothing but values."""
        model = self.random.choice(self.schema.models)
        name, fields = self.random.choice([c for c in model.criteria() if not any(f.optional for f in c[1])])
        action, selection = 'findUnique' + self.pick('', '', 'OrThrow'), self.selection(model)
        batch = []
        for _ in range(self.random.randint(2, 4)):
            values = {f.name: nth(f, self.random.randint(1, ROWS + 1))[0] if self.chance(.8) else self.value(f) for f in fields}
            where = {name: values} if name else values
            batch.append({'modelName': model.name, 'action': action, 'query': {'arguments': {'where': where}, 'selection': selection}})
        return {'batch': batch, **({'transaction': {}} if self.chance(.5) else {})}

    def request(self):
        if self.chance(.02):
            return self.compacted()
        if self.chance(.03):
            return {'steps': [self.one(self.chance(.7)) for _ in range(self.random.randint(1, 4))], 'end': self.pick('commit', 'commit', 'rollback')}
        request = self.one(self.chance(.5))
        if self.chance(.08):
            return self.spoil(json.loads(json.dumps(request)))
        if self.chance(.04):
            # Without a transaction the official engine runs them at the same time, so that reads may see writes or not.
            transaction = self.chance(.6)
            batch = [request if transaction else self.one(False)] + [self.one(transaction and self.chance(.5)) for _ in range(self.random.randint(0, 2))]
            return {'batch': batch, **({'transaction': {}} if transaction else {})}
        return request
