// `types.pyi`: every input type as a TypedDict. Recursive types are written once each, so the file grows with the
// number of fields, not with the pairs of models.
#include <fmt/format.h>

#include <array>
#include <iterator>
#include <set>

#include "generate/python/client.h"
#include "generate/python/names.h"

namespace prisma::generate::python {

namespace {

class TypesWriter {
 public:
  explicit TypesWriter(const ClientInput& input) : input_(input), datamodel_(*input.datamodel) {}

  std::string Write() {
    Line("{}", kHeader);
    Raw(R"(import datetime
import decimal
from typing import Any, Dict, List, Literal, Optional, TypeVar, Union

from typing_extensions import TypedDict

from . import enums, fields

_str = str
_int = int
_float = float
_bool = bool
_bytes = bytes

DatasourceOverride = TypedDict('DatasourceOverride', {'url': '_str', 'env': '_str', 'name': '_str'}, total=False)
HttpConfig = TypedDict('HttpConfig', {'app': 'Any', 'http1': '_bool', 'http2': '_bool', 'limits': 'Any', 'timeout': 'Any', 'trust_env': '_bool', 'max_redirects': '_int'}, total=False)
MetricsFormat = Literal['json', 'prometheus']
TransactionIsolationLevel = Literal['ReadUncommitted', 'ReadCommitted', 'RepeatableRead', 'Snapshot', 'Serializable']
Serializable = Any
SortMode = Literal['default', 'insensitive']
SortOrder = Literal['asc', 'desc']
SortOrderWithNulls = TypedDict('SortOrderWithNulls', {'sort': 'SortOrder', 'nulls': "Literal['first', 'last']"}, total=False)
CountOrder = TypedDict('CountOrder', {'_count': 'SortOrder'})

)");
    Filters();
    for (const Enum& entry : datamodel_.enums) {
      std::string type = "enums." + entry.name;
      ComparableFilter(entry.name, type, false, "");
      ListTypes(entry.name, type);
    }
    for (const Model& model : datamodel_.models) WriteModel(model);
    return std::move(out_);
  }

 private:
  template <class... Args>
  void Line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }
  void Raw(std::string_view text) { out_ += text; }

  // Operators that equality, and if `is_ordered` order, give; `extra` are more members.
  void ComparableFilter(const std::string& name, const std::string& type, bool is_ordered, std::string_view extra) {
    auto write = [&](const std::string& filter, const std::string& more) {
      Line("{} = TypedDict('{}', {{", filter, filter);
      Line("    'equals': 'Optional[{}]',", type);
      Line("    'in': 'List[{}]',", type);
      Line("    'not_in': 'List[{}]',", type);
      if (is_ordered) {
        for (std::string_view op : {"lt", "lte", "gt", "gte"}) Line("    '{}': '{}',", op, type);
      }
      Raw(extra);
      Line("    'not': 'Union[None, {}, {}]',", type, filter);
      Raw(more);
      Line("}}, total=False)");
    };
    write(name + "Filter", "");
    std::string more = "    '_count': 'IntFilter',\n";
    if (is_ordered) {
      more += fmt::format("    '_min': '{0}Filter',\n    '_max': '{0}Filter',\n", name);
      if (type == "_int" || type == "_float" || type == "decimal.Decimal") {
        more += fmt::format("    '_avg': 'FloatFilter',\n    '_sum': '{}Filter',\n", name);
      }
    }
    write(name + "WithAggregatesFilter", more);
  }

  // A union of dicts with one key each: only one may be given.
  void OneOf(const std::string& name, const std::vector<std::array<std::string, 3>>& members, std::string first = {}) {
    std::string names = std::move(first);
    for (const auto& [member, key, type] : members) {
      Line("{0} = TypedDict('{0}', {{'{1}': '{2}'}})", member, key, type);
      names += (names.empty() ? "" : ", ") + Quote(member);
    }
    Line("{} = Union[{}]", name, names);
  }

