"""The asynchronous client over schema.prisma: nested writes, reads with relations, aggregates and transactions."""

import asyncio
from datetime import datetime, timezone

from prisma import Prisma, errors


async def seed(db: Prisma) -> None:
    """One request: a team, its members, a project with labels, and issues."""
    team = await db.team.create(
        data={
            'name': 'Compilers',
            'members': {
                'create': [
                    {'role': 'OWNER', 'user': {'create': {'email': 'ada@example.org', 'name': 'Ada', 'profile': {'create': {'bio': 'Numbers'}}}}},
                    {'role': 'MEMBER', 'user': {'create': {'email': 'grace@example.org', 'name': 'Grace'}}},
                ]
            },
            'projects': {
                'create': {
                    'key': 'CC',
                    'title': 'A compiler',
                    'budget': 1200.5,
                    'labels': {'create': [{'name': 'bug'}, {'name': 'speed'}]},
                }
            },
        },
        include={'members': {'include': {'user': True}}, 'projects': {'include': {'labels': True}}},
    )
    assert team.members is not None and team.projects is not None
    ada, grace = [member.user for member in team.members]
    project = team.projects[0]
    assert ada is not None and grace is not None and project.labels is not None
    bug, speed = project.labels

    parser = await db.issue.create(
        data={
            'number': 1,
            'title': 'Parser loops on empty input',
            'points': 5,
            'project': {'connect': {'id': project.id}},
            'reporter': {'connect': {'id': grace.id}},
            'assignee': {'connect': {'id': ada.id}},
            'labels': {'connect': [{'id': bug.id}]},
            'comments': {'create': [{'text': 'Seen on every run.', 'author': {'connect': {'id': grace.id}}}]},
        }
    )
    await db.issue.create(
        data={
            'number': 2,
            'title': 'Write a test for it',
            'points': 2,
            'project': {'connect': {'id': project.id}},
            'reporter': {'connect': {'id': ada.id}},
            'parent': {'connect': {'id': parser.id}},
            'labels': {'connect': [{'id': bug.id}, {'id': speed.id}]},
        }
    )
    made = await db.issue.create_many(
        data=[
            {'number': n, 'title': f'Idea {n}', 'points': n % 4, 'projectId': project.id, 'reporterId': ada.id if n % 2 else grace.id}
            for n in range(3, 203)
        ]
    )
    print(f'seeded: 1 team, 2 members, 1 project, {made + 2} issues')


async def read(db: Prisma) -> None:
    issue = await db.issue.find_first(
        where={'labels': {'some': {'name': 'bug'}}, 'parentId': None},
        include={'reporter': True, 'assignee': {'include': {'profile': True}}, 'labels': True, 'children': {'include': {'labels': True}}, 'comments': True},
    )
    assert issue is not None and issue.reporter and issue.assignee and issue.labels and issue.children and issue.comments
    print(f'bug: "{issue.title}" by {issue.reporter.name}, for {issue.assignee.name} ({issue.assignee.profile and issue.assignee.profile.bio})')
    print(f'     labels {[label.name for label in issue.labels]}, sub-issues {[child.title for child in issue.children]}, {len(issue.comments)} comment')

    page = await db.issue.find_many(
        where={'status': 'OPEN', 'OR': [{'points': {'gte': 3}}, {'title': {'contains': 'test'}}]},
        order=[{'points': 'desc'}, {'number': 'asc'}],
        take=5,
        skip=1,
    )
    print('a page:', [(row.number, row.points) for row in page])

    groups = await db.issue.group_by(by=['points'], count=True, sum={'points': True}, order={'points': 'asc'})
    print('by points:', [(group['points'], group['_count']['_all']) for group in groups])
    print('counted:', await db.issue.count(where={'reporter': {'is': {'name': 'Ada'}}}), 'issues of Ada')


async def write(db: Prisma) -> None:
    done = await db.issue.update(where={'id': 1}, data={'status': 'DONE', 'votes': {'increment': 2}, 'hours': {'create': [{'minutes': 90, 'day': datetime(2026, 1, 5, tzinfo=timezone.utc), 'user': {'connect': {'email': 'ada@example.org'}}}]}})
    assert done is not None
    print('updated:', done.status, done.votes, 'votes')
    upserted = await db.label.upsert(
        where={'projectId_name': {'projectId': 1, 'name': 'docs'}},
        data={'create': {'name': 'docs', 'projectId': 1}, 'update': {'name': 'docs'}},
    )
    print('upserted: label', upserted.name)

    try:
        await db.user.create(data={'email': 'ada@example.org'})
    except errors.UniqueViolationError as error:
        print('refused:', str(error).splitlines()[-1])

    try:
        async with db.tx() as tx:
            await tx.issue.delete_many(where={'number': {'gt': 2}})
            assert await tx.issue.count() == 2
            raise RuntimeError('never mind')
    except RuntimeError:
        print('rolled back:', await db.issue.count(), 'issues are still there')

    async with db.batch_() as batch:
        batch.comment.create(data={'text': 'first', 'issueId': 2, 'authorId': done.reporterId})
        batch.comment.create(data={'text': 'second', 'issueId': 2, 'authorId': done.reporterId})
    rows = await db.query_raw('SELECT status, COUNT(*) AS n FROM "Issue" GROUP BY status ORDER BY n')
    print('raw:', rows)


async def main() -> None:
    async with Prisma() as db:
        await db.team.delete_many()
        await db.execute_raw('DELETE FROM users')
        await seed(db)
        await read(db)
        await write(db)


asyncio.run(main())
