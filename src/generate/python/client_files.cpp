// The modules of the client other than its types.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "generate/python/client.h"
#include "generate/python/names.h"

namespace prisma::generate::python {

namespace {

std::string Header() { return std::string(kHeader); }

// `async def` or `def`.
std::string_view Def(const ClientInput& input) { return input.config.is_async ? "async def" : "def"; }

std::string LazyModels(std::string_view maker, std::string_view prefix) {
  return Header() + fmt::format(R"(# The classes are made when they are asked for; {0}.pyi has their types.
from ._data import FIELDS
from ._models import lazy_module, {1}
)",
                                prefix, maker);
}

// The type of a field of a model class.
std::string ModelType(const Field& field) {
  if (field.is_relation()) {
    return field.is_list ? fmt::format("Optional[List['{}']] = None", field.type)
                         : fmt::format("Optional['{}'] = None", field.type);
  }
  // Enum values come as their text, which is what a member equals.
  std::string type = ValueType(field);
  if (field.is_list) return "List[" + type + "]";
  return field.is_required ? type : "Optional[" + type + "] = None";
}

// A model whose property has the name of a method of the client takes its place, as it always has.
std::string ModelsBeforeMethods(const Datamodel& datamodel) {
  constexpr std::string_view kMethods[] = {"tx",
                                           "batch_",
                                           "get_metrics",
                                           "use",
                                           "on",
                                           "extends",
                                           "primary",
                                           "query_raw_typed",
                                           "query_first_typed",
                                           "execute_raw_typed"};
  std::string out;
  for (const Model& model : datamodel.models) {
    if (std::find(std::begin(kMethods), std::end(kMethods), model.accessor) == std::end(kMethods)) continue;
    out +=
        fmt::format("    {0} = property(lambda self: self.__getattr__({1}))\n", model.accessor, Quote(model.accessor));
  }
  return out;
}

}  // namespace

std::string WriteClientModule(const ClientInput& input) {
  std::string_view prefix = input.config.is_async ? "Async" : "Sync";
  return Header() + fmt::format(R"(from pathlib import Path
from typing import Any

from ._client import {0}Batch as _Batch, {0}Client as _Client, {0}TransactionManager as TransactionManager
from ._dotenv import load_env
from ._registry import RegisteredClient, get_client, register

__all__ = (
    'ENGINE_TYPE',
    'SCHEMA_PATH',
    'BINARY_PATHS',
    'Batch',
    'Prisma',
    'Client',
    'load_env',
    'register',
    'get_client',
)

SCHEMA_PATH = Path({1})
PACKAGED_SCHEMA_PATH = Path(__file__).parent / 'schema.prisma'
ENGINE_TYPE = 'binary'


class _BinaryPaths:
    """The engine is part of the package: there are no binaries."""

    query_engine: Any = {{}}
    introspection_engine: Any = {{}}
    migration_engine: Any = {{}}
    libquery_engine: Any = {{}}
    prisma_format: Any = {{}}


BINARY_PATHS = _BinaryPaths()


class Batch(_Batch):
    pass


class Prisma(_Client):
    _batch = Batch
{2}

Client = Prisma


def __getattr__(name: str) -> Any:
    if name.endswith('BatchActions'):
        from ._actions import make_batch_actions
        from ._data import FIELDS

        if name[:-12] in FIELDS:
            return globals().setdefault(name, make_batch_actions(name[:-12]))
    raise AttributeError(f'module {{__name__!r}} has no attribute {{name!r}}')
)",
                                prefix, Quote(input.schema_path), ModelsBeforeMethods(*input.datamodel));
}

