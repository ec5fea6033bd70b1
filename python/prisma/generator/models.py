"""What `prisma generate` tells a generator, as pydantic models."""

import enum
import importlib
import importlib.util
import os
import sys
from contextvars import ContextVar
from importlib.abc import InspectLoader
from importlib.machinery import ModuleSpec
from itertools import chain
from keyword import iskeyword
from pathlib import Path
from typing import Any, Callable, ClassVar, Dict, Generic, Iterable, Iterator, List, Optional, Tuple, TypeVar, Union

import pydantic
from pydantic import PrivateAttr

from .._compat import (
    PYDANTIC_V2,
    BaseSettings,
    BaseSettingsConfig,
    Field as FieldInfo,
    GenericModel,
    PlainSerializer,
    cached_property,
    field_validator,
    model_parse,
    model_rebuild,
    root_validator,
)
from .._constants import QUERY_BUILDER_ALIASES
from ..errors import UnsupportedListTypeError
from ._dsl_parser import parse_schema_dsl
from .errors import PartialTypeGeneratorError, TemplateError as TemplateError
from .utils import Faker, Sampler

__all__ = ('AnyData', 'PythonData', 'DefaultData', 'GenericData')

ATOMIC_FIELD_TYPES = ['Int', 'BigInt', 'Float']
TYPE_MAPPING = {
    'String': '_str',
    'Bytes': "'fields.Base64'",
    'DateTime': 'datetime.datetime',
    'Boolean': '_bool',
    'Int': '_int',
    'Float': '_float',
    'BigInt': '_int',
    'Json': "'fields.Json'",
    'Decimal': 'decimal.Decimal',
}
FILTER_TYPES = list(TYPE_MAPPING)
FAKER: Faker = Faker()

ConfigT = TypeVar('ConfigT', bound=pydantic.BaseModel)

# The data and the options of the run, for what is asked of a field or a model by itself.
data_ctx: 'ContextVar[Any]' = ContextVar('data_ctx')
config_ctx: 'ContextVar[Any]' = ContextVar('config_ctx')


def get_datamodel() -> 'Datamodel':
    return data_ctx.get().dmmf.datamodel  # type: ignore[no-any-return]


def get_config() -> Any:
    return config_ctx.get(None)


def get_list_types() -> Iterable[Tuple[str, str]]:
    """The types that lists can be of: name and Python type."""
    return chain(TYPE_MAPPING.items(), ((entry.name, f"'enums.{entry.name}'") for entry in get_datamodel().enums))


def _spec_text(spec: ModuleSpec) -> str:
    assert spec.origin is not None, 'Cannot serialize module with no origin'
    return spec.origin


class BaseModel(pydantic.BaseModel):
    if PYDANTIC_V2:
        model_config: ClassVar[Any] = {'arbitrary_types_allowed': True, 'ignored_types': (cached_property,)}
    else:

        class Config:
            arbitrary_types_allowed = True
            json_encoders = {Path: lambda path: str(path.absolute()), ModuleSpec: _spec_text}
            keep_untouched = (cached_property,)


class InterfaceChoices(str, enum.Enum):
    sync = 'sync'
    asyncio = 'asyncio'


class EngineType(str, enum.Enum):
    binary = 'binary'
    library = 'library'
    dataproxy = 'dataproxy'
    service = 'service'

    def __str__(self) -> str:
        return str(self.value)


if PYDANTIC_V2:
    from typing_extensions import Annotated

    _Spec: Any = Annotated[ModuleSpec, PlainSerializer(_spec_text, return_type=str)]
else:
    _Spec = ModuleSpec