  void ListTypes(const std::string& name, const std::string& type) {
    std::string list = "List[" + type + "]", filter = "_" + name + "ListFilter";
    OneOf(name + "ListFilter", {{filter + "EqualsInput", "equals", "Optional[" + list + "]"},
                                {filter + "HasInput", "has", type},
                                {filter + "HasEveryInput", "has_every", list},
                                {filter + "HasSomeInput", "has_some", list},
                                {filter + "IsEmptyInput", "is_empty", "_bool"}});
    OneOf(name + "ListUpdate",
          {{fmt::format("_{}ListUpdateSet", name), "set", list},
           {fmt::format("_{}ListUpdatePush", name), "push", fmt::format("Union[{}, {}]", type, list)}},
          Quote(list));
  }

  void Atomic(const std::string& name, const std::string& type) {
    auto member = [&](std::string_view operation) { return fmt::format("_{}{}Input", name, operation); };
    OneOf(fmt::format("Atomic{}Input", name), {{member("Set"), "set", type},
                                               {member("Divide"), "divide", type},
                                               {member("Multiply"), "multiply", type},
                                               {member("Increment"), "increment", type},
                                               {member("Decrement"), "decrement", type}});
  }

  void Filters() {
    std::string text = "    'contains': '_str',\n    'startswith': '_str',\n    'endswith': '_str',\n";
    if (input_.features.has_insensitive_filters) text += "    'mode': 'SortMode',\n";
    if (input_.features.has_fulltext_search) text += "    'search': '_str',\n";
    ComparableFilter("String", "_str", true, text);
    ComparableFilter("Int", "_int", true, "");
    ComparableFilter("BigInt", "_int", true, "");
    ComparableFilter("Float", "_float", true, "");
    ComparableFilter("Decimal", "decimal.Decimal", true, "");
    ComparableFilter("DateTime", "datetime.datetime", true, "");
    ComparableFilter("Bytes", "fields.Base64", false, "");
    for (std::string_view name : {"BooleanFilter", "BooleanWithAggregatesFilter"}) {
      Line("{0} = TypedDict('{0}', {{'equals': 'Optional[_bool]', 'not': 'Union[None, _bool, {0}]'}}, total=False)",
           name);
    }
    std::string json = "'equals': 'Any', 'not': 'Any'";
    if (input_.features.has_json_paths) {
      json +=
          ", 'path': 'Union[_str, List[_str]]', 'string_contains': '_str', 'string_starts_with': '_str', "
          "'string_ends_with': '_str', 'array_contains': 'Any', 'array_starts_with': 'Any', 'array_ends_with': 'Any', "
          "'lt': 'Any', 'lte': 'Any', 'gt': 'Any', 'gte': 'Any'";
    }
    for (std::string_view name : {"JsonFilter", "JsonWithAggregatesFilter"}) {
      Line("{0} = TypedDict('{0}', {{{1}}}, total=False)", name, json);
    }
    Atomic("Int", "_int");
    Atomic("BigInt", "_int");
    Atomic("Float", "_float");
    Atomic("Decimal", "decimal.Decimal");
    // Of every database: programs name them whether it has lists or not.
    for (auto [name, type] : {std::pair{"String", "_str"},
                              {"Int", "_int"},
                              {"BigInt", "_int"},
                              {"Float", "_float"},
                              {"Decimal", "decimal.Decimal"},
                              {"DateTime", "datetime.datetime"},
                              {"Boolean", "_bool"},
                              {"Bytes", "fields.Base64"},
                              {"Json", "fields.Json"}}) {
      ListTypes(name, type);
    }
    Line("");
  }

  // The value of a scalar or enum field in data.
  static std::string DataType(const Field& field) {
    std::string type = ValueType(field);
    if (field.is_list) return "List[" + type + "]";
    return field.is_required ? type : "Optional[" + type + "]";
  }

  // What may be written: JSON has two kinds of nothing, which no Python value tells apart.
  static std::string WriteType(const Field& field) {
    if (field.type == "Json" && !field.is_list) return "Union[" + DataType(field) + ", fields.Null]";
    return DataType(field);
  }

  static std::string CreateType(const Field& field) {
    if (!field.is_relation()) return WriteType(field);
    return fmt::format("{}Create{}NestedWithoutRelationsInput", field.type, field.is_list ? "Many" : "");
  }