std::string WriteClientStub(const ClientInput& input) {
  std::string_view prefix = input.config.is_async ? "Async" : "Sync";
  std::string_view def = Def(input);
  std::string enter = input.config.is_async ? "__aenter__" : "__enter__";
  std::string leave = input.config.is_async ? "__aexit__" : "__exit__";
  std::string out = Header() + fmt::format(R"(import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Callable, Dict, List, Literal, Mapping, Optional, Type, TypeVar, Union, overload

from pydantic import BaseModel
from typing_extensions import LiteralString

from . import actions, models, types
from ._dotenv import load_env as load_env
from ._hooks import Middleware, QueryEvent
from ._metrics import Metrics
from ._registry import RegisteredClient as RegisteredClient, get_client as get_client, register as register
from ._typed_sql import TypedSql

_BaseModelT = TypeVar('_BaseModelT', bound=BaseModel)
_RowT = TypeVar('_RowT')

SCHEMA_PATH: Path
PACKAGED_SCHEMA_PATH: Path
ENGINE_TYPE: str
BINARY_PATHS: Any

class Prisma:
    _session: Any
    _engine: Any
)");
  for (const Model& model : input.datamodel->models) {
    out += fmt::format("    {0}: actions.{1}Actions[models.{1}]\n", model.accessor, model.name);
  }
  out += fmt::format(R"(
    def __init__(
        self,
        *,
        use_dotenv: bool = True,
        log_queries: bool = False,
        auto_register: bool = False,
        datasource: Optional[types.DatasourceOverride] = None,
        connect_timeout: Union[int, datetime.timedelta] = ...,
        http: Optional[types.HttpConfig] = None,
        replicas: Optional[List[str]] = None,
        tracing: Optional[bool] = None,
    ) -> None: ...
    {0} connect(self, timeout: Union[int, datetime.timedelta] = ...) -> None: ...
    {0} disconnect(self, timeout: Union[float, datetime.timedelta, None] = None) -> None: ...
    {0} {1}(self) -> 'Prisma': ...
    {0} {2}(self, exc_type: Optional[Type[BaseException]], exc: Optional[BaseException], traceback: Optional[TracebackType]) -> None: ...
    def is_connected(self) -> bool: ...
    def is_registered(self) -> bool: ...
    def is_transaction(self) -> bool: ...
    def tx(
        self,
        *,
        max_wait: Union[int, datetime.timedelta] = ...,
        timeout: Union[int, datetime.timedelta] = ...,
        isolation_level: Optional[types.TransactionIsolationLevel] = None,
    ) -> 'TransactionManager': ...
    def batch_(self) -> 'Batch': ...
    def use(self, middleware: Middleware) -> None: ...
    def extends(
        self,
        *,
        query: Optional[Mapping[str, Union[Middleware, Mapping[str, Middleware]]]] = None,
        result: Optional[Mapping[str, Callable[[Any], Any]]] = None,
    ) -> 'Prisma': ...
    def on(self, event: Literal['query'], listener: Callable[[QueryEvent], object]) -> None: ...
    def primary(self) -> 'Prisma': ...
    @overload
    {0} get_metrics(self, format: Literal['json'] = 'json', *, global_labels: Optional[Dict[str, str]] = None) -> Metrics: ...
    @overload
    {0} get_metrics(self, format: Literal['prometheus'], *, global_labels: Optional[Dict[str, str]] = None) -> str: ...
)",
                     def, enter, leave);
  if (input.features.has_raw_queries) {
    out += fmt::format(R"(    @overload
    {0} query_raw(self, query: LiteralString, *args: Any, typed: bool = False) -> List[Dict[str, Any]]: ...
    @overload
    {0} query_raw(self, query: LiteralString, *args: Any, model: Type[_BaseModelT]) -> List[_BaseModelT]: ...
    @overload
    {0} query_first(self, query: LiteralString, *args: Any, typed: bool = False) -> Optional[Dict[str, Any]]: ...
    @overload
    {0} query_first(self, query: LiteralString, *args: Any, model: Type[_BaseModelT]) -> Optional[_BaseModelT]: ...
    {0} execute_raw(self, query: LiteralString, *args: Any) -> int: ...
    {0} query_raw_typed(self, query: TypedSql[_RowT]) -> List[_RowT]: ...
    {0} query_first_typed(self, query: TypedSql[_RowT]) -> Optional[_RowT]: ...
    {0} execute_raw_typed(self, query: TypedSql[Any]) -> int: ...
)",
                       def);
  }
  out += fmt::format(R"(
Client = Prisma

class TransactionManager:
    def __init__(
        self,
        *,
        client: Prisma,
        max_wait: Union[int, datetime.timedelta],
        timeout: Union[int, datetime.timedelta],
        isolation_level: Optional[str] = None,
    ) -> None: ...
    {0} start(self) -> Prisma: ...
    {0} commit(self) -> None: ...
    {0} rollback(self) -> None: ...
    {0} {1}(self) -> Prisma: ...
    {0} {2}(self, exc_type: Optional[Type[BaseException]], exc: Optional[BaseException], traceback: Optional[TracebackType]) -> None: ...

class Batch:
)",
                     def, enter, leave);
  for (const Model& model : input.datamodel->models) {
    out += fmt::format("    {0}: '{1}BatchActions'\n", model.accessor, model.name);
  }
  out += fmt::format(R"(    def __init__(self, client: Prisma) -> None: ...
    {0} commit(self) -> List[Any]: ...
    def execute_raw(self, query: LiteralString, *args: Any) -> None: ...
    {0} {1}(self) -> 'Batch': ...
    {0} {2}(self, exc_type: Optional[Type[BaseException]], exc: Optional[BaseException], traceback: Optional[TracebackType]) -> None: ...
)",
                     def, enter, leave);
  for (const Model& model : input.datamodel->models) {
    std::string returning;
    if (input.features.has_create_many_and_return) {
      returning += fmt::format(
          "    def create_many_and_return(self, data: List[types.{0}CreateWithoutRelationsInput], *, skip_duplicates: "
          "Optional[bool] = None, include: Optional[types.{0}Include] = None) -> None: ...\n",
          model.name);
    }
    if (input.features.has_update_many_and_return) {
      returning += fmt::format(
          "    def update_many_and_return(self, data: types.{0}UpdateManyMutationInput, where: types.{0}WhereInput, *, "
          "limit: Optional[int] = None, include: Optional[types.{0}Include] = None) -> None: ...\n",
          model.name);
    }
    out += fmt::format(R"(
class {0}BatchActions:
    def __init__(self, batcher: Batch) -> None: ...
    def create(self, data: types.{0}CreateInput, include: Optional[types.{0}Include] = None) -> None: ...
    def create_many(self, data: List[types.{0}CreateWithoutRelationsInput], *, skip_duplicates: Optional[bool] = None) -> None: ...
{1}    def delete(self, where: types.{0}WhereUniqueInput, include: Optional[types.{0}Include] = None) -> None: ...
    def update(self, data: types.{0}UpdateInput, where: types.{0}WhereUniqueInput, include: Optional[types.{0}Include] = None) -> None: ...
    def upsert(self, where: types.{0}WhereUniqueInput, data: types.{0}UpsertInput, include: Optional[types.{0}Include] = None) -> None: ...
    def update_many(self, data: types.{0}UpdateManyMutationInput, where: types.{0}WhereInput, *, limit: Optional[int] = None) -> None: ...
    def delete_many(self, where: Optional[types.{0}WhereInput] = None, *, limit: Optional[int] = None) -> None: ...
)",
                       model.name, returning);
  }
  (void)prefix;
  return out;
}

