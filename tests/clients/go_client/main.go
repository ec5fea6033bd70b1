// What users of github.com/steebchen/prisma-client-go do, by that client itself. The argument: how the database writes a parameter.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"clients/db"

	"github.com/shopspring/decimal"
)

var checks int

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func expect(ok bool, what ...any) {
	if !ok {
		panic("FAILED: " + fmt.Sprint(what...))
	}
	checks++
}

func main() {
	ctx, placeholder := context.Background(), os.Args[1]
	client := db.NewClient()
	if err := client.Prisma.Connect(); err != nil {
		panic(err)
	}
	defer client.Prisma.Disconnect()
	ada := must(client.User.CreateOne(db.User.Email.Set("ada@example.com"), db.User.Name.Set("Ada"), db.User.Score.Set(1.5), db.User.Big.Set(1<<60),
		db.User.Data.Set([]byte{1, 2, 255}), db.User.Meta.Set(db.JSON(`{"a": [1, null]}`)), db.User.Price.Set(decimal.RequireFromString("12.50")), db.User.Role.Set(db.RoleAdmin)).Exec(ctx))
	name, ok := ada.Name()
	expect(ok && name == "Ada" && ada.Age == 3 && ada.Role == db.RoleAdmin, ada)
	big, _ := ada.Big()
	data, _ := ada.Data()
	meta, _ := ada.Meta()
	price, _ := ada.Price()
	expect(int64(big) == 1<<60 && string(data) == "\x01\x02\xff" && string(meta) == `{"a":[1,null]}` && price.String() == "12.5", ada)
	bob := must(client.User.CreateOne(db.User.Email.Set("bob@example.com")).Exec(ctx))
	_, ok = bob.Name()
	expect(!ok, bob)
	for i := 1; i <= 3; i++ {
		post := must(client.Post.CreateOne(db.Post.Title.Set(fmt.Sprint("post ", i)), db.Post.Author.Link(db.User.ID.Equals(ada.ID)), db.Post.Views.Set(i)).Exec(ctx))
		expect(post.AuthorID == ada.ID && post.ID == i, post)
	}
	_, err := client.User.CreateOne(db.User.Email.Set("ada@example.com")).Exec(ctx)
	info, is := db.IsErrUniqueConstraint(err)
	expect(is, err, info)
	_, err = client.User.FindUnique(db.User.ID.Equals("none")).Exec(ctx)
	expect(errors.Is(err, db.ErrNotFound), err)
	found := must(client.User.FindUnique(db.User.Email.Equals("ada@example.com")).With(db.User.Posts.Fetch(db.Post.Views.Gt(1)).OrderBy(db.Post.ID.Order(db.DESC))).Exec(ctx))
	expect(len(found.Posts()) == 2 && found.Posts()[0].Title == "post 3" && found.CreatedAt.Equal(ada.CreatedAt), found)
	many := must(client.User.FindMany(db.User.Or(db.User.Name.Contains("d"), db.User.Email.StartsWith("bob")), db.User.Posts.None(db.Post.Views.Gt(100))).OrderBy(db.User.Email.Order(db.ASC)).Take(5).Skip(1).Exec(ctx))
	expect(len(many) == 1 && many[0].ID == bob.ID, many)
	posts := must(client.Post.FindMany(db.Post.Author.Where(db.User.Email.Equals("ada@example.com"))).With(db.Post.Author.Fetch()).Exec(ctx))
	expect(len(posts) == 3 && posts[0].Author().Email == "ada@example.com", posts)
	updated := must(client.Post.FindUnique(db.Post.ID.Equals(1)).Update(db.Post.Views.Increment(10), db.Post.Author.Link(db.User.ID.Equals(bob.ID))).Exec(ctx))
	expect(updated.Views == 11 && updated.AuthorID == bob.ID, updated)
	changed := must(client.Post.FindMany(db.Post.Views.Lt(10)).Update(db.Post.Title.Set("same")).Exec(ctx))
	expect(changed.Count == 2, changed)
	upserted := must(client.User.UpsertOne(db.User.Email.Equals("eve@example.com")).Create(db.User.Email.Set("eve@example.com")).Update(db.User.Age.Set(50)).Exec(ctx))
	expect(upserted.Age == 3, upserted)
	upserted = must(client.User.UpsertOne(db.User.Email.Equals("eve@example.com")).Create(db.User.Email.Set("eve@example.com")).Update(db.User.Age.Set(50)).Exec(ctx))
	expect(upserted.Age == 50, upserted)
	first := client.User.CreateOne(db.User.Email.Set("tx1@example.com")).Tx()
	second := client.Post.FindUnique(db.Post.ID.Equals(2)).Update(db.Post.Title.Set("in a transaction")).Tx()
	expect(client.Prisma.Transaction(first, second).Exec(ctx) == nil)
	expect(first.Result().Email == "tx1@example.com" && second.Result().Title == "in a transaction")
	failing := client.Prisma.Transaction(client.User.CreateOne(db.User.Email.Set("tx2@example.com")).Tx(), client.User.CreateOne(db.User.Email.Set("tx1@example.com")).Tx()).Exec(ctx)
	expect(failing != nil, failing)
	_, err = client.User.FindUnique(db.User.Email.Equals("tx2@example.com")).Exec(ctx)
	expect(errors.Is(err, db.ErrNotFound), err)
	var rows []struct {
		Email string `json:"email"`
		N     string `json:"n"` // a number of 64 bits
	}
	must(0, client.Prisma.QueryRaw(`SELECT u."email", COUNT(p."id") AS "n" FROM "User" u JOIN "Post" p ON p."authorId" = u."id" WHERE p."views" > `+placeholder+` GROUP BY u."email" ORDER BY u."email"`, 1).Exec(ctx, &rows))
	expect(len(rows) == 2 && rows[0].Email == "ada@example.com" && rows[0].N == "2", rows)
	count := must(client.Prisma.ExecuteRaw(`UPDATE "Post" SET "views" = "views" + 1 WHERE "id" > `+placeholder, 1).Exec(ctx))
	expect(count.Count == 2, count)
	deleted := must(client.Post.FindUnique(db.Post.ID.Equals(1)).Delete().Exec(ctx))
	expect(deleted.ID == 1, deleted)
	gone := must(client.Post.FindMany().Delete().Exec(ctx))
	expect(gone.Count == 2, gone)
	_, err = client.Post.FindUnique(db.Post.ID.Equals(1)).Delete().Exec(ctx)
	expect(err != nil && strings.Contains(err.Error(), "No record was found for a delete."), err)
	fmt.Println(checks, "checks passed")
}
