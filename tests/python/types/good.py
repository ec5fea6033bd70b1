import datetime
from decimal import Decimal
from typing import Any, Awaitable, Callable, List, Optional
from rich_client import AnyNull, DbNull, JsonNull, MiddlewareParams, Prisma, QueryEvent, Json, Base64, register, get_client, validate
from rich_client import bases, types
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


async def beyond(db: Prisma) -> None:
    # Only some fields, numbers of related records, orders over relations and of nulls.
    some = await db.user.find_first(select={'id': True, 'posts': {'select': {'title': True}, 'where': {'views': 1}}})
    most = await db.user.find_many(omit={'email': True}, order=[{'email': {'sort': 'asc', 'nulls': 'last'}}, {'profile': {'bio': 'asc'}}])
    numbers = await db.user.find_many(include={'_count': {'select': {'posts': {'where': {'views': {'gt': 1}}}}}})
    print(some.id if some else '', most[0].name, numbers)
    made: List[User] = await db.user.create_many_and_return([{'name': 'x'}], skip_duplicates=True)
    changed: List[Post] = await db.post.update_many_and_return(where={'views': 0}, data={'views': {'increment': 1}}, limit=3)
    print(made, changed)
    # Every kind of nested write.
    await db.user.update(where={'id': '1'}, data={'posts': {
        'create': [{'title': 'a'}], 'connect': [{'id': 1}], 'disconnect': [{'id': 2}], 'set': [{'id': 3}], 'delete': [{'id': 4}],
        'connect_or_create': [{'where': {'id': 5}, 'create': {'title': 'b'}}], 'create_many': {'data': [{'title': 'c'}], 'skip_duplicates': True},
        'update_many': [{'where': {'title': 'x'}, 'data': {'views': {'multiply': 2}}}],
        'upsert': [{'where': {'id': 2}, 'create': {'title': 'y'}, 'update': {'title': 'z'}}],
    }})
    # Json, with paths and kinds of nothing; one object for AND and NOT.
    await db.post.find_many(where={'meta': {'path': ['a', 'b'], 'string_contains': 'x'}, 'NOT': {'meta': {'equals': DbNull}}})
    await db.post.update_many(where={'meta': {'equals': AnyNull}}, data={'meta': JsonNull})
    # Groups and aggregates.
    groups = await db.user.group_by(['role', 'maybe'], count={'_all': True}, sum={'age': True}, order=[{'maybe': 'asc'}, {'_count': {'id': 'desc'}}], take=3)
    total: Optional[int] = groups[0].get('_sum', {}).get('age')
    stats = await db.post.aggregate(where={'views': {'gt': 1}}, avg={'price': True}, max={'title': True}, count={'title': True})
    price: Optional[Decimal] = stats.get('_avg', {}).get('price')
    title: Optional[str] = stats.get('_max', {}).get('title')
    print(total, price, title)
    # Raw queries.
    row = await db.query_first('SELECT 1', typed=True)
    users: List[User] = await db.query_raw('SELECT 1', model=User)
    one: Optional[Post] = await Post.prisma(db).query_first('SELECT 1')
    touched: int = await db.execute_raw('DELETE FROM "User"')
    print(row, users, one, touched)

    # Hooks, events, replicas, transactions.
    async def timed(params: MiddlewareParams, call: Callable[[MiddlewareParams], Awaitable[Any]]) -> Any:
        print(params.model, params.method)
        return await call(params)

    def heard(event: QueryEvent) -> None:
        print(event.query, event.duration)

    db.use(timed)
    db.on('query', heard)
    other: Prisma = db.extends(query={'$all': {'find_many': timed}}, result={'user': lambda user: user})
    first: Prisma = Prisma(replicas=['postgresql://x'], tracing=True).primary()
    async with other.tx(max_wait=100, timeout=datetime.timedelta(seconds=2), isolation_level='RepeatableRead') as tx:
        await tx.post.delete_many(where={'views': 0}, limit=1)
    batch = first.batch_()
    batch.user.create({'name': 'x'})
    print(await batch.commit())
    # Views can be read.
    view = await db.authors.find_many(where={'posts': {'gt': 3}}, order={'posts': 'desc'})
    print(view[0].posts)
    valid = validate(types.UserCreateInput, {'name': 'x'})
    print(valid['name'])


# Partial types are classes of their own.
User.create_partial('UserName', include={'id', 'name'})
Post.create_partial('Draft', required={'price'}, optional={'title'}, exclude={'views'}, relations={'author': 'UserName'})


class Slim(bases.BaseUser):
    name: str


async def custom(db: Prisma) -> None:
    slim = await Slim.prisma(db).find_first_or_raise()
    name: str = slim.name
    print(name)