std::string WriteActionsModule(const ClientInput&) {
  return Header() + R"(# The classes are made when they are asked for; actions.pyi has their types.
from ._actions import lazy_actions

__getattr__, __dir__ = lazy_actions(__name__)
)";
}

std::string WriteActionsStub(const ClientInput& input) {
  std::string out =
      Header() +
      R"(from typing import Any, AsyncIterator, Generic, Iterator, List, Mapping, Optional, TypeVar, Union, Type, overload

from pydantic import BaseModel
from typing_extensions import LiteralString

from . import models, types
from .client import Prisma

_PrismaModelT = TypeVar('_PrismaModelT', bound=BaseModel)

)";
  std::string_view def = Def(input);
  const Features& features = input.features;
  for (const Model& model : input.datamodel->models) {
    const std::string& m = model.name;
    std::string shape = fmt::format(
        "include: Optional[types.{0}Include] = None, *, select: Optional[types.{0}Select] = None, omit: "
        "Optional[types.{0}Omit] = None",
        m);
    std::string find = fmt::format(
        "skip: Optional[int] = None, where: Optional[types.{0}WhereInput] = None, cursor: "
        "Optional[types.{0}WhereUniqueInput] = None, include: Optional[types.{0}Include] = None, order: "
        "Union[types.{0}OrderByInput, List[types.{0}OrderByInput], None] = None, distinct: "
        "Optional[List[types.{0}ScalarFieldKeys]] = None, *, ",
        m);
    std::string select =
        fmt::format("select: Optional[types.{0}Select] = None, omit: Optional[types.{0}Omit] = None", m);
    out += fmt::format("class {}Actions(Generic[_PrismaModelT]):\n", m);
    out += fmt::format("    def __init__(self, client: Prisma, model: Type[_PrismaModelT]) -> None: ...\n");
    if (features.has_raw_queries) {
      out += fmt::format(
          "    {0} query_raw(self, query: LiteralString, *args: Any) -> List[_PrismaModelT]: ...\n"
          "    {0} query_first(self, query: LiteralString, *args: Any) -> Optional[_PrismaModelT]: ...\n",
          def);
    }
    const bool is_view = features.views.count(m) != 0;
    if (!is_view) {
      out += fmt::format(
          "    {0} create(self, data: types.{1}CreateInput, {2}) -> _PrismaModelT: ...\n"
          "    {0} create_many(self, data: List[types.{1}CreateWithoutRelationsInput], *, skip_duplicates: "
          "Optional[bool] "
          "= None) -> int: ...\n",
          def, m, shape);
    }
    if (features.has_create_many_and_return && !is_view) {
      out += fmt::format(
          "    {0} create_many_and_return(self, data: List[types.{1}CreateWithoutRelationsInput], *, skip_duplicates: "
          "Optional[bool] = None, include: Optional[types.{1}Include] = None, {2}) -> List[_PrismaModelT]: ...\n",
          def, m, select);
    }
    for (auto [name, result] : {std::pair{"find_unique", "Optional[_PrismaModelT]"},
                                {"find_unique_or_raise", "_PrismaModelT"},
                                {"delete", "Optional[_PrismaModelT]"}}) {
      if (is_view && std::string_view(name) == "delete") continue;
      out +=
          fmt::format("    {} {}(self, where: types.{}WhereUniqueInput, {}) -> {}: ...\n", def, name, m, shape, result);
    }
    for (auto [name, result] :
         {std::pair{"find_first", "Optional[_PrismaModelT]"}, {"find_first_or_raise", "_PrismaModelT"}}) {
      out += fmt::format("    {} {}(self, {}take: Optional[int] = None, {}) -> {}: ...\n", def, name, find, select,
                         result);
    }
    out += fmt::format("    {} find_many(self, take: Optional[int] = None, {}{}) -> List[_PrismaModelT]: ...\n", def,
                       find, select);
    std::string_view iterator = input.config.is_async ? "AsyncIterator" : "Iterator";
    out += fmt::format(
        "    def iterate(self, where: Optional[types.{0}WhereInput] = None, *, batch_size: int = 1000, include: "
        "Optional[types.{0}Include] = None, order: Union[types.{0}OrderByInput, List[types.{0}OrderByInput], None] = "
        "None, {1}) -> {2}[_PrismaModelT]: ...\n",
        m, select, iterator);
    if (!is_view) {
      out += fmt::format(
          "    {0} update(self, data: types.{1}UpdateInput, where: types.{1}WhereUniqueInput, {2}) -> "
          "Optional[_PrismaModelT]: ...\n"
          "    {0} upsert(self, where: types.{1}WhereUniqueInput, data: types.{1}UpsertInput, {2}) -> _PrismaModelT: "
          "...\n"
          "    {0} update_many(self, data: types.{1}UpdateManyMutationInput, where: types.{1}WhereInput, *, limit: "
          "Optional[int] = None) -> int: ...\n",
          def, m, shape);
    }
    if (features.has_update_many_and_return && !is_view) {
      out += fmt::format(
          "    {0} update_many_and_return(self, data: types.{1}UpdateManyMutationInput, where: types.{1}WhereInput, *, "
          "limit: Optional[int] = None, include: Optional[types.{1}Include] = None, {2}) -> List[_PrismaModelT]: ...\n",
          def, m, select);
    }
    std::string page = fmt::format(
        "take: Optional[int] = None, skip: Optional[int] = None, where: Optional[types.{0}WhereInput] = None, cursor: "
        "Optional[types.{0}WhereUniqueInput] = None, order: Union[types.{0}OrderByInput, List[types.{0}OrderByInput], "
        "None] = None",
        m);
    if (!is_view) {
      out += fmt::format(
          "    {0} delete_many(self, where: Optional[types.{1}WhereInput] = None, *, limit: Optional[int] = None) -> "
          "int: ...\n",
          def, m);
    }
    out += fmt::format(
        "    @overload\n"
        "    {0} count(self, select: None = None, {2}) -> int: ...\n"
        "    @overload\n"
        "    {0} count(self, select: types.{1}CountAggregateInput, {2}) -> types.{1}CountAggregateOutput: ...\n"
        "    {0} aggregate(self, where: Optional[types.{1}WhereInput] = None, *, count: Union[bool, "
        "types.{1}CountAggregateInput, None] = None, avg: Optional[types.{1}AvgAggregateInput] = None, sum: "
        "Optional[types.{1}SumAggregateInput] = None, min: Optional[types.{1}MinAggregateInput] = None, max: "
        "Optional[types.{1}MaxAggregateInput] = None, take: Optional[int] = None, skip: Optional[int] = None, cursor: "
        "Optional[types.{1}WhereUniqueInput] = None, order: Union[types.{1}OrderByInput, List[types.{1}OrderByInput], "
        "None] = None) -> types.{1}AggregateOutput: ...\n"
        "    {0} group_by(self, by: List[types.{1}ScalarFieldKeys], *, where: Optional[types.{1}WhereInput] = None, "
        "take: "
        "Optional[int] = None, skip: Optional[int] = None, avg: Optional[types.{1}AvgAggregateInput] = None, sum: "
        "Optional[types.{1}SumAggregateInput] = None, min: Optional[types.{1}MinAggregateInput] = None, max: "
        "Optional[types.{1}MaxAggregateInput] = None, having: Optional[types.{1}ScalarWhereWithAggregatesInput] = "
        "None, "
        "count: Union[bool, types.{1}CountAggregateInput, None] = None, order: Union[types.{1}GroupByOrderInput, "
        "List[types.{1}GroupByOrderInput], None] = None) -> List[types.{1}GroupByOutput]: ...\n\n",
        def, m, page);
  }
  return out;
}

