package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
)

const (
	userOutputs = "id email name role points created updated bossId "
	postOutputs = "id title published views rating authorId "
)

type user struct {
	ID      int       `json:"id"`
	Email   string    `json:"email"`
	Name    *string   `json:"name"`
	Role    string    `json:"role"`
	Points  int       `json:"points"`
	Created time.Time `json:"created"`
	Profile *struct {
		Bio string `json:"bio"`
	} `json:"profile"`
	Posts []post `json:"posts"`
	Boss  *user  `json:"boss"`
}

type post struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Views int    `json:"views"`
	Tags  []struct {
		Name string `json:"name"`
	} `json:"tags"`
	LikedBy []user `json:"likedBy"`
}

type count struct {
	Count int `json:"count"`
}

type checker struct {
	engine    *Engine
	generated Generated
	url       string
	failed    []string
	done      int
}

func (c *checker) equal(what string, got, want any) {
	c.done++
	if !reflect.DeepEqual(got, want) {
		c.failed = append(c.failed, fmt.Sprintf("%s: got %v, want %v", what, got, want))
	}
}

func (c *checker) run(what, query string, into any) {
	c.done++
	if err := c.engine.do(query, into); err != nil {
		c.failed = append(c.failed, fmt.Sprintf("%s: %v\n  %s", what, err, query))
	}
}

// The query must end with this code, and a text that contains `part`.
func (c *checker) fails(what, query, code, part string) *queryError {
	c.done++
	var ignored any
	var failed *queryError
	if err := c.engine.do(query, &ignored); !errors.As(err, &failed) || failed.code != code || !strings.Contains(failed.text, part) {
		c.failed = append(c.failed, fmt.Sprintf("%s: %v, want %s %s", what, err, code, part))
		return &queryError{}
	}
	return failed
}

func runChecks(generated Generated, url string) error {
	engine, err := start(generated, url)
	if err != nil {
		return err
	}
	c := &checker{engine: engine, generated: generated, url: url}
	c.writing()
	c.reading()
	c.relations()
	c.scalars()
	c.rawQueries()
	c.transactions()
	c.concurrency()
	c.errors()
	if said := engine.firstSaid(); said != "" {
		c.failed = append(c.failed, "stderr: "+said)
	}
	if err := engine.stop(); err != nil {
		c.failed = append(c.failed, "stop: "+err.Error())
	}
	c.lifecycle()
	if len(c.failed) > 0 {
		return errors.New(strings.Join(c.failed, "\n"))
	}
	fmt.Printf("go: %d checks passed\n", c.done)
	return nil
}

func (c *checker) writing() {
	var one user
	c.run("create", mutation("createOneUser", userOutputs, in("data", set("email", "ann@x"), set("name", "Ann"), set("role", "ADMIN"))), &one)
	c.equal("created", []any{one.Email, *one.Name, one.Role, one.Points}, []any{"ann@x", "Ann", "ADMIN", 0})
	c.equal("now()", time.Since(one.Created) < time.Minute && time.Since(one.Created) > -time.Minute, true)
	c.run("update", mutation("updateOneUser", userOutputs, in("where", set("email", "ann@x")),
		in("data", in("name", set("set", "Anna")), in("points", set("increment", 4)))), &one)
	c.equal("updated", []any{*one.Name, one.Points}, []any{"Anna", 4})
	var none *string
	c.run("update to null", mutation("updateOneUser", userOutputs, in("where", set("email", "ann@x")), in("data", in("name", set("set", none)))), &one)
	c.equal("null", one.Name == nil, true)
	upsert := mutation("upsertOneUser", userOutputs, in("where", set("email", "bob@x")), in("create", set("email", "bob@x"), set("name", "Bob")),
		in("update", in("points", set("increment", 1))))
	c.run("upsert creates", upsert, &one)
	c.run("upsert updates", upsert, &one)
	c.equal("upserted", []any{*one.Name, one.Points}, []any{"Bob", 1})
	var many count
	c.run("update many", mutation("updateManyUser", "count ", where(in("points", set("gte", 0))), in("data", in("role", set("set", "OWNER")))), &many)
	c.equal("updated many", many.Count, 2)
	c.run("delete", mutation("deleteOneUser", userOutputs, in("where", set("email", "bob@x"))), &one)
	c.equal("deleted", one.Email, "bob@x")
	c.run("delete many", mutation("deleteManyUser", "count "), &many)
	c.equal("deleted many", many.Count, 1)
}

