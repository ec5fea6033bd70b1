// Everything that a client can do, on any schema: rows are made up from the data model, always the same ones, then read, changed and deleted
// in every way. Each step is told with its result or its error, so that two engines can be compared step by step.

const DAY = 86400000
const WORDS = ['amber', 'birch', 'cedar', 'delta', 'ember', 'flint', 'grove', 'haze', 'iris', 'jade']
const NUMBERS = ['Int', 'BigInt', 'Float', 'Decimal']

// Results as plain text, with what changes from run to run replaced.
function plain(value, started) {
  if (typeof value === 'bigint') return `${value}n`
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item) => plain(item, started))
  if (value instanceof Date && Number.isNaN(value.getTime())) return '<no date>'
  if (value instanceof Date) return value.getTime() > started - 60000 ? '<now>' : value.toISOString()
  if (value instanceof Uint8Array) return `bytes:${Buffer.from(value).toString('hex')}`
  if (typeof value.toFixed === 'function') return `decimal:${value.toFixed()}`
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, started)]))
}

export async function exercise({ client: db, Prisma, provider, models, enums }) {
  const started = Date.now()
  const steps = []
  const delegate = (model, from = db) => from[model.name[0].toLowerCase() + model.name.slice(1)]

  const tell = async (name, work) => {
    let result
    try {
      result = { ok: plain(await work(), started) ?? null }
    } catch (error) {
      if (!/^(Prisma|DriverAdapterError)/.test(error.name)) throw error
      result = { error: error.name, code: error.code, message: error.message, model: error.meta?.modelName }
    }
    steps.push({ step: name, ...result })
    return result
  }

  const byName = Object.fromEntries(models.map((model) => [model.name, model]))
  for (const model of models) {
    const of = (test) => model.fields.filter(test)
    model.scalars = of((f) => f.kind !== 'object')
    model.relations = of((f) => f.kind === 'object')
    model.owned = model.relations.filter((f) => f.relationFromFields.length)
    model.key = model.primaryKey?.fields ?? of((f) => f.isId).map((f) => f.name)
    if (!model.key.length) model.key = of((f) => f.isUnique).map((f) => f.name).slice(0, 1)
    model.keyName = model.primaryKey ? model.primaryKey.name ?? model.key.join('_') : null
    model.order = model.key.map((name) => ({ [name]: 'asc' }))
    model.rows = []
    model.counter = 0
    model.back = (field) => byName[field.type].relations.find((f) => f.relationName === field.relationName && (f !== field))
  }
  const whereOf = (model, row) => {
    const values = Object.fromEntries(model.key.map((name) => [name, row[name]]))
    return model.keyName ? { [model.keyName]: values } : values
  }

  // The n-th value of a field; unique ones never repeat.
  const native = (field) => field.nativeType?.[0]
  const scalar = (field, n) => {
    const unique = field.isUnique || field.isId
    switch (field.type) {
      case 'String':
        if (native(field) === 'Uuid') return `0000000${n % 10}-0000-4000-8000-00000000000${n % 10}`
        if (native(field) === 'Inet') return `10.0.0.${n}`
        if (native(field) === 'Char') return `c${String(n).padStart(3, '0')}`
        return unique ? `${field.name}-${String(n).padStart(3, '0')}` : WORDS[(n * 7 + field.name.length) % 10] + (n % 3 ? '' : ' O\'Brien "é"')
      case 'Int':
        return native(field) === 'Year' ? 2000 + n : unique ? n + 1 : (n * 5 + field.name.length) % 9
      case 'BigInt':
        return unique ? BigInt(n) + 9007199254740993n : (BigInt(n) * 1000000007n) % 99999999999n
      case 'Float':
        return ((n * 3) % 7) / 4
      case 'Decimal':
        return new Prisma.Decimal(((n * 37) % 1000) / 8).toDecimalPlaces(2)
      case 'Boolean':
        return n % 3 === 1
      case 'DateTime': {
        const clock = native(field) === 'Time'
        if (native(field) === 'Date') return new Date(Date.UTC(2020, 0, 1) + n * DAY)
        return new Date(clock ? n * 3600000 + 250 : Date.UTC(2020, 0, 1, 9, 30, 15, 125) + n * DAY)
      }
      case 'Json':
        return [{ n, tags: ['a', 'b'] }, [1, 'x', null], 'text', n, true][n % 5]
      case 'Bytes':
        return Buffer.from([n, 255, 0, ...Buffer.from(field.name)])
      default:
        return enums[field.type][n % enums[field.type].length]
    }
  }
  const valueOf = (field, n) => (field.isList ? [...Array(n % 3).keys()].map((i) => scalar({ ...field, isUnique: false }, n + i)) : scalar(field, n))
  const isMade = (field) => field.hasDefaultValue && field.default?.name === 'autoincrement'

  // Scalars of a new row, foreign keys among them; null if a parent is missing.
  const newRow = (model) => {
    const n = model.counter++
    const row = {}
    const foreign = new Set(model.owned.flatMap((f) => f.relationFromFields))
    for (const field of model.scalars) {
      if (isMade(field) || foreign.has(field.name)) continue
      if (!field.isRequired && n % 3 === 0) continue
      if (field.isRequired && field.hasDefaultValue && n % 4 === 2 && !field.isId && field.type !== 'DateTime') continue
      row[field.name] = valueOf(field, n)
    }
    for (const field of model.owned) {
      const parent = byName[field.type]
      const isRequired = field.relationFromFields.every((name) => model.scalars.find((f) => f.name === name).isRequired)
      if (!isRequired && (n % 2 === 0 || !parent.rows.length)) continue
      const parents = parent.rows.filter((p) => field.relationFromFields.every((name, i) => row[name] === undefined || row[name] === p[field.relationToFields[i]]))
      if (!parents.length) {
        if (isRequired) return null
        continue
      }
      const chosen = parents[(n + field.relationFromFields.length) % parents.length]
      field.relationFromFields.forEach((name, i) => (row[name] = chosen[field.relationToFields[i]]))
    }
    // A key made of foreign keys only must not repeat.
    for (const unique of [model.key, ...model.uniqueFields, ...model.scalars.filter((f) => f.isUnique).map((f) => [f.name])]) {
      if (unique.every((name) => row[name] !== undefined) && model.rows.some((other) => unique.every((name) => Number(other[name]) === Number(row[name]) && String(other[name]) === String(row[name])))) return false
    }
    return row
  }
  const nextRow = (model) => {
    for (let tries = 0; tries < 12; tries++) {
      const row = newRow(model)
      if (row) return row
    }
    return null
  }

  // Parents before children.
  const ordered = []
  const visit = (model, path = []) => {
    if (ordered.includes(model) || path.includes(model)) return
    for (const field of model.owned) if (field.isRequired) visit(byName[field.type], [...path, model])
    ordered.push(model)
  }
  models.forEach((model) => visit(model))

  const reload = async (model) => {
    model.rows = await delegate(model).findMany({ orderBy: model.order })
  }

  for (const model of ordered) {
    for (let i = 0; i < 4; i++) {
      const data = nextRow(model)
      if (data) await tell(`${model.name}.create ${i}`, () => delegate(model).create({ data }))
      await reload(model)
    }
    const several = []
    for (let i = 0; i < 3; i++) {
      const row = nextRow(model)
      const keys = [model.key, ...model.uniqueFields, ...model.scalars.filter((f) => f.isUnique).map((f) => [f.name])]
      if (row && !several.some((other) => keys.some((key) => key.every((name) => row[name] !== undefined && String(other[name]) === String(row[name]))))) several.push(row)
    }
    if (several.length) {
      if (provider === 'mysql') await tell(`${model.name}.createMany`, () => delegate(model).createMany({ data: several }))
      else await tell(`${model.name}.createManyAndReturn`, () => delegate(model).createManyAndReturn({ data: several }))
      if (provider !== 'sqlite') await tell(`${model.name}.createMany skipDuplicates`, () => delegate(model).createMany({ data: several, skipDuplicates: true }))
    }
    await reload(model)
  }
  // Links of many to many, and parents that came later.
  for (const model of models) {
    for (const field of model.relations) {
      const back = model.back(field)
      const other = byName[field.type]
      if (field.isList && (back ?? field).isList && field.relationName && model.rows.length && other.rows.length) {
        await tell(`${model.name}.${field.name} connect`, () => delegate(model).update({
          where: whereOf(model, model.rows[0]),
          data: { [field.name]: { connect: other.rows.slice(0, 3).map((row) => whereOf(other, row)) } },
          include: { [field.name]: { orderBy: other.order } },
        }))
      }
    }
  }

  const sorted = (field) => (field.isList ? { orderBy: byName[field.type].order } : true)
  const keysOnly = (model) => Object.fromEntries(model.key.map((name) => [name, true]))

  for (const model of models) {
    const table = delegate(model)
    const say = (name, work) => tell(`${model.name}.${name}`, work)
    const { order, rows } = model
    const ids = (where) => table.findMany({ where, orderBy: order, select: keysOnly(model) })
    const comparable = model.scalars.filter((f) => !f.isList && f.type !== 'Json')

    await say('findMany', () => table.findMany({ orderBy: order }))
    if (model.relations.length) {
      await say('include', () => table.findMany({ orderBy: order, include: Object.fromEntries(model.relations.map((f) => [f.name, sorted(f)])) }))
      for (const field of model.relations) {
        const inner = byName[field.type].relations.map((f) => [f.name, f.isList ? { orderBy: byName[f.type].order, take: 2 } : true])
        await say(`include ${field.name} deep`, () => table.findMany({ orderBy: order, take: 3, include: { [field.name]: inner.length ? { ...(field.isList ? sorted(field) : {}), include: Object.fromEntries(inner) } : true } }))
      }
    }
    const lists = model.relations.filter((f) => f.isList)
    if (lists.length) {
      await say('_count', () => table.findMany({ orderBy: order, select: { ...keysOnly(model), _count: { select: Object.fromEntries(lists.map((f) => [f.name, true])) } } }))
    }
    if (model.scalars.length > 1) await say('omit', () => table.findMany({ orderBy: order, take: 2, omit: { [model.scalars.at(-1).name]: true } }))

    for (const field of model.scalars) {
      const values = rows.map((row) => row[field.name]).filter((value) => value !== null)
      const [a, b] = [values[0], values[Math.floor(values.length / 2)]]
      const name = field.name
      if (field.isList) {
        if (field.type === 'Json') continue
        await say(`where ${name} isEmpty`, () => ids({ [name]: { isEmpty: true } }))
        const item = values.flat()[0]
        if (item !== undefined) {
          await say(`where ${name} has`, () => ids({ [name]: { has: item } }))
          await say(`where ${name} hasSome`, () => ids({ [name]: { hasSome: [item] } }))
          await say(`where ${name} hasEvery`, () => ids({ [name]: { hasEvery: values.flat().slice(0, 2) } }))
        }
        continue
      }
      if (a === undefined) continue
      if (field.type === 'Json') {
        if (!field.nativeType) await say(`where ${name} equals`, () => ids({ [name]: { equals: a } }))
        if (!field.isRequired) await say(`where ${name} DbNull`, () => ids({ [name]: { equals: Prisma.DbNull } }))
        if (!field.isRequired) await say(`where ${name} AnyNull`, () => ids({ [name]: { equals: Prisma.AnyNull } }))
        const path = provider === 'postgresql' ? ['n'] : '$.n'
        if (provider !== 'mysql' && !field.nativeType) await say(`where ${name} path`, () => ids({ [name]: { path, equals: 0 } }))
        continue
      }
      const filters = { equals: a, not: b, in: [a, b], notIn: [b] }
      if (!['Boolean', 'Bytes'].includes(field.type) && field.kind !== 'enum') Object.assign(filters, { lt: b, lte: b, gt: a, gte: b })
      for (const [filter, value] of Object.entries(filters)) {
        if (field.type === 'Boolean' && filter.endsWith('n')) continue
        await say(`where ${name} ${filter}`, () => ids({ [name]: { [filter]: value } }))
      }
      if (field.type === 'String' && !['Uuid', 'Inet'].includes(native(field))) {
        for (const [filter, value] of Object.entries({ contains: a.slice(1, 4), startsWith: a.slice(0, 2), endsWith: a.slice(-2) })) {
          await say(`where ${name} ${filter}`, () => ids({ [name]: { [filter]: value } }))
        }
        await say(`where ${name} not contains`, () => ids({ [name]: { not: { contains: a.slice(0, 1) } } }))
        if (provider === 'postgresql') await say(`where ${name} insensitive`, () => ids({ [name]: { equals: a.toUpperCase(), mode: 'insensitive' } }))
      }
      if (!field.isRequired) {
        await say(`where ${name} null`, () => ids({ [name]: null }))
        await say(`where ${name} not null`, () => ids({ [name]: { not: null } }))
        await say(`orderBy ${name} nulls`, () => (provider === 'mysql' ? [] : table.findMany({ orderBy: [{ [name]: { sort: 'desc', nulls: 'last' } }, ...order], select: keysOnly(model) })))
      }
      await say(`orderBy ${name}`, () => table.findMany({ orderBy: [{ [name]: 'desc' }, ...order], select: keysOnly(model) }))
      await say(`distinct ${name}`, () => table.findMany({ distinct: [name], orderBy: [{ [name]: 'asc' }, ...order], select: { [name]: true } }))
    }
    if (comparable.length > 2 && rows.length) {
      const [f, g] = comparable.slice(-2)
      const conditions = [{ [f.name]: rows[0][f.name] }, { [g.name]: rows.at(-1)[g.name] }]
      await say('where OR', () => ids({ OR: conditions }))
      await say('where AND NOT', () => ids({ AND: [{ NOT: conditions[0] }, { NOT: [conditions[1]] }] }))
      await say('where OR empty', () => ids({ OR: [] }))
    }
    for (const field of model.relations) {
      const other = byName[field.type]
      if (!other.rows.length) continue
      const probe = other.scalars.find((f) => f.type === 'String' && !f.isList) ?? other.scalars[0]
      const inner = { [probe.name]: other.rows[1 % other.rows.length][probe.name] }
      for (const quantifier of field.isList ? ['some', 'every', 'none'] : ['is', 'isNot']) {
        await say(`where ${field.name} ${quantifier}`, () => ids({ [field.name]: { [quantifier]: inner } }))
        if (field.isList) await say(`where ${field.name} ${quantifier} {}`, () => ids({ [field.name]: { [quantifier]: {} } }))
      }
      if (!field.isList && !field.isRequired) await say(`where ${field.name} is null`, () => ids({ [field.name]: null }))
      if (field.isList) await say(`orderBy ${field.name}._count`, () => table.findMany({ orderBy: [{ [field.name]: { _count: 'desc' } }, ...order], select: keysOnly(model) }))
      else await say(`orderBy ${field.name}`, () => table.findMany({ orderBy: [...other.order.map((o) => ({ [field.name]: o })), ...order], select: keysOnly(model) }))
    }
    if (rows.length > 2) {
      await say('page', () => table.findMany({ orderBy: order, skip: 1, take: 2 }))
      await say('last', () => table.findMany({ orderBy: order, take: -2 }))
      await say('cursor', () => table.findMany({ orderBy: order, cursor: whereOf(model, rows[1]), take: 2, skip: 1 }))
      await say('cursor back', () => table.findMany({ orderBy: order, cursor: whereOf(model, rows[2]), take: -2 }))
      await say('findUnique', () => table.findUnique({ where: whereOf(model, rows[1]) }))
      await say('findUnique at once', () => Promise.all(rows.map((row) => table.findUnique({ where: whereOf(model, row), select: keysOnly(model) }))))
      for (const field of model.scalars.filter((f) => f.isUnique && rows[1][f.name] !== null)) await say(`findUnique ${field.name}`, () => table.findUnique({ where: { [field.name]: rows[1][field.name] } }))
      for (const index of model.uniqueIndexes) {
        if (index.fields.some((name) => rows[1][name] === null)) continue
        const where = { [index.name ?? index.fields.join('_')]: Object.fromEntries(index.fields.map((name) => [name, rows[1][name]])) }
        if (index.fields.length > 1) await say(`findUnique ${index.fields}`, () => table.findUniqueOrThrow({ where }))
      }
      await say('findFirst', () => table.findFirst({ orderBy: order, skip: 2 }))
      await say('findFirstOrThrow', () => table.findFirstOrThrow({ where: { NOT: {}, AND: [{ OR: [] }] }, orderBy: order }))
    }
    await say('count', () => table.count())
    await say('count select', () => table.count({ select: { _all: true, ...Object.fromEntries(comparable.map((f) => [f.name, true])) } }))
    const numbers = comparable.filter((f) => NUMBERS.includes(f.type))
    const some = (fields) => Object.fromEntries(fields.map((f) => [f.name, true]))
    if (numbers.length) await say('aggregate', () => table.aggregate({ _count: true, _sum: some(numbers), _avg: some(numbers), _min: some(numbers), _max: some(numbers) }))
    const ends = comparable.filter((f) => f.kind !== 'enum' && !['Boolean', 'Bytes'].includes(f.type))
    if (ends.length) await say('aggregate of a page', () => table.aggregate({ orderBy: order, take: 3, _min: some(ends), _max: some(ends) }))
    for (const field of comparable.filter((f) => ['Boolean', 'String', 'Int'].includes(f.type) || f.kind === 'enum')) {
      await say(`groupBy ${field.name}`, () => table.groupBy({ by: [field.name], _count: { _all: true }, ...(numbers.length ? { _sum: some(numbers) } : {}), orderBy: { [field.name]: 'asc' } }))
      // Which one of two groups of a size comes first is up to the database.
      await say(`groupBy ${field.name} having`, async () => (await table.groupBy({ by: [field.name], having: { [field.name]: { _count: { gt: 1 } } }, orderBy: { _count: { [field.name]: 'desc' } }, _count: true, take: 1 })).map((group) => group._count))
    }
  }

  // Changes; what fails is told as well.
  for (const model of ordered) {
    await reload(model)
    const { rows } = model
    if (!rows.length) continue
    const table = delegate(model)
    const say = (name, work) => tell(`${model.name}.${name}`, work)
    const where = whereOf(model, rows[0])
    const foreign = new Set(model.owned.flatMap((f) => f.relationFromFields))
    const free = model.scalars.filter((f) => !f.isId && !f.isUnique && !foreign.has(f.name) && !model.key.includes(f.name) && !model.uniqueFields.flat().includes(f.name))
    for (const field of free) {
      await say(`update ${field.name}`, () => table.update({ where, data: { [field.name]: valueOf(field, 5) }, select: { [field.name]: true } }))
      if (field.isList) {
        if (field.type !== 'Json') await say(`push ${field.name}`, () => table.update({ where, data: { [field.name]: { push: scalar(field, 1) } }, select: { [field.name]: true } }))
        continue
      }
      if (NUMBERS.includes(field.type) && !['Money', 'Bit'].includes(native(field))) {
        for (const [operation, value] of [['increment', 2], ['decrement', 1], ['multiply', 3], ['divide', 2]]) {
          await say(`update ${field.name} ${operation}`, () => table.update({ where, data: { [field.name]: { [operation]: value } }, select: { [field.name]: true } }))
        }
      }
      if (!field.isRequired) await say(`update ${field.name} null`, () => table.update({ where, data: { [field.name]: field.type === 'Json' ? Prisma.DbNull : null }, select: { [field.name]: true } }))
    }
    if (free.length) {
      const field = free[0]
      await say('updateMany', () => table.updateMany({ where: { [field.name]: field.type === 'Json' ? { not: Prisma.DbNull } : field.isList ? { isEmpty: false } : { not: valueOf(field, 5) } }, data: { [field.name]: valueOf(field, 6) } }))
      if (provider !== 'mysql') await say('updateManyAndReturn', async () => (await table.updateManyAndReturn({ data: { [field.name]: valueOf(field, 7) } })).length)
      await say('update with a relation', () => table.update({ where, data: { [field.name]: valueOf(field, 8) }, include: Object.fromEntries(model.relations.map((f) => [f.name, sorted(f)])) }))
      await say('update of nothing', () => table.update({ where: { ...where, NOT: { [field.name]: { equals: field.type === 'Json' ? Prisma.DbNull : valueOf(field, 8) } } }, data: {} }))
    }
    const fresh = nextRow(model)
    if (fresh) {
      const key = model.key.every((name) => fresh[name] !== undefined) ? whereOf(model, fresh) : null
      if (key) {
        await say('upsert creates', () => table.upsert({ where: key, create: fresh, update: {} }))
        await say('upsert updates', () => table.upsert({ where: key, create: fresh, update: free.length ? { [free[0].name]: valueOf(free[0], 9) } : {} }))
        await say('delete', () => table.delete({ where: key }))
        await say('delete again', () => table.delete({ where: key }))
        await say('update of what is gone', () => table.update({ where: key, data: {} }))
        await say('findUniqueOrThrow', () => table.findUniqueOrThrow({ where: key }))
      }
      const repeated = { ...fresh, ...Object.fromEntries(model.key.map((name) => [name, rows[0][name]])) }
      await say('create with the key of another', () => table.create({ data: repeated }))
      const missing = model.scalars.find((f) => f.isRequired && !f.hasDefaultValue && !foreign.has(f.name))
      if (missing) await say('create without a field', () => table.create({ data: { ...fresh, [missing.name]: undefined } }))
      const wrong = model.scalars.find((f) => ['Int', 'Boolean', 'DateTime', 'Float'].includes(f.type) && !f.isList && !isMade(f))
      if (wrong) await say('create with a wrong type', () => table.create({ data: { ...fresh, [wrong.name]: 'nonsense' } }))
      await say('create with an unknown field', () => table.create({ data: { ...fresh, nonsense: 1 } }))
      for (const field of model.owned) {
        if (model.key.some((name) => field.relationFromFields.includes(name)) || field.relationFromFields.length > 1) continue
        const [name] = field.relationFromFields
        const target = byName[field.type].scalars.find((f) => f.name === field.relationToFields[0])
        const nowhere = { Int: 99999, BigInt: 99999n, String: 'nowhere' }[target.type]
        const plainRow = Object.fromEntries(Object.entries(fresh).filter(([key]) => key !== name))
        if (nowhere) await say(`create with ${name} of nobody`, () => table.create({ data: { ...plainRow, [name]: nowhere } }))
      }
    }
    for (const field of model.relations) {
      const other = byName[field.type]
      const back = model.back(field)
      const link = sorted(field)
      const act = (name, action) => say(`nested ${name} of ${field.name}`, () => table.update({ where, data: { [field.name]: action }, select: { [field.name]: link } }))
      const strip = (row) => {
        if (!row || !back || back.isList) return row
        return Object.fromEntries(Object.entries(row).filter(([key]) => !back.relationFromFields.includes(key)))
      }
      const child = strip(nextRow(other))
      // Unchecked and checked inputs cannot be mixed: children that have further foreign keys are left out.
      if (child) await act('create', { create: child })
      await reload(other)
      if (other.rows.length) {
        const target = whereOf(other, other.rows.at(-1))
        await act('connect', { connect: field.isList ? [target] : target })
        const probe = other.scalars.find((f) => !f.isId && !f.isUnique && !f.isList && f.kind === 'scalar' && !other.owned.some((o) => o.relationFromFields.includes(f.name)) && !other.key.includes(f.name))
        if (probe) {
          const data = { [probe.name]: valueOf(probe, 4) }
          await act('update', { update: field.isList ? { where: target, data } : data })
          if (field.isList) await act('updateMany', { updateMany: { where: {}, data } })
        }
        if (field.isList) await act('set', { set: [target] })
        if (field.isList || !field.isRequired) await act('disconnect', { disconnect: field.isList ? [target] : true })
        const created = strip(nextRow(other))
        if (created && other.key.every((name) => created[name] !== undefined)) {
          await act('connectOrCreate', { connectOrCreate: { where: whereOf(other, created), create: created } })
          await act('delete', { delete: field.isList ? [whereOf(other, created)] : true })
        }
        if (field.isList) await act('deleteMany', { deleteMany: { NOT: {} } })
      }
      await reload(other)
    }
    await reload(model)
  }

  // Transactions, extensions, raw queries: over the first model.
  const first = ordered[0]
  const table = first.dbName ?? first.name
  const quoted = provider === 'mysql' ? `\`${table}\`` : `"${table}"`
  await tell('transaction of a list', () => db.$transaction([delegate(first).count(), delegate(first).findMany({ orderBy: first.order, take: 1 }), db.$executeRawUnsafe(`DELETE FROM ${quoted} WHERE 1 = 0`)]))
  const extra = nextRow(first)
  await tell('transaction rolled back', () => db.$transaction(async (tx) => {
    await delegate(first, tx).create({ data: extra })
    await delegate(first, tx).findFirstOrThrow({ where: { OR: [] } })
  }))
  await tell('transaction of a list that fails', () => db.$transaction([delegate(first).create({ data: extra }), delegate(first).delete({ where: whereOf(first, { ...extra, ...Object.fromEntries(first.key.map((name) => [name, extra[name] ?? 424242])) }) }), delegate(first).create({ data: { nonsense: 1 } })]))
  await tell('count after that', () => delegate(first).count())
  await tell('transaction committed', () => db.$transaction(async (tx) => [await delegate(first, tx).count(), (await tx.$queryRawUnsafe(`SELECT 7 AS n`)).map((row) => Number(row.n))], { isolationLevel: 'Serializable' }))
  await tell('raw', async () => (await db.$queryRawUnsafe(`SELECT * FROM ${quoted} WHERE 1 = 0`)).length)
  await tell('raw with values', async () => (await db.$queryRaw`SELECT ${'text'} AS a`)[0].a)
  await tell('raw of no table', async () => {
    try {
      await db.$queryRawUnsafe('SELECT * FROM nowhere_to_be_found')
    } catch (error) {
      return [error.name, error.code, error.meta?.code]
    }
    return null
  })
  const seen = []
  const extended = db.$extends({
    model: { $allModels: { async total() { return Prisma.getExtensionContext(this).count() } } },
    result: { [first.name[0].toLowerCase() + first.name.slice(1)]: { label: { needs: { [first.key[0]]: true }, compute: (row) => `#${row[first.key[0]]}` } } },
    query: { $allModels: { $allOperations({ model, operation, args, query }) { seen.push(`${model}.${operation}`); return query(args) } } },
  })
  await tell('extended model', async () => [await delegate(first, extended).total(), seen.splice(0)])
  await tell('extended result', async () => (await delegate(first, extended).findMany({ orderBy: first.order, take: 2 })).map((row) => row.label))
  await tell('extended transaction', () => extended.$transaction(async (tx) => [await delegate(first, tx).total(), seen.splice(0)]))

  for (const model of [...ordered].reverse()) {
    await tell(`${model.name}.deleteMany of some`, () => delegate(model).deleteMany({ where: model.rows.length ? { OR: [{ [model.key[0]]: model.rows[0][model.key[0]] }] } : {} }))
    await tell(`${model.name}.findMany left`, () => delegate(model).findMany({ orderBy: model.order }))
  }
  for (const model of [...ordered].reverse()) await tell(`${model.name}.deleteMany`, () => delegate(model).deleteMany())
  for (const model of ordered) await tell(`${model.name}.count at last`, () => delegate(model).count())
  return steps
}