class Module(BaseModel):
    """A script or module of the user's, by path or by dotted name."""

    spec: _Spec

    @root_validator(pre=True, skip_on_failure=True)
    @classmethod
    def partial_type_generator_converter(cls, values: object) -> Any:
        return {'spec': values} if isinstance(values, str) else values

    @field_validator('spec', pre=True, allow_reuse=True)
    @classmethod
    def spec_validator(cls, value: Optional[str]) -> ModuleSpec:
        if value is None:
            value = 'prisma/partial_types.py'
        if isinstance(value, ModuleSpec):
            return value
        spec: Optional[ModuleSpec] = None
        if Path.cwd().joinpath(value).exists():
            spec = importlib.util.spec_from_file_location('prisma.partial_type_generator', value)
        elif value.startswith('.'):
            raise ValueError(f'No file found at {value} and relative imports are not allowed.')
        else:
            try:
                spec = importlib.util.find_spec(value)
            except (ModuleNotFoundError, ValueError):
                spec = None
        if spec is None:
            raise ValueError(f'Could not find a python file or module at {value}')
        return spec

    def run(self) -> None:
        """Executes it."""
        importlib.invalidate_caches()
        module = importlib.util.module_from_spec(self.spec)
        loader = self.spec.loader
        assert isinstance(loader, InspectLoader), f'Cannot execute module from loader type: {type(loader)}'
        try:
            loader.exec_module(module)
        except Exception as error:
            raise PartialTypeGeneratorError() from error


class GenericData(GenericModel, Generic[ConfigT]):  # type: ignore[misc]
    """All of it. `ConfigT`: the options that the generator's block may have."""

    datamodel: str
    version: str
    generator: 'Generator[ConfigT]'
    dmmf: 'DMMF' = FieldInfo(alias='dmmf')
    schema_path: Path = FieldInfo(alias='schemaPath')
    datasources: List['Datasource'] = FieldInfo(alias='datasources')
    other_generators: List['Generator[_ModelAllowAll]'] = FieldInfo(alias='otherGenerators')
    binary_paths: 'BinaryPaths' = FieldInfo(alias='binaryPaths', default_factory=lambda: BinaryPaths())

    if PYDANTIC_V2:

        @root_validator(pre=False)
        def _set_ctx(self: Any) -> Any:
            data_ctx.set(self)
            return self

    else:

        @classmethod
        def parse_obj(cls, obj: Any) -> Any:
            data = super().parse_obj(obj)
            data_ctx.set(data)
            return data

    def to_params(self) -> Dict[str, Any]:
        """The parts by name, for templates."""
        return {**vars(self), 'get_list_types': get_list_types}

    @root_validator(pre=True, allow_reuse=True, skip_on_failure=True)
    @classmethod
    def validate_version(cls, values: Dict[Any, Any]) -> Dict[Any, Any]:
        # Documents of any version can be read: what is missing is said by the fields.
        return values


class BinaryPaths(BaseModel):
    """Engines by platform: none, unless the command line that calls is one that fetches them."""

    query_engine: Dict[str, str] = FieldInfo(default_factory=dict, alias='queryEngine')
    introspection_engine: Dict[str, str] = FieldInfo(default_factory=dict, alias='introspectionEngine')
    migration_engine: Dict[str, str] = FieldInfo(default_factory=dict, alias='migrationEngine')
    libquery_engine: Dict[str, str] = FieldInfo(default_factory=dict, alias='libqueryEngine')
    prisma_format: Dict[str, str] = FieldInfo(default_factory=dict, alias='prismaFmt')

    if PYDANTIC_V2:
        model_config: ClassVar[Any] = {'extra': 'allow'}
    else:

        class Config(BaseModel.Config):
            extra = 'allow'


class Datasource(BaseModel):
    name: str
    provider: str
    active_provider: str = FieldInfo(alias='activeProvider')
    url: 'OptionalValueFromEnvVar'
    source_file_path: Optional[Path] = FieldInfo(alias='sourceFilePath', default=None)


class Generator(GenericModel, Generic[ConfigT]):  # type: ignore[misc]
    name: str
    output: 'ValueFromEnvVar'
    provider: 'OptionalValueFromEnvVar'
    config: ConfigT
    binary_targets: List['ValueFromEnvVar'] = FieldInfo(alias='binaryTargets')
    preview_features: List[str] = FieldInfo(alias='previewFeatures')

    @field_validator('binary_targets')
    @classmethod
    def warn_binary_targets(cls, targets: Any) -> Any:
        if len(targets) > 1:
            sys.stdout.write('Warning: The binaryTargets option is not officially supported by Prisma Client Python.\n')
        return targets

    def has_preview_feature(self, feature: str) -> bool:
        return feature in self.preview_features


class ValueFromEnvVar(BaseModel):
    value: str
    from_env_var: Optional[str] = FieldInfo(alias='fromEnvVar', default=None)