std::string WriteModelsModule(const ClientInput&) {
  return LazyModels("make_model", "models") +
         "\n__getattr__, __dir__ = lazy_module(__name__, make_model, FIELDS.keys)\n";
}

std::string WriteModelsStub(const ClientInput& input) {
  std::string out = Header() + R"(import datetime
import decimal
from typing import Any, Dict, List, Optional, Iterable, Mapping

from . import bases, enums, fields, types

_str = str
_int = int
_float = float
_bool = bool

)";
  for (const Model& model : input.datamodel->models) {
    out += fmt::format("class {0}(bases.Base{0}):\n", model.name);
    out += Docstring(model.documentation, "    ");
    bool has_relations = false, has_lists = false;
    for (const Field& field : model.fields) {
      has_relations = has_relations || field.is_relation();
      has_lists = has_lists || (field.is_relation() && field.is_list);
      out += fmt::format("    {}: {}\n", field.name, ModelType(field));
      out += Docstring(field.documentation, "    ");
    }
    if (has_lists) out += "    _count: Dict[_str, _int]\n";
    out += fmt::format(
        "    @staticmethod\n    def create_partial(name: str, include: Optional[Iterable['types.{0}Keys']] = None, "
        "exclude: Optional[Iterable['types.{0}Keys']] = None, required: Optional[Iterable['types.{0}Keys']] = None, "
        "optional: Optional[Iterable['types.{0}Keys']] = None, relations: Optional[Mapping[{1}, str]] = None, "
        "exclude_relational_fields: bool = False) -> None: ...\n\n",
        model.name, has_relations ? fmt::format("'types.{}RelationalFieldKeys'", model.name) : "str");
  }
  return out;
}

