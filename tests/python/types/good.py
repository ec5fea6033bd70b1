import datetime
from decimal import Decimal
from typing import List, Optional
from rich_client import Prisma, Json, Base64, register, get_client, validate
from rich_client import types
from rich_client.models import User, Post
from rich_client.enums import Role


async def main() -> None:
    db = Prisma(auto_register=True, log_queries=False)
    await db.connect(timeout=datetime.timedelta(seconds=3))
    data: types.UserCreateInput = {'name': 'x', 'posts': {'create': [{'title': 't', 'price': Decimal('1')}]}}
    user = await db.user.create(data=data, include={'posts': {'where': {'title': {'contains': 'a'}}, 'take': 3, 'order_by': {'views': 'desc'}}})
    name: str = user.name
    posts: Optional[List[Post]] = user.posts
    found = await db.user.find_unique(where={'id': '1', 'age': {'gt': 3}})
    if found is not None:
        age: int = found.age
        print(age)
    await db.user.find_first(where={'OR': [{'role': Role.ADMIN}, {'role': {'in': [Role.USER]}}], 'AND': {'name': 'x'}}, order=[{'age': 'asc'}, {'posts': {'_count': 'desc'}}])
    await db.user.find_many(where={'posts': {'some': {'author': {'is': {'name': {'not': {'in': ['a']}}}}}}}, distinct=['name'])
    await db.post.update(where={'id': 1}, data={'views': {'increment': 1}, 'author': {'connect': {'id': '1'}}, 'meta': Json({'a': 1})})
    await db.user.update(where={'email': 'x'}, data={'tags': {'set': ['a']}, 'roles': [Role.USER], 'posts': {'update': [{'where': {'id': 1}, 'data': {'title': 'q'}}], 'delete_many': [{'views': 0}]}})
    await db.pair.find_unique(where={'x_y': {'x': 1, 'y': 'a'}})
    await db.all_types.upsert(where={'pair': {'id': 1, 'a': 2}}, data={'create': {}, 'update': {'bytes': Base64.encode(b'x')}})
    total: int = await db.user.count(where={'tags': {'has': 'x'}})
    counts = await db.user.count(select={'_all': True, 'email': True})
    print(total, counts['_all'] if '_all' in counts else 0, name, posts)
    rows = await db.user.group_by(by=['role'], count=True, avg={'age': True}, order={'role': 'asc'}, having={'age': {'_avg': {'gt': 3}}})
    for row in rows:
        print(row.get('role'))
    async with db.tx(isolation_level='Serializable') as tx:
        await tx.user.delete_many()
        await User.prisma(tx).find_many()
    async with db.batch_() as batch:
        batch.user.create({'name': 'x'})
    raw = await db.query_raw('SELECT 1')
    print(raw[0]['x'])
    u = await db.query_first('SELECT 1', model=User)
    if u:
        print(u.email)
    async for each in db.user.iterate(where={'age': 1}):
        print(each.id)
    stats = await db.post.aggregate(count=True, sum={'views': True})
    print(stats.get('_sum'))
    metrics = await db.get_metrics()
    print(metrics.counters[0].key)
    register(db)
    get_client()
    validate(types.UserCreateInput, {})
    db.use(lambda params, call: call(params))