func (c *checker) reading() {
	var ignored any
	for i := 0; i < 10; i++ {
		c.run("create", mutation("createOneUser", userOutputs, in("data", set("email", fmt.Sprintf("u%d@x", i)), set("points", i%4))), &ignored)
	}
	emails := func(what string, inputs ...field) string {
		var rows []user
		c.run(what, query("findManyUser", userOutputs, inputs...), &rows)
		out := ""
		for _, row := range rows {
			out += row.Email[1:2]
		}
		return out
	}
	byEmail := order("email", "asc")
	var nothing *string
	for _, one := range []struct {
		want   string
		inputs []field
	}{
		{"0123456789", []field{byEmail}},
		{"159", []field{where(equals("points", 1)), byEmail}},
		{"26", []field{where(in("points", set("in", []int{2, 9}))), byEmail}},
		{"3", []field{where(in("email", set("contains", "3"))), byEmail}},
		{"37", []field{where(in("points", set("gt", 1)), in("points", set("not", 2))), byEmail}},
		{"0123456789", []field{where(in("name", set("equals", nothing))), byEmail}},
		{"01", []field{where(list("OR", equals("email", "u0@x"), equals("email", "u1@x"))), byEmail}},
		{"9", []field{where(list("NOT", in("email", set("lt", "u9")))), byEmail}},
		{"", []field{where(in("created", set("before", time.Unix(0, 0))))}},
	} {
		if one.want == "" { // `before` is a name of the client's methods only: the engine knows `lt`
			one.inputs = []field{where(in("created", set("lt", time.Unix(0, 5000)))), byEmail}
		}
		c.equal(write(one.inputs), emails("find many", one.inputs...), one.want)
	}
	c.equal("page", emails("page", byEmail, set("skip", 2), set("take", 3)), "234")
	c.equal("cursor", emails("cursor", byEmail, set("take", 2), in("cursor", set("email", "u5@x"))), "56")
	c.equal("two orders", emails("two orders", list("orderBy", set("points", "desc"), set("email", "desc"))), "736295184"+"0")
	var first, unique *user
	c.run("first", query("findFirstUser", userOutputs, where(equals("points", 3)), order("email", "desc")), &first)
	c.equal("first", first.Email, "u7@x")
	c.run("unique", query("findUniqueUser", userOutputs, in("where", set("id", first.ID))), &unique)
	c.equal("unique", unique, first)
	c.run("no row", query("findUniqueUser", userOutputs, in("where", set("email", "none"))), &unique)
	c.equal("no row", unique == nil, true)
	var many count
	c.run("delete many", mutation("deleteManyUser", "count "), &many)
}

func (c *checker) relations() {
	var ann, bob user
	c.run("ann", mutation("createOneUser", userOutputs, in("data", set("email", "ann@x"))), &ann)
	c.run("bob", mutation("createOneUser", userOutputs+"boss {"+userOutputs+"}", in("data", set("email", "bob@x"), in("boss", in("connect", set("id", ann.ID))))), &bob)
	c.equal("boss", bob.Boss.Email, "ann@x")
	var ignored any
	for _, name := range []string{"red", "blue"} {
		c.run("tag", mutation("createOneTag", "name ", in("data", set("name", name))), &ignored)
	}
	var made post
	tags := "tags {name }"
	c.run("post", mutation("createOnePost", postOutputs+tags, in("data", set("title", "Hello"), set("id", "p1"), in("author", in("connect", set("email", "ann@x"))),
		in("tags", list("connect", set("name", "red"), set("name", "blue"))))), &made)
	c.equal("tags", len(made.Tags), 2)
	c.run("unlink", mutation("updateOnePost", postOutputs+tags, in("where", set("id", "p1")), in("data", in("tags", list("disconnect", set("name", "red"))))), &made)
	c.equal("unlinked", made.Tags[0].Name, "blue")
	c.run("profile", mutation("createOneProfile", "id bio userId ", in("data", set("bio", "B"), in("user", in("connect", set("id", ann.ID))))), &ignored)
	var full user
	c.run("with", query("findUniqueUser", userOutputs+"profile {id bio userId }posts "+arguments(where(equals("title", "Hello")), set("take", 5))+"{"+postOutputs+tags+"}",
		in("where", set("id", ann.ID))), &full)
	c.equal("with", []any{full.Profile.Bio, full.Posts[0].Title, full.Posts[0].Tags[0].Name}, []any{"B", "Hello", "blue"})
	var posts []post
	c.run("by relation", query("findManyPost", postOutputs, where(in("author", in("is", equals("email", "ann@x"))), in("tags", in("some", equals("name", "blue"))))), &posts)
	c.equal("by relation", len(posts), 1)
	c.run("every", query("findManyPost", postOutputs, where(in("tags", in("every", equals("name", "red"))))), &posts)
	c.equal("every", len(posts), 0)
	c.run("unlink one", mutation("updateOneUser", userOutputs, in("where", set("id", bob.ID)), in("data", in("boss", set("disconnect", true)))), &bob)
	var rows []user
	c.run("no boss", query("findManyUser", userOutputs, where(in("boss", set("is", nil)))), &rows)
	c.equal("no boss", len(rows), 2)
	c.run("team", mutation("createOneTeam", "country number title ", in("data", set("country", "nl"), set("number", 7), set("title", "T"))), &ignored)
	var team map[string]any
	c.run("compound", query("findUniqueTeam", "country number title ", in("where", in("country_number", set("country", "nl"), set("number", 7)))), &team)
	c.equal("compound", team["title"], any("T"))
	c.run("delete by compound", mutation("deleteOneTeam", "title ", in("where", in("country_number", set("country", "nl"), set("number", 7)))), &ignored)
	var many count
	for _, model := range []string{"Profile", "Post", "Tag", "User"} {
		c.run("delete many", mutation("deleteMany"+model, "count "), &many)
	}
}