std::string WriteBasesModule(const ClientInput&) {
  return Header() + R"(# The classes are made when they are asked for; bases.pyi has their types.
from ._data import FIELDS
from ._models import _PrismaModel, lazy_module, make_base

__getattr__, __dir__ = lazy_module(__name__, make_base, lambda: [f'Base{name}' for name in FIELDS])
)";
}

std::string WriteBasesStub(const ClientInput& input) {
  std::string out = Header() + R"(from typing import Any, ClassVar, Literal, Optional

from pydantic import BaseModel
from typing_extensions import Self

from . import actions
from .client import Prisma

class _PrismaModel(BaseModel):
    def __init_subclass__(cls, *, warn_subclass: Optional[bool] = None, **kwargs: Any) -> None: ...

)";
  for (const Model& model : input.datamodel->models) {
    out += fmt::format(
        "class Base{0}(_PrismaModel):\n    __prisma_model__: ClassVar[Literal['{0}']]\n    @classmethod\n"
        "    def prisma(cls, client: Optional[Prisma] = None) -> actions.{0}Actions[Self]: ...\n\n",
        model.name);
  }
  return out;
}

std::string WriteEnums(const ClientInput& input) {
  std::string out = Header() + R"(from enum import Enum


class StrEnum(str, Enum):
    """A string that is one of a few."""

    def __str__(self) -> str:
        return str.__str__(self)

    def __format__(self, spec: str) -> str:
        return str.__format__(self, spec)

)";
  for (const Enum& entry : input.datamodel->enums) {
    out += fmt::format("\nclass {}(StrEnum):\n{}", entry.name, Docstring(entry.documentation, "    "));
    for (const std::string& value : entry.values) {
      out += fmt::format("    {0} = '{0}'\n", value);
    }
  }
  return out;
}