class OptionalValueFromEnvVar(BaseModel):
    value: Optional[str] = None
    from_env_var: Optional[str] = FieldInfo(alias='fromEnvVar', default=None)

    def resolve(self) -> str:
        if self.value is not None:
            return self.value
        assert self.from_env_var is not None, 'from_env_var should not be None'
        value = os.environ.get(self.from_env_var)
        if value is None:
            raise RuntimeError(f'Environment variable not found: {self.from_env_var}')
        return value


class Config(BaseSettings):
    """The options of the Python client's block. The environment comes first."""

    interface: InterfaceChoices = FieldInfo(default=InterfaceChoices.asyncio, env='PRISMA_PY_CONFIG_INTERFACE')
    partial_type_generator: Optional[Module] = FieldInfo(default=None, env='PRISMA_PY_CONFIG_PARTIAL_TYPE_GENERATOR')
    recursive_type_depth: int = FieldInfo(default=-1, env='PRISMA_PY_CONFIG_RECURSIVE_TYPE_DEPTH')
    engine_type: EngineType = FieldInfo(default=EngineType.binary, env='PRISMA_PY_CONFIG_ENGINE_TYPE')
    enable_experimental_decimal: bool = FieldInfo(default=False, env='PRISMA_PY_CONFIG_ENABLE_EXPERIMENTAL_DECIMAL')

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        config_ctx.set(self)

    if PYDANTIC_V2:
        model_config: ClassVar[Any] = {'extra': 'forbid', 'use_enum_values': True, 'populate_by_name': True}
    else:

        class Config(BaseSettingsConfig or object):  # type: ignore
            extra = 'forbid'
            use_enum_values = True
            env_prefix = 'prisma_py_config_'
            allow_population_by_field_name = True

            @classmethod
            def customise_sources(cls, init_settings: Any, env_settings: Any, file_secret_settings: Any) -> Any:
                return env_settings, init_settings, file_secret_settings

    @root_validator(pre=True, skip_on_failure=True)
    @classmethod
    def transform_engine_type(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        spelled = values.pop('engineType', None)
        engine_type = os.environ.get('PRISMA_CLIENT_ENGINE_TYPE') or spelled
        if engine_type is not None:
            values['engine_type'] = engine_type
        return values

    @root_validator(pre=True, skip_on_failure=True)
    @classmethod
    def removed_http_option_validator(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        http = values.get('http')
        new = {'aiohttp': 'asyncio', 'httpx-async': 'asyncio', 'requests': 'sync', 'httpx-sync': 'sync'}.get(str(http))
        if new is None:
            return values
        raise ValueError(
            'The http option has been removed in favour of the interface option.\n'
            '  Please remove the http option from your Prisma schema and replace it with:\n'
            f'  interface = "{new}"'
        )

    @field_validator('partial_type_generator', pre=True, always=True, allow_reuse=True)
    @classmethod
    def _partial_type_generator_converter(cls, value: Any) -> Any:
        return _module(value)

    @root_validator(pre=True, skip_on_failure=True)
    @classmethod
    def _usual_partial_type_generator(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        values.setdefault('partial_type_generator', None)
        return values

    @field_validator('recursive_type_depth', always=True, allow_reuse=True)
    @classmethod
    def recursive_type_depth_validator(cls, value: int) -> int:
        if value < -1 or value in (0, 1):
            raise ValueError('Value must equal -1 or be greater than 1.')
        return value

    @field_validator('engine_type', always=True, allow_reuse=True)
    @classmethod
    def engine_type_validator(cls, value: Any) -> Any:
        if value == EngineType.dataproxy:
            raise ValueError('Prisma Client Python does not support the Prisma Data Proxy yet.')
        return value


def _module(value: Any) -> Any:
    if isinstance(value, Module):
        return value
    try:
        return Module(spec=value)
    except ValueError:
        if value is None:  # nothing where it would usually be
            return None
        raise


class DMMFEnumType(BaseModel):
    name: str
    values: List[object]


class DMMFEnumTypes(BaseModel):
    prisma: List[DMMFEnumType]


class PrismaSchema(BaseModel):
    enum_types: DMMFEnumTypes = FieldInfo(alias='enumTypes')


class DMMF(BaseModel):
    datamodel: 'Datamodel'
    prisma_schema: PrismaSchema = FieldInfo(alias='schema')


class Datamodel(BaseModel):
    enums: List['Enum']
    models: List['Model']
    types: List[object]

    @field_validator('types')
    @classmethod
    def no_composite_types_validator(cls, types: List[object]) -> object:
        if types and isinstance(get_config(), Config):
            raise ValueError(
                'Composite types are not supported yet. Please indicate you need this here: '
                'https://github.com/RobertCraigie/prisma-client-py/issues/314'
            )
        return types


class Enum(BaseModel):
    name: str
    db_name: Optional[str] = FieldInfo(alias='dbName', default=None)
    values: List['EnumValue']


class EnumValue(BaseModel):
    name: str
    db_name: Optional[str] = FieldInfo(alias='dbName', default=None)


class ModelExtension(BaseModel):
    instance_name: Optional[str] = None

    @field_validator('instance_name')
    @classmethod
    def instance_name_validator(cls, name: Optional[str]) -> Optional[str]:
        if name and not name.isidentifier():
            raise ValueError(f'Custom Model instance_name "{name}" is not a valid Python identifier')
        return name


class Constraint(BaseModel):
    name: str
    fields: List[str]

    @root_validator(pre=True, allow_reuse=True, skip_on_failure=True)
    @classmethod
    def resolve_name(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if not isinstance(values.get('name'), str):
            values['name'] = '_'.join(values['fields'])
        return values


class PrimaryKey(Constraint):
    pass


class UniqueIndex(Constraint):
    pass


class Model(BaseModel):
    name: str
    documentation: Optional[str] = None
    db_name: Optional[str] = FieldInfo(alias='dbName')
    is_generated: bool = FieldInfo(alias='isGenerated')
    compound_primary_key: Optional[PrimaryKey] = FieldInfo(alias='primaryKey')
    unique_indexes: List[UniqueIndex] = FieldInfo(alias='uniqueIndexes')
    all_fields: List['Field'] = FieldInfo(alias='fields')
    # of `@Python(…)` in the documentation
    extension: Optional[ModelExtension] = None

    _sampler: Any = PrivateAttr(default=None)

    @root_validator(pre=True, allow_reuse=True)
    @classmethod
    def validate_dsl_extension(cls, values: Dict[Any, Any]) -> Dict[Any, Any]:
        parsed = parse_schema_dsl(values.get('documentation') or '')
        if parsed['type'] == 'invalid':
            raise ValueError(parsed['error'])
        if parsed['type'] == 'ok':
            values['extension'] = model_parse(ModelExtension, parsed['value']['arguments'])
        return values

    @field_validator('name')
    @classmethod
    def name_validator(cls, name: str) -> str:
        if iskeyword(name):
            raise ValueError(
                f'Model name "{name}" shadows a Python keyword; use a different model name with \'@@map("{name}")\'.'
            )
        if iskeyword(name.lower()):
            raise ValueError(
                f'Model name "{name}" results in a client property that shadows a Python keyword; '
                f'use a different model name with \'@@map("{name}")\'.'
            )
        return name

    @property
    def related_models(self) -> Iterator['Model']:
        for field in self.relational_fields:
            yield from (model for model in get_datamodel().models if model.name == field.type)

    @property
    def relational_fields(self) -> Iterator['Field']:
        return (field for field in self.all_fields if field.is_relational)

    @property
    def scalar_fields(self) -> Iterator['Field']:
        return (field for field in self.all_fields if not field.is_relational)

    @property
    def atomic_fields(self) -> Iterator['Field']:
        return (field for field in self.all_fields if field.is_atomic)

    @property
    def required_array_fields(self) -> Iterator['Field']:
        return (field for field in self.all_fields if field.is_list and not field.is_relational and field.is_required)

    @cached_property
    def id_field(self) -> Optional['Field']:
        """The first field that finds a record by itself."""
        return next((field for field in self.scalar_fields if field.is_id or field.is_unique), None)

    @property
    def has_relational_fields(self) -> bool:
        return any(field.is_relational for field in self.all_fields)

    @property
    def instance_name(self) -> str:
        """The name of the model's attribute of the client."""
        if self.extension is not None and self.extension.instance_name:
            return self.extension.instance_name
        return self.name.lower()

    @property
    def plural_name(self) -> str:
        name = self.instance_name
        return name if name.endswith('s') else f'{name}s'

    def resolve_field(self, name: str) -> 'Field':
        for field in self.all_fields:
            if field.name == name:
                return field
        raise LookupError(f'Could not find a field with name: {name}')

    def sampler(self) -> Sampler:
        if self._sampler is None:
            self._sampler = Sampler(self)
        return self._sampler  # type: ignore[no-any-return]


class DefaultValue(BaseModel):
    args: Any = None
    name: str


class Field(BaseModel):
    name: str
    documentation: Optional[str] = None
    kind: str
    type: str
    is_id: bool = FieldInfo(alias='isId')
    is_list: bool = FieldInfo(alias='isList')
    is_unique: bool = FieldInfo(alias='isUnique')
    is_required: bool = FieldInfo(alias='isRequired')
    is_read_only: bool = FieldInfo(alias='isReadOnly')
    is_generated: bool = FieldInfo(alias='isGenerated')
    is_updated_at: bool = FieldInfo(alias='isUpdatedAt')
    default: Optional[Union[DefaultValue, object, List[object]]] = None
    has_default_value: bool = FieldInfo(alias='hasDefaultValue')
    relation_name: Optional[str] = FieldInfo(alias='relationName', default=None)
    relation_on_delete: Optional[str] = FieldInfo(alias='relationOnDelete', default=None)
    relation_to_fields: Optional[List[str]] = FieldInfo(alias='relationToFields', default=None)
    relation_from_fields: Optional[List[str]] = FieldInfo(alias='relationFromFields', default=None)

    _last_sampled: Optional[str] = PrivateAttr(default=None)

    @root_validator(pre=True, skip_on_failure=True)
    @classmethod
    def scalar_type_validator(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        type_ = values.get('type')
        if values.get('kind') == 'scalar' and type_ is not None and type_ not in TYPE_MAPPING:
            raise ValueError(f'Unsupported scalar field type: {type_}')
        return values

    @field_validator('name')
    @classmethod
    def name_validator(cls, name: str) -> str:
        # Only the Python client makes attributes of names.
        if get_config() is not None and not isinstance(get_config(), Config):
            return name
        if getattr(BaseModel, name, None):
            raise ValueError(
                f'Field name "{name}" shadows a BaseModel attribute; use a different field name with \'@map("{name}")\'.'
            )
        if iskeyword(name):
            raise ValueError(
                f'Field name "{name}" shadows a Python keyword; use a different field name with \'@map("{name}")\'.'
            )
        if name == 'prisma':
            raise ValueError(
                'Field name "prisma" shadows a Prisma Client Python method; '
                'use a different field name with \'@map("prisma")\'.'
            )
        if name in QUERY_BUILDER_ALIASES:
            raise ValueError(
                f'Field name "{name}" shadows an internal keyword; use a different field name with \'@map("{name}")\''
            )
        return name

    @property
    def _actual_python_type(self) -> str:
        if self.kind == 'enum':
            return f"'enums.{self.type}'"
        if self.kind == 'object':
            return f"'models.{self.type}'"
        if self.type not in TYPE_MAPPING:
            raise RuntimeError(f'Could not parse {self.name} due to unknown type: {self.type}')
        return TYPE_MAPPING[self.type]

    @property
    def python_type(self) -> str:
        return f'List[{self._actual_python_type}]' if self.is_list else self._actual_python_type

    @property
    def python_type_as_string(self) -> str:
        text = self._actual_python_type
        if self.is_list:
            escaped = text.replace("'", "\\'")
            return f"'List[{escaped}]'"
        return text if text.startswith("'") else f"'{text}'"

    @property
    def create_input_type(self) -> str:
        if self.kind != 'object':
            return self.python_type
        return f"'{self.type}Create{'Many' if self.is_list else ''}NestedWithoutRelationsInput'"

    @property
    def where_input_type(self) -> str:
        if self.is_relational:
            return f"'{self.type}{'List' if self.is_list else ''}RelationFilter'"
        if self.is_list:
            self.check_supported_scalar_list_type()
            return f"'types.{self.type}ListFilter'"
        if self.type in FILTER_TYPES:
            none = 'None, ' if self.is_optional else ''
            return f"Union[{none}{self._actual_python_type}, 'types.{self.type}Filter']"
        return self.python_type

    @property
    def where_aggregates_input_type(self) -> str:
        if self.is_relational:
            raise RuntimeError('This type is not valid for relational fields')
        if self.type in FILTER_TYPES:
            return f"Union[{self._actual_python_type}, 'types.{self.type}WithAggregatesFilter']"
        return self.python_type

    @property
    def relational_args_type(self) -> str:
        return f'FindMany{self.type}Args' if self.is_list else f'{self.type}Args'

    @property
    def required_on_create(self) -> bool:
        has_value = self.is_updated_at or self.has_default_value or self.is_relational or self.is_list
        return self.is_required and not has_value

    @property
    def is_optional(self) -> bool:
        return not self.is_required or self.is_relational

    @property
    def is_relational(self) -> bool:
        return self.relation_name is not None

    @property
    def is_atomic(self) -> bool:
        return self.type in ATOMIC_FIELD_TYPES

    @property
    def is_number(self) -> bool:
        return self.type in ('Int', 'BigInt', 'Float')

    def maybe_optional(self, typ: str) -> str:
        """The type, as `Optional[…]` where the field may be empty."""
        return typ if self.is_required or self.is_relational else f'Optional[{typ}]'

    def get_update_input_type(self) -> str:
        if self.kind == 'object':
            return f"'{self.type}Update{'Many' if self.is_list else 'One'}WithoutRelationsInput'"
        if self.is_list:
            self.check_supported_scalar_list_type()
            return f"'types.{self.type}ListUpdate'"
        if self.is_atomic:
            return f'Union[Atomic{self.type}Input, {self.python_type}]'
        return self.python_type

    def check_supported_scalar_list_type(self) -> None:
        if self.type not in FILTER_TYPES and self.kind != 'enum':
            raise UnsupportedListTypeError(self.type)

    def get_relational_model(self) -> Optional[Model]:
        if not self.is_relational:
            return None
        return next((model for model in get_datamodel().models if model.name == self.type), None)

    def get_corresponding_enum(self) -> Optional[Enum]:
        return next((entry for entry in get_datamodel().enums if entry.name == self.type), None)

    def get_sample_data(self, *, increment: bool = True) -> str:
        """A value as Python text, for documentation; the last one again unless `increment`."""
        if increment or self._last_sampled is None:
            sample = self._get_sample_data()
            self._last_sampled = f'[{sample}]' if self.is_list else sample
        return self._last_sampled

    def _get_sample_data(self) -> str:
        if self.is_relational:
            raise RuntimeError('Data sampling for relational fields not supported yet')
        if self.kind == 'enum':
            entry = self.get_corresponding_enum()
            assert entry is not None, self.type
            return f'enums.{entry.name}.{FAKER.from_list(entry.values).name}'
        samples: Dict[str, Callable[[], str]] = {
            'Boolean': lambda: str(FAKER.boolean()),
            'Int': lambda: str(FAKER.integer()),
            'BigInt': lambda: str(FAKER.integer() * 12),
            'String': lambda: f"'{FAKER.string()}'",
            'Float': lambda: f'{FAKER.integer()}.{FAKER.integer() // 10000}',
            'DateTime': lambda: 'datetime.datetime.now(datetime.timezone.utc)',
            'Json': lambda: f"Json({{'{FAKER.string()}': True}})",
            'Bytes': lambda: f"Base64.encode(b'{FAKER.string()}')",
            'Decimal': lambda: f"Decimal('{FAKER.integer()}.{FAKER.integer() // 10000}')",
        }
        return samples[self.type]()


class _EmptyModel(BaseModel):
    if PYDANTIC_V2:
        model_config: ClassVar[Any] = {'extra': 'forbid'}
    else:

        class Config(BaseModel.Config):
            extra = 'forbid'


class _ModelAllowAll(BaseModel):
    if PYDANTIC_V2:
        model_config: ClassVar[Any] = {'extra': 'allow'}
    else:

        class Config(BaseModel.Config):
            extra = 'allow'


class PythonData(GenericData[Config]):
    """With the options of the Python client."""


class DefaultData(GenericData[_EmptyModel]):
    """Without any options."""


# With any options.
AnyData = GenericData[Any]

for _model in (Enum, DMMF, GenericData, Field, Model, Datamodel, Generator, Datasource, PythonData, DefaultData):
    model_rebuild(_model)