func (c *checker) scalars() {
	at := time.Date(2024, 2, 29, 13, 30, 15, 123456789, time.FixedZone("east", 3600))
	var row struct {
		ID    string      `json:"id"`
		Int   int         `json:"int"`
		Big   json.Number `json:"big"`
		Real  float64     `json:"real"`
		Exact string      `json:"exact"`
		Flag  bool        `json:"flag"`
		Text  string      `json:"text"`
		At    time.Time   `json:"at"`
		Data  string      `json:"data"`
		Raw   []byte      `json:"raw"`
	}
	outputs := "id int big real exact flag text at data raw "
	c.run("scalars", mutation("createOneScalars", outputs, in("data", set("int", -5), set("big", "4611686018427387905"), set("real", 0.25), set("exact", "12.50"),
		set("flag", true), set("text", "a \"b\" \\ é <&> 🦀\n"), set("at", at), set("data", jsonText(`{"a": [1, "x\"y"]}`)), set("raw", []byte{0, 255}))), &row)
	c.equal("scalars", []any{row.Int, row.Real, row.Exact, row.Flag, row.Text, row.Raw},
		[]any{-5, 0.25, "12.5", true, "a \"b\" \\ é <&> 🦀\n", []byte{0, 255}})
	c.equal("big", strings.Trim(row.Big.String(), `"`), "4611686018427387905")
	c.equal("date", row.At.UTC().Truncate(time.Millisecond), at.UTC().Truncate(time.Millisecond))
	var data map[string][]any
	c.equal("json", json.Unmarshal([]byte(row.Data), &data), nil)
	c.equal("json", data["a"], []any{1.0, `x"y`})
	var found []any
	c.run("by date", query("findManyScalars", outputs, where(in("at", set("lte", at)), equals("data", jsonText(`{"a":[1,"x\"y"]}`)), equals("raw", []byte{0, 255}))), &found)
	c.equal("found", len(found), 1)
	var many count
	c.run("delete many", mutation("deleteManyScalars", "count "), &many)
}

func (c *checker) rawQueries() {
	mark := func(i int) string { return "?" }
	if strings.HasPrefix(c.url, "postgres") {
		mark = func(i int) string { return fmt.Sprintf("$%d", i) }
	}
	var changed int
	c.run("execute raw", raw("executeRaw", `INSERT INTO "User" (email, points, updated) VALUES (`+mark(1)+", "+mark(2)+", "+mark(3)+")", "raw@x", 3, time.Now()), &changed)
	c.equal("changed", changed, 1)
	var rows []struct {
		Email  string    `json:"email"`
		Points int       `json:"points"`
		Date   time.Time `json:"updated"`
		Name   *string   `json:"name"`
	}
	c.run("query raw", raw("queryRaw", `SELECT email, points, updated, name FROM "User" WHERE points > `+mark(1)+" AND email = "+mark(2), 2, "raw@x"), &rows)
	c.equal("rows", len(rows), 1)
	c.equal("row", []any{rows[0].Email, rows[0].Points, rows[0].Name == nil, time.Since(rows[0].Date) < time.Minute}, []any{"raw@x", 3, true, true})
	c.run("no rows", raw("queryRaw", `SELECT email FROM "User" WHERE points > 99`), &rows)
	c.equal("no rows", len(rows), 0)
	c.run("no change", raw("executeRaw", `DELETE FROM "User"`), &changed)
	c.equal("deleted", changed, 1)
	c.fails("faulty SQL", raw("queryRaw", "SELEC 1"), "P2010", "Raw query failed")
}