std::string WritePartials(const ClientInput&) {
  return Header() + R"(# The classes are made when they are asked for.
from typing import Any, Dict

from ._models import lazy_module

# name: (model, fields)
PARTIALS: Dict[str, Any] = {}


def _make(name: str) -> Any:
    from ._models import make_class

    if name not in PARTIALS:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    model, entries = PARTIALS[name]
    return make_class('partials', name, model, entries, None)


__getattr__, __dir__ = lazy_module(__name__, _make, PARTIALS.keys)
)";
}

std::string WriteMetadata(const ClientInput& input) {
  std::string out = Header() + "\nPRISMA_MODELS: 'set[str]' = {\n";
  for (const Model& model : input.datamodel->models) out += fmt::format("    '{}',\n", model.name);
  out += "}\n\nRELATIONAL_FIELD_MAPPINGS: 'dict[str, dict[str, str]]' = {\n";
  for (const Model& model : input.datamodel->models) {
    std::string relations;
    for (const Field& field : model.fields) {
      if (field.is_relation()) relations += fmt::format("        '{}': '{}',\n", field.name, field.type);
    }
    out += relations.empty() ? fmt::format("    '{}': {{}},\n", model.name)
                             : fmt::format("    '{}': {{\n{}    }},\n", model.name, relations);
  }
  return out + "}\n";
}