  static std::string UpdateType(const Field& field) {
    if (field.is_relation()) {
      return fmt::format("{}Update{}WithoutRelationsInput", field.type, field.is_list ? "Many" : "One");
    }
    if (field.is_list) return FilterName(field) + "ListUpdate";
    if (!field.is_atomic()) return WriteType(field);
    std::string type = ValueType(field);
    type = fmt::format("Union[Atomic{}Input, {}]", field.type, type);
    return field.is_required ? type : "Optional[" + type + "]";
  }

  static std::string WhereType(const Field& field, std::string_view suffix) {
    std::string type = ValueType(field);
    if (field.is_relation()) {
      return field.is_list ? field.type + "ListRelationFilter" : "Optional[" + field.type + "RelationFilter]";
    }
    if (field.is_list) return FilterName(field) + "ListFilter";
    return fmt::format("Union[{}{}, {}{}Filter]", field.is_required ? "" : "None, ", type, FilterName(field), suffix);
  }

  template <class Keep, class Type>
  void Class(const std::string& name, const Model& model, Keep keep, Type type, std::string_view more = {},
             std::string_view base = "TypedDict, total=False") {
    Line("class {}({}):", name, base);
    size_t before = out_.size();
    for (const Field& field : model.fields) {
      if (keep(field)) Line("    {}: {}", field.name, type(field));
    }
    Raw(more);
    if (out_.size() == before) Line("    pass");
  }

  template <class Keep>
  static std::string Literal(const Model& model, Keep keep) {
    std::string names;
    for (const Field& field : model.fields) {
      if (keep(field)) names += (names.empty() ? "" : ", ") + Quote(field.name);
    }
    return names.empty() ? "_str" : "Literal[" + names + "]";
  }

  void WriteCreate(const Model& model) {
    const std::string& m = model.name;
    auto optional = [](const Field& f) { return !f.is_required_on_create(); };
    auto optional_scalar = [](const Field& f) { return !f.is_required_on_create() && !f.is_relation(); };
    auto required = [](const Field& f) { return f.is_required_on_create(); };
    Class(m + "OptionalCreateInput", model, optional, CreateType);
    Class(m + "CreateInput", model, required, CreateType, {}, m + "OptionalCreateInput");
    Class(m + "OptionalCreateWithoutRelationsInput", model, optional_scalar, CreateType);
    Class(m + "CreateWithoutRelationsInput", model, required, CreateType, {},
          m + "OptionalCreateWithoutRelationsInput");
    Line(
        "class {0}ConnectOrCreateWithoutRelationsInput(TypedDict):\n"
        "    where: {0}WhereUniqueInput\n    create: {0}CreateInput",
        m);
    Line(
        "class {0}CreateNestedWithoutRelationsInput(TypedDict, total=False):\n"
        "    create: {0}CreateInput\n"
        "    connect: {0}WhereUniqueInput\n"
        "    connect_or_create: {0}ConnectOrCreateWithoutRelationsInput",
        m);
    Line(
        "class {0}CreateManyNested(TypedDict, total=False):\n"
        "    data: List[{0}CreateWithoutRelationsInput]\n    skip_duplicates: _bool",
        m);
    Line(
        "class {0}CreateManyNestedWithoutRelationsInput(TypedDict, total=False):\n"
        "    create: Union[{0}CreateInput, List[{0}CreateInput]]\n"
        "    create_many: {0}CreateManyNested\n"
        "    connect: Union[{0}WhereUniqueInput, List[{0}WhereUniqueInput]]\n"
        "    connect_or_create: Union[{0}ConnectOrCreateWithoutRelationsInput, "
        "List[{0}ConnectOrCreateWithoutRelationsInput]]",
        m);
  }