func (c *checker) transactions() {
	create := func(email string) string {
		return mutation("createOneUser", userOutputs, in("data", set("email", email)))
	}
	results, err := c.engine.transaction(create("t1@x"), create("t2@x"), mutation("updateManyUser", "count ", in("data", in("points", set("set", 9)))),
		raw("queryRaw", `SELECT points FROM "User"`))
	c.equal("transaction", err, nil)
	if err == nil {
		var one user
		c.equal("first result", json.Unmarshal(results[0], &one), nil)
		c.equal("first result", one.Email, "t1@x")
		c.equal("third result", string(results[2]), `{"count":2}`)
		c.equal("raw result", string(results[3]), `[{"points":9},{"points":9}]`)
	}
	_, err = c.engine.transaction(create("t3@x"), create("t1@x"))
	var failed *queryError
	c.equal("failed transaction", errors.As(err, &failed) && failed.code == "P2002", true)
	var rows []user
	c.run("rolled back", query("findManyUser", userOutputs), &rows)
	c.equal("rolled back", len(rows), 2)
	var many count
	c.run("delete many", mutation("deleteManyUser", "count "), &many)
}

func (c *checker) concurrency() {
	var group sync.WaitGroup
	errs := make([]error, 40)
	for i := range errs {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			var one user
			errs[i] = c.engine.do(mutation("createOneUser", userOutputs, in("data", set("email", fmt.Sprintf("c%d@x", i)))), &one)
			if errs[i] == nil && one.Email != fmt.Sprintf("c%d@x", i) {
				errs[i] = errors.New("an answer of another request: " + one.Email)
			}
		}(i)
	}
	group.Wait()
	for _, err := range errs {
		c.equal("concurrent", err, nil)
	}
	var many count
	c.run("delete many", mutation("deleteManyUser", "count "), &many)
	c.equal("all there", many.Count, 40)
}

func (c *checker) errors() {
	var ignored any
	create := mutation("createOneUser", userOutputs, in("data", set("email", "e@x")))
	c.run("create", create, &ignored)
	failed := c.fails("unique", create, "P2002", "Unique constraint failed on the fields: (`email`)")
	c.equal("target", failed.target, any([]any{"email"}))
	c.fails("foreign key", mutation("createOneProfile", "id ", in("data", set("bio", "b"), set("userId", 99999))), "P2003", "")
	c.fails("not there", mutation("updateOneUser", userOutputs, in("where", set("id", 99999)), in("data", in("points", set("set", 1)))), "P2025", "RecordNotFound")
	c.fails("not there", mutation("deleteOneUser", userOutputs, in("where", set("id", 99999))), "P2025", "RecordNotFound")
	c.fails("connect", mutation("createOnePost", postOutputs, in("data", set("title", "x"), in("author", in("connect", set("id", 99999))))), "P2025", "")
	c.fails("unknown field", mutation("createOneUser", userOutputs, in("data", set("email", "f@x"), set("nonsense", 1))), "P2009", "")
	c.fails("missing field", mutation("createOneUser", userOutputs, in("data", set("name", "f"))), "P2009", "A value is required but not set")
	c.fails("unknown model", query("findManyNothing", "id "), "P2009", "")
	c.fails("wrong type", query("findManyUser", userOutputs, where(equals("points", "many"))), "P2009", "")
	c.fails("broken text", "query {result: findManyUser( {id }}", "", "query parse error")
	var many count
	c.run("delete many", mutation("deleteManyUser", "count "), &many)
}

// Starts with faults, and a start that takes the URL from the environment.
func (c *checker) lifecycle() {
	_, err := start(c.generated, "nonsense://x")
	c.equal("wrong URL", err != nil && strings.Contains(err.Error(), "the URL must start with the protocol"), true)
	broken := c.generated
	broken.Datamodel += "\nmodel Broken {\n  id Nothing @id\n}\n"
	_, err = start(broken, c.url)
	c.equal("faulty schema", err != nil && strings.Contains(err.Error(), `Type "Nothing" is neither a built-in type`), true)
	engine, err := start(c.generated, "")
	c.equal("start by the environment", err, nil)
	if err == nil {
		var rows []user
		c.equal("query", engine.do(query("findManyUser", userOutputs), &rows), nil)
		c.equal("stop", engine.stop(), nil)
	}
}
