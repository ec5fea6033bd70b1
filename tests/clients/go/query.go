package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// One field of an argument: a value, fields, a list of objects with a field each (`each`), or a list of values.
type field struct {
	name   string
	value  any
	fields []field
	each   []field
}

func set(name string, value any) field          { return field{name: name, value: value} }
func in(name string, fields ...field) field     { return field{name: name, fields: fields} }
func list(name string, fields ...field) field   { return field{name: name, each: fields} }
func equals(name string, value any) field       { return in(name, set("equals", value)) }
func text(value any) string                     { out, _ := json.Marshal(value); return string(out) }
func arguments(fields ...field) string          { return "(" + write(fields) + ")" }
func order(name string, direction string) field { return list("orderBy", set(name, direction)) }

// Every item is followed by a comma, also the last one.
func write(fields []field) string {
	var out strings.Builder
	for _, f := range fields {
		out.WriteString(f.name + ":")
		switch {
		case f.each != nil:
			out.WriteString("[")
			for _, one := range f.each {
				out.WriteString("{" + write([]field{one}) + "},")
			}
			out.WriteString("]")
		case f.fields != nil:
			out.WriteString("{" + write(f.fields) + "}")
		default:
			out.WriteString(text(f.value))
		}
		out.WriteString(",")
	}
	return out.String()
}

// `query {result: findUniqueUser(where:{id:1,},) {id email }}`
func build(operation, method, outputs string, inputs ...field) string {
	inner := method
	if len(inputs) > 0 {
		inner += arguments(inputs...)
	}
	inner += " "
	if outputs != "" {
		inner += "{" + outputs + "}"
	}
	return operation + " {result: " + inner + "}"
}

func query(method, outputs string, inputs ...field) string {
	return build("query", method, outputs, inputs...)
}

func mutation(method, outputs string, inputs ...field) string {
	return build("mutation", method, outputs, inputs...)
}

// Where of a find of many rows: all conditions in one AND.
func where(conditions ...field) field { return in("where", list("AND", conditions...)) }

// Json travels as its text.
type jsonText string

func (j jsonText) MarshalJSON() ([]byte, error) { return json.Marshal(string(j)) }

// Parameters of raw queries: one text with a JSON list.
func raw(action, sql string, parameters ...any) string {
	items := make([]string, len(parameters))
	for i, parameter := range parameters {
		data := text(parameter)
		switch parameter.(type) {
		case time.Time:
			data = fmt.Sprintf(`{"prisma__type":"date","prisma__value":%s}`, data)
		case json.RawMessage:
			data = fmt.Sprintf(`{"prisma__type":"json","prisma__value":%q}`, base64.URLEncoding.EncodeToString([]byte(data)))
		case []byte:
			data = fmt.Sprintf(`{"prisma__type":"bytes","prisma__value":%q}`, base64.URLEncoding.EncodeToString([]byte(data)))
		}
		items[i] = data
	}
	return mutation(action, "", set("query", sql), set("parameters", "["+strings.Join(items, ",")+"]"))
}