  void WriteUnique(const Model& model) {
    const std::string& m = model.name;
    auto is_unique = [](const Field& field) { return field.is_id || field.is_unique; };
    std::string more = fmt::format("_{}WhereUniqueMore", m);
    std::vector<std::string> members;
    for (const Field& field : model.fields) {
      if (!is_unique(field)) continue;
      members.push_back(fmt::format("_{}WhereUnique_{}_Input", m, field.name));
      Line("class {}({}):\n    {}: {}", members.back(), more, field.name, ValueType(field));
    }
    for (const CompoundKey& key : model.compound_keys) {
      std::string name =
          key.is_primary ? fmt::format("_{}CompoundPrimaryKey", m) : fmt::format("_{}Compound{}Key", m, key.name);
      Line("class {}Inner(TypedDict):", name);
      for (const std::string& part : key.fields) {
        const Field* field = model.Find(part);
        if (field != nullptr) Line("    {}: {}", part, ValueType(*field));
      }
      Line("class {0}({2}):\n    {1}: {0}Inner", name, key.name, more);
      members.push_back(name);
    }
    // Other conditions that the one record has to meet.
    Class(
        more, model, [&](const Field& f) { return !is_unique(f); }, [](const Field& f) { return WhereType(f, ""); },
        Combine(m + "WhereInput"));
    if (members.empty()) {
      Line("class {}WhereUniqueInput(TypedDict):\n    pass", m);
    } else if (members.size() == 1) {
      Line("{}WhereUniqueInput = {}", m, members[0]);
    } else {
      std::string list;
      for (const std::string& member : members) list += (list.empty() ? "" : ", ") + Quote(member);
      Line("{}WhereUniqueInput = Union[{}]", m, list);
    }
  }

  // AND, OR and NOT of conditions.
  static std::string Combine(std::string_view type) {
    return fmt::format("    AND: Union[{0}, List[{0}]]\n    OR: List[{0}]\n    NOT: Union[{0}, List[{0}]]\n", type);
  }

  void WriteUpdate(const Model& model) {
    const std::string& m = model.name;
    auto all = [](const Field&) { return true; };
    auto scalar = [](const Field& f) { return !f.is_relation(); };
    Class(m + "UpdateInput", model, all, UpdateType);
    Class(m + "UpdateManyMutationInput", model, scalar, UpdateType);
    Line("class {0}UpdateWithWhere(TypedDict):\n    where: {0}WhereUniqueInput\n    data: {0}UpdateInput", m);
    Line("class {0}UpdateManyWithWhere(TypedDict):\n    where: {0}WhereInput\n    data: {0}UpdateManyMutationInput", m);
    Line(
        "class {0}UpsertWithWhere(TypedDict):\n    where: {0}WhereUniqueInput\n    create: {0}CreateInput\n"
        "    update: {0}UpdateInput",
        m);
    Line(
        "class {0}UpdateManyWithoutRelationsInput(TypedDict, total=False):\n"
        "    create: List[{0}CreateInput]\n"
        "    create_many: {0}CreateManyNested\n"
        "    connect: List[{0}WhereUniqueInput]\n"
        "    connect_or_create: List[{0}ConnectOrCreateWithoutRelationsInput]\n"
        "    set: List[{0}WhereUniqueInput]\n"
        "    disconnect: List[{0}WhereUniqueInput]\n"
        "    delete: List[{0}WhereUniqueInput]\n"
        "    update: Union[{0}UpdateWithWhere, List[{0}UpdateWithWhere]]\n"
        "    update_many: Union[{0}UpdateManyWithWhere, List[{0}UpdateManyWithWhere]]\n"
        "    upsert: Union[{0}UpsertWithWhere, List[{0}UpsertWithWhere]]\n"
        "    delete_many: Union[{0}WhereInput, List[{0}WhereInput]]",
        m);
    Line(
        "class {0}UpdateOneWithoutRelationsInput(TypedDict, total=False):\n"
        "    create: {0}CreateInput\n"
        "    connect: {0}WhereUniqueInput\n"
        "    connect_or_create: {0}ConnectOrCreateWithoutRelationsInput\n"
        "    disconnect: Union[_bool, {0}WhereInput]\n"
        "    delete: Union[_bool, {0}WhereInput]\n"
        "    update: {0}UpdateInput\n"
        "    upsert: {0}UpsertInput",
        m);
    Line("class {0}UpsertInput(TypedDict):\n    create: {0}CreateInput\n    update: {0}UpdateInput", m);
  }

