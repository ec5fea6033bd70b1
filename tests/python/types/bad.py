from rich_client import Prisma


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
