from rich_client import Prisma
from rich_client.models import User


async def main() -> None:
    db = Prisma()
    await db.user.create(data={'nme': 'x'})  # E
    await db.user.create(data={'name': 1})  # E
    await db.user.find_many(order={'age': 'up'})  # E
    await db.user.find_many(where={'posts': {'some': {'titel': 'x'}}})  # E
    await db.user.find_unique(where={'age': 3})  # E
    await db.user.find_many(include={'post': True})  # E
    await db.user.find_many(include={'posts': {'where': {'nope': 1}}})  # E
    await db.post.update(where={'id': 1}, data={'views': {'increase': 1}})  # E
    await db.post.update(where={'id': 1}, data={'views': {'increment': 1, 'decrement': 2}})  # E
    await db.user.find_many(where={'role': {'in': ['NOBODY']}})  # E
    await db.user.group_by(by=['rol'])  # E
    await db.user.count(select={'nope': True})  # E
    await db.usr.find_many()  # E
    await db.user.find_many(where={'tags': {'has': 'a', 'is_empty': True}})  # E
    await db.tx(isolation_level='Sometimes').start()  # E
    user = await db.user.find_unique(where={'id': '1'})
    print(user.name)  # E
    await db.user.find_first(select={'nme': True})  # E
    await db.user.find_first(select={'posts': {'select': {'titel': True}}})  # E
    await db.user.find_many(omit={'nme': True})  # E
    await db.user.find_many(include={'_count': {'select': {'profile': True}}})  # E
    await db.user.find_many(order={'email': {'sort': 'asc', 'nulls': 'middle'}})  # E
    await db.post.find_many(order={'author': {'nme': 'asc'}})  # E
    await db.user.find_many(order={'posts': {'_sum': 'asc'}})  # E
    await db.user.group_by(by=['role'], order={'rol': 'asc'})  # E
    await db.user.group_by(by=['role'], order={'_count': {'nope': 'asc'}})  # E
    await db.user.group_by(by=['role'], sum={'name': True})  # E
    await db.user.group_by(by=['role'], having={'age': {'_avg': {'contains': 'x'}}})  # E
    await db.post.aggregate(avg={'title': True})  # E
    await db.post.aggregate(summ={'views': True})  # E
    await db.user.update(where={'id': '1'}, data={'posts': {'update': [{'where': {'id': 1}, 'data': {'titel': 'x'}}]}})  # E
    await db.user.update(where={'id': '1'}, data={'posts': {'upsert': [{'where': {'id': 1}, 'create': {'title': 'x'}}]}})  # E
    await db.user.update(where={'id': '1'}, data={'posts': {'delete_many': [{'titel': 'x'}]}})  # E
    await db.user.create(data={'name': 'x', 'posts': {'connect_or_create': {'where': {'id': 1}}}})  # E
    await db.user.create_many_and_return([{'name': 'x', 'posts': {}}])  # E
    await db.post.find_many(where={'meta': {'string_has': 'x'}})  # E
    await db.user.find_many(where={'NOT': {'nme': 'x'}})  # E
    await db.authors.delete_many()  # E
    await db.user.find_many(take='3')  # E
    await db.on('querys', print)  # E
    db.use(3)  # E
    db.extends(result={'user': 3})  # E
    batch = db.batch_()
    batch.user.find_many()  # E
    number: str = await db.user.count()  # E
    users: list[str] = await db.user.find_many()  # E
    row = await db.query_first('SELECT 1', model=User)
    print(row.name)  # E
    User.create_partial('A', include={'nme'})  # E
    User.create_partial('B', relations={'profil': 'X'})  # E
    async for post in db.post.iterate(batch_size='x'):  # E
        print(post.titel)  # E
    async with db.tx() as tx:
        await tx.usr.find_many()  # E
    print(number, users)