  void WriteRead(const Model& model) {
    const std::string& m = model.name;
    auto all = [](const Field&) { return true; };
    auto scalar = [](const Field& f) { return !f.is_relation(); };
    auto relation = [](const Field& f) { return f.is_relation(); };
    auto list_relation = [](const Field& f) { return f.is_relation() && f.is_list; };
    auto number = [](const Field& f) { return f.is_number(); };
    Class(
        m + "OrderByInput", model, all,
        [](const Field& f) -> std::string {
          if (f.is_relation()) return f.is_list ? "CountOrder" : f.type + "OrderByInput";
          return f.is_required ? "SortOrder" : "Union[SortOrder, SortOrderWithNulls]";
        },
        input_.features.has_fulltext_search ? fmt::format("    _relevance: _{}_RelevanceInner\n", m) : "");
    if (input_.features.has_fulltext_search) {
      Line(
          "class _{0}_RelevanceInner(TypedDict):\n    fields: List[{0}ScalarFieldKeys]\n    search: _str\n"
          "    sort: SortOrder",
          m);
      Line("class _{0}_RelevanceOrderByInput(TypedDict):\n    _relevance: _{0}_RelevanceInner", m);
    }
    Line(
        "{0}RelationFilter = TypedDict('{0}RelationFilter', {{'is': 'Optional[{0}WhereInput]', "
        "'is_not': 'Optional[{0}WhereInput]'}}, total=False)",
        m);
    Line(
        "class {0}ListRelationFilter(TypedDict, total=False):\n    some: {0}WhereInput\n    none: {0}WhereInput\n"
        "    every: {0}WhereInput",
        m);
    auto arguments = [](const Field& f) {
      return fmt::format("Union[_bool, {}{}Args]", f.is_list ? "FindMany" : "", f.type);
    };
    bool has_lists = false;
    for (const Field& field : model.fields) has_lists = has_lists || list_relation(field);
    std::string count = has_lists ? fmt::format("    _count: Union[_bool, {}CountRelationsArgs]\n", m) : "";
    Class(m + "Include", model, relation, arguments, count);
    Class(
        m + "Select", model, all, [&](const Field& f) { return f.is_relation() ? arguments(f) : std::string("_bool"); },
        count);
    Class(m + "Omit", model, scalar, [](const Field&) { return "_bool"; });
    if (has_lists) {
      Class(m + "CountRelations", model, list_relation,
            [](const Field& f) { return fmt::format("Union[_bool, {}CountRelationWhere]", f.type); });
      Line("class {0}CountRelationsArgs(TypedDict):\n    select: {0}CountRelations", m);
    }
    Line("class {0}CountRelationWhere(TypedDict):\n    where: {0}WhereInput", m);
    std::set<std::string> related;
    for (const Field& field : model.fields) {
      if (!field.is_relation() || !related.insert(field.type).second) continue;
      Line("{0}IncludeFrom{1} = {0}Include", field.type, m);
      Line("{0}ArgsFrom{1} = {0}Args", field.type, m);
      Line("FindMany{0}ArgsFrom{1} = FindMany{0}Args", field.type, m);
    }
    Line(
        "class {0}Args(TypedDict, total=False):\n    where: {0}WhereInput\n    include: {0}Include\n"
        "    select: {0}Select\n    omit: {0}Omit",
        m);
    Line(
        "class FindMany{0}Args(TypedDict, total=False):\n    take: _int\n    skip: _int\n"
        "    order_by: Union[{0}OrderByInput, List[{0}OrderByInput]]\n    where: {0}WhereInput\n"
        "    cursor: {0}WhereUniqueInput\n    distinct: List[{0}ScalarFieldKeys]\n    include: {0}Include\n"
        "    select: {0}Select\n    omit: {0}Omit",
        m);
    Line(
        "class FindFirst{0}Args(TypedDict, total=False):\n    skip: _int\n"
        "    order_by: Union[{0}OrderByInput, List[{0}OrderByInput]]\n    where: {0}WhereInput\n"
        "    cursor: {0}WhereUniqueInput\n    distinct: List[{0}ScalarFieldKeys]\n    include: {0}Include",
        m);
    Class(
        m + "WhereInput", model, all, [](const Field& f) { return WhereType(f, ""); }, Combine(m + "WhereInput"));
    Class(
        m + "ScalarWhereWithAggregatesInput", model, scalar,
        [](const Field& f) { return WhereType(f, f.is_list ? "" : "WithAggregates"); },
        Combine(m + "ScalarWhereWithAggregatesInput"));
    // aggregation
    std::string groups, orders;
    for (std::string_view name : {"Sum", "Avg", "Min", "Max", "Count"}) {
      std::string key(name);
      key[0] = static_cast<char>(key[0] - 'A' + 'a');
      groups += fmt::format("    _{}: {}{}AggregateOutput\n", key, m, name);
      orders += fmt::format("    _{}: Dict[{}ScalarFieldKeys, SortOrder]\n", key, m);
    }
    Class(m + "GroupByOutput", model, scalar, DataType, groups);
    Class(
        m + "GroupByOrderInput", model, scalar,
        [](const Field& f) { return f.is_required ? "SortOrder" : "Union[SortOrder, SortOrderWithNulls]"; }, orders);
    Line("class {}AggregateOutput(TypedDict, total=False):\n{}", m, groups.substr(0, groups.size() - 1));
    Class(m + "AvgAggregateOutput", model, number,
          [](const Field& f) { return f.type == "Decimal" ? "Optional[decimal.Decimal]" : "Optional[_float]"; });
    Class(m + "SumAggregateOutput", model, number, [](const Field& f) { return "Optional[" + ValueType(f) + "]"; });
    auto value = [](const Field& f) { return "Optional[" + ValueType(f) + "]"; };
    auto single = [](const Field& f) { return !f.is_relation() && !f.is_list; };
    Class(m + "ScalarAggregateOutput", model, single, value);
    Line("{0}MinAggregateOutput = {0}ScalarAggregateOutput", m);
    Line("{0}MaxAggregateOutput = {0}ScalarAggregateOutput", m);
    Class(
        m + "CountAggregateOutput", model, scalar, [](const Field&) { return "_int"; }, "    _all: _int\n");
    Class(
        m + "CountAggregateInput", model, scalar, [](const Field&) { return "_bool"; }, "    _all: _bool\n");
    Class(m + "MaxAggregateInput", model, single, [](const Field&) { return "_bool"; });
    Line("{0}MinAggregateInput = {0}MaxAggregateInput", m);
    Class(m + "NumberAggregateInput", model, number, [](const Field&) { return "_bool"; });
    Line("{0}AvgAggregateInput = {0}NumberAggregateInput", m);
    Line("{0}SumAggregateInput = {0}NumberAggregateInput", m);
    Line("{}Keys = {}", m, Literal(model, all));
    Line("{}ScalarFieldKeys = {}", m, Literal(model, scalar));
    Line("{0}ScalarFieldKeysT = TypeVar('{0}ScalarFieldKeysT', bound={1})", m, Quote(m + "ScalarFieldKeys"));
    Line("{}RelationalFieldKeys = {}", m, Literal(model, relation));
  }

  void WriteModel(const Model& model) {
    WriteCreate(model);
    WriteUnique(model);
    WriteUpdate(model);
    WriteRead(model);
    Line("");
  }

  const ClientInput& input_;
  const Datamodel& datamodel_;
  std::string out_;
};

}  // namespace

std::string WriteTypesStub(const ClientInput& input) { return TypesWriter(input).Write(); }

std::string WriteTypesModule(const ClientInput&) {
  return std::string(kHeader) + R"(# The definitions are in types.pyi and are made when they are asked for.
import datetime
import decimal
from typing import Any, Dict, List, Literal, Optional, TypeVar, Union

from typing_extensions import TypedDict

from . import enums, fields
from ._lazy import lazy_types

_str = str
_int = int
_float = float
_bool = bool
_bytes = bytes

__getattr__, __dir__ = lazy_types(__name__, __file__)
)";
}

}  // namespace prisma::generate::python