std::string WriteData(const ClientInput& input) {
  const Features& features = input.features;
  auto text = [](const std::string& value) { return value.empty() ? std::string("None") : Quote(value); };
  std::string views;
  for (const std::string& view : features.views) views += Quote(view) + ", ";
  std::string out =
      Header() + fmt::format(R"("""The schema as the client's runtime needs it."""

PROVIDER = {}
DATASOURCE = {}
# the variable that has it, or itself
URL = ({}, {})
HAS_SKIP_DUPLICATES = {}
VIEWS = ({})
ACCESSORS = {{
)",
                             Quote(features.provider), Quote(features.datasource_name), text(features.url_variable),
                             text(features.url), features.has_skip_duplicates ? "True" : "False", views);
  for (const Model& model : input.datamodel->models) {
    out += fmt::format("    {}: {},\n", Quote(model.accessor), Quote(model.name));
  }
  out += "}\n# name, kind (scalar, enum, relation), type, arity (required, optional, list)\nFIELDS = {\n";
  for (const Model& model : input.datamodel->models) {
    out += fmt::format("    {}: (\n", Quote(model.name));
    for (const Field& field : model.fields) {
      char kind = field.is_relation() ? 'r' : field.kind == Field::Kind::kEnum ? 'e' : 's';
      char arity = field.is_list ? 'l' : field.is_required ? 'r' : 'o';
      out += fmt::format("        ({}, '{}', {}, '{}'),\n", Quote(field.name), kind, Quote(field.type), arity);
    }
    out += "    ),\n";
  }
  out += "}\n# the fields that find one record, and the name of that key if they are several\nIDS = {\n";
  for (const Model& model : input.datamodel->models) {
    std::string fields, key = "None";
    for (const Field& field : model.fields) {
      if (field.is_id || (fields.empty() && field.is_unique && field.is_required)) fields = Quote(field.name) + ",";
    }
    for (const CompoundKey& compound : model.compound_keys) {
      if (!fields.empty()) break;
      for (const std::string& field : compound.fields) fields += (fields.empty() ? "" : " ") + Quote(field) + ",";
      key = Quote(compound.name);
    }
    if (!fields.empty()) out += fmt::format("    {}: (({}), {}),\n", Quote(model.name), fields, key);
  }
  out += "}\nDOCS = {\n";
  for (const Model& model : input.datamodel->models) {
    if (!model.documentation.empty()) {
      out += fmt::format("    {}: {},\n", Quote(model.name), Quote(model.documentation));
    }
  }
  return out + "}\n";
}

std::vector<ClientFile> WriteClient(const ClientInput& input) {
  std::vector<ClientFile> files;
  files.push_back({"_data.py", WriteData(input)});
  files.push_back({"client.py", WriteClientModule(input)});
  files.push_back({"client.pyi", WriteClientStub(input)});
  files.push_back({"actions.py", WriteActionsModule(input)});
  files.push_back({"actions.pyi", WriteActionsStub(input)});
  files.push_back({"models.py", WriteModelsModule(input)});
  files.push_back({"models.pyi", WriteModelsStub(input)});
  files.push_back({"bases.py", WriteBasesModule(input)});
  files.push_back({"bases.pyi", WriteBasesStub(input)});
  files.push_back({"types.py", WriteTypesModule(input)});
  files.push_back({"types.pyi", WriteTypesStub(input)});
  files.push_back({"enums.py", WriteEnums(input)});
  files.push_back({"partials.py", WritePartials(input)});
  files.push_back({"metadata.py", WriteMetadata(input)});
  files.push_back({"schema.prisma", input.schema_text});
  return files;
}

}  // namespace prisma::generate::python
